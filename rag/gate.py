"""Can the question be answered from what was found? A calibrated probability, and a reason in words. Pure.

Two ways to fail are told apart: nothing is near the question at all, or passages on its subject were found
and none carries what is asked.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rag import packaged
from rag.evidence import Selection
from rag.facts import names, quantities
from rag.sentences import fold, name_key, words
from rag.types import Evidence, Hit

FAR = -4.0
"""Relevance logit of the best passage under which nothing counts as near."""

ABSENT = -12.0
"""Stands for a logit where there is nothing to score."""

_ASKS_NUMBER = re.compile(
    r"\bhow (?:many|much|old|long|tall|far|large|big|often|high|deep)\b|\bwhat (?:number|percentage)\b", re.I
)
_SAYS_NUMBER = re.compile(r"\b(?:no|several|dozens|hundreds|thousands|half|once|twice|a few)\b")
_ASKS_TIME = re.compile(r"\bwhen\b|\b(?:what|which) (?:date|year|day|month|century|decade)\b", re.I)
_SAYS_TIME = re.compile(
    r"\d|centur|decade|\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b|\b(?:january|february|march|april|may|june|"
    r"july|august|september|october|november|december|after|before|during|when|until|since)\b"
)
_ASKS_PERSON = re.compile(r"^\W*who(?:m|se)?\b", re.I)
_CAPITALISED = re.compile(r"\b[^\W\d_a-z]\w+")
_CAPITALISED_RUN = re.compile(r"\b[^\W\d_a-z]\w+(?:(?: (?:of|for|and|the|in|de|du))*[ -][^\W\d_a-z]\w+){2,}")
_SAYS_PERSON = re.compile(r"\b(?:i|we|he|she|they)\b")


@dataclass(frozen=True, slots=True)
class Gate:
    """A logistic regression over the features of `features`. Fitted by `benchmarks/gate.py`."""

    weights: Mapping[str, float]
    intercept: float

    def confidence(self, values: Mapping[str, float]) -> float:
        """Probability, 0 to 1, that the evidence carries the answer.

        Raises:
            KeyError: a weight names a feature that `values` lacks.
        """
        logit = self.intercept + sum(weight * values[name] for name, weight in self.weights.items())
        return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, logit))))


def untrained() -> Gate:
    """A gate by the sentence's relevance alone, for tests and for scorers without a fitted one."""
    return Gate({"sentence_relevance": 1.0}, 0.0)


def load(scorer: str) -> Gate:
    """The gate fitted to a scorer (`models/gate.json`); `untrained` when there is none for it."""
    file = packaged.folder("models") / "gate.json"
    fitted = json.loads(file.read_text("utf-8")) if file.is_file() else {}
    if scorer not in fitted:
        return untrained()
    return Gate(fitted[scorer]["weights"], fitted[scorer]["intercept"])


def features(question: str, hits: Sequence[Hit], selection: Selection) -> dict[str, float]:
    """What the gate reads; hits in the scorer's order. Every value is finite; logits are cut at ±12."""
    evidence = selection.evidence
    read = " ".join(f"{hit.passage.context} {hit.passage.text}" for hit in hits[:3])
    best = f"{evidence[0].passage.context} {evidence[0].passage.text}" if evidence else ""
    asked = set(words(question))
    return {
        "passage_relevance": _cut(hits[0].score if hits else ABSENT),
        "passage_margin": _cut(hits[0].score - hits[1].score) if len(hits) > 1 else 0.0,
        "sentence_relevance": _cut(evidence[0].score if evidence else ABSENT),
        "sentence_carries": _cut(selection.carrying[0] if evidence else ABSENT),
        "best_carries": _cut(max(selection.carrying, default=ABSENT)),
        "passage_answerability": _cut(selection.passage_answerability),
        "pointing": _cut(evidence[0].margin if evidence else ABSENT),
        "best_pointing": _cut(max((item.margin for item in evidence), default=ABSENT)),
        "words_in_best": len(asked & set(words(best))) / max(1, len(asked)),
        "words_in_read": len(asked & set(words(read))) / max(1, len(asked)),
        "names_missing": float(len(missing_names(question, best))),
        "numbers_missing": float(len(_missing_numbers(question, best))),
        "kind_missing": float(not kind_present(question, evidence[0].quote if evidence else "")),
    }


def missing_names(question: str, text: str) -> list[str]:
    """Names in the question of which no spelling stands in the text."""
    present = {fold(word) for word in re.findall(r"[^\W_]+", text)}
    initials = _initials(text)
    keys = {name_key(word) for word in present}
    stems = set(words(text))
    return [
        name
        for name in names(question)
        if fold(name) not in present
        and name_key(fold(name)) not in keys
        and not set(words(name)) & stems
        and not (len(name) > 2 and any(name in run for run in initials))
    ]


def unnamed(question: str, hits: Sequence[Hit]) -> list[str]:
    """Names in the question that no passage found has in any spelling."""
    return missing_names(question, " ".join(f"{hit.passage.context} {hit.passage.text}" for hit in hits))


def _initials(text: str) -> list[str]:
    """Of each run of capitalised words: "the World Health Organization" is also WHO."""
    runs = [_CAPITALISED.findall(run.group()) for run in _CAPITALISED_RUN.finditer(text)]
    return ["".join(word[0] for word in run) for run in runs]


def kind_present(question: str, quote: str) -> bool:
    """Whether the quote holds the kind of thing asked for: a number, a date, a name. True when unsure."""
    said = quote.lower()
    if _ASKS_NUMBER.search(question):
        return bool(quantities(quote)) or bool(_SAYS_NUMBER.search(said))
    if _ASKS_TIME.search(question):
        return bool(_SAYS_TIME.search(said))
    if _ASKS_PERSON.search(question):
        return bool(names(quote)) or bool(_SAYS_PERSON.search(said))
    return True


def reason(question: str, hits: Sequence[Hit], evidence: Sequence[Evidence]) -> str:
    """Why the question is not answered, for a person."""
    if max((hit.score for hit in hits), default=ABSENT) < FAR:
        return "Nothing in the documents is close to this question."
    nearest = evidence[0].passage if evidence else hits[0].passage
    about = nearest.heading or nearest.source.title
    absent = unnamed(question, hits[:3])
    if absent:
        return f"The nearest passages, in “{about}”, do not mention {_listed(absent)}."
    return f"Passages on this subject were found, in “{about}”, but none of them says what is asked."


def _listed(items: Sequence[str]) -> str:
    quoted = [f"“{item}”" for item in dict.fromkeys(items)]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} or {quoted[-1]}"


def _missing_numbers(question: str, text: str) -> list[float]:
    stated = {quantity.value for quantity in quantities(text)}
    return [quantity.value for quantity in quantities(question) if quantity.value not in stated]


def _cut(logit: float) -> float:
    return max(-12.0, min(12.0, logit))
