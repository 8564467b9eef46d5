"""A new index beside the old one: it answers only when complete, and there is a way back."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from rag import index, ingest, library
from rag.backends.fakes import FakeEmbedder
from rag.errors import LibraryEmpty, LibraryError, LibraryStale
from rag.index import LocalStore
from rag.ports import Embedder
from rag.types import Document, Passage, Vectors
from tests.library.test_keeping_in_step import CountingEmbedder, write

OLD = FakeEmbedder(32)


def opened(folder: Path, embedder: Embedder = OLD, splitter: str = ingest.SPLITTER) -> LocalStore:
    return index.open(
        folder,
        embedder_name=embedder.name,
        embedder_digest=embedder.digest,
        dimension=embedder.dimension,
        splitter=splitter,
    )


def shorter(document: Document) -> list[Passage]:
    return ingest.split(document, 30)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A library of five files, and one document that came from no file."""
    for number in range(5):
        write(tmp_path / "docs" / f"{number}.txt", f"Castle {number} stands by the river. It is old. " * 9)
    store = opened(tmp_path / "library")
    library.add([tmp_path / "docs"], store, OLD)
    loose = Document("f" * 16, store.document(store.listings()[0].document_id).source, "Pasted text.")
    store.replace(loose, ingest.split(loose))
    library.sync(store, OLD)
    store.close()
    return tmp_path / "library"


def rebuilt(folder: Path, embedder: Embedder | None, splitter: str = ingest.SPLITTER) -> library.Summary:
    return library.rebuild(folder, embedder, splitter=splitter, split=shorter)


def test_another_embedder_gets_an_index_of_its_own_with_the_same_documents(folder: Path) -> None:
    before = opened(folder)
    documents = {one.document_id: before.document(one.document_id) for one in before.listings()}
    registered, files = before.entries("folder"), list(before.files())
    before.close()
    new = FakeEmbedder(48)
    with pytest.raises(LibraryStale):
        opened(folder, new)
    summary = rebuilt(folder, new)
    assert summary.embedded > 0
    after = opened(folder, new)
    assert {one.document_id: after.document(one.document_id) for one in after.listings()} == documents
    assert (after.entries("folder"), list(after.files())) == (registered, files)
    assert after.status().embedded == after.status().passages
    assert after.search_vectors(new.embed_question("castle"), 3)
    assert library.sync(after, new).unchanged == 5


def test_the_old_index_answers_until_the_new_one_is_complete(folder: Path) -> None:
    reader = opened(folder)
    expected = reader.search_vectors(OLD.embed_question("castle river"), 9)

    class Looking(FakeEmbedder):
        def embed_passages(self, texts: Sequence[str]) -> Vectors:
            assert reader.search_vectors(OLD.embed_question("castle river"), 9) == expected
            assert opened(folder).search_vectors(OLD.embed_question("castle river"), 9) == expected
            return super().embed_passages(texts)

    rebuilt(folder, Looking(48))
    assert reader.search_vectors(OLD.embed_question("castle river"), 9) == expected
    with pytest.raises(LibraryStale, match="rebuilt meanwhile"):
        reader.remove([reader.listings()[0].document_id])


def test_another_splitter_cuts_anew_and_keeps_vectors_of_equal_text(folder: Path) -> None:
    counting = CountingEmbedder()
    before = opened(folder).status().passages
    rebuilt(folder, counting, "shorter")
    store = opened(folder, counting, "shorter")
    assert store.status().passages > before
    for listing in store.listings():
        whole = store.document(listing.document_id)
        assert store.passages(whole.id) == shorter(whole)
    embedded = len(counting.texts)
    assert embedded > 0
    rebuilt(folder, counting, "shorter")
    assert len(counting.texts) == embedded


def test_going_back_and_forth(folder: Path) -> None:
    new = FakeEmbedder(48)
    rebuilt(folder, new)
    library.undo(folder)
    assert opened(folder).status().embedded > 0
    library.undo(folder)
    assert opened(folder, new).status().embedded > 0


def test_there_is_no_way_back_before_the_first_rebuild(folder: Path) -> None:
    with pytest.raises(LibraryError, match="no earlier index"):
        library.undo(folder)


def test_what_was_removed_does_not_come_back_by_going_back(folder: Path) -> None:
    new = FakeEmbedder(48)
    rebuilt(folder, new)
    store = opened(folder, new)
    gone = store.listings()[0]
    store.remove([gone.document_id])
    store.close()
    library.undo(folder)
    assert gone.document_id not in {one.document_id for one in opened(folder).listings()}


def test_only_the_last_index_is_kept_beside_the_one_in_use(folder: Path) -> None:
    for dimension in (48, 40, 24):
        rebuilt(folder, FakeEmbedder(dimension))
    assert sorted(file.name for file in folder.glob("*.sqlite")) == [
        "index-000003.sqlite",
        "index-000004.sqlite",
    ]


def test_an_interrupted_rebuild_goes_on_and_embeds_nothing_twice(folder: Path) -> None:
    class Interrupted(FakeEmbedder):
        def embed_passages(self, texts: Sequence[str]) -> Vectors:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rebuilt(folder, Interrupted(48))
    assert opened(folder).status().embedded > 0
    summary = rebuilt(folder, FakeEmbedder(48))
    assert (summary.unchanged, summary.added) == (6, 0)
    assert len(list(folder.glob("*.sqlite"))) == 2
    assert opened(folder, FakeEmbedder(48)).status().passages > 0


def test_an_interrupted_rebuild_for_something_else_is_thrown_away(folder: Path) -> None:
    class Interrupted(FakeEmbedder):
        def embed_passages(self, texts: Sequence[str]) -> Vectors:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rebuilt(folder, Interrupted(48))
    rebuilt(folder, FakeEmbedder(40))
    assert len(list(folder.glob("*.sqlite"))) == 2


def test_there_is_nothing_to_rebuild_where_there_is_no_library(tmp_path: Path) -> None:
    with pytest.raises(LibraryEmpty, match="rag add"):
        rebuilt(tmp_path / "nowhere", OLD)
