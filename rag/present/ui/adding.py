"""Files that a person drops on the page: kept in the library's own folder, then read, with progress."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from pathlib import Path, PurePosixPath
from queue import SimpleQueue
from threading import Thread
from typing import Any

from rag.errors import InputError, RagError, ReadError
from rag.library import Progress, Summary
from rag.present.ui import library_view, notice_view

FOLDER = "files"
"""Inside the library's folder: what was dropped on the page. What was added by path stays where it is."""

UPLOAD_LIMIT = 200 * 1024 * 1024
"""Bytes of one file."""

NAME_LIMIT = 180
"""Bytes of one part of a path, without its suffix; file systems stop at 255."""

_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*\u202a-\u202e\u2066-\u2069]')
_RESERVED = re.compile(r"^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)", re.IGNORECASE)


def safe_path(name: str) -> PurePosixPath:
    """A dropped file's relative path, with nothing in it that leaves the folder or hides the file.

    Raises:
        InputError: nothing is left of the name.
    """
    parts = []
    for part in PurePosixPath(name.replace("\\", "/")).parts:
        kept = _FORBIDDEN.sub("", part).strip(" .")
        if not kept:
            continue
        kept = f"_{kept}" if _RESERVED.match(kept) else kept
        stem, dot, suffix = kept.rpartition(".")
        parts.append(f"{_short(stem)}{dot}{suffix[:16]}" if stem else _short(kept))
    if not parts:
        raise InputError(f"'{name}' is no name for a file.", "Rename the file and drop it again.")
    return PurePosixPath(*parts[-6:])


def _short(name: str) -> str:
    return name.encode("utf-8", "replace")[:NAME_LIMIT].decode("utf-8", "ignore").rstrip(" .")


async def receive(library: Path, name: str, chunks: AsyncIterator[bytes]) -> Path:
    """Store one dropped file; an existing file of that name is replaced only when it is complete.

    Raises:
        ReadError: it is larger than `UPLOAD_LIMIT`, or the disk is full.
    """
    target = library / FOLDER / safe_path(name)
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, held = tempfile.mkstemp(prefix=".", suffix=".part", dir=target.parent)
    size = 0
    try:
        with os.fdopen(handle, "wb") as file:
            async for chunk in chunks:
                size += len(chunk)
                if size > UPLOAD_LIMIT:
                    raise ReadError(
                        f"{target.name} is larger than {UPLOAD_LIMIT >> 20} MB.",
                        "Add it from the command line: rag add PATH",
                    )
                file.write(chunk)
        os.replace(held, target)
    except OSError as error:
        raise ReadError(f"{target.name} could not be kept: {error.strerror}.", "Free some space.") from error
    finally:
        Path(held).unlink(missing_ok=True)
    return target


def bring_in(
    names: Sequence[str], library: Path, add: Callable[[list[Path], Callable[[Progress], None]], Summary]
) -> Iterator[dict[str, Any]]:
    """Read received files into the library. Events for the page: `progress`, then `done` or `error`.

    Args:
        names: relative paths that `receive` stored.
        add: `rag.library.add` with everything but the paths and the progress filled in.
    """
    paths = [path for path in (library / FOLDER / safe_path(name) for name in names) if path.is_file()]
    events: SimpleQueue[dict[str, Any] | None] = SimpleQueue()

    def work() -> None:
        try:
            events.put(_done(add(paths, lambda progress: events.put(_progress(progress)))))
        except RagError as error:
            events.put({"kind": "error", "html": notice_view.error(error)})
        except Exception as error:
            events.put({"kind": "error", "html": notice_view.unexpected(error)})
        finally:
            events.put(None)

    worker = Thread(target=work, name="rag-add", daemon=True)
    worker.start()
    while (event := events.get()) is not None:
        yield event
    worker.join()


def _progress(progress: Progress) -> dict[str, Any]:
    unit = "passages" if progress.stage == "embedding" else "files"
    pace = f", {_number(progress.rate)} {unit} a second" if progress.rate and progress.done else ""
    left = f", about {_time(progress.seconds_left)} left" if progress.seconds_left else ""
    current = Path(str(progress.current)).name if progress.current else ""
    return {
        "kind": "progress",
        "stage": progress.stage,
        "done": progress.done,
        "total": progress.total,
        "words": f"{progress.stage.capitalize()} {progress.done:,} of {progress.total:,}{pace}{left}",
        "current": current,
    }


def _number(rate: float) -> str:
    return f"{rate:,.0f}" if rate >= 10 else f"{rate:.1f}"


def _time(seconds: float) -> str:
    if seconds < 60:
        return f"{max(1, round(seconds))} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes / 60:.1f} h"


def _done(summary: Summary) -> dict[str, Any]:
    return {"kind": "done", "html": told(summary), "problems": len(summary.skipped)}


def told(summary: Summary) -> str:
    """What reading files came to, as HTML."""
    skipped = [(Path(path).name, reason) for path, reason in summary.skipped]
    return library_view.summary(summary.added, summary.unchanged, summary.updated, skipped)
