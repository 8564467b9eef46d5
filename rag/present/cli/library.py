"""`rag add`, `sync`, `list`, `remove`, `show` and `rebuild`: the library of documents."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rag.index import LocalStore
    from rag.library import Summary
    from rag.ports import Embedder
    from rag.settings import Settings

Json = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Tell what would be done; change nothing.")]
TextOnly = Annotated[
    bool, typer.Option("--text-only", help="Bring in text for search by words; embed at the next sync.")
]


def add(
    context: typer.Context,
    paths: Annotated[
        list[str],
        typer.Argument(help="Files, folders (kept in step by `sync`), and with --allow-network URLs."),
    ],
    allow_network: Annotated[
        bool,
        typer.Option(
            "--allow-network",
            help="Fetch the pages that are named by URL, and nothing else. Add one again to update it.",
        ),
    ] = False,
    dry_run: DryRun = False,
    text_only: TextOnly = False,
    as_json: Json = False,
) -> None:
    """Bring documents in. Exit code 1 when something named here could not be read."""
    from rag import library
    from rag.present.cli.progress import shown

    with _opened(context, text_only=text_only, dry_run=dry_run) as opened, shown() as listener:
        settings, store, embedder, notes = opened
        summary = library.add(
            paths,
            store,
            embedder,
            passage_tokens=settings.passage_tokens,
            dry_run=dry_run,
            allow_network=allow_network,
            progress=listener,
        )
    summary.notes += notes
    _report(summary, as_json=as_json)


def sync(
    context: typer.Context, dry_run: DryRun = False, text_only: TextOnly = False, as_json: Json = False
) -> None:
    """Look at every registered folder again: new, changed, moved and deleted files."""
    from rag import library
    from rag.present.cli.progress import shown

    with _opened(context, text_only=text_only, dry_run=dry_run) as opened, shown() as listener:
        settings, store, embedder, notes = opened
        summary = library.sync(
            store, embedder, passage_tokens=settings.passage_tokens, dry_run=dry_run, progress=listener
        )
    summary.notes += notes
    _report(summary, as_json=as_json)


def list_documents(
    context: typer.Context,
    search: Annotated[str, typer.Argument(help="Only titles, paths and authors that contain this.")] = "",
    as_json: Json = False,
) -> None:
    """List the documents of the library."""
    from rag.present.cli import library_text

    store = _read(context)
    try:
        listings = store.listings()
        folders = list(store.entries("folder"))
    finally:
        store.close()
    wanted = search.casefold()
    found = [
        one
        for one in listings
        if wanted in f"{one.source.title}\n{one.source.path}\n{one.source.author}".casefold()
    ]
    if as_json:
        library_text.print_json([library_text.listing_values(one) for one in found])
    else:
        library_text.print_listings(found, len(listings), folders)


def remove(
    context: typer.Context,
    documents: Annotated[list[str], typer.Argument(help="Id, path, folder, URL, file name or title.")],
    as_json: Json = False,
) -> None:
    """Take documents out of the library at once. Files on disk are left alone."""
    from rag import library

    store = _read(context, read_only=False)
    try:
        summary = library.remove(store, documents)
    finally:
        store.close()
    _report(summary, as_json=as_json)


def show(
    context: typer.Context,
    document: Annotated[str, typer.Argument(help="Id, path, file name or title.")],
    start: Annotated[int, typer.Option(min=0, help="First character.")] = 0,
    end: Annotated[int | None, typer.Option(min=0, help="Character to stop before.")] = None,
    as_json: Json = False,
) -> None:
    """Print the stored text of a document, or the stretch of it that a citation names."""
    from rag import library
    from rag.errors import InputError
    from rag.present.cli import library_text

    store = _read(context)
    try:
        found = store.document(library.find(store.listings(), document).document_id)
    finally:
        store.close()
    stop = len(found.text) if end is None else end
    if not start <= stop <= len(found.text):
        raise InputError(
            f"{found.source.title} has characters 0 to {len(found.text)}; {start} to {stop} is not in it.",
            "Choose --start and --end within it.",
        )
    if as_json:
        library_text.print_json(library_text.text_values(found, start, stop))
    else:
        library_text.print_text(found.text[start:stop])


def rebuild(
    context: typer.Context,
    undo: Annotated[
        bool, typer.Option("--undo", help="Go back to the index before the last rebuild; again: forth.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Build the index anew for the embedder in the settings; the old one answers until it is complete."""
    from rag import backends, ingest, library, settings
    from rag.present.cli.progress import shown

    chosen = settings.load(context.obj)
    if undo:
        _report(library.undo(chosen.library), as_json=as_json)
        return
    with shown() as listener:
        summary = library.rebuild(
            chosen.library,
            backends.embedder(chosen.embedder, chosen.threads),
            splitter=ingest.splitter(chosen.passage_tokens),
            split=lambda document: ingest.split(document, chosen.passage_tokens),
            vectors=backends.vector_store,
            progress=listener,
        )
    _report(summary, as_json=as_json)


@contextmanager
def _opened(
    context: typer.Context, *, text_only: bool, dry_run: bool
) -> Iterator[tuple[Settings, LocalStore, Embedder | None, list[str]]]:
    """Settings, a store to write to, and the embedder unless its weights are missing."""
    import tempfile

    from rag import backends, index, ingest, settings
    from rag.errors import ModelError

    chosen = settings.load(context.obj)
    embedder: Embedder | None = None
    notes: list[str] = []
    if not (text_only or dry_run):
        try:
            embedder = backends.embedder(chosen.embedder, chosen.threads)
        except ModelError as error:
            notes.append(f"Search by words only, for now: {error}")
    with tempfile.TemporaryDirectory() as nowhere:
        there = (chosen.library / index.generations.POINTER).exists()
        store = index.open(
            chosen.library if there or not dry_run else Path(nowhere),
            embedder_name=embedder.name if embedder else "",
            embedder_digest=embedder.digest if embedder else "",
            dimension=embedder.dimension if embedder else 0,
            splitter=ingest.splitter(chosen.passage_tokens),
            vectors=backends.vector_store,
        )
        try:
            yield chosen, store, embedder, notes
        finally:
            store.close()


def _read(context: typer.Context, *, read_only: bool = True) -> LocalStore:
    """The library as it is; no model is needed to look at it."""
    from rag import index, settings
    from rag.errors import LibraryEmpty

    folder: Path = settings.load(context.obj).library
    if not (folder / index.generations.POINTER).exists():
        raise LibraryEmpty(f"There is no library in {folder}.", "Add documents: `rag add FOLDER`.")
    return index.open(folder, read_only=read_only)


def _report(summary: Summary, *, as_json: bool) -> None:
    from rag.present.cli import library_text

    if as_json:
        library_text.print_json(library_text.summary_values(summary))
    else:
        library_text.print_summary(summary)
    if summary.failed:
        raise typer.Exit(1)
