"""PDF through PDFium: text in reading order with page numbers, running lines apart, scanned pages noted."""

from __future__ import annotations

import ctypes
import re
from collections import Counter
from collections.abc import Sequence
from typing import Any

from rag.errors import ReadError
from rag.ingest.draft import Draft
from rag.ingest.head import is_machine_made
from rag.ingest.ocr import Recogniser
from rag.ingest.pdfhidden import unseen
from rag.ingest.pdflines import PdfLine, heading_level, paragraphs, running, usual_print
from rag.types import Place, Span

MOST_PAGES = 5000
MOST_CHARACTERS = 40_000_000
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_SOFT_HYPHENS = ("\ufffe", "\x02", "\u00ad")
"""What PDFium puts for a hyphen that divides a word at the end of a line."""
_BOLD = re.compile(rb"bold|black|heavy|[-,]bd", re.IGNORECASE)
_FEWEST_CHARACTERS = 12
"""A page with fewer and with a picture is taken for a scan."""
_SMALLEST_PRINT = 2.0
"""Points: below, nobody reads it."""
_TOOL_TITLE = re.compile(
    r"^(?:microsoft (?:word|powerpoint|excel) - )|\.(?:docx?|pptx?|xlsx?|indd|qxd|tex|dvi|html?|pdf)$",
    re.IGNORECASE,
)


def read_pdf(data: bytes, name: str) -> Sequence[Draft]:
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            raise ReadError(f"{name} is encrypted: open it with its password and save it without.") from error
        raise ReadError(f"{name} is broken or not a PDF.") from error
    try:
        return [_draft(document, name)]
    finally:
        document.close()


def _draft(document: Any, name: str) -> Draft:
    import pypdfium2

    if len(document) > MOST_PAGES:
        raise ReadError(f"{name} has {len(document)} pages; the limit is {MOST_PAGES}.")
    recogniser = Recogniser()
    pages: list[list[PdfLine]] = []
    scanned, hidden, broken, total = [], 0, 0, 0
    for number in range(len(document)):
        try:
            page = document[number]
            lines, unseen = _lines(page)
            if sum(len(line.text) for line in lines) < _FEWEST_CHARACTERS and _has_picture(page):
                scanned.append(number)
                lines = recogniser.lines(page) or lines
            page.close()
        except (
            pypdfium2.PdfiumError,
            ValueError,
            OSError,
            RuntimeError,
        ):  # one page does not spoil the others
            lines, unseen, broken = [], 0, broken + 1
        pages.append(lines)
        hidden += unseen
        total += sum(len(line.text) for line in lines)
        if total > MOST_CHARACTERS:
            raise ReadError(
                f"{name} holds more than {MOST_CHARACTERS // 1_000_000} million characters of text."
            )
    notes = _notes(len(scanned), recogniser.pages, hidden, broken)
    if not any(pages):
        reason = (
            "is a scan without text (install tesseract to read it)"
            if scanned
            else "is broken"
            if broken
            else "holds no text"
        )
        raise ReadError(f"{name} {reason}.")
    text, places, furniture = _assembled(pages)
    about = {
        key: " ".join(str(value).split()) for key, value in document.get_metadata_dict().items() if value
    }
    date = re.match(r"D:(\d{4})(\d{2})(\d{2})", about.get("CreationDate", ""))
    return Draft(
        text,
        title=_title(about.get("Title", ""), name, pages),
        author=about.get("Author", "")[:200],
        date="-".join(date.groups()) if date else "",
        format="pdf",
        places=places,
        furniture=furniture,
        notes=notes,
    )


def _notes(scanned: int, recognised: int, hidden: int, broken: int) -> tuple[str, ...]:
    notes = []
    if scanned:
        read = f", {recognised} read by OCR" if recognised else " and no text"
        notes.append(f"{scanned} scanned page{'s' if scanned > 1 else ''}{read}")
    if hidden:
        notes.append(f"{hidden} characters off the page, too small or too pale to see were left out")
    if broken:
        notes.append(f"{broken} pages are broken")
    return tuple(notes)


