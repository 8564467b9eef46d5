"""What every Store must do. One class; each implementation brings its own `opened` fixture."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeAlias

import numpy as np
import pytest

from rag.backends.fakes import FakeEmbedder
from rag.errors import InputError
from rag.ports import FileState, Store
from rag.types import Scope
from tests.index.making import cut, document, rich

EMBEDDER = FakeEmbedder(32)
Opened: TypeAlias = Callable[[], Store]

RIVER = "The river Narach flows through the valley. Fishermen meet there each spring."
PLAIN_WHATEVER_IT_LOOKS_LIKE = [
    *('tower"', '"tower', "tower AND", "NEAR(tower brick)", "text:tower", "tower*", "-tower", "(tower"),
    *("^tower", "tower OR", "{text} : tower", "tower'--", "tower; DROP TABLE passages", "\x00tower"),
    *("tower\ud800", "tower % _ \\", "tower" + " NOT" * 50),
]
TOWER = "The tower of Kamianiec is built of brick. Aliaksandr Łukašenka visited it in 1996."


def embed_all(store: Store) -> int:
    count = 0
    while batch := store.unembedded(7):
        store.put_vectors(
            [digest for digest, _ in batch], EMBEDDER.embed_passages([text for _, text in batch])
        )
        count += len(batch)
    return count


class StoreContract:
    """Subclasses give a fixture `opened`: call it to open the one library of the test, again and again."""

    @pytest.fixture
    def opened(self) -> Iterator[Opened]:
        raise NotImplementedError

    @pytest.fixture
    def store(self, opened: Opened) -> Store:
        return opened()

    # --- documents ------------------------------------------------------------------------------------

    def test_what_is_put_in_comes_out_as_it_was(self, store: Store) -> None:
        whole = rich("/docs/river.txt", RIVER)
        store.replace(whole, cut(whole))
        assert store.document(whole.id) == whole
        assert store.passages(whole.id) == cut(whole)

    def test_text_with_lone_surrogates_and_nuls_comes_out_as_it_was(self, store: Store) -> None:
        whole = rich("/docs/odd\udcff.txt", "odd \ud800 text \x00 with \U0001f600 and \udfff surrogates")
        store.replace(whole, cut(whole, 9))
        assert store.document(whole.id) == whole
        assert [one.text for one in store.passages(whole.id)] == [one.text for one in cut(whole, 9)]
        assert store.listings()[0].source.path == "/docs/odd\udcff.txt"

    def test_a_document_that_is_not_there_is_an_input_error(self, store: Store) -> None:
        with pytest.raises(InputError):
            store.document("0" * 16)

    def test_a_passage_that_is_no_slice_of_its_document_is_refused_and_nothing_is_stored(
        self, store: Store
    ) -> None:
        whole = document("/docs/river.txt", RIVER)
        wrong = [*cut(whole)[:1], *cut(document("/docs/river.txt", RIVER.upper()))[1:]]
        with pytest.raises(ValueError, match="slice"):
            store.replace(whole, wrong)
        assert store.listings() == []
        assert store.search_words("river", 5) == []

    def test_replacing_puts_the_new_text_in_the_place_of_the_old(self, store: Store) -> None:
        old, new = document("/docs/a.txt", RIVER), document("/docs/a.txt", TOWER)
        store.replace(old, cut(old))
        embed_all(store)
        store.replace(new, cut(new))
        assert store.document(old.id).text == TOWER
        assert store.search_words("river fishermen", 5) == []
        assert [found.passage.text for found in store.search_words("tower", 5)] == [cut(new)[0].text]
        assert store.search_vectors(EMBEDDER.embed_question("river"), 50) == []
        assert store.status().documents == 1

    def test_putting_the_same_document_in_again_changes_nothing_and_embeds_nothing(
        self, store: Store
    ) -> None:
        whole = document("/docs/a.txt", RIVER)
        store.replace(whole, cut(whole))
        embed_all(store)
        before = store.listings()
        store.replace(whole, cut(whole))
        assert store.listings() == before
        assert store.unembedded(10) == []
        assert len(store.search_vectors(EMBEDDER.embed_question("river"), 50)) == len(cut(whole))

    def test_a_removed_document_is_gone_everywhere_at_once(self, store: Store) -> None:
        river, tower = document("/docs/a.txt", RIVER), document("/docs/b.txt", TOWER)
        for whole in (river, tower):
            store.replace(whole, cut(whole))
        embed_all(store)
        store.search_vectors(EMBEDDER.embed_question("river"), 5)  # so that vectors are held in memory
        assert store.remove([river.id, river.id, "0" * 16]) == 1
        assert [one.document_id for one in store.listings()] == [tower.id]
        assert store.search_words("river Narach fishermen valley", 5) == []
        found = store.search_vectors(EMBEDDER.embed_question("river"), 50)
        assert {one.passage.document_id for one in found} == {tower.id}
        assert store.similar_words("Naroch") == []
        with pytest.raises(InputError):
            store.document(river.id)

    def test_a_document_without_passages_is_kept(self, store: Store) -> None:
        whole = document("/docs/menu.html", "Home About Contact")
        store.replace(whole, [])
        assert store.document(whole.id).text == whole.text
        assert store.status().passages == 0

    # --- files ----------------------------------------------------------------------------------------

    def test_a_file_brings_all_its_documents_or_those_that_it_still_holds(self, store: Store) -> None:
        first, second = document("/m.zip#1", RIVER), document("/m.zip#2", TOWER)
        state = FileState("/m.zip", 10, 1.5, "aa")
        store.replace_file(state, [(first, cut(first)), (second, cut(second))])
        assert list(store.files()) == [state]
        assert {one.file for one in store.listings()} == {state}
        newer = FileState("/m.zip", 11, 2.5, "bb")
        store.replace_file(newer, [(second, cut(second))])
        assert list(store.files()) == [newer]
        assert [one.document_id for one in store.listings()] == [second.id]

    def test_forgetting_a_file_takes_its_documents_out(self, store: Store) -> None:
        one, other = document("/a.txt", RIVER), document("/b.txt", TOWER)
        for number, whole in enumerate((one, other)):
            store.replace_file(FileState(whole.source.path, number, 0.0, "aa"), [(whole, cut(whole))])
        assert store.forget_files(["/a.txt", "/unknown.txt"]) == 1
        assert [state.path for state in store.files()] == ["/b.txt"]
        assert store.search_words("river", 3) == []

    def test_removing_the_last_document_of_a_file_forgets_the_file(self, store: Store) -> None:
        whole = document("/a.txt", RIVER)
        store.replace_file(FileState("/a.txt", 1, 0.0, "aa"), [(whole, cut(whole))])
        store.remove([whole.id])
        assert list(store.files()) == []

    def test_another_time_of_a_known_file_is_recorded(self, store: Store) -> None:
        whole = document("/a.txt", RIVER)
        store.replace_file(FileState("/a.txt", 1, 0.0, "aa"), [(whole, cut(whole))])
        store.record_files([FileState("/a.txt", 1, 9.25, "aa")])
        assert list(store.files()) == [FileState("/a.txt", 1, 9.25, "aa")]

    def test_entries_are_kept_by_kind(self, store: Store) -> None:
        store.enter("folder", {"/docs": "now", "/odd\udcff": "then"})
        store.enter("excluded", {"/docs/a": ""})
        store.enter("folder", {"/docs": "later"})
        assert store.entries("folder") == {"/docs": "later", "/odd\udcff": "then"}
        store.leave("folder", ["/docs", "/unknown"])
        assert store.entries("folder") == {"/odd\udcff": "then"}
        assert store.entries("excluded") == {"/docs/a": ""}

    # --- words ----------------------------------------------------------------------------------------

    def test_words_are_found_in_any_inflection_case_and_with_or_without_diacritics(
        self, store: Store
    ) -> None:
        whole = document("/docs/a.txt", TOWER)
        store.replace(whole, cut(whole, 200))
        for query in ("towers", "TOWER", "lukasenka", "Łukašenka's", "visiting", "1996"):
            assert store.search_words(query, 5), query
        assert store.search_words("the of is", 5) == []
        assert store.search_words("", 5) == []
        assert store.search_words("tower", 0) == []

    def test_the_better_match_comes_first_with_the_higher_score(self, store: Store) -> None:
        both = document("/docs/a.txt", "brick tower " + "filling words come here " * 3)
        one = document("/docs/b.txt", "brick wall " + "filling words come here " * 3)
        for whole in (one, both):
            store.replace(whole, cut(whole, 500))
        found = store.search_words("brick tower", 5)
        assert [hit.passage.document_id for hit in found] == [both.id, one.id]
        assert found[0].score > found[1].score > 0

    def test_titles_and_headings_are_searched_too(self, store: Store) -> None:
        whole = document("/docs/a.txt", "It was built of brick.", title="Kamianiec")
        store.replace(whole, cut(whole))
        assert store.search_words("kamianiec", 5)

    @pytest.mark.parametrize("query", PLAIN_WHATEVER_IT_LOOKS_LIKE, ids=ascii)
    def test_a_query_is_plain_words_whatever_signs_it_holds(self, store: Store, query: str) -> None:
        whole = document("/docs/a.txt", TOWER)
        store.replace(whole, cut(whole, 200))
        assert [found.passage.document_id for found in store.search_words(query, 5)] == [whole.id]

    def test_words_of_other_scripts_are_found(self, store: Store) -> None:
        texts = {
            "ru": "Река течёт через долину.",
            "hi": "नदी घाटी से बहती है",
            "zh": "河流穿过山谷",
            "el": "Ο ποταμός ρέει",
        }
        for language, text in texts.items():
            whole = document(f"/docs/{language}.txt", text, language=language)
            store.replace(whole, cut(whole, 200))
        for query, language in (("реки", "ru"), ("घाटी", "hi"), ("山谷", "zh"), ("ποταμος", "el")):
            found = store.search_words(query, 5)
            assert [one.passage.source.language for one in found[:1]] == [language], query

    def test_other_spellings_of_a_name_are_found_in_the_librarys_own_words(self, store: Store) -> None:
        whole = document("/docs/a.txt", TOWER)
        store.replace(whole, cut(whole))
        similar = dict(store.similar_words("Lukashenka"))
        assert similar["lukasenka"] > 0.9
        assert "lukasenka" not in dict(store.similar_words("Łukašenka"))
        assert all(0 < value <= 1 for value in similar.values())

    # --- vectors --------------------------------------------------------------------------------------

    def test_equal_text_is_embedded_once_and_each_passage_that_holds_it_is_found(self, store: Store) -> None:
        one, other = document("/a.txt", RIVER, title="t"), document("/b.txt", RIVER, title="t")
        for whole in (one, other):
            store.replace(whole, cut(whole, 500))
        assert embed_all(store) == 1
        found = store.search_vectors(EMBEDDER.embed_question(cut(one, 500)[0].scored_text), 5)
        assert [hit.passage.document_id for hit in found] == sorted([one.id, other.id])
        store.remove([one.id])
        found = store.search_vectors(EMBEDDER.embed_question("river"), 5)
        assert [hit.passage.document_id for hit in found] == [other.id]

    def test_nearest_comes_first_and_ties_go_by_passage_id(self, store: Store) -> None:
        wholes = [document(f"/{number}.txt", RIVER, title="t") for number in range(9)]
        for whole in [*wholes, document("/tower.txt", TOWER)]:
            store.replace(whole, cut(whole, 500))
        embed_all(store)
        question = EMBEDDER.embed_question("where do fishermen meet at the river in spring")
        for limit in (1, 4, 9, 30):
            found = store.search_vectors(question, limit)
            expected = [*sorted(whole.id for whole in wholes), document("/tower.txt", TOWER).id][:limit]
            assert [hit.passage.document_id for hit in found] == expected
            scores = [hit.score for hit in found]
            assert scores == sorted(scores, reverse=True)

    def test_scores_are_inner_products(self, store: Store) -> None:
        whole = document("/a.txt", RIVER + TOWER)
        store.replace(whole, cut(whole))
        embed_all(store)
        question = EMBEDDER.embed_question("brick tower in the valley")
        for hit in store.search_vectors(question, 20):
            expected = float(EMBEDDER.embed_passages([hit.passage.scored_text])[0] @ question)
            assert hit.score == pytest.approx(expected, abs=1e-5)

    def test_what_waits_for_a_vector_comes_longest_first_and_each_once(self, store: Store) -> None:
        whole = document("/a.txt", "x" * 50 + "y" * 7)
        store.replace(whole, cut(whole, 50))
        waiting = store.unembedded(10)
        assert [len(text) for _, text in waiting] == sorted((len(text) for _, text in waiting), reverse=True)
        assert store.waiting() == (2, sum(len(text) for _, text in waiting))
        assert store.unembedded(1) == waiting[:1]
        assert store.listings()[0].embedded == 0
        embed_all(store)
        assert store.waiting() == (0, 0)
        assert store.listings()[0].embedded == store.status().embedded == 2

    def test_vectors_of_text_that_went_meanwhile_are_dropped(self, store: Store) -> None:
        whole = document("/a.txt", RIVER)
        store.replace(whole, cut(whole))
        batch = store.unembedded(10)
        store.remove([whole.id])
        store.put_vectors([digest for digest, _ in batch], EMBEDDER.embed_passages([t for _, t in batch]))
        assert store.search_vectors(EMBEDDER.embed_question("river"), 5) == []
        assert store.status().embedded == 0

    def test_vectors_of_the_wrong_shape_are_refused(self, store: Store) -> None:
        with pytest.raises(ValueError, match="shape"):
            store.put_vectors(["aa"], np.zeros((1, 5), np.float32))

    def test_changed_text_keeps_the_vectors_of_what_did_not_change(self, store: Store) -> None:
        old, new = document("/a.txt", "a" * 60 + "b" * 60), document("/a.txt", "a" * 60 + "c" * 60)
        store.replace(old, cut(old))
        embed_all(store)
        store.replace(new, cut(new))
        assert [text for _, text in store.unembedded(5)] == [cut(new)[1].scored_text]

    # --- scope and neighbours -------------------------------------------------------------------------

    def test_a_scope_limits_words_and_vectors_alike(self, store: Store) -> None:
        dates = {
            "/docs/old.txt": "2021",
            "/docs/deep/mid.txt": "2022-06-01",
            "/docs2/new.txt": "2023-12",
            "/n": "",
        }
        for path, date in dates.items():
            whole = document(path, RIVER, date=date)
            store.replace(whole, cut(whole, 500))
        embed_all(store)
        question = EMBEDDER.embed_question("river")
        ids = {path: document(path, "").id for path in dates}
        for scope, expected in (
            (Scope(documents=(ids["/n"], ids["/docs/old.txt"])), {"/n", "/docs/old.txt"}),
            (Scope(folder="/docs"), {"/docs/old.txt", "/docs/deep/mid.txt"}),
            (Scope(folder="/docs/"), {"/docs/old.txt", "/docs/deep/mid.txt"}),
            (Scope(folder="/doc"), set()),
            (Scope(after="2022-06-01"), {"/docs/deep/mid.txt", "/docs2/new.txt"}),
            (Scope(after="2023-12-15"), {"/docs2/new.txt"}),
            (Scope(before="2022-06-01"), {"/docs/old.txt", "/docs/deep/mid.txt"}),
            (Scope(after="2021-01-01", before="2021-12-31"), {"/docs/old.txt"}),
            (Scope(folder="/docs", after="2022"), {"/docs/deep/mid.txt"}),
            (Scope(documents=("' OR 1=1 --",)), set()),
            (Scope(folder="%"), set()),
        ):
            for found in (store.search_words("river", 9, scope), store.search_vectors(question, 9, scope)):
                assert {hit.passage.source.path for hit in found} == expected, scope

    # --- lasting --------------------------------------------------------------------------------------

    def test_everything_is_there_after_opening_again(self, opened: Opened) -> None:
        store = opened()
        whole = rich("/a.txt", RIVER + TOWER)
        store.replace_file(FileState("/a.txt", 3, 4.5, "cc"), [(whole, cut(whole))])
        embed_all(store)
        question = EMBEDDER.embed_question("brick tower")
        nearest, listed, status = store.search_vectors(question, 9), store.listings(), store.status()
        store.save_snapshot()
        store.close()
        again = opened()
        assert again.search_vectors(question, 9) == nearest
        assert again.listings() == listed
        assert again.status() == status

    def test_the_generation_counts_up_with_every_change_of_content(self, store: Store) -> None:
        whole = document("/a.txt", RIVER)
        seen = [store.status().generation]
        store.replace(whole, cut(whole))
        seen.append(store.status().generation)
        embed_all(store)
        seen.append(store.status().generation)
        store.remove([whole.id])
        seen.append(store.status().generation)
        assert seen == sorted(set(seen))

    def test_two_openings_of_one_library_see_each_others_changes(self, opened: Opened) -> None:
        writer, reader = opened(), opened()
        whole = document("/a.txt", RIVER)
        question = EMBEDDER.embed_question("river")
        assert reader.search_vectors(question, 5) == []
        writer.replace(whole, cut(whole))
        embed_all(writer)
        assert reader.status().embedded == len(reader.search_vectors(question, 5)) == len(cut(whole))
        writer.remove([whole.id])
        assert reader.search_vectors(question, 5) == []
        assert reader.search_words("river", 5) == []
