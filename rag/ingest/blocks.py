"""The lines of a text and what each is: heading, list item, table row, or running text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from rag.ingest.bylines import author_of
from rag.ingest.dates import find_date
from rag.types import Span

Kind = Literal["heading", "item", "row", "text"]

_LINE = re.compile(r"[^\n\r\v\f\x85\u2028\u2029]+")
_MARKED = re.compile(r"\s{0,3}(#{1,6})\s+(\S.*)")
_BOLD = re.compile(r"\s*(\*\*|__)(?=\S)([^*_]{2,150})\1\s*:?\s*$")
_UNDERLINE = re.compile(r"\s{0,3}(=+|-{3,})\s*$")
_ITEM = re.compile(r"\s*(?:[-*+•‣◦▪●–]\s+|\(?\d{1,3}[.)]\s+|\(?[a-zA-Z][.)]\s+)\S")
_ROW = re.compile(r"\s*\|.*\|\s*$")
_NUMBERED = re.compile(r"\s*(?:\d+(?:\.\d+){0,4}\.?|[IVXLC]{1,6}\.|§\s*\d+|[A-Z]\.)\s+[^\W\d_]")
_ENDS_OPEN = re.compile(r"[.!?…:;,。！？।]['\"”’»)\]*_]*\s*$")
_CAPITAL = re.compile(r"\W*(?:[^\W\d_a-z]|\d)")
_DEFINITION = re.compile(
    r"\s*(?:(?:export|default|public|private|protected|internal|static|async|abstract|final|inline|virtual|"
    r"override|pub(?:\([a-z]+\))?)\s+)*"
    r"(?:(?:def|class|func|function|fn|interface|trait|struct|enum|impl|module|namespace|sub|procedure)\s+[\w(]"
    r"|(?:[\w<>\[\],*&:]+\s+)+[*&]?\w+\s*\([^;]*\)\s*(?:const\s*)?\{\s*$)"
)
"""A line of source code that begins a function or a type."""
_LONGEST_DEFINITION = 300
_CONTROL = re.compile(r"\s*(?:\}\s*)?(?:else\s+)?(?:if|for|while|switch|catch|return|new|else|do|try)\b")
_CLOSING_QUOTES = ("”", "’", "»", '"', "'", "“")
"""A short line below a quotation says who is quoted."""
_LONGEST_HEADING = 100
"""Characters."""
_MOST_HEADING_WORDS = 14


@dataclass(frozen=True, slots=True)
class Line:
    """One line that is not blank."""

    start: int
    end: int
    kind: Kind
    level: int = 0
    """1 (title) to 6 for headings that say so, 7 for headings that only look like one, 0 otherwise."""
    title: str = ""
    after_blank: bool = False


def lines(text: str, stretch: Span, *, guess_headings: bool = True, code: bool = False) -> list[Line]:
    """The lines of a stretch of a text.

    Args:
        guess_headings: take short lines without a stop that stand above running text for headings.
        code: source code, in which definitions are the headings and "#" begins a comment.
    """
    if code:
        return _lines_of_code(text, stretch)
    found: list[Line] = []
    end = stretch.start
    in_code = False
    for match in _LINE.finditer(text, stretch.start, stretch.end):
        content = match.group()
        if not content.strip():
            continue
        blank = not found or text[end : match.start()].replace("\r\n", "\n").count("\n") > 1
        end = match.end()
        if content.lstrip().startswith(("```", "~~~")):
            in_code = not in_code
        plain: tuple[Kind, int, str] = ("text", 0, "")
        kind, level, title = plain if in_code else _kind(content)
        if _UNDERLINE.match(content) and found and found[-1].kind == "text" and not blank and not in_code:
            above = found[-1]
            found[-1] = Line(above.start, above.end, "heading", 1 if "=" in content else 2,
                             text[above.start : above.end].strip(), above.after_blank)  # fmt: skip
        found.append(Line(match.start(), end, kind, level, title, blank))
    return _with_guessed_headings(text, found) if guess_headings else found


def _lines_of_code(text: str, stretch: Span) -> list[Line]:
    found: list[Line] = []
    for match in _LINE.finditer(text, stretch.start, stretch.end):
        content = match.group()
        if not content.strip():
            continue
        short = len(content) <= _LONGEST_DEFINITION
        if short and _DEFINITION.match(content) and not _CONTROL.match(content):
            indent = len(content.expandtabs(4)) - len(content.expandtabs(4).lstrip())
            title = content.strip().rstrip(":{ ")
            found.append(Line(match.start(), match.end(), "heading", min(6, 1 + indent // 2), title))
        else:
            found.append(Line(match.start(), match.end(), "text"))
    return found


def _kind(content: str) -> tuple[Kind, int, str]:
    marked = _MARKED.match(content)
    if marked:
        return "heading", len(marked.group(1)), marked.group(2).strip(" #\t")
    bold = _BOLD.match(content)
    if bold and len(bold.group(2).split()) <= _MOST_HEADING_WORDS * 2:
        return "heading", 7, bold.group(2).strip(" :")
    if _ROW.match(content):
        return "row", 0, ""
    if _ITEM.match(content):
        return "item", 0, ""
    return "text", 0, ""


def _with_guessed_headings(text: str, found: Sequence[Line]) -> list[Line]:
    if not found:
        return []
    asked = _lone_questions(text, found)
    result: list[Line] = []
    quoted = False
    for position, (line, following) in enumerate(pairwise([*found, found[-1]])):
        content = text[line.start : line.end].strip()
        last = position == len(found) - 1
        attribution, quoted = quoted, content.endswith(_CLOSING_QUOTES)
        if line.kind in ("text", "item") and not last and not attribution and (
            line.start in asked or _looks_like_heading(text, line, following, content)
        ):  # fmt: skip
            line = Line(line.start, line.end, "heading", 7, content, line.after_blank)
        result.append(line)
    return result


def _looks_like_heading(text: str, line: Line, following: Line, content: str) -> bool:
    if len(content) > _LONGEST_HEADING or len(content.split()) > _MOST_HEADING_WORDS:
        return False
    if _ENDS_OPEN.search(content) or not _CAPITAL.match(content) or not any(c.isalpha() for c in content):
        return False
    if (line.kind == "item" and not _NUMBERED.match(content)) or find_date(content) or author_of(content):
        return False
    body = text[following.start : following.end].strip()
    runs_on = len(body) > max(120, 1.5 * len(content)) or (
        following.after_blank and len(body.split()) >= 8 and _ENDS_OPEN.search(body) is not None
    )
    return following.kind in ("text", "item") and runs_on


def _lone_questions(text: str, found: Sequence[Line]) -> set[int]:
    """Starts of lines that are one short question above an answer, where a text has three or more."""
    asked = {
        line.start
        for line, following in pairwise(found)
        if line.kind == "text"
        and line.end - line.start < 300
        and text[line.start : line.end].rstrip(' *_"”').endswith("?")
        and line.after_blank
        and ":" not in text[line.start : line.start + 60]
        and not text[following.start : following.end].rstrip(' *_"”').endswith("?")
    }
    return asked if len(asked) >= 3 else set()
