"""Documents and passages for the tests of the index."""

from __future__ import annotations

import hashlib
from typing import Any

from rag.types import Document, Passage, Place, Source, Span


def document(path: str, text: str, *, language: str = "en", title: str = "", **source: Any) -> Document:
    identity = hashlib.sha256(path.encode("utf-8", "surrogateescape")).hexdigest()[:16]
    return Document(identity, Source(path, title or path, language=language, **source), text)


def cut(whole: Document, size: int = 60) -> list[Passage]:
    """Passages of `size` characters, with everything a passage can carry."""
    return [
        Passage(
            whole.id,
            start,
            min(start + size, len(whole.text)),
            whole.text[start : start + size],
            f"{whole.source.title} · part {start // size}",
            whole.source,
            heading=f"Part {start // size}",
            place=Place(start, f"page {start // size + 1}", start // size + 1),
            speaker="Ann" if start else "",
        )
        for start in range(0, len(whole.text), size)
    ]


def rich(path: str, text: str) -> Document:
    """A document with places, furniture and notes."""
    plain = document(path, text, date="2023-12-05", author="A. Author", publisher="P")
    half = len(text) // 2
    return Document(
        plain.id,
        plain.source,
        text,
        places=(Place(0, "page 1", 1), Place(half, "page 2", 2)),
        furniture=(Span(0, half),),
        notes=("a note",),
    )
