"""Documents and passages as rows of the index, and back."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import zlib
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from rag.types import Document, Passage, Place, Source, Span, Vectors

PASSAGE_COLUMNS = "p.row, d.id, p.start, p.finish, p.text, p.details, d.details, c.digest"
PASSAGE_TABLES = (
    "passages AS p JOIN documents AS d ON d.number = p.document JOIN contents AS c ON c.row = p.content"
)


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
    try:
        return Source(**_known(details)["source"])
    except TypeError as error:
        raise sqlite3.DatabaseError(f"a source cannot be understood: {error}") from error


def notes_of(details: bytes) -> tuple[str, ...]:
    return tuple(_known(details)["notes"])


def document_digest(details: bytes, text: bytes) -> str:
    return hashlib.sha256(details + b"\0" + text).hexdigest()


def document_of(document_id: str, details: bytes, text: bytes, digest: str) -> Document:
    """Raises sqlite3.DatabaseError when the row is not what was stored."""
    if document_digest(details, text) != digest:
        raise sqlite3.DatabaseError(f"document {document_id} is not what was stored")
    known = _known(details)
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
            "at": [passage.document_id, passage.start, passage.end],
            "place": [place.start, place.label, place.page] if place else None,
        }
    )


def passage_of(row: Sequence[Any]) -> Passage:
    """The passage in a row of PASSAGE_COLUMNS.

    Raises:
        sqlite3.DatabaseError: its text or context is not what was stored. A damaged quote is never shown.
    """
    number, document_id, start, end, text, details, document, digest = row
    try:
        passage = _passage(document_id, start, end, text, details, document)
    except (ValueError, KeyError, TypeError) as error:
        raise sqlite3.DatabaseError(f"passage {number} cannot be understood: {error}") from error
    at = [passage.document_id, passage.start, passage.end]
    if content_digest(passage.scored_text) != digest or _known(details)["at"] != at:
        raise sqlite3.DatabaseError(f"passage {number} is not what was stored")
    return passage


def pack_vector(vector: Vectors) -> bytes:
    return _sealed(np.asarray(vector, "<f4").tobytes())


def unpack_vector(data: bytes, dimension: int) -> Vectors:
    """Raises sqlite3.DatabaseError when the values are not those that were stored."""
    vector: Vectors = np.frombuffer(_unsealed(data), "<f4")
    if len(vector) != dimension:
        raise sqlite3.DatabaseError(f"a vector has {len(vector)} values, not {dimension}")
    return vector


def _passage(document_id: str, start: int, end: int, text: bytes, details: bytes, document: bytes) -> Passage:
    known = _known(details)
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
    return _sealed(pack(json.dumps(value, ensure_ascii=False, separators=(",", ":"))))


def _known(details: bytes) -> dict[str, Any]:
    known: dict[str, Any] = json.loads(unpack(_unsealed(details)))
    return known


def _sealed(data: bytes) -> bytes:
    """Followed by its CRC-32: a damaged file must not be believed."""
    return data + zlib.crc32(data).to_bytes(4, "little")


def _unsealed(data: bytes) -> bytes:
    if zlib.crc32(data[:-4]).to_bytes(4, "little") != data[-4:]:
        raise sqlite3.DatabaseError("a row is not what was stored")
    return data[:-4]
