"""Build the index anew beside the one that answers, for another embedder or splitter."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from rag.errors import LibraryEmpty
from rag.index import ExactVectors, LocalStore, Making, generations, rebuilding
from rag.index.rows import content_digest
from rag.library.embedding import SNAPSHOT_FROM, embed
from rag.library.report import Clock, Listener, Summary
from rag.library.settling import MARKED, OWN
from rag.ports import Embedder, FileState, Listing, VectorStore
from rag.types import Document, Passage

_AT_ONCE = 512
_KINDS = ("folder", "file", "excluded", "problem", MARKED, OWN)

Splitter = Callable[[Document], list[Passage]]


def rebuild(
    folder: Path,
    embedder: Embedder | None,
    *,
    splitter: str,
    split: Splitter,
    vectors: Callable[[int], VectorStore] = ExactVectors,
    progress: Listener = None,
) -> Summary:
    """Build a new index from the stored texts and switch to it when it is complete.

    The old index answers until then and is kept, so that `undo` can go back. Interrupted at any moment, the
    next call goes on. Vectors are kept where embedder and text are the same.

    Args:
        folder: of the library.
        splitter: the name under which the manifest remembers `split`.
        split: cuts a document into passages; called only when the old index was cut otherwise.

    Raises:
        LibraryEmpty: there is nothing to build from.
        LibraryBusy: another process is changing the library.
    """
    folder = folder.absolute()
    file = generations.current(folder) if folder.is_dir() else None
    if file is None:
        raise LibraryEmpty(f"There is no library in {folder}.", "Add documents: `rag add FOLDER`.")
    with generations.only_writer(folder):
        old = rebuilding.open_file(file, Making(), read_only=True)
        try:
            known = old.status().manifest
            same_embedder = embedder is None or known["embedder_digest"] == embedder.digest
            making = (
                Making(embedder.name, embedder.digest, embedder.dimension, splitter)
                if embedder
                else Making(known["embedder"], known["embedder_digest"], int(known["dimension"]), splitter)
            )
            new = rebuilding.begin(folder, making, vectors)
            try:
                filling = _Filling(old, new, None if known["splitter"] == splitter else split, same_embedder)
                summary = filling.run(progress)
                if embedder:
                    summary.embedded = embed(new, embedder, progress)
                summary.waiting = new.waiting()[0]
                new.save_snapshot(SNAPSHOT_FROM)
                rebuilding.finish(new)
            finally:
                new.close()
        finally:
            old.close()
    summary.notes.append("The earlier index is kept: `rag rebuild --undo` goes back to it.")
    return summary


def undo(folder: Path) -> Summary:
    """Go back to the index before the last rebuild; called again, forth.

    Raises:
        LibraryError: there is no other index.
    """
    file = rebuilding.undo(folder.absolute())
    return Summary(notes=[f"{file.name} is in use. `rag sync` brings in what changed since it was made."])


@dataclass(slots=True)
class _Filling:
    """Copies documents file by file; those that an interrupted run brought over are left as they are."""

    old: LocalStore
    new: LocalStore
    split: Splitter | None
    keep_vectors: bool
    _digests: list[str] = field(default_factory=list)

    def run(self, progress: Listener) -> Summary:
        summary = Summary()
        for kind in _KINDS:
            self.new.enter(kind, self.old.entries(kind))
        there = {listing.document_id for listing in self.new.listings()}
        files: dict[str, tuple[FileState | None, list[Listing]]] = {}
        for listing in self.old.listings():
            key = listing.file.path if listing.file else listing.document_id
            files.setdefault(key, (listing.file, []))[1].append(listing)
        clock = Clock(progress, "reading", len(files))
        for done, (name, (state, held)) in enumerate(files.items(), start=1):
            if all(listing.document_id in there for listing in held):
                summary.unchanged += 1
            else:
                self._copy(state, held)
                summary.added += 1
            clock.tell(done, name)
        self._take_vectors(at_least=1)
        return summary

    def _copy(self, state: FileState | None, held: Sequence[Listing]) -> None:
        read: list[tuple[Document, list[Passage]]] = []
        for listing in held:
            document = self.old.document(listing.document_id)
            read.append((document, self.split(document) if self.split else self.old.passages(document.id)))
        if state is not None:
            self.new.replace_file(state, read)
        else:
            for document, passages in read:
                self.new.replace(document, passages)
        if self.keep_vectors:
            self._digests += [content_digest(one.scored_text) for _, passages in read for one in passages]
            self._take_vectors(at_least=_AT_ONCE)

    def _take_vectors(self, at_least: int) -> None:
        """Carry vectors of texts that are the same in both over, once enough have come together."""
        if len(self._digests) < at_least:
            return
        known = self.old.vectors_of(self._digests)
        if known:
            self.new.put_vectors(list(known), np.stack(list(known.values())))
        self._digests.clear()
