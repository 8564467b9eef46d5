"""Words as they are compared: folded, stemmed, stop words left out."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from typing import Protocol

from rag.sentences.stopwords import STOP_WORDS

_TOKEN = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)*|[^\W\d_][^\W_]*(?:['’][^\W\d_]+)*|[^\W_]+")
_MARKS = re.compile("[\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0670\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]")
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]+")
"""Scripts written without spaces: Thai, Lao, Burmese, Khmer, Japanese, Chinese."""
_WITHOUT_DECOMPOSITION = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ħ": "h", "ı": "i", "ŋ": "n"}
    | {"ə": "e", "ŧ": "t", "ĸ": "k", "ƒ": "f", "ɓ": "b", "ɗ": "d", "ƙ": "k", "ґ": "г"}
    | {"’": "", "'": "", "ʼ": ""}
)
_SNOWBALL = {
    "ar": "arabic", "hy": "armenian", "eu": "basque", "ca": "catalan", "da": "danish", "nl": "dutch",
    "en": "english", "et": "estonian", "fi": "finnish", "fr": "french", "de": "german", "el": "greek",
    "hi": "hindi", "hu": "hungarian", "id": "indonesian", "ga": "irish", "it": "italian", "lt": "lithuanian",
    "ne": "nepali", "no": "norwegian", "nb": "norwegian", "pt": "portuguese", "ro": "romanian",
    "ru": "russian", "sr": "serbian", "es": "spanish", "sv": "swedish", "ta": "tamil", "tr": "turkish",
    "yi": "yiddish",
}  # fmt: skip
_REMEMBERED = 2**14
"""Words whose folded form and stem are kept: nearly all that recur, and some 4 MB however much is read."""


class _Stemmer(Protocol):
    def stemWord(self, word: str) -> str: ...  # noqa: N802 - the name is Snowball's


@cache
def _stemmer(language: str) -> _Stemmer:
    import snowballstemmer

    stemmer: _Stemmer = snowballstemmer.stemmer(_SNOWBALL[language])
    return stemmer


def fold(word: str) -> str:
    """Case and diacritics removed: "Łukašenka" and "lukasenka" are one word, "Straße" and "strasse" too."""
    lowered = word.casefold()
    return lowered.replace("'", "") if lowered.isascii() else _bare(lowered)


@lru_cache(maxsize=_REMEMBERED)
def _bare(lowered: str) -> str:
    # A compatibility form may have a case of its own (ℇ is Ɛ), hence the second casefold.
    spelled_out = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", lowered).casefold())
    bare = _MARKS.sub("", spelled_out).translate(_WITHOUT_DECOMPOSITION)
    return unicodedata.normalize("NFC", bare)


@lru_cache(maxsize=_REMEMBERED)
def stem(word: str, language: str = "en") -> str:
    """The folded Snowball stem; languages without a Snowball algorithm are folded only.

    English is folded first, since its stemmer knows plain letters only; other languages after.
    """
    if language not in _SNOWBALL or not any(letter.isalpha() for letter in word):
        return fold(word)
    if language == "en":
        folded = fold(word)
        return _stemmer("en").stemWord(folded) if folded.isascii() else folded
    return fold(_stemmer(language).stemWord(word.lower()))


def is_stop_word(word: str, language: str = "en") -> bool:
    return word.lower().replace("’", "'") in STOP_WORDS.get(language, frozenset())


def words(text: str, language: str = "en", *, stop_words: bool = False) -> list[str]:
    """The words of a text as search compares them, in order, with repetitions.

    Args:
        text: any text.
        language: ISO 639-1 code; chooses the stemmer and the stop words.
        stop_words: keep stop words.

    Returns:
        Folded stems. Numbers keep their decimal point and lose their thousands commas ("2,000" is "2000").
        Scripts without spaces become overlapping pairs of characters.
    """
    found: list[str] = []
    stops = frozenset[str]() if stop_words else STOP_WORDS.get(language, frozenset())
    for match in _TOKEN.finditer(text):
        token = match.group()
        if token[0].isdigit():
            found.append(fold(token.replace(",", "")))
            continue
        lowered = token.lower().replace("’", "'")
        if lowered in stops:
            continue
        if not token.isascii() and _UNSPACED.search(token):
            found.extend(_pairs(token))
            continue
        if lowered.endswith("'s"):
            lowered = lowered[:-2]
            if lowered in stops:
                continue
        stemmed = stem(lowered, language)
        if stemmed:
            found.append(stemmed)
    return found


def _pairs(token: str) -> list[str]:
    pairs: list[str] = []
    cursor = 0
    for match in _UNSPACED.finditer(token):
        if match.start() > cursor:
            pairs.append(fold(token[cursor : match.start()]))
        run = match.group()
        pairs.extend([run] if len(run) == 1 else [run[i : i + 2] for i in range(len(run) - 1)])
        cursor = match.end()
    if cursor < len(token):
        pairs.append(fold(token[cursor:]))
    return [pair for pair in pairs if pair]
