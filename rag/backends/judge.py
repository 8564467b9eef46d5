"""The judge: one pass over a pair gives relevance, answerability, where the answer stands, and support (see
models/judge).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rag.backends import models
from rag.backends.onnx_text import OnnxText
from rag.backends.pairs import PairReader
from rag.errors import ModelError
from rag.types import Pointed, Scores, Span, Vectors

_FIRST, _LAST, _IN_SENTENCE = 0, 1, 2
"""Columns of the marks: first token of the answer, its last, in its sentence."""
_LONGEST = 30
"""Tokens that may be pointed at as the answer."""
_NOT_READ = -12.0
_LABELS = ["support", "refute", "neutral"]


class Judge:
    """Scorer over a cross-encoder with three heads. judge.json names the order of the support head's labels
    ("support_labels") and the logistic map that makes its probability of support a calibrated one
    ("calibration", fitted on development pairs).

    Raises:
        ModelError: weights that are missing, not what they claim to be, or without the four outputs.
    """

    def __init__(self, card: models.ModelCard, threads: int = 0) -> None:
        folder = models.locate(card)
        self.name = card.name
        self.digest = models.identity(card, folder)
        text = OnnxText(folder, context=card.context, threads=threads)
        self._places = {name: place for place, name in enumerate(text.output_names)}
        if missing := {"relevance", "answerable", "support", "marks"} - self._places.keys():
            raise ModelError(f"{folder} has no output {', '.join(sorted(missing))}.", card.remedy)
        labels, self._slope, self._shift = _read(folder / "judge.json", card)
        self._columns = [labels.index(label) for label in _LABELS]
        self._offsets = lru_cache(maxsize=64)(text.offsets)
        self._pairs = PairReader(text)

    def relevance(self, question: str, texts: Sequence[str]) -> Scores:
        return self._output("relevance", question, texts).reshape(-1)

    def answerability(self, question: str, texts: Sequence[str]) -> Scores:
        return self._output("answerable", question, texts).reshape(-1)

    def carrying(self, question: str, texts: Sequence[str], spans: Sequence[Sequence[Span]]) -> list[Scores]:
        """The mean over a span's tokens of the logit that their sentence holds the answer. A span that the
        model did not read to, because the text is longer than its context, counts as one without."""
        told = []
        for text, outputs, asked in zip(texts, self._pairs.read(question, texts), spans, strict=True):
            logits = outputs[self._places["marks"]][0, :, _IN_SENTENCE]
            offsets = self._offsets((question, text))
            rows = [(offsets[:, 0] < span.end) & (offsets[:, 1] > span.start) for span in asked]
            told.append(
                np.array([logits[row].mean() if row.any() else _NOT_READ for row in rows], np.float32)
            )
        return told

    def pointing(self, question: str, text: str, within: Span) -> Pointed | None:
        """The best first and last word; the margin is over "no answer" (Devlin et al., 2019, section 4.3)."""
        (outputs,) = self._pairs.read(question, [text])
        marks, offsets = outputs[self._places["marks"]][0], self._offsets((question, text))
        inside = np.flatnonzero((offsets[:, 0] >= within.start) & (offsets[:, 1] <= within.end))
        if not len(inside):
            return None
        together = np.add.outer(marks[inside, _FIRST], marks[inside, _LAST])
        near = np.triu(np.ones_like(together)) - np.triu(np.ones_like(together), _LONGEST)
        together = np.where(near > 0, together, -np.inf)
        first, last = np.unravel_index(int(np.argmax(together)), together.shape)
        words = Span(int(offsets[inside[first], 0]), int(offsets[inside[last], 1]))
        return Pointed(words, float(together[first, last] - marks[0, _FIRST] - marks[0, _LAST]))

    def support(self, claim: str, evidence: Sequence[str]) -> Vectors:
        """Support is calibrated (Platt scaling of its log-odds); refute and neutral share the rest."""
        logits = self._output("support", claim, evidence).reshape(-1, 3)[:, self._columns].astype(np.float64)
        others = np.logaddexp(logits[:, 1], logits[:, 2])
        odds = self._slope * (logits[:, 0] - others) + self._shift
        support = 1 / (1 + np.exp(-np.clip(odds, -50, 50)))
        rest = np.exp(logits[:, 1:] - others[:, None]) * (1 - support[:, None])
        rows: Vectors = np.column_stack([support, rest]).astype(np.float32)
        return rows

    def _output(self, name: str, first: str, texts: Sequence[str]) -> NDArray[np.float32]:
        place = self._places[name]
        rows = [outputs[place].reshape(-1) for outputs in self._pairs.read(first, texts)]
        return np.array(rows, np.float32)


def _read(file: Path, card: models.ModelCard) -> tuple[list[str], float, float]:
    """Labels of the support head in its order; slope and shift of its calibration."""
    try:
        said = json.loads(file.read_text("utf-8"))
        labels = [str(label) for label in said.get("support_labels", _LABELS)]
        fitted = said.get("calibration", {}).get("support", {})
        slope, shift = float(fitted.get("slope", 1.0)), float(fitted.get("shift", 0.0))
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise ModelError(f"{file} cannot be read: {error}.", card.remedy) from error
    if sorted(labels) != sorted(_LABELS) or slope <= 0:
        raise ModelError(f"{file} does not describe a judge.", card.remedy)
    return labels, slope, shift
