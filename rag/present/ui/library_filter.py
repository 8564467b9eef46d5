"""Which documents of the library a person wants to see: a pure choice over its listings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from rag.index.scopes import sortable_date
from rag.ports import Listing
from rag.sentences import fold

State = Literal["", "ready", "words", "noted"]

FOLDERS = 200
"""Folders that are offered at most."""


@dataclass(frozen=True, slots=True)
class Filter:
    """Every field that is not empty narrows the list."""

    search: str = ""
    """Words that title, author, publisher or path hold."""
    state: str = ""
    """ready: found by meaning too. words: by words only, so far. noted: read with a remark."""
    kind: str = ""
    """A `Source.format`."""
    language: str = ""
    folder: str = ""
    after: str = ""
    before: str = ""
    """ISO dates, inclusive; a document that gives only its year or month passes when that reaches them."""

    @property
    def is_everything(self) -> bool:
        return self == Filter()


@dataclass(frozen=True, slots=True)
class Facets:
    """What there is to choose from, with how many documents each has."""

    kinds: tuple[tuple[str, int], ...]
    languages: tuple[tuple[str, int], ...]
    folders: tuple[tuple[str, int], ...]


def chosen(listings: Iterable[Listing], by: Filter) -> list[Listing]:
    words = fold(by.search).split()
    return [item for item in listings if _passes(item, by) and _holds(item, words)]


def facets(listings: Sequence[Listing]) -> Facets:
    return Facets(
        _counted(item.source.format for item in listings),
        _counted(item.source.language for item in listings if item.source.language),
        folders([item.source.path for item in listings]),
    )


def state(item: Listing) -> str:
    return "ready" if item.embedded >= item.passages else "words"


def folder_of(path: str) -> str:
    """The folder that a document lies in; of an address on the network, the address without its last part."""
    cut = max(path.rfind("/"), path.rfind("\\"))
    return path[:cut] if cut > 0 else ""


def folders(paths: Iterable[str]) -> tuple[tuple[str, int], ...]:
    """(folder, documents in and below it) of each folder that holds some and does not hold all, by path."""
    inside: Counter[str] = Counter()
    holding: set[str] = set()
    total = 0
    for path in paths:
        total += 1
        folder = folder_of(path)
        holding.add(folder)
        while folder:
            inside[folder] += 1
            folder = folder_of(folder)
    branches = Counter(folder_of(folder) for folder in inside)
    worth = [
        (folder, count)
        for folder, count in inside.items()
        if count < total and (folder in holding or branches[folder] > 1)
    ]
    return tuple(sorted(worth)[:FOLDERS])


def _passes(item: Listing, by: Filter) -> bool:
    source = item.source
    if (by.kind and source.format != by.kind) or (by.language and source.language != by.language):
        return False
    if (by.state == "noted" and not item.notes) or (
        by.state in ("ready", "words") and state(item) != by.state
    ):
        return False
    if by.folder and not source.path.startswith((by.folder + "/", by.folder + "\\")):
        return False
    return within(source.date, by.after, by.before)


def within(date: str, after: str, before: str) -> bool:
    """As a question's scope decides it."""
    if not (after or before):
        return True
    known = sortable_date(date)
    latest = known + "9999-12-31"[len(known) :]
    return bool(known) and (not after or latest >= after) and (not before or known <= before)


def _holds(item: Listing, words: Sequence[str]) -> bool:
    source = item.source
    said = fold(" ".join((source.title, source.author, source.publisher, source.path)))
    return all(word in said for word in words)


def _counted(values: Iterable[str]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(Counter(values).items(), key=lambda one: (-one[1], one[0])))
