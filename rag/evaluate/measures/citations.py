"""Do the citations hold? Validity is counted by characters, nothing is judged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rag.evaluate.measures.retrieval import Gold, Place, gold_recall, overlaps


def is_valid(citation: Mapping[str, Any], text: str) -> bool:
    """Whether the quote is, character by character, `text[start:end]` of the stored document; never empty."""
    start, end = citation["start"], citation["end"]
    return bool(0 <= start < end <= len(text) and text[start:end] == citation["quote"])


def validity(citations: Sequence[Mapping[str, Any]], texts: Mapping[str, str]) -> float:
    """Share of valid citations; a citation of a document that is not there is invalid. Must be 1."""
    if not citations:
        return 1.0
    return sum(is_valid(c, texts.get(c["document"], "")) for c in citations) / len(citations)


def gold_precision(cited: Sequence[Place], gold: Gold) -> float:
    """Cited spans that overlap a gold span, over cited spans (after ALCE, Gao et al. 2023)."""
    if not cited:
        return 0.0
    wanted = [place for item in gold for place in item]
    return sum(any(overlaps(place, g) for g in wanted) for place in cited) / len(cited)


def citation_recall(cited: Sequence[Place], gold: Gold) -> float:
    """Gold spans that a cited span overlaps, over gold spans."""
    return gold_recall(cited, gold)


def cited_characters(cited: Sequence[Place]) -> int:
    """Characters cited in all. Printed beside precision: citing a whole document is always "right"."""
    return sum(end - start for _, start, end in cited)
