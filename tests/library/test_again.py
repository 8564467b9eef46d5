"""Reading a known file once more."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag import index, library
from rag.errors import InputError
from rag.index import LocalStore
from rag.library.again import problems, read_again


@pytest.fixture
def store(tmp_path: Path):
    opened = index.open(tmp_path / "library")
    yield opened
    opened.close()


def adder(store: LocalStore):
    return lambda paths: library.add(paths, store, None, workers=0)


def test_a_file_that_has_not_changed_is_read_again_when_asked(tmp_path: Path, store: LocalStore) -> None:
    file = tmp_path / "one.txt"
    file.write_text("The mill turned until 1893.\n", "utf-8")
    add = adder(store)
    add([str(file)])
    assert add([str(file)]).unchanged == 1
    (listing,) = store.listings()
    assert read_again(str(file), store, add).updated == 1
    assert [one.document_id for one in store.listings()] == [listing.document_id]
    assert add([str(file)]).unchanged == 1


def test_what_was_read_of_a_file_stays_when_it_breaks(tmp_path: Path, store: LocalStore) -> None:
    file = tmp_path / "one.txt"
    file.write_text("The mill turned until 1893.\n", "utf-8")
    add = adder(store)
    add([str(file)])
    file.write_bytes(b"%PDF-1.7\x00\x01\x02" * 50)
    done = read_again(str(file), store, add)
    assert [path for path, _ in done.skipped] == [str(file)]
    assert problems(store) == done.skipped
    assert "1893" in store.document(store.listings()[0].document_id).text


def test_a_file_that_is_gone_is_said_to_be_gone(tmp_path: Path, store: LocalStore) -> None:
    file = tmp_path / "one.txt"
    file.write_text("The mill turned until 1893.\n", "utf-8")
    add = adder(store)
    add([str(file)])
    file.unlink()
    with pytest.raises(InputError, match="no longer there"):
        read_again(str(file), store, add)
    assert len(store.listings()) == 1
