"""An embedder that keeps its vectors on disk, so that a change of the reading or splitting code embeds new
texts only. For measurements that build the same libraries again and again.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from rag.ports import Embedder
from rag.types import Vectors


class Remembered:
    """The same vectors as `embedder`, each text embedded once for all libraries of `folder`."""

    def __init__(self, embedder: Embedder, folder: Path) -> None:
        self._embedder = embedder
        self.name, self.digest, self.dimension = embedder.name, embedder.digest, embedder.dimension
        folder.mkdir(parents=True, exist_ok=True)
        file = folder / f"vectors-{embedder.digest[:12]}.sqlite"
        self._kept = sqlite3.connect(file, isolation_level=None, check_same_thread=False, timeout=60)
        self._kept.execute("pragma journal_mode = wal")
        self._kept.execute(
            "create table if not exists vectors (text blob primary key, vector blob) without rowid"
        )

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        keys = [hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest() for text in texts]
        found = {key: self._get(key) for key in keys}
        new = [place for place, key in enumerate(keys) if found[key] is None]
        if new:
            made = self._embedder.embed_passages([texts[place] for place in new])
            rows = [(keys[place], vector.tobytes()) for place, vector in zip(new, made, strict=True)]
            self._kept.executemany("insert or ignore into vectors values (?, ?)", rows)
            found |= {keys[place]: vector for place, vector in zip(new, made, strict=True)}
        vectors = [vector for key in keys if (vector := found[key]) is not None]
        return np.stack(vectors) if vectors else np.zeros((0, self.dimension), np.float32)

    def embed_question(self, text: str) -> Vectors:
        return self._embedder.embed_question(text)

    def _get(self, key: bytes) -> Vectors | None:
        row = self._kept.execute("select vector from vectors where text = ?", (key,)).fetchone()
        return np.frombuffer(row[0], np.float32) if row else None
