"""Measure a judge on held-out pairs of the training sets (development) and on the sets kept for the end
(final).
"""

from __future__ import annotations

import random
import re
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.train_judge.data import Pair, read_lines
from benchmarks.train_judge.measures import (
    calibration_error,
    interval,
    ndcg,
    temperature,
)
from benchmarks.train_judge.scoring import Scorer
from benchmarks.train_judge.windows import content_words
from rag.evaluate.measures.abstention import auroc, balanced_accuracy, best_threshold

Row = dict[str, Any]


def figure(scores: np.ndarray, positive: np.ndarray, groups: list[str]) -> Row:
    value, low, high = interval(auroc, scores, positive, groups)
    return {"auroc": round(value, 4), "low": round(low, 4), "high": round(high, 4), "pairs": len(scores)}


def balanced_figure(scores: np.ndarray, positive: np.ndarray, groups: list[str], threshold: float) -> Row:
    value, low, high = interval(lambda s, p: balanced_accuracy(s >= threshold, p), scores, positive, groups)
    return {
        "balanced_accuracy": round(value, 4), "low": round(low, 4), "high": round(high, 4),
        "threshold": round(threshold, 3), "auroc": round(auroc(scores, positive), 4), "pairs": len(scores),
    }  # fmt: skip


def sample_development(pairs: list[Pair], each: int, seed: int = 7) -> list[Pair]:
    """At most `each` pairs of every source."""
    chance = random.Random(seed)
    by_source: dict[str, list[Pair]] = {}
    for pair in pairs:
        by_source.setdefault(pair.source, []).append(pair)
    return [
        p
        for name in sorted(by_source)
        for p in chance.sample(by_source[name], min(each, len(by_source[name])))
    ]


def development(scorer: Scorer, pairs: list[Pair]) -> Row:
    """Figures by source, and the thresholds and temperatures chosen on all of them together."""
    scores = scorer.score([(pair.first, pair.second) for pair in pairs])
    asked = np.array([pair.answerable is not None for pair in pairs])
    truth = np.array([pair.answerable == 1 or pair.support == 0 for pair in pairs])
    sources = np.array([pair.source for pair in pairs])
    found: Row = {"milliseconds": round(scores.milliseconds, 1), "answerable": {}, "support": {}}
    # "absent" and "elsewhere" hold negatives alone: they are counted with the positives of the SQuAD pairs.
    lenders = np.isin(sources, ("squad2train_pairs", "squad2train_cased")) & truth
    for name in sorted(set(sources)):
        task = "answerable" if asked[sources == name].all() else "support"
        rows = sources == name
        if task == "answerable" and not truth[rows].any():
            rows = rows | lenders
        values = scores.answerable if task == "answerable" else scores.support
        found[task][name] = round(auroc(values[rows], truth[rows]), 3)
    three = ~asked & np.array([pair.support in (0, 1) and not pair.two_way for pair in pairs])
    for name, values, rows in (
        ("answerable", scores.answerable, asked),
        ("support", scores.support, ~asked),
        ("margin", scores.margin, three),
    ):
        slope, shift = temperature(values[rows], truth[rows].astype(float))
        chances = 1 / (1 + np.exp(-(slope * values[rows] + shift)))
        found[f"{name}_all"] = {
            "auroc": round(auroc(values[rows], truth[rows]), 4),
            "threshold": round(best_threshold(values[rows], truth[rows]), 3),
            "slope": round(slope, 4), "shift": round(shift, 4),
            "calibration_error": round(calibration_error(chances, truth[rows]), 4), "pairs": int(rows.sum()),
        }  # fmt: skip
        at = found[f"{name}_all"]["threshold"]
        found[f"{name}_all"]["balanced_accuracy"] = round(
            balanced_accuracy(values[rows] >= at, truth[rows]), 4
        )
    return found


