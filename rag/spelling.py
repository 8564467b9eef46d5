"""One name, many spellings: the library's own words for the names of a question, by rule, without a list."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

import numpy as np
from rapidfuzz.distance import Levenshtein

from rag.facts import names
from rag.ports import Index
from rag.sentences import fold, is_stop_word, name_key, words
from rag.types import Scores

Spellings = Mapping[str, Sequence[str]]
"""A word of the question → other spellings of it in the library, folded."""

_WORD = re.compile(r"[^\W\d_]{4,}")


def variants(question: str, index: Index) -> dict[str, list[str]]:
    """Other spellings, from the library's own vocabulary, of the names and unknown words in a question.

    Words that the library has, apart from names, are not expanded: their stems already meet.
    """
    capitals = set(names(question, opening=True))
    found: dict[str, list[str]] = {}
    for word in dict.fromkeys(_WORD.findall(question)):
        if is_stop_word(fold(word)) or (word not in capitals and index.search_words(word, 1)):
            continue
        stems = set(words(word))
        others = [
            other
            for other, _ in index.similar_words(word)
            if _spells_the_same(word, other) and not set(words(other)) <= stems
        ]
        if others:
            found[word] = others[:4]
    return found


def as_spelled_in(text: str, question: str, spellings: Spellings) -> str:
    """The question with its names as `text` spells them: a scorer reads letters and knows no spellings."""
    if not spellings:
        return question
    present = {fold(word) for word in _WORD.findall(text)}
    for word, others in spellings.items():
        if fold(word) not in present and (here := next((o for o in others if o in present), "")):
            question = re.sub(rf"\b{re.escape(word)}\b", here.capitalize(), question)
    return question


def scores(
    read: Callable[[str, Sequence[str]], Scores], question: str, texts: Sequence[str], spellings: Spellings
) -> Scores:
    """What `read` (a method of a Scorer) says of each text, asked in the text's own spelling. Shape (n,)."""
    asked = [as_spelled_in(text, question, spellings) for text in texts]
    told = np.zeros(len(texts), np.float32)
    for one in dict.fromkeys(asked):
        places = [place for place, spelled in enumerate(asked) if spelled == one]
        told[places] = read(one, [texts[place] for place in places])
    return told


def _spells_the_same(word: str, other: str) -> bool:
    """Equal name keys of five letters or more, or spellings that differ in one letter of seven."""
    key = name_key(word)
    if len(key) >= 5 and key == name_key(other):
        return True
    return min(len(word), len(other)) >= 7 and Levenshtein.normalized_similarity(fold(word), other) >= 0.85
