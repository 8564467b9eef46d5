"""Fit the answerability gate: `python -m benchmarks.gate --scorer judge`.

A library is made of the passages of the training sets; only questions whose passages the judge never saw
(`train_judge.data.held_out`) are asked. Each goes the whole way, retrieve and select, and gives one row:
the features of `rag.gate.features`, and whether the quotes that would be shown carry the gold answer.
Each answerable question gives a second row with its own passage taken away: the answer is absent then.
The squad2_a, clapnq and out_of_corpus sets are not touched: they measure what this makes.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.remembered import Remembered
from benchmarks.train_judge.data import held_out, read_lines
from rag import answer, backends, evidence, gate, index, ingest, retrieve
from rag.types import Document, Source

REPOSITORY = Path(__file__).resolve().parents[1]
EVALDATA = REPOSITORY.parent / "shared" / "evaldata"
SETS = ("squad2train_cased", "nq_answerability", "repliqa_windows", "nomiracl_neg")
READ = ("pointing", "passage_answerability", "passage_relevance")
"""What the gate reads; with all of them it ranks unseen questions no better (see evals/decisions)."""
NOISY = ("nq_answerability", "nq_answerability-away")
"""Not fitted on: many of its "no" labels are wrong."""
STRENGTH = 0.03
"""Inverse of the L2 penalty."""


def questions(folder: Path) -> Iterator[dict[str, Any]]:
    for name in SETS:
        for row in read_lines(folder / f"{name}.jsonl"):
            yield {**row, "set": name}


def document(passage: str) -> Document:
    name = hashlib.sha256(passage.encode()).hexdigest()[:16]
    return Document(name, Source(f"/{name}.txt", ""), passage)


def carries(row: dict[str, Any], shown: str) -> bool:
    """Whether the shown quotes hold the gold answer; without one, whether the passage's wording is shown."""
    gold = str(row.get("answer") or "")
    return bool(gold) and plain(gold) in plain(shown)


def plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.lower()))


def rows(scorer_name: str, distractors: int, most: int, evaldata: Path, seed: int) -> list[dict[str, Any]]:
    every = list(questions(evaldata / "verifier" / "train" / "answerability"))
    asked = [row for row in every if held_out(row["passage"])]
    random.Random(seed).shuffle(asked)
    asked = asked[:most]
    others = sorted({row["passage"] for row in every} - {row["passage"] for row in asked})
    corpus = sorted({row["passage"] for row in asked}) + random.Random(seed).sample(others, distractors)
    embedder = Remembered(backends.embedder("bge-small-en"), REPOSITORY / "runs" / "open")
    scorer = backends.scorer(scorer_name)
    with tempfile.TemporaryDirectory() as folder:
        store = index.open(Path(folder), embedder_name=embedder.name, embedder_digest=embedder.digest,
                           dimension=embedder.dimension, splitter=ingest.SPLITTER)  # fmt: skip
        for passage in corpus:
            made = document(passage)
            store.replace(made, ingest.split(made))
        while waiting := store.unembedded(64):
            store.put_vectors(
                [key for key, _ in waiting], embedder.embed_passages([text for _, text in waiting])
            )
        print(f"{len(corpus)} passages, {len(asked)} questions", flush=True)
        made_rows = []
        for number, row in enumerate(asked):
            found = retrieve.search(row["question"], store, embedder, scorer, budget_seconds=60)
            own = document(row["passage"]).id
            made_rows.append(one_row(row, found.hits, scorer, bool(row["answerable"])))
            if row["answerable"]:
                away = [hit for hit in found.hits if hit.passage.document_id != own]
                made_rows.append(one_row({**row, "set": row["set"] + "-away"}, away, scorer, False))
            if number % 25 == 0:
                print(number, flush=True)
        store.close()
    return made_rows