def squad(scorer: Scorer, folder: Path, questions: str, limit: int | None = None) -> Row:
    """AUROC of the question's own gold paragraph: does it answer the question? Resampled over articles."""
    rows = list(read_lines(folder / f"{questions}.jsonl"))
    if limit:
        rows = random.Random(1).sample(rows, min(limit, len(rows)))
    texts = {path.name: path.read_text(encoding="utf-8") for path in (folder / "docs").iterdir()}
    units = [row["evidence_unit"][0] for row in rows]
    scores = scorer.score(
        [
            (row["question"], texts[unit["doc"]][unit["start"] : unit["end"]])
            for row, unit in zip(rows, units, strict=True)
        ]
    )
    truth = np.array([bool(row["answerable"]) for row in rows])
    found = figure(scores.answerable, truth, [unit["doc"] for unit in units])
    return {**found, "milliseconds": round(scores.milliseconds, 1)}


def clapnq(scorer: Scorer, folder: Path) -> Row:
    """AUROC of the question's own passage, cut at the tokenizer's limit."""
    rows = list(read_lines(folder / "questions_all.jsonl"))
    names = [f"{row['id'].removeprefix('cl').lstrip('-')}.txt" for row in rows]
    texts = [(folder / "docs" / name).read_text(encoding="utf-8") for name in names]
    scores = scorer.score([(row["question"], text) for row, text in zip(rows, texts, strict=True)])
    return figure(scores.answerable, np.array([bool(row["answerable"]) for row in rows]), names)


def fever(scorer: Scorer, path: Path, threshold: float, margin_threshold: float) -> Row:
    """SUPPORTS against REFUTES; thresholds from development pairs; `margin` compares support with refute
    alone.
    """
    rows = [row for row in read_lines(path) if row["gold_label"] in ("SUPPORTS", "REFUTES")]
    scores = scorer.score([(row["claim"], row["evidence"]) for row in rows])
    truth = np.array([row["gold_label"] == "SUPPORTS" for row in rows])
    groups = [row["evidence"] for row in rows]
    return {
        "supported": balanced_figure(scores.support, truth, groups, threshold),
        "margin": balanced_figure(scores.margin, truth, groups, margin_threshold),
        "milliseconds": round(scores.milliseconds, 1),
    }


def wice_windows(claim: str, sentences: list[str], nearest: int = 5) -> list[str]:
    """The sentences nearest to the claim by shared words, each with its neighbours, and all joined."""
    words = content_words(claim)
    ranked = sorted(range(len(sentences)), key=lambda n: (-len(words & content_words(sentences[n])), n))[
        :nearest
    ]
    windows = [" ".join(sentences[max(0, n - 1) : n + 2]) for n in ranked]
    return [*windows, " ".join(sentences[n] for n in sorted(ranked))]


def wice(scorer: Scorer, path: Path, threshold: float) -> Row:
    """Supported against the rest; a claim's score is the highest over its windows of evidence."""
    rows = list(read_lines(path))
    windows = [wice_windows(row["claim"], row["evidence"]) for row in rows]
    flat = [(row["claim"], window) for row, some in zip(rows, windows, strict=True) for window in some]
    scores = scorer.score(flat)
    ends = np.cumsum([len(some) for some in windows])[:-1]
    best = np.array([part.max() for part in np.split(scores.support, ends)])
    truth = np.array([row["label"] == "supported" for row in rows])
    found = balanced_figure(best, truth, [str(n) for n in range(len(rows))], threshold)
    # With a threshold of the set itself, as the word-overlap floor has it: an upper bound, not a result.
    found["balanced_accuracy_own_threshold"] = round(
        balanced_accuracy(best >= best_threshold(best, truth), truth), 4
    )
    return {**found, "milliseconds": round(scores.milliseconds, 1)}


