"""Hits → the verbatim sentences that bear on the question, best first."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag import spelling
from rag.ports import Scorer
from rag.sentences import fold, sentences
from rag.spelling import Spellings
from rag.types import Evidence, Hit, Passage, Pointed, Span

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

_CANNOT_POINT = 0.0
"""Margin that stands for a scorer which cannot point: it moves no sentence before another."""

_SPEAKER_LABEL = re.compile(r"\W*[^\W\d_][^:.!?\n]{0,80}:[\W_]{0,3}(?=\S)")


@dataclass(frozen=True, slots=True)
class Selection:
    """Evidence, best first, with the scores that the answerability gate reads.

    Attributes:
        evidence: sentences, best first.
        carrying: logit of each, same order: does the answer stand there?
        dropped: how many sentences were read and are not in `evidence`.
    """

    evidence: tuple[Evidence, ...]
    carrying: tuple[float, ...]
    passage_answerability: float = -12.0
    """The best of the first three passages' own logits."""
    dropped: int = 0


@dataclass(frozen=True, slots=True)
class _Candidate:
    passage: Passage
    span: Span
    """What is quoted, in the passage's text."""
    own: Span
    """The sentence itself, where `span` holds the one before it too."""
    speaker: str

    @property
    def place(self) -> tuple[str, int, int]:
        """In the document: passages overlap, and a sentence is read once."""
        start = self.passage.start
        return self.passage.document_id, start + self.span.start, start + self.span.end


def select(
    question: str,
    hits: Sequence[Hit],
    scorer: Scorer,
    *,
    limit: int = 10,
    spellings: Spellings | None = None,
) -> Selection:
    """The sentences of the hits that bear on the question.

    Args:
        hits: best first; the score of each is a relevance logit.
        limit: sentences returned.
        spellings: other spellings of the question's names; each text is asked in its own.
    """
    candidates: list[tuple[float, float, Pointed | None, _Candidate]] = []
    answerability: list[float] = []
    read: set[tuple[str, int, int]] = set()
    for hit in hits:
        text = hit.passage.scored_text
        asked = spelling.as_spelled_in(text, question, spellings or {})
        whole = float(scorer.answerability(asked, [text])[0])
        answerability.append(whole)
        found = [each for each in _candidates(hit.passage) if each.place not in read]
        read |= {each.place for each in found}
        shift = len(text) - len(hit.passage.text)
        spans = [Span(each.own.start + shift, each.own.end + shift) for each in found]
        (carries,) = scorer.carrying(asked, [text], [spans])
        for logit, span, each in zip(carries, spans, found, strict=True):
            pointed = scorer.pointing(asked, text, span)
            merit = _merit(float(logit), pointed, whole, hit.score)
            candidates.append((merit, float(logit), pointed, each))
    candidates.sort(key=lambda row: (-row[0], row[3].passage.id, row[3].span.start))
    kept = candidates[:limit]
    return Selection(
        tuple(_evidence(each, merit, pointed) for merit, _, pointed, each in kept),
        tuple(logit for _, logit, _, _ in kept),
        passage_answerability=max(answerability[:3], default=-12.0),
        dropped=len(candidates) - len(kept),
    )


def _merit(carries: float, pointed: Pointed | None, answerability: float, relevance: float) -> float:
    """A weighted mean of logits: the answer stands in the sentence, words of it can be pointed at, its
    passage carries it, its passage is relevant. Weights: evals/decisions/2026-11-22-marks.md."""
    margin = max(-12.0, min(12.0, pointed.margin)) if pointed else _CANNOT_POINT
    return (carries + 0.2 * margin + answerability + 0.5 * relevance) / 2.7


def _candidates(passage: Passage) -> list[_Candidate]:
    """What may be quoted of a passage: sentences, some with the one before them or with their list."""
    spans = sentences(passage.text, passage.source.language or "en")
    found: list[_Candidate] = []
    before: Span | None = None
    speaker = passage.speaker
    for place, whole in enumerate(spans):
        label = _label(passage.text, whole) if passage.speaker else ""
        if label:
            speaker = passage.speaker if _is_label_of(label, passage.speaker) else ""
        span = bare = _with_its_list(passage.text, _bare(passage.text, whole, label), spans[place + 1 :])
        text = passage.text[span.start : span.end]
        apart = before and "\n\n" in passage.text[before.end : span.start]
        if before and not apart and not label and LEANS_BACK.match(text):
            span = Span(before.start, span.end)
        if _can_answer(passage.text[span.start : span.end]):
            found.append(_Candidate(passage, span, bare, speaker))
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


def _evidence(candidate: _Candidate, score: float, pointed: Pointed | None) -> Evidence:
    passage, span = candidate.passage, candidate.span
    shift = passage.start - (len(passage.scored_text) - len(passage.text))
    sure = pointed is not None and pointed.margin > 0
    return Evidence(
        passage=passage,
        start=passage.start + span.start,
        end=passage.start + span.end,
        quote=passage.text[span.start : span.end],
        score=score,
        speaker=candidate.speaker,
        answer=Span(shift + pointed.span.start, shift + pointed.span.end) if pointed and sure else None,
        margin=pointed.margin if pointed else _CANNOT_POINT,
    )
