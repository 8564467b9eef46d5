"""What a question reads from the tables, each inside one consistent view."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Any

from rag.index import rows, scopes, words
from rag.ports import FileState, Found, Listing, VectorStore
from rag.types import Passage, Scope, Vectors

_LANGUAGES = 4
"""Languages that a query is stemmed by, the most frequent of the library."""


def by_words(connection: sqlite3.Connection, query: str, limit: int, scope: Scope) -> list[Found]:
    expression = words.match_expression(query, languages(connection))
    if not expression or limit <= 0:
        return []
    within, values = _within(scope)
    found = connection.execute(
        f"SELECT rowid, -bm25(words, {words.TEXT_WEIGHT}, {words.CONTEXT_WEIGHT}) AS score "  # noqa: S608  (own constants)
        f"FROM words WHERE words MATCH ? {within} ORDER BY score DESC, rowid LIMIT ?",
        [expression, *values, limit],
    ).fetchall()
    return [Found(passage_at(connection, row), score) for row, score in found]


def by_vector(
    connection: sqlite3.Connection, store: VectorStore, vector: Vectors, limit: int, scope: Scope
) -> list[Found]:
    among = None if scope.is_everything else _contents(connection, scope)
    if limit <= 0 or (among is not None and not among):
        return []
    wanted = limit
    while True:  # a tie at the cut is decided by passage id, so both of its sides must be here
        ranked = store.search(vector, wanted + 1, among)
        if len(ranked) <= wanted or ranked[limit - 1][1] - ranked[-1][1] > 1e-6:
            break
        wanted *= 2
    condition, values = scopes.condition(scope)
    found: list[Found] = []
    for content, score in ranked:
        found += [
            Found(rows.passage_of(row), score)
            for row in connection.execute(
                f"SELECT {rows.PASSAGE_COLUMNS} FROM {rows.PASSAGE_TABLES} "  # noqa: S608  (own constants)
                f"WHERE p.content = ? AND {condition} ORDER BY d.id, p.start LIMIT ?",
                [content, *values, limit],
            )
        ]
    return sorted(found, key=lambda one: (-round(one.score, 6), one.passage.document_id, one.passage.start))[
        :limit
    ]


def passage_at(connection: sqlite3.Connection, row: int) -> Passage:
    found = connection.execute(
        f"SELECT {rows.PASSAGE_COLUMNS} FROM {rows.PASSAGE_TABLES} WHERE p.row = ?",  # noqa: S608  (own constants)
        (row,),
    ).fetchone()
    if found is None:
        raise sqlite3.DatabaseError(f"passage {row} is missing")
    return rows.passage_of(found)


def passages_of(connection: sqlite3.Connection, document_id: str) -> list[Passage]:
    return [
        rows.passage_of(row)
        for row in connection.execute(
            f"SELECT {rows.PASSAGE_COLUMNS} FROM {rows.PASSAGE_TABLES} WHERE d.id = ? ORDER BY p.position",  # noqa: S608  (own constants)
            (document_id,),
        )
    ]


def documents_of_file(connection: sqlite3.Connection, path: str) -> list[str]:
    found = connection.execute("SELECT id FROM documents WHERE file = ? ORDER BY id", (rows.pack(path),))
    return [document_id for (document_id,) in found]


def languages(connection: sqlite3.Connection) -> list[str]:
    """Languages of at least a tenth of the documents, the most frequent first."""
    counts = connection.execute(
        "SELECT CASE language WHEN '' THEN 'en' ELSE language END AS spoken, count(*) AS documents "
        "FROM documents GROUP BY spoken ORDER BY documents DESC, spoken"
    ).fetchall()
    total = sum(count for _, count in counts)
    return [language for language, count in counts if 10 * count >= total][:_LANGUAGES]


def listings(connection: sqlite3.Connection) -> list[Listing]:
    embedded = dict(
        connection.execute(
            "SELECT p.document, sum(c.embedded) FROM passages AS p JOIN contents AS c ON c.row = p.content "
            "GROUP BY p.document"
        )
    )
    return [
        Listing(
            document_id=document_id,
            source=rows.source_of(details),
            characters=characters,
            passages=passages,
            embedded=embedded.get(number, 0),
            added=added,
            file=file_state(state) if state[0] is not None else None,
            notes=rows.notes_of(details),
        )
        for number, document_id, details, characters, passages, added, *state in connection.execute(
            "SELECT d.number, d.id, d.details, d.characters, d.passages, d.added, "
            "f.path, f.size, f.modified, f.digest "
            "FROM documents AS d LEFT JOIN files AS f ON f.path = d.file ORDER BY d.path, d.id"
        )
    ]


def file_state(row: Sequence[Any]) -> FileState:
    path, size, modified, digest = row
    return FileState(rows.unpack(path), size, modified, digest)


def vectors_of(connection: sqlite3.Connection, digests: Sequence[str], dimension: int) -> dict[str, Vectors]:
    found: dict[str, Vectors] = {}
    for digest in digests:
        row = connection.execute(
            "SELECT v.vector FROM contents AS c JOIN vectors AS v ON v.content = c.row WHERE c.digest = ?",
            (digest,),
        ).fetchone()
        if row:
            found[digest] = rows.unpack_vector(row[0], dimension)
    return found


def waiting(connection: sqlite3.Connection, limit: int) -> list[tuple[str, str]]:
    """(content digest, scored text) of contents without a vector, longest first."""
    found = connection.execute(
        "SELECT c.digest, min(p.row) FROM (SELECT row, digest, length FROM contents WHERE embedded = 0 "
        "ORDER BY length DESC, row DESC LIMIT ?) AS c JOIN passages AS p ON p.content = c.row "
        "GROUP BY c.row ORDER BY c.length DESC, c.row DESC",
        (limit,),
    ).fetchall()
    return [(digest, passage_at(connection, row).scored_text) for digest, row in found]


def _within(scope: Scope) -> tuple[str, list[object]]:
    if scope.is_everything:
        return "", []
    condition, values = scopes.condition(scope)
    return (
        f"AND rowid IN (SELECT p.row FROM {rows.PASSAGE_TABLES} WHERE {condition})",  # noqa: S608  (own constants)
        values,
    )


def _contents(connection: sqlite3.Connection, scope: Scope) -> list[int]:
    condition, values = scopes.condition(scope)
    return [
        row
        for (row,) in connection.execute(
            f"SELECT DISTINCT p.content FROM {rows.PASSAGE_TABLES} WHERE {condition}",  # noqa: S608  (own constants)
            values,
        )
    ]
