"""What an index was built with, and whether that fits what it is opened with."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from rag.errors import LibraryError, LibraryStale
from rag.index.connections import damaged
from rag.index.schema import FORMAT, TABLES

_KEYS = {"format", "generation", "embedder", "embedder_digest", "dimension", "splitter"}
_REBUILD = "Run `rag rebuild` to build a new index beside this one, or set it back in the settings."


@dataclass(frozen=True, slots=True)
class Making:
    """What vectors and passages are made with. Empty names mean "whatever the index has"."""

    embedder_name: str = ""
    embedder_digest: str = ""
    dimension: int = 0
    splitter: str = ""

    def values(self) -> dict[str, str]:
        return {
            "embedder": self.embedder_name,
            "embedder_digest": self.embedder_digest,
            "dimension": str(self.dimension),
            "splitter": self.splitter,
        }


def create(connection: sqlite3.Connection, making: Making) -> None:
    """Make the tables. A file that has them already is left as it is (another process was faster)."""
    if read(connection):
        return
    for statement in TABLES.split(";\n"):
        if statement.strip():
            connection.execute(statement)
    write(connection, {"format": str(FORMAT), "generation": "0"} | making.values())


def read(connection: sqlite3.Connection) -> dict[str, str]:
    """The manifest, or nothing when the file has no tables yet."""
    if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'manifest'").fetchone():
        return {}
    return dict(connection.execute("SELECT key, value FROM manifest"))


def write(connection: sqlite3.Connection, values: Mapping[str, str]) -> None:
    connection.executemany("INSERT OR REPLACE INTO manifest (key, value) VALUES (?, ?)", values.items())


def bump(connection: sqlite3.Connection) -> None:
    """Count up the generation: derived files carry the one they were made from."""
    connection.execute(
        "UPDATE manifest SET value = CAST(CAST(value AS INTEGER) + 1 AS TEXT) WHERE key = 'generation'"
    )


def generation(connection: sqlite3.Connection) -> int:
    return int(connection.execute("SELECT value FROM manifest WHERE key = 'generation'").fetchone()[0])


def check_format(file: Path, known: Mapping[str, str]) -> None:
    """Raises LibraryError for a file that is no index, LibraryStale for another version's."""
    if not known:
        raise damaged(file, "it has no manifest")
    if not (known.keys() >= _KEYS and known["dimension"].isdigit() and known["generation"].isdigit()):
        raise damaged(file, "its manifest is not complete")
    version = known.get("format", "")
    if version != str(FORMAT):
        newer = version.isdigit() and int(version) > FORMAT
        raise LibraryStale(
            f"{file} has format {version or 'unknown'}; this version of rag reads format {FORMAT}.",
            "Update rag." if newer else "Run `rag rebuild`.",
        )


def differences(known: Mapping[str, str], making: Making, *, empty: bool) -> dict[str, str]:
    """What `making` would set in an index that has nothing of the kind yet.

    Raises:
        LibraryStale: the index holds vectors of another embedder, or passages of another splitter.
    """
    changed: dict[str, str] = {}
    if making.embedder_digest and known["embedder_digest"] != making.embedder_digest:
        if known["embedder_digest"] and not empty:
            raise LibraryStale(
                f"The library was embedded by {known['embedder']} ({known['embedder_digest'][:8]}), and "
                f"{making.embedder_name} ({making.embedder_digest[:8]}) is asked for.",
                _REBUILD,
            )
        changed |= {key: making.values()[key] for key in ("embedder", "embedder_digest", "dimension")}
    if making.splitter and known["splitter"] != making.splitter:
        if known["splitter"] and not empty:
            raise LibraryStale(
                f"The passages of the library were cut by '{known['splitter']}', and '{making.splitter}' "
                "is asked for.",
                _REBUILD,
            )
        changed["splitter"] = making.splitter
    return changed


def check_size(file: Path) -> None:
    """Raises LibraryError when an index file is shorter than its own header says."""
    log = file.with_name(file.name + "-wal")
    if log.exists() and log.stat().st_size > 0:
        return  # pages may still be in the write-ahead log
    with file.open("rb") as opened:
        header = opened.read(100)
    size = file.stat().st_size
    if size == 0:
        return
    if len(header) < 100 or not header.startswith(b"SQLite format 3\0"):
        raise damaged(file, "it is not an SQLite file")
    page = int.from_bytes(header[16:18], "big")
    page = 65536 if page == 1 else page
    if size < page * int.from_bytes(header[28:32], "big"):
        raise LibraryError(
            f"The index file {file} is cut short ({size} bytes).",
            f"Restore it from a copy, or move {file.parent} away and run `rag add` on your folders again.",
        )
