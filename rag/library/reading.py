"""Files → documents with their passages, in child processes where files are many or their formats risky."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path, PurePath
from typing import TypeAlias

from rag.types import Document, Passage

Reading: TypeAlias = tuple[str, list[tuple[Document, list[Passage]]] | str]
"""A path with what was read from it, or with the plain reason why nothing was."""

_PLAIN = frozenset((".txt", ".text", ".log", ".md", ".markdown", ".rst"))
"""Formats that no library parses: nothing in them can take a reader long."""
_FEW = 40
"""So many plain files are read before a child process has started."""


def workers_for(paths: Iterable[str]) -> int:
    """How many child processes to read with; 0 reads in this one."""
    from rag.ingest.worker import default_workers

    for count, path in enumerate(paths, start=1):
        if count > _FEW or PurePath(path).suffix.lower() not in _PLAIN:
            return default_workers()
    return 0


def reader(passage_tokens: int, workers: int) -> Callable[[Iterable[str]], Iterator[Reading]]:
    """A function that reads and splits files in order. It never raises for a file."""
    from rag import ingest
    from rag.errors import ReadError

    def read(paths: Iterable[str]) -> Iterator[Reading]:
        for path, result in ingest.read_many(map(Path, paths), workers=workers):
            if isinstance(result, ReadError):
                yield str(path), str(result)
            else:
                yield str(path), [(one, ingest.split(one, passage_tokens)) for one in result]

    return read
