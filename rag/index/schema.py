"""Tables of one index file, and the version that says whether this program can read them.

SQLite is the one source of truth; whatever is derived from it (the vector snapshot) can be thrown away.
Strings that may hold lone surrogates (file names, text of broken files) are kept as BLOBs of UTF-8 with
surrogates passed through, so that what comes out is what went in.
"""

from __future__ import annotations

FORMAT = 1
"""Raised when the tables change in a way that an older program would misread."""

_INNER_MARKS = "!#$%&()*+,-./:;<=>?@[\\]^_`{|}~"
"""Marks that stay inside a token: words arrive already cut, so only spaces may separate them here."""

TABLES = f"""
CREATE TABLE manifest (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

-- what the owner of the library chose: kind is 'folder', 'excluded' or 'problem'
CREATE TABLE entries (
    kind TEXT NOT NULL, key BLOB NOT NULL, value TEXT NOT NULL, PRIMARY KEY (kind, key)
) WITHOUT ROWID;

CREATE TABLE files (
    path BLOB PRIMARY KEY, size INTEGER NOT NULL, modified REAL NOT NULL, digest TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE documents (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    path BLOB NOT NULL,
    file BLOB,
    date TEXT NOT NULL,
    language TEXT NOT NULL,
    characters INTEGER NOT NULL,
    passages INTEGER NOT NULL,
    added TEXT NOT NULL,
    details BLOB NOT NULL,
    digest TEXT NOT NULL,
    surfaces BLOB NOT NULL,
    text BLOB NOT NULL
);
CREATE INDEX documents_by_path ON documents (path);
CREATE INDEX documents_by_file ON documents (file);
CREATE INDEX documents_by_language ON documents (language);

-- one row for each distinct scored text, however many passages carry it
CREATE TABLE contents (
    row INTEGER PRIMARY KEY AUTOINCREMENT,
    digest TEXT NOT NULL UNIQUE,
    length INTEGER NOT NULL,
    embedded INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX contents_waiting ON contents (length, row) WHERE embedded = 0;
-- float32 values, little-endian; like all details they end with their CRC-32
CREATE TABLE vectors (content INTEGER PRIMARY KEY, vector BLOB NOT NULL);

CREATE TABLE passages (
    row INTEGER PRIMARY KEY AUTOINCREMENT,
    document INTEGER NOT NULL,
    position INTEGER NOT NULL,
    start INTEGER NOT NULL,
    finish INTEGER NOT NULL,
    content INTEGER NOT NULL,
    details BLOB NOT NULL,
    text BLOB NOT NULL,
    UNIQUE (document, position)
);
CREATE INDEX passages_by_content ON passages (content);

-- rowid = passages.row; both columns hold prepared words joined by spaces
CREATE VIRTUAL TABLE words USING fts5 (text, context, tokenize = "ascii tokenchars '{_INNER_MARKS}'");

CREATE TABLE vocabulary (
    word TEXT NOT NULL, name_key TEXT NOT NULL, documents INTEGER NOT NULL, PRIMARY KEY (word, name_key)
) WITHOUT ROWID;

CREATE TABLE snapshots (
    name TEXT PRIMARY KEY, generation INTEGER NOT NULL, digest TEXT NOT NULL
) WITHOUT ROWID;
"""
