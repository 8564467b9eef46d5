"""Keep a library in step with a person's folders: read → split → store, then embed.

Text goes in first, one transaction a file, so that search by words works at once; vectors follow, the
longest texts first over the whole run. Every step can be interrupted; the next run continues.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path

from rag.errors import InputError
from rag.library import fetching, planning, reading, settling
from rag.library.embedding import SNAPSHOT_FROM, embed
from rag.library.keeping import carry_out, moves, same_folder
from rag.library.rebuilding import rebuild, undo
from rag.library.removing import find, remove
from rag.library.report import Clock, Listener, Progress, Summary
from rag.library.watching import watch
from rag.ports import Embedder, Store

__all__ = ["Progress", "Summary", "add", "embed", "find", "rebuild", "remove", "sync", "undo", "watch"]


def add(
    paths: Sequence[Path | str],
    store: Store,
    embedder: Embedder | None,
    *,
    passage_tokens: int = 160,
    workers: int | None = None,
    dry_run: bool = False,
    allow_network: bool = False,
    reachable: Callable[[str], bool] | None = None,
    progress: Listener = None,
) -> Summary:
    """Register folders, bring them, single files and pages of the web in.

    Args:
        embedder: None brings in text only; a later `sync` embeds it.
        passage_tokens: target size of a passage.
        workers: child processes that read files; None chooses by their number and formats.
        dry_run: tell what would be done and change nothing.
        allow_network: fetch what is named by URL. A fetched page stays as it is until it is added again.
        reachable: which numeric addresses pages may come from; None for public ones. For tests.

    Raises:
        InputError: a path does not exist, or a URL is named and not allowed; nothing has been done then.
        LibraryBusy: another process is changing the library.
    """
    named = [os.fspath(path) for path in paths]
    urls = list(dict.fromkeys(fetching.without_fragment(one) for one in named if fetching.is_url(one)))
    if urls and not allow_network:
        raise InputError(
            f"{urls[0]} is on the network, which `rag` does not use unless told to.",
            "To fetch it: rag add --allow-network URL",
        )
    wanted = [same_folder(one) for one in named if not fetching.is_url(one)]
    for path in wanted:
        if not (os.path.isfile(path) or os.path.isdir(path)):
            wrong = "is neither a file nor a folder" if os.path.exists(path) else "does not exist"
            raise InputError(f"{path} {wrong}.", "Check the path.")
    folders = [path for path in wanted if os.path.isdir(path)]
    files = [path for path in wanted if not os.path.isdir(path)]
    summary = Summary(dry_run=dry_run)
    pages = [] if dry_run else fetching.fetch(urls, passage_tokens, summary, progress, reachable)
    with nullcontext() if dry_run else store.writing():
        if dry_run:
            fetching.foretell(urls, store, summary)
        else:
            _register(store, folders, files)
            fetching.keep(pages, store, summary)
        fetched = _got_in(summary)
        _bring(
            store,
            embedder,
            folders,
            files,
            passage_tokens,
            workers,
            summary,
            insist=True,
            progress=progress,
        )
    bad = {path for path, _ in summary.skipped}
    summary.failed += [path for path in files if path in bad]
    if folders and _got_in(summary) == fetched:
        if any(planning.within(path, folders) for path in bad):
            summary.failed += folders
        else:
            summary.notes.append(f"No file to read in {', '.join(folders)}; it is registered all the same.")
    return summary


def sync(
    store: Store,
    embedder: Embedder | None,
    *,
    passage_tokens: int = 160,
    workers: int | None = None,
    dry_run: bool = False,
    progress: Listener = None,
) -> Summary:
    """Look at every registered folder and file again, bring in what changed and take out what is gone.

    A registered folder that is not there at all (a disk that is not mounted) keeps its documents.

    Raises:
        LibraryBusy: another process is changing the library.
    """
    registered = list(store.entries("folder"))
    folders = [folder for folder in registered if os.path.isdir(folder)]
    missing = [folder for folder in registered if folder not in folders]
    summary = Summary(dry_run=dry_run)
    with nullcontext() if dry_run else store.writing():
        remembered = [state.path for state in store.files()]
        files = [
            path for path in remembered if not planning.within(path, registered) and not fetching.is_url(path)
        ]
        _bring(
            store,
            embedder,
            folders,
            files,
            passage_tokens,
            workers,
            summary,
            insist=False,
            progress=progress,
        )
    for folder in missing:
        summary.notes.append(
            f"{folder} is not there; its documents are kept. `rag remove {folder}` takes them out."
        )
    if not registered and not remembered:
        summary.notes.append("No folder is registered yet: `rag add FOLDER`.")
    elif not registered and not files:
        summary.notes.append("Pages of the web stay as fetched; `rag add --allow-network URL` updates one.")
    return summary


def _got_in(summary: Summary) -> int:
    return summary.added + summary.unchanged + summary.updated + summary.moved


def _register(store: Store, folders: Sequence[str], files: Sequence[str]) -> None:
    now = datetime.now(UTC).isoformat(timespec="seconds")
    known = store.entries("folder")
    new = [folder for folder in folders if not planning.within(folder, known)]
    if new:
        store.enter("folder", dict.fromkeys(new, now))
    if files:
        store.enter("file", dict.fromkeys(files, now))
    if again := [path for path in store.entries("excluded") if path in files]:
        store.leave("excluded", again)


def _bring(
    store: Store,
    embedder: Embedder | None,
    folders: Sequence[str],
    files: Sequence[str],
    passage_tokens: int,
    workers: int | None,
    summary: Summary,
    *,
    insist: bool,
    progress: Listener,
) -> None:
    looking = Clock(progress, "looking", 0)
    plan = planning.compare(
        store, folders, files, summary, insist=insist, looking=lambda done, path: looking.tell(done, path)
    )
    if summary.dry_run:
        _foretell(plan, summary)
        return
    before = store.status().generation
    if workers is None:
        workers = reading.workers_for(entry.path for entry in plan.candidates)
    settling.mark(store, [entry.path for entry in plan.candidates] + [state.path for state in plan.gone])
    carry_out(plan, store, reading.reader(passage_tokens, workers), summary, progress)
    settling.settle(store, passage_tokens)
    if embedder is not None:
        summary.embedded = embed(store, embedder, progress)
    summary.waiting = store.waiting()[0]
    if embedder is not None and store.status().generation != before:
        store.save_snapshot(SNAPSHOT_FROM)


def _foretell(plan: planning.Plan, summary: Summary) -> None:
    followed = moves(plan)
    for entry, state in followed.values():
        summary.changes.append(("move", f"{state.path} → {entry.path}"))
    summary.moved += len(followed)
    for entry in plan.candidates:
        if entry.path in followed:
            continue
        new = entry.path not in plan.known
        summary.added += new
        summary.updated += not new
        summary.changes.append(("add" if new else "update", entry.path))
    old = {state.path for _, state in followed.values()}
    gone = [state.path for state in plan.gone if state.path not in old]
    summary.removed += len(gone)
    summary.changes += [("remove", path) for path in gone]
