"""Passages → a searchable index on disk.

    library folder ─ CURRENT ─→ index-000001.sqlite  documents, passages, words, vectors, manifest: the truth
                               index-000001.*.vectors  snapshot of the vector store: can be thrown away

`open` gives the store of a library folder; it makes one where there is none.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from rag.errors import LibraryEmpty, LibraryError
from rag.index import generations, rebuilding
from rag.index.exact import ExactVectors
from rag.index.manifest import Making
from rag.index.store import LocalStore
from rag.ports import VectorStore

__all__ = ["ExactVectors", "LocalStore", "Making", "open"]


def open(
    folder: Path,
    *,
    embedder_name: str = "",
    embedder_digest: str = "",
    dimension: int = 0,
    splitter: str = "",
    read_only: bool = False,
    vectors: Callable[[int], VectorStore] = ExactVectors,
) -> LocalStore:
    """The store of a library folder, made when there is none and `read_only` is not set.

    Args:
        embedder_name, embedder_digest, dimension: of the embedder in use; leave them out to list, read or
            search by words without loading one.
        splitter: how passages are cut, as one word; leave it out to take what the index has.
        vectors: makes an empty vector store of a dimension.

    Raises:
        LibraryEmpty: nothing is there and `read_only` is set.
        LibraryStale: built by another embedder, splitter or format.
        LibraryError: damaged, or the folder cannot be used.
    """
    folder = folder.absolute()
    making = Making(embedder_name, embedder_digest, dimension, splitter)
    file = generations.current(folder) if folder.is_dir() else None
    if file is None:
        if read_only:
            raise LibraryEmpty(f"There is no library in {folder}.", "Add documents: `rag add FOLDER`.")
        file = _make(folder, making)
    return rebuilding.open_file(file, making, read_only=read_only, vectors=vectors)


def _make(folder: Path, making: Making) -> Path:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise LibraryError(
            f"The library folder {folder} cannot be made ({error.strerror}).",
            "Choose another with --library or RAG_LIBRARY.",
        ) from error
    with generations.only_writer(folder):
        file = generations.current(folder)
        if file is None:
            complete = [one for one in generations.numbered(folder) if rebuilding.is_complete(one)]
            if len(complete) > 1:
                raise generations.broken(folder, "it is missing")
            file = complete[0] if complete else rebuilding.new_file(folder, making)
            generations.switch(folder, file)
        return file
