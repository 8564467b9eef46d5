"""Markdown: stored as it is; its front matter says what it is and is furniture."""

from __future__ import annotations

import datetime
import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rag.ingest.decode import decode
from rag.ingest.draft import Draft
from rag.types import Span

_FRONT_MATTER = re.compile(
    r"\A\s*---[ \t]*\r?\n(.*?)^(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.DOTALL | re.MULTILINE
)
_TITLE = re.compile(r"^#[ \t]+(.+?)[ \t#]*$", re.MULTILINE)
_LONGEST_FRONT_MATTER = 20_000
_LONGEST_HEADING = 300
_FENCE = re.compile(r"^(```|~~~).*?^\1", re.DOTALL | re.MULTILINE)


def read_markdown(data: bytes, name: str) -> Sequence[Draft]:
    text, notes = decode(data, name)
    furniture: list[Span] = []
    fields: Mapping[str, Any] = {}
    front = _FRONT_MATTER.match(text[:_LONGEST_FRONT_MATTER])
    if front:
        fields = _fields(front.group(1))
        if fields:
            furniture.append(Span(0, front.end()))
    body = furniture[0].end if furniture else 0
    furniture.extend(_comments(text, body))
    heading = _TITLE.search(text, body, body + 5000)
    return [
        Draft(
            text,
            title=_plain(fields.get("title")) or (plain_heading(heading.group(1)) if heading else ""),
            author=_plain(fields.get("author") or fields.get("authors") or fields.get("creator")),
            publisher=_plain(fields.get("publisher") or fields.get("site") or fields.get("website")),
            date=_plain(fields.get("date") or fields.get("published")),
            language=_plain(fields.get("lang") or fields.get("language"))[:2].lower(),
            format="markdown",
            furniture=tuple(furniture),
            notes=notes,
        )
    ]


def _comments(text: str, start: int) -> Iterator[Span]:
    """Comments outside blocks of code."""
    fences = [match.span() for match in _FENCE.finditer(text, start)]
    starts = [fence[0] for fence in fences]
    while (start := text.find("<!--", start)) >= 0 and (end := text.find("-->", start)) >= 0:
        at = bisect_right(starts, start) - 1
        if at < 0 or start >= fences[at][1]:
            yield Span(start, end + 3)
        start = end + 3


def plain_heading(text: str) -> str:
    """A heading without its marks of emphasis, links and code."""
    text = re.sub(r"!?\[([^\]\[]*)\]\([^()]*\)", r"\1", text[:_LONGEST_HEADING])
    return re.sub(r"(\*\*|__|\*|`|~~)", "", text).strip()


def _fields(text: str) -> Mapping[str, Any]:
    """Front matter as YAML without aliases, which could be a bomb; nothing when it is not a mapping."""
    import yaml

    if re.search(r"[:\s\[,-][&*]\w", text):
        return {}
    try:
        fields = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError):
        return {}
    if not isinstance(fields, dict):
        return {}
    return {str(key).lower(): value for key, value in fields.items()}


def _plain(value: object) -> str:
    if value is None or value is False:
        return ""
    if isinstance(value, datetime.datetime):
        return value.date().isoformat()
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, list):
        return ", ".join(filter(None, (_plain(item) for item in value)))
    if isinstance(value, dict):
        return _plain(value.get("name"))
    return " ".join(str(value).split())
