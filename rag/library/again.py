"""Read a known file once more, and what could not be read: for a reader that has learnt something since."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import replace

from rag.errors import InputError
from rag.library.report import Summary
from rag.ports import Store


def read_again(path: str, store: Store, add: Callable[[list[str]], Summary]) -> Summary:
    """Read a file anew though it has not changed. What was read of it earlier stays when that fails.

    Args:
        path: as `Store.files` names it.
        add: `rag.library.add` with everything but the paths filled in.

    Raises:
        InputError: the file is no longer where it was.
    """
    if not os.path.isfile(path):
        raise InputError(
            f"{path} is no longer there.", "Put it back, or remove the document from the library."
        )
    known = [state for state in store.files() if state.path == path]
    if known:
        with store.writing():  # no bytes have this digest, so the file counts as changed
            store.record_files([replace(known[0], modified=-1.0, digest="")])
    return add([path])


def problems(store: Store) -> list[tuple[str, str]]:
    """(path, reason) of every file that could not be read, by path."""
    found = [(path, str(json.loads(value)[-1])) for path, value in store.entries("problem").items()]
    return sorted(found)
