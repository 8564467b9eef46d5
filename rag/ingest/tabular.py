"""Tables as files: CSV and Excel workbooks, a row a line with the names of its columns."""

from __future__ import annotations

import csv
import datetime
import io
import itertools
from collections.abc import Iterator, Sequence

from rag.errors import ReadError
from rag.ingest.archive import open_zip
from rag.ingest.builder import Builder
from rag.ingest.decode import decode
from rag.ingest.docx import properties
from rag.ingest.draft import Draft
from rag.ingest.tables import looks_like_header, row_text

MOST_ROWS = 200_000
MOST_COLUMNS = 500
_SAMPLE = 20


def read_csv(data: bytes, name: str) -> Sequence[Draft]:
    text, notes = decode(data, name)
    try:
        dialect: type[csv.Dialect] | csv.Dialect = csv.Sniffer().sniff(text[:20_000], delimiters=",;\t|")
    except csv.Error:
        dialect = csv.excel_tab if name.lower().endswith(".tsv") else csv.excel
    builder = Builder()
    try:
        cut = _write(builder, csv.reader(io.StringIO(text, newline=""), dialect))
    except csv.Error as error:
        raise ReadError(f"{name} is not a table of values ({error}).") from error
    return [Draft(builder.text, format="csv", places=builder.places, notes=(*notes, *cut))]


def read_xlsx(data: bytes, name: str) -> Sequence[Draft]:
    import openpyxl

    with open_zip(data, name) as archive:
        title, author, date = properties(archive, name)
    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    except (KeyError, ValueError, OSError) as error:
        raise ReadError(f"{name} is broken or not an Excel workbook.") from error
    builder = Builder()
    notes: list[str] = []
    try:
        for sheet in book.worksheets:
            if sheet.sheet_state != "visible":
                notes.append("hidden sheets were left out")
                continue
            builder.place(f"sheet {sheet.title}")
            builder.block(f"# {sheet.title}")
            rows = sheet.iter_rows(values_only=True)
            notes += _write(
                builder,
                ([_shown(value) for value in row[:MOST_COLUMNS]] for row in rows),
                f"sheet {sheet.title}",
            )
    finally:
        book.close()
    if not any(line and not line.startswith("# ") for line in builder.text.splitlines()):
        return []
    return [Draft(builder.text, title, author, "", date, format="xlsx", places=builder.places,
                  notes=tuple(dict.fromkeys(notes)))]  # fmt: skip


def _write(builder: Builder, rows: Iterator[list[str]], sheet: str = "") -> list[str]:
    """Rows as lines; every place names the row, so that a citation can say "row 12". Returns notes."""
    numbered = ((number, _cells(row)) for number, row in enumerate(rows, 1))
    filled = ((n, row) for n, row in numbered if any(row))
    sample = list(itertools.islice(filled, _SAMPLE))
    header: list[str] = []
    while len(sample) > 1 and sum(map(bool, sample[0][1])) == 1 and sum(map(bool, sample[1][1])) > 1:
        builder.block(next(cell for cell in sample.pop(0)[1] if cell))  # a title above the table
    if looks_like_header([row for _, row in sample]):
        header = sample.pop(0)[1]
    for count, (number, row) in enumerate(itertools.chain(sample, filled)):
        if count >= MOST_ROWS:
            return [f"only the first {MOST_ROWS} rows{f' of {sheet}' if sheet else ''} were read"]
        builder.place(f"{sheet}, row {number}" if sheet else f"row {number}")
        builder.block(row_text(header, row), close=count > 0)
    return []


def _cells(row: list[str]) -> list[str]:
    cells = [" ".join(cell.split()) for cell in row[:MOST_COLUMNS]]
    while cells and not cells[-1]:
        cells.pop()
    return cells


def _shown(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime.datetime):
        return (
            value.date().isoformat() if value.time() == datetime.time() else value.isoformat(" ", "minutes")
        )
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return f"{value:.10g}" if isinstance(value, float) else str(value)
