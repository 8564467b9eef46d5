"""One digest over everything an index holds: equal for equal libraries, however they came about."""

from __future__ import annotations

import hashlib
import sqlite3

_ROWS = (
    "SELECT id, path, file, date, language, characters, passages, details, digest, surfaces, text "
    "FROM documents ORDER BY id",
    "SELECT d.id, p.position, p.start, p.finish, p.details, p.text, c.digest, c.length, c.embedded, "
    "v.vector, w.text, w.context FROM passages AS p JOIN documents AS d ON d.number = p.document "
    "JOIN contents AS c ON c.row = p.content LEFT JOIN vectors AS v ON v.content = c.row "
    "JOIN words AS w ON w.rowid = p.row ORDER BY d.id, p.position",
    "SELECT word, name_key, documents FROM vocabulary ORDER BY word, name_key",
    "SELECT path, size, digest FROM files ORDER BY path",
    "SELECT (SELECT count(*) FROM contents), (SELECT count(*) FROM vectors), (SELECT count(*) FROM words)",
)
"""Not in it: row numbers, the day a document was added, times of files, the generation."""


def fingerprint(connection: sqlite3.Connection) -> str:
    """sha256 (hex) over documents, passages, words, vectors, vocabulary and files."""
    digest = hashlib.sha256()
    for query in _ROWS:
        for row in connection.execute(query):
            digest.update(repr(row).encode("utf-8", "surrogatepass"))
        digest.update(b"\0")
    return digest.hexdigest()
