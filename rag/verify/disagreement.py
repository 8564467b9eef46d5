"""Sources that contradict each other: both are shown, with their titles and dates."""

from __future__ import annotations

from collections.abc import Sequence

from rag.facts import months, quantities
from rag.ports import Scorer
from rag.sentences import words
from rag.types import Evidence

SAME_SUBJECT = 0.35
"""Jaccard similarity of content words from which two sentences are taken to speak of one thing."""

CONTRADICTS = 0.85
"""Probability of "refute" from which the scorer's word is taken for it."""

WITHIN = 3.0
"""Logits behind the best sentence within which another still answers the question."""


def disagreeing(evidence: Sequence[Evidence], scorer: Scorer) -> tuple[Evidence, Evidence] | None:
    """The best sentence and one of another document that contradicts it, or None.

    They contradict each other when they speak of one thing and state different numbers or dates, or when
    the scorer finds that one refutes the other.
    """
    if not evidence:
        return None
    best = evidence[0]
    for other in evidence[1:6]:
        if other.passage.document_id == best.passage.document_id or best.score - other.score > WITHIN:
            continue
        if _likeness(best.quote, other.quote) < SAME_SUBJECT:
            continue
        if _other_figures(best.quote, other.quote):
            return best, other
        if float(scorer.support(best.quote, [other.quote])[0][1]) >= CONTRADICTS:
            return best, other
    return None


def told(one: Evidence, other: Evidence) -> str:
    """The disagreement in words: who differs."""
    return f"{_origin(one)} and {_origin(other)} differ."


def _origin(evidence: Evidence) -> str:
    source = evidence.passage.source
    return f"“{source.title}” ({source.date})" if source.date else f"“{source.title}”"


def _likeness(one: str, other: str) -> float:
    here, there = set(words(one)), set(words(other))
    return len(here & there) / max(1, len(here | there))


def _other_figures(one: str, other: str) -> bool:
    """Both state figures of a kind, and share none."""
    here = {(q.value, q.unit) for q in quantities(one)}
    there = {(q.value, q.unit) for q in quantities(other)}
    if here and there and not here & there:
        return True
    return bool(months(one) and months(other) and not months(one) & months(other))
