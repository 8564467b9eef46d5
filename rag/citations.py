"""From claims to numbered citations, and an answer as plain values. Pure.

Citations are objects set by code: a "[1]" typed in a document, or written by a model, is only text.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rag.types import Answer, Claim, Evidence


@dataclass(frozen=True, slots=True)
class Citation:
    """A numbered pointer from an answer to verbatim text."""

    number: int
    evidence: Evidence


def number(answer: Answer) -> list[Citation]:
    """The distinct quotes that the claims rest on, numbered from 1 in order of first appearance."""
    seen: dict[tuple[str, int, int], Citation] = {}
    for claim in answer.claims:
        for evidence in claim.evidence:
            key = _key(evidence)
            if key not in seen:
                seen[key] = Citation(len(seen) + 1, evidence)
    return list(seen.values())


def numbers(claim: Claim, citations: list[Citation]) -> list[int]:
    """The citation numbers of one claim."""
    by_key = {_key(citation.evidence): citation.number for citation in citations}
    return [by_key[_key(evidence)] for evidence in claim.evidence]


def record(answer: Answer) -> dict[str, Any]:
    """An answer as JSON values: what `rag ask --json` prints, evaluation stores and the journal keeps."""
    citations = number(answer)
    claims = [
        {
            "text": claim.text,
            "support": claim.support,
            "score": round(claim.score, 4),
            "reason": claim.reason,
            "citations": numbers(claim, citations),
        }
        for claim in answer.claims
    ]
    return {
        "question": answer.question,
        "standalone": answer.standalone,
        "status": answer.status,
        "reason": answer.reason,
        "text": _text(answer, citations),
        "claims": claims,
        "citations": [_citation_record(citation) for citation in citations],
        "nearest": [_evidence_record(evidence) for evidence in _apart(answer.evidence)[:3]]
        if answer.status == "abstained"
        else [],
        "disagreement": answer.disagreement,
        "confidence": round(answer.confidence, 4),
        "model": answer.model,
        "steps": [
            {"name": step.name, "seconds": round(step.seconds, 4), **step.detail} for step in answer.steps
        ],
    }


def _apart(evidence: Sequence[Evidence]) -> list[Evidence]:
    """The evidence without what overlaps an earlier quote of the same document."""
    kept: list[Evidence] = []
    for item in evidence:
        if not any(
            item.passage.document_id == other.passage.document_id
            and item.start < other.end
            and other.start < item.end
            for other in kept
        ):
            kept.append(item)
    return kept


def _text(answer: Answer, citations: list[Citation]) -> str:
    sentences = []
    for claim in answer.claims:
        marks = "".join(f"[{n}]" for n in numbers(claim, citations))
        sentences.append(f"{claim.text} {marks}".strip())
    return " ".join(sentences)


def _citation_record(citation: Citation) -> dict[str, Any]:
    return {"number": citation.number, **_evidence_record(citation.evidence)}


def _evidence_record(evidence: Evidence) -> dict[str, Any]:
    passage = evidence.passage
    return {
        "document": passage.document_id,
        "title": passage.source.title,
        "source": passage.source.path,
        "author": passage.source.author,
        "publisher": passage.source.publisher,
        "date": passage.source.date,
        "speaker": evidence.speaker,
        "start": evidence.start,
        "end": evidence.end,
        "page": passage.place.page if passage.place else None,
        "place": passage.place.label if passage.place else "",
        "quote": evidence.quote,
        "answer": [evidence.answer.start, evidence.answer.end] if evidence.answer else None,
    }


def _key(evidence: Evidence) -> tuple[str, int, int]:
    return (evidence.passage.document_id, evidence.start, evidence.end)
