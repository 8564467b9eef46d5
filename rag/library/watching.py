"""Keep a library in step while its folders change: for the page, in a thread of its own."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable

from rag.errors import LibraryBusy, RagError
from rag.library.report import Summary
from rag.ports import Store

_SETTLE_MILLISECONDS = 800
"""Changes that follow one another within this time are brought in together."""
_LOOK_AGAIN_SECONDS = 5.0
"""How soon another folder that was registered meanwhile is seen, and a busy library tried again."""


def watch(
    store: Store,
    synchronise: Callable[[], Summary],
    stop: threading.Event,
    heard: Callable[[Summary | RagError], None] = lambda outcome: None,
) -> None:
    """Call `synchronise` once, and again whenever something changes in a registered folder, until `stop`.

    Args:
        synchronise: `library.sync` with its arguments filled in.
        heard: told what each run did, or why it could not; a busy library is tried again without a word.
    """
    from watchfiles import watch as changes

    due = True
    while not stop.is_set():
        if due:
            due = not _run(synchronise, heard)
        folders = [folder for folder in store.entries("folder") if os.path.isdir(folder)]
        if not folders:
            stop.wait(_LOOK_AGAIN_SECONDS)
            due = True
            continue
        for seen in changes(
            *folders,
            debounce=_SETTLE_MILLISECONDS,
            stop_event=stop,
            rust_timeout=round(1000 * _LOOK_AGAIN_SECONDS),
            yield_on_timeout=True,
            raise_interrupt=False,
            ignore_permission_denied=True,
        ):
            if seen or due:
                due = not _run(synchronise, heard)
            there = [folder for folder in store.entries("folder") if os.path.isdir(folder)]
            if there != folders:
                due = True
                break


def _run(synchronise: Callable[[], Summary], heard: Callable[[Summary | RagError], None]) -> bool:
    try:
        heard(synchronise())
    except LibraryBusy:
        return False
    except RagError as error:
        heard(error)
    return True
