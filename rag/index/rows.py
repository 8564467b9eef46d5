"""Documents and passages as rows of the index, and back."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from rag.types import Document, Passage, Place, Source, Span

PASSAGE_COLUMNS = "p.row, d.id, p.start, p.finish, p.text, p.details, d.details"
PASSAGE_TABLES = "passages AS p JOIN documents AS d ON d.number = p.document"


def pack(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def unpack(value: bytes) -> str:
    return value.decode("utf-8", "surrogatepass")


def content_digest(scored_text: str) -> str:
    """sha256 (hex) of what the embedder reads: equal digests share one vector."""
    return hashlib.sha256(pack(scored_text)).hexdigest()


def document_details(document: Document) -> bytes:
    return _json(
        {
            "source": asdict(document.source),
            "places": [[place.start, place.label, place.page] for place in document.places],
            "furniture": [[span.start, span.end] for span in document.furniture],
            "notes": document.notes,
        }
    )


def source_of(details: bytes) -> Source:
    return Source(**json.loads(unpack(details))["source"])


def notes_of(details: bytes) -> tuple[str, ...]:
    return tuple(json.loads(unpack(details))["notes"])


def document_of(document_id: str, details: bytes, text: bytes) -> Document:
    known = json.loads(unpack(details))
    return Document(
        id=document_id,
        source=Source(**known["source"]),
        text=unpack(text),
        places=tuple(Place(start, label, page) for start, label, page in known["places"]),
        furniture=tuple(Span(start, end) for start, end in known["furniture"]),
        notes=tuple(known["notes"]),
    )


def passage_details(passage: Passage) -> bytes:
    place = passage.place
    return _json(
        {
            "context": passage.context,
            "heading": passage.heading,
            "speaker": passage.speaker,
            "place": [place.start, place.label, place.page] if place else None,
        }
    )


def passage_of(row: Sequence[Any]) -> Passage:
    """The passage in a row of PASSAGE_COLUMNS."""
    _, document_id, start, end, text, details, document = row
    known = json.loads(unpack(details))
    return Passage(
        document_id=document_id,
        start=start,
        end=end,
        text=unpack(text),
        context=known["context"],
        source=source_of(document),
        heading=known["heading"],
        place=Place(*known["place"]) if known["place"] else None,
        speaker=known["speaker"],
    )


def _json(value: Any) -> bytes:
    return pack(json.dumps(value, ensure_ascii=False, separators=(",", ":")))
