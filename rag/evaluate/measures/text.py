"""How measures read text: apart from the product's own tokeniser, so that a change of it moves no measure."""

from __future__ import annotations

import re
import string
import unicodedata
from functools import cache, lru_cache

_ARTICLES = re.compile(r"\b(a|an|the)\b")
_PUNCTUATION = str.maketrans("", "", string.punctuation)
_INSIDE_NUMBER = re.compile(r"(?<=\d)[,\u00a0\u202f](?=\d{3}(?!\d))")
_WORD = re.compile(r"\d+(?:\.\d+)+|\w+")
_NUMBER = re.compile(r"\d+(?:\.\d+)*")
_MARK = re.compile(r"\w+|[^\w\s]")

# Words without content of their own (articles, prepositions, pronouns, auxiliaries).
_STOP_WORDS = (
    "a an the and or but if then than so as of at by for with about against between into through during "
    "before after above below to from up down in out on off over under again further once here there when "
    "where why how all any both each few more most other some such only own same too very can will just "
    "should now is am are was were be been being have has had having do does did doing would could may "
    "might must shall i me my we our you your he him his she her it its they them their what which who "
    "whom this that these those s t"
)
_STOP = frozenset(_STOP_WORDS.split())


def squad_normal(text: str) -> str:
    """The normal form of the SQuAD evaluation script: lower case, no punctuation, no articles, single spaces.

    Source: Rajpurkar et al. 2016, `normalize_answer` of the official evaluation script (v1.1 and v2.0).
    """
    return " ".join(_ARTICLES.sub(" ", text.lower().translate(_PUNCTUATION)).split())


@lru_cache(maxsize=4096)
def plain_words(text: str) -> tuple[str, ...]:
    """Words without case, accents, articles or marks; "2,000" and "2000" are one word, "3.5" stays whole."""
    folded = "".join(
        c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c)
    )
    words = _WORD.findall(_INSIDE_NUMBER.sub("", folded.translate(_LETTERS)))
    return tuple(word for word in words if word not in ("a", "an", "the"))


def content_words(text: str) -> list[str]:
    """Stemmed words that carry content: no stop words, no numbers. Each counted once, in order."""
    stemmer = _stemmer()
    words = [word for word in plain_words(text) if word not in _STOP and not word[0].isdigit()]
    return list(dict.fromkeys(stemmer.stemWord(word) for word in words))


def numbers(text: str) -> set[str]:
    """The numbers written in digits, without thousands separators: {"2000", "3.5"}."""
    return {match for word in plain_words(text) for match in _NUMBER.findall(word)}


def count_words(text: str) -> int:
    """Words as a person would count them: stretches without white space that hold a letter or digit."""
    return sum(any(c.isalnum() for c in stretch) for stretch in text.split())


def marks(text: str) -> list[tuple[int, int]]:
    """(start, end) of each word and each mark: the tokens that budgets are given in.

    A subword tokeniser makes about 1.2 tokens of each in English.
    """
    return [match.span() for match in _MARK.finditer(text)]


# Letters that Unicode does not take apart into a base letter and an accent.
_LETTERS = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "’": "'", "ʼ": "'"}
)


@cache
def _stemmer():  # type: ignore[no-untyped-def]  # snowballstemmer has no types
    import snowballstemmer

    return snowballstemmer.stemmer("english")
