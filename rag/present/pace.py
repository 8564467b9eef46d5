"""How fast this machine answers: a few real steps of the models in use, timed."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median

from rag.assistant import Assistant
from rag.journal import Entry

PASSAGES = 8
"""What the judge reads for one question, by default."""

WORDS = 24
"""Tokens of about one sentence."""

_PASSAGE = (
    "The harbour was dug in three years by two hundred people, who were paid by the day and lived in huts "
    "beside the quarry; when the last stone was laid, most of them stayed and fished."
)
_QUESTION = "How long did it take to dig the harbour?"


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds. 0 for a step that no model is in use for."""

    finding: float
    """One question into its vector."""
    reading: float
    """`PASSAGES` passages by the judge."""
    writing: float
    """A sentence of `WORDS` tokens, with the reading of its prompt."""


def measure(assistant: Assistant) -> Pace:
    """Each step once to warm up and once timed: a few seconds on a slow machine."""
    embedder, generator = assistant.embedder, assistant.generator

    def find() -> None:
        if embedder is not None:
            embedder.embed_question(_QUESTION)

    def read() -> None:
        assistant.scorer.relevance(_QUESTION, [_PASSAGE] * PASSAGES)

    def write() -> None:
        if generator is not None:
            for _ in generator.stream(f"{_PASSAGE}\n{_QUESTION}", max_tokens=WORDS):
                pass

    taken = []
    for step in (find, read, write):
        step()
        clock = time.perf_counter()
        step()
        taken.append(time.perf_counter() - clock)
    return Pace(taken[0], taken[1], taken[2] if generator is not None else 0.0)


def recent(entries: Iterable[Entry]) -> tuple[int, float, float]:
    """(how many, median, slowest) of the seconds that kept answers took."""
    taken = [
        sum(float(step["seconds"]) for step in entry.record["steps"])
        for entry in entries
        if entry.record.get("steps")
    ]
    return (len(taken), median(taken), max(taken)) if taken else (0, 0.0, 0.0)
