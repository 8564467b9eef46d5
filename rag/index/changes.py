"""What a writing transaction does to the tables: put a document in, take one out, store vectors."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

import numpy as np

from rag.index import rows, vocabulary, words
from rag.index.scopes import sortable_date
from rag.ports import FileState
from rag.types import Document, Passage, Vectors


def insert_document(
    connection: sqlite3.Connection, document: Document, passages: Sequence[Passage], file: FileState | None
) -> None:
    """Put a document in, or in the place of its earlier text. The day it was added stays.

    Raises:
        ValueError: a passage is not the slice of the document's text that it says it is.
    """
    for passage in passages:
        if passage.document_id != document.id or document.text[passage.start : passage.end] != passage.text:
            raise ValueError(f"passage {passage.id} is not a slice of document {document.id}")
    earlier = connection.execute(
        "SELECT number, added FROM documents WHERE id = ?", (document.id,)
    ).fetchone()
    orphans = _take_out(connection, earlier[0]) if earlier else set()
    pairs = words.surfaces(document)
    details, text = rows.document_details(document), rows.pack(document.text)
    number = connection.execute(
        "INSERT INTO documents (id, path, file, date, language, characters, passages, added, details, "
        "digest, surfaces, text) VALUES (?,?,?,?,?,?,?,?,?,?,?,?)",
        (
            document.id,
            rows.pack(document.source.path),
            rows.pack(file.path) if file else None,
            sortable_date(document.source.date),
            document.source.language,
            len(document.text),
            len(passages),
            earlier[1] if earlier else datetime.now(UTC).isoformat(timespec="seconds"),
            details,
            rows.document_digest(details, text),
            words.pack_surfaces(pairs),
            text,
        ),
    ).lastrowid
    for position, passage in enumerate(sorted(passages, key=lambda one: (one.start, one.end))):
        _insert_passage(connection, number, position, passage)
    vocabulary.count_in(connection, pairs)
    _drop_orphans(connection, orphans)


def record_file(connection: sqlite3.Connection, file: FileState) -> None:
    connection.execute(
        "INSERT OR REPLACE INTO files (path, size, modified, digest) VALUES (?, ?, ?, ?)",
        (rows.pack(file.path), file.size, file.modified, file.digest),
    )


def forget_files(connection: sqlite3.Connection, paths: Iterable[str]) -> None:
    connection.executemany("DELETE FROM files WHERE path = ?", ((rows.pack(path),) for path in paths))


def delete_documents(connection: sqlite3.Connection, ids: Iterable[str]) -> int:
    """Take documents out with everything that is derived from them; a file without documents is forgotten."""
    count = 0
    for document_id in dict.fromkeys(ids):
        known = connection.execute(
            "SELECT number, file FROM documents WHERE id = ?", (document_id,)
        ).fetchone()
        if known is None:
            continue
        number, file = known
        _drop_orphans(connection, _take_out(connection, number))
        connection.execute(
            "DELETE FROM files WHERE path = ? AND NOT EXISTS (SELECT 1 FROM documents WHERE file = ?)",
            (file, file),
        )
        count += 1
    return count


def store_vectors(connection: sqlite3.Connection, digests: Sequence[str], vectors: Vectors) -> None:
    """Vectors of contents that are still in use; others are dropped, for their text is gone."""
    for digest, vector in zip(digests, np.asarray(vectors, np.float32), strict=True):
        known = connection.execute("SELECT row FROM contents WHERE digest = ?", (digest,)).fetchone()
        if known is None:
            continue
        connection.execute(
            "INSERT OR REPLACE INTO vectors (content, vector) VALUES (?, ?)",
            (known[0], rows.pack_vector(vector)),
        )
        connection.execute("UPDATE contents SET embedded = 1 WHERE row = ?", known)


def _insert_passage(
    connection: sqlite3.Connection, number: int | None, position: int, passage: Passage
) -> None:
    digest = rows.content_digest(passage.scored_text)
    connection.execute(
        "INSERT INTO contents (digest, length) VALUES (?, ?) ON CONFLICT (digest) DO NOTHING",
        (digest, len(passage.scored_text)),
    )
    (content,) = connection.execute("SELECT row FROM contents WHERE digest = ?", (digest,)).fetchone()
    row = connection.execute(
        "INSERT INTO passages (document, position, start, finish, content, details, text) "
        "VALUES (?,?,?,?,?,?,?)",
        (
            number,
            position,
            passage.start,
            passage.end,
            content,
            rows.passage_details(passage),
            rows.pack(passage.text),
        ),
    ).lastrowid
    text, context = words.prepared_passage(passage)
    connection.execute("INSERT INTO words (rowid, text, context) VALUES (?, ?, ?)", (row, text, context))


def _take_out(connection: sqlite3.Connection, number: int) -> set[int]:
    """Delete a document and return the contents that its passages used."""
    (surfaces,) = connection.execute("SELECT surfaces FROM documents WHERE number = ?", (number,)).fetchone()
    vocabulary.count_out(connection, words.unpack_surfaces(surfaces))
    contents = {
        row for (row,) in connection.execute("SELECT content FROM passages WHERE document = ?", (number,))
    }
    connection.execute(
        "DELETE FROM words WHERE rowid IN (SELECT row FROM passages WHERE document = ?)", (number,)
    )
    connection.execute("DELETE FROM passages WHERE document = ?", (number,))
    connection.execute("DELETE FROM documents WHERE number = ?", (number,))
    return contents


def _drop_orphans(connection: sqlite3.Connection, contents: set[int]) -> None:
    for row in contents:
        if connection.execute("SELECT 1 FROM passages WHERE content = ? LIMIT 1", (row,)).fetchone() is None:
            connection.execute("DELETE FROM vectors WHERE content = ?", (row,))
            connection.execute("DELETE FROM contents WHERE row = ?", (row,))
