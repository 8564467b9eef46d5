"""Presentations (.pptx): slides in order, each a place; titles, tables and speaker notes."""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Iterator, Sequence
from typing import Any

from rag.errors import ReadError
from rag.ingest.archive import elements, member, open_zip, xml
from rag.ingest.builder import Builder
from rag.ingest.docx import properties
from rag.ingest.draft import Draft
from rag.ingest.tables import rows_text

_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_UNREAD = ("dt", "ftr", "sldNum", "hdr", "sldImg")
"""Placeholders that hold dates, footers and numbers."""


def read_pptx(data: bytes, name: str) -> Sequence[Draft]:
    with open_zip(data, name) as archive:
        content = member(archive, "ppt/presentation.xml", name)
        if content is None:
            raise ReadError(f"{name} is not a presentation.")
        related = _related(archive, "ppt/presentation.xml", name)
        builder = Builder()
        first = ""
        hidden = 0
        for number, reference in enumerate(elements(xml(content, name), "sldId"), 1):
            path = related.get(reference.get(f"{_R}id", ""), ("", ""))[0]
            slide = member(archive, path, name) if path else None
            if not slide:
                continue
            root = xml(slide, name)
            if root.get("show") == "0":
                hidden += 1
                continue
            builder.place(f"slide {number}", number)
            title = _slide(builder, root)
            first = first or title
            for kind_path, kind in _related(archive, path, name).values():
                notes = member(archive, kind_path, name) if kind.endswith("/notesSlide") else None
                spoken = " ".join(text for _, text in _shapes(xml(notes, name))) if notes else ""
                builder.block(f"Notes: {spoken}" if spoken.strip() else "")
        title, author, date = properties(archive, name)
    return [
        Draft(
            builder.text, title=first if title in ("", "PowerPoint Presentation") else title, author=author,
            date=date, format="pptx", places=builder.places,
            notes=(f"{hidden} hidden slides were left out",) if hidden else (),
        )
    ]  # fmt: skip


def _related(archive: zipfile.ZipFile, path: str, name: str) -> dict[str, tuple[str, str]]:
    """(path, type) of the parts that a part refers to, by id."""
    folder, file = posixpath.split(path)
    content = member(archive, f"{folder}/_rels/{file}.rels", name)
    links = elements(xml(content, name), "Relationship") if content else ()
    return {
        link.get("Id", ""): (
            posixpath.normpath(posixpath.join(folder, link.get("Target", ""))).lstrip("/"),
            link.get("Type", ""),
        )
        for link in links
        if link.get("TargetMode") != "External"
    }


def _slide(builder: Builder, root: Any) -> str:
    title = ""
    after = []
    for kind, text in _shapes(root):
        if kind in ("title", "ctrTitle") and not title:
            title = " ".join(text.split())
        else:
            after.append(text)
    builder.block(f"## {title}" if title else "")
    for text in after:
        builder.block(text)
    return title


def _shapes(root: Any) -> Iterator[tuple[str, str]]:
    """(kind of placeholder, text) of the shapes and tables in the order they are stored."""
    for element in root.iter():
        if element.tag == f"{_P}sp":
            placeholder = next(iter(element.iter(f"{_P}ph")), None)
            kind = placeholder.get("type", "body") if placeholder is not None else ""
            if kind in _UNREAD:
                continue
            lines = [_paragraph(paragraph, kind) for paragraph in element.iter(f"{_A}p")]
            text = "\n".join(line for line in lines if line.strip())
            if text:
                yield kind, text
        elif element.tag == f"{_A}tbl":
            rows = [
                [
                    " ".join("".join(t.text or "" for t in cell.iter(f"{_A}t")).split())
                    for cell in row.iter(f"{_A}tc")
                ]
                for row in element.iter(f"{_A}tr")
            ]
            yield "table", "\n".join(rows_text(rows))


def _paragraph(paragraph: Any, kind: str) -> str:
    text = "".join(
        "\n" if piece.tag == f"{_A}br" else piece.text or ""
        for piece in paragraph.iter()
        if piece.tag in (f"{_A}t", f"{_A}br")
    ).strip()
    settings = paragraph.find(f"{_A}pPr")
    level = int(settings.get("lvl", "0")) if settings is not None else 0
    marked = settings is not None and settings.find(f"{_A}buChar") is not None
    is_item = kind in ("body", "obj", "") and (level > 0 or marked)
    return f"{'  ' * level}- {text}" if text and is_item else text
