"""Pairs of texts through one ONNX model, each pair read once."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence

from rag.backends.onnx_text import OnnxText, Outputs

KEPT = 4096
"""Pairs remembered; a question reads some hundred, an output is a few numbers."""


class PairReader:
    """Remembers what the model said of a pair, so that relevance and answerability cost one pass."""

    def __init__(self, text: OnnxText) -> None:
        self._text = text
        self._known: OrderedDict[tuple[str, str], Outputs] = OrderedDict()
        self._lock = threading.Lock()

    def read(self, first: str, texts: Sequence[str]) -> list[Outputs]:
        """The model's outputs for (first, text), for each text in order."""
        with self._lock:
            known = {text: self._known[first, text] for text in texts if (first, text) in self._known}
        unknown = [text for text in dict.fromkeys(texts) if text not in known]
        known.update(zip(unknown, self._text.run_all([(first, text) for text in unknown]), strict=True))
        with self._lock:
            for text in known:
                self._known[first, text] = known[text]
                self._known.move_to_end((first, text))
            while len(self._known) > KEPT:
                self._known.popitem(last=False)
        return [known[text] for text in texts]
