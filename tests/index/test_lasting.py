"""Damage, other programs' files, other embedders: each is noticed, named, and never a wrong answer."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from rag import index
from rag.backends.faiss_store import FaissStore
from rag.errors import LibraryEmpty, LibraryError, LibraryStale
from rag.index import ExactVectors, LocalStore
from rag.ports import VectorStore
from tests.index.making import cut, document
from tests.index.store_contract import EMBEDDER, RIVER, TOWER, embed_all

KNOWN: dict[str, Any] = {
    "embedder_name": EMBEDDER.name,
    "embedder_digest": EMBEDDER.digest,
    "dimension": EMBEDDER.dimension,
    "splitter": "pieces",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "library"


def filled(folder: Path, vectors: Callable[[int], VectorStore] = ExactVectors) -> LocalStore:
    store = index.open(folder, **KNOWN, vectors=vectors)
    for number in range(12):
        whole = document(f"/{number}.txt", f"{RIVER} {TOWER} Number {number}.")
        store.replace(whole, cut(whole))
    embed_all(store)
    return store


def nearest(store: LocalStore) -> list[tuple[str, float]]:
    question = EMBEDDER.embed_question("fishermen at the brick tower")
    return [(found.passage.id, found.score) for found in store.search_vectors(question, 99)]


@pytest.mark.parametrize("vectors", [ExactVectors, FaissStore])
class TestSnapshot:
    def test_a_damaged_snapshot_is_never_read_and_the_truth_is_used(
        self, folder: Path, vectors: Callable[[int], VectorStore]
    ) -> None:
        store = filled(folder, vectors)
        expected = nearest(store)
        store.save_snapshot()
        store.close()
        (snapshot,) = folder.glob("*.vectors")
        data = snapshot.read_bytes()
        chance = random.Random(5)
        for _ in range(25):
            at = chance.randrange(len(data))
            damaged = chance.choice(
                [
                    data[:at],
                    data[:at] + bytes([data[at] ^ 0x41]) + data[at + 1 :],
                    b"",
                    data + b"\0",
                    data[::-1],
                ]
            )
            snapshot.write_bytes(damaged)
            again = index.open(folder, **KNOWN, vectors=vectors)
            assert nearest(again) == expected
            again.close()

    def test_an_older_snapshot_is_brought_up_to_date(
        self, folder: Path, vectors: Callable[[int], VectorStore]
    ) -> None:
        store = filled(folder, vectors)
        store.save_snapshot()
        whole = document("/new.txt", "Fishermen brick tower")
        store.replace(whole, cut(whole))
        embed_all(store)
        expected = nearest(store)
        store.close()
        again = index.open(folder, **KNOWN, vectors=vectors)
        assert nearest(again) == expected
        assert whole.id in {passage_id.split(":")[0] for passage_id, _ in nearest(again)}

    def test_removing_a_document_removes_the_snapshot_that_holds_its_vectors(
        self, folder: Path, vectors: Callable[[int], VectorStore]
    ) -> None:
        store = filled(folder, vectors)
        store.save_snapshot()
        store.remove([store.listings()[0].document_id])
        assert list(folder.glob("*.vectors")) == []


def test_removed_text_is_not_left_in_the_file(folder: Path) -> None:
    store = index.open(folder, **KNOWN)
    whole = document("/secret.txt", "The Zanzibarian password is Quixotery. " * 40)
    store.replace(whole, cut(whole))
    embed_all(store)
    store.remove([whole.id])
    store.close()
    held = b"".join(file.read_bytes() for file in folder.iterdir())
    assert b"password is Quixotery" not in held


@pytest.mark.parametrize("keep", [0.3, 0.7, 0.95])
def test_an_index_file_that_is_cut_short_is_a_clear_error(folder: Path, keep: float) -> None:
    filled(folder).close()
    (file,) = folder.glob("*.sqlite")
    data = file.read_bytes()
    file.write_bytes(data[: int(len(data) * keep)])
    with pytest.raises(LibraryError, match=r"index-000001\.sqlite"):
        index.open(folder, **KNOWN)


def test_a_file_that_is_no_index_is_a_clear_error(folder: Path) -> None:
    filled(folder).close()
    (file,) = folder.glob("*.sqlite")
    file.write_bytes(b"not an index" * 1000)
    with pytest.raises(LibraryError, match="damaged"):
        index.open(folder, **KNOWN)


def test_flipped_bytes_are_an_error_or_the_right_answer_never_a_crash(folder: Path) -> None:
    store = filled(folder)
    texts = {listing.document_id: store.document(listing.document_id).text for listing in store.listings()}
    right = {passage for document_id in texts for passage in store.passages(document_id)}
    store.close()
    (file,) = folder.glob("*.sqlite")
    data = file.read_bytes()
    chance = random.Random(11)
    for _ in range(80):
        damaged = bytearray(data)
        for _ in range(40):
            damaged[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        file.write_bytes(bytes(damaged))
        try:
            again = index.open(folder, **KNOWN, read_only=True)
        except LibraryError:
            continue
        try:
            assert {found.passage for found in again.search_words("river tower", 10)} <= right
            assert {
                found.passage for found in again.search_vectors(EMBEDDER.embed_question("x"), 10)
            } <= right
            for document_id, text in texts.items():
                assert again.document(document_id).text == text
        except LibraryError:
            pass
        finally:
            again.close()


@pytest.mark.parametrize(
    "pointer", ["", "../../etc/passwd\n", "index-000009.sqlite\n", "index-1.sqlite", "\xff"]
)
def test_a_pointer_that_leads_nowhere_is_a_clear_error(folder: Path, pointer: str) -> None:
    filled(folder).close()
    (folder / "CURRENT").write_bytes(pointer.encode("latin-1"))
    with pytest.raises(LibraryError, match="CURRENT"):
        index.open(folder, **KNOWN)


def test_a_lost_pointer_is_written_again(folder: Path) -> None:
    filled(folder).close()
    (folder / "CURRENT").unlink()
    assert index.open(folder, **KNOWN).status().documents == 12


def test_a_start_that_was_interrupted_before_the_tables_is_begun_again(folder: Path) -> None:
    folder.mkdir()
    (folder / "index-000001.sqlite").touch()
    assert index.open(folder, **KNOWN).status().documents == 0


class TestWhatItWasMadeWith:
    def test_another_embedder_is_stale_and_the_remedy_is_named(self, folder: Path) -> None:
        filled(folder).close()
        with pytest.raises(LibraryStale, match="rag rebuild"):
            index.open(folder, **KNOWN | {"embedder_digest": "other"})

    def test_another_splitter_is_stale(self, folder: Path) -> None:
        filled(folder).close()
        with pytest.raises(LibraryStale, match="rag rebuild"):
            index.open(folder, **KNOWN | {"splitter": "lines"})

    def test_an_empty_library_takes_whatever_it_is_opened_with(self, folder: Path) -> None:
        index.open(folder, **KNOWN).close()
        store = index.open(folder, **KNOWN | {"embedder_digest": "other", "splitter": "lines"})
        assert (store.status().embedder_digest, store.status().manifest["splitter"]) == ("other", "lines")

    def test_without_an_embedder_everything_but_vectors_can_be_used(self, folder: Path) -> None:
        filled(folder).close()
        store = index.open(folder, read_only=True)
        assert store.search_words("river", 3)
        assert store.status().embedder_digest == EMBEDDER.digest

    def test_a_library_begun_without_an_embedder_takes_the_first_one(self, folder: Path) -> None:
        store = index.open(folder, splitter="pieces")
        whole = document("/a.txt", RIVER)
        store.replace(whole, cut(whole))
        assert store.search_vectors(EMBEDDER.embed_question("river"), 3) == []
        store.close()
        store = index.open(folder, **KNOWN)
        embed_all(store)
        assert store.search_vectors(EMBEDDER.embed_question("river"), 3)

    @pytest.mark.parametrize(("version", "remedy"), [("99", "Update rag"), ("0", "rag rebuild")])
    def test_another_format_is_stale(self, folder: Path, version: str, remedy: str) -> None:
        filled(folder).close()
        connection = sqlite3.connect(folder / "index-000001.sqlite")
        connection.execute("UPDATE manifest SET value = ? WHERE key = 'format'", (version,))
        connection.commit()
        connection.close()
        with pytest.raises(LibraryStale, match=remedy):
            index.open(folder, **KNOWN)


def test_reading_what_is_not_there_says_how_to_begin_and_makes_nothing(folder: Path) -> None:
    with pytest.raises(LibraryEmpty, match="rag add"):
        index.open(folder, read_only=True)
    assert not folder.exists()


def test_a_store_for_reading_refuses_changes(folder: Path) -> None:
    filled(folder).close()
    store = index.open(folder, read_only=True)
    with pytest.raises(LibraryError, match="reading only"):
        store.replace(document("/a.txt", RIVER), [])
    store.save_snapshot()
    assert list(folder.glob("*.vectors")) == []


def test_a_library_folder_that_is_a_file_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(LibraryError, match="cannot be made"):
        index.open(tmp_path / "file" / "library", **KNOWN)
