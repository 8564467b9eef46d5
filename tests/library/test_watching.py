"""Changes are followed while the page runs."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from rag import library
from rag.errors import LibraryBusy, LibraryError, RagError
from rag.index import LocalStore
from rag.library import Summary
from tests.library.test_keeping_in_step import write
from tests.library.test_killed import EMBEDDER, opened


def eventually(holds: Callable[[], bool], seconds: float = 30.0) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if holds():
            return True
        time.sleep(0.05)
    return False


@pytest.fixture
def store(tmp_path: Path) -> Iterator[LocalStore]:
    write(tmp_path / "docs" / "a.txt", "The castle is described here.")
    store = opened(tmp_path / "library")
    library.add([tmp_path / "docs"], store, EMBEDDER)
    yield store
    store.close()


def watched(
    store: LocalStore, synchronise: Callable[[], Summary]
) -> tuple[list[Summary | RagError], Callable[[], None]]:
    stop, heard = threading.Event(), list[Summary | RagError]()
    thread = threading.Thread(target=library.watch, args=(store, synchronise, stop, heard.append))
    thread.start()

    def end() -> None:
        stop.set()
        thread.join(30)
        assert not thread.is_alive()

    return heard, end


def test_files_that_come_and_go_are_followed(store: LocalStore, tmp_path: Path) -> None:
    heard, end = watched(store, lambda: library.sync(store, EMBEDDER))
    try:
        assert eventually(lambda: bool(heard))
        write(tmp_path / "docs" / "b.txt", "The observatory is described here.", age=0)
        assert eventually(lambda: bool(store.search_words("observatory", 1)))
        (tmp_path / "docs" / "a.txt").unlink()
        assert eventually(lambda: not store.search_words("castle", 1))
    finally:
        end()


def test_a_busy_library_is_tried_again_and_an_error_is_told(store: LocalStore, tmp_path: Path) -> None:
    outcomes: list[Exception] = [LibraryBusy("busy"), LibraryError("broken")]

    def synchronise() -> Summary:
        if outcomes:
            raise outcomes.pop(0)
        return library.sync(store, EMBEDDER)

    heard, end = watched(store, synchronise)
    try:
        assert eventually(lambda: any(isinstance(one, LibraryError) for one in heard))
        assert not any(isinstance(one, LibraryBusy) for one in heard)
        write(tmp_path / "docs" / "b.txt", "Another text.", age=0)
        assert eventually(lambda: any(isinstance(one, Summary) for one in heard))
    finally:
        end()
