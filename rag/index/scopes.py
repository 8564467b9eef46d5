"""A Scope as a condition on documents. Values are bound parameters, never part of the statement."""

from __future__ import annotations

import re

from rag.index.rows import pack
from rag.types import Scope

_ISO = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")
_MAX_PARAMETERS = 900
"""SQLite's smallest limit on bound parameters is 999."""


def sortable_date(date: str) -> str:
    """The part of a date that can be compared: "2023", "2023-12" or "2023-12-05", else ""."""
    found = _ISO.match(date.strip())
    return found.group() if found else ""


def condition(scope: Scope) -> tuple[str, list[object]]:
    """(SQL over `documents AS d`, parameters); ("1", []) when the scope is everything.

    A date that gives only the year or month passes a bound that its year or month reaches.
    """
    parts: list[str] = []
    values: list[object] = []
    if scope.documents:
        ids = list(dict.fromkeys(scope.documents))
        groups = [ids[at : at + _MAX_PARAMETERS] for at in range(0, len(ids), _MAX_PARAMETERS)]
        parts.append("(" + " OR ".join(f"d.id IN ({','.join('?' * len(group))})" for group in groups) + ")")
        values += ids
    if scope.folder:
        folder = scope.folder.rstrip("/\\")
        parts.append("((d.path >= ? AND d.path < ?) OR (d.path >= ? AND d.path < ?))")
        for separator in "/\\":
            values += [pack(folder + separator), pack(folder + chr(ord(separator) + 1))]
    if scope.after:
        parts.append("d.date != '' AND d.date || substr('9999-12-31', length(d.date) + 1) >= ?")
        values.append(scope.after)
    if scope.before:
        parts.append("d.date != '' AND d.date <= ?")
        values.append(scope.before)
    return (" AND ".join(parts) or "1"), values
