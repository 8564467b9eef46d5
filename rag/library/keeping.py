"""Carry out a plan: moved files first, then what is gone, then what is new or changed."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import PurePath

from rag.ingest.reading import identity
from rag.library.planning import Plan, entry_of, problem
from rag.library.reading import Reading
from rag.library.report import Clock, Listener, Summary
from rag.library.settling import OWN
from rag.library.walking import Entry
from rag.ports import FileState, Store
from rag.types import Document, Passage

_RACY_SECONDS = 2.0
"""A file younger than this when it was read may change again without its time showing it."""
_CHUNK = 2**20


def carry_out(
    plan: Plan,
    store: Store,
    read: Callable[[Iterable[str]], Iterator[Reading]],
    summary: Summary,
    listener: Listener,
) -> None:
    """Bring the text of every candidate in and take out what is gone. One bad file never stops the rest."""
    keeper = _Keeper(store, plan, summary)
    clock = Clock(listener, "reading", len(plan.candidates))
    rest = keeper.follow_moves()
    keeper.drop_gone()
    done = len(plan.candidates) - len(rest)
    for path, outcome in read(keeper.new_texts(rest)):
        keeper.take(path, outcome)
        clock.tell(done + keeper.settled, path)
    keeper.finish()
    clock.tell(len(plan.candidates))


class _Keeper:
    """One run over a plan."""

    def __init__(self, store: Store, plan: Plan, summary: Summary) -> None:
        self._store, self._plan, self._summary = store, plan, summary
        self._documents: dict[str, list[str]] = {}
        self._by_digest: dict[str, str] = {}
        self._pending: dict[str, tuple[Entry, str]] = {}
        self._touched: list[FileState] = []
        self._failures: dict[str, str] = {}
        self._own: dict[str, str] | None = None
        self.settled = 0
        """Candidates that are done with."""
        for listing in store.listings() if plan.candidates and plan.known else ():
            if listing.file:
                self._documents.setdefault(listing.file.path, []).append(listing.document_id)
            if listing.file and listing.file.digest:
                self._by_digest.setdefault(listing.file.digest, listing.file.path)

    def follow_moves(self) -> list[Entry]:
        """Give documents of files that were renamed or moved their new path; nothing is read or embedded."""
        pairs = moves(self._plan)
        followed: set[str] = set()
        for path, (entry, state) in pairs.items():
            if self._copy(state.path, entry, state.digest):
                followed.add(path)
        self._forget([pairs[path][1] for path in sorted(followed)])
        old = {pairs[path][1].path for path in followed}
        self._plan.gone = [state for state in self._plan.gone if state.path not in old]
        self._summary.moved += len(followed)
        return [entry for entry in self._plan.candidates if entry.path not in followed]

    def drop_gone(self) -> None:
        self._forget(self._plan.gone)
        self._summary.removed += len(self._plan.gone)
        if self._plan.solved:
            self._store.leave("problem", self._plan.solved)

    def new_texts(self, entries: Sequence[Entry]) -> Iterator[str]:
        """Paths whose bytes are new to the library; others are settled on the way."""
        for entry in entries:
            digest = digest_of(entry.path)
            known = self._plan.known.get(entry.path)
            original = self._by_digest.get(digest or "")
            if digest is None:
                self._fail(entry, "It cannot be opened: it is gone, or reading is not permitted.")
            elif known and known.digest == digest:
                self._touched.append(_state(entry, digest))
                self._summary.unchanged += 1
                self.settled += 1
            elif original and known is None and self._copy(original, entry, digest):
                self._summary.added += 1
                self.settled += 1
            else:
                self._pending[entry.path] = (entry, digest)
                yield entry.path

    def take(self, path: str, outcome: list[tuple[Document, list[Passage]]] | str) -> None:
        """Store what was read of a file, or remember why it could not be."""
        entry, digest = self._pending.pop(path)
        if isinstance(outcome, str):
            self._fail(entry, outcome)
            return
        after = entry_of(path)
        state = _state(entry, digest)
        if after is None or (after.size, after.modified) != (entry.size, entry.modified):
            # What was read may be neither the one nor the other: no digest, and look again next time.
            state = replace(state, modified=-1.0, digest="")
            self._summary.notes.append(f"{path} changed while it was read; `rag sync` looks at it again.")
        self._store.replace_file(state, outcome)
        if earlier := self._plan.known.get(path):
            if self._by_digest.get(earlier.digest) == path:  # it holds these bytes no longer
                del self._by_digest[earlier.digest]
            self._summary.updated += 1
        else:
            self._summary.added += 1
        if state.digest:
            self._by_digest.setdefault(digest, path)
        self._documents[path] = [document.id for document, _ in outcome]
        self.settled += 1
        for document, _ in outcome:
            self._summary.notes += [f"{document.source.title}: {note}" for note in document.notes]

    def finish(self) -> None:
        if self._touched:
            self._store.record_files(self._touched)
        old = self._store.entries("problem")
        solved = [path for path in old if path in self._documents and path not in self._failures]
        if solved:
            self._store.leave("problem", solved)
        if self._failures:
            self._store.enter("problem", self._failures)

    def _fail(self, entry: Entry, reason: str) -> None:
        self.settled += 1
        if entry.path in self._plan.known:
            reason = f"{reason} What was read of it earlier is kept."
        self._summary.skipped.append((entry.path, reason))
        self._failures[entry.path] = problem(entry, reason)

    def _copy(self, original: str, entry: Entry, digest: str) -> bool:
        """Put in what is known of the same bytes elsewhere. False when the suffix says to read them anew."""
        ids = self._documents.get(original, [])
        if not ids or PurePath(original).suffix.lower() != PurePath(entry.path).suffix.lower():
            return False
        read = [
            self._elsewhere(self._store.document(one), self._store.passages(one), original, entry.path)
            for one in ids
        ]
        if self._own is None:
            self._own = self._store.entries(OWN)
        own = self._own
        apart = {moved.id: own[one] for one, (moved, _) in zip(ids, read, strict=True) if one in own}
        if apart:
            self._store.enter(OWN, apart)
            own |= apart
        self._store.replace_file(_state(entry, digest), read)
        self._documents[entry.path] = [document.id for document, _ in read]
        self._by_digest[digest] = entry.path
        return True

    def _elsewhere(
        self, document: Document, passages: Sequence[Passage], old: str, new: str
    ) -> tuple[Document, list[Passage]]:
        """The same text under another path. Contexts stay as they are, so that vectors can be kept."""
        source = document.source
        path = new + source.path[len(old) :]  # what follows names a part of the file
        title = PurePath(new).stem if source.title == PurePath(old).stem else source.title
        shown = path.encode("utf-8", "replace").decode("utf-8")
        moved = replace(document, id=identity(path), source=replace(source, path=shown, title=title))
        return moved, [replace(one, document_id=moved.id, source=moved.source) for one in passages]

    def _forget(self, states: Sequence[FileState]) -> None:
        for at in range(0, len(states), 100):
            paths = [state.path for state in states[at : at + 100]]
            self._store.forget_files(paths)
            for path in paths:
                self._documents.pop(path, None)
        for state in states:
            if self._by_digest.get(state.digest) == state.path:
                del self._by_digest[state.digest]


def moves(plan: Plan) -> dict[str, tuple[Entry, FileState]]:
    """New path → (new file, the file that is gone and held the same bytes)."""
    gone: dict[str, list[FileState]] = {}
    for state in plan.gone:
        gone.setdefault(state.digest, []).append(state)
    sizes = {state.size for state in plan.gone}
    found: dict[str, tuple[Entry, FileState]] = {}
    for entry in plan.candidates:
        if entry.size in sizes and entry.path not in plan.known:
            states = gone.get(digest_of(entry.path) or "")
            if states:
                found[entry.path] = (entry, states.pop())
    return found


def digest_of(path: str) -> str | None:
    """sha256 (hex) of a file's bytes, or None when it cannot be read."""
    digest = hashlib.sha256()
    try:
        with open(path, "rb") as file:
            while chunk := file.read(_CHUNK):
                digest.update(chunk)
    except OSError:
        return None
    return digest.hexdigest()


def _state(entry: Entry, digest: str) -> FileState:
    young = time.time() - entry.modified < _RACY_SECONDS
    return FileState(entry.path, entry.size, -1.0 if young else entry.modified, digest)


def same_folder(path: str) -> str:
    """An absolute path without `..`, links left as they are."""
    return os.path.abspath(os.path.expanduser(path))
