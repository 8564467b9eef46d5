"""A key under which spellings of one name meet across romanisations. Rules of transliteration, no names."""

from __future__ import annotations

import re
from functools import lru_cache

from rag.sentences.words import fold

_CYRILLIC = dict(zip("абвгґдеёєжзиіїйклмнопрстуўфхцэы", "abvggdeeežziiiiklmnoprstuvfhcei", strict=True)) | {
    "ч": "č",
    "ш": "š",
    "щ": "š",
    "ю": "iu",
    "я": "ia",
    "ъ": "",
    "ь": "",
}
_GREEK = dict(zip("αβγδεζηθικλμνξοπρσςτυφχψω", "avgdezitiklmnxoprsstifhpo", strict=True))

_BEFORE_FOLDING = str.maketrans(
    {"č": "ch", "ć": "c", "ŭ": "v", "ž": "z", "ż": "z", "š": "s", "ş": "s", "ș": "s", "ț": "c", "ç": "s"}
    | {"ñ": "n", "ü": "u", "ä": "a", "ö": "a", "ə": "a"}
)

_RULES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        (r"shch|schtsch|szcz|sch|sh|sz", "s"),
        (r"tsch|tch|cz", "ch"),
        (r"dzh|dj", "z"),
        (r"zh|rz", "z"),
        (r"ts|tz|tc", "c"),
        (r"kh|ch", "h"),
        (r"ph", "f"),
        (r"th", "t"),
        (r"ck|q", "k"),
        (r"c(?=[eiyj])", "ц"),
        (r"c(?=$)", "ц"),
        (r"c(?=[hkaoulrnstv])", "k"),
        (r"x", "ks"),
        (r"w", "v"),
        (r"(?<=[aeoiy])u(?=[^aeoiuy]|$)", "v"),
        (r"[yj]", "i"),
        (r"i+(?=[aeou])", ""),
        (r"o", "a"),
        (r"(.)\1+", r"\1"),
        (r"ц", "c"),
    )
)


@lru_cache(maxsize=8192)
def name_key(word: str) -> str:
    """A rough key that is equal for most spellings of one name.

    Romanisations of Slavic and other names differ in a few regular ways (kh/ch/h, ts/tz/c, y/j/i, w/v/u
    after a vowel, sh/sz/š, o/a without stress); each way is mapped to one letter. Cyrillic and Greek are
    romanised first. Different names may share a key: treat equal keys as a candidate, never as proof.

    Returns:
        Lower-case ASCII letters and digits for Latin, Cyrillic and Greek words; the folded word otherwise.
    """
    lowered = word.casefold().removesuffix("'s").removesuffix("’s")
    lowered = "".join(_CYRILLIC.get(letter, _GREEK.get(letter, letter)) for letter in lowered)
    key = fold(re.sub(r"[^\w]", "", lowered.translate(_BEFORE_FOLDING)))
    for pattern, replacement in _RULES:
        key = pattern.sub(replacement, key)
    return key
