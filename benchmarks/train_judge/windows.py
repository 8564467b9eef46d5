"""Cut passages into the sizes that a retrieval system scores: one sentence, a few, or a whole passage."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass

_BREAK = re.compile(r"(?<=[.!?])(?<!\b[A-Za-z]\.)(?<!\b[DM]r\.)(?<!\bSt\.)(?<!\bvs\.)[\"')\]”’]*\s+")
_WORD = re.compile(r"\w+")
_COMMON = frozenset(
    "a an and are as at be by did do does for from had has have how in is it its many much of "
    "on or that the their "
    "they this to was were what when where which who whom whose why will with".split()
)
LIMITS = (40, 80, 130)  # words
LIMIT_SHARES = (0.25, 0.35, 0.40)


@dataclass(frozen=True)
class Marked:
    """Where in a passage the answer stands, and the sentence that holds it: character offsets."""

    start: int
    end: int
    sentence_start: int
    sentence_end: int


def marked(passage: str, question: str, answer: str, shift: int = 0) -> Marked | None:
    """The first `answer` in the sentence nearest to the question that holds it; None if it is absent."""
    wanted = answer.lower()
    parts, place = [], 0
    for part in sentences(passage):
        place = passage.index(part, place)
        parts.append((place, part))
        place += len(part)
    holding = [(at, part) for at, part in parts if wanted in part.lower()]
    if not wanted or not holding:
        return None
    at, part = holding[nearest([part for _, part in holding], question)]
    start = shift + at + part.lower().index(wanted)
    return Marked(start, start + len(wanted), shift + at, shift + at + len(part))


def sentences(text: str) -> list[str]:
    """Sentences of `text` in order, by punctuation alone, so that lower-cased text is split too."""
    return [sentence for sentence in (part.strip() for part in _BREAK.split(text)) if sentence]


def content_words(text: str) -> set[str]:
    return {word for word in _WORD.findall(text.lower()) if word not in _COMMON}


def nearest(parts: list[str], question: str) -> int:
    """Number of the sentence that shares most content words with the question; the first of equals."""
    asked = content_words(question)
    return max(range(len(parts)), key=lambda number: len(asked & content_words(parts[number])))


def grow(parts: list[str], centre: int, limit: int, chance: random.Random) -> str:
    """Sentences around `centre`, grown to either side at random while they hold at most `limit` words."""
    first = last = centre
    size = len(parts[centre].split())
    while True:
        sides = [number for number in (first - 1, last + 1) if 0 <= number < len(parts)]
        sides = [number for number in sides if size + len(parts[number].split()) <= limit]
        if not sides:
            return " ".join(parts[first : last + 1])
        added = chance.choice(sides)
        first, last = min(first, added), max(last, added)
        size += len(parts[added].split())


def some_limit(chance: random.Random) -> int:
    return chance.choices(LIMITS, LIMIT_SHARES)[0]


def window_with(passage: str, question: str, answer: str, chance: random.Random) -> str | None:
    """A window that keeps the answer, around the answering sentence nearest to the question; None if it is
    absent.
    """
    wanted = answer.lower()
    parts = sentences(passage)
    holding = [number for number, part in enumerate(parts) if wanted in part.lower()]
    if not wanted or not holding:
        return None
    centre = holding[nearest([parts[number] for number in holding], question)]
    return grow(parts, centre, some_limit(chance), chance)


def window_without(passage: str, question: str, answer: str, chance: random.Random) -> str | None:
    """A window of the same passage from which the answer is absent; None if every sentence holds it."""
    wanted = answer.lower()
    parts = sentences(passage)
    holding = {number for number, part in enumerate(parts) if wanted in part.lower()}
    free = [number for number in range(len(parts)) if number not in holding]
    if not wanted or not holding or not free:
        return None
    centre = free[nearest([parts[number] for number in free], question)]
    first = max((number + 1 for number in holding if number < centre), default=0)
    last = min((number for number in holding if number > centre), default=len(parts))
    window = grow(parts[first:last], centre - first, some_limit(chance), chance)
    return None if wanted in window.lower() else window


def window_near(passage: str, question: str, chance: random.Random) -> str:
    """A window around the sentence nearest to the question (four times in five) or around any sentence."""
    parts = sentences(passage)
    if not parts:
        return passage
    centre = nearest(parts, question) if chance.random() < 0.8 else chance.randrange(len(parts))
    return grow(parts, centre, some_limit(chance), chance)
