"""Is the answer right? No judge: words and numbers are compared, and every rule is written here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from rag.evaluate.measures.text import content_words, numbers, plain_words, squad_normal

LONG_ANSWER = 12
"""Words from which a gold answer is a text to be covered, not a phrase to be contained."""

NUGGET_SHARE = 0.6
"""Share of a nugget's content words that an answer must hold."""


def exact_match(answer: str, gold: Sequence[str]) -> float:
    """1 when the answer equals a gold answer after SQuAD normalisation (Rajpurkar et al. 2016)."""
    return float(any(squad_normal(answer) == squad_normal(alias) for alias in gold))


def token_f1(answer: str, gold: Sequence[str]) -> float:
    """Largest F1 of the bags of normalised words over the gold answers (SQuAD 2.0: both empty counts 1)."""
    return max(
        (_f1(squad_normal(answer).split(), squad_normal(alias).split()) for alias in gold), default=0.0
    )


def contains(answer: str, alias: str) -> bool:
    """Whether the words of a gold answer stand in the answer, whole and in a row.

    The accuracy of Mallen et al. 2023 (PopQA), by words instead of characters; case, accents and
    articles do not count. A long answer may hold an alias by chance, so the words shown stand beside.
    """
    words, wanted = plain_words(answer), plain_words(alias)
    width = len(wanted)
    return width > 0 and any(words[i : i + width] == wanted for i in range(len(words) - width + 1))


def holds_nugget(answer: str, nugget: str) -> bool:
    """A nugget counts when at least 60 % of its content words and all its numbers are in the answer.

    After the nuggets of TREC question answering (Voorhees 2003), matched by words instead of by assessors.
    """
    if not numbers(nugget) <= numbers(answer):
        return False
    wanted = content_words(nugget)
    if not wanted:
        return bool(numbers(nugget)) or contains(answer, nugget)
    held = set(content_words(answer))
    return sum(word in held for word in wanted) >= NUGGET_SHARE * len(wanted)


def nugget_recall(answer: str, nuggets: Sequence[str]) -> float:
    """Share of the nuggets that the answer holds. To be read beside the length of the answer."""
    return sum(holds_nugget(answer, nugget) for nugget in nuggets) / len(nuggets) if nuggets else 0.0


def holds_answer(answer: str, alias: str) -> bool:
    """`contains` for a phrase; for a gold answer of more than 12 words, `holds_nugget`."""
    if len(plain_words(alias)) > LONG_ANSWER:
        return holds_nugget(answer, alias)
    return contains(answer, alias)


def is_right(
    answer: str,
    *,
    answers: Sequence[str] = (),
    vital: Sequence[str] = (),
    okay: Sequence[str] = (),
    must_not: Sequence[str] = (),
) -> bool | None:
    """Whether a shown answer counts as right; None when there is no gold to tell by.

    It is right when it holds none of `must_not` and, besides, one of these is true: one of `answers` is
    held (`holds_answer`); every vital nugget is held; no nugget is vital, and at least 60 % of them are held.

    Args:
        vital: texts of the nuggets without which the answer is not complete.
        okay: texts of the other nuggets.
    """
    if any(contains(answer, phrase) for phrase in must_not):
        return False
    if not (answers or vital or okay):
        return None
    if any(holds_answer(answer, alias) for alias in answers):
        return True
    if vital:
        return nugget_recall(answer, vital) == 1
    return bool(okay) and nugget_recall(answer, okay) >= NUGGET_SHARE


def truthfulness(outcomes: Sequence[str]) -> float:
    """Mean of +1 for "right", 0 for "abstained", −1 for "wrong" (CRAG, Yang et al. 2024).

    Always abstaining scores 0, also on questions that the documents do not answer.
    """
    value = {"right": 1, "abstained": 0, "wrong": -1}
    return sum(value[outcome] for outcome in outcomes) / len(outcomes) if outcomes else 0.0


def _f1(words: list[str], wanted: list[str]) -> float:
    if not words or not wanted:
        return float(words == wanted)
    common = (Counter(words) & Counter(wanted)).total()
    if not common:
        return 0.0
    precision, recall = common / len(words), common / len(wanted)
    return 2 * precision * recall / (precision + recall)
