"""Source code: stored as it is, with line numbers as places."""

from __future__ import annotations

from collections.abc import Sequence

from rag.ingest.decode import decode
from rag.ingest.draft import Draft
from rag.types import Place

_MOST_PLACES = 5000
"""A citation tells the very line; only files of more lines are told more coarsely."""


def read_code(data: bytes, name: str) -> Sequence[Draft]:
    text, notes = decode(data, name)
    places, offset = [], 0
    lines = text.splitlines(keepends=True)
    every = 1 + len(lines) // _MOST_PLACES
    for number, line in enumerate(lines):
        if number % every == 0:
            places.append(Place(offset, f"line {number + 1}"))
        offset += len(line)
    return [Draft(text, title=name, format="code", language="en", places=tuple(places), notes=notes)]
