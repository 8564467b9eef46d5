"""An embedder over ONNX weights: sentence-transformers for passages, the same weights alone for a question.

`import sentence_transformers` costs seconds (10 of processor time were measured), which neither a question
nor one changed file should pay. Both ways compute the same numbers: the sentence-transformers model holds a
module that calls `OnnxText`.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from rag.backends import models
from rag.backends.onnx_text import OnnxText, Outputs
from rag.backends.processor import wait_asleep
from rag.types import Vectors

_FEW = 16
"""Texts that are computed sooner than sentence-transformers is imported."""


class OnnxEmbedder:
    """Embedder of a card with format "onnx". The vector of a text depends on that text alone, bit for bit.

    Raises:
        ModelError: weights that are missing or not what they claim to be.
    """

    def __init__(self, card: models.ModelCard, threads: int = 0) -> None:
        self._card = card
        folder: Path = models.locate(card)
        self._digest = models.identity(card, folder)
        self._text = OnnxText(folder, context=card.context, threads=threads)
        self._loading = threading.Lock()

    @property
    def name(self) -> str:
        return self._card.name

    @property
    def digest(self) -> str:
        return self._digest

    @cached_property
    def dimension(self) -> int:
        return self._card.dimension or int(self.embed_question("dimension").shape[0])

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Shape (n, dimension), through sentence-transformers, unless there are few and it is not loaded."""
        if not texts:
            return np.zeros((0, self.dimension), np.float32)
        prefixed = [self._card.passage_prefix + text for text in texts]
        if len(texts) < _FEW and "_model" not in self.__dict__:
            return self.vectors(prefixed)
        with self._loading:
            model = self._model
        vectors = model.encode(prefixed, batch_size=256, show_progress_bar=False, convert_to_numpy=True)
        return np.asarray(vectors, np.float32)

    def embed_question(self, text: str) -> Vectors:
        return self._pool(self._text.run(self._card.question_prefix + text))

    def vectors(self, texts: Sequence[str]) -> Vectors:
        """What `embed_passages` computes, without its prefix and without sentence-transformers."""
        return np.stack([self._pool(outputs) for outputs in self._text.run_all(texts)])

    def _pool(self, outputs: Outputs) -> Vectors:
        """One unit vector from the token states, shape (1, tokens, dimension)."""
        states = outputs[0][0]
        vector = states[0] if self._card.pooling == "cls" else states.mean(axis=0)
        unit: Vectors = (vector / max(float(np.linalg.norm(vector)), 1e-12)).astype(np.float32)
        return unit

    @cached_property
    def _model(self) -> Any:
        """SentenceTransformer of one module that computes with our session."""
        wait_asleep()
        import torch
        from sentence_transformers import SentenceTransformer
        from sentence_transformers.base.modules import InputModule

        embedder = self

        class OnnxModule(InputModule):  # type: ignore[misc]  # the library ships no types
            """Text in, unit vectors out."""

            def preprocess(self, inputs: list[str], prompt: str | None = None, **_: Any) -> dict[str, Any]:
                return {"texts": [(prompt or "") + text for text in inputs]}

            def forward(self, features: dict[str, Any], **_: Any) -> dict[str, Any]:
                vectors = torch.from_numpy(embedder.vectors(features["texts"]))
                return {**features, "sentence_embedding": vectors}

            # The base class is abstract in it; weights are pinned files that are never written again.
            def save(self, output_path: str, *_: Any, **__: Any) -> None:
                raise NotImplementedError(f"{embedder.name} is read from its own files")

        return SentenceTransformer(modules=[OnnxModule()], device="cpu")
