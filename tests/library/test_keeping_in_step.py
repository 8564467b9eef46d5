"""add, sync and remove on real folders, with real readers and a fake embedder that counts."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from rag import index, ingest, library
from rag.backends.fakes import FakeEmbedder
from rag.errors import InputError
from rag.index import LocalStore
from rag.library import Progress, Summary
from rag.types import Vectors

WORDS = "castle river bridge market tower garden harbour forest meadow island valley street".split()


class CountingEmbedder(FakeEmbedder):
    def __init__(self) -> None:
        super().__init__(32)
        self.texts: list[str] = []

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        self.texts += texts
        return super().embed_passages(texts)


@pytest.fixture
def embedder() -> CountingEmbedder:
    return CountingEmbedder()


@pytest.fixture
def store(tmp_path: Path, embedder: CountingEmbedder) -> Iterator[LocalStore]:
    store = index.open(
        tmp_path / "library",
        embedder_name=embedder.name,
        embedder_digest=embedder.digest,
        dimension=embedder.dimension,
        splitter=ingest.SPLITTER,
    )
    yield store
    store.close()


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    """Six files in three folders, each with a word of its own, none of them new."""
    for number, name in enumerate(("a.txt", "b.md", "sub/c.txt", "sub/d.txt", "sub/deep/e.txt", "f.txt")):
        write(
            tmp_path / "docs" / name,
            f"The {WORDS[number]} is described here. It was built in {1900 + number}.",
        )
    return tmp_path / "docs"


def write(path: Path, text: str, age: float = 100.0) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    then = time.time() - age
    os.utime(path, (then, then))


def counts(summary: Summary) -> dict[str, int]:
    names = ("added", "updated", "moved", "removed", "unchanged")
    return {name: getattr(summary, name) for name in names if getattr(summary, name)}


def names(store: LocalStore, folder: Path) -> set[str]:
    return {Path(one.source.path).relative_to(folder).as_posix() for one in store.listings()}


def found(store: LocalStore, word: str) -> set[str]:
    return {Path(one.passage.source.path).name for one in store.search_words(word, 50)}


def test_a_folder_is_brought_in_and_can_be_asked(
    store: LocalStore, docs: Path, embedder: CountingEmbedder
) -> None:
    summary = library.add([docs], store, embedder)
    assert counts(summary) == {"added": 6}
    assert (summary.skipped, summary.failed, summary.waiting) == ([], [], 0)
    assert summary.embedded == len(embedder.texts) == store.status().passages
    assert found(store, "bridge") == {"c.txt"}
    for listing in store.listings():
        whole = store.document(listing.document_id)
        for passage in store.passages(whole.id):
            assert whole.text[passage.start : passage.end] == passage.text


def test_nothing_changed_means_nothing_read_and_nothing_embedded(
    store: LocalStore, docs: Path, embedder: CountingEmbedder
) -> None:
    library.add([docs], store, embedder)
    generation, embedded = store.status().generation, len(embedder.texts)
    assert counts(library.sync(store, embedder)) == {"unchanged": 6}
    assert counts(library.add([docs], store, embedder)) == {"unchanged": 6}
    assert (store.status().generation, len(embedder.texts)) == (generation, embedded)


def test_new_changed_and_deleted_files_are_followed(
    store: LocalStore, docs: Path, embedder: CountingEmbedder
) -> None:
    library.add([docs], store, embedder)
    write(docs / "sub" / "new.txt", "An observatory stands on the hill.", age=10)
    write(docs / "a.txt", "The lighthouse is described here.", age=9)
    (docs / "sub" / "c.txt").unlink()
    assert counts(library.sync(store, embedder)) == {"added": 1, "updated": 1, "removed": 1, "unchanged": 4}
    assert found(store, "observatory") == {"new.txt"}
    assert found(store, "lighthouse") == {"a.txt"}
    assert found(store, "castle") == found(store, "bridge") == set()
    assert "c.txt" not in {
        Path(one.passage.source.path).name
        for one in store.search_vectors(embedder.embed_question("bridge"), 99)
    }


def test_a_touched_file_is_not_read_again(store: LocalStore, docs: Path, embedder: CountingEmbedder) -> None:
    library.add([docs], store, embedder)
    os.utime(docs / "a.txt", (1.0, 1.0))
    generation = store.status().generation
    assert counts(library.sync(store, embedder)) == {"unchanged": 6}
    assert store.status().generation == generation
    assert {one.modified for one in store.files() if one.path.endswith("a.txt")} == {1.0}


def test_a_change_that_leaves_size_and_time_as_they_were_is_seen_when_the_file_was_young(
    store: LocalStore, docs: Path, embedder: CountingEmbedder
) -> None:
    write(docs / "a.txt", "The castle is red.", age=0)
    library.add([docs], store, embedder)
    at = (docs / "a.txt").stat().st_mtime_ns
    (docs / "a.txt").write_text("The castle is big.")
    os.utime(docs / "a.txt", ns=(at, at))
    assert counts(library.sync(store, embedder)) == {"updated": 1, "unchanged": 5}
    assert found(store, "big") == {"a.txt"}


@pytest.mark.parametrize("whole_folder", [False, True])
def test_renamed_and_moved_files_are_not_read_and_not_embedded_again(
    store: LocalStore, docs: Path, embedder: CountingEmbedder, whole_folder: bool
) -> None:
    library.add([docs], store, embedder)
    before = len(embedder.texts)
    if whole_folder:
        (docs / "sub").rename(docs / "other")
        moved = {"other/c.txt", "other/d.txt", "other/deep/e.txt"}
    else:
        (docs / "sub" / "c.txt").rename(docs / "renamed.txt")
        moved = {"renamed.txt"}
    summary = library.sync(store, embedder)
    assert counts(summary) == {"moved": len(moved), "unchanged": 6 - len(moved)}
    assert len(embedder.texts) == before
    assert names(store, docs) >= moved
    assert len(store.listings()) == 6
    (name,) = found(store, "bridge")
    whole = store.document(
        next(one.document_id for one in store.listings() if one.source.path.endswith(name))
    )
    assert Path(whole.source.path).read_text() == whole.text
    assert whole.id == ingest.read(Path(whole.source.path))[0].id


def test_copies_are_not_embedded_again_and_are_documents_of_their_own(
    store: LocalStore, docs: Path, embedder: CountingEmbedder
) -> None:
    library.add([docs], store, embedder)
    before = len(embedder.texts)
    shutil.copytree(docs / "sub", docs / "copy")
    assert counts(library.sync(store, embedder)) == {"added": 3, "unchanged": 6}
    assert len(embedder.texts) == before
    shutil.rmtree(docs / "sub")
    assert counts(library.sync(store, embedder)) == {"removed": 3, "unchanged": 6}
    assert len(embedder.texts) == before
    assert store.status().embedded == store.status().passages


@pytest.mark.parametrize("workers", [0, 2])
def test_a_copy_keeps_the_text_that_its_original_has_no_longer(
    store: LocalStore, docs: Path, embedder: CountingEmbedder, workers: int
) -> None:
    library.add([docs], store, embedder)
    shutil.copy(docs / "a.txt", docs / "z.txt")
    write(docs / "a.txt", "The lighthouse is described here.", age=5)
    for number in range(20):
        write(docs / "many" / f"{number}.txt", f"Entry {number} is described here.")
    library.sync(store, embedder, workers=workers)
    assert found(store, "castle") == {"z.txt"}
    assert found(store, "lighthouse") == {"a.txt"}


def test_two_files_that_swap_names_swap_texts(
    store: LocalStore, docs: Path, embedder: CountingEmbedder
) -> None:
    library.add([docs], store, embedder)
    one, other = docs / "a.txt", docs / "f.txt"
    one.rename(docs / "t"), other.rename(one), (docs / "t").rename(other)
    library.sync(store, embedder)
    assert found(store, "castle") == {"f.txt"}
    assert found(store, "garden") == {"a.txt"}


def test_hidden_ignored_and_linked_files_are_left_out_and_counted(
    store: LocalStore, docs: Path, embedder: CountingEmbedder, tmp_path: Path
) -> None:
    write(docs / ".secret.txt", "hidden")
    write(docs / ".git" / "x.txt", "hidden")
    write(docs / ".ragignore", "*.log\n!keep.log\nbuild/\n/top.txt\n")
    write(docs / "one.log", "ignored")
    write(docs / "sub" / "keep.log", "The kept chronicle of events.")
    write(docs / "build" / "x.txt", "ignored")
    write(docs / "top.txt", "ignored")
    write(docs / "sub" / "top.txt", "A pinnacle is described here.")
    write(docs / "sub" / ".ragignore", "d.txt\n")
    write(tmp_path / "outside.txt", "outside")
    (docs / "link.txt").symlink_to(tmp_path / "outside.txt")
    (docs / "up").symlink_to(tmp_path)
    (docs / "inside.txt").symlink_to(docs / "a.txt")
    (docs / "sub" / "loop").symlink_to(docs)
    (docs / "broken").symlink_to(docs / "nowhere")
    summary = library.add([docs], store, embedder)
    expected = {"a.txt", "b.md", "f.txt", "sub/c.txt", "sub/deep/e.txt", "sub/keep.log", "sub/top.txt"}
    assert names(store, docs) == expected
    assert dict(summary.left_out) == {
        "hidden": 2,
        "ignored by .ragignore": 4,
        "symbolic link within the folder": 2,
        "symbolic link that leaves the folder": 2,
    }
    assert [(Path(path).name, reason) for path, reason in summary.skipped] == [
        ("broken", "symbolic link that leads nowhere")
    ]


def test_a_file_that_comes_to_be_ignored_goes(
    store: LocalStore, docs: Path, embedder: CountingEmbedder
) -> None:
    library.add([docs], store, embedder)
    write(docs / ".ragignore", "sub/\n")
    assert counts(library.sync(store, embedder)) == {"removed": 3, "unchanged": 3}


def test_a_file_added_by_name_stays_whatever_the_rules_of_its_folder_say(
    store: LocalStore, docs: Path, embedder: CountingEmbedder
) -> None:
    write(docs / ".ragignore", "a.txt\n")
    library.add([docs], store, embedder)
    assert "a.txt" not in names(store, docs)
    assert counts(library.add([docs / "a.txt"], store, embedder)) == {"added": 1}
    assert counts(library.sync(store, embedder)) == {"unchanged": 6}


def test_one_bad_file_never_stops_the_rest_and_is_told_again_without_being_read_again(
    store: LocalStore, docs: Path, embedder: CountingEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(docs / "empty.txt", "")
    (docs / "noise.txt").write_bytes(bytes(range(256)) * 40)
    first = library.add([docs], store, embedder)
    assert counts(first) == {"added": 6}
    assert {Path(path).name for path, _ in first.skipped} == {"empty.txt", "noise.txt"}
    assert first.failed == []
    for _, reason in first.skipped:
        assert reason
        assert "\n" not in reason
    read: list[Path] = []
    monkeypatch.setattr(ingest, "read_many", lambda paths, workers: ((read.append(one), 1) for one in paths))
    again = library.sync(store, embedder)
    assert read == []
    assert sorted(again.skipped) == sorted(first.skipped)
    assert counts(again) == {"unchanged": 6}


def test_a_bad_file_that_was_mended_is_read(
    store: LocalStore, docs: Path, embedder: CountingEmbedder
) -> None:
    write(docs / "empty.txt", "")
    library.add([docs], store, embedder)
    write(docs / "empty.txt", "The aqueduct is described here.", age=5)
    summary = library.sync(store, embedder)
    assert counts(summary) == {"added": 1, "unchanged": 6}
    assert summary.skipped == []
    assert store.entries("problem") == {}


def test_what_was_read_of_a_file_stays_when_it_cannot_be_read_any_more(
    store: LocalStore, docs: Path, embedder: CountingEmbedder
) -> None:
    library.add([docs], store, embedder)
    (docs / "a.txt").write_bytes(bytes(range(256)) * 40)
    summary = library.sync(store, embedder)
    assert counts(summary) == {"unchanged": 5}
    assert "earlier is kept" in summary.skipped[0][1]
    assert found(store, "castle") == {"a.txt"}


def test_what_was_asked_for_by_name_and_failed_is_said(
    store: LocalStore, docs: Path, embedder: CountingEmbedder
) -> None:
    write(docs / "empty.txt", "")
    assert library.add([docs / "empty.txt", docs / "a.txt"], store, embedder).failed == [
        str(docs / "empty.txt")
    ]
    with pytest.raises(InputError, match="does not exist"):
        library.add([docs / "f.txt", docs / "nowhere"], store, embedder)
    assert "f.txt" not in names(store, docs)


def test_an_empty_folder_is_said_and_loses_nothing(
    store: LocalStore, docs: Path, embedder: CountingEmbedder, tmp_path: Path
) -> None:
    library.add([docs], store, embedder)
    (tmp_path / "empty").mkdir()
    summary = library.add([tmp_path / "empty"], store, embedder)
    assert counts(summary) == {}
    assert "No file to read" in summary.notes[0]
    assert summary.failed == []
    assert len(store.listings()) == 6


def test_a_folder_that_is_not_there_keeps_its_documents(
    store: LocalStore, docs: Path, embedder: CountingEmbedder
) -> None:
    library.add([docs], store, embedder)
    docs.rename(docs.with_name("unplugged"))
    summary = library.sync(store, embedder)
    assert counts(summary) == {}
    assert "kept" in summary.notes[0]
    assert len(store.listings()) == 6


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps permissions elsewhere")
def test_a_folder_that_may_not_be_looked_at_keeps_its_documents(
    store: LocalStore, docs: Path, embedder: CountingEmbedder
) -> None:
    library.add([docs], store, embedder)
    (docs / "sub").chmod(0)
    try:
        if os.access(docs / "sub", os.R_OK):
            pytest.skip("this user may look everywhere")
        summary = library.sync(store, embedder)
        assert counts(summary) == {"unchanged": 3}
        assert "permission" in summary.skipped[0][1]
        assert len(store.listings()) == 6
    finally:
        (docs / "sub").chmod(0o755)


def test_a_dry_run_tells_and_changes_nothing(
    store: LocalStore, docs: Path, embedder: CountingEmbedder
) -> None:
    told = library.add([docs], store, embedder, dry_run=True)
    assert counts(told) == {"added": 6}
    assert (store.listings(), store.entries("folder"), embedder.texts) == ([], {}, [])
    library.add([docs], store, embedder)
    (docs / "a.txt").rename(docs / "z.txt")
    (docs / "f.txt").unlink()
    write(docs / "b.md", "# Other\n\nText.", age=3)
    told = library.sync(store, embedder, dry_run=True)
    assert sorted(change for change, _ in told.changes) == ["move", "remove", "update"]
    assert counts(told) == counts(library.sync(store, embedder)) == {
        "moved": 1, "removed": 1, "updated": 1, "unchanged": 3,
    }  # fmt: skip


def test_without_an_embedder_words_work_at_once_and_the_next_sync_embeds(
    store: LocalStore, docs: Path, embedder: CountingEmbedder
) -> None:
    summary = library.add([docs], store, None)
    assert summary.waiting == store.status().passages > 0
    assert found(store, "castle") == {"a.txt"}
    summary = library.sync(store, embedder)
    assert summary.embedded == store.status().embedded == store.status().passages
    assert summary.waiting == 0


def test_text_is_in_before_the_first_passage_is_embedded_and_the_longest_go_first(
    store: LocalStore, docs: Path
) -> None:
    class Watching(CountingEmbedder):
        def embed_passages(self, texts: Sequence[str]) -> Vectors:
            assert store.status().documents == 6
            return super().embed_passages(texts)

    watching = Watching()
    library.add([docs], store, watching)
    lengths = [len(text) for text in watching.texts]
    assert lengths == sorted(lengths, reverse=True)


def test_an_interrupted_embedding_goes_on_where_it_was(store: LocalStore, docs: Path) -> None:
    class Interrupted(CountingEmbedder):
        def embed_passages(self, texts: Sequence[str]) -> Vectors:
            if self.texts:
                raise KeyboardInterrupt
            return super().embed_passages(texts)

    for number in range(300):
        write(docs / f"many{number}.txt", f"Entry {number} is described here.")
    interrupted = Interrupted()
    with pytest.raises(KeyboardInterrupt):
        library.add([docs], store, interrupted, workers=0)
    assert 0 < store.status().embedded < store.status().passages
    after = CountingEmbedder()
    assert counts(library.sync(store, after)) == {"unchanged": 306}
    assert store.status().embedded == store.status().passages
    assert not set(after.texts) & set(interrupted.texts)


def test_an_interrupted_reading_goes_on_where_it_was(
    store: LocalStore, docs: Path, embedder: CountingEmbedder
) -> None:
    def interrupt(progress: Progress) -> None:
        if progress.stage == "reading" and progress.done >= 1:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        library.add([docs], store, embedder, progress=interrupt)
    here = len(store.listings())
    assert 0 < here < 6
    assert counts(library.sync(store, embedder)) == {"added": 6 - here, "unchanged": here}


def test_progress_tells_stage_rate_and_time_left(
    store: LocalStore, docs: Path, embedder: CountingEmbedder
) -> None:
    heard: list[Progress] = []
    library.add([docs], store, embedder, progress=heard.append)
    assert list(dict.fromkeys(one.stage for one in heard)) == [
        "looking",
        "reading",
        "embedding",
    ]
    last = [one for one in heard if one.stage == "embedding"][-1]
    assert last.done == last.total == store.status().passages
    assert last.rate > 0
    assert last.seconds_left == 0


class TestRemove:
    def test_by_id_its_beginning_path_file_name_and_title(
        self, store: LocalStore, docs: Path, embedder: CountingEmbedder
    ) -> None:
        library.add([docs], store, embedder)
        ids = {Path(one.source.path).name: one.document_id for one in store.listings()}
        titles = {Path(one.source.path).name: one.source.title for one in store.listings()}
        selectors = [
            ids["a.txt"],
            ids["b.md"][:8],
            str(docs / "sub" / "c.txt"),
            "d.txt",
            titles["e.txt"].upper(),
        ]
        assert library.remove(store, selectors).removed == 5
        assert names(store, docs) == {"f.txt"}

    def test_what_fits_nothing_or_too_much_removes_nothing(
        self, store: LocalStore, docs: Path, embedder: CountingEmbedder
    ) -> None:
        write(docs / "sub" / "a.txt", "Another text.")
        library.add([docs], store, embedder)
        for wrong, message in (("nope", "Nothing"), ("a.txt", "2 documents")):
            with pytest.raises(InputError, match=message):
                library.remove(store, ["f.txt", wrong])
        assert len(store.listings()) == 7

    def test_a_removed_file_stays_out_until_it_is_added_by_name(
        self, store: LocalStore, docs: Path, embedder: CountingEmbedder
    ) -> None:
        library.add([docs], store, embedder)
        library.remove(store, ["a.txt"])
        for summary in (library.sync(store, embedder), library.add([docs], store, embedder)):
            assert counts(summary) == {"unchanged": 5}
            assert summary.left_out["taken out earlier by `rag remove`"] == 1
        assert counts(library.add([docs / "a.txt"], store, embedder)) == {"added": 1}
        assert counts(library.sync(store, embedder)) == {"unchanged": 6}

    def test_a_removed_folder_is_no_longer_kept_in_step_and_can_be_added_again(
        self, store: LocalStore, docs: Path, embedder: CountingEmbedder
    ) -> None:
        library.add([docs], store, embedder)
        assert library.remove(store, [str(docs)]).removed == 6
        assert counts(library.sync(store, embedder)) == {}
        assert counts(library.add([docs], store, embedder)) == {"added": 6}


def test_a_folder_inside_a_registered_one_is_not_registered_again(
    store: LocalStore, docs: Path, embedder: CountingEmbedder
) -> None:
    library.add([docs], store, embedder)
    library.add([docs / "sub"], store, embedder)
    assert list(store.entries("folder")) == [str(docs)]


def test_a_library_that_lies_in_the_folder_is_left_out(docs: Path, embedder: CountingEmbedder) -> None:
    store = index.open(docs / "library", splitter=ingest.SPLITTER)
    summary = library.add([docs], store, None)
    assert counts(summary) == {"added": 6}
    assert summary.left_out["library of rag"] == 1
    store.close()


def test_a_file_that_changes_while_it_is_read_is_said_and_looked_at_again(
    store: LocalStore, docs: Path, embedder: CountingEmbedder
) -> None:
    def meddle(progress: Progress) -> None:
        if progress.stage == "reading" and progress.done == 1:
            write(docs / "b.md", "The lighthouse is described here.", age=50)

    before = (docs / "b.md").stat().st_mtime
    summary = library.add([docs], store, embedder, workers=0, progress=meddle)
    assert (docs / "b.md").stat().st_mtime != before
    assert summary.notes == [f"{docs / 'b.md'} changed while it was read; `rag sync` looks at it again."]
    shutil.copy(docs / "b.md", docs / "z.md")
    library.sync(store, embedder)
    assert found(store, "lighthouse") == {"b.md", "z.md"}
    assert counts(library.sync(store, embedder)) == {"unchanged": 7}


def test_odd_file_names_are_read(store: LocalStore, tmp_path: Path, embedder: CountingEmbedder) -> None:
    odd = ["new\nline.txt", "quote\"'.txt", "emoji \U0001f600.txt", " space .txt", "%s{}.txt", "-rf.txt"]
    for name in odd:
        write(tmp_path / "odd" / name, f"The zeppelin number {len(name)} is described here.")
    if sys.platform == "linux":
        odd.append(os.fsdecode(b"latin-\xff.txt"))
        write(tmp_path / "odd" / odd[-1], "The zeppelin is described here.")
    assert counts(library.add([tmp_path / "odd"], store, embedder)) == {"added": len(odd)}
    assert found(store, "zeppelin") == {name.encode("utf-8", "replace").decode() for name in odd}
    assert counts(library.sync(store, embedder)) == {"unchanged": len(odd)}


@pytest.mark.skipif(sys.platform == "win32", reason="Windows opens no folder by handle")
@pytest.mark.parametrize(("depth", "name"), [(400, "a" * 20), (10_000, "a")])
def test_folders_nested_deeper_than_the_system_can_name_are_said_and_the_rest_is_read(
    store: LocalStore, docs: Path, embedder: CountingEmbedder, depth: int, name: str
) -> None:
    here = os.open(docs, os.O_RDONLY)
    try:
        for _ in range(depth):  # by handle: the path as a whole is longer than any call takes
            os.mkdir(name, dir_fd=here)
            below = os.open(name, os.O_RDONLY, dir_fd=here)
            os.close(here)
            here = below
    finally:
        os.close(here)
    summary = library.add([docs], store, embedder)
    assert counts(summary) == {"added": 6}
    assert "too deep" in summary.skipped[0][1]
    assert len(summary.skipped[0][0]) < 300
    subprocess.run(["rm", "-rf", str(docs)], check=True)
