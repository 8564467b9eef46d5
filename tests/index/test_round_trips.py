"""Whatever is put in comes out; any history of changes leaves what a plain model of it holds."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from rag import index
from rag.index import LocalStore
from rag.ports import FileState
from rag.types import Scope
from tests.index.making import cut, document, rich
from tests.index.store_contract import EMBEDDER, embed_all
from tests.index.test_lasting import KNOWN

ANY_TEXT = st.text(st.characters(), max_size=300)
"""Surrogates, controls and NULs too."""


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(text=ANY_TEXT, path=st.text(st.characters(), min_size=1, max_size=40), size=st.integers(1, 50))
def test_any_text_under_any_path_comes_out_as_it_went_in(text: str, path: str, size: int) -> None:
    folder = Path(tempfile.mkdtemp())
    store = index.open(folder / "library", **KNOWN)
    try:
        encodable = path.encode("utf-8", "replace").decode()
        whole = rich(encodable, text)
        store.replace(whole, cut(whole, size), FileState(path, 1, 2.0, "aa"))
        stored = store.document(whole.id)
        assert stored == whole
        assert [one.path for one in store.files()] == [path]
        for passage in store.passages(whole.id):
            assert stored.text[passage.start : passage.end] == passage.text
        for found in store.search_words(text, 20):
            assert stored.text[found.passage.start : found.passage.end] == found.passage.text
        embed_all(store)
        for found in store.search_vectors(EMBEDDER.embed_question("word"), 20):
            assert found.passage in cut(whole, size)
        assert store.remove([whole.id]) == 1
        assert store.status().passages == store.status().embedded == 0
    finally:
        store.close()
        shutil.rmtree(folder)


WORDS = ("river", "tower", "brick", "valley", "spring", "castle")
TEXTS = st.lists(st.sampled_from(WORDS), min_size=1, max_size=12).map(" ".join)
NAMES = st.sampled_from([f"/docs/{letter}.txt" for letter in "abcde"])


class Histories(RuleBasedStateMachine):
    """A store beside a dictionary of texts: after every step they tell the same."""

    @initialize()
    def begin(self) -> None:
        self.folder = Path(tempfile.mkdtemp())
        self.texts: dict[str, str] = {}
        self.store = self._open()

    def _open(self) -> LocalStore:
        return index.open(self.folder / "library", **KNOWN)

    @rule(path=NAMES, text=TEXTS, with_file=st.booleans())
    def replace(self, path: str, text: str, with_file: bool) -> None:
        whole = document(path, text, title="t")
        if with_file:
            self.store.replace_file(FileState(path, len(text), 1.0, "aa"), [(whole, cut(whole, 10))])
        else:
            self.store.replace(whole, cut(whole, 10))
        self.texts[path] = text

    @rule(path=NAMES)
    def remove(self, path: str) -> None:
        held = self.texts.pop(path, None)
        assert self.store.remove([document(path, "").id]) == (held is not None)

    @rule(limit=st.integers(1, 5))
    def embed_some(self, limit: int) -> None:
        batch = self.store.unembedded(limit)
        texts = [text for _, text in batch]
        self.store.put_vectors([digest for digest, _ in batch], EMBEDDER.embed_passages(texts))

    @rule(again=st.booleans())
    def save_and_open_again(self, again: bool) -> None:
        self.store.save_snapshot()
        if again:
            self.store.close()
            self.store = self._open()

    @invariant()
    def documents_are_those_of_the_model(self) -> None:
        listed = {one.source.path: one for one in self.store.listings()}
        assert set(listed) == set(self.texts)
        for path, text in self.texts.items():
            whole = document(path, text, title="t")
            assert self.store.document(whole.id).text == text
            assert self.store.passages(whole.id) == cut(whole, 10)

    @invariant()
    def words_are_found_where_they_are_and_nowhere_else(self) -> None:
        for word in WORDS[:3]:
            expected = {
                passage.id
                for path, text in self.texts.items()
                for passage in cut(document(path, text, title="t"), 10)
                if word in passage.text.split()
            }
            found = {one.passage.id for one in self.store.search_words(word, 999)}
            assert found >= expected
            assert all(one.split(":")[0] in {document(path, "").id for path in self.texts} for one in found)
        whole_words = {word for text in self.texts.values() for word in text.split()}
        assert {word for word, _ in self.store.similar_words("rivers")} == whole_words & {"river"}

    @invariant()
    def vectors_are_those_of_passages_that_are_here(self) -> None:
        embedded = sum(one.embedded for one in self.store.listings())
        found = self.store.search_vectors(EMBEDDER.embed_question("river"), 999)
        assert len(found) == embedded == self.store.status().embedded
        here = {
            passage
            for path, text in self.texts.items()
            for passage in cut(document(path, text, title="t"), 10)
        }
        assert {one.passage for one in found} <= here
        one_folder = self.store.search_vectors(EMBEDDER.embed_question("river"), 999, Scope(folder="/docs"))
        assert one_folder == found

    def teardown(self) -> None:
        self.store.close()
        shutil.rmtree(self.folder)


Histories.TestCase.settings = settings(
    max_examples=25, stateful_step_count=20, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
test_any_history_of_changes_leaves_what_a_plain_model_holds = Histories.TestCase
