"""How an answer was found, step by step: whatever a step tells of itself, as tables and lists.

Where a step names a passage or a stretch of a document, it is a button that opens it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any

from rag.present.render.words import clean, one_line, seconds

LONG = 400
"""Characters from which a text is set as a block of its own."""

WORDS = {
    "dense": "By meaning",
    "words": "By words",
    "names": "By spelling of names",
    "found_by": "Found by",
    "hits": "Passages read, best first",
    "dropped": "Left out",
    "draft": "What the model wrote",
    "prompt": "What the model saw, word for word",
    "objections": "What the check objected to",
    "features": "What the decision rests on",
    "ranks": "Rank",
    "query": "Question searched",
    "spellings": "Other spellings searched",
}
"""The names that steps use, in words of the page. Any other name is shown as it is."""

_PASSAGE = re.compile(r"([0-9a-f]{16}):(\d+)-(\d+)")


def documents_in(steps: Any) -> set[str]:
    """Ids of the documents that steps speak of."""
    if isinstance(steps, Mapping):
        inner: set[str] = set().union(*map(documents_in, steps.values()))
        return inner | ({str(steps["document"])} if "document" in steps else set())
    if isinstance(steps, str):
        found = _PASSAGE.fullmatch(steps)
        return {found[1]} if found else set()
    return set().union(*map(documents_in, steps)) if isinstance(steps, Sequence) else set()


def found(values: Mapping[str, Any]) -> str:
    """The steps of an answer (`citations.record`) inside a closed disclosure."""
    if not values["steps"]:
        return ""
    sheet = _Sheet(dict(values.get("titles", {})))
    for quote in (*values["citations"], *values.get("nearest", [])):
        sheet.titles[quote["document"]] = quote["title"]
    sheet.learn_titles(values["steps"])
    parts = "".join(sheet.step(step) for step in values["steps"])
    return f'<details class="found"><summary>How this was found</summary>{parts}</details>'


@dataclass
class _Sheet:
    """Renders JSON values, knowing the titles of the documents that they speak of."""

    titles: dict[str, str] = field(default_factory=dict)

    def learn_titles(self, value: Any) -> None:
        if isinstance(value, Mapping):
            known = _PASSAGE.fullmatch(str(value.get("passage", "")))
            if known and isinstance(value.get("title"), str):
                self.titles[known[1]] = value["title"]
            for inner in value.values():
                self.learn_titles(inner)
        elif isinstance(value, list | tuple):
            for inner in value:
                self.learn_titles(inner)

    def step(self, step: Mapping[str, Any]) -> str:
        detail = {name: value for name, value in step.items() if name not in ("name", "seconds")}
        head = f"<h3>{escape(_title(step['name']))} <span>{escape(seconds(step['seconds']))}</span></h3>"
        return f"<section>{head}{self.mapping(detail) if detail else ''}</section>"

    def value(self, value: Any) -> str:
        if isinstance(value, Mapping):
            return self.mapping(value)
        if isinstance(value, Sequence) and not isinstance(value, str):
            return self.sequence(value)
        if isinstance(value, bool):
            return "yes" if value else "no"
        if isinstance(value, float):
            return escape(f"{value:.3f}".rstrip("0").rstrip("."))
        if value is None or value == "":
            return '<span class="none">none</span>'
        text = str(value)
        passage = _PASSAGE.fullmatch(text)
        if passage:
            return self.opener(passage[1], int(passage[2]), int(passage[3]))
        if len(text) > LONG or "\n" in text:
            return f'<pre tabindex="0">{escape(clean(text))}</pre>'
        return escape(one_line(text))

    def mapping(self, values: Mapping[str, Any]) -> str:
        if not values:
            return '<span class="none">none</span>'
        rows = "".join(
            f"<dt>{escape(_title(name))}</dt><dd>{self.value(value)}</dd>" for name, value in values.items()
        )
        return f"<dl>{rows}</dl>"

    def sequence(self, values: Sequence[Any]) -> str:
        if not values:
            return '<span class="none">none</span>'
        if all(isinstance(value, Mapping) for value in values):
            return self.table(values)
        if all(isinstance(value, str | int | float) and len(str(value)) < 40 for value in values):
            return ", ".join(self.value(value) for value in values)
        return f"<ul>{''.join(f'<li>{self.value(value)}</li>' for value in values)}</ul>"

    def table(self, rows: Sequence[Mapping[str, Any]]) -> str:
        shown = [self.located(row) for row in rows]
        columns = list(dict.fromkeys(name for row in shown for name in row))
        head = "".join(f'<th scope="col">{escape(_title(name))}</th>' for name in columns)
        body = "".join(f"<tr>{''.join(self.cell(row.get(name)) for name in columns)}</tr>" for row in shown)
        return (
            '<div class="table" tabindex="0" role="group" aria-label="Table">'
            f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
        )

    def located(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """A row whose document, start and end are one thing to open, and whose title is not said twice."""
        if {"document", "start", "end"} <= set(row):
            passage = f"{row['document']}:{row['start']}-{row['end']}"
            rest = {name: value for name, value in row.items() if name not in ("document", "start", "end")}
            return {"passage": passage, **rest}
        if _PASSAGE.fullmatch(str(row.get("passage", ""))):
            return {name: value for name, value in row.items() if name != "title"}
        return dict(row)

    def cell(self, value: Any) -> str:
        if isinstance(value, Mapping):
            small = ", ".join(f"{_title(name).lower()} {self.value(inner)}" for name, inner in value.items())
            return f"<td>{small}</td>"
        kind = ' class="figure"' if isinstance(value, int | float) else ""
        return f"<td{kind}>{self.value(value)}</td>"

    def opener(self, document: str, start: int, end: int) -> str:
        title = one_line(self.titles.get(document, document[:6]))
        short = title if len(title) <= 44 else f"{title[:42]}…"
        return (
            f'<button type="button" class="open" data-open="{document}" data-start="{start}" data-end="{end}"'
            f' aria-label="Open {escape(title)} at character {start}">'
            f'{escape(short)} <span class="tied">{start:,}–{end:,}</span></button>'
        )


def _title(name: str) -> str:
    if name in WORDS:
        return WORDS[name]
    words = one_line(str(name)).replace("_", " ")
    return words[:1].upper() + words[1:]
