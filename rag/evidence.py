"""Hits → the verbatim sentences that bear on the question, best first."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag import spelling
from rag.ports import Scorer
from rag.sentences import fold, sentences, words
from rag.spelling import Spellings
from rag.types import Evidence, Hit, Passage, Span

LEANS_BACK = re.compile(
    r"^\W*(?:(?:and|but|so|then|also|however|yet|instead|still)\W+)?"
    r"(?:he|she|it|they|this|that|these|those|his|her|its|their|him|them|there|such|both|here)\b",
    re.IGNORECASE,
)
"""A sentence that opens so is read, and quoted, together with the one before it: "He accused them" says
little without the sentence that names him."""

_ASKS = re.compile(r"[?？؟][\s*_\"'”’»)]*$")
"""A question, of an interviewer say, answers nothing."""

_LIST_MARKER = re.compile(r"(?:[-*•–▪◦]|\(?\d{1,2}[.)]|\(?[a-z]\))\s+(?=\S)")
LIST_WORDS = 120
"""A list is quoted whole with the sentence that introduces it, up to this length."""

_SPEAKER_LABEL = re.compile(r"\W*[^\W\d_][^:.!?\n]{0,80}:[\W_]{0,3}(?=\S)")


@dataclass(frozen=True, slots=True)
class Selection:
    """Evidence, best first, with the scores that the answerability gate reads.

    Attributes:
        evidence: sentences, best first.
        answerability: logit of each, same order: does it carry the answer?
        dropped: how many sentences were read by the scorer and are not in `evidence`.
    """

    evidence: tuple[Evidence, ...]
    answerability: tuple[float, ...]
    passage_answerability: float = -12.0
    """The best of the passages' own logits."""
    dropped: int = 0


@dataclass(frozen=True, slots=True)
class _Candidate:
    passage: Passage
    span: Span
    scored_text: str
    passage_score: float
    overlap: float
    speaker: str


def select(
    question: str,
    hits: Sequence[Hit],
    scorer: Scorer,
    *,
    passages: int = 4,
    read: int = 10,
    limit: int = 10,
    spellings: Spellings | None = None,
) -> Selection:
    """The sentences of the best passages that bear on the question.

    Args:
        hits: best first; the score of each is a relevance logit.
        passages: how many hits are split into sentences.
        read: sentences given to the scorer, chosen by shared words and the rank of their passage.
        limit: sentences returned.
        spellings: other spellings of the question's names; each text is asked in its own.
    """
    spellings = spellings or {}
    candidates = _candidates(question, hits[:passages])
    candidates.sort(key=lambda c: (-(c.overlap + 0.1 * c.passage_score), c.passage.id, c.span.start))
    candidates = candidates[:read]
    if not candidates:
        return Selection((), ())
    texts = [candidate.scored_text for candidate in candidates]
    nearest = [hit.passage.scored_text for hit in hits[:3]]
    whole = spelling.scores(scorer.answerability, question, nearest, spellings)
    relevance = spelling.scores(scorer.relevance, question, texts, spellings)
    answerability = spelling.scores(scorer.answerability, question, texts, spellings)
    merits = [
        _merit(float(relevance[i]), float(answerability[i]), candidate.passage_score)
        for i, candidate in enumerate(candidates)
    ]
    order = sorted(range(len(candidates)), key=lambda i: (-merits[i], candidates[i].passage.id, i))[:limit]
    return Selection(
        tuple(_evidence(candidates[i], merits[i]) for i in order),
        tuple(float(answerability[i]) for i in order),
        passage_answerability=float(max(whole)),
        dropped=len(candidates) - len(order),
    )


def _merit(relevance: float, answerability: float, passage_relevance: float) -> float:
    """A weighted mean of three logits: the sentence is relevant, it carries the answer, its passage is
    relevant. The weights are those of evals/decisions/2026-11-22-evidence.md."""
    return (relevance + answerability + 0.5 * passage_relevance) / 2.5


def _candidates(question: str, hits: Sequence[Hit]) -> list[_Candidate]:
    asked = set(words(question))
    seen: set[tuple[str, int, int]] = set()
    found: list[_Candidate] = []
    for hit in hits:
        passage = hit.passage
        spans = sentences(passage.text, passage.source.language or "en")
        before: Span | None = None
        speaker = passage.speaker
        for place, whole in enumerate(spans):
            label = _label(passage.text, whole) if passage.speaker else ""
            if label:
                speaker = passage.speaker if _is_label_of(label, passage.speaker) else ""
            span = _with_its_list(passage.text, _bare(passage.text, whole, label), spans[place + 1 :])
            text = passage.text[span.start : span.end]
            bare = span
            apart = before and "\n\n" in passage.text[before.end : span.start]
            if before and not apart and not label and LEANS_BACK.match(text):
                span = Span(before.start, span.end)
                text = passage.text[span.start : span.end]
            key = (passage.document_id, passage.start + span.start, passage.start + span.end)
            if key not in seen and _can_answer(text):
                seen.add(key)
                scored = f"{passage.context}\n{text}" if passage.context else text
                shared = len(asked & set(words(scored))) / max(1, len(asked))
                found.append(_Candidate(passage, span, scored, hit.score, shared, speaker))
            before = bare if _can_answer(passage.text[bare.start : bare.end]) else None
    return found


def _can_answer(text: str) -> bool:
    """Not a heading, not a question that an interviewer asks, and more than one word."""
    return len(text.split()) > 1 and not _ASKS.search(text) and not text.startswith("#")


def _bare(text: str, sentence: Span, label: str) -> Span:
    """The sentence without the speaker's label or the list marker that opens it."""
    start = sentence.start + len(label)
    marker = _LIST_MARKER.match(text, start, sentence.end)
    return Span(marker.end() if marker else start, sentence.end)


def _with_its_list(text: str, sentence: Span, following: Sequence[Span]) -> Span:
    """A sentence that ends in a colon, together with the list items that follow it at once."""
    if not text[sentence.start : sentence.end].endswith(":"):
        return sentence
    end = sentence.end
    for item in following:
        if (
            not _LIST_MARKER.match(text, item.start)
            or len(text[sentence.start : item.end].split()) > LIST_WORDS
        ):
            break
        end = item.end
    return Span(sentence.start, end)


def _label(text: str, sentence: Span) -> str:
    """The speaker's label that opens a sentence, with its colon and spaces ("Anna Berg: ")."""
    match = _SPEAKER_LABEL.match(text, sentence.start, sentence.end)
    return match.group() if match else ""


def _is_label_of(label: str, speaker: str) -> bool:
    """A label names a speaker by one of their names or by their initials."""
    bare = re.sub(r"[^\w\s]", "", label).strip()
    initials = "".join(part[0] for part in speaker.split())
    return fold(bare) == fold(initials) or bool(set(fold(bare).split()) & set(fold(speaker).split()))


def _evidence(candidate: _Candidate, score: float) -> Evidence:
    passage, span = candidate.passage, candidate.span
    return Evidence(
        passage=passage,
        start=passage.start + span.start,
        end=passage.start + span.end,
        quote=passage.text[span.start : span.end],
        score=score,
        speaker=candidate.speaker,
    )
