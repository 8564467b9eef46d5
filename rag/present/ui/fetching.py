"""One download at a time of a model that a person agreed to; it goes on while the page is reloaded."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from rag.backends import hub
from rag.backends.models import ModelCard
from rag.errors import InputError, RagError

Status = Literal["running", "done", "stopped", "failed"]


@dataclass(frozen=True, slots=True)
class Fetch:
    """How far a download is."""

    name: str
    address: str
    """As it was asked for: a name of the list, or OWNER/NAME:FILE.gguf."""
    status: Status = "running"
    file: str = ""
    done: int = 0
    total: int = 0
    """Bytes; 0 while unknown."""
    rate: float = 0.0
    """Bytes a second."""
    use: str = ""
    """What `rag models use` takes, once it is here."""
    problem: str = ""
    remedy: str = ""

    def record(self) -> dict[str, Any]:
        """For the page, with the progress in words."""
        return {"name": self.name, "status": self.status, "words": self._words(), "share": self._share()}

    def _share(self) -> float | None:
        return self.done / self.total if self.total else None

    def _words(self) -> str:
        if self.status == "stopped":
            return f"Stopped after {megabytes(self.done)}. What has come is kept."
        if self.status != "running":
            return ""
        if not self.file:
            return "Asking the hub"
        if self.total and self.done >= self.total:
            return "Checking its digest"
        of = f" of {megabytes(self.total)}" if self.total else ""
        pace = f", {megabytes(self.rate)} a second" if self.rate else ""
        left = (self.total - self.done) / self.rate if self.rate and self.total else 0.0
        wait = f", about {f'{left:.0f} s' if left < 90 else f'{left / 60:.0f} min'} left" if left >= 1 else ""
        return f"{megabytes(self.done)}{of}{pace}{wait}"


class Fetcher:
    """Runs a download in a thread; asked for its state, or to stop."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._now: Fetch | None = None

    @property
    def now(self) -> Fetch | None:
        return self._now

    def start(self, card: ModelCard, address: str) -> None:
        """Begin, or go on where an earlier download of this model was stopped.

        Raises:
            InputError: another one is under way.
        """
        with self._lock:
            if self._thread is not None and self._thread.is_alive():
                raise InputError("A model is being downloaded already.", "Wait for it, or stop it first.")
            self._stop.clear()
            self._now = Fetch(card.name, address)
            self._thread = threading.Thread(target=self._run, args=(card,), name="rag-fetch", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        self._stop.set()

    def join(self) -> None:
        """Stop and wait until the thread has ended."""
        self.stop()
        if self._thread is not None:
            self._thread.join()

    def _run(self, card: ModelCard) -> None:
        begun: dict[str, tuple[float, int]] = {}

        def progress(file: str, done: int, total: int) -> None:
            if self._stop.is_set():
                raise _Stopped
            since, before = begun.setdefault(file, (time.monotonic(), done))
            passed = time.monotonic() - since
            rate = (done - before) / passed if passed > 0.5 else 0.0
            self._tell(file=file, done=done, total=total, rate=rate)

        try:
            folder = hub.pull(card, progress)
        except _Stopped:
            self._tell(status="stopped")
        except RagError as error:
            self._tell(status="failed", problem=error.problem, remedy=error.remedy)
        except Exception as error:
            self._tell(status="failed", problem=f"The download failed ({type(error).__name__}).")
        else:
            self._tell(status="done", use=_use(card, folder))

    def _tell(self, **values: Any) -> None:
        assert self._now is not None  # noqa: S101  (set before the thread starts)
        self._now = replace(self._now, **values)


class _Stopped(Exception):
    """The person changed their mind."""


def _use(card: ModelCard, folder: Path) -> str:
    listed = any(file.sha256 for file in card.files)
    return card.name if listed else str(folder / card.files[0].name)


def megabytes(amount: float) -> str:
    if amount >= 1e9:
        return f"{amount / 1e9:.1f} GB"
    return f"{amount / 1e6:,.0f} MB" if amount >= 1e6 else f"{amount / 1e3:,.0f} kB"
