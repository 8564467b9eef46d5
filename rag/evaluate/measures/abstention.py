"""Does it know when it does not know?"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Counts = NDArray[np.float64]
"""Rows of (rightly abstained, wrongly abstained, wrongly answered, answered an answerable one)."""


def refusal_counts(answerable: ArrayLike, answered: ArrayLike) -> Counts:
    """One row for each question, with a one in its place. Rows of sums are what the measures below take."""
    kinds = 2 * np.asarray(answered, int) + np.asarray(answerable, int)
    rows: Counts = np.eye(4)[kinds]
    return rows


def refusal_precision(counts: Counts) -> Counts:
    """Abstentions on unanswerable questions, over abstentions."""
    right, wrong, _, _ = counts.T
    return _ratio(right, right + wrong)


def refusal_recall(counts: Counts) -> Counts:
    """Abstentions on unanswerable questions, over unanswerable questions."""
    right, _, missed, _ = counts.T
    return _ratio(right, right + missed)


def refusal_f1(counts: Counts) -> Counts:
    """Harmonic mean of refusal precision and recall: 2·TP / (2·TP + FP + FN)."""
    right, wrong, missed, _ = counts.T
    return _ratio(2 * right, 2 * right + wrong + missed)


def refusal_macro_f1(counts: Counts) -> Counts:
    """Mean of the F1 of refusing and the F1 of answering (macro average over the two classes)."""
    _, wrong, missed, kept = counts.T
    return (refusal_f1(counts) + _ratio(2 * kept, 2 * kept + wrong + missed)) / 2


def answered_ratio(counts: Counts) -> Counts:
    """Questions answered, over questions."""
    return _ratio(counts[:, 2] + counts[:, 3], counts.sum(axis=1))


def hallucination_rate(counts: Counts) -> Counts:
    """Unanswerable questions answered, over unanswerable questions."""
    right, _, missed, _ = counts.T
    return _ratio(missed, right + missed)


def error_rate(counts: Counts) -> Counts:
    """Answerable questions abstained from, over answerable questions."""
    _, wrong, _, kept = counts.T
    return _ratio(wrong, wrong + kept)


def risk_curve(confidence: ArrayLike, right: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Coverage and selective risk (share wrong) when only the most confident are answered.

    One point for each number of questions answered; where confidences tie, the wrong ones are spread evenly.
    """
    order, scores, wrong = _falling(confidence, right)
    if not len(order):
        return np.zeros(0), np.zeros(0)
    _, group = np.unique(-scores, return_inverse=True)
    share = np.bincount(group, wrong) / np.bincount(group)
    answered = np.arange(1, len(order) + 1)
    return answered / len(order), np.cumsum(share[group]) / answered


def aurc(confidence: ArrayLike, right: ArrayLike) -> float:
    """Area under the risk–coverage curve: mean selective risk over all coverages (Geifman et al. 2019)."""
    _, risk = risk_curve(confidence, right)
    return float(risk.mean()) if len(risk) else 0.0


def coverage_at_precision(confidence: ArrayLike, right: ArrayLike, precision: float = 0.9) -> float:
    """Largest share of questions that a threshold on the confidence answers with at least this precision."""
    order, scores, wrong = _falling(confidence, right)
    if not len(order):
        return 0.0
    last_of_tie = np.append(scores[:-1] != scores[1:], True)
    good = 1 - np.cumsum(wrong) / np.arange(1, len(order) + 1) >= precision - 1e-12
    reached = np.flatnonzero(last_of_tie & good)
    return float((reached[-1] + 1) / len(order)) if len(reached) else 0.0


def calibration_error(confidence: ArrayLike, right: ArrayLike, bins: int = 10) -> float:
    """Expected calibration error: mean |confidence − share right| over equal-width bins, weighted by size.

    Source: Naeini et al. 2015; Guo et al. 2017.
    """
    scores, truth = np.asarray(confidence, float), np.asarray(right, float)
    if not len(scores):
        return 0.0
    group = np.minimum((scores * bins).astype(int), bins - 1)
    gap = np.bincount(group, scores, bins) - np.bincount(group, truth, bins)
    return float(np.abs(gap).sum() / len(scores))


def auroc(scores: ArrayLike, positive: ArrayLike) -> float:
    """Chance that a positive scores above a negative, ties counting half.

    Source: the Mann–Whitney U; Hanley & McNeil 1982. NaN when one of the two classes is missing.
    """
    values, truth = np.asarray(scores, float), np.asarray(positive, bool)
    yes, no = int(truth.sum()), int((~truth).sum())
    if not yes or not no:
        return float("nan")
    _, group, size = np.unique(values, return_inverse=True, return_counts=True)
    mean_rank = np.cumsum(size) - (size - 1) / 2
    return float((mean_rank[group][truth].sum() - yes * (yes + 1) / 2) / (yes * no))


def balanced_accuracy(predicted: ArrayLike, positive: ArrayLike) -> float:
    """Mean of the recalls of both classes (Brodersen et al. 2010)."""
    guess, truth = np.asarray(predicted, bool), np.asarray(positive, bool)
    recalls = [
        float((guess[truth == kind] == kind).mean()) for kind in (True, False) if (truth == kind).any()
    ]
    return sum(recalls) / len(recalls) if recalls else 0.0


def best_threshold(scores: ArrayLike, positive: ArrayLike) -> float:
    """The threshold (positive from it upwards) of largest balanced accuracy: for development data only."""
    values = np.unique(np.asarray(scores, float))
    between = np.concatenate([values[:1], (values[1:] + values[:-1]) / 2, values[-1:] + 1])
    return float(max(between, key=lambda t: balanced_accuracy(np.asarray(scores) >= t, positive)))


def rejection_cost(inside: ArrayLike, outside: ArrayLike, rejection: float = 0.95) -> float:
    """Share of `inside` scores refused by the threshold that refuses the share `rejection` of `outside`."""
    outer = np.sort(np.asarray(outside, float))
    threshold = outer[int(np.ceil(rejection * len(outer))) - 1]
    return float((np.asarray(inside, float) <= threshold).mean())


def _falling(
    confidence: ArrayLike, right: ArrayLike
) -> tuple[NDArray[np.intp], NDArray[np.float64], NDArray[np.float64]]:
    scores = np.asarray(confidence, float)
    order = np.argsort(-scores, kind="stable")
    return order, scores[order], 1.0 - np.asarray(right, float)[order]


def _ratio(part: Counts, whole: Counts) -> Counts:
    """0 where there is nothing to divide by."""
    return np.divide(part, whole, out=np.zeros(len(whole)), where=whole > 0)
