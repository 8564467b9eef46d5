"""Inner-product search with FAISS: a flat index under row numbers. Exact, as fast as memory allows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from rag.types import Vectors

_TIE = 1e-6
"""Scores closer than this are a tie: kernels differ in the last bit by where a row lies in memory."""


class FaissStore:
    """Rows and unit vectors in `IndexIDMap2(IndexFlatIP)`. Not thread-safe: its owner serialises.

    Flat is right up to some 250,000 passages (a few milliseconds) and can delete, which graphs cannot.

    Args:
        dimension: length of the vectors.
        threads: of FAISS, for the whole process; 0 leaves them as they are.
    """

    def __init__(self, dimension: int, threads: int = 0) -> None:
        import faiss

        if threads:
            faiss.omp_set_num_threads(threads)
        self._dimension = dimension
        # The stubs of faiss describe its C++ side, not the Python calls that wrap it.
        self._index: Any = faiss.IndexIDMap2(faiss.IndexFlatIP(dimension))
        self._rows: set[int] = set()

    def __len__(self) -> int:
        return len(self._rows)

    def rows(self) -> set[int]:
        return set(self._rows)

    def add(self, rows: Sequence[int], vectors: Vectors) -> None:
        """Put vectors in, or in the place of those that these rows had.

        Args:
            rows: n row numbers, each once.
            vectors: shape (n, dimension).
        """
        self.remove(rows)
        matrix = np.ascontiguousarray(vectors, np.float32).reshape(len(rows), self._dimension)
        if len(rows):
            self._index.add_with_ids(matrix, np.asarray(rows, np.int64))
            self._rows.update(int(row) for row in rows)

    def remove(self, rows: Sequence[int]) -> None:
        known = sorted({int(row) for row in rows} & self._rows)
        if known:
            self._index.remove_ids(np.asarray(known, np.int64))
            self._rows.difference_update(known)

    def search(
        self, vector: Vectors, limit: int, among: Sequence[int] | None = None
    ) -> list[tuple[int, float]]:
        """(row, inner product), best first, ties by row; `among` limits the rows looked at."""
        chosen = self._rows if among is None else self._rows.intersection(among)
        limit = min(limit, len(chosen))
        if limit <= 0:
            return []
        asked = limit
        while True:  # FAISS breaks ties as it likes, so both sides of the cut must be here
            scores, rows = self._nearest(vector, min(asked + 8, len(chosen)), among)
            if len(rows) == len(chosen) or scores[limit - 1] - scores[-1] > _TIE:
                break
            asked *= 4
        group = np.concatenate(([0], np.cumsum(scores[:-1] - scores[1:] > _TIE)))
        order = np.lexsort((rows, group))[:limit]
        return [(int(rows[at]), float(scores[at])) for at in order]

    def save(self) -> bytes:
        import faiss

        data: bytes = faiss.serialize_index(self._index).tobytes()
        return data

    def load(self, data: bytes) -> None:
        """Take the place of everything here with what `save` gave. FAISS does not notice damage: the caller
        has checked the digest of `data`.
        """
        import faiss

        index: Any = faiss.deserialize_index(np.frombuffer(data, np.uint8))
        if index.d != self._dimension:
            raise ValueError(f"vectors have {index.d} values, not {self._dimension}")
        self._index = index
        self._rows = {int(row) for row in faiss.vector_to_array(index.id_map)}

    def _nearest(self, vector: Vectors, limit: int, among: Sequence[int] | None) -> tuple[Vectors, Vectors]:
        import faiss

        query = np.ascontiguousarray(vector, np.float32).reshape(1, self._dimension)
        if among is None:
            scores, rows = self._index.search(query, limit)
        else:
            ids = np.asarray(sorted(self._rows.intersection(among)), np.int64)
            selector = faiss.IDSelectorBatch(ids)
            # its stubs leave out the keyword that the Python wrapper takes
            parameters = faiss.SearchParameters(sel=selector)  # type: ignore[call-arg]
            scores, rows = self._index.search(query, limit, params=parameters)
        return scores[0], rows[0]
