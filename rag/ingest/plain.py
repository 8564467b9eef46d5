"""Plain text: stored as it is."""

from __future__ import annotations

from collections.abc import Sequence

from rag.ingest.decode import decode
from rag.ingest.draft import Draft


def read_plain(data: bytes, name: str) -> Sequence[Draft]:
    text, notes = decode(data, name)
    return [Draft(text, notes=notes)]