def one_row(row: dict[str, Any], hits: Any, scorer: Any, answerable: bool) -> dict[str, Any]:
    hits = sorted(hits, key=lambda hit: -hit.score)
    selection = evidence.select(row["question"], hits, scorer)
    claims = answer.quote(row["question"], selection.evidence)
    relevance = {hit.passage.id: hit.score for hit in hits}
    shown = " ".join(claim.text for claim in claims)
    return {
        "set": row["set"],
        "question": row["question"],
        "passage": row["passage"][:80],
        "answerable": answerable,
        "right": answerable and carries(row, shown),
        "features": gate.features(row["question"], hits, selection),
        "evidence": [
            [
                item.score,
                mark,
                item.margin,
                relevance[item.passage.id],
                len(item.quote.split()),
                carries(row, item.quote),
            ]
            for item, mark in zip(selection.evidence, selection.carrying, strict=True)
        ],
    }


def fit(
    made: list[dict[str, Any]], names: list[str], strength: float = STRENGTH
) -> tuple[dict[str, float], float]:
    """Logistic regression on standardised features, told in the features' own units. Right and wrong weigh
    the same: how often people ask what their documents do not say is not known here."""
    from sklearn.linear_model import LogisticRegression

    values = np.array([[row["features"][name] for name in names] for row in made])
    labels = np.array([row["right"] for row in made])
    mean, spread = values.mean(0), values.std(0) + 1e-9
    model = LogisticRegression(C=strength, class_weight="balanced", max_iter=2000).fit(
        (values - mean) / spread, labels
    )
    weights = model.coef_[0] / spread
    return dict(zip(names, map(float, weights), strict=True)), float(model.intercept_[0] - weights @ mean)


def crossed(made: list[dict[str, Any]], names: list[str], folds: int = 5) -> np.ndarray:
    """Confidence of each row from a gate fitted without its fold; rows of one passage share a fold."""
    groups = sorted({row["passage"] for row in made})
    random.Random(0).shuffle(groups)
    fold = {group: number % folds for number, group in enumerate(groups)}
    out = np.zeros(len(made))
    for number in range(folds):
        weights, intercept = fit([row for row in made if fold[row["passage"]] != number], names)
        fitted = gate.Gate(weights, intercept)
        for place, row in enumerate(made):
            if fold[row["passage"]] == number:
                out[place] = fitted.confidence(row["features"])
    return out


def main() -> None:
    from sklearn.metrics import brier_score_loss, roc_auc_score

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scorer", default="judge")
    parser.add_argument("--distractors", type=int, default=1200)
    parser.add_argument("--questions", type=int, default=10_000, help="at most")
    parser.add_argument("--evaldata", type=Path, default=EVALDATA)
    parser.add_argument(
        "--rows", type=Path, help="keep the rows here, and read them from here when they exist"
    )
    parser.add_argument("--seed", type=int, default=2026)
    asked = parser.parse_args()
    if asked.rows and asked.rows.exists():
        made = json.loads(asked.rows.read_text())
    else:
        made = rows(asked.scorer, asked.distractors, asked.questions, asked.evaldata, asked.seed)
        if asked.rows:
            asked.rows.write_text(json.dumps(made))
    made = [row for row in made if row["set"] not in NOISY]
    labels = np.array([row["right"] for row in made])
    every = list(made[0]["features"])
    for chosen in (
        ["passage_relevance"],
        ["sentence_carries"],
        ["pointing"],
        ["passage_answerability"],
        list(READ),
        every,
    ):
        out = crossed(made, chosen)
        auroc, brier = roc_auc_score(labels, out), brier_score_loss(labels, out)
        print(
            f"{len(chosen):2d} features: AUROC {auroc:.3f} Brier {brier:.3f}",
            chosen if len(chosen) < 5 else "",
        )
    names = list(READ)
    out = crossed(made, names)
    for name in sorted({row["set"] for row in made}):
        part = np.array([row["set"] == name for row in made])
        right, answered = labels[part].mean(), (out[part] > 0.5).mean()
        print(f"{name:24s} {part.sum():4d} rows, right {right:.2f}, answered {answered:.2f}")
    weights, intercept = fit(made, names)
    file = REPOSITORY / "models" / "gate.json"
    known = json.loads(file.read_text()) if file.exists() else {}
    scorer = backends.scorer(asked.scorer)
    known[scorer.name] = {
        "digest": scorer.digest,
        "rows": len(made),
        "seed": asked.seed,
        "weights": weights,
        "intercept": intercept,
    }
    file.write_text(json.dumps(known, indent=2) + "\n")
    print(json.dumps(known[scorer.name], indent=1))


if __name__ == "__main__":
    main()
