"""The check "does this evidence carry this sentence", on labelled claims."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import open_table
from benchmarks.train_judge.measure import wice_windows
from rag import verify
from rag.evaluate.measures import abstention
from rag.evaluate.statistics import Interval, statistic_interval
from rag.ports import Scorer
from rag.sentences import words
from rag.types import Evidence, Passage, Source

Row = tuple[str, str, list[str], bool]
"""Set, claim, pieces of evidence that may be cited, whether it is supported."""


def rows(folder: Path) -> Iterator[Row]:
    for row in open_table.lines(folder / "fever_symmetric_dev.jsonl"):
        yield "fever_symmetric", row["claim"], [row["evidence"]], row["gold_label"] == "SUPPORTS"
    for row in open_table.lines(folder / "wice_dev.jsonl"):
        claim, evidence = row["claim"], row["evidence"]
        texts = [nearest(claim, evidence), *wice_windows(claim, evidence)]
        yield "wice", claim, texts, row["label"] == "supported"


def nearest(claim: str, evidence: Sequence[str], most: int = 3) -> str:
    """The sentences that share most words with the claim, in order: a stand-in for selected evidence."""
    said = set(words(claim))
    shared = [len(said & set(words(sentence))) for sentence in evidence]
    best = sorted(range(len(evidence)), key=lambda i: (-shared[i], i))[:most]
    return " ".join(evidence[i] for i in sorted(best))


def measure(folder: Path, scorer: Scorer, budget: float | None) -> dict[str, Any]:
    """As shipped: a claim passes when no rule objects and the support reaches `verify.SUPPORTED`, by the
    first piece of evidence. Beside it the support score alone, the highest over the pieces, at one half.

    The anchor counts words that claim and evidence share, with the best threshold there is for it.
    """
    every = list(rows(folder))
    order = np.random.default_rng(0).permutation(len(every))
    started, judged = time.monotonic(), []
    for at in order:
        if budget is not None and time.monotonic() - started > budget:
            break
        name, claim, texts, supported = every[at]
        text = texts[0]
        judgement = verify.judge(claim, [quoted(text)], scorer)
        alone = float(scorer.support(claim, texts)[:, 0].max())
        said = set(words(claim))
        overlap = len(said & set(words(text))) / max(1, len(said))
        judged.append((name, text, supported, judgement.passes, alone, overlap))
    values, anchors = {}, {}
    for name in dict.fromkeys(row[0] for row in judged):
        mine = [row for row in judged if row[0] == name]
        truth, passes, scores, overlap = (np.array([row[k] for row in mine]) for k in (2, 3, 4, 5))
        clusters = [row[1] for row in mine]
        guess = overlap >= abstention.best_threshold(overlap, truth)
        values[f"{name}: balanced accuracy"] = _described(
            statistic_interval(_balanced(passes, truth), clusters, resamples=2000), len(mine)
        )
        values[f"{name}: balanced accuracy, support score at 0.5"] = _described(
            statistic_interval(_balanced(scores >= 0.5, truth), clusters, resamples=2000), len(mine)
        )
        values[f"{name}: AUROC, support score"] = _described(
            statistic_interval(_area(scores, truth), clusters, resamples=2000), len(mine)
        )
        passed = truth[passes.astype(bool)]
        values[f"{name}: unsupported among passed"] = {
            "value": float(1 - passed.mean()) if len(passed) else None,
            "n": len(passed),
        }
        anchors[f"{name}: word overlap, oracle threshold, balanced accuracy"] = {
            "value": abstention.balanced_accuracy(guess, truth),
            "n": len(mine),
        }
    return {
        "values": values,
        "anchors": anchors,
        "asked": len(judged),
        "questions": len(every),
        "models": {"scorer": {"name": scorer.name, "sha256": scorer.digest}},
        "settings": {"supported": verify.SUPPORTED},
    }


def quoted(text: str) -> Evidence:
    passage = Passage("d", 0, len(text), text, "", Source("", ""))
    return Evidence(passage, 0, len(text), text)


def _balanced(passes: Any, truth: Any) -> Any:
    return lambda i: abstention.balanced_accuracy(passes[i], truth[i])


def _area(scores: Any, truth: Any) -> Any:
    return lambda i: abstention.auroc(scores[i], truth[i])


def _described(interval: Interval, count: int) -> dict[str, Any]:
    return {"value": interval.value, "low": interval.low, "high": interval.high, "n": count}
