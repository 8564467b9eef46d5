"""Read many files in child processes, each with its time and memory: one bad file never stops the rest."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import time
from collections import deque
from collections.abc import Iterable, Iterator
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any

from rag.errors import ReadError
from rag.types import Document

SECONDS_PER_FILE = 60.0
MEMORY_BYTES = 2 * 2**30
_FILES_PER_WORKER = 500
"""A worker is replaced after so many files: libraries for untrusted formats leak."""
_AHEAD = 2
"""Results that may wait for each worker before the next file is handed out."""


def read_many(
    paths: Iterable[Path],
    *,
    workers: int = 2,
    seconds_per_file: float = SECONDS_PER_FILE,
    memory_bytes: int = MEMORY_BYTES,
) -> Iterator[tuple[Path, list[Document] | ReadError]]:
    """Read files in the order they come, in parallel.

    Args:
        paths: consumed only a few files ahead, so it may be endless.
        workers: child processes; 0 reads in this process, without limits.
        seconds_per_file: a worker that takes longer is killed and replaced.
        memory_bytes: address space of a worker, where the system can limit it (Windows and macOS do not).

    Yields:
        Each path with its documents, or with the reason why it could not be read. Never raises for a file.
    """
    if workers <= 0:
        for path in paths:
            yield path, _read(path)
        return
    pool = _Pool(workers, seconds_per_file, memory_bytes)
    try:
        yield from pool.read(iter(paths))
    finally:
        pool.close()


def _read(path: Path) -> list[Document] | ReadError:
    from rag.ingest.reading import read

    try:
        return read(path)
    except ReadError as error:
        return error
    except MemoryError:
        return ReadError(f"{_name(path)} needs more memory than a file may take.")
    except Exception as error:
        return ReadError(f"{_name(path)} could not be read ({type(error).__name__}).")


def _name(path: Path) -> str:
    return "".join(character if character.isprintable() else "\ufffd" for character in path.name)


def _serve(connection: Connection, memory_bytes: int) -> None:
    """The life of a worker: paths in, documents or a reason out, until the other end is closed."""
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which then closes the pipe
    _limit_memory(memory_bytes)
    with contextlib.suppress(EOFError, OSError):
        while True:
            path = connection.recv()
            result = _read(path)
            try:
                connection.send(result if isinstance(result, list) else (result.problem, result.remedy))
            except MemoryError:
                connection.send((f"{_name(path)} needs more memory than a file may take.", ""))


def _limit_memory(memory_bytes: int) -> None:
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


class _Worker:
    def __init__(self, memory_bytes: int) -> None:
        context = multiprocessing.get_context("spawn")
        self.connection, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs, memory_bytes), daemon=True)
        self._process.start()
        theirs.close()
        self.path: Path | None = None
        self.place = 0
        self.deadline = 0.0
        self.files = 0

    def give(self, place: int, path: Path, seconds: float) -> None:
        self.place, self.path, self.files = place, path, self.files + 1
        # A fresh worker has to import its libraries first.
        self.deadline = time.monotonic() + seconds + (10.0 if self.files == 1 else 0.0)
        with contextlib.suppress(
            BrokenPipeError, OSError
        ):  # it died idle: seen as end of file when waited for
            self.connection.send(path)

    def receive(self) -> list[Document] | ReadError:
        result: Any = self.connection.recv()
        return result if isinstance(result, list) else ReadError(*result)

    def stop(self) -> None:
        self.connection.close()
        if self.path is None:
            self._process.join(0.5)
        if self._process.is_alive():
            self._process.kill()
        self._process.join(5)
        self._process.close()


class _Pool:
    def __init__(self, workers: int, seconds: float, memory_bytes: int) -> None:
        self._most = workers
        self._seconds = seconds
        self._memory = memory_bytes
        self._workers: list[_Worker] = []

    def read(self, paths: Iterator[Path]) -> Iterator[tuple[Path, list[Document] | ReadError]]:
        done: dict[int, tuple[Path, list[Document] | ReadError]] = {}
        waiting: deque[int] = deque()
        handed, given, more = 0, 0, True
        while more or waiting:
            while more and given - handed < self._most * (1 + _AHEAD) and (worker := self._idle()):
                path = next(paths, None)
                if path is None:
                    more = False
                    break
                worker.give(given, path, self._seconds)
                waiting.append(given)
                given += 1
            if waiting and waiting[0] in done:
                yield done.pop(waiting.popleft())
                handed += 1
                continue
            if waiting:
                for place, path, result in self._finished():
                    done[place] = (path, result)

    def _idle(self) -> _Worker | None:
        for worker in self._workers:
            if worker.path is None:
                if worker.files < _FILES_PER_WORKER:
                    return worker
                self._drop(worker)
                break
        if len(self._workers) < self._most:
            self._workers.append(_Worker(self._memory))
            return self._workers[-1]
        return None

    def _finished(self) -> Iterator[tuple[int, Path, list[Document] | ReadError]]:
        """Wait for the next worker that is done, dies or runs out of time."""
        busy = [worker for worker in self._workers if worker.path is not None]
        left = min(worker.deadline for worker in busy) - time.monotonic()
        ready = wait([worker.connection for worker in busy], timeout=max(0.0, left))
        now = time.monotonic()
        for worker in busy:
            path = worker.path or Path()
            if worker.connection in ready:
                try:
                    result = worker.receive()
                    worker.path = None
                except (EOFError, OSError):
                    self._drop(worker)
                    result = ReadError(f"{_name(path)} broke its reader (it crashed or ran out of memory).")
            elif now >= worker.deadline:
                self._drop(worker)
                result = ReadError(f"{_name(path)} took longer than {self._seconds:.0f} seconds to read.")
            else:
                continue
            yield worker.place, path, result

    def _drop(self, worker: _Worker) -> None:
        self._workers.remove(worker)
        worker.stop()

    def close(self) -> None:
        for worker in self._workers:
            worker.stop()
        self._workers.clear()


def default_workers() -> int:
    """Half the processors, at most four: embedding needs the others."""
    return max(1, min(4, (os.cpu_count() or 2) // 2))
