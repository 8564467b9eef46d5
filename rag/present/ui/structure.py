"""The structure that a stored text carries: headings, lists, tables, code and paragraphs, as offsets. Pure.

Markdown is stored as it is, and the readers of other structured formats write headings, lists and tables the
way Markdown does (`rag.ingest.draft`). Nothing is taken out of the text: signs such as `# ` keep their place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from rag.types import Span

Kind = Literal["paragraph", "heading", "item", "quotation", "table", "code", "rule"]

FORMATS = frozenset(("markdown", "html", "docx", "odt", "epub", "pptx"))
"""Values of `Source.format` whose text carries structure."""

_HEADING = re.compile(r"[ ]{0,3}(#{1,6})[ \t]+(?=\S)")
_RULE = re.compile(r"[ ]{0,3}([-*_])(?:[ \t]*\1){2,}[ \t]*$")
_FENCE = re.compile(r"[ ]{0,3}(`{3,}|~{3,})")
_ITEM = re.compile(r"([ \t]*)(?:[-*+•][ \t]+|(\d{1,4}[.)])[ \t]+)(?=\S)")
_QUOTATION = re.compile(r"[ ]{0,3}>[ ]?")
_UNDERLINE = re.compile(r"[ ]{0,3}(=+|-{2,})[ \t]*$")
_DIVIDER = re.compile(r"[ \t]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$")
_CLOSING = re.compile(r"[ \t]*(?<!\\)\|[ \t]*$")
_CELL = re.compile(r"[ \t]*(?<!\\)\|[ \t]*")


@dataclass(frozen=True, slots=True)
class Block:
    """One block, with the blank lines that follow it."""

    kind: Kind
    start: int
    end: int
    level: int = 0
    """Of a heading 1 to 6; of an item how deep it lies, from 0."""
    signs: tuple[Span, ...] = ()
    """Characters that say what the block is and are not read themselves, in order."""
    number: Span | None = None
    """The number of an item of a numbered list."""
    rows: tuple[tuple[Span, ...], ...] = ()
    """Cells of a table, row by row; together they cover it. The first row is its head."""


def blocks(text: str, window: Span) -> Iterator[Block]:
    """The blocks of `text[window.start:window.end]`, in order; joined, they are the window."""
    lines = list(_lines(text, window))
    at = 0
    while at < len(lines):
        used, block = _block(text, lines, at)
        end = at + used
        while end < len(lines) and not text[lines[end].start : lines[end].end].strip():
            end += 1  # blank lines belong to what is before them
        yield _stretched(block, lines[end - 1].end)
        at = end


def _lines(text: str, window: Span) -> Iterator[Span]:
    position = window.start
    while position < window.end:
        stop = text.find("\n", position, window.end)
        stop = window.end if stop < 0 else stop + 1
        yield Span(position, stop)
        position = stop


def _block(text: str, lines: list[Span], at: int) -> tuple[int, Block]:
    """(lines used, the block that begins at a line)."""
    line = lines[at]
    said = text[line.start : line.end].rstrip("\n")
    if found := _FENCE.match(said):
        return _code(text, lines, at, found[1])
    if found := _HEADING.match(said):
        return 1, Block("heading", line.start, line.end, len(found[1]), (_span(line, found.end()),))
    if _RULE.match(said):
        return 1, Block("rule", line.start, line.end, 0, (Span(line.start, line.end),))
    if found := _ITEM.match(said):
        return _item(text, lines, at, found)
    if _QUOTATION.match(said):
        return _quotation(text, lines, at)
    if "|" in said and at + 1 < len(lines) and _DIVIDER.match(_said(text, lines[at + 1])):
        return _table(text, lines, at)
    return _paragraph(text, lines, at)


def _code(text: str, lines: list[Span], at: int, fence: str) -> tuple[int, Block]:
    first = lines[at]
    for used, line in enumerate(lines[at + 1 :], start=2):
        if _said(text, line).strip().startswith(fence):
            return used, Block("code", first.start, line.end, 0, (first, line))
    last = lines[-1]
    return len(lines) - at, Block("code", first.start, last.end, 0, (first,))


def _item(text: str, lines: list[Span], at: int, found: re.Match[str]) -> tuple[int, Block]:
    line = lines[at]
    used = _while_running_on(text, lines, at + 1)
    depth = min(4, len(found[1].expandtabs(4)) // 2)
    number = None
    signs: tuple[Span, ...] = (_span(line, found.end()),)
    if found[2]:
        number = Span(line.start + found.start(2), line.start + found.end(2))
        signs = tuple(one for one in (Span(line.start, number.start),) if one.start < one.end)
    return 1 + used, Block("item", line.start, lines[at + used].end, depth, signs, number)


def _quotation(text: str, lines: list[Span], at: int) -> tuple[int, Block]:
    signs = []
    for line in lines[at:]:
        found = _QUOTATION.match(_said(text, line))
        if not found:
            break
        signs.append(_span(line, found.end()))
    return len(signs), Block("quotation", lines[at].start, lines[at + len(signs) - 1].end, 0, tuple(signs))


def _table(text: str, lines: list[Span], at: int) -> tuple[int, Block]:
    rows = [_cells(text, Span(lines[at].start, lines[at + 1].end), lines[at].end)]
    signs = [lines[at + 1]]
    used = 2
    while at + used < len(lines) and "|" in (said := _said(text, lines[at + used])) and said.strip():
        rows.append(_cells(text, lines[at + used], lines[at + used].end))
        used += 1
    for row in rows:
        for cell in row:
            found = _CELL.match(text, cell.start, cell.end)
            if found:
                signs.append(Span(cell.start, found.end()))
        if closing := _CLOSING.search(text, row[-1].start + 1, line_end(text, row[-1])):
            signs.append(Span(closing.start(), closing.end()))
    last = lines[at + used - 1]
    ordered = tuple(sorted(signs, key=lambda sign: sign.start))
    return used, Block("table", lines[at].start, last.end, 0, ordered, None, tuple(rows))


def line_end(text: str, span: Span) -> int:
    """Where the first line of a stretch ends."""
    found = text.find("\n", span.start, span.end)
    return span.end if found < 0 else found


def _cells(text: str, row: Span, end: int) -> tuple[Span, ...]:
    """Cells that cover a row, each with the bar before it; a bar at the end belongs to the last one."""
    cuts = [found.start() for found in _CELL.finditer(text, row.start, end)]
    cuts = [cut for cut in cuts if text[row.start : cut].strip() and text[cut:end].strip(" \t|\n")]
    edges = [row.start, *cuts, row.end]
    return tuple(Span(left, right) for left, right in pairwise(edges))


def _paragraph(text: str, lines: list[Span], at: int) -> tuple[int, Block]:
    used = 1 + _while_running_on(text, lines, at + 1)
    if used == 1 and at + 1 < len(lines) and text[lines[at].start : lines[at].end].strip():
        found = _UNDERLINE.match(_said(text, lines[at + 1]))
        if found:
            level = 1 if found[1][0] == "=" else 2
            return 2, Block("heading", lines[at].start, lines[at + 1].end, level, (lines[at + 1],))
    return used, Block("paragraph", lines[at].start, lines[at + used - 1].end)


def _while_running_on(text: str, lines: list[Span], at: int) -> int:
    """How many lines go on with the block before them."""
    count = 0
    for index in range(at, len(lines)):
        said = _said(text, lines[index])
        if not said.strip() or _begins(said) or _UNDERLINE.match(said):
            break
        if "|" in said and index + 1 < len(lines) and _DIVIDER.match(_said(text, lines[index + 1])):
            break
        count += 1
    return count


def _begins(said: str) -> bool:
    return any(sign.match(said) for sign in (_FENCE, _HEADING, _RULE, _ITEM, _QUOTATION))


def _said(text: str, line: Span) -> str:
    return text[line.start : line.end].rstrip("\n")


def _span(line: Span, length: int) -> Span:
    return Span(line.start, line.start + length)


def _stretched(block: Block, end: int) -> Block:
    """With the blank lines after it; the last cell of a table takes them."""
    rows = block.rows
    if rows and end > block.end:
        last = (*rows[-1][:-1], Span(rows[-1][-1].start, end))
        rows = (*rows[:-1], last)
    return Block(block.kind, block.start, end, block.level, block.signs, block.number, rows)
