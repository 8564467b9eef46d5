"""OpenDocument texts (.odt): headings, lists and tables; deleted text left out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from rag.errors import ReadError
from rag.ingest.archive import elements, first_text, member, open_zip, xml
from rag.ingest.builder import Builder
from rag.ingest.dates import find_date
from rag.ingest.draft import Draft
from rag.ingest.tables import rows_text

_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_CELL = f"{_TABLE}table-cell"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_UNREAD = (
    f"{_TEXT}tracked-changes",
    f"{_OFFICE}annotation",
    f"{_TEXT}note-citation",
    f"{_TEXT}table-of-content",
)


def read_odt(data: bytes, name: str) -> Sequence[Draft]:
    with open_zip(data, name) as archive:
        content = member(archive, "content.xml", name)
        if content is None:
            raise ReadError(f"{name} is not an OpenDocument text.")
        about = member(archive, "meta.xml", name)
    builder = Builder()
    body = next(elements(xml(content, name), "body"), None)
    if body is not None:
        _write(builder, body, 0)
    meta = xml(about, name) if about else None
    return [
        Draft(
            builder.text,
            title=first_text(meta, "title") if meta is not None else "",
            author=(first_text(meta, "creator") or first_text(meta, "initial-creator"))
            if meta is not None
            else "",
            date=find_date(first_text(meta, "creation-date") or first_text(meta, "date"))
            if meta is not None
            else "",
            format="odt",
        )
    ]


def _write(builder: Builder, element: Any, depth: int, *, item: bool = False) -> None:
    for child in element:
        if child.tag in _UNREAD:
            continue
        if child.tag == f"{_TEXT}h":
            level = child.get(f"{_TEXT}outline-level", "1")
            builder.block(
                "#" * min(6, int(level) if level.isdigit() else 1) + " " + " ".join(_line(child).split())
            )
        elif child.tag == f"{_TEXT}p":
            text = _line(child).strip()
            builder.block(f"{'  ' * (depth - 1)}- {text}" if item and text else text, close=item)
            item = False
        elif child.tag == f"{_TEXT}list":
            for entry in child:
                if depth < 20:
                    _write(builder, entry, depth + 1, item=True)
        elif child.tag == f"{_TABLE}table":
            rows = [
                [_cell(cell) for cell in row if cell.tag == _CELL] for row in child.iter(f"{_TABLE}table-row")
            ]
            for at, line in enumerate(rows_text(rows)):
                builder.block(line, close=at > 0)
        else:
            _write(builder, child, depth)


def _cell(cell: Any) -> str:
    return " ".join(_line(paragraph).strip() for paragraph in cell.iter(f"{_TEXT}p"))


def _line(element: Any) -> str:
    return "".join(_pieces(element))


def _pieces(element: Any) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        if child.tag == f"{_TEXT}s":
            count = child.get(f"{_TEXT}c", "1")
            yield " " * min(80, int(count) if count.isdigit() else 1)
        elif child.tag == f"{_TEXT}tab":
            yield "\t"
        elif child.tag == f"{_TEXT}line-break":
            yield "\n"
        elif child.tag == f"{_TEXT}note":
            yield f" ({' '.join(' '.join(_line(p) for p in child.iter(f'{_TEXT}p')).split())})"
        elif child.tag not in _UNREAD:
            yield from _pieces(child)
        yield child.tail or ""
