"""A stored document as HTML, with one stretch of it marked.

The shown text is the stored text, character for character: what is inside `<mark>` is `text[start:end]`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from itertools import pairwise

from rag.present.render.words import day, one_line
from rag.present.ui import formatted_view, structure
from rag.types import Document, Span

AROUND = 120_000
"""Characters shown before and after the quote; longer documents are shown in parts."""

SECTION = 12_000
"""Characters of one block that a browser may leave unpainted until it is scrolled to."""


_SIGNS = re.compile(r"^#{1,6}(?= )|\*\*|(?<!\w)__|__(?!\w)", re.MULTILINE)
"""Signs of Markdown, set back so that the words stand out; they stay part of the text."""


@dataclass(frozen=True, slots=True)
class Opened:
    """What a person asked to see of a document."""

    document: Document
    quote: Span | None = None
    around: int | None = None
    """Offset to show instead of the quote, when moving through a long document."""
    plain: bool = False
    """Show the text as it is stored even where it carries structure."""

    @property
    def formatted(self) -> bool:
        return not self.plain and self.document.source.format in structure.FORMATS

    @property
    def window(self) -> Span:
        """The stretch shown, cut at line ends so that no word is torn."""
        text, middle = self.document.text, self.around
        if len(text) <= 2 * AROUND:
            return Span(0, len(text))
        centre = middle if middle is not None else (self.quote.start if self.quote else 0)
        start = max(0, min(centre, len(text)) - AROUND)
        end = min(len(text), max(centre, self.quote.end if self.quote and middle is None else 0) + AROUND)
        if start:
            start = text.rfind("\n", 0, start) + 1 if "\n" in text[start - 5000 : start] else start
        return Span(start, end)


def document(opened: Opened) -> str:
    """Header, ways to the rest of a long document, and the text."""
    shown, window = opened.document, opened.window
    before = _move("Earlier in this document", shown.id, window.start - AROUND) if window.start else ""
    after = ""
    if window.end < len(shown.text):
        after = _move("Later in this document", shown.id, window.end + AROUND)
    return f"{header(shown)}{before}{_body(opened)}{after}"


def _body(opened: Opened) -> str:
    shown, window = opened.document, opened.window
    language = _language(shown)
    if not opened.formatted:
        return f'<div class="text" lang="{language}">{text(opened)}</div>'
    note = ""
    if shown.source.format != "markdown" and formatted_view.leaves_out(shown, window):
        note = '<p class="facts left-out">Menus and notices are left out here; they are under Text.</p>'
    soft = " soft" if shown.source.format == "markdown" else ""
    inner = formatted_view.text(shown, window, opened.quote)
    return f'{note}<div class="text formatted{soft}" lang="{language}">{inner}</div>'


def header(shown: Document) -> str:
    source = shown.source
    facts = [one_line(part) for part in (source.author, source.publisher, day(source.date)) if part]
    notes = "".join(f"<li>{escape(one_line(note))}</li>" for note in shown.notes)
    sides = " data-formatted" if source.format in structure.FORMATS else ""
    return (
        f'<header class="about"{sides}><h2 id="reader-title">{escape(one_line(source.title))}</h2>'
        f'<p class="by">{escape(" · ".join(facts))}</p>'
        f'<p class="path" title="{escape(one_line(source.path))}">{escape(one_line(source.path))}</p>'
        f"{f'<ul class=notes>{notes}</ul>' if notes else ''}</header>"
    )


def text(opened: Opened) -> str:
    """The window of the stored text in `<div class="part">` blocks; joined, their text is the text."""
    parts: list[str] = []
    held: list[str] = []
    size = 0
    for start, end, kind in _lines(opened):
        held.append(_line(opened, start, end, kind))
        size += end - start
        if size >= SECTION:
            parts.append(f'<div class="part">{"".join(held)}</div>')
            held, size = [], 0
    if held:
        parts.append(f'<div class="part">{"".join(held)}</div>')
    return "".join(parts)


def _lines(opened: Opened) -> Iterator[tuple[int, int, str]]:
    """(start, end, kind) of each line with its line end, and of a quote whole when it spans several."""
    whole, window = opened.document.text, opened.window
    position = window.start
    while position < window.end:
        stop = whole.find("\n", position, window.end)
        stop = window.end if stop < 0 else stop + 1
        yield position, stop, _kind(whole[position:stop])
        position = stop


def _kind(line: str) -> str:
    stripped = line.strip()
    if not stripped:
        return "blank"
    if stripped.startswith("#") and stripped.lstrip("#").startswith(" "):
        return f"heading level{min(4, len(stripped) - len(stripped.lstrip('#')))}"
    return "line"


def _line(opened: Opened, start: int, end: int, kind: str) -> str:
    pieces = [f'<span class="{kind}">']
    pieces.extend(
        f'<span class="place" data-label="{escape(one_line(place.label))}"></span>'
        for place in opened.document.places
        if start <= place.start < end
    )
    for piece_start, piece_end, classes in _pieces(opened, start, end):
        shown = escape(opened.document.text[piece_start:piece_end].replace("\x00", "\ufffd"))
        if opened.document.source.format == "markdown":
            shown = _SIGNS.sub(r'<span class="sign">\g<0></span>', shown)
        if "quote" in classes:
            shown = f"<mark>{shown}</mark>"
        if "furniture" in classes:
            shown = f'<span class="furniture">{shown}</span>'
        pieces.append(shown)
    pieces.append("</span>")
    return "".join(pieces)


def _pieces(opened: Opened, start: int, end: int) -> Iterator[tuple[int, int, set[str]]]:
    """A line cut where the quote or a piece of furniture begins or ends."""
    spans = [("furniture", span) for span in opened.document.furniture if span.start < end > start < span.end]
    if opened.quote:
        spans.append(("quote", opened.quote))
    cuts = {start, end}
    for _, span in spans:
        cuts |= {cut for cut in (span.start, span.end) if start < cut < end}
    ordered = sorted(cuts)
    for left, right in pairwise(ordered):
        yield left, right, {name for name, span in spans if span.start <= left and right <= span.end}


def _move(words: str, document_id: str, offset: int) -> str:
    return (
        f'<button type="button" class="move" data-open="{escape(document_id)}" '
        f'data-around="{max(0, offset)}">{words}</button>'
    )


def _language(shown: Document) -> str:
    return escape(shown.source.language or "")
