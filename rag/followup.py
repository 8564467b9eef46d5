"""A follow-up ("And when was that?") → a question that stands alone. Rules, no model. Pure.

It is resolved only when it needs to be, and the person is shown what was searched.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.facts import names
from rag.sentences import words
from rag.types import Turn

_OPENS = re.compile(r"^\W*(?:and|but|so|what about|how about|why not|then|or)\b[\s,]*", re.IGNORECASE)
_POINTS = re.compile(
    r"\b(?:he|she|it|they|him|them|his|hers?|its|theirs?|this|these|those|there|that(?=\W*$|\s+(?:was|is|were|happen|mean))|"
    r"(?:the )?(?:same|former|latter)|(?:that|this) (?:one|time|year|day|place|person|man|woman))\b",
    re.IGNORECASE,
)
_EXPLETIVE = re.compile(
    r"\bis (?:it|there|this) (?:true|possible|the case)\b|\b(?:is|are|was|were) there\b", re.IGNORECASE
)


def standalone(question: str, history: Sequence[Turn]) -> str:
    """The question completed from the conversation; the question itself when it stands alone.

    The subject of the earlier question is named after the new one ("And when was that? (How many troops
    were sent?)"), so that both retrievers and the scorer read both, and nothing is invented.
    """
    if not history or not needs_history(question):
        return question
    subject = _subject(question, history)
    return f"{question.strip()} ({subject})" if subject else question


def needs_history(question: str) -> bool:
    """Whether the question points back: it opens with "and", has a bare pronoun, or has no subject."""
    bare = _EXPLETIVE.sub(" ", question)
    if _OPENS.match(question) or not words(question):
        return True
    points = _POINTS.search(bare)
    if points is None:
        return len(words(question)) <= 1 and not names(question)
    earlier = bare[: points.start()]
    return not names(earlier)


def _subject(question: str, history: Sequence[Turn]) -> str:
    """The latest earlier question that stands alone, with the names of those between."""
    chain: list[str] = []
    for turn in reversed(history):
        chain.append(turn.question.strip())
        if not needs_history(turn.question):
            break
    return " ".join(reversed(chain))
