"""Index files: open one, begin the next beside it, and put it in use or go back."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from rag.errors import LibraryError
from rag.index import generations, manifest
from rag.index.connections import Connections
from rag.index.exact import ExactVectors
from rag.index.manifest import Making
from rag.index.store import LocalStore
from rag.ports import VectorStore

_BUILDING = "building"
"""Manifest key of an index that is not complete yet: what it is made from and with."""


def open_file(
    file: Path,
    making: Making,
    *,
    read_only: bool = False,
    in_use: bool = True,
    vectors: Callable[[int], VectorStore] = ExactVectors,
) -> LocalStore:
    """The store of one index file; see `index.open`."""
    manifest.check_size(file)
    connections = Connections(file, read_only=read_only)
    try:
        with connections.reading() as connection:
            known = manifest.read(connection)
            manifest.check_format(file, known)
            empty = connection.execute("SELECT 1 FROM passages LIMIT 1").fetchone() is None
        changed = manifest.differences(known, making, empty=empty)
        if changed and not read_only:
            with generations.only_writer(file.parent), connections.transaction() as writer:
                manifest.write(writer, changed)
        known |= changed
        made = Making(known["embedder"], known["embedder_digest"], int(known["dimension"]), known["splitter"])
        return LocalStore(file, connections, made, vectors, read_only=read_only, in_use=in_use)
    except BaseException:
        connections.close()
        raise


def new_file(folder: Path, making: Making, *, made_from: str = "") -> Path:
    """An index file with tables and nothing in them, under the next number."""
    file = generations.following(folder)
    connections = Connections(file, read_only=False)
    try:
        with connections.transaction() as connection:
            manifest.create(connection, making)
            if made_from:
                manifest.write(connection, {_BUILDING: _plan(making, made_from)})
    finally:
        connections.close()
    return file


def is_complete(file: Path) -> bool:
    """Whether an index file has its tables and was built to the end."""
    known = _manifest(file)
    return bool(known) and _BUILDING not in known


def begin(folder: Path, making: Making, vectors: Callable[[int], VectorStore]) -> LocalStore:
    """A store beside the one in use. One that was interrupted is gone on with, if it has the same making."""
    current = generations.current(folder)
    made_from = current.name if current else ""
    for file in generations.numbered(folder):
        known = _manifest(file)
        if _BUILDING in known:
            if known[_BUILDING] == _plan(making, made_from):
                return open_file(file, making, in_use=False, vectors=vectors)
            generations.delete(file)
    return open_file(new_file(folder, making, made_from=made_from), making, in_use=False, vectors=vectors)


def finish(store: LocalStore) -> None:
    """Put a new index in use: atomic, and everything of it on disk before. Only its predecessor is kept."""
    file = store.file
    store.close()
    before = generations.current(file.parent)
    connections = Connections(file, read_only=False)
    try:
        with connections.transaction() as connection:
            connection.execute("DELETE FROM manifest WHERE key = ?", (_BUILDING,))
        connections.checkpoint()
    finally:
        connections.close()
    generations.switch(file.parent, file)
    for other in generations.numbered(file.parent):
        if other not in (file, before):
            generations.delete(other)


def undo(folder: Path) -> Path:
    """Switch back to the index that was in use before the last rebuild; once more switches forth.

    Raises:
        LibraryError: there is no other index.
        LibraryBusy: another process is changing the library.
    """
    with generations.only_writer(folder):
        current = generations.current(folder)
        others = [file for file in generations.numbered(folder) if file != current and is_complete(file)]
        if not others:
            raise LibraryError(f"{folder} keeps no earlier index to go back to.", "Run `rag rebuild`.")
        generations.switch(folder, others[-1])
        return others[-1]


def _plan(making: Making, made_from: str) -> str:
    return json.dumps({**making.values(), "from": made_from}, sort_keys=True)


def _manifest(file: Path) -> dict[str, str]:
    connections = Connections(file, read_only=True)
    try:
        with connections.reading() as connection:
            return manifest.read(connection)
    except LibraryError:
        return {}
    finally:
        connections.close()
