"""Connections to one index file: a single writer, and readers that any thread may borrow."""

from __future__ import annotations

import sqlite3
import threading
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rag.errors import LibraryBusy, LibraryError

_WAIT_SECONDS = 30.0


class Connections:
    """Readers see the state of one moment (WAL) and never wait for the writer."""

    def __init__(self, file: Path, *, read_only: bool) -> None:
        self.file = file
        self._read_only = read_only
        self._idle: list[sqlite3.Connection] = []
        self._all: list[sqlite3.Connection] = []
        self._writer: sqlite3.Connection | None = None
        self._writing = threading.RLock()
        self._guard = threading.Lock()
        self._closed = False

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """One consistent view for as long as it is held."""
        with translated(self.file), _understood(self.file):
            with self._guard:
                connection = self._idle.pop() if self._idle else None
            if connection is None:
                connection = self._connect(read_only=True)
            try:
                connection.execute("BEGIN")
                yield connection
            finally:
                _end(connection)
                with self._guard:
                    if self._closed:
                        connection.close()
                    else:
                        self._idle.append(connection)

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All or nothing: on disk when it returns, undone when anything is raised."""
        if self._read_only:
            raise LibraryError(f"{self.file} was opened for reading only.")
        with self._writing, translated(self.file):
            if self._writer is None:
                self._writer = self._connect(read_only=False)
            connection = self._writer
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            finally:
                _end(connection)

    def checkpoint(self) -> None:
        """Fold the write-ahead log into the file and cut it to nothing, where no reader is in the way."""
        with self._writing, translated(self.file):
            if self._writer is not None:
                self._writer.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        with self._writing, self._guard:
            self._closed = True
            for connection in self._idle:
                connection.close()
            self._idle.clear()
            if self._writer is not None:
                self._writer.close()
                self._writer = None

    def _connect(self, *, read_only: bool) -> sqlite3.Connection:
        if self._closed:
            raise LibraryError(f"{self.file} was closed.")
        mode = "ro" if read_only else "rwc"
        connection = sqlite3.connect(
            f"{self.file.absolute().as_uri()}?mode={mode}",
            uri=True,
            isolation_level=None,
            check_same_thread=False,
            timeout=_WAIT_SECONDS,
            cached_statements=64,
        )
        try:
            connection.execute("PRAGMA trusted_schema = OFF")
            connection.execute("PRAGMA cell_size_check = ON")
            if read_only:
                connection.execute("PRAGMA query_only = ON")
            else:
                connection.execute("PRAGMA journal_mode = WAL")
                connection.execute("PRAGMA synchronous = FULL")
                connection.execute("PRAGMA secure_delete = ON")
        except BaseException:
            connection.close()
            raise
        return connection


@contextmanager
def translated(file: Path) -> Iterator[None]:
    """SQLite's errors as ours, each with what to do next."""
    try:
        yield
    except sqlite3.ProgrammingError:
        raise
    except sqlite3.IntegrityError:
        raise
    except sqlite3.OperationalError as error:
        raise _operational(file, error) from error
    except (sqlite3.DatabaseError, sqlite3.InterfaceError) as error:
        raise damaged(file, str(error)) from error


@contextmanager
def _understood(file: Path) -> Iterator[None]:
    """Stored bytes that are no text, number or JSON any more are damage too."""
    try:
        yield
    except UnicodeEncodeError:
        raise
    except (ValueError, KeyError, TypeError, zlib.error) as error:
        raise damaged(file, str(error)) from error


def damaged(file: Path, detail: str) -> LibraryError:
    return LibraryError(
        f"The index file {file} is damaged ({detail}).",
        f"Move {file.parent} away and run `rag add` on your folders again.",
    )


def _operational(file: Path, error: sqlite3.OperationalError) -> LibraryError:
    text = str(error)
    if "full" in text:
        return LibraryError(
            f"No space is left on the disk that holds {file}.",
            "Free some space and run `rag sync`; what was stored before is safe.",
        )
    if "locked" in text or "busy" in text:
        return LibraryBusy(f"{file} is in use by another process.", "Wait until it is done and try again.")
    if "readonly" in text:
        return LibraryError(f"{file} cannot be written to.", "Check the permissions of its folder.")
    if "unable to open" in text or "disk I/O" in text:
        return LibraryError(
            f"{file} cannot be opened ({text}).", "Check that its folder exists and can be read and written."
        )
    return damaged(file, text)


def _end(connection: sqlite3.Connection) -> None:
    if connection.in_transaction:
        connection.execute("ROLLBACK")
