"""Lines that many pages of one site repeat: menus and lists of articles that no single page gives away.

Looked for only in pages in which furniture was found already, so that the letterhead of a folder of
letters is left alone. Three short lines that follow one another in the same order on several pages are
taken for furniture on each of them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TypeAlias

from rag.ingest.spans import union
from rag.types import Span

Shingle: TypeAlias = tuple[str, ...]

SAMPLE = 200
"""Pages of a site that are compared."""
_LINES = 3
_FEWEST_PAGES = 4
_SHARE = 0.2
"""Of the pages compared."""
_REACH = 80
"""Lines from the top and from the bottom of a page that are looked at."""
_LONGEST = 10
"""Words."""
_LINE = re.compile(r"[^\n\r]+")
_NO_LABEL = re.compile(r"\s*(?:#|\||>|```|\d+[.)]\s)|.*[.!?…:;。！？][\"'”’»)\]*]*\s*$|[^:]{1,60}:\s+\S")


def repeated(texts: Iterable[str]) -> frozenset[Shingle]:
    """Runs of lines that a fifth of these texts have, and at least four."""
    counts: Counter[Shingle] = Counter()
    number = 0
    for text in texts:
        number += 1
        counts.update({shingle for shingle, _ in _shingles(text)})
    enough = max(_FEWEST_PAGES, _SHARE * number)
    return frozenset(shingle for shingle, count in counts.items() if count >= enough)


def spans(text: str, known: frozenset[Shingle]) -> tuple[Span, ...]:
    """Where a text has these runs: whole lines, sorted, disjoint."""
    return union(*(lines for shingle, lines in _shingles(text) if shingle in known)) if known else ()


def _shingles(text: str) -> Iterator[tuple[Shingle, list[Span]]]:
    lines = [match for match in _LINE.finditer(text) if match.group().strip()]
    for at in range(len(lines) - _LINES + 1):
        if at + _LINES > _REACH and at < len(lines) - _REACH:
            continue
        run = [line.group() for line in lines[at : at + _LINES]]
        if any(len(line.split()) > _LONGEST or _NO_LABEL.match(line) for line in run):
            continue
        found = [_trimmed(line) for line in lines[at : at + _LINES]]
        yield tuple(" ".join(line.split()) for line in run), found


def _trimmed(line: re.Match[str]) -> Span:
    content = line.group()
    return Span(line.start() + len(content) - len(content.lstrip()), line.start() + len(content.rstrip()))
