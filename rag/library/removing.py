"""Take documents out by id, path, folder or title."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import PurePath

from rag.errors import InputError
from rag.library.fetching import is_url, without_fragment
from rag.library.planning import within
from rag.library.report import Summary
from rag.library.settling import mark
from rag.ports import Listing, Store

_SHORTEST_ID = 6


def remove(store: Store, selectors: Sequence[str]) -> Summary:
    """Take documents out of the library; files on disk are left alone.

    Args:
        selectors: a document id (or its first six digits or more), the path of a file or folder, the URL of
            a page, a file name, or a title. A registered folder is no longer kept in step; a file of a
            registered folder stays out until it is added by name.

    Raises:
        InputError: a selector fits nothing, or an id or name fits several; nothing has been done then.
        LibraryBusy: another process is changing the library.
    """
    listings = store.listings()
    registered = store.entries("folder")
    chosen: dict[str, Listing] = {}
    folders: list[str] = []
    for selector in selectors:
        folders += [folder for folder in registered if within(folder, [_path(selector)])]
        found = fitting(listings, selector)
        if not found and not folders:
            raise InputError(f"Nothing in the library fits '{selector}'.", "See `rag list`.")
        chosen.update((listing.document_id, listing) for listing in found)
    summary = Summary()
    with store.writing():
        files = {listing.file.path for listing in chosen.values() if listing.file}
        partly = {one.file.path for one in listings if one.file and one.document_id not in chosen}
        mark(store, files - partly)
        store.forget_files(sorted(files - partly))
        store.remove(list(chosen))
        store.leave("folder", folders)
        store.leave("file", files - partly)
        kept = [path for path in files - partly if within(path, set(registered) - set(folders))]
        store.enter("excluded", dict.fromkeys(kept, datetime.now(UTC).isoformat(timespec="seconds")))
        store.leave("problem", [path for path in store.entries("problem") if within(path, folders)])
        store.leave("excluded", [path for path in store.entries("excluded") if within(path, folders)])
    summary.removed = len(chosen)
    summary.notes += [f"{folder} is no longer kept in step." for folder in folders]
    return summary


def find(listings: Sequence[Listing], selector: str) -> Listing:
    """The one document that a selector of `remove` fits.

    Raises:
        InputError: none or several fit.
    """
    found = fitting(listings, selector)
    if not found:
        raise InputError(f"Nothing in the library fits '{selector}'.", "See `rag list`.")
    if len(found) > 1:
        raise _ambiguous(selector, found)
    return found[0]


def fitting(listings: Sequence[Listing], selector: str) -> list[Listing]:
    """Documents by exact id, path or folder; else the only one of an id's beginning, a name or a title.

    Raises:
        InputError: an id's beginning, a name or a title fits several.
    """
    path = _path(selector)
    exact = [
        one
        for one in listings
        if one.document_id == selector
        or one.source.path == selector
        or (within(one.source.path, [path]) and not is_url(path))
        or (one.file is not None and one.file.path == path)
    ]
    if exact:
        return exact
    wanted = selector.casefold()
    loose = [
        one
        for one in listings
        if (len(selector) >= _SHORTEST_ID and one.document_id.startswith(selector))
        or wanted in (one.source.title.casefold(), PurePath(one.source.path).name.casefold())
    ]
    if len(loose) > 1:
        raise _ambiguous(selector, loose)
    return loose


def _path(selector: str) -> str:
    """A path or URL as it is remembered."""
    if is_url(selector):
        return without_fragment(selector)
    return os.path.abspath(os.path.expanduser(selector))


def _ambiguous(selector: str, found: Sequence[Listing]) -> InputError:
    ids = ", ".join(one.document_id for one in found[:5])
    return InputError(f"'{selector}' fits {len(found)} documents ({ids}).", "Give an id or a path.")
