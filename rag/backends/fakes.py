"""Deterministic stand-ins for the models: real implementations of the ports, for tests and trials.

Everything depends on the input alone: no weights, no randomness, no state between calls.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Sequence

import numpy as np

from rag.types import Pointed, Scores, Span, Vectors

_WORD = re.compile(r"\w+")


class FakeEmbedder:
    """Hashed words as unit vectors: texts that share words are near.

    Args:
        dimension: length of the vectors.
    """

    name = "fake-embedder"

    def __init__(self, dimension: int = 64) -> None:
        self.dimension = dimension
        self.digest = _digest(f"{self.name} {dimension}")

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        if not texts:
            return np.zeros((0, self.dimension), np.float32)
        return np.stack([self.embed_question(text) for text in texts])

    def embed_question(self, text: str) -> Vectors:
        vector = np.zeros(self.dimension, np.float32)
        for word in _words(text) or [""]:
            place = int(_digest(word)[:8], 16)
            vector[place % self.dimension] += 1.0
        unit: Vectors = vector / np.float32(np.linalg.norm(vector))
        return unit


class FakeScorer:
    """Word overlap as logits. A claim is supported when its words and all its numbers are in the evidence."""

    name = "fake-scorer"
    digest = hashlib.sha256(b"fake-scorer").hexdigest()

    def relevance(self, question: str, texts: Sequence[str]) -> Scores:
        """From -6 (no word of the question is in the text) to 6 (all are)."""
        return np.array([12 * _overlap(question, text) - 6 for text in texts], np.float32)

    def answerability(self, question: str, texts: Sequence[str]) -> Scores:
        return self.relevance(question, texts)

    def carrying(self, question: str, texts: Sequence[str], spans: Sequence[Sequence[Span]]) -> list[Scores]:
        return [
            self.relevance(question, [text[span.start : span.end] for span in asked])
            for text, asked in zip(texts, spans, strict=True)
        ]

    def pointing(self, question: str, text: str, within: Span) -> Pointed | None:
        """The first number."""
        number = re.compile(r"\d[\d,.]*").search(text, within.start, within.end)
        return Pointed(Span(*number.span()), _overlap(question, text)) if number else None

    def support(self, claim: str, evidence: Sequence[str]) -> Vectors:
        rows = [self._support(claim, text) for text in evidence]
        return np.array(rows, np.float32).reshape(len(rows), 3)

    def _support(self, claim: str, text: str) -> tuple[float, float, float]:
        overlap = _overlap(claim, text)
        numbers = {word for word in _words(claim) if word.isdigit()}
        if overlap > 0.5 and not numbers <= set(_words(text)):
            return (0.1, 0.8, 0.1)
        return (0.9 * overlap, 0.05, 0.95 - 0.9 * overlap)


class FakeGenerator:
    """Says what a function makes of the prompt; without one, the first sentence of evidence in it.

    Args:
        script: from (prompt, system) to the whole text.
        context_tokens: tokens are words here.
    """

    name = "fake-generator"
    digest = hashlib.sha256(b"fake-generator").hexdigest()

    def __init__(
        self, script: Callable[[str, str], str] | None = None, *, context_tokens: int = 2048
    ) -> None:
        self._script = script or _first_sentence
        self.context_tokens = context_tokens

    def count_tokens(self, text: str) -> int:
        return len(text.split())

    def stream(self, prompt: str, *, system: str = "", max_tokens: int = 128) -> Iterator[str]:
        from rag.errors import ModelError

        if self.count_tokens(system) + self.count_tokens(prompt) + max_tokens > self.context_tokens:
            raise ModelError(
                f"{self.name} reads at most {self.context_tokens} tokens; the prompt is longer.",
                "Give it less evidence.",
            )
        return self._pieces(self._script(prompt, system), max_tokens)

    def _pieces(self, text: str, max_tokens: int) -> Iterator[str]:
        yield from re.findall(r"\s*\S+", text)[:max_tokens]


def _first_sentence(prompt: str, system: str) -> str:
    """The first line of the prompt that reads like a sentence of evidence, without its marker."""
    for line in prompt.splitlines():
        found = re.fullmatch(r"(?:[-*•]|\[?\w{1,6}\]?[:.)])?\s*(.*\w.*[.!])", line.strip())
        if found:
            return found[1]
    return ""


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())


def _overlap(wanted: str, text: str) -> float:
    words = set(_words(wanted))
    return len(words & set(_words(text))) / len(words) if words else 0.0


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
