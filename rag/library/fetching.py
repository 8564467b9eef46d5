"""Bring in pages that a person named by URL. A page is kept as it was fetched until it is fetched again."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence
from urllib.parse import urldefrag

from rag.library.report import Clock, Listener, Summary
from rag.ports import FileState, Store
from rag.types import Document, Passage

Fetched = tuple[FileState, list[tuple[Document, list[Passage]]]]

_URL = re.compile(r"https?://", re.IGNORECASE)


def is_url(path: str) -> bool:
    """No file can be meant: remembered paths of files are absolute."""
    return _URL.match(path) is not None


def without_fragment(url: str) -> str:
    """The address of the whole page, under which it is kept."""
    return urldefrag(url).url


def fetch(
    urls: Sequence[str],
    passage_tokens: int,
    summary: Summary,
    listener: Listener,
    allowed: Callable[[str], bool] | None,
) -> list[Fetched]:
    """Read pages; what cannot be had is skipped and counts as failed, for each was asked for by name.

    Args:
        allowed: which numeric addresses may be connected to; None for public ones. For tests.
    """
    from rag import ingest
    from rag.errors import ReadError
    from rag.ingest.web import read_url

    clock = Clock(listener, "fetching", len(urls))
    pages: list[Fetched] = []
    for done, url in enumerate(urls, start=1):
        try:
            page = read_url(url, allowed=allowed)
        except ReadError as error:
            summary.skipped.append((url, str(error)))
            summary.failed.append(url)
        else:
            state = FileState(page.url, page.size, time.time(), page.digest)
            pages.append((state, [(one, ingest.split(one, passage_tokens)) for one in page.documents]))
        clock.tell(done, url)
    return pages


def keep(pages: Sequence[Fetched], store: Store, summary: Summary) -> None:
    """Put fetched pages in, each in the place of what was fetched of it earlier."""
    from rag.library import settling

    known = {state.path: state for state in store.files() if is_url(state.path)}
    for state, read in pages:
        earlier = known.get(state.path)
        if earlier and earlier.digest == state.digest:
            store.record_files([state])
            summary.unchanged += 1
            continue
        settling.mark(store, [state.path])
        store.replace_file(state, read)
        summary.updated += earlier is not None
        summary.added += earlier is None
        for document, _ in read:
            summary.notes += [f"{document.source.title}: {note}" for note in document.notes]


def foretell(urls: Sequence[str], store: Store, summary: Summary) -> None:
    """What fetching would do, told without the network."""
    known = {state.path for state in store.files()}
    for url in urls:
        summary.added += url not in known
        summary.updated += url in known
        summary.changes.append(("fetch", url))
