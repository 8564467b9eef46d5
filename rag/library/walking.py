"""The files of a folder that are meant to be read: sorted, without what is hidden, ignored or elsewhere."""

from __future__ import annotations

import os
import re
import stat
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

IGNORE_FILE = ".ragignore"
_INDEX_FILE = re.compile(r"index-\d{6}\.sqlite")


@dataclass(frozen=True, slots=True)
class Entry:
    """One file as the file system tells it."""

    path: str
    size: int
    modified: float


@dataclass(slots=True)
class Walk:
    """One pass over a folder, and what it left out."""

    root: str
    left_out: Counter[str] = field(default_factory=Counter)
    problems: list[tuple[str, str]] = field(default_factory=list)
    """Folders and files that could not be looked at."""
    blind: list[str] = field(default_factory=list)
    """Folders whose content is not known: what was read from them earlier stays."""

    def files(self) -> Iterator[Entry]:
        """Every file to read, always in the same order. Never follows a symbolic link."""
        real_root = os.path.realpath(self.root)
        pending: list[tuple[str, tuple[_Rules, ...]]] = [(self.root, ())]
        while pending:
            folder, rules = pending.pop()
            try:
                with os.scandir(folder) as scanned:
                    entries = sorted(scanned, key=lambda entry: entry.name)
            except OSError as error:
                self._cannot(folder, error)
                continue
            names = {entry.name for entry in entries}
            if "CURRENT" in names and any(map(_INDEX_FILE.fullmatch, names)):
                self.left_out["library of rag"] += 1
                continue
            if IGNORE_FILE in names:
                rules = (*rules, *self._rules(folder))
            below: list[tuple[str, tuple[_Rules, ...]]] = []
            for entry in entries:
                try:
                    if self._leave_out(entry, rules, real_root):
                        continue
                    if entry.is_dir(follow_symlinks=False):
                        below.append((entry.path, rules))
                        continue
                    known = entry.stat(follow_symlinks=False)
                except OSError as error:
                    self._cannot(entry.path, error)
                    continue
                if stat.S_ISREG(known.st_mode):
                    yield Entry(entry.path, known.st_size, known.st_mtime)
                else:
                    self.left_out["neither file nor folder"] += 1
            pending.extend(reversed(below))

    def _leave_out(self, entry: os.DirEntry[str], rules: tuple[_Rules, ...], real_root: str) -> bool:
        if entry.name == IGNORE_FILE:
            return True
        if _hidden(entry):
            self.left_out["hidden"] += 1
            return True
        if entry.is_symlink():
            target = os.path.realpath(entry.path)
            if not os.path.exists(target):
                self.problems.append((entry.path, "symbolic link that leads nowhere"))
            elif PurePath(target).is_relative_to(real_root):
                self.left_out["symbolic link within the folder"] += 1
            else:
                self.left_out["symbolic link that leaves the folder"] += 1
            return True
        folder = entry.is_dir(follow_symlinks=False)
        for rule in reversed(rules):
            verdict = rule.verdict(entry.path, folder)
            if verdict is not None:
                self.left_out[f"ignored by {IGNORE_FILE}"] += verdict
                return verdict
        return False

    def _rules(self, folder: str) -> Iterator[_Rules]:
        from pathspec import GitIgnoreSpec

        path = os.path.join(folder, IGNORE_FILE)
        try:
            with open(path, encoding="utf-8", errors="replace") as file:
                yield _Rules(folder, GitIgnoreSpec.from_lines(file.read(2**20).splitlines()))
        except (OSError, ValueError) as error:
            self.problems.append((path, f"could not be understood ({error})"))

    def _cannot(self, path: str, error: OSError) -> None:
        self.blind.append(path)
        reason = error.strerror or str(error)
        if isinstance(error, PermissionError):
            reason = "may not be looked at (permission denied)"
        elif len(os.fsencode(path)) > 1000:
            reason = f"lies too deep ({reason.lower()})"
            path = f"{path[:80]}…{path[-40:]}"
        self.problems.append((path, reason))


@dataclass(frozen=True, slots=True)
class _Rules:
    folder: str
    spec: GitIgnoreSpec

    def verdict(self, path: str, is_folder: bool) -> bool | None:
        """True: ignored; False: explicitly kept; None: these rules say nothing."""
        relative = PurePath(os.path.relpath(path, self.folder)).as_posix() + ("/" if is_folder else "")
        return self.spec.check_file(relative).include


def _hidden(entry: os.DirEntry[str]) -> bool:
    if entry.name.startswith((".", "~$")):
        return True
    if os.name != "nt":
        return False
    flags = getattr(entry.stat(follow_symlinks=False), "st_file_attributes", 0)
    return bool(flags & getattr(stat, "FILE_ATTRIBUTE_HIDDEN", 0))
