"""A question from the page to the assistant, and its events back as small HTML pieces, in order."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from rag.assistant import Assistant
from rag.citations import record
from rag.errors import RagError
from rag.journal import Journal
from rag.present.ui import answer_view, comparison_view, found_view, notice_view, scope_view
from rag.types import Answer, Claim, Scope, Step, StepStarted, Turn

log = logging.getLogger(__name__)

EVERYTHING = Scope()

REMEMBERED = 4
"""Earlier turns that a follow-up is completed from."""


TELL_EVERY = 0.1
"""Seconds between two words of a stage that goes on."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One question as the page sends it."""

    question: str
    conversation: str = ""
    """Id of the conversation it continues, or "" for a new one."""
    scope: Scope = EVERYTHING
    mode: str | None = None
    again: str = ""
    """Id of the stored answer that the new one is compared with, or "". It is asked of the same documents."""


def answer(asked: Asked, assistant: Assistant, journal: Journal) -> Iterator[dict[str, Any]]:
    """Events for the page: `stage`, `claims` (so far), `answer` or `error` last.

    Closing the iterator closes the assistant's stream, which stops the model.
    """
    claims: list[Claim] = []
    stream = None
    stage, told = "", 0.0
    try:
        history = _history(asked, journal)
        if asked.again:
            asked = replace(asked, scope=scope_view.restored(journal.answer(asked.again).record))
        stream = assistant.stream(asked.question, history=history, scope=asked.scope, mode=asked.mode)
        for event in stream:
            if isinstance(event, StepStarted):
                # Sent again while a model writes: each time is a chance for the page to have gone.
                if event.name != stage or time.monotonic() - told > TELL_EVERY:
                    stage, told = event.name, time.monotonic()
                    yield {"kind": "stage", "name": event.name}
            elif isinstance(event, Step):
                yield {"kind": "stage-done", "name": event.name, "seconds": round(event.seconds, 3)}
            elif isinstance(event, Claim):
                claims.append(event)
                partial = record(Answer(asked.question, "answered", claims=tuple(claims)))
                yield {"kind": "claims", "html": answer_view.claims(partial)}
            else:
                yield _kept(asked, event, assistant, journal)
    except RagError as error:
        yield {"kind": "error", "html": notice_view.error(error)}
    except Exception as error:
        log.exception("a question failed")
        yield {"kind": "error", "html": notice_view.unexpected(error)}
    finally:
        close = getattr(stream, "close", None)
        if close is not None:
            close()


def _history(asked: Asked, journal: Journal) -> list[Turn]:
    if not asked.conversation or asked.again:
        return []
    entries = journal.answers(asked.conversation)[-REMEMBERED:]
    return [Turn(entry.record.get("standalone") or entry.question, entry.record["text"]) for entry in entries]


def _kept(asked: Asked, event: Answer, assistant: Assistant, journal: Journal) -> dict[str, Any]:
    values = record(event)
    named = found_view.documents_in(values["steps"])
    values["titles"] = {one: scope_view.title(one, assistant) for one in sorted(named)}
    if not asked.scope.is_everything:
        values["scope"] = scope_view.kept(asked.scope, assistant)
    conversation = asked.conversation or journal.start(asked.question)
    identity = journal.add(conversation, values)
    shown = answer_view.answer(values, identity)
    if asked.again:
        shown = comparison_view.comparison(journal.answer(asked.again), values) + shown
    return {
        "kind": "answer",
        "html": shown,
        "answer": identity,
        "conversation": conversation,
        "status": values["status"],
        "spoken": answer_view.spoken(values),
    }
