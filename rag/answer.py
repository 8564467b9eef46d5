"""Question + evidence → claims: quotes by rule, or sentences that a generator composes from the quotes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rag.ports import Generator
from rag.prompts import fill
from rag.sentences import sentences, words
from rag.types import Claim, Evidence

WORDS = 70
"""Words that quotes may take in an answer to a plain question (evals/decisions/2026-11-22-evidence.md)."""

NEAR_BEST = 0.5
"""Logits below the best sentence at which a further quote is still shown."""

LIST_NEAR_BEST = 2.5
LIST_WORDS = 160
LIST_MARGIN = -3.0
"""Margin (`Evidence.margin`) that a quote of a list needs when it is further from the best than `NEAR_BEST`:
a sentence in which no words can be pointed at is about the subject and no item of the list."""

_ASKS_FOR_SEVERAL = re.compile(
    r"\b(?:list|name (?:the|all|some|two|three|four|five)|which (?:\w+ )?(?:are|were|have)|"
    r"what are|what were|compare|comparison|differ(?:s|ence|ences|ent)?|both|each|reasons?|why|"
    r"ways|steps|examples?|types|kinds|advantages|consequences|"
    r"how do|how did|how does|summari[sz]e|explain|describe)\b",
    re.IGNORECASE,
)


def asks_for_several(question: str) -> bool:
    """Whether one sentence is unlikely to be enough: lists, comparisons, reasons, explanations."""
    return bool(_ASKS_FOR_SEVERAL.search(question))


def quote(question: str, evidence: Sequence[Evidence], *, limit: int = 3) -> tuple[Claim, ...]:
    """The answer made of quotes: the best sentence, and those near it that add something.

    A quote gives way to one that holds it, such as an item to its whole list, when that is as near.

    Args:
        evidence: best first.
        limit: sentences at most; doubled when the question asks for several things.
    """
    if not evidence:
        return ()
    several = asks_for_several(question)
    near, room = (LIST_NEAR_BEST, LIST_WORDS) if several else (NEAR_BEST, WORDS)
    most = limit * 2 if several else limit
    chosen = [evidence[0]]
    for item in evidence[1:]:
        behind = evidence[0].score - item.score
        if behind > near:
            break
        if behind > NEAR_BEST and item.margin < LIST_MARGIN:
            continue
        inside = [other for other in chosen if _overlap(item, other)]
        if not all(item.start <= other.start and other.end <= item.end for other in inside):
            continue
        place = chosen.index(inside[0]) if inside else len(chosen)
        wider = [other for other in chosen if other not in inside]
        wider.insert(place, item)
        if len(wider) <= most and _length(wider) <= room and _adds(item, chosen):
            chosen = wider
    if several:
        chosen = _in_reading_order(chosen)
    return tuple(Claim(item.quote, (item,)) for item in chosen)


def _length(chosen: Sequence[Evidence]) -> int:
    return sum(len(item.quote.split()) for item in chosen)


def _adds(item: Evidence, chosen: Sequence[Evidence]) -> bool:
    """Whether it says at least two words more."""
    return len(set(words(item.quote)) - {word for other in chosen for word in words(other.quote)}) > 1


def _overlap(one: Evidence, other: Evidence) -> bool:
    same = one.passage.document_id == other.passage.document_id
    return same and one.start < other.end and other.start < one.end


def _in_reading_order(chosen: Sequence[Evidence]) -> list[Evidence]:
    """By document, the best one first, and within a document as its text runs."""
    documents = list(dict.fromkeys(item.passage.document_id for item in chosen))
    return sorted(chosen, key=lambda item: (documents.index(item.passage.document_id), item.start))


def generate(
    question: str, evidence: Sequence[Evidence], generator: Generator, *, max_tokens: int = 96
) -> Iterator[Claim | None]:
    """Sentences that the generator writes from the quotes, each pointing at the evidence nearest to it.

    None comes after each piece that ends no sentence, so that closing the iterator stops the model at once.
    Nothing here is fit to be shown: `verify` decides. Control text inside the quotes is plain text.
    """
    written = ""
    for piece in generator.stream(prompt(question, evidence), max_tokens=max_tokens):
        written += piece
        spans = sentences(written)
        while len(spans) > 1:
            text, written = written[: spans[0].end], written[spans[1].start :]
            yield _draft(text, evidence)
            spans = sentences(written)
        yield None
    if written.strip():
        yield _draft(written, evidence)


def prompt(question: str, evidence: Sequence[Evidence]) -> str:
    """What `generate` gives the generator to read, word for word."""
    listed = "\n".join(f"- {_said(item)}" for item in evidence)
    return fill("answer", evidence=listed, question=question)


def _draft(text: str, evidence: Sequence[Evidence]) -> Claim:
    text = " ".join(text.split()).removeprefix("- ").removeprefix("Answer: ")
    said = set(words(text))
    nearest = max(evidence, key=lambda item: (len(said & set(words(item.quote))), item.score))
    return Claim(text, (nearest,), "unsupported", 0.0)


def _said(item: Evidence) -> str:
    return f"{item.speaker}: {item.quote}" if item.speaker else item.quote
