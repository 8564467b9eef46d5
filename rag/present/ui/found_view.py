"""How an answer was found, step by step: whatever a step tells of itself, as tables and lists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from rag.present.render.words import clean, one_line, seconds

LONG = 400
"""Characters from which a text is set as a block of its own."""


def found(values: Mapping[str, Any]) -> str:
    """The steps of an answer (`citations.record`) inside a closed disclosure."""
    if not values["steps"]:
        return ""
    parts = "".join(_step(step) for step in values["steps"])
    return f'<details class="found"><summary>How this was found</summary>{parts}</details>'


def _step(step: Mapping[str, Any]) -> str:
    detail = {name: value for name, value in step.items() if name not in ("name", "seconds")}
    head = f"<h3>{escape(_title(step['name']))} <span>{escape(seconds(step['seconds']))}</span></h3>"
    return f"<section>{head}{_mapping(detail) if detail else ''}</section>"


def _value(value: Any) -> str:
    if isinstance(value, Mapping):
        return _mapping(value)
    if isinstance(value, Sequence) and not isinstance(value, str):
        return _list(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return escape(f"{value:.3f}".rstrip("0").rstrip("."))
    if value is None or value == "":
        return '<span class="none">none</span>'
    text = str(value)
    if len(text) > LONG or "\n" in text:
        return f"<pre tabindex=0>{escape(clean(text))}</pre>"
    return escape(one_line(text))


def _mapping(values: Mapping[str, Any]) -> str:
    rows = "".join(
        f"<dt>{escape(_title(name))}</dt><dd>{_value(value)}</dd>" for name, value in values.items()
    )
    return f"<dl>{rows}</dl>"


def _list(values: Sequence[Any]) -> str:
    if not values:
        return '<span class="none">none</span>'
    if all(isinstance(value, Mapping) for value in values):
        return _table(values)
    if all(isinstance(value, str | int | float) and len(str(value)) < 40 for value in values):
        return ", ".join(_value(value) for value in values)
    return f"<ul>{''.join(f'<li>{_value(value)}</li>' for value in values)}</ul>"


def _table(rows: Sequence[Mapping[str, Any]]) -> str:
    columns = list(dict.fromkeys(name for row in rows for name in row))
    head = "".join(f'<th scope="col">{escape(_title(name))}</th>' for name in columns)
    body = "".join(
        f"<tr>{''.join(f'<td>{_value(row.get(name))}</td>' for name in columns)}</tr>" for row in rows
    )
    return (
        '<div class="table" tabindex="0" role="group" aria-label="Table">'
        f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _title(name: str) -> str:
    words = one_line(str(name)).replace("_", " ")
    return words[:1].upper() + words[1:]
