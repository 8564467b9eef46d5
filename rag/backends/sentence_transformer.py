"""An embedder over a sentence-transformers folder, computed by torch."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any

import numpy as np

from rag.backends import models
from rag.backends.processor import cores, wait_asleep
from rag.errors import ModelError
from rag.types import Vectors


class FolderEmbedder:
    """Embedder of a card with format "sentence-transformers". One text a forward pass, so that vectors do not
    depend on padding.

    Raises:
        ModelError: weights that are missing, or a folder that sentence-transformers cannot load.
    """

    def __init__(self, card: models.ModelCard, threads: int = 0) -> None:
        wait_asleep()
        import torch
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging

        logging.disable_progress_bar()  # type: ignore[no-untyped-call]  # it has no types
        folder = models.locate(card)
        torch.set_num_threads(threads or cores())
        try:
            self._model: Any = SentenceTransformer(str(folder), device="cpu", local_files_only=True)
        except Exception as error:  # whatever torch, transformers and json raise on a broken folder
            problem = f"The embedder in {folder} cannot be loaded."
            raise ModelError(problem, "Run: rag models check") from error
        self._card = card
        self._digest = models.identity(card, folder)
        self._lock = threading.Lock()

    @property
    def name(self) -> str:
        return self._card.name

    @property
    def digest(self) -> str:
        return self._digest

    @property
    def dimension(self) -> int:
        return int(self._model.get_embedding_dimension())

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        return self._embed([self._card.passage_prefix + text for text in texts])

    def embed_question(self, text: str) -> Vectors:
        vector: Vectors = self._embed([self._card.question_prefix + text])[0]
        return vector

    def _embed(self, texts: list[str]) -> Vectors:
        if not texts:
            return np.zeros((0, self.dimension), np.float32)
        plain = [text.encode("utf-8", "replace").decode("utf-8") for text in texts]
        with self._lock:
            vectors = self._model.encode(
                plain, batch_size=1, show_progress_bar=False, convert_to_numpy=True, normalize_embeddings=True
            )
        return np.asarray(vectors, np.float32)
