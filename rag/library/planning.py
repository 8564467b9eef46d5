"""What has to be done to bring a library in step with files on disk: a comparison, nothing is changed."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from rag import __version__
from rag.library.fetching import is_url
from rag.library.report import Summary
from rag.library.walking import Entry, Walk
from rag.ports import FileState, Store


@dataclass(slots=True)
class Plan:
    """Files to look at more closely, and files that are gone."""

    candidates: list[Entry] = field(default_factory=list)
    """New, or of another size or time than remembered."""
    gone: list[FileState] = field(default_factory=list)
    known: dict[str, FileState] = field(default_factory=dict)
    solved: list[str] = field(default_factory=list)
    """Recorded problems of files that are no longer there."""


def compare(
    store: Store,
    folders: Sequence[str],
    files: Sequence[str],
    summary: Summary,
    *,
    insist: bool = False,
    looking: Callable[[int, str], None] = lambda done, path: None,
) -> Plan:
    """Compare folders and single files with what the store remembers.

    Args:
        folders: looked through; what was read from them earlier and is not found any more is gone.
        files: looked at one by one.
        summary: gets what is unchanged, left out or cannot be looked at.
        insist: look again at files that failed before and have not changed since.
        looking: told the count and path of each file seen.
    """
    plan = Plan(known={state.path: state for state in store.files() if not is_url(state.path)})
    excluded = store.entries("excluded")
    problems = store.entries("problem")
    named = store.entries("file")
    seen: set[str] = set()
    blind: list[str] = []

    def consider(entry: Entry) -> None:
        if entry.path in seen:
            return
        seen.add(entry.path)
        looking(len(seen), entry.path)
        state = plan.known.get(entry.path)
        if state and (state.size, state.modified) == (entry.size, entry.modified):
            summary.unchanged += 1
        elif not insist and (reason := _problem(problems.get(entry.path), entry)):
            summary.skipped.append((entry.path, reason))
        else:
            plan.candidates.append(entry)

    for path in files:
        if (single := entry_of(path)) is not None:
            consider(single)
    for folder in folders:
        walk = Walk(folder)
        for entry in walk.files():
            if entry.path in excluded:
                summary.left_out["taken out earlier by `rag remove`"] += 1
            else:
                consider(entry)
        summary.left_out.update(walk.left_out)
        summary.skipped.extend(walk.problems)
        blind.extend(walk.blind)
    for path in named:  # added by name, so it counts even where its folder's rules leave it out
        if within(path, folders) and (single := entry_of(path)) is not None:
            consider(single)

    missing = [state for path, state in plan.known.items() if path not in seen]
    asked = set(files)
    plan.gone = [
        state
        for state in missing
        if (state.path in asked or within(state.path, folders)) and not within(state.path, blind)
    ]
    plan.solved = [path for path in problems if path not in seen and within(path, folders)]
    return plan


def entry_of(path: str) -> Entry | None:
    """A single file as the file system tells it, or None when it is no file or not there."""
    try:
        known = os.stat(path)
    except (OSError, ValueError):
        return None
    if not stat.S_ISREG(known.st_mode):
        return None
    return Entry(path, known.st_size, known.st_mtime)


def within(path: str, folders: Iterable[str]) -> bool:
    """Whether a path is one of the folders or lies in one."""
    return any(
        path == folder or path.startswith(folder if folder.endswith(os.sep) else folder + os.sep)
        for folder in folders
    )


def problem(entry: Entry, reason: str) -> str:
    """A failure as it is remembered: it counts until the file or this program changes."""
    return json.dumps([entry.size, entry.modified, __version__, reason])


def _problem(recorded: str | None, entry: Entry) -> str:
    if recorded is None:
        return ""
    size, modified, version, reason = json.loads(recorded)
    same = (size, modified, version) == (entry.size, entry.modified, __version__)
    return str(reason) if same else ""
