"""A run in figures, each with its interval, and the anchors beside them."""

from __future__ import annotations

import math
import statistics as plain
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rag.evaluate.anchors import anchors, stored
from rag.evaluate.failures import waterfall
from rag.evaluate.gold import Corpus
from rag.evaluate.measures import abstention
from rag.evaluate.questions import Question
from rag.evaluate.statistics import (
    ORDER_RESAMPLES,
    RESAMPLES,
    SEED,
    Interval,
    counts_interval,
    mean_interval,
    statistic_interval,
)

Rows = Sequence[Mapping[str, Any]]

REFUSALS = (
    abstention.refusal_precision,
    abstention.refusal_recall,
    abstention.refusal_f1,
    abstention.refusal_macro_f1,
    abstention.answered_ratio,
    abstention.hallucination_rate,
    abstention.error_rate,
)

TRUTH = {"right": 1.0, "abstained": 0.0, "wrong": -1.0}


def summarise(
    questions: Sequence[Question],
    rows: Rows,
    library: Corpus,
    *,
    resamples: int = RESAMPLES,
    kept: Path | None = None,
) -> dict[str, Any]:
    """`summary.json`: the three numbers, every measure, waterfall, anchors, curve and times."""
    judged = [row for row in rows if row["outcome"] is not None]
    return {
        "complete": len(rows) == len(questions),
        "questions": len(questions),
        "asked": len(rows),
        "answerable": sum(row["answerable"] is True for row in rows),
        "unanswerable": sum(row["answerable"] is False for row in rows),
        "errors": sum(row["failure"] == "error" for row in rows),
        "bootstrap": {
            "over": "documents",
            "resamples": resamples,
            "order_resamples": min(resamples, ORDER_RESAMPLES),
            "seed": SEED,
        },
        "outcomes": outcomes(judged),
        "measures": {**mean_measures(rows), **abstention_measures(judged, resamples)},
        "waterfall": waterfall(rows),
        "by_tag": by_tag(judged),
        "anchors": {**anchors(questions, rows, library), **(stored(kept, rows) if kept else {})},
        "curve": curve(judged),
        "seconds": seconds(rows),
    }


def outcomes(judged: Rows) -> dict[str, Any]:
    """The three numbers that a person needs, with the abstentions that were right, and truthfulness."""
    clusters = [row["cluster"] for row in judged]
    found: dict[str, Any] = {}
    for kind in TRUTH:
        values = [float(row["outcome"] == kind) for row in judged]
        found[kind] = {"count": int(sum(values)), **_described(mean_interval(values, clusters), len(values))}
    found["abstained"]["rightly"] = sum(
        row["outcome"] == "abstained" and row["answerable"] is False for row in judged
    )
    truth = [TRUTH[row["outcome"]] for row in judged]
    found["truthfulness"] = _described(mean_interval(truth, clusters), len(truth))
    return found


def mean_measures(rows: Rows) -> dict[str, Any]:
    """The mean of each measure over the questions that have it."""
    names = list(dict.fromkeys(name for row in rows for name in row["measures"]))
    found = {}
    for name in names:
        having = [row for row in rows if name in row["measures"]]
        values = [float(row["measures"][name]) for row in having]
        found[name] = _described(mean_interval(values, [row["cluster"] for row in having]), len(values))
    return found


def abstention_measures(judged: Rows, resamples: int = RESAMPLES) -> dict[str, Any]:
    """Refusals, and what the confidence is worth: `right` is whether the answer, shown anyway, is right."""
    if not judged:
        return {}
    clusters = [row["cluster"] for row in judged]
    answerable = np.array([row["answerable"] for row in judged], bool)
    answered = np.array([row["status"] == "answered" for row in judged], bool)
    confidence = np.array([row["confidence"] for row in judged], float)
    right = np.array([row["would_be_right"] for row in judged], bool)
    counts = abstention.refusal_counts(answerable, answered)
    refusals = {
        measure.__name__: counts_interval(counts, clusters, measure, resamples=resamples)
        for measure in REFUSALS
    }
    statistics: dict[str, Callable[[NDArray[np.intp]], float]] = {
        "answerable_auroc": lambda i: abstention.auroc(confidence[i], answerable[i]),
        "right_auroc": lambda i: abstention.auroc(confidence[i], right[i]),
        "aurc": lambda i: abstention.aurc(confidence[i], right[i]),
        "coverage_at_90_precision": lambda i: abstention.coverage_at_precision(confidence[i], right[i]),
        "calibration_error": lambda i: abstention.calibration_error(confidence[i], right[i]),
    }
    few = min(resamples, ORDER_RESAMPLES)
    found = {n: statistic_interval(s, clusters, resamples=few) for n, s in statistics.items()}
    return {name: _described(interval, len(judged)) for name, interval in {**refusals, **found}.items()}


def by_tag(judged: Rows) -> dict[str, dict[str, Any]]:
    """Outcomes and truthfulness by tag."""
    found = {}
    for tag in sorted({tag for row in judged for tag in row["tags"]}):
        kinds = [row["outcome"] for row in judged if tag in row["tags"]]
        found[tag] = {
            **{kind: kinds.count(kind) for kind in TRUTH},
            "truthfulness": round(plain.fmean(TRUTH[kind] for kind in kinds), 4),
        }
    return found


def curve(judged: Rows, points: int = 21) -> list[dict[str, float]]:
    """Risk against coverage: the share wrong among those answered, as the confidence asked for falls."""
    confidence = np.array([row["confidence"] for row in judged], float)
    coverage, risk = abstention.risk_curve(confidence, [row["would_be_right"] for row in judged])
    if not len(coverage):
        return []
    falling = np.sort(confidence)[::-1]
    chosen = sorted({max(0, round(part * len(coverage) / (points - 1)) - 1) for part in range(1, points)})
    return [
        {
            "coverage": round(float(coverage[i]), 4),
            "risk": round(float(risk[i]), 4),
            "confidence": round(float(falling[i]), 4),
        }
        for i in chosen
    ]


def seconds(rows: Rows) -> dict[str, Any]:
    """Median and 90th percentile of the time of an answer, and the median of each step, in seconds.

    Answers with a generation from the cache took no time to write, and are left out.
    """
    cached = [row for row in rows if any(step["name"] == "cached" for step in row["steps"])]
    rows = [row for row in rows if row not in cached and row["failure"] != "error"]
    times = [row["seconds"] for row in rows]
    if not times:
        return {"cached": len(cached)} if cached else {}
    names = list(dict.fromkeys(step["name"] for row in rows for step in row["steps"]))
    steps = {
        name: round(
            plain.median(step["seconds"] for row in rows for step in row["steps"] if step["name"] == name), 4
        )
        for name in names
    }
    return {
        "cached": len(cached),
        "median": round(plain.median(times), 4),
        "p90": round(float(np.percentile(times, 90)), 4),
        "steps": steps,
    }


def _described(interval: Interval, count: int) -> dict[str, Any]:
    """JSON has no NaN: a value that is not defined is null."""
    values = {"value": interval.value, "low": interval.low, "high": interval.high}
    return {**{k: None if math.isnan(v) else round(v, 4) for k, v in values.items()}, "n": count}
