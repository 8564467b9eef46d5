"""One page of a PDF as it looks, and the boxes of a quote on it.

PDFium parses untrusted bytes, so it runs in a process of its own: `python -m rag.present.ui.pdf_page`.
A page that crashes it, or takes too long, is an error and nothing else.
"""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeAlias

from rag.errors import ReadError

TIME_LIMIT = 20
"""Seconds for one page."""

WIDTH = 1400
"""Pixels across: sharp on a dense screen, about 200 kB."""


Rectangle: TypeAlias = tuple[float, float, float, float]
"""(left, bottom, right, top) in PDF points from the page's lower left corner."""


@dataclass(frozen=True, slots=True)
class PageImage:
    png: bytes
    width: int
    height: int
    boxes: tuple[tuple[float, float, float, float], ...]
    """(left, top, width, height) of the quote's lines, in pixels of the image."""


@lru_cache(maxsize=32)
def page_image(path: Path, modified: float, number: int, quote: str) -> PageImage:
    """The page rendered.

    Args:
        path: a PDF file.
        modified: its mtime: a changed file is rendered again.
        number: 1-based page number.
        quote: text to be boxed; "" for none.

    Raises:
        ReadError: the file cannot be rendered, or has no such page.
    """
    request = json.dumps({"path": str(path), "number": number, "quote": quote})
    try:
        done = subprocess.run(
            [sys.executable, "-m", "rag.present.ui.pdf_page"],
            input=request.encode(),
            capture_output=True,
            timeout=TIME_LIMIT,
            check=True,
        )
        values = json.loads(done.stdout)
    except (subprocess.SubprocessError, ValueError) as error:
        raise ReadError(
            f"Page {number} of {path.name} cannot be drawn.", "Its text can still be read."
        ) from error
    boxes = tuple((box[0], box[1], box[2], box[3]) for box in values["boxes"])
    return PageImage(base64.b64decode(values["png"]), values["width"], values["height"], boxes)


def _draw(path: str, number: int, quote: str) -> dict[str, object]:
    import io

    import pypdfium2

    document = pypdfium2.PdfDocument(path)
    page = document[number - 1]
    scale = WIDTH / max(1.0, page.get_width())
    scale = min(scale, 4.0, 2600 / max(1.0, page.get_height()))
    image = page.render(scale=scale).to_pil()
    held = io.BytesIO()
    image.quantize(64).save(held, "PNG", optimize=False)
    height = page.get_height()
    boxes = [
        [left * scale, (height - top) * scale, (right - left) * scale, (top - bottom) * scale]
        for left, bottom, right, top in _rectangles(page, quote)
    ]
    return {
        "png": base64.b64encode(held.getvalue()).decode(),
        "width": image.width,
        "height": image.height,
        "boxes": boxes,
    }


def _rectangles(page: Any, quote: str) -> list[Rectangle]:
    """PDF coordinates of the lines that hold the quote; white space and hyphens at line ends do not count."""
    text_page = page.get_textpage()
    text = text_page.get_text_range()
    kept = [(index, character) for index, character in enumerate(text) if _counts(character)]
    wanted = "".join(character for character in quote if _counts(character))
    at = "".join(character for _, character in kept).find(wanted) if wanted else -1
    if at < 0:
        return []
    first, last = kept[at][0], kept[at + len(wanted) - 1][0]
    count = text_page.count_rects(first, last - first + 1)
    return _lines([text_page.get_rect(index) for index in range(count)])


def _lines(rectangles: list[Rectangle]) -> list[Rectangle]:
    """Neighbouring rectangles of words on one line as one rectangle."""
    lines: list[Rectangle] = []
    for left, bottom, right, top in rectangles:
        if lines:
            before = lines[-1]
            shared = min(top, before[3]) - max(bottom, before[1])
            if shared > 0.5 * min(top - bottom, before[3] - before[1]) and left >= before[0]:
                lines[-1] = (before[0], min(bottom, before[1]), max(right, before[2]), max(top, before[3]))
                continue
        lines.append((left, bottom, right, top))
    return lines


def _counts(character: str) -> bool:
    return character.isalnum()


if __name__ == "__main__":
    asked = json.loads(sys.stdin.buffer.read())
    sys.stdout.write(json.dumps(_draw(asked["path"], asked["number"], asked["quote"])))
