"""Question → Reading: search, then read what was found, and say how likely it is to carry the answer."""

from __future__ import annotations

import time
from bisect import bisect_right
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from rag import evidence, gate, retrieve
from rag.evidence import Selection
from rag.ports import Embedder, Index, Scorer
from rag.settings import Settings
from rag.types import Event, Evidence, Scope, Step, StepStarted


@dataclass(frozen=True, slots=True)
class Reading:
    """What was found and read for one question.

    Attributes:
        confidence: probability, 0 to 1, that the selection carries the answer.
    """

    question: str
    found: retrieve.Retrieval
    selection: Selection
    confidence: float
    steps: tuple[Step, ...]


def reading_of(
    question: str,
    index: Index,
    embedder: Embedder | None,
    scorer: Scorer,
    answerable: gate.Gate,
    settings: Settings,
    scope: Scope | None,
) -> Generator[Event, None, Reading]:
    """Both stages, each told as it starts and ends."""
    yield StepStarted("searching")
    clock = time.perf_counter()
    found = retrieve.search(
        question,
        index,
        embedder,
        scorer,
        candidates=settings.candidates,
        limit=settings.hits,
        scope=scope,
        budget_seconds=settings.budget_seconds,
    )
    searching = Step("searching", time.perf_counter() - clock, {"question": question, **found.detail})
    yield searching

    yield StepStarted("reading")
    clock = time.perf_counter()
    read = sorted(found.hits[: found.scored], key=lambda hit: -hit.score)
    selection = evidence.select(question, read, scorer, spellings=found.spellings)
    selection = replace(selection, evidence=_placed(selection.evidence, index))
    features = gate.features(question, read, selection)
    reading = Step("reading", time.perf_counter() - clock, _detail(question, selection, features))
    yield reading
    return Reading(question, found, selection, answerable.confidence(features), (searching, reading))


def _placed(evidence: Sequence[Evidence], index: Index) -> tuple[Evidence, ...]:
    """Each quote with the page it begins on: its passage may have begun on the page before."""
    placed = []
    for item in evidence:
        if item.passage.place is not None:
            places = index.document(item.passage.document_id).places
            at = bisect_right([place.start for place in places], item.start) - 1
            if at >= 0 and places[at] != item.passage.place:
                item = replace(item, passage=replace(item.passage, place=places[at]))
        placed.append(item)
    return tuple(placed)


def _detail(question: str, selection: Selection, features: Mapping[str, float]) -> dict[str, Any]:
    return {
        "question": question,
        "sentences": [
            {
                "document": item.passage.document_id,
                "start": item.start,
                "end": item.end,
                "score": round(item.score, 3),
                "carries": round(carries, 3),
            }
            for item, carries in zip(selection.evidence, selection.carrying, strict=True)
        ],
        "dropped": selection.dropped,
        "features": {name: round(value, 4) for name, value in features.items()},
    }
