"""What is asked of the outside, as Protocols. Each has a real implementation and a deterministic fake.

Texts that go in are untrusted; nothing here may interpret them as instructions.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from rag.types import Document, Passage, Pointed, Scope, Scores, Source, Span, Vectors


class Embedder(Protocol):
    """Turns texts into unit vectors. The vector of a text must not depend on its neighbours in a call."""

    @property
    def name(self) -> str: ...

    @property
    def digest(self) -> str:
        """sha256 (hex) over the weights: an index made by another digest is stale."""
        ...

    @property
    def dimension(self) -> int: ...

    def embed_passages(self, texts: Sequence[str]) -> Vectors: ...

    def embed_question(self, text: str) -> Vectors:
        """Shape (dimension,)."""
        ...


class Scorer(Protocol):
    """Reads two texts together. A score must not depend on its neighbours in a call."""

    @property
    def name(self) -> str: ...

    @property
    def digest(self) -> str: ...

    def relevance(self, question: str, texts: Sequence[str]) -> Scores:
        """How well each text bears on the question: logits, unbounded, comparable across questions."""
        ...

    def answerability(self, question: str, texts: Sequence[str]) -> Scores:
        """Logits that each text carries the answer to the question, not merely its topic."""
        ...

    def carrying(self, question: str, texts: Sequence[str], spans: Sequence[Sequence[Span]]) -> list[Scores]:
        """For each text, one logit for each of its spans: does the answer stand there, read in its text?"""
        ...

    def pointing(self, question: str, text: str, within: Span) -> Pointed | None:
        """The words of `text`, inside `within`, that answer best; None from a scorer that cannot point."""
        ...

    def support(self, claim: str, evidence: Sequence[str]) -> Vectors:
        """Shape (n, 3): probabilities of (support, refute, neutral), rows sum to 1."""
        ...


class Generator(Protocol):
    """Writes text. Owns token counting. One caller at a time: implementations serialise."""

    @property
    def name(self) -> str: ...

    @property
    def digest(self) -> str: ...

    @property
    def context_tokens(self) -> int: ...

    def count_tokens(self, text: str) -> int: ...

    def stream(self, prompt: str, *, system: str = "", max_tokens: int = 128) -> Iterator[str]:
        """Greedy decoding in the model's own chat format. Closing the iterator stops the model at once.

        Control tokens that occur inside `prompt` or `system` are plain text to the model.
        """
        ...


class VectorStore(Protocol):
    """Rows and vectors only, never passages. Kept inside the local store; FAISS and exact NumPy."""

    def add(self, rows: Sequence[int], vectors: Vectors) -> None: ...

    def remove(self, rows: Sequence[int]) -> None: ...

    def search(
        self, vector: Vectors, limit: int, among: Sequence[int] | None = None
    ) -> list[tuple[int, float]]:
        """(row, inner product), best first, ties by row."""
        ...

    def rows(self) -> set[int]: ...

    def save(self) -> bytes: ...

    def load(self, data: bytes) -> None:
        """Hold what `save` gave, and nothing else. The caller has checked where `data` comes from."""
        ...

    def __len__(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Found:
    """One row that a search of the store brought."""

    passage: Passage
    score: float


@dataclass(frozen=True, slots=True)
class FileState:
    """What is remembered of a file, to tell whether it changed."""

    path: str
    size: int
    modified: float
    """mtime, seconds."""
    digest: str
    """sha256 of the bytes, hex."""


@dataclass(frozen=True, slots=True)
class Listing:
    """One document as `rag list` shows it."""

    document_id: str
    source: Source
    characters: int
    passages: int
    embedded: int
    """How many of its passages can be found by meaning already."""
    added: str
    """ISO 8601, UTC."""
    file: FileState | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Status:
    """Health of an index, for `rag doctor` and the page."""

    documents: int
    passages: int
    embedded: int
    generation: int
    """Counts up with every change; derived files carry the one they were made from."""
    embedder: str
    embedder_digest: str
    manifest: Mapping[str, str]


class Index(Protocol):
    """What a question needs of a library."""

    def document(self, document_id: str) -> Document: ...

    def listings(self) -> list[Listing]: ...

    def search_words(self, query: str, limit: int, scope: Scope = ...) -> list[Found]:
        """BM25 over stemmed, folded words. `query` is plain words, never query syntax."""
        ...

    def search_vectors(self, vector: Vectors, limit: int, scope: Scope = ...) -> list[Found]:
        """Inner product, best first, ties by passage id."""
        ...

    def passages(self, document_id: str) -> list[Passage]:
        """The passages of a document, in order."""
        ...

    def similar_words(self, word: str, limit: int = 8) -> list[tuple[str, float]]:
        """Words of this library that may be another spelling of `word`, with a similarity 0 to 1."""
        ...

    def status(self) -> Status: ...


class Store(Index, Protocol):
    """What keeping a library in step needs besides. One transaction a document."""

    def replace(self, document: Document, passages: Sequence[Passage], file: FileState | None = None) -> None:
        """Put a document in, or in the place of its earlier text; vectors of unchanged text are kept."""
        ...

    def replace_file(self, file: FileState, read: Sequence[tuple[Document, Sequence[Passage]]]) -> None:
        """Everything that one file holds, in one transaction; documents that it no longer holds go."""
        ...

    def remove(self, document_ids: Sequence[str]) -> int: ...

    def forget_files(self, paths: Sequence[str]) -> int:
        """Take out files with every document that came from them; returns how many documents there were."""
        ...

    def unembedded(self, limit: int) -> list[tuple[str, str]]:
        """(content digest, scored text) of passages without a vector, each content once, longest first."""
        ...

    def waiting(self) -> tuple[int, int]:
        """(contents without a vector, their characters)."""
        ...

    def put_vectors(self, digests: Sequence[str], vectors: Vectors) -> None: ...

    def files(self) -> Iterable[FileState]: ...

    def record_files(self, files: Sequence[FileState]) -> None:
        """Remember other sizes or times of files whose bytes are known already."""
        ...

    def entries(self, kind: str) -> dict[str, str]:
        """What was entered under `kind` ("folder", "file", "excluded", "problem"): path to value."""
        ...

    def enter(self, kind: str, values: Mapping[str, str]) -> None: ...

    def leave(self, kind: str, keys: Iterable[str]) -> None: ...

    def writing(self) -> AbstractContextManager[None]:
        """Hold the right to change this library over several changes; raises LibraryBusy."""
        ...

    def save_snapshot(self, at_least: int = 0) -> None:
        """Write what is derived from the truth, for so many passages or more, to speed up the next start."""
        ...

    def close(self) -> None: ...
