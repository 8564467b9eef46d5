"""JSON and JSON Lines: a record a paragraph, each value with the path of names that leads to it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from rag.errors import ReadError
from rag.ingest.builder import Builder
from rag.ingest.decode import decode
from rag.ingest.draft import Draft

MOST_VALUES = 500_000
_DEEPEST = 40


def read_json(data: bytes, name: str) -> Sequence[Draft]:
    text, notes = decode(data, name)
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        records = _lines(text)
        if not records:
            raise ReadError(f"{name} is not valid JSON ({type(error).__name__}).") from error
        return [_draft(records, name, notes, "line")]
    records = list(enumerate(value, 1)) if isinstance(value, list) else [(1, value)]
    return [_draft(records, name, notes, "record" if isinstance(value, list) else "")]


def read_jsonl(data: bytes, name: str) -> Sequence[Draft]:
    text, notes = decode(data, name)
    records = _lines(text)
    if not records:
        raise ReadError(f"{name} is not valid JSON Lines.")
    return [_draft(records, name, notes, "line")]


def _lines(text: str) -> list[tuple[int, Any]]:
    records = []
    broken = 0
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip():
            try:
                records.append((number, json.loads(line)))
            except (ValueError, RecursionError):
                broken += 1
    return records if len(records) > broken else []


def _draft(records: list[tuple[int, Any]], name: str, notes: tuple[str, ...], unit: str) -> Draft:
    builder = Builder()
    left = MOST_VALUES
    title = ""
    for number, record in records:
        if unit:
            builder.place(f"{unit} {number}")
        for at, (path, value) in enumerate(_values(record, "", 0)):
            left -= 1
            if left < 0:
                raise ReadError(f"{name} holds more than {MOST_VALUES} values.")
            builder.block(f"{path}: {value}" if path else value, close=at > 0)
            title = value if not title and not unit and path.lower() in ("title", "name") else title
    return Draft(builder.text, title=title[:200], format="json", places=builder.places, notes=notes)


def _values(value: Any, path: str, depth: int) -> Iterator[tuple[str, str]]:
    if depth > _DEEPEST:
        yield path, "…"
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _values(inner, f"{path} {key}".strip(), depth + 1)
    elif isinstance(value, list):
        if (
            all(isinstance(item, str | int | float) for item in value)
            and sum(len(str(i)) for i in value) < 400
        ):
            yield path, ", ".join(_shown(item) for item in value)
        else:
            for item in value:
                yield from _values(item, path, depth + 1)
    elif value is not None and value != "":
        yield path, _shown(value)


def _shown(value: str | int | float | bool) -> str:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)
