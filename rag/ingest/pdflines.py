"""Lines of PDF pages, and paragraphs made of them again."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_FIGURE = re.compile(r"[(]?[$€£]?[\d.,]*\d[\d.,]*[%)]*|[$€£%—–-]")
_DIGITS = re.compile(r"\d+")
_ITEM = re.compile(r"\s*(?:[-*•‣◦▪●–—·]\s|\(?\d{1,3}[.)]\s|\(?[a-zA-Z][.)]\s|[ivx]{1,4}[.)]\s|[□☐☒■])")
_PAGE_NUMBER = re.compile(
    r"(?:page |p\. ?|seite |стр\. ?|- ?|– ?)?(?:\d{1,4}|[ivxlc]{1,7})"
    r"(?: ?(?:of|/|von|sur|de|из) ?\d{1,4})?(?: ?[-–])?",
    re.IGNORECASE,
)
_MOST_HEADING_WORDS = 20
_EDGE = 3
"""Lines at the top and at the bottom of a page that may be running headers and footers."""


@dataclass(frozen=True, slots=True)
class PdfLine:
    text: str
    left: float
    """Points from the left edge of the page; likewise the others, `bottom` and `top` from its lower edge."""
    right: float
    bottom: float
    top: float
    size: float
    """Font size of its first character."""
    hyphenated: bool = False
    """It ends inside a word that was divided at the end of the line."""
    bold: bool = False

    @property
    def is_tabular(self) -> bool:
        words = self.text.split()
        figures = sum(
            word.strip("()$€£%—–-,.").replace(",", "").replace(".", "").isdigit() or word in "$€£%—–-"
            for word in words
        )
        ends = bool(words) and _FIGURE.fullmatch(words[-1]) is not None and not words[-1].endswith(".")
        return ends and figures >= 2 and figures * 3 >= len(words)


def running(pages: Sequence[Sequence[PdfLine]]) -> set[tuple[int, int]]:
    """(page, line) of running headers, footers and page numbers.

    A line near the edge of its page is one when lines equal but for their digits stand near the same edge
    of at least three pages and a fifth of them all.
    """
    seen: Counter[tuple[str, bool]] = Counter()
    for lines in pages:
        seen.update({(_shape(lines[at].text), at < _EDGE) for at in _edges(lines)})
    enough = max(3, len(pages) // 5)
    found = set()
    for page, lines in enumerate(pages):
        for at in _edges(lines):
            text = lines[at].text.strip()
            outermost = at in (0, len(lines) - 1)
            if seen[_shape(text), at < _EDGE] >= enough or (
                outermost and len(pages) > 2 and _PAGE_NUMBER.fullmatch(text) is not None
            ):
                found.add((page, at))
    return found


def _edges(lines: Sequence[PdfLine]) -> Iterable[int]:
    return sorted({*range(min(_EDGE, len(lines))), *range(max(0, len(lines) - _EDGE), len(lines))})


def _shape(text: str) -> str:
    return _DIGITS.sub("0", " ".join(text.split()).lower())


@dataclass(frozen=True, slots=True)
class Print:
    """How most of a document is set."""

    size: float
    """Points."""
    mostly_bold: bool
    left: float
    right: float


def usual_print(pages: Sequence[Sequence[PdfLine]]) -> Print:
    lines = [line for page in pages for line in page]
    sizes: Counter[float] = Counter()
    for line in lines:
        sizes[round(line.size * 2) / 2] += len(line.text)
    bold = sum(len(line.text) for line in lines if line.bold)
    lefts, rights = sorted(line.left for line in lines), sorted(line.right for line in lines)
    return Print(
        sizes.most_common(1)[0][0] if sizes else 10.0,
        bold * 3 > sum(len(line.text) for line in lines),
        lefts[len(lefts) // 20] if lefts else 0.0,
        rights[len(rights) * 19 // 20] if rights else 0.0,
    )


def heading_level(line: PdfLine, usual: Print) -> int:
    """1 to 3 for a line that is set as a heading: larger than the text, or bold; else 0.

    A bold line counts when it begins at the left margin or is centred: other bold lines head columns.
    """
    words = line.text.split()
    letters = sum(character.isalpha() for character in line.text)
    if (
        not 1 <= len(words) <= _MOST_HEADING_WORDS
        or line.is_tabular
        or letters * 2 < len(line.text)
        or letters < 3
    ):
        return 0
    if line.text.rstrip().endswith((",", ";")):
        return 0
    if line.size >= 1.2 * usual.size:
        return 1 if line.size >= 1.5 * usual.size else 2
    width = usual.right - usual.left
    at_left = line.left < usual.left + 0.12 * width
    centred = abs((line.left + line.right) / 2 - (usual.left + usual.right) / 2) < 0.05 * width
    return 3 if line.bold and not usual.mostly_bold and (at_left or centred) else 0


def paragraphs(lines: Sequence[PdfLine], known_words: Counter[str], levels: Sequence[int]) -> list[str]:
    """The lines of one page with the lines of a paragraph joined; "" stands for a gap.

    Args:
        known_words: how often each lower-case word occurs in the document, with inner hyphens: tells
            whether a word divided at the end of a line has its hyphen by right.
        levels: for each line the level of heading that it is, or 0.
    """
    if not lines:
        return []
    body = sorted(line.right for line in lines if len(line.text) > 40)
    margin = body[len(body) * 3 // 4] if body else max(line.right for line in lines)
    result: list[str] = []
    previous: PdfLine | None = None
    last_level = 0
    for line, level in zip(lines, levels, strict=True):
        text = line.text.strip()
        if level:
            if (
                previous
                and last_level == level
                and not _is_gap(previous, line)
                and previous.bottom >= line.top - 1
            ):
                result[-1] += f" {text}"
            else:
                result += ["", f"{'#' * level} {text}"]
        elif previous is None or last_level:
            result.append(text)
        elif _continues(previous, line, margin):
            result[-1] = _joined(result[-1], text, previous.hyphenated, known_words)
        else:
            if _is_gap(previous, line):
                result.append("")
            result.append(text)
        previous, last_level = line, level
    return result


def _continues(before: PdfLine, line: PdfLine, margin: float) -> bool:
    if before.hyphenated:
        return True
    same_size = abs(before.size - line.size) <= 0.12 * max(before.size, line.size)
    if not same_size or before.is_tabular or line.is_tabular or _ITEM.match(line.text):
        return False
    if _is_gap(before, line) or line.bottom > before.top:
        return False
    ended = before.text.rstrip().endswith((".", "!", "?", ":", "”", ".)"))
    lower = line.text.lstrip()[:1].islower()
    width = max(1.0, margin - before.left)
    full = before.right > margin - (0.08 if ended else 0.16) * width
    return (full and len(before.text) > 30) or (lower and not ended and len(before.text) > 30)


def _is_gap(before: PdfLine, line: PdfLine) -> bool:
    height = max(1.0, before.size, line.size)
    return before.bottom - line.top > 0.75 * height


def _joined(before: str, text: str, hyphenated: bool, known_words: Counter[str]) -> str:
    divided = re.search(r"([^\W\d_]{2,})-$", before[-60:])
    following = re.match(r"[^\W\d_]+", text)
    if not divided or not following or not following.group()[0].islower():
        closed = hyphenated or (before.endswith(("-", "/")) and not before.endswith(" -"))
        return f"{before}{text}" if closed else f"{before} {text}"
    first, second = divided.group(1).lower(), following.group().lower()
    whole = known_words[first + second]
    if known_words[f"{first}-{second}"] > whole or (
        not whole and known_words[first] > 1 and known_words[second] > 1
    ):
        return before + text
    return before[:-1] + text
