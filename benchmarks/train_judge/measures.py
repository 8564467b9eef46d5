"""What the judge is measured by besides `rag.evaluate.measures`, each with its definition."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

Measure = Callable[[np.ndarray, np.ndarray], float]


def temperature(logits: np.ndarray, positive: np.ndarray) -> tuple[float, float]:
    """(a, b) of sigmoid(a * logit + b) with the least log loss (Platt, 1999), by Newton's method."""
    weights = np.zeros(2)
    inputs = np.stack([logits, np.ones_like(logits)], axis=1).astype(np.float64)
    for _ in range(50):
        chance = 1 / (1 + np.exp(-np.clip(inputs @ weights, -30, 30)))
        slope = inputs.T @ (chance - positive) + 1e-6 * weights
        curve = (inputs * (chance * (1 - chance))[:, None]).T @ inputs + 1e-6 * np.eye(2)
        weights = weights - np.linalg.solve(curve, slope)
    return float(weights[0]), float(weights[1])


def calibration_error(chances: np.ndarray, positive: np.ndarray, bins: int = 10) -> float:
    """Expected calibration error over `bins` groups of equal size."""
    order = np.argsort(chances)
    groups = np.array_split(order, bins)
    return float(
        sum(len(g) * abs(chances[g].mean() - positive[g].mean()) for g in groups if len(g)) / len(chances)
    )


def ndcg(ranked_gains: list[float], ideal_gains: list[float], depth: int = 10) -> float:
    """nDCG with linear gain, as trec_eval counts it."""
    discounts = 1 / np.log2(np.arange(2, depth + 2))
    best = sum(g * d for g, d in zip(sorted(ideal_gains, reverse=True), discounts, strict=False))
    return float(sum(g * d for g, d in zip(ranked_gains, discounts, strict=False)) / best) if best else 0.0


def interval(measure: Measure, scores: np.ndarray, positive: np.ndarray, groups: list[str], seed: int = 0,
             resamples: int = 1000) -> tuple[float, float, float]:  # fmt: skip
    """(value, low, high): 95 % bootstrap interval over `groups` (documents where there are several, else
    rows).
    """
    chance = np.random.default_rng(seed)
    names = sorted(set(groups))
    members: dict[str, list[int]] = {name: [] for name in names}
    for row, name in enumerate(groups):
        members[name].append(row)
    rows_of = [np.array(members[name]) for name in names]
    values = []
    for _ in range(resamples):
        rows = np.concatenate([rows_of[k] for k in chance.integers(0, len(names), len(names))])
        values.append(measure(scores[rows], positive[rows]))
    low, high = np.nanpercentile(values, [2.5, 97.5])
    return measure(scores, positive), float(low), float(high)
