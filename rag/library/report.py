"""What a run tells while it works, and when it is done."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is. Stages, in order: "fetching", "looking", "reading", "embedding"."""

    stage: str
    done: int
    total: int
    """0 while it is not known yet."""
    current: str = ""
    """The file at hand."""
    rate: float = 0.0
    """Files or passages a second in this stage."""
    seconds_left: float | None = None


Listener: TypeAlias = Callable[[Progress], None] | None


@dataclass(slots=True)
class Summary:
    """What a run did, counted in files."""

    added: int = 0
    unchanged: int = 0
    updated: int = 0
    moved: int = 0
    removed: int = 0
    skipped: list[tuple[str, str]] = field(default_factory=list)
    """Files that could not be taken in, each with a plain reason."""
    left_out: Counter[str] = field(default_factory=Counter)
    """Reason → how many files and folders were passed over on purpose (hidden, ignored, …)."""
    failed: list[str] = field(default_factory=list)
    """What was asked for by name and did not get in."""
    notes: list[str] = field(default_factory=list)
    embedded: int = 0
    """Passages embedded by this run."""
    waiting: int = 0
    """Passages that can be found by words only, so far."""
    dry_run: bool = False
    changes: list[tuple[str, str]] = field(default_factory=list)
    """(what, path), kept in a dry run."""


class Clock:
    """Reports at most ten times a second, with rate and time left from the share of work done."""

    def __init__(self, listener: Listener, stage: str, total: int, effort: float = 0.0) -> None:
        self._listener, self._stage, self._total = listener, stage, total
        self._effort = effort or float(total)
        self._start = time.monotonic()
        self._last = 0.0
        self._spent = 0.0

    def tell(self, done: int, current: str = "", effort: float | None = None) -> None:
        """`effort` is the work this far, in the unit of the total effort; by default `done`."""
        now = time.monotonic()
        finished = 0 < self._total <= done
        if self._listener is None or (now - self._last < 0.1 and not finished):
            return
        self._last = now
        seconds = now - self._start
        spent = float(done) if effort is None else effort
        left = seconds * (self._effort - spent) / spent if spent > 0 and self._total else None
        rate = done / seconds if seconds > 0 else 0.0
        self._listener(Progress(self._stage, done, self._total, current, rate, left))
