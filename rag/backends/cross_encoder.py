"""A cross-encoder with one output: relevance as a logit."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rag.backends import models
from rag.backends.onnx_text import OnnxText
from rag.backends.pairs import PairReader
from rag.types import Pointed, Scores, Span, Vectors

# Claims against their evidence: true ones gave logits of 5.1 to 8.7, wrong numbers 0.3, wrong names -4.3.
_HALFWAY = 3.0
_SLOPE = 0.8


class CrossEncoder:
    """Scorer over ms-marco-MiniLM and its like. Cannot see negation: support comes from the logit alone, and
    verification adds its rules.

    Raises:
        ModelError: weights that are missing or not what they claim to be.
    """

    def __init__(self, card: models.ModelCard, threads: int = 0) -> None:
        folder = models.locate(card)
        self.name = card.name
        self.digest = models.identity(card, folder)
        self._pairs = PairReader(OnnxText(folder, context=card.context, threads=threads))

    def relevance(self, question: str, texts: Sequence[str]) -> Scores:
        outputs = self._pairs.read(question, texts)
        return np.array([each[0].reshape(-1)[0] for each in outputs], np.float32)

    def answerability(self, question: str, texts: Sequence[str]) -> Scores:
        return self.relevance(question, texts)

    def carrying(self, question: str, texts: Sequence[str], spans: Sequence[Sequence[Span]]) -> list[Scores]:
        """Each span by itself: this model tells nothing of its parts."""
        return [
            self.relevance(question, [text[span.start : span.end] for span in asked])
            for text, asked in zip(texts, spans, strict=True)
        ]

    def pointing(self, question: str, text: str, within: Span) -> Pointed | None:
        return None

    def support(self, claim: str, evidence: Sequence[str]) -> Vectors:
        """Support by a logistic map of the logit; the rest is neutral, because refuting cannot be seen."""
        logits = self.relevance(claim, evidence).astype(np.float64)
        support = 1 / (1 + np.exp(-_SLOPE * (logits - _HALFWAY)))
        rows: Vectors = np.stack([support, np.zeros_like(support), 1 - support], axis=1).astype(np.float32)
        return rows