def scifact(scorer: Scorer, folder: Path, queries: int = 60, depth: int = 15) -> Row:
    """nDCG@10 of re-ranking the first `depth` documents of a plain BM25; mean over sampled test claims."""
    corpus = {
        str(row["_id"]): f"{row.get('title', '')}\n{row['text']}"
        for row in read_lines(folder / "corpus.jsonl")
    }
    texts = {str(row["_id"]): row["text"] for row in read_lines(folder / "queries.jsonl")}
    gold: dict[str, dict[str, float]] = {}
    for line in (folder / "qrels" / "test.tsv").read_text(encoding="utf-8").splitlines()[1:]:
        query, document, gain = line.split("\t")
        gold.setdefault(query, {})[document] = float(gain)
    chosen = random.Random(3).sample(sorted(gold), min(queries, len(gold)))
    ranked = bm25(corpus, [texts[query] for query in chosen], depth)
    flat = [
        (texts[query], corpus[name]) for query, names in zip(chosen, ranked, strict=True) for name in names
    ]
    scores = np.split(scorer.score(flat).relevance, np.cumsum([len(names) for names in ranked])[:-1])
    values, before = [], []
    for query, names, given in zip(chosen, ranked, scores, strict=True):
        gains = [gold[query].get(name, 0.0) for name in names]
        order = np.argsort(-given, kind="stable")
        values.append(ndcg([gains[n] for n in order], list(gold[query].values())))
        before.append(ndcg(gains, list(gold[query].values())))
    chance = np.random.default_rng(0)
    means = [np.mean(chance.choice(values, len(values))) for _ in range(1000)]
    low, high = np.percentile(means, [2.5, 97.5])
    return {
        "ndcg10": round(float(np.mean(values)), 4),
        "low": round(float(low), 4), "high": round(float(high), 4),
        "bm25_alone": round(float(np.mean(before)), 4), "queries": len(values), "depth": depth,
    }  # fmt: skip


def bm25(
    corpus: dict[str, str], queries: list[str], depth: int, k1: float = 0.9, b: float = 0.4
) -> list[list[str]]:
    """The first `depth` documents of each query by BM25 (Robertson), words cut to six letters in place of a
    stemmer.
    """

    def words(text: str) -> list[str]:
        return [word[:6] for word in re.findall(r"\w+", text.lower())]

    postings: dict[str, dict[str, int]] = {}
    lengths: dict[str, int] = {}
    for name, text in corpus.items():
        found = words(text)
        lengths[name] = len(found)
        for word in found:
            counts = postings.setdefault(word, {})
            counts[name] = counts.get(name, 0) + 1
    mean = sum(lengths.values()) / len(lengths)
    results = []
    for query in queries:
        totals: dict[str, float] = {}
        for word in content_words(query):
            holding = postings.get(word[:6], {})
            rarity = np.log(1 + (len(corpus) - len(holding) + 0.5) / (len(holding) + 0.5))
            for name, count in holding.items():
                part = count * (k1 + 1) / (count + k1 * (1 - b + b * lengths[name] / mean))
                totals[name] = totals.get(name, 0.0) + float(rarity) * part
        results.append(sorted(totals, key=lambda name: (-totals[name], name))[:depth])
    return results


FINAL = ("squad2_a_200", "fever_symmetric_dev", "wice_dev", "squad2_a_all", "clapnq", "scifact")


def final(scorer: Scorer, evaldata: Path, thresholds: Row, name: str, whole: bool = False) -> Row:
    """One of the sets kept for the end; `whole` takes all of squad2_a's 3,152 questions, else 600."""
    verifier, questions = evaldata / "verifier", evaldata / "squad2_a"
    support, margin = (thresholds.get(kind, {}).get("threshold", 0.0) for kind in ("support", "margin"))
    if name == "squad2_a_200":
        return squad(scorer, questions, "questions_200")
    if name == "squad2_a_all":
        return squad(scorer, questions, "questions_all", None if whole else 600)
    if name == "clapnq":
        return clapnq(scorer, evaldata / "clapnq")
    if name == "fever_symmetric_dev":
        return fever(scorer, verifier / "fever_symmetric_dev.jsonl", support, margin)
    if name == "wice_dev":
        return wice(scorer, verifier / "wice_dev.jsonl", support)
    if name == "scifact":
        return scifact(scorer, evaldata / "scifact")
    raise ValueError(f"{name} is not one of {', '.join(FINAL)}")
