"""Archives (.zip, .tar and its compressed kinds) of files that can be read, within limits."""

from __future__ import annotations

import io
import tarfile
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import PurePosixPath

from rag.errors import ReadError
from rag.ingest.archive import MOST_MEMBERS, MOST_RATIO, MOST_UNPACKED, member, open_zip
from rag.ingest.draft import Draft

_ARCHIVES = (".zip", ".tar", ".tgz", ".gz", ".bz2", ".xz", ".tbz2", ".txz")


def read_zip(data: bytes, name: str) -> Sequence[Draft]:
    with open_zip(data, name) as archive:
        return _drafts(_zip_members(archive, name), name)


def read_tar(data: bytes, name: str) -> Sequence[Draft]:
    try:
        with tarfile.open(fileobj=io.BytesIO(data), mode="r:*") as archive:
            return _drafts(_tar_members(archive, name, len(data)), name)
    except (tarfile.TarError, EOFError, OSError, ValueError) as error:
        raise ReadError(f"{name} is broken or not a tar archive.") from error


def _zip_members(archive: zipfile.ZipFile, name: str) -> Iterator[tuple[str, bytes]]:
    for info in archive.infolist():
        if not info.is_dir():
            yield info.filename, member(archive, info.filename, name) or b""


def _tar_members(archive: tarfile.TarFile, name: str, packed: int) -> Iterator[tuple[str, bytes]]:
    """Plain files only, no links or devices. Read in order, so that a bomb is met before it grows."""
    total = 0
    for count, info in enumerate(archive):
        total += info.size
        if count > MOST_MEMBERS or total > MOST_UNPACKED or (total > 2**20 and total > MOST_RATIO * packed):
            raise ReadError(f"{name} unpacks to more than its limits allow: taken for a bomb.")
        if info.isfile() and (file := archive.extractfile(info)) is not None:
            yield info.name, file.read()


def _drafts(members: Iterator[tuple[str, bytes]], name: str) -> list[Draft]:
    from rag.ingest.reading import FORMATS, read_bytes

    drafts: list[Draft] = []
    skipped: dict[str, int] = {}
    for path, data in members:
        parts = PurePosixPath(path.replace("\\", "/")).parts
        suffix = PurePosixPath(path).suffix.lower()
        if not parts or ".." in parts or path.startswith(("/", "\\")) or ":" in parts[0]:
            reason = "with a path that leads outside"
        elif any(part.startswith(".") for part in parts) or parts[0] == "__MACOSX":
            reason = "hidden"
        elif suffix in _ARCHIVES:
            reason = "archives inside the archive"
        elif suffix not in FORMATS or not data:
            reason = "of other kinds or empty"
        else:
            try:
                found = read_bytes(data, parts[-1])
            except ReadError:
                reason = "that cannot be read"
            else:
                label = "/".join(parts)
                drafts += [
                    replace(draft, part=f"{label}#{draft.part}" if draft.part else label) for draft in found
                ]
                continue
        skipped[reason] = skipped.get(reason, 0) + 1
    notes = tuple(f"{count} files {reason} were left out" for reason, count in sorted(skipped.items()))
    if not drafts:
        raise ReadError(f"{name} holds no file that can be read{f' ({notes[0]})' if notes else ''}.")
    return [replace(drafts[0], notes=(*drafts[0].notes, *notes)), *drafts[1:]]
