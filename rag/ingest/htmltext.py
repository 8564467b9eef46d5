"""The text of an HTML tree, with headings, lists and tables written as Markdown writes them.

Nothing that a reader of the page cannot see becomes text. Every block remembers its share of links and
whether it stands in a part of the page that is furniture by its element, role or class.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from rag.ingest.bylines import author_of
from rag.ingest.dates import find_date
from rag.ingest.htmlparts import BLOCKS, SKIPPED, Node, Parts, children, parts
from rag.ingest.tables import row_text
from rag.types import Span

_HIDDEN_STYLE = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?:px|pt|em)?\s*(?:;|$)", re.IGNORECASE
)
_HEAD_BLOCKS = 12
_SPACES = re.compile(r"\s+")


@dataclass(slots=True)
class Block:
    start: int
    end: int
    linked: int = 0
    """Characters inside links."""
    furniture: bool = False
    main: bool = False
    is_heading: bool = False


@dataclass(slots=True)
class Rendered:
    text: str
    blocks: list[Block]
    hidden: int
    """Characters that the page hides from its reader."""

    def furniture(self) -> tuple[Span, ...]:
        """Blocks outside the main part, in furniture, or that are little but links."""
        head = self._head()
        has_main = any(block.main for block in self.blocks)
        spans: list[Span] = []
        for at, block in enumerate(self.blocks):
            length = max(1, block.end - block.start)
            links = block.linked > 0.7 * length and length < 200 and not block.is_heading and not block.main
            outside = has_main and not block.main and at not in head
            if block.furniture or outside or (links and at not in head):
                if spans and not self.text[spans[-1].end : block.start].strip():
                    spans[-1] = Span(spans[-1].start, block.end)
                else:
                    spans.append(Span(block.start, block.end))
        return tuple(spans)

    def _head(self) -> set[int]:
        """The main heading above the main part, and the by-line and date between the two."""
        main = next((at for at, block in enumerate(self.blocks) if block.main), len(self.blocks))
        title = next((at for at in range(main - 1, -1, -1) if self._content(at).startswith("# ")), None)
        if title is None:
            return set()
        between = range(title + 1, min(main, title + _HEAD_BLOCKS))
        told = {at for at in between if author_of(self._content(at)) or find_date(self._content(at)[:80])}
        return {title} | told

    def _content(self, at: int) -> str:
        return self.text[self.blocks[at].start : self.blocks[at].end]


@dataclass(slots=True)
class _State:
    furniture: int = 0
    main: int = 0
    link: int = 0
    pre: int = 0
    lists: list[int | None] = field(default_factory=list)
    """For each open list the number of its next item, None for bullets."""
    prefix: str = ""
    heading: bool = False


def render(root: Node, *, ignore_furniture: bool = False) -> Rendered:
    """Text and blocks of everything below a node."""
    writer = _Writer()
    page = Parts(frozenset(), None) if ignore_furniture else parts(root)
    state = _State()
    stack: list[tuple[Node, bool, tuple[bool, bool]]] = [(root, False, (False, False))]
    while stack:
        node, leaving, marks = stack.pop()
        tag = node.tag or ""
        if leaving:
            _leave(writer, state, tag, marks)
            continue
        if tag == "-text":
            writer.add(node.text_content or "", state)
            continue
        if tag in SKIPPED or tag.startswith("-"):
            continue
        attributes = node.attributes
        if _is_hidden(attributes):
            writer.hidden += len((node.text(deep=True) or "").strip())
            continue
        if tag == "br":
            writer.line_break(state)
            continue
        if tag == "table" and (rows := list(_rows(node))):
            writer.block(state)
            for row in rows:
                writer.add(row, state)
                writer.block(state, lines=1)
            continue
        marks = (node.mem_id in page.furniture, node.mem_id == page.main)
        if tag in BLOCKS:
            writer.block(state, lines=1 if tag in ("li", "tr", "dd", "dt") else 2)
        state.furniture += marks[0]
        state.main += marks[1]
        _enter(state, tag)
        stack.append((node, True, marks))
        stack.extend((child, False, (False, False)) for child in reversed(list(children(node))))
    writer.block(state)
    return Rendered("".join(writer.pieces), writer.blocks, writer.hidden)


def _enter(state: _State, tag: str) -> None:
    if tag in ("h1", "h2", "h3", "h4", "h5", "h6"):
        state.prefix, state.heading = "#" * int(tag[1]) + " ", True
    elif tag == "li":
        depth = max(0, len(state.lists) - 1)
        number = state.lists[-1] if state.lists else None
        state.prefix = "  " * depth + ("- " if number is None else f"{number}. ")
        if state.lists and number is not None:
            state.lists[-1] = number + 1
    elif tag in ("ul", "ol"):
        state.lists.append(1 if tag == "ol" else None)
    elif tag == "a":
        state.link += 1
    elif tag == "pre":
        state.pre += 1


def _leave(writer: _Writer, state: _State, tag: str, marks: tuple[bool, bool]) -> None:
    if tag in BLOCKS:
        writer.block(state, lines=1 if tag in ("li", "tr", "dd", "dt") else 2)
    if tag in ("h1", "h2", "h3", "h4", "h5", "h6", "li"):
        state.prefix = ""
        state.heading = False
    elif tag in ("ul", "ol") and state.lists:
        state.lists.pop()
    elif tag == "a":
        state.link -= 1
    elif tag == "pre":
        state.pre -= 1
    state.furniture -= marks[0]
    state.main -= marks[1]


class _Writer:
    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.blocks: list[Block] = []
        self.hidden = 0
        self._length = 0
        self._open: Block | None = None
        self._gap = 0
        self._space = False

    def add(self, content: str, state: _State) -> None:
        if state.pre:
            content = content.strip("\r\n") if self._open is None else content
        else:
            content = _SPACES.sub(" ", content)
            if self._open is None or self._space:
                content = content.lstrip()
        if not content.strip() and self._open is None:
            return
        if not content:
            return
        if self._open is None:
            if self.blocks:
                self._write("\n" * self._gap)
            self._open = Block(
                self._length,
                self._length,
                furniture=bool(state.furniture),
                main=bool(state.main),
                is_heading=state.heading,
            )
            self._write(state.prefix)
            state.prefix = ""
        self._write(content)
        self._space = content[-1].isspace()
        if state.link:
            self._open.linked += len(content.strip())

    def block(self, state: _State, lines: int = 2) -> None:
        """End the open block; the next one begins `lines` line breaks further."""
        if self._open is not None:
            self._trim()
            self._open.end = self._length
            self.blocks.append(self._open)
            self._open = None
            self._gap = lines
        else:
            self._gap = max(self._gap, lines)
        self._space = False

    def line_break(self, state: _State) -> None:
        if self._open is not None:
            self._trim()
            self._write("\n")
            self._space = True

    def _write(self, content: str) -> None:
        self.pieces.append(content)
        self._length += len(content)

    def _trim(self) -> None:
        while self.pieces and self.pieces[-1] != (kept := self.pieces[-1].rstrip()):
            self._length -= len(self.pieces[-1]) - len(kept)
            self.pieces[-1] = kept
            if kept:
                break
            self.pieces.pop()


def _is_hidden(attributes: dict[str, str | None]) -> bool:
    if not attributes:
        return False
    style = attributes.get("style")
    return "hidden" in attributes or (style is not None and bool(_HIDDEN_STYLE.search(style)))


def _rows(table: Node) -> Iterator[str]:
    """Rows of a table of data as "header: cell; header: cell"; nothing for a table that lays out a page."""
    rows: list[tuple[list[str], bool]] = []
    for row in table.css("tr"):
        cells = [cell for cell in children(row) if cell.tag in ("td", "th")]
        if any(cell.css_first("table,p + p,div > div,ul,h1,h2,h3") is not None for cell in cells):
            return
        texts = [_SPACES.sub(" ", cell.text(deep=True, separator=" ")).strip() for cell in cells]
        if any(texts):
            rows.append((texts, all(cell.tag == "th" for cell in cells)))
    if len(rows) < 2 or max(len(texts) for texts, _ in rows) < 2:
        return
    header = rows[0][0] if rows[0][1] else []
    caption = table.css_first("caption")
    if caption is not None and (title := _SPACES.sub(" ", caption.text(deep=True)).strip()):
        yield title
    for texts, _ in rows[1:] if header else rows:
        yield row_text(header, texts)