def _lines(page: Any) -> tuple[list[PdfLine], int]:
    """Lines of a page in reading order, and how many characters nobody can see on it."""
    textpage = page.get_textpage()
    try:
        content = textpage.get_text_range()
        width, height = page.get_size()
        aligned = len(content) == textpage.count_chars()
        words = (match.start() for match in re.finditer(r"\S+", content))
        invisible = unseen(page, textpage, words if aligned else range(textpage.count_chars()))
        if invisible and not aligned:
            content, aligned = _by_character(textpage), True
        lines: list[PdfLine] = []
        hidden = 0
        for match in re.finditer(r"[^\r\n]+", content):
            shown = [at for at in range(match.start(), match.end()) if at not in invisible]
            text = "".join(content[at] for at in shown)
            hidden += len(match.group().strip()) - len(text.strip())
            if not text.strip():
                continue
            first = shown[len(text) - len(text.lstrip())]
            last = shown[len(text.rstrip()) - 1]
            divided = text.rstrip().endswith(_SOFT_HYPHENS)
            if aligned:
                left, bottom, _, top = textpage.get_charbox(first, loose=True)
                _, _, right, _ = textpage.get_charbox(max(first, last - divided), loose=True)
                size = top - bottom
            else:
                left, right, top, size = 0.0, width, height - 12.0 * len(lines), 10.0
                bottom = top - 10.0
            clean = "".join(c for c in text.strip() if c not in _SOFT_HYPHENS) + "-" * divided
            outside = right < -2 or left > width + 2 or top < -2 or bottom > height + 2
            if aligned and (outside or 0 < top - bottom < _SMALLEST_PRINT):
                hidden += len(clean)
                continue
            bold = aligned and all(_is_bold(textpage, at) for at in (first, last))
            lines.append(PdfLine(clean, left, right, bottom, top, size, divided, bold))
        return lines, hidden
    finally:
        textpage.close()


def _by_character(textpage: Any) -> str:
    """The text of a page, one character for each that PDFium counts."""
    from pypdfium2 import raw

    codes = (raw.FPDFText_GetUnicode(textpage.raw, at) for at in range(textpage.count_chars()))
    return "".join(chr(code) if 0 < code < 0x110000 else "\ufffd" for code in codes)


def _is_bold(textpage: Any, at: int) -> bool:
    """By the name of the font: PDFium's weight is an estimate that depends on the typeface."""
    from pypdfium2 import raw

    name = ctypes.create_string_buffer(128)
    raw.FPDFText_GetFontInfo(textpage.raw, at, name, 128, ctypes.c_int())
    return _BOLD.search(name.value) is not None


def _has_picture(page: Any) -> bool:
    from pypdfium2 import raw

    return any(True for _ in page.get_objects(filter=(raw.FPDF_PAGEOBJ_IMAGE,), max_depth=3))


def _assembled(pages: Sequence[Sequence[PdfLine]]) -> tuple[str, tuple[Place, ...], tuple[Span, ...]]:
    known = Counter(word.lower() for lines in pages for line in lines for word in _WORD.findall(line.text))
    apart = running(pages)
    usual = usual_print(pages)
    pieces: list[str] = []
    places: list[Place] = []
    furniture: list[Span] = []
    length = 0
    for page, lines in enumerate(pages):
        places.append(Place(length, f"page {page + 1}", page + 1))
        middle = len(lines) // 2
        above = [line.text.strip() for at, line in enumerate(lines) if (page, at) in apart and at < middle]
        below = [line.text.strip() for at, line in enumerate(lines) if (page, at) in apart and at >= middle]
        inner = [line for at, line in enumerate(lines) if (page, at) not in apart]
        body = paragraphs(inner, known, [heading_level(line, usual) for line in inner])
        for part, is_furniture in ((above, True), (body, False), (below, True)):
            content = "\n".join(part).strip("\n")
            if not content:
                continue
            if is_furniture:
                furniture.append(Span(length, length + len(content)))
            pieces.append(content + "\n\n")
            length += len(content) + 2
    return "".join(pieces), tuple(places), tuple(furniture)


def _title(stated: str, name: str, pages: Sequence[Sequence[PdfLine]]) -> str:
    """The title that the file states, unless a tool wrote it; for a nameless file the largest first line."""
    if stated and not _TOOL_TITLE.search(stated) and not is_machine_made(stated) and len(stated) > 3:
        return stated[:300]
    if not is_machine_made(name.rsplit(".", 1)[0]):
        return ""
    first = next((lines for lines in pages if lines), [])
    largest = max(
        (line for line in first[:30] if len(line.text.split()) > 1), key=lambda line: line.size, default=None
    )
    return largest.text.strip() if largest else ""
