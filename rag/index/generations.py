"""Which index file of a library folder is in use.

A library holds `index-000001.sqlite`, a line in `CURRENT` that names it, and `writer.lock`. Rebuilding
writes the next file beside it and then switches `CURRENT` by an atomic rename; the earlier one stays, so
that the switch can be undone.
"""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from rag.errors import LibraryBusy, LibraryError

if TYPE_CHECKING:
    from filelock import BaseFileLock

POINTER = "CURRENT"
LOCK = "writer.lock"
_WAIT_SECONDS = 0.5
_guard = threading.Lock()
_held: dict[Path, tuple[BaseFileLock, int]] = {}
_NAME = re.compile(r"index-(\d{6})\.sqlite")


def current(folder: Path) -> Path | None:
    """The index file in use, or None when the folder has no pointer.

    Raises:
        LibraryError: the pointer names something else than an index file of this folder.
    """
    try:
        name = (folder / POINTER).read_text("ascii").strip()
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise broken(folder, str(error)) from error
    if not _NAME.fullmatch(name):
        raise broken(folder, "it names no index file")
    if not (folder / name).is_file():
        raise broken(folder, f"{name} is missing")
    return folder / name


def numbered(folder: Path) -> list[Path]:
    """Every index file of a folder, oldest first."""
    return sorted(file for file in folder.glob("index-*.sqlite") if _NAME.fullmatch(file.name))


def following(folder: Path) -> Path:
    """The name that the next index file gets."""
    files = numbered(folder)
    number = int(files[-1].stem.split("-")[1]) + 1 if files else 1
    return folder / f"index-{number:06}.sqlite"


def switch(folder: Path, file: Path) -> None:
    """Make `file` the one in use, atomically and on disk when this returns."""
    write_atomically(folder / POINTER, f"{file.name}\n".encode("ascii"))


def delete(file: Path) -> None:
    """Remove an index file and what is derived from it; Windows keeps what a reader still has open."""
    for path in file.parent.glob(f"{file.stem}.*"):
        with suppress(OSError):
            path.unlink(missing_ok=True)


def write_atomically(path: Path, data: bytes) -> None:
    """Temporary file, fsync, rename, fsync of the folder: the old bytes or the new ones, never a mixture."""
    temporary = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        with temporary.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":  # Windows cannot open a folder, and its rename is journalled
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def only_writer(folder: Path) -> Iterator[None]:
    """Hold the right to change this library. Threads of one process share it; SQLite orders their changes.

    Raises:
        LibraryBusy: another process is writing.
    """
    _acquire(folder)
    try:
        yield
    finally:
        with _guard:
            lock, holders = _held.pop(folder)
            if holders > 1:
                _held[folder] = (lock, holders - 1)
            else:
                lock.release()


def _acquire(folder: Path) -> None:
    from filelock import FileLock, Timeout

    with _guard:
        lock, holders = _held.get(folder, (None, 0))
        if lock is None:
            lock = FileLock(folder / LOCK, thread_local=False)
            try:
                lock.acquire(timeout=_WAIT_SECONDS)
            except Timeout as error:
                raise LibraryBusy(
                    f"Another process is changing the library in {folder}.",
                    "Wait until it is done, then run this again.",
                ) from error
            except OSError as error:
                raise LibraryError(
                    f"{folder / LOCK} cannot be locked ({error.strerror}).",
                    "Check the permissions of the folder.",
                ) from error
        _held[folder] = (lock, holders + 1)


def broken(folder: Path, detail: str) -> LibraryError:
    files = ", ".join(file.name for file in numbered(folder)) or "none is there"
    return LibraryError(
        f"{folder / POINTER} does not lead to an index ({detail}).",
        f"Write the name of an index file of that folder into it ({files}), or add your folders again.",
    )
