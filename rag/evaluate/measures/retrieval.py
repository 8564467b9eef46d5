"""Did the search bring what was needed? Every function is pure; ranks count from 1."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from rag.evaluate.measures.text import marks

Place = tuple[str, int, int]
"""(document id, start, end), half open."""

Gold = Sequence[Sequence[Place]]
"""What has to be found; each item is given by one or more places, any of which will do."""


def ranking(run: Mapping[str, float]) -> list[str]:
    """Ids by falling score, ties by falling id: the order of trec_eval."""
    return [
        identity for identity, _ in sorted(run.items(), key=lambda item: (item[1], item[0]), reverse=True)
    ]


def recall_at(ranked: Sequence[str], relevant: set[str], k: int) -> float:
    """Relevant ids among the first k, over all relevant ids (trec_eval `recall.k`)."""
    return len(relevant.intersection(ranked[:k])) / len(relevant) if relevant else 0.0


def reciprocal_rank(ranked: Sequence[str], relevant: set[str], k: int = 10) -> float:
    """1 / rank of the first relevant id within the first k, else 0 (averaged: MRR@k; Voorhees 1999)."""
    return next((1 / rank for rank, identity in enumerate(ranked[:k], 1) if identity in relevant), 0.0)


def ndcg(ranked: Sequence[str], gains: Mapping[str, float], k: int = 10) -> float:
    """Normalised discounted cumulative gain with linear gain: sum of gain / log2(rank + 1) over the ideal's.

    Source: Järvelin & Kekäläinen 2002, as in trec_eval `ndcg_cut.k`.
    """
    found = _discounted([gains.get(identity, 0.0) for identity in ranked[:k]])
    ideal = _discounted(sorted((gain for gain in gains.values() if gain > 0), reverse=True)[:k])
    return found / ideal if ideal else 0.0


def overlaps(one: Place, other: Place) -> bool:
    return one[0] == other[0] and one[1] < other[2] and other[1] < one[2]


def gold_recall(places: Sequence[Place], gold: Gold) -> float:
    """Share of the gold items of which some place is touched by `places`."""
    if not gold:
        return 0.0
    return sum(any(overlaps(p, g) for p in places for g in item) for item in gold) / len(gold)


def gold_reciprocal_rank(ranked: Sequence[Place], gold: Gold, k: int = 10) -> float:
    """1 / rank of the first passage that touches a gold place, within the first k, else 0."""
    wanted = [place for item in gold for place in item]
    return next(
        (1 / rank for rank, p in enumerate(ranked[:k], 1) if any(overlaps(p, g) for g in wanted)),
        0.0,
    )


def within_budget(ranked: Sequence[tuple[Place, str]], budget: int) -> list[Place]:
    """The places that fit into `budget` tokens, best first; the last is cut where the budget ends.

    Args:
        ranked: place and text of each passage.
        budget: words and marks.
    """
    used, left = [], budget
    for (document, start, end), text in ranked:
        tokens = marks(text)
        if len(tokens) > left:
            if left > 0:
                used.append((document, start, start + tokens[left - 1][1]))
            break
        used.append((document, start, end))
        left -= len(tokens)
    return used


def evidence_coverage(places: Sequence[Place], gold: Gold) -> float:
    """Share of the gold evidence's characters inside `places`: it bounds all that follows.

    Of an item with several possible places the best covered one counts.
    """
    covered = total = 0
    for item in gold:
        shares = [(_covered(place, places), place[2] - place[1]) for place in item]
        best = max(shares, key=lambda pair: (pair[0] / max(1, pair[1]), pair[1]))
        covered, total = covered + best[0], total + best[1]
    return covered / total if total else 0.0


def _covered(target: Place, places: Sequence[Place]) -> int:
    document, start, end = target
    inside = sorted(
        (max(start, s), min(end, e)) for d, s, e in places if d == document and s < end and start < e
    )
    count, reached = 0, start
    for first, last in inside:
        count += max(0, last - max(first, reached))
        reached = max(reached, last)
    return count


def _discounted(gains: Sequence[float]) -> float:
    return sum(gain / math.log2(rank + 1) for rank, gain in enumerate(gains, 1))
