"""By-lines: "by Ann Lee", "Author: Ann Lee", "8 April 2024 - Ann Lee - Opinion"."""

from __future__ import annotations

import re

from rag.ingest.dates import find_date
from rag.sentences import is_stop_word

_BYLINE = re.compile(
    r"(?:(?:written|reported|posted|published|text|story|words) )?"
    r"(?:by|von|par|por|di|door|av|af)\s+(?P<name>.+)|"
    r"(?:author|authors|autor|autorin|auteur|autore|автор|аўтар|written by)\s*:\s*(?P<named>.+)",
    re.IGNORECASE,
)
_CAPITALISED = r"[^\W\d_a-zß-ÿ][\w’'.-]*"
_NAME = re.compile(
    rf"{_CAPITALISED}(?:\s+(?:de|da|van|von|der|den|bin|al|el|la|le|du|di)|\s+{_CAPITALISED}){{1,4}}"
)
_LONGEST_LINE = 200
_PARTS = re.compile(r"\s+[-–—|·•/]\s+|\s*[|·•]\s*")


def author_of(line: str) -> str:
    """The name in a by-line, "" when the line is none."""
    line = " ".join(line.split())
    if len(line) > _LONGEST_LINE:
        return ""
    match = _BYLINE.match(line)
    if match:
        return _as_name((match["name"] or match["named"]).split(",")[0])
    parts = _PARTS.split(line)
    if len(parts) > 1 and len(line.split()) <= 16:
        dated = next((at for at, part in enumerate(parts) if find_date(part)), None)
        if dated is not None:
            return next((found for part in parts if not find_date(part) and (found := _as_name(part))), "")
    return ""


def _as_name(text: str) -> str:
    match = _NAME.fullmatch(text.strip(" .|-–—"))
    if not match or any(is_stop_word(word) for word in match.group().split() if word[0].isupper()):
        return ""
    return match.group()
