"""Written claims → those that may be shown in place of the quotes. One that fails is never shown."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from rag import facts
from rag.ports import Scorer
from rag.sentences import words
from rag.types import Claim, Evidence, Span
from rag.verify import polarity

SUPPORTED = 0.8
"""Probability of support from which a written claim is shown (evals/decisions/2026-11-22-written.md)."""

NOVEL = 0.2
"""Share of a claim's content words that its evidence and the question need not contain."""

NEARLY = 0.5
"""Logits by which a written sentence may answer less well than the quote it rests on."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What checking found of one claim."""

    score: float
    """0 to 1."""
    objection: str = ""
    """Why the claim must not be shown, in words; "" when it may."""

    @property
    def passes(self) -> bool:
        return not self.objection


def keep(
    question: str, written: Sequence[Claim], quotes: Sequence[Claim], scorer: Scorer, *, strict: bool
) -> tuple[tuple[Claim, ...], list[str]]:
    """The written claims that may be shown in place of the quotes, and the objections to the others.

    Args:
        quotes: what is shown when none passes; best first.
        strict: a claim must also answer the question about as well as its quote does: a sentence that is
            true beside the point is worth less than the quote.
    """
    kept: list[Claim] = []
    objections: list[str] = []
    if not quotes:
        return (), ["there is nothing to check against"]
    for claim in written:
        if not claim.evidence or any(claim.text == other.text for other in kept):
            continue
        judgement = judge(claim.text, claim.evidence, scorer, question)
        objection = judgement.objection or _quote_is_better(question, claim, scorer, strict=strict)
        if objection:
            objections.append(f"{claim.text} — {objection}")
        else:
            kept.append(replace(claim, support="supported", score=judgement.score))
    return tuple(kept), objections


def _quote_is_better(question: str, claim: Claim, scorer: Scorer, *, strict: bool) -> str:
    """Why the quote serves better than the sentence that rests on it, in words; "" when it does not."""
    quote, text = claim.evidence[0].quote, claim.text
    if _wording(text) == _wording(quote):
        return "it is the quote, without its marks"
    there = scorer.pointing(question, quote, Span(0, len(quote)))
    if there and there.margin > 0:
        answer = words(quote[there.span.start : there.span.end])
        if set(answer) - set(words(text)):
            return "it leaves out words of the quote that answer"
    if not strict:
        return ""
    here = scorer.pointing(question, text, Span(0, len(text)))
    if there and here:
        less = here.margin < max(0.0, there.margin - NEARLY)
    else:
        well, as_well = scorer.answerability(question, [quote, text])
        less = bool(as_well < well - NEARLY)
    return "it does not answer the question as well as the quote does" if less else ""


def _repeats_itself(text: str) -> bool:
    """Whether three words in a row come twice."""
    spoken = _wording(text)
    triples = list(zip(spoken, spoken[1:], spoken[2:], strict=False))
    return len(set(triples)) < len(triples)


def _wording(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def quotes_of(first: Sequence[Evidence], others: Sequence[Claim]) -> tuple[Claim, ...]:
    """Quotes of `first`, then the other claims that do not repeat them."""
    claims = [Claim(evidence.quote, (evidence,)) for evidence in first]
    return (*claims, *(claim for claim in others if all(claim.text != known.text for known in claims)))


def judge(claim: str, evidence: Sequence[Evidence], scorer: Scorer, question: str = "") -> Judgement:
    """Whether the evidence carries the claim: facts and polarity by rule, meaning by the scorer.

    Args:
        question: words the claim may repeat without the evidence saying them.
    """
    if not evidence:
        return Judgement(0.0, "no evidence is cited")
    quotes = " ".join(item.quote for item in evidence)
    known = " ".join([quotes, *(item.passage.context for item in evidence)])
    objection = objections(claim, quotes, known, question)
    probabilities = scorer.support(claim, [quotes])
    score = float(probabilities[0][0])
    if objection:
        return Judgement(min(score, 0.2), objection)
    if score < SUPPORTED:
        return Judgement(score, "the evidence does not clearly carry it")
    return Judgement(score)


def objections(claim: str, quotes: str, known: str, question: str = "") -> str:
    """The first rule that the claim breaks, in words; "" when it breaks none.

    Args:
        quotes: the evidence, verbatim.
        known: the evidence with its context lines (title, speaker, date).
        question: what was asked.
    """
    missing_numbers = facts.missing_quantities(claim, known)
    if missing_numbers:
        return f"the evidence does not state the number {missing_numbers[0].value:g}"
    if facts.months(claim) - facts.months(known):
        return "the evidence states another date"
    missing_names = facts.missing_names(claim, f"{known} {question}")
    if missing_names:
        return f"the evidence does not name {missing_names[0]}"
    turned = polarity.turned_round(claim, quotes)
    if turned:
        return turned
    moved = polarity.moved_in_time(claim, quotes)
    if moved:
        return f"the evidence puts {moved} differently: at, before or after the time"
    strong = polarity.overstated(claim, quotes)
    if strong:
        return f"the evidence does not say “{strong}”"
    if polarity.roles_swapped(claim, quotes, facts.names(claim, opening=True)):
        return "who did what to whom is the other way round"
    if _repeats_itself(claim):
        return "it repeats itself"
    said = words(claim)
    if question and not set(said) - set(words(question)):
        return "it only repeats the question"
    carried = set(words(f"{known} {question}"))
    novel = [word for word in said if word not in carried]
    if said and len(novel) / len(said) > NOVEL:
        return "it says more than the evidence"
    return ""
