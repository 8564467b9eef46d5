"""Exact inner-product search with NumPy: the vector store that needs nothing else."""

from __future__ import annotations

import io
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from rag.types import Vectors

TIE = 1e-6
"""Scores closer than this are a tie: kernels differ in the last bit by where a row lies in memory."""


class ExactVectors:
    """Rows and unit vectors in one growing matrix. Not thread-safe: its owner serialises."""

    def __init__(self, dimension: int) -> None:
        self._matrix: Vectors = np.empty((0, dimension), np.float32)
        self._rows: NDArray[np.int64] = np.empty(0, np.int64)
        self._slots: dict[int, int] = {}

    def __len__(self) -> int:
        return len(self._slots)

    def rows(self) -> set[int]:
        return set(self._slots)

    def add(self, rows: Sequence[int], vectors: Vectors) -> None:
        """Put vectors in, or in the place of those that these rows had.

        Args:
            rows: n row numbers, each once.
            vectors: shape (n, dimension).
        """
        self._reserve(len(self._slots) + len(rows))
        for row, vector in zip(rows, vectors, strict=True):
            slot = self._slots.setdefault(int(row), len(self._slots))
            self._rows[slot] = row
            self._matrix[slot] = vector

    def remove(self, rows: Sequence[int]) -> None:
        for row in rows:
            slot = self._slots.pop(int(row), None)
            if slot is None:
                continue
            last = len(self._slots)
            if slot != last:
                moved = int(self._rows[last])
                self._rows[slot], self._matrix[slot] = moved, self._matrix[last]
                self._slots[moved] = slot

    def search(
        self, vector: Vectors, limit: int, among: Sequence[int] | None = None
    ) -> list[tuple[int, float]]:
        """(row, inner product), best first, ties by row; `among` limits the rows looked at."""
        count = len(self._slots)
        rows, matrix = self._rows[:count], self._matrix[:count]
        if among is not None:
            chosen = [self._slots[row] for row in dict.fromkeys(among) if row in self._slots]
            rows, matrix = rows[chosen], matrix[chosen]
        limit = min(limit, len(rows))
        if limit <= 0:
            return []
        scores = matrix @ np.asarray(vector, np.float32).reshape(-1)
        threshold = np.partition(scores, len(scores) - limit)[len(scores) - limit] - TIE
        near = np.flatnonzero(scores >= threshold)
        return ranked(rows[near], scores[near])[:limit]

    def save(self) -> bytes:
        count = len(self._slots)
        file = io.BytesIO()
        np.savez(file, rows=self._rows[:count], matrix=self._matrix[:count])
        return file.getvalue()

    def load(self, data: bytes) -> None:
        """Take the place of everything here with what `save` gave. The caller has checked the digest."""
        with np.load(io.BytesIO(data), allow_pickle=False) as saved:
            self._rows, self._matrix = saved["rows"], saved["matrix"]
        self._slots = {int(row): slot for slot, row in enumerate(self._rows)}

    def _reserve(self, count: int) -> None:
        if count <= len(self._rows):
            return
        room = max(count, 2 * len(self._rows), 256)
        matrix = np.empty((room, self._matrix.shape[1]), np.float32)
        matrix[: len(self._matrix)] = self._matrix
        rows = np.empty(room, np.int64)
        rows[: len(self._rows)] = self._rows
        self._matrix, self._rows = matrix, rows


def ranked(rows: NDArray[np.int64], scores: NDArray[np.float32]) -> list[tuple[int, float]]:
    """Best first; scores within TIE of the next better one count as equal and go by row."""
    order = np.argsort(-scores, kind="stable")
    rows, scores = rows[order], scores[order]
    group = np.concatenate(([0], np.cumsum(scores[:-1] - scores[1:] > TIE))) if len(scores) else rows
    final = np.lexsort((rows, group))
    return [(int(rows[at]), float(scores[at])) for at in final]
