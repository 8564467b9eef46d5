"""The local store: one SQLite file is the truth, the vector store in memory follows it."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from rag.errors import InputError, LibraryBusy, LibraryError, LibraryStale
from rag.index import changes, fingerprint, generations, manifest, questions, rows, snapshot, vocabulary
from rag.index.connections import Connections
from rag.index.manifest import Making
from rag.index.schema import FORMAT
from rag.ports import FileState, Found, Listing, Status, VectorStore
from rag.types import Document, Passage, Scope, Vectors

EVERYTHING = Scope()


class LocalStore:
    """A library on disk. Safe to use from several threads; one process at a time may write.

    Args:
        file: the index file, which exists and fits `making`.
        making: what its vectors and passages are made with.
        vectors: makes an empty vector store of a dimension.
        in_use: false while a new index is built beside the one that answers.
    """

    def __init__(
        self,
        file: Path,
        connections: Connections,
        making: Making,
        vectors: Callable[[int], VectorStore],
        *,
        read_only: bool,
        in_use: bool = True,
    ) -> None:
        self.file = file
        self.read_only = read_only
        self._in_use = in_use
        self._connections = connections
        self._making = making
        self._live = snapshot.LiveVectors(file, making.dimension, vectors) if making.dimension else None
        self._vectors_in_use = threading.Lock()
        self._vocabulary: vocabulary.Vocabulary | None = None
        self._status: Status | None = None

    # --- asking -------------------------------------------------------------------------------------

    def document(self, document_id: str) -> Document:
        """Raises InputError when the library has no such document."""
        with self._connections.reading() as connection:
            row = connection.execute(
                "SELECT id, details, text, digest FROM documents WHERE id = ?", (document_id,)
            ).fetchone()
            if row is None:
                raise InputError(f"The library has no document {document_id}.", "See `rag list`.")
            return rows.document_of(*row)

    def listings(self) -> list[Listing]:
        with self._connections.reading() as connection:
            return questions.listings(connection)

    def passages(self, document_id: str) -> list[Passage]:
        with self._connections.reading() as connection:
            return questions.passages_of(connection, document_id)

    def search_words(self, query: str, limit: int, scope: Scope = EVERYTHING) -> list[Found]:
        with self._connections.reading() as connection:
            return questions.by_words(connection, query, limit, scope)

    def search_vectors(self, vector: Vectors, limit: int, scope: Scope = EVERYTHING) -> list[Found]:
        if self._live is None:
            return []
        with self._vectors_in_use, self._connections.reading() as connection:
            store = self._live.at(connection, manifest.generation(connection))
            return questions.by_vector(connection, store, vector, limit, scope)

    def similar_words(self, word: str, limit: int = 8) -> list[tuple[str, float]]:
        with self._connections.reading() as connection:
            now = manifest.generation(connection)
            known = self._vocabulary
            if known is None or known.generation != now:
                known = self._vocabulary = vocabulary.load(connection, now)
        return known.similar(word, limit)

    def status(self) -> Status:
        with self._connections.reading() as connection:
            now = manifest.generation(connection)
            known = self._status
            if known is None or known.generation != now:
                known = self._status = _status(connection, now)
            return known

    def fingerprint(self) -> str:
        """A digest of everything the library holds, equal for equal libraries however they came about."""
        with self._connections.reading() as connection:
            return fingerprint.fingerprint(connection)

    # --- keeping in step ----------------------------------------------------------------------------

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the right to change this library over several changes.

        Raises:
            LibraryBusy: another process is writing.
            LibraryStale: the library was rebuilt since this store was opened.
        """
        with generations.only_writer(self.file.parent):
            if self._in_use and generations.current(self.file.parent) != self.file:
                raise LibraryStale(
                    f"The library in {self.file.parent} was rebuilt meanwhile.", "Start the command again."
                )
            yield

    def replace(self, document: Document, passages: Sequence[Passage], file: FileState | None = None) -> None:
        """Put a document in, or in the place of its earlier text; vectors of unchanged text are kept."""
        with self._changing() as connection:
            changes.insert_document(connection, document, passages, file)
            if file:
                changes.record_file(connection, file)

    def replace_file(self, file: FileState, read: Sequence[tuple[Document, Sequence[Passage]]]) -> None:
        """Everything that one file holds, in one transaction; documents that it no longer holds go."""
        with self._changing() as connection:
            for document, passages in read:
                changes.insert_document(connection, document, passages, file)
            changes.record_file(connection, file)
            held = {document.id for document, _ in read}
            known = questions.documents_of_file(connection, file.path)
            if gone := [document_id for document_id in known if document_id not in held]:
                changes.delete_documents(connection, gone)
                snapshot.forget(connection, self.file)

    def remove(self, document_ids: Sequence[str]) -> int:
        """Take documents out with their passages, words and vectors. Returns how many there were."""
        if not document_ids:
            return 0
        with self.writing():
            self._remove_from_earlier(document_ids)
            with self._changing() as connection:
                count = changes.delete_documents(connection, document_ids)
                snapshot.forget(connection, self.file)
            self._connections.checkpoint()
        return count

    def forget_files(self, paths: Sequence[str]) -> int:
        """Take out files with every document that came from them. Returns how many documents there were."""
        if not paths:
            return 0
        with self.writing():
            with self._connections.reading() as connection:
                ids = [one for path in paths for one in questions.documents_of_file(connection, path)]
            self._remove_from_earlier(ids)
            with self._changing() as connection:
                count = changes.delete_documents(connection, ids)
                changes.forget_files(connection, paths)
                snapshot.forget(connection, self.file)
            self._connections.checkpoint()
        return count

    def vectors_of(self, digests: Sequence[str]) -> dict[str, Vectors]:
        """Content digest → its vector, for those that have one."""
        with self._connections.reading() as connection:
            return questions.vectors_of(connection, digests, self._making.dimension)

    def unembedded(self, limit: int) -> list[tuple[str, str]]:
        """(content digest, scored text) of passages without a vector, each content once, longest first."""
        with self._connections.reading() as connection:
            return questions.waiting(connection, limit)

    def waiting(self) -> tuple[int, int]:
        """(contents without a vector, their characters)."""
        with self._connections.reading() as connection:
            count, characters = connection.execute(
                "SELECT count(*), coalesce(sum(length), 0) FROM contents WHERE embedded = 0"
            ).fetchone()
            return count, characters

    def put_vectors(self, digests: Sequence[str], vectors: Vectors) -> None:
        """Vectors, shape (n, dimension), of contents that `unembedded` gave; unknown digests are dropped."""
        if np.shape(vectors) != (len(digests), self._making.dimension):
            expected = (len(digests), self._making.dimension)
            raise ValueError(f"vectors have shape {np.shape(vectors)}, not {expected}")
        with self._changing() as connection:
            changes.store_vectors(connection, digests, vectors)

    def files(self) -> Iterable[FileState]:
        with self._connections.reading() as connection:
            found = connection.execute("SELECT path, size, modified, digest FROM files ORDER BY path")
            return [questions.file_state(row) for row in found]

    def record_files(self, files: Sequence[FileState]) -> None:
        """Remember other sizes or times of files whose bytes are known already."""
        with self._changing(counts=False) as connection:
            for file in files:
                changes.record_file(connection, file)

    def entries(self, kind: str) -> dict[str, str]:
        """What was entered under `kind` ("folder", "excluded", "problem"): path to value."""
        with self._connections.reading() as connection:
            found = connection.execute("SELECT key, value FROM entries WHERE kind = ? ORDER BY key", (kind,))
            return {rows.unpack(key): value for key, value in found}

    def enter(self, kind: str, values: Mapping[str, str]) -> None:
        with self._changing(counts=False) as connection:
            connection.executemany(
                "INSERT OR REPLACE INTO entries (kind, key, value) VALUES (?, ?, ?)",
                [(kind, rows.pack(key), value) for key, value in values.items()],
            )

    def leave(self, kind: str, keys: Iterable[str]) -> None:
        with self._changing(counts=False) as connection:
            connection.executemany(
                "DELETE FROM entries WHERE kind = ? AND key = ?", [(kind, rows.pack(key)) for key in keys]
            )

    def save_snapshot(self, at_least: int = 0) -> None:
        """Write what is derived from the index file, so that the next start need not build it.

        Args:
            at_least: with fewer passages than this, reading them from the index file is as quick.
        """
        if self._live is None or self.read_only or self.status().embedded < at_least:
            return
        with self._vectors_in_use, self.writing(), self._connections.transaction() as connection:
            self._live.save(connection, manifest.generation(connection))

    def close(self) -> None:
        self._connections.close()

    def _remove_from_earlier(self, document_ids: Sequence[str]) -> None:
        """What is taken out here must not come back, nor stay on disk, by an index that `undo` leads to."""
        for other in generations.numbered(self.file.parent):
            if other == self.file or not document_ids:
                continue
            connections = Connections(other, read_only=False)
            try:
                with connections.transaction() as connection:
                    if manifest.read(connection).get("format") == str(FORMAT):
                        changes.delete_documents(connection, document_ids)
                        snapshot.forget(connection, other)
                connections.checkpoint()
            except LibraryBusy:
                raise
            except LibraryError:  # it cannot be read, so nothing can be taken out of it, nor be gone back to
                connections.close()
                generations.delete(other)
            finally:
                connections.close()

    @contextmanager
    def _changing(self, *, counts: bool = True) -> Iterator[sqlite3.Connection]:
        with self.writing(), self._connections.transaction() as connection:
            yield connection
            if counts:
                manifest.bump(connection)


def _status(connection: sqlite3.Connection, generation: int) -> Status:
    known = manifest.read(connection)
    (documents,) = connection.execute("SELECT count(*) FROM documents").fetchone()
    (passages,) = connection.execute("SELECT count(*) FROM passages").fetchone()
    (embedded,) = connection.execute(
        "SELECT count(*) FROM passages AS p JOIN contents AS c ON c.row = p.content WHERE c.embedded = 1"
    ).fetchone()
    return Status(
        documents=documents,
        passages=passages,
        embedded=embedded,
        generation=generation,
        embedder=known.get("embedder", ""),
        embedder_digest=known.get("embedder_digest", ""),
        manifest=known,
    )
