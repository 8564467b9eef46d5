"""Title, author, date and publisher as the first lines of a raw text tell them."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath

from rag.ingest.bylines import author_of
from rag.ingest.dates import find_date
from rag.sentences import sentences
from rag.types import Span

_RIGHTS = re.compile(
    r"(?:©|\(c\)|copy\w{0,3}right)\s*(?:©\s*)?(?:\d{4}\s*(?:[-–]\s*\d{4})?)?,?\s*(?:by\s+)?(?P<name>[^\W\d_][^.|,©\d\n]{2,60})",
    re.IGNORECASE,
)
_STOPS = re.compile(r"[.;,:]$")
_MACHINE_MADE = re.compile(
    r"(?=.*\d)[0-9a-f_-]{8,}$|\d[\d_-]*$|(?:untitled|document|file|page|download)\W*\d*$", re.IGNORECASE
)
_HEAD_LINES = 16
_LONGEST_TITLE = 30
"""Words."""


@dataclass(frozen=True, slots=True)
class Head:
    title: str = ""
    author: str = ""
    date: str = ""
    publisher: str = ""


def head(text: str, furniture: Sequence[Span], name: str) -> Head:
    """What the first lines say; fields that they do not say are empty.

    The title is the first line of several words without a full stop above the first paragraph. A file
    name that a machine made is replaced by the first words of the text, any other name is kept.
    """
    lines = _first_lines(text, furniture)
    above, around = _above(lines, 1), _above(lines, 2)
    title = next((line for line in above if _is_title(line)), "") if len(above) < len(lines) else ""
    author = next((found for line in around if (found := author_of(line))), "")
    date = next((found for line in around if len(line.split()) <= 12 and (found := find_date(line))), "")
    rights = _RIGHTS.search(text, max(0, len(text) - 4000))
    publisher = rights["name"].strip(" -–") if rights and len(rights["name"].split()) <= 8 else ""
    if not title and is_machine_made(PurePath(name).stem):
        title = _first_words(text, furniture)
    return Head(title, author, date, publisher)


def _above(lines: Sequence[str], paragraphs: int) -> list[str]:
    """The lines above the first or second paragraph: a standfirst may stand between title and by-line."""
    result = []
    for line in lines:
        count = len(line.split())
        if count > _LONGEST_TITLE or (count >= 14 and line.endswith((".", "!", "”"))):
            paragraphs -= 1
            if not paragraphs:
                break
        else:
            result.append(line)
    return result


def is_machine_made(name: str) -> bool:
    """Whether a name is a number, a digest or a placeholder: nothing that tells a person what it is."""
    return bool(_MACHINE_MADE.match(name))


def _first_lines(text: str, furniture: Sequence[Span]) -> list[str]:
    starts = [span.start for span in furniture]
    lines: list[str] = []
    for match in re.finditer(r"[^\n\r]+", text[:20_000]):
        content = " ".join(match.group().split())
        at = bisect_right(starts, match.start() + match.group().find(content[:1])) - 1
        if content and not (at >= 0 and match.start() < furniture[at].end):
            lines.append(content.strip("#* \ufeff"))
        if len(lines) == _HEAD_LINES:
            break
    return lines


def _is_title(line: str) -> bool:
    count = len(line.split())
    return (
        2 <= count <= _LONGEST_TITLE
        and not _STOPS.search(line)
        and not author_of(line)
        and not (find_date(line) and count <= 10)
        and sum(character.isalpha() for character in line) > len(line) // 2
    )


def _first_words(text: str, furniture: Sequence[Span]) -> str:
    line = next(iter(_first_lines(text, furniture)), "")
    spans = sentences(line)
    first = line[: spans[0].end].split() if spans else []
    return " ".join(first[:12]) + ("…" if len(first) > 12 else "")
