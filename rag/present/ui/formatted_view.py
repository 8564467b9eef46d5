"""A structured document as it is meant to be read: headings, lists, tables, with one stretch of it marked.

Every character of the stored text is there, escaped, and in its place; signs such as `# ` are only hidden by
the style sheet. So what is inside `<mark>` is `text[start:end]`, and nothing in a text becomes an element.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from html import escape
from itertools import pairwise

from rag.present.render.words import one_line
from rag.present.ui.inline import styles
from rag.present.ui.structure import Block, blocks
from rag.types import Document, Span

SECTION = 12_000
"""Characters of one part that a browser may leave unpainted until it is scrolled to."""

_ORDER = ("linked", "strong", "em", "del", "code")
_TAGS = {"linked": ('<span class="linked">', "</span>")}


def text(document: Document, window: Span, quote: Span | None) -> str:
    """The window of the stored text in `<div class="part">` blocks; joined, their text is the text."""
    page = _Page(document, quote)
    parts: list[str] = []
    held: list[str] = []
    begun = window.start
    for group in _groups(blocks(document.text, window)):
        held.append(page.group(group))
        if group[-1].end - begun >= SECTION:
            parts.append(f'<div class="part">{"".join(held)}</div>')
            held, begun = [], group[-1].end
    if held:
        parts.append(f'<div class="part">{"".join(held)}</div>')
    return "".join(parts)


def leaves_out(document: Document, window: Span) -> bool:
    """Whether whole blocks are furniture, which is hidden here."""
    return any(_inside(block, document) for block in blocks(document.text, window))


def _groups(found: Iterable[Block]) -> Iterator[list[Block]]:
    """Neighbouring items are one list; any other block stands alone."""
    held: list[Block] = []
    for block in found:
        if held and not (block.kind == "item" and held[-1].kind == "item"):
            yield held
            held = []
        held.append(block)
    if held:
        yield held


@dataclass
class _Page:
    document: Document
    quote: Span | None
    _headings: list[int] = field(default_factory=list)
    """Levels of the headings that the present one lies below, so that no level is left out."""

    def group(self, group: Sequence[Block]) -> str:
        if group[0].kind == "item":
            items = "".join(self.item(block) for block in group)
            return f'<ul class="items" role="list">{items}</ul>'
        return self.block(group[0])

    def item(self, block: Block) -> str:
        kind = "numbered" if block.number else "bulleted"
        aside = self._aside(block)
        return f'<li class="{kind} depth{block.level}{aside}">{self.runs(block, block.start, block.end)}</li>'

    def block(self, block: Block) -> str:
        aside = self._aside(block)
        if block.kind == "table":
            return self.table(block, aside)
        inner = self.runs(block, block.start, block.end)
        if block.kind == "heading":
            tag = f"h{self._level(block.level)}"
            titled = " titled" if self._is_title(block) else ""
            return f'<{tag} class="level{min(4, block.level)}{aside}{titled}">{inner}</{tag}>'
        if block.kind == "paragraph":
            return f'<p class="paragraph{aside}">{inner}</p>'
        return f'<div class="{block.kind}{aside}">{inner}</div>'

    def table(self, block: Block, aside: str) -> str:
        rows = []
        for index, row in enumerate(block.rows):
            tag = "td" if index else "th"
            cells = "".join(f"<{tag}>{self.runs(block, cell.start, cell.end)}</{tag}>" for cell in row)
            rows.append(f"<tr>{cells}</tr>")
        return (
            f'<div class="grid{aside}"><table><thead>{rows[0]}</thead><tbody>{"".join(rows[1:])}</tbody>'
            "</table></div>"
        )

    def runs(self, block: Block, start: int, end: int) -> str:
        """The characters from start to end, cut wherever a style, the quote or a place begins or ends."""
        named = [("sign", span) for span in (*_meeting(block.signs, start, end), self._blank(start, end))]
        if block.number:
            named.append(("number", block.number))
        if self.document.source.format == "markdown" and block.kind not in ("code", "rule"):
            named += styles(self.document.text, Span(start, end))
        named += [("furniture", span) for span in _meeting(self.document.furniture, start, end)]
        if self.quote:
            named.append(("quote", self.quote))
        begins: dict[int, list[str]] = {start: []}
        ends: dict[int, list[str]] = {end: []}
        for name, span in named:
            if span.start < end and start < span.end and span.start < span.end:
                begins.setdefault(max(start, span.start), []).append(name)
                ends.setdefault(min(end, span.end), []).append(name)
        places = self.document.places
        first = bisect_left(places, start, key=lambda place: place.start)
        last = bisect_left(places, end, key=lambda place: place.start)
        labels = {place.start: place.label for place in places[first:last]}
        names: Counter[str] = Counter()
        pieces = []
        for left, right in pairwise(sorted({*begins, *ends, *labels})):
            names.subtract(ends.get(left, ()))
            names.update(begins.get(left, ()))
            if left in labels:
                pieces.append(f'<span class="place" data-label="{escape(one_line(labels[left]))}"></span>')
            pieces.append(self._run(left, right, {name for name, count in names.items() if count}))
        return "".join(pieces)

    def _blank(self, start: int, end: int) -> Span:
        """The line ends after a block: kept, and not shown."""
        return Span(start + len(self.document.text[start:end].rstrip()), end)

    def _run(self, start: int, end: int, names: set[str]) -> str:
        shown = escape(self.document.text[start:end].replace("\x00", "\ufffd"))
        if "quote" in names:
            shown = f"<mark>{shown}</mark>"
        for name in reversed(_ORDER):
            if name in names:
                before, after = _TAGS.get(name, (f"<{name}>", f"</{name}>"))
                shown = f"{before}{shown}{after}"
        for name in ("sign", "number", "furniture"):
            if name in names:
                shown = f'<span class="{name}">{shown}</span>'
        return shown

    def _aside(self, block: Block) -> str:
        return " aside" if _inside(block, self.document) else ""

    def _is_title(self, block: Block) -> bool:
        """The document's title stands above its text already."""
        said = self.document.text[block.start : block.end].strip("#= \t\n")
        return one_line(said) == one_line(self.document.source.title)

    def _level(self, level: int) -> int:
        while self._headings and self._headings[-1] >= level:
            self._headings.pop()
        self._headings.append(level)
        return min(6, 2 + len(self._headings))


def _meeting(spans: Sequence[Span], start: int, end: int) -> Sequence[Span]:
    """Those of sorted, disjoint spans that share a character with a stretch."""
    first = bisect_right(spans, start, key=lambda span: span.end)
    return spans[first : bisect_left(spans, end, key=lambda span: span.start)]


def _inside(block: Block, document: Document) -> bool:
    end = block.start + len(document.text[block.start : block.end].rstrip())
    covering = _meeting(document.furniture, block.start, max(end, block.start + 1))
    return block.start < end and any(span.start <= block.start and end <= span.end for span in covering)
