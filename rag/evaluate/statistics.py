"""How sure can one be? Intervals by bootstrap over documents, exact McNemar, Holm.

Questions on one document are not independent, so documents are drawn, each with all its questions.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

RESAMPLES = 10_000

ORDER_RESAMPLES = 2_000
"""For statistics of an order (AUROC, AURC), which are computed one draw at a time; no gate reads them."""

SEED = 20_260_101

Statistic = Callable[[NDArray[np.intp]], float]
"""A value from the indices of the questions drawn (with repeats)."""


@dataclass(frozen=True, slots=True)
class Interval:
    value: float
    low: float
    """2.5th percentile of the resampled values."""
    high: float
    """97.5th percentile."""
    p: float = 1.0
    """Two-sided: twice the smaller share of resamples on either side of zero, zero counted on both."""


def mean_interval(
    values: Sequence[float], clusters: Sequence[str], *, resamples: int = RESAMPLES, seed: int = SEED
) -> Interval:
    """The mean of `values` and its 95 % percentile interval, by drawing clusters with replacement.

    Source: cluster bootstrap, Davison & Hinkley 1997, § 3.8; Efron's percentile interval.
    """
    if not values:
        return Interval(0.0, 0.0, 0.0)
    columns = np.column_stack([np.asarray(values, float), np.ones(len(values))])
    return counts_interval(columns, clusters, lambda c: c[:, 0] / c[:, 1], resamples=resamples, seed=seed)


def counts_interval(
    columns: NDArray[np.float64],
    clusters: Sequence[str],
    combine: Callable[[NDArray[np.float64]], NDArray[np.float64]],
    *,
    resamples: int = RESAMPLES,
    seed: int = SEED,
) -> Interval:
    """As `mean_interval`, for a statistic of sums: `combine` takes rows of summed columns to values.

    Args:
        columns: shape (questions, k).
    """
    member = _members(clusters)
    sums = np.stack([np.bincount(member, column) for column in columns.T], axis=1)
    drawn = _draws(len(sums), resamples, seed)
    value = combine(columns.sum(axis=0, keepdims=True))[0]
    return _interval(float(value), combine(drawn @ sums))


def statistic_interval(
    statistic: Statistic, clusters: Sequence[str], *, resamples: int = RESAMPLES, seed: int = SEED
) -> Interval:
    """As `mean_interval`, for any statistic; resamples where it is undefined (NaN) are left out."""
    member = _members(clusters)
    value = statistic(np.arange(len(member)))
    if not len(member) or math.isnan(value):
        return Interval(value, value, value)
    order = np.argsort(member, kind="stable")
    sizes = np.bincount(member)
    member = member[order]
    drawn = _draws(len(sizes), resamples, seed).astype(np.intp)
    found = np.array([statistic(np.repeat(order, row[member])) for row in drawn])
    found = found[~np.isnan(found)]
    return _interval(value, found) if len(found) else Interval(value, value, value)


def mcnemar(before: Sequence[bool], after: Sequence[bool]) -> float:
    """Exact two-sided McNemar test on paired yes/no values: p of so uneven a split of the changed pairs.

    Source: McNemar 1947; the exact binomial form (Fleiss et al. 2003, § 13.1).
    """
    pairs = list(zip(before, after, strict=True))
    gained, lost = pairs.count((False, True)), pairs.count((True, False))
    changed = gained + lost
    if not changed:
        return 1.0
    tail = sum(math.comb(changed, k) for k in range(min(gained, lost) + 1))
    return min(1.0, float(Fraction(2 * tail, 2**changed)))


def holm(p_values: Sequence[float]) -> list[float]:
    """p-values adjusted for their number, in the order given (Holm 1979, step-down)."""
    adjusted = [0.0] * len(p_values)
    largest: float = 0.0
    for rank, index in enumerate(sorted(range(len(p_values)), key=p_values.__getitem__)):
        scaled = (len(p_values) - rank) * float(p_values[index])
        largest = max(largest, min(1.0, scaled))
        adjusted[index] = largest
    return adjusted


def _members(clusters: Sequence[str]) -> NDArray[np.intp]:
    return np.unique(np.asarray(clusters, dtype=str), return_inverse=True)[1].astype(np.intp)


@lru_cache(maxsize=8)
def _draws(clusters: int, resamples: int, seed: int) -> NDArray[np.float64]:
    """How often each cluster is drawn, shape (resamples, clusters)."""
    generator = np.random.default_rng(seed)
    return generator.multinomial(clusters, np.full(clusters, 1 / clusters), size=resamples).astype(float)


def _interval(value: float, found: NDArray[np.float64]) -> Interval:
    low, high = np.percentile(found, [2.5, 97.5])
    tail = min(float(np.mean(found <= 1e-12)), float(np.mean(found >= -1e-12)))
    return Interval(value, float(low), float(high), min(1.0, 2 * max(tail, 1 / len(found))))
