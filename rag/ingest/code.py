"""Source code: stored as it is, with line numbers as places."""

from __future__ import annotations

from collections.abc import Sequence

from rag.ingest.decode import decode
from rag.ingest.draft import Draft
from rag.types import Place

_EVERY = 20
"""Lines between two places."""


def read_code(data: bytes, name: str) -> Sequence[Draft]:
    text, notes = decode(data, name)
    places, offset = [], 0
    for number, line in enumerate(text.splitlines(keepends=True), 1):
        if number % _EVERY == 1:
            places.append(Place(offset, f"line {number}"))
        offset += len(line)
    return [Draft(text, title=name, format="code", language="en", places=tuple(places), notes=notes)]
