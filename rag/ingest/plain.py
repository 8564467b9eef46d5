"""Plain text: stored as it is. What a web page left around it is marked, never cut."""

from __future__ import annotations

from collections.abc import Sequence

from rag.ingest.decode import decode
from rag.ingest.draft import Draft
from rag.ingest.furniture import furniture
from rag.ingest.head import head


def read_plain(data: bytes, name: str) -> Sequence[Draft]:
    text, notes = decode(data, name)
    return [from_text(text, name, notes=notes)]


def from_text(text: str, name: str, *, notes: tuple[str, ...] = ()) -> Draft:
    """A Draft of raw text with its furniture and what its head says."""
    spans = furniture(text)
    found = head(text, spans, name)
    return Draft(
        text,
        title=found.title,
        author=found.author,
        publisher=found.publisher,
        date=found.date,
        furniture=spans,
        notes=notes,
    )
