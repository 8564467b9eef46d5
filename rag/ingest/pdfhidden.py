"""Text of a PDF page that is printed so that nobody sees it: white on white, transparent, never painted.

It is a way to speak to a model behind its reader's back. Text that is not painted but lies on a picture
is what OCR found in a scan: that is kept, and so is white text on a coloured ground. Text under other
things, or of another colour than white on a ground of that colour, is not noticed.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

_WHITE = 240
"""Of 255, in each of red, green and blue: on white paper nobody reads what is lighter."""
_CONTRAST = 32
"""Of 255: a ground this much darker shows white text."""
_TRANSPARENT = 12
"""Of 255."""
_DEEPEST = 4
"""Forms within forms."""
_MOST_OBJECTS = 50_000


@dataclass(frozen=True, slots=True)
class _Ground:
    left: float
    bottom: float
    right: float
    top: float
    is_picture: bool

    def holds(self, x: float, y: float) -> bool:
        return self.left <= x <= self.right and self.bottom <= y <= self.top


def unseen(page: Any, textpage: Any, first_letters: Iterable[int]) -> frozenset[int]:
    """Indices of the characters of a page that are not to be seen; those off the page are not looked for.

    Args:
        first_letters: indices of a character of each word; the others are looked at when one of these is
            suspect.
    """
    look = _Look(textpage.raw)
    if not any(look.is_suspect(at) for at in first_letters):
        return frozenset()
    grounds = list(look.grounds(page.raw))
    found = set()
    for at in range(textpage.count_chars()):
        if not look.is_suspect(at):
            continue
        left, bottom, right, top = textpage.get_charbox(at, loose=True)
        x, y = (left + right) / 2, (bottom + top) / 2
        painted = look.is_painted(at)
        if not any(ground.holds(x, y) for ground in grounds if painted or ground.is_picture):
            found.add(at)
    return frozenset(found)


class _Look:
    """PDFium's answers about one page; what they are written into is made once, since pages are long."""

    def __init__(self, textpage: Any) -> None:
        from pypdfium2 import raw

        self.raw: Any = raw
        self._textpage = textpage
        self._unpainted = (raw.FPDF_TEXTRENDERMODE_INVISIBLE, raw.FPDF_TEXTRENDERMODE_CLIP)
        self._colour = tuple(ctypes.c_uint() for _ in range(4))

    def is_suspect(self, at: int) -> bool:
        item = self.raw.FPDFText_GetTextObject(self._textpage, at)
        return bool(item) and (min(self._filling(item)[:3]) >= _WHITE or not self._paints(item))

    def is_painted(self, at: int) -> bool:
        return self._paints(self.raw.FPDFText_GetTextObject(self._textpage, at))

    def grounds(self, page: Any) -> Iterator[_Ground]:
        """Pictures, and what is filled with a colour that white text stands out from."""
        raw = self.raw
        for item, outer, kind in self._objects(page):
            is_picture = kind in (raw.FPDF_PAGEOBJ_IMAGE, raw.FPDF_PAGEOBJ_SHADING)
            if not is_picture and not (kind == raw.FPDF_PAGEOBJ_PATH and self._fills(item)):
                continue
            edges = [ctypes.c_float() for _ in range(4)]
            if raw.FPDFPageObj_GetBounds(outer, *edges):
                left, bottom, right, top = (edge.value for edge in edges)
                yield _Ground(left, bottom, right, top, is_picture)

    def _objects(self, page: Any) -> Iterator[tuple[Any, Any, int]]:
        """Every object, the outermost form that holds it (its bounds are those on the page), and its kind."""
        raw, left = self.raw, _MOST_OBJECTS
        pending = [
            (raw.FPDFPage_GetObject(page, at), None, 0) for at in range(raw.FPDFPage_CountObjects(page))
        ]
        while pending and left:
            item, outer, depth = pending.pop()
            kind = raw.FPDFPageObj_GetType(item)
            left -= 1
            yield item, outer or item, kind
            if kind == raw.FPDF_PAGEOBJ_FORM and depth < _DEEPEST:
                inner = range(raw.FPDFFormObj_CountObjects(item))
                pending += [(raw.FPDFFormObj_GetObject(item, at), outer or item, depth + 1) for at in inner]

    def _paints(self, item: Any) -> bool:
        if self.raw.FPDFTextObj_GetTextRenderMode(item) in self._unpainted:
            return False
        return self._filling(item)[3] > _TRANSPARENT

    def _fills(self, item: Any) -> bool:
        mode, stroke = ctypes.c_int(), ctypes.c_int()
        if not self.raw.FPDFPath_GetDrawMode(item, mode, stroke) or not mode.value:
            return False
        *colour, alpha = self._filling(item)
        return min(colour) <= 255 - _CONTRAST and alpha > 127

    def _filling(self, item: Any) -> tuple[int, int, int, int]:
        """Red, green, blue and alpha of what fills it, 0 to 255; black where it is not told."""
        red, green, blue, alpha = self._colour
        if not self.raw.FPDFPageObj_GetFillColor(item, red, green, blue, alpha):
            return 0, 0, 0, 255
        return red.value, green.value, blue.value, alpha.value
