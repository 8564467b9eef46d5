"""The only room that imports model libraries. Names become ports here; each loads when first asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.backends import models

if TYPE_CHECKING:
    from rag.ports import Embedder, Generator, Scorer, VectorStore


def embedder(name: str, threads: int = 0) -> Embedder:
    """The embedder of a listed name or of a folder.

    Args:
        threads: 0 means all physical cores.

    Raises:
        ModelError: unknown, missing, truncated or not what it claims to be.
    """
    card = models.find(name, "embedder")
    if card.format == "onnx":
        from rag.backends.onnx_embedder import OnnxEmbedder

        return OnnxEmbedder(card, threads)
    from rag.backends.sentence_transformer import FolderEmbedder

    return FolderEmbedder(card, threads)


def scorer(name: str, threads: int = 0) -> Scorer:
    """The scorer of a listed name.

    Raises:
        ModelError: unknown, missing, truncated or not what it claims to be.
    """
    card = models.find(name, "scorer")
    if card.format == "judge":
        from rag.backends.judge import Judge

        return Judge(card, threads)
    from rag.backends.cross_encoder import CrossEncoder

    return CrossEncoder(card, threads)


def generator(name: str, threads: int = 0) -> Generator | None:
    """The generator of a listed name or of a GGUF file; None when the name is "none" or empty.

    Raises:
        ModelError: unknown, missing, truncated or not what it claims to be.
    """
    if name in ("", "none"):
        return None
    from rag.backends.llama import LlamaGenerator

    return LlamaGenerator(models.find(name, "generator"), threads)


def vector_store(dimension: int) -> VectorStore:
    """An empty vector store for vectors of this length."""
    from rag.backends.faiss_store import FaissStore
    from rag.backends.processor import wait_asleep

    wait_asleep()
    return FaissStore(dimension)
