"""A progress bar on standard error; nothing where standard error is no terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rag.library import Progress

if TYPE_CHECKING:
    from rich.progress import TaskID

_NAMES = {"fetching": "Fetching", "looking": "Looking", "reading": "Reading", "embedding": "Embedding"}
_UNITS = {"fetching": "pages", "looking": "files", "reading": "files", "embedding": "passages"}


@contextmanager
def shown() -> Iterator[Callable[[Progress], None] | None]:
    """A listener for `rag.library` that draws one line a stage, with rate and time left."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
    from rich.progress import Progress as Bars

    bars = Bars(
        TextColumn("{task.description:<9}"),
        BarColumn(bar_width=30),
        MofNCompleteColumn(),
        TextColumn("{task.fields[pace]}", style="dim"),
        console=Console(stderr=True),
        transient=True,
    )
    with bars:
        tasks: dict[str, TaskID] = {}

        def listener(progress: Progress) -> None:
            stage = progress.stage
            if stage not in tasks:
                tasks[stage] = bars.add_task(_NAMES.get(stage, stage), total=None, pace="")
            bars.update(
                tasks[stage],
                completed=progress.done,
                total=progress.total or None,
                pace=pace(progress),
            )

        yield listener


def pace(progress: Progress) -> str:
    """ "120 files/s, 3 min left"."""
    unit = _UNITS.get(progress.stage, "")
    parts = [
        f"{progress.rate:,.0f} {unit}/s" if progress.rate >= 1 else f"{60 * progress.rate:,.0f} {unit}/min"
    ]
    if progress.seconds_left is not None and progress.total:
        parts.append(f"{duration(progress.seconds_left)} left")
    return ", ".join(parts)


def duration(seconds: float) -> str:
    if seconds < 90:
        return f"{max(0, round(seconds))} s"
    if seconds < 5400:
        return f"{round(seconds / 60)} min"
    return f"{seconds / 3600:.1f} h"
