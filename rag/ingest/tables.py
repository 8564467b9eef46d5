"""Rows of tables as lines that can be read alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

_LONGEST_HEADER = 60
"""Characters of a cell that may head a column."""


def row_text(header: Sequence[str], cells: Sequence[str]) -> str:
    """One row as it reads aloud: "City: Berlin; People: 3,645,000". Empty cells are left out."""
    if any(header):
        names = [*header, *[""] * (len(cells) - len(header))]
        return "; ".join(
            f"{name}: {cell}" if name else cell for name, cell in zip(names, cells, strict=False) if cell
        )
    return " | ".join(cell for cell in cells if cell)


def rows_text(rows: Sequence[Sequence[str]], *, header: bool | None = None) -> Iterator[str]:
    """Lines of a table. Its first row heads the columns when `header` says so or, by default, it looks so."""
    rows = [[" ".join(cell.split()) for cell in row] for row in rows]
    rows = [row for row in rows if any(row)]
    if not rows:
        return
    headed = looks_like_header(rows) if header is None else header and len(rows) > 1
    for row in rows[1:] if headed else rows:
        yield row_text(rows[0] if headed else [], row)


def looks_like_header(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first row names the columns: short different words, no figures, above at least one row."""
    if len(rows) < 2 or len(rows[0]) < 2:
        return False
    first = [cell for cell in rows[0] if cell]
    return (
        len(first) >= max(2, len(rows[0]) - 1)
        and len(set(first)) == len(first)
        and all(len(cell) <= _LONGEST_HEADER and not is_figure(cell) for cell in first)
    )


def is_figure(cell: str) -> bool:
    bare = cell.strip(" $€£%()+-−")
    return bool(bare) and all(character.isdigit() or character in ".,:/ -" for character in bare)
