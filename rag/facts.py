"""What a relevance model cannot see in a sentence: its numbers, dates and names. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rag.sentences import fold, is_stop_word, name_key, words

_UNITS = (  # a list of words reads better than a column of them
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen"
).split()
_TENS = {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80,
         "ninety": 90}  # fmt: skip
_WORDS = {word: float(value) for value, word in enumerate(_UNITS)} | {
    word: float(value) for word, value in _TENS.items()
}
_ORDINALS = {"first": 1.0, "second": 2.0, "third": 3.0, "fourth": 4.0, "fifth": 5.0, "sixth": 6.0,
             "seventh": 7.0, "eighth": 8.0, "ninth": 9.0, "tenth": 10.0}  # fmt: skip
_SCALES = {"hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12}
_MONTHS = ("january february march april may june july august september october november december").split()
_TOKEN = re.compile(r"[$€£¥]|\d[\d,.  ]*\d|\d|%|[^\W\d_]+", re.UNICODE)
_BLANKS_AND_MARKS = " ,.\u00a0\u202f"
_GROUPED = re.compile(r"^\d{1,3}(?:[,  .]\d{3})+$")
_NAME = re.compile(r"[^\W\d_][\w’'-]*", re.UNICODE)
_SENTENCE_BREAK = re.compile(r"[.!?:\n]\s*[\"“«(]*\s*$")
_CURRENCY = {"$": "dollar", "€": "euro", "£": "pound", "¥": "yen", "dollars": "dollar", "euros": "euro",
             "pounds": "pound", "usd": "dollar", "eur": "euro", "%": "percent", "percent": "percent",
             "per": "percent", "percentage": "percent"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number in a text: its value, and the unit where one stands beside it."""

    value: float
    unit: str = ""


def quantities(text: str) -> list[Quantity]:
    """Numbers in digits or English words, with currency, per cent or scale folded in.

    "2,000" and "two thousand" are both 2000; "14th" is 14; "$5 million" is 5,000,000 dollar.
    """
    tokens = [match.group() for match in _TOKEN.finditer(text)]
    found: list[Quantity] = []
    index = 0
    while index < len(tokens):
        value = _value(tokens[index])
        if value is None:
            index += 1
            continue
        unit = _CURRENCY.get(tokens[index - 1], "") if index else ""
        index += 1
        while index < len(tokens):
            word = tokens[index].lower()
            if word in _SCALES:
                value *= _SCALES[word]
            elif value in _TENS.values() and _WORDS.get(word, 10.0) < 10.0:
                value += _WORDS[word]
            else:
                break
            index += 1
        if index < len(tokens):
            unit = unit or _CURRENCY.get(tokens[index].lower(), "")
        found.append(Quantity(value, unit))
    return found


def missing_quantities(claim: str, evidence: str) -> list[Quantity]:
    """Quantities of the claim that the evidence does not state (another unit counts as another quantity)."""
    stated = quantities(evidence)
    return [q for q in quantities(claim) if not any(_same(q, other) for other in stated)]


def months(text: str) -> set[str]:
    """English month names in a text; "may" and "march" only where a number stands beside them."""
    found = set()
    tokens = re.findall(r"\w+", text.lower())
    for index, token in enumerate(tokens):
        if token in _MONTHS:
            beside = tokens[max(0, index - 2) : index] + tokens[index + 1 : index + 3]
            if token not in ("may", "march") or any(part[0].isdigit() for part in beside):
                found.add(token)
    return found


def names(text: str, *, opening: bool = False) -> list[str]:
    """Capitalised words that are not merely the first word of a sentence.

    Args:
        opening: also those that open a sentence, stop words excepted ("Russia attacked", but "Prices rose").
    """
    found = []
    last_end = 0
    opens = True
    for match in _NAME.finditer(text):
        opens = opens or bool(_SENTENCE_BREAK.search(text[last_end : match.start()]))
        word = match.group()
        capital = word[0].isupper() and len(word) > 1
        inner = any(letter.isupper() for letter in word[1:])
        if capital and (not opens or inner or (opening and not is_stop_word(fold(word)))):
            found.append(word)
        opens = False
        last_end = match.end()
    return found


def missing_names(claim: str, evidence: str) -> list[str]:
    """Names of the claim that no spelling in the evidence matches."""
    present = {fold(word) for word in _NAME.findall(evidence)}
    keys = {name_key(word) for word in present}
    stems = set(words(evidence))
    missing = []
    for name in names(claim):
        bare = re.sub(r"[’']s?$", "", name)
        folded = fold(bare)
        known = folded in present or name_key(folded) in keys or bool(set(words(bare)) & stems)
        if not known and not any(_is_part(folded, word) for word in present):
            missing.append(name)
    return missing


def _is_part(word: str, other: str) -> bool:
    """ "Belarus" in "Belarusian": one is the other with an ending."""
    short, long = sorted((word, other), key=len)
    return len(short) >= 5 and long.startswith(short) and len(long) - len(short) <= 4


def _value(token: str) -> float | None:
    lowered = token.lower()
    if lowered in _WORDS:
        return _WORDS[lowered]
    if lowered in _ORDINALS:
        return _ORDINALS[lowered]
    if not token[0].isdigit():
        return None
    bare = token.strip(_BLANKS_AND_MARKS)
    bare = re.sub(r"[,.  ]", "", bare) if _GROUPED.match(bare) else re.sub(r"[,  ]", "", bare)
    try:
        return float(bare)
    except ValueError:
        return None


def _same(one: Quantity, other: Quantity) -> bool:
    if one.value != other.value:
        return False
    return one.unit == other.unit or not one.unit
