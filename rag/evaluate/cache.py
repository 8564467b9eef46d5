"""Generations kept by model, prompt and parameters, so that only changed prompts run again."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from pathlib import Path

from rag.ports import Generator


class CachedGenerator:
    """A Generator in front of another. Decoding is greedy, so a kept text is what the model would write.

    A stream that its reader closed early is kept as far as it came; a reader who wants more than was kept
    makes the model run again.
    """

    def __init__(self, generator: Generator, folder: Path) -> None:
        self._generator = generator
        self._folder = folder
        self.kept = 0
        """Streams that were answered from the cache."""
        self.run = 0
        """Streams that the model ran for."""

    @property
    def name(self) -> str:
        return self._generator.name

    @property
    def digest(self) -> str:
        return self._generator.digest

    @property
    def context_tokens(self) -> int:
        return self._generator.context_tokens

    def count_tokens(self, text: str) -> int:
        return self._generator.count_tokens(text)

    def stream(self, prompt: str, *, system: str = "", max_tokens: int = 128) -> Iterator[str]:
        file = self._folder / f"{self._key(prompt, system, max_tokens)}.json"
        pieces, whole = _read(file)
        if pieces or whole:
            self.kept += 1
            yield from pieces
            if whole:
                return
        yield from self._run(file, prompt, system, max_tokens, skip=sum(map(len, pieces)))

    def _run(self, file: Path, prompt: str, system: str, max_tokens: int, skip: int) -> Iterator[str]:
        self.run += 1
        pieces: list[str] = []
        whole = False
        stream = self._generator.stream(prompt, system=system, max_tokens=max_tokens)
        try:
            for piece in stream:
                pieces.append(piece)
                fresh, skip = piece[skip:], max(0, skip - len(piece))
                if fresh:
                    yield fresh
            whole = True
        finally:
            close = getattr(stream, "close", None)
            if close is not None:
                close()
            _write(file, pieces, whole)

    def _key(self, prompt: str, system: str, max_tokens: int) -> str:
        values = json.dumps([self._generator.digest, system, prompt, max_tokens])
        return hashlib.sha256(values.encode()).hexdigest()


def _read(file: Path) -> tuple[list[str], bool]:
    try:
        values = json.loads(file.read_text("utf-8"))
        return [str(piece) for piece in values["pieces"]], bool(values["whole"])
    except (OSError, ValueError, KeyError, TypeError):
        return [], False


def _write(file: Path, pieces: list[str], whole: bool) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    temporary = file.with_suffix(f".{os.getpid()}.tmp")
    temporary.write_text(json.dumps({"pieces": pieces, "whole": whole}), "utf-8")
    temporary.replace(file)
