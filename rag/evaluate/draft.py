"""From what was asked and reviewed to questions: a thumb in the page becomes a test case."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import PurePath
from typing import Any

from rag.evaluate.questions import Nugget, Question, Reference
from rag.journal import Entry
from rag.types import Turn

DRAFT = "draft"
"""Tag of a question that a person still has to complete."""


def draft(entries: Sequence[Entry], earlier: Mapping[str, Sequence[Entry]] | None = None) -> list[Question]:
    """Questions from reviewed answers. Of one question asked twice after the same turns the last one counts.

    - right: its sentences are nuggets, its quotes the evidence.
    - wrong-citation: its sentences are nuggets; the evidence is left open.
    - wrong, should-answer: the correction is the answer, where one was given; else the question is tagged
      "draft" and judged by nothing yet.
    - should-abstain: unanswerable.

    Args:
        earlier: answers by conversation, in order: the questions before a follow-up become its history.
    """
    found: dict[tuple[str, tuple[Turn, ...]], Question] = {}
    for entry in entries:
        history = _history(entry, (earlier or {}).get(entry.conversation, ()))
        found[entry.question.casefold(), history] = _question(entry, history)
    return list(found.values())


def _question(entry: Entry, history: tuple[Turn, ...]) -> Question:
    claims = [str(claim["text"]) for claim in entry.record.get("claims", ())]
    correction = (entry.correction.strip(),) if entry.correction.strip() else ()
    identity = hashlib.sha256(repr((entry.question, history)).encode("utf-8", "replace")).hexdigest()[:10]
    identity = f"asked-{identity}"
    tags = ("feedback", entry.verdict)
    if entry.verdict == "should-abstain":
        return Question(identity, entry.question, answerable=False, tags=tags, history=history)
    if entry.verdict in ("right", "wrong-citation") and entry.record.get("status") == "abstained":
        return Question(identity, entry.question, answerable=False, tags=tags, history=history)
    if entry.verdict in ("right", "wrong-citation"):
        evidence = _evidence(entry.record) if entry.verdict == "right" else ()
        nuggets = () if correction else tuple(Nugget(text) for text in claims)
        return Question(
            identity,
            entry.question,
            answerable=True,
            answers=correction,
            nuggets=nuggets,
            evidence=evidence,
            tags=tags,
            history=history,
        )
    return Question(
        identity,
        entry.question,
        answerable=True if correction or entry.verdict == "should-answer" else None,
        answers=correction,
        tags=tags if correction else (*tags, DRAFT),
        history=history,
    )


def _evidence(record: Mapping[str, Any]) -> tuple[Reference, ...]:
    return tuple(
        Reference(doc=PurePath(str(c["source"])).name, quote=str(c["quote"]), page=c.get("page"))
        for c in record.get("citations", ())
    )


def _history(entry: Entry, conversation: Sequence[Entry]) -> tuple[Turn, ...]:
    """Earlier turns, only for a follow-up that was completed from them."""
    if not entry.record.get("standalone"):
        return ()
    before = []
    for other in conversation:
        if other.id == entry.id:
            break
        before.append(Turn(other.question, str(other.record.get("text", ""))))
    return tuple(before)
