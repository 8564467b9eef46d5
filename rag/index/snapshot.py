"""The vector store kept in memory, in step with the index file, and its snapshot beside that file.

The snapshot only saves time. Its SHA-256 and the generation it was made from are recorded in SQLite, and
are checked before a byte of it is interpreted: a damaged FAISS file can load and search wrongly.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from rag.index.generations import write_atomically
from rag.index.rows import unpack_vector
from rag.ports import VectorStore
from rag.types import Vectors

_BATCH = 2048


class LiveVectors:
    """A VectorStore that follows the vectors in SQLite. Not thread-safe: its owner serialises."""

    def __init__(self, file: Path, dimension: int, make: Callable[[int], VectorStore]) -> None:
        self._dimension = dimension
        self._make = make
        self._store: VectorStore | None = None
        self._index_file = file
        self._generation = -1

    @property
    def loaded(self) -> bool:
        return self._store is not None

    def at(self, connection: sqlite3.Connection, generation: int) -> VectorStore:
        """The vectors of this generation: loaded once, then only what changed."""
        if self._store is None:
            self._store = self._make(self._dimension)
            self._load(connection, self._store)
        if self._generation != generation:
            wanted = {row for (row,) in connection.execute("SELECT row FROM contents WHERE embedded = 1")}
            held = self._store.rows()
            self._store.remove(sorted(held - wanted))
            missing = sorted(wanted - held)
            for at in range(0, len(missing), _BATCH):
                rows = missing[at : at + _BATCH]
                self._store.add(rows, np.stack(list(_vectors(connection, rows, self._dimension))))
            self._generation = generation
        return self._store

    def save(self, connection: sqlite3.Connection, generation: int) -> None:
        """Write the snapshot of this generation; `connection` is in a writing transaction."""
        store = self.at(connection, generation)
        file = self._file(store)
        known = _recorded(connection, file)
        if known and known[0] == generation and file.is_file():
            return
        data = store.save()
        write_atomically(file, data)
        connection.execute(
            "INSERT OR REPLACE INTO snapshots (name, generation, digest) VALUES (?, ?, ?)",
            (file.name, generation, hashlib.sha256(data).hexdigest()),
        )

    def _file(self, store: VectorStore) -> Path:
        return self._index_file.with_suffix(f".{type(store).__name__.lower()}.vectors")

    def _load(self, connection: sqlite3.Connection, store: VectorStore) -> None:
        file = self._file(store)
        known = _recorded(connection, file)
        if known is None:
            return
        try:
            data = file.read_bytes()
        except OSError:
            return
        if hashlib.sha256(data).hexdigest() == known[1]:
            store.load(data)


def _recorded(connection: sqlite3.Connection, file: Path) -> tuple[int, str] | None:
    row = connection.execute(
        "SELECT generation, digest FROM snapshots WHERE name = ?", (file.name,)
    ).fetchone()
    return (row[0], row[1]) if row else None


def forget(connection: sqlite3.Connection, file: Path) -> None:
    """Remove every snapshot of an index file: it holds vectors of what was just deleted."""
    connection.execute("DELETE FROM snapshots")
    for snapshot in file.parent.glob(f"{file.stem}.*.vectors"):
        snapshot.unlink(missing_ok=True)


def _vectors(connection: sqlite3.Connection, rows: list[int], dimension: int) -> Iterator[Vectors]:
    for row in rows:
        (data,) = connection.execute("SELECT vector FROM vectors WHERE content = ?", (row,)).fetchone()
        yield unpack_vector(data, dimension)
