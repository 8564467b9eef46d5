"""Questions as people ask them of interviews and reports, made by rule: what is said about a subject, what a
named speaker says. The speaker stands in the line above the passage, as the product's context line has it.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from typing import Any

from benchmarks.train_judge.windows import Marked, grow, marked, sentences, some_limit, window_with

_SUBJECT = re.compile(r"(?<=[a-z,] )[A-Z][a-z]+(?: [A-Z][a-z]+)*|\b[a-z]{5,} [a-z]{5,}\b")
_SAID = (
    "What does {speaker} say about {subject}?", "What did {speaker} say about {subject}?",
    "How does {speaker} describe {subject}?", "What is {speaker}'s view of {subject}?",
    "What does {speaker} think of {subject}?", "How does {speaker} see {subject}?",
)  # fmt: skip
_ABOUT = (
    "What is said about {subject}?", "What do the documents say about {subject}?",
    "Tell me about {subject}.", "What do we know about {subject}?", "What does the text say on {subject}?",
)  # fmt: skip
_ACCORDING = ("According to {speaker}, {question}", "{question} according to {speaker}?",
              "What does {speaker} say: {question}")  # fmt: skip

Made = tuple[str, str, int, Marked | None, str]
"""(question, passage with its context line, answerable, where the answer stands, source)"""


def spoken(row: dict[str, Any], speakers: list[str], chance: random.Random) -> Iterator[Made]:
    """Up to two questions, each with what answers it and with what does not."""
    speaker, other, title = chance.sample(speakers, 3)
    yield from _on_a_subject(row["passage"], speaker, other, title, chance)
    if row["answerable"] and row["answer"]:
        yield from _attributed(row, speaker, other, title, chance)


def _on_a_subject(
    passage: str, speaker: str, other: str, title: str, chance: random.Random
) -> Iterator[Made]:
    parts = sentences(passage)
    subjects = [(n, found.group()) for n, part in enumerate(parts) for found in _SUBJECT.finditer(part)]
    if not subjects:
        return
    number, subject = chance.choice(subjects)
    named = chance.random() < 0.6
    question = chance.choice(_SAID if named else _ABOUT).format(speaker=speaker, subject=subject)
    line = f"{title} · {speaker}\n" if named or chance.random() < 0.3 else ""
    window = grow(parts, number, some_limit(chance), chance)
    sentence = len(line) + window.index(parts[number])
    whole = Marked(sentence, sentence + len(parts[number]), sentence, sentence + len(parts[number]))
    yield question, line + window, 1, whole, "topic"
    free = [n for n, part in enumerate(parts) if subject not in part]
    if named and chance.random() < 0.5:
        yield question, f"{title} · {other}\n{window}", 0, None, "topic"
    elif free:
        yield question, line + parts[chance.choice(free)], 0, None, "topic"


def _attributed(
    row: dict[str, Any], speaker: str, other: str, title: str, chance: random.Random
) -> Iterator[Made]:
    question, answer = row["question"].rstrip("? "), row["answer"]
    window = window_with(row["passage"], question, answer, chance)
    if window is None:
        return
    shape = chance.choice(_ACCORDING)
    asked = shape.format(speaker=speaker, question=question if shape.startswith("{q") else question + "?")
    line = f"{title} · {speaker}\n"
    yield asked, line + window, 1, marked(window, question, answer, len(line)), "attributed"
    yield asked, f"{title} · {other}\n{window}", 0, None, "attributed"
