"""Claims made by rule from true sentences: what a cross-encoder overlooks (numbers, dates, names, negation).

A changed sentence serves as often as evidence as it does as claim, and is supported by itself as often as it
refutes the original, so that neither an odd wording nor word overlap gives the label away.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable

from benchmarks.train_judge.windows import sentences

Change = Callable[[str, list[str], random.Random], str | None]
Labelled = tuple[str, str, str]  # evidence, claim, label

_NUMBER = re.compile(r"(?<![\w.,])\d{1,3}(?:,\d{3})+(?![\w.])|(?<![\w.,])\d+(?:\.\d+)?(?![\w])")
_NAME = re.compile(r"(?<=[a-z,] )[A-Z][a-z]+(?: [A-Z][a-z]+)*")
_AUXILIARY = re.compile(
    r"\b(is|are|was|were|has|have|had|can|could|will|would|should|may|might|must)\b(?! not\b)"
)
_NOT = re.compile(
    r"\b(is|are|was|were|has|have|had|can|could|will|would|should|may|might|must|did|does|do) not\b"
)
_MONTHS = "January February March April May June July August September October November December".split()
_MONTH = re.compile(r"\b(" + "|".join(_MONTHS) + r")\b")
_OPPOSITES = (
    "increased/decreased increase/decrease more/less higher/lower largest/smallest "
    "larger/smaller highest/lowest most/least "
    "before/after first/last north/south northern/southern east/west eastern/western above/below won/lost "
    "always/never all/none many/few early/late older/younger inside/outside won/lost allowed/forbidden "
    "included/excluded accepted/rejected won/lost began/ended opened/closed major/minor positive/negative "
    "supported/opposed success/failure gained/lost better/worse best/worst stronger/weaker legal/illegal "
    "possible/impossible official/unofficial public/private rich/poor male/female left/right "
    "rose/fell long/short"
)
OPPOSITE = {
    one: other
    for pair in _OPPOSITES.split()
    for one, other in (tuple(pair.split("/")), tuple(reversed(pair.split("/"))))
}
_OPPOSED = re.compile(r"\b(" + "|".join(sorted(OPPOSITE)) + r")\b")
_ASIDE = re.compile(r" \([^()]*\)|, (?:which|who|where)\b[^,]*(?=,|\.$)")


def _replace(text: str, found: re.Match[str], new: str) -> str:
    return text[: found.start()] + new + text[found.end() :]


def _any(pattern: re.Pattern[str], text: str, chance: random.Random) -> re.Match[str] | None:
    found = list(pattern.finditer(text))
    return chance.choice(found) if found else None


def other_number(text: str, names: list[str], chance: random.Random) -> str | None:
    if not (found := _any(_NUMBER, text, chance)):
        return None
    old = found[0]
    plain = old.replace(",", "")
    if "." in plain:
        new = f"{float(plain) * chance.choice((0.4, 0.7, 1.3, 2, 3)):.{len(plain.split('.')[1])}f}"
    elif len(plain) == 4 and plain[0] in "12" and "," not in old:
        new = str(int(plain) + chance.choice((-1, 1)) * chance.randint(1, 40))
    else:
        value = int(plain)
        new = str(
            max(0, value + chance.choice((-1, 1)) * max(1, int(value * chance.choice((0.1, 0.3, 0.5, 0.9)))))
        )
        new = f"{int(new):,}" if "," in old else new
    return None if new == old else _replace(text, found, new)


def other_month(text: str, names: list[str], chance: random.Random) -> str | None:
    found = _any(_MONTH, text, chance)
    return _replace(text, found, chance.choice([m for m in _MONTHS if m != found[0]])) if found else None


def other_name(text: str, names: list[str], chance: random.Random) -> str | None:
    found = _any(_NAME, text, chance)
    others = [name for name in names if name not in text]
    return _replace(text, found, chance.choice(others)) if found and others else None


def negated(text: str, names: list[str], chance: random.Random) -> str | None:
    if found := _NOT.search(text):
        return _replace(text, found, found[1])
    found = _AUXILIARY.search(text)
    return _replace(text, found, f"{found[0]} not") if found else None


def opposite(text: str, names: list[str], chance: random.Random) -> str | None:
    found = _any(_OPPOSED, text, chance)
    return _replace(text, found, OPPOSITE[found[0]]) if found else None


CHANGES: tuple[Change, ...] = (other_number, other_number, other_month, other_name, negated, opposite)


def shortened(text: str) -> str:
    """The sentence without asides in brackets and relative clauses between commas: still true if the whole
    is.
    """
    return _ASIDE.sub("", text)


def claims_about(passage: str, chance: random.Random) -> list[Labelled]:
    """A few labelled (evidence, claim) pairs from one cased passage; evidence is one to three of its
    sentences.
    """
    parts = [part for part in sentences(passage) if 8 <= len(part.split()) <= 40]
    if len(parts) < 2:
        return []
    names = sorted({found[0] for found in _NAME.finditer(passage)})
    number = chance.randrange(len(parts))
    sentence = parts[number]
    neighbours = [part for place, part in enumerate(parts) if place != number and abs(place - number) <= 2]
    made: list[Labelled] = []

    def beside(text: str) -> str:
        extra = chance.sample(neighbours, min(len(neighbours), chance.choice((0, 0, 1, 2))))
        mixed = [*extra, text]
        chance.shuffle(mixed)
        return " ".join(mixed)

    changed = None
    for change in chance.sample(CHANGES, len(CHANGES)):
        if changed := change(sentence, names, chance):
            break
    if changed:
        one, other = (sentence, changed) if chance.random() < 0.5 else (changed, sentence)
        made += [(beside(one), other, "refute"), (beside(one), shortened(one), "support")]
    if chance.random() < 0.5:
        made.append((" ".join(neighbours[:2]), sentence, "neutral"))
    else:
        joined = f"{shortened(sentence).rstrip('.')}, and {neighbours[0]}"
        made.append(
            (f"{sentence} {neighbours[0]}", joined, "support")
            if chance.random() < 0.4
            else (sentence, joined, "neutral")
        )
    return made
