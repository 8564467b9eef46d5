"""What only the pages of a folder together show: lines that they repeat are furniture of the site.

What is furniture depends on the files of the folder alone, never on the order in which they came: the
spans that the reader found are remembered beside, and a folder that changed is marked until it has been
looked at whole.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from urllib.parse import urlsplit

from rag.library.fetching import is_url
from rag.ports import FileState, Listing, Store
from rag.types import Document, Span

MARKED, OWN = "unsettled", "own furniture"
"""Kinds of entries: folders and sites to look at; documents, with the spans that their reader found."""

_FORMATS = ("html", "text")
_SUFFIXES = (".html", ".htm", ".xhtml", ".shtml", ".txt", ".text", ".zip", ".tar", ".gz", ".tgz")
_LEAST_KEPT = 200
"""Characters that must stay of a page."""


def mark(store: Store, paths: Iterable[str]) -> None:
    """Remember that the folders of these files are to be looked at."""
    marked = {group(path): "" for path in paths if is_url(path) or path.lower().endswith(_SUFFIXES)}
    if marked:
        store.enter(MARKED, marked)


def group(path: str) -> str:
    """The folder of a file, or the site of a page."""
    if is_url(path):
        parts = urlsplit(path)
        return f"{parts.scheme}://{parts.netloc}"
    return os.path.dirname(path)


def settle(store: Store, passage_tokens: int) -> None:
    """Look at the marked folders, and cut those pages anew whose furniture comes out otherwise."""
    marked = store.entries(MARKED)
    if not marked:
        return
    members: dict[str, list[tuple[Listing, FileState]]] = {name: [] for name in marked}
    there: set[str] = set()
    for listing in store.listings():
        there.add(listing.document_id)
        if listing.file and listing.source.format in _FORMATS and group(listing.file.path) in members:
            members[group(listing.file.path)].append((listing, listing.file))
    own = store.entries(OWN)
    for pages in members.values():
        _settle(store, sorted(pages, key=lambda one: one[0].document_id), own, passage_tokens)
    store.leave(OWN, [document_id for document_id in own if document_id not in there])
    store.leave(MARKED, marked)


def _settle(
    store: Store, pages: Sequence[tuple[Listing, FileState]], own: dict[str, str], passage_tokens: int
) -> None:
    from rag import ingest
    from rag.ingest import repeated
    from rag.ingest.spans import union

    ids = [listing.document_id for listing, _ in pages]
    known = repeated.repeated(islice(_texts(store, ids, own), repeated.SAMPLE))
    if not known and not own.keys() & set(ids):
        return
    for listing, file in pages:
        document = store.document(listing.document_id)
        found = reader_found(document, own)
        wanted = union(found, repeated.spans(document.text, known)) if found else found
        if sum(span.end - span.start for span in wanted) > len(document.text) - _LEAST_KEPT:
            wanted = found
        if wanted == document.furniture:
            continue
        if wanted != found:
            store.enter(OWN, {document.id: remembered(document, found)})
        changed = replace(document, furniture=wanted)
        store.replace(changed, ingest.split(changed, passage_tokens), file)
        if wanted == found:
            store.leave(OWN, [document.id])


def _texts(store: Store, ids: Iterable[str], own: dict[str, str]) -> Iterator[str]:
    """Texts in which a reader found furniture."""
    for document_id in ids:
        document = store.document(document_id)
        if reader_found(document, own):
            yield document.text


def reader_found(document: Document, own: dict[str, str]) -> tuple[Span, ...]:
    """The furniture without what was added here; what is remembered of an earlier text does not count."""
    entry = json.loads(own.get(document.id, "null"))
    if entry is None or entry[0] != _digest(document.text):
        return document.furniture
    return tuple(Span(start, end) for start, end in entry[1])


def remembered(document: Document, found: Iterable[Span]) -> str:
    return json.dumps([_digest(document.text), [[span.start, span.end] for span in found]])


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
