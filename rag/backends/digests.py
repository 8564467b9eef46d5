"""sha256 of large files, read once per (size, mtime)."""

from __future__ import annotations

import hashlib
import json
import os
from contextlib import suppress
from pathlib import Path
from typing import Any


def sha256(path: Path) -> str:
    """Hex digest of a file's bytes. Remembered in the user's cache folder until its size or mtime changes.

    Raises:
        OSError: the file cannot be read.
    """
    path = path.resolve()
    before = path.stat()
    stamp = [before.st_size, before.st_mtime_ns]
    known = _read()
    entry = known.get(str(path))
    if isinstance(entry, list) and entry[:2] == stamp and len(entry) == 3:
        return str(entry[2])
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    _write({**known, str(path): [*stamp, digest]})
    return digest


def _file() -> Path:
    from platformdirs import user_cache_path

    return user_cache_path("rag", appauthor=False) / "digests.json"


def _read() -> dict[str, Any]:
    try:
        known = json.loads(_file().read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return known if isinstance(known, dict) else {}


def _write(known: dict[str, Any]) -> None:
    """Replace the cache in one step; without a writable cache folder files are simply read again."""
    target = _file()
    temporary = target.with_name(f"{target.name}.{os.getpid()}")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_text(json.dumps(known, indent=1), "utf-8")
        temporary.replace(target)
    except OSError:
        with suppress(OSError):
            temporary.unlink()
