"""The local store keeps the contract with either vector store."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from rag import index
from rag.backends.faiss_store import FaissStore
from rag.index import ExactVectors, LocalStore
from rag.ports import VectorStore
from tests.index.store_contract import EMBEDDER, Opened, StoreContract


def opener(folder: Path, vectors: Callable[[int], VectorStore], stores: list[LocalStore]) -> Opened:
    def opened() -> LocalStore:
        stores.append(
            index.open(
                folder,
                embedder_name=EMBEDDER.name,
                embedder_digest=EMBEDDER.digest,
                dimension=EMBEDDER.dimension,
                splitter="pieces",
                vectors=vectors,
            )
        )
        return stores[-1]

    return opened


class TestLocalStoreWithNumPy(StoreContract):
    @pytest.fixture
    def opened(self, tmp_path: Path) -> Iterator[Opened]:
        stores: list[LocalStore] = []
        yield opener(tmp_path / "library", ExactVectors, stores)
        for store in stores:
            store.close()


class TestLocalStoreWithFaiss(StoreContract):
    @pytest.fixture
    def opened(self, tmp_path: Path) -> Iterator[Opened]:
        stores: list[LocalStore] = []
        yield opener(tmp_path / "library", FaissStore, stores)
        for store in stores:
            store.close()
