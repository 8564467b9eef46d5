"""Two answers to one question, earlier and now, with what differs marked."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from rag.journal import Entry
from rag.present.render.words import day, one_line, percent


def comparison(earlier: Entry, now: Mapping[str, Any]) -> str:
    """What the new answer says that the earlier one did not, and the reverse."""
    before, after = _said(earlier.record), _said(now)
    gone = [text for text in before if text not in after]
    new = [text for text in after if text not in before]
    when = f"the answer of {day(earlier.added)}"
    if not gone and not new:
        return f'<div class="comparison same"><p>Nothing has changed since {escape(when)}.</p></div>'
    parts = [f"<p>Compared with {escape(when)}:</p><ul>"]
    parts += [f"<li><ins>{escape(text)}</ins></li>" for text in new]
    parts += [f"<li><del>{escape(text)}</del></li>" for text in gone]
    parts += [f"<li>{escape(text)}</li>" for text in after if text in before]
    then, this = percent(earlier.record["confidence"]), percent(now["confidence"])
    parts.append("</ul>")
    if then != this:
        parts.append(f'<p class="facts">Confidence {escape(then)} then, {escape(this)} now.</p>')
    return f'<div class="comparison">{"".join(parts)}</div>'


def _said(record: Mapping[str, Any]) -> list[str]:
    if record["status"] != "answered":
        return [one_line(f"The documents do not say. {record['reason']}")]
    return [one_line(claim["text"]) for claim in record["claims"]]
