"""A generator over a GGUF file, in this process, by llama.cpp.

A llama.cpp context is not thread-safe: one thread owns it, and whoever wants text waits in its queue.
"""

from __future__ import annotations

import codecs
import queue
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

from rag.backends import models
from rag.backends.chat import Chat
from rag.backends.processor import cores, wait_asleep
from rag.errors import ModelError

_CONTEXT = 2048
"""Tokens. Evidence and answer are some hundreds; more would only reserve memory."""

_STEP = 128
"""Prompt tokens computed between two looks at whether somebody still wants the text."""


class LlamaGenerator:
    """Generator over llama-cpp-python. Greedy, so the same prompt gives the same text.

    Args:
        card: what to load.
        threads: 0 means all physical cores.

    Raises:
        ModelError: missing, truncated, changed, no GGUF, or refused by llama.cpp (with its reason).
    """

    def __init__(self, card: models.ModelCard, threads: int = 0) -> None:
        file = models.locate(card) / card.files[0].name
        self.name = card.name
        self.digest = models.identity(card, file.parent)
        self._llama = _load(file, card, threads or cores())
        self.context_tokens = min(int(self._llama.n_ctx()), int(self._llama._model.n_ctx_train()))
        self._chat = Chat(self._llama)
        self._owner = ThreadPoolExecutor(1, thread_name_prefix="llama")

    def count_tokens(self, text: str) -> int:
        return len(self._chat.plain(text))

    def stream(self, prompt: str, *, system: str = "", max_tokens: int = 128) -> Iterator[str]:
        """Pieces of text. Some are empty: they come while the prompt is read, so that closing stops that too.

        Raises:
            ModelError: prompt and answer together are longer than the context; or llama.cpp failed.
        """
        tokens = self._chat.tokens(prompt, system)
        if len(tokens) + max_tokens > self.context_tokens:
            raise ModelError(
                f"{self.name} reads {self.context_tokens} tokens; the prompt has {len(tokens)}, "
                f"and {max_tokens} are kept for the answer.",
                "Give it less evidence.",
            )
        return self._pieces(tokens, max_tokens)

    def _pieces(self, tokens: list[int], max_tokens: int) -> Iterator[str]:
        pieces: queue.SimpleQueue[str | BaseException | None] = queue.SimpleQueue()
        unwanted = threading.Event()
        self._owner.submit(self._write, tokens, max_tokens, pieces, unwanted)
        try:
            while (piece := pieces.get()) is not None:
                if isinstance(piece, BaseException):
                    raise ModelError(f"{self.name} failed: {piece}.", "Run: rag doctor") from piece
                yield piece
        finally:
            unwanted.set()

    def _write(
        self,
        tokens: list[int],
        max_tokens: int,
        pieces: queue.SimpleQueue[str | BaseException | None],
        unwanted: threading.Event,
    ) -> None:
        """Runs in the owner thread: the only place that computes."""
        try:
            self._llama.reset()
            for start in range(0, len(tokens), _STEP):
                if unwanted.is_set():
                    return
                self._llama.eval(tokens[start : start + _STEP])
                pieces.put("")
            decoder = codecs.getincrementaldecoder("utf-8")("replace")
            for _ in range(max_tokens):
                token = self._best()
                if unwanted.is_set() or self._chat.ends(token):
                    break
                if text := decoder.decode(self._chat.text(token)):
                    pieces.put(text)
                self._llama.eval([token])
            if rest := decoder.decode(b"", final=True):
                pieces.put(rest)
        except BaseException as error:  # goes to the thread that waits for text
            pieces.put(error)
        finally:
            pieces.put(None)

    def _best(self) -> int:
        """The most likely next token; the lowest id among equals."""
        import llama_cpp

        logits = llama_cpp.llama_get_logits_ith(self._llama.ctx, -1)
        return int(np.argmax(np.ctypeslib.as_array(logits, shape=(self._llama.n_vocab(),))))


_complaints: list[str] = []
"""The last errors that llama.cpp logged: the reason when it refuses a file."""

_callbacks: list[Any] = []
"""ctypes callbacks must be kept alive."""


def _load(file: Path, card: models.ModelCard, threads: int) -> Any:
    with file.open("rb") as opened:
        if opened.read(4) != b"GGUF":
            raise ModelError(f"{file} is not a GGUF file.", card.remedy)
    wait_asleep()
    import llama_cpp

    _silence(llama_cpp)
    _complaints.clear()
    try:
        return llama_cpp.Llama(
            str(file),
            n_ctx=_CONTEXT,
            n_batch=_STEP,
            n_threads=threads,
            n_threads_batch=threads,
            verbose=False,
        )
    except Exception as error:  # ValueError, AssertionError, RuntimeError, by the place it failed
        reason = _complaints[0] if _complaints else str(error)
        raise ModelError(f"llama.cpp cannot load {file}: {reason}.", card.remedy) from error


def _silence(llama_cpp: Any) -> None:
    """Keep llama.cpp's log off standard error; remember errors."""
    if _callbacks:
        return

    def log(level: int, text: bytes | None, _: Any) -> None:
        if level == 4 and len(_complaints) < 8:  # GGML_LOG_LEVEL_ERROR of ggml.h
            words = (text or b"").decode("utf-8", "replace").strip().rstrip(".")
            if words:
                _complaints.append(words.partition(": ")[2] or words)

    import ctypes

    _callbacks.append(llama_cpp.llama_log_callback(log))
    llama_cpp.llama_log_set(_callbacks[0], ctypes.c_void_p(0))


def system_info() -> str:
    """What llama.cpp was built with and finds on this processor ("AVX2 = 1 | …")."""
    wait_asleep()
    import llama_cpp

    _silence(llama_cpp)
    return str(llama_cpp.llama_print_system_info().decode("utf-8", "replace")).strip()
