"""Emphasis, code and links inside a block of Markdown, as offsets. Pure; no address is ever followed."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from typing import NamedTuple

from rag.types import Span

LONGEST = 20_000
"""Characters of a block that is looked into; a longer one is shown as it is."""

_CODE = re.compile(r"(`{1,3})(?!`)([^`\n]{1,2000})\1(?!`)")
_LINK = re.compile(r"(!?\[)([^\[\]\n]{1,500})(\]\([^()\s]{0,2000}(?:[ ]+\"[^\"\n]{0,300}\")?\))")
_STRONG = re.compile(r"(\*\*|(?<!\w)__)(?=\S)([^\n]{1,600}?)(?<=\S)(\*\*|__(?!\w))")
_EMPHASIS = re.compile(r"(?<![*\w])(\*)(?![*\s])([^*\n]{1,600}?)(?<![*\s])(\*)(?![*\w])")
_UNDERSCORED = re.compile(r"(?<![_\w])(_)(?![_\s])([^_\n]{1,600}?)(?<![_\s])(_)(?![_\w])")
_STRUCK = re.compile(r"(~~)(?=\S)([^~\n]{1,600}?)(?<=\S)(~~)")

_STYLES = (("linked", _LINK), ("strong", _STRONG), ("em", _EMPHASIS), ("em", _UNDERSCORED), ("del", _STRUCK))


class Style(NamedTuple):
    """ "strong", "em", "del", "code" or "linked" over a stretch; "sign" over what only marks it."""

    name: str
    span: Span


def styles(text: str, window: Span) -> Iterator[Style]:
    """The styles inside `text[window.start:window.end]`; they may nest."""
    if window.end - window.start > LONGEST:
        return
    codes: list[int] = []
    for found in _CODE.finditer(text, window.start, window.end):
        codes += found.span()
        yield from _parts("code", found, len(found[1]))
    for name, pattern in _STYLES:
        for found in pattern.finditer(text, window.start, window.end):
            if name == "strong" and found[1] != found[3]:
                continue
            before, after = bisect_right(codes, found.start()), bisect_left(codes, found.end())
            if before == after and before % 2 == 0:  # no code begins, ends or is open inside it
                yield from _parts(name, found, found.end() - found.end(2))


def _parts(name: str, found: re.Match[str], tail: int) -> Iterator[Style]:
    yield Style("sign", Span(found.start(), found.start(2)))
    yield Style(name, Span(found.start(2), found.end(2)))
    yield Style("sign", Span(found.end() - tail, found.end()))
