"""Every vector store gives the same rows in the same order, with scores equal to 1e-5."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.backends.faiss_store import FaissStore
from rag.index import ExactVectors
from rag.ports import VectorStore
from rag.types import Vectors

DIMENSION = 16
MAKERS = [ExactVectors, FaissStore]


def unit(count: int, seed: int = 0) -> Vectors:
    vectors = np.random.default_rng(seed).normal(size=(count, DIMENSION)).astype(np.float32)
    units: Vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return units


def plainly(held: dict[int, Vectors], vector: Vectors, limit: int) -> list[tuple[int, float]]:
    """The definition: all inner products, sorted."""
    scored = [(row, float(one @ vector)) for row, one in held.items()]
    return sorted(scored, key=lambda pair: (-round(pair[1], 5), pair[0]))[:limit]


@pytest.mark.parametrize("make", MAKERS)
class TestVectorStore:
    def test_an_empty_store_finds_nothing(self, make: Callable[[int], VectorStore]) -> None:
        store = make(DIMENSION)
        assert len(store) == 0
        assert store.rows() == set()
        assert store.search(unit(1)[0], 5) == []

    def test_nearest_rows_come_first(self, make: Callable[[int], VectorStore]) -> None:
        store, vectors = make(DIMENSION), unit(300)
        store.add(range(1000, 1300), vectors)
        for question in unit(20, seed=1):
            found = store.search(question, 7)
            expected = plainly(dict(zip(range(1000, 1300), vectors, strict=True)), question, 7)
            assert [row for row, _ in found] == [row for row, _ in expected]
            assert [score for _, score in found] == pytest.approx([score for _, score in expected], abs=1e-5)

    @pytest.mark.parametrize("limit", [1, 3, 40, 41, 100])
    def test_ties_go_by_row_also_at_the_cut(self, make: Callable[[int], VectorStore], limit: int) -> None:
        store, vectors = make(DIMENSION), unit(60)
        vectors[10:50] = vectors[3]
        rows = list(np.random.default_rng(2).permutation(60))
        store.add([int(row) for row in rows], vectors[rows])
        same = [3, *range(10, 50)]
        assert [row for row, _ in store.search(vectors[3], limit)][:41] == same[:limit]

    def test_only_the_rows_named_are_looked_at(self, make: Callable[[int], VectorStore]) -> None:
        store, vectors = make(DIMENSION), unit(50)
        store.add(range(50), vectors)
        assert [row for row, _ in store.search(vectors[7], 3, among=[7, 9, 9, 999])] == [7, 9]
        assert store.search(vectors[7], 3, among=[]) == []
        assert store.search(vectors[7], 0) == []

    def test_removed_rows_are_not_found_and_can_come_back(self, make: Callable[[int], VectorStore]) -> None:
        store, vectors = make(DIMENSION), unit(30)
        store.add(range(30), vectors)
        store.remove([4, 29, 0, 77])
        assert store.rows() == set(range(30)) - {4, 29, 0}
        assert {row for row, _ in store.search(vectors[4], 50)} == store.rows()
        store.add([4], vectors[4:5])
        assert store.search(vectors[4], 1)[0][0] == 4

    def test_adding_a_row_again_puts_the_new_vector_in_its_place(
        self, make: Callable[[int], VectorStore]
    ) -> None:
        store, vectors = make(DIMENSION), unit(5)
        store.add(range(5), vectors)
        store.add([2], -vectors[2:3])
        assert len(store) == 5
        assert store.search(-vectors[2], 1)[0][0] == 2

    def test_what_is_saved_loads_and_goes_on(self, make: Callable[[int], VectorStore]) -> None:
        store, vectors = make(DIMENSION), unit(40)
        store.add(range(100, 140), vectors)
        store.remove([103])
        again = make(DIMENSION)
        again.add([1], vectors[:1])
        again.load(store.save())
        assert again.rows() == store.rows()
        assert again.search(vectors[3], 40) == store.search(vectors[3], 40)
        again.remove([100])
        again.add([1], vectors[3:4])
        assert again.search(vectors[3], 1)[0][0] == 1


@settings(max_examples=60, deadline=None)
@given(
    steps=st.lists(
        st.tuples(st.booleans(), st.lists(st.integers(0, 25), min_size=1, max_size=6, unique=True)),
        max_size=12,
    ),
    limit=st.integers(1, 30),
    among=st.none() | st.lists(st.integers(0, 30), max_size=10),
)
def test_any_history_of_changes_leaves_both_stores_equal_to_the_definition(
    steps: list[tuple[bool, list[int]]], limit: int, among: list[int] | None
) -> None:
    vectors = unit(26)
    vectors[5:9] = vectors[4]
    stores = [make(DIMENSION) for make in MAKERS]
    held: dict[int, Vectors] = {}
    for adds, rows in steps:
        for store in stores:
            if adds:
                store.add(rows, vectors[rows])
            else:
                store.remove(rows)
        for row in rows:
            if adds:
                held[row] = vectors[row]
            else:
                held.pop(row, None)
    looked_at = {row: one for row, one in held.items() if among is None or row in among}
    expected = plainly(looked_at, vectors[4], limit)
    for store in stores:
        found = store.search(vectors[4], limit, among)
        assert [row for row, _ in found] == [row for row, _ in expected]
        assert [score for _, score in found] == pytest.approx([score for _, score in expected], abs=1e-5)
        assert store.rows() == set(held)
