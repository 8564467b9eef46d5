"""Give every passage its vector, the longest first: neighbours in a batch are of one length."""

from __future__ import annotations

from rag.library.report import Clock, Listener
from rag.ports import Embedder, Store

_AT_ONCE = 256
"""Passages between two commits: what a crash can lose, and what is held in memory."""

SNAPSHOT_FROM = 20_000
"""Passages. Fewer vectors are read from SQLite in about the time that a snapshot takes."""


def embed(store: Store, embedder: Embedder, listener: Listener) -> int:
    """Embed what waits. Interrupted at any moment, the next run goes on where it was.

    Returns:
        How many distinct texts were embedded.
    """
    total, characters = store.waiting()
    clock = Clock(listener, "embedding", total, effort=characters)
    done = spent = 0
    while batch := store.unembedded(_AT_ONCE):
        texts = [text for _, text in batch]
        store.put_vectors([digest for digest, _ in batch], embedder.embed_passages(texts))
        done += len(batch)
        spent += sum(map(len, texts))
        clock.tell(done, effort=spent)
    return done
