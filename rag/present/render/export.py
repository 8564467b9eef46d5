"""A stored answer, or a whole conversation, as a text to keep: Markdown with footnotes, HTML, JSON. Pure.

Everything that comes from documents or models is escaped: it is shown, never obeyed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from rag.present.render.words import one_line, origin

Record = Mapping[str, Any]
"""What `rag.citations.record` makes of an answer."""

_MARKDOWN_SIGNS = re.compile(r"([\\`*_\[\]<>#|~!$&])")
_LIST_START = re.compile(r"^(\s*)([-+]|\d+[.)])(\s)")
_STYLE = """
body{max-width:42rem;margin:3rem auto;padding:0 1rem;font:1.0625rem/1.6 Charter,Georgia,serif;color:#1d1c1a}
h1,h2{line-height:1.25}h2{margin-top:2.5rem}sup a{text-decoration:none}
footer,.origin{color:#5c5850;font:.875rem/1.5 system-ui,sans-serif}
ol{padding-left:1.5rem}li{margin:.75rem 0}blockquote{margin:0}
@media(prefers-color-scheme:dark){body{background:#17181a;color:#e7e4dd}
footer,.origin{color:#a9a59b}a{color:#9cc4ee}}
"""


def markdown(record: Record) -> str:
    """One answer with footnotes: `[^1]` in the text, quote and source below."""
    return f"# {_marked(record['question'])}\n\n{_markdown_body(record, '')}"


def markdown_conversation(title: str, records: Sequence[Record]) -> str:
    """A conversation, each answer's footnotes numbered `[^2-1]` so that they stay apart."""
    parts = [f"# {_marked(title)}"]
    for turn, record in enumerate(records, start=1):
        parts.append(f"## {_marked(record['question'])}\n\n{_markdown_body(record, f'{turn}-').rstrip()}")
    return "\n\n".join(parts) + "\n"


def html(title: str, records: Sequence[Record]) -> str:
    """Answers as one self-contained page that loads nothing."""
    body = "".join(_html_answer(turn, record, len(records) > 1) for turn, record in enumerate(records, 1))
    name = escape(one_line(title))
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8">'
        '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; style-src '
        "'unsafe-inline'\">"
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{name}</title><style>{_STYLE}</style><h1>{name}</h1>{body}</html>\n"
    )


def json_lines(records: Sequence[Record]) -> str:
    """One answer a line, as `rag ask --json` prints it."""
    return "".join(json.dumps(dict(record), ensure_ascii=False) + "\n" for record in records)


def _markdown_body(record: Record, prefix: str) -> str:
    parts = []
    if record.get("standalone") and record["standalone"] != record["question"]:
        parts.append(f"*Searched as: {_marked(record['standalone'])}*")
    if record["status"] == "answered":
        for claim in record["claims"]:
            marks = "".join(f"[^{prefix}{number}]" for number in claim["citations"])
            parts.append(f"{_marked(claim['text'])}{marks}")
        if record.get("disagreement"):
            parts.append(f"**The sources differ:** {_marked(record['disagreement'])}")
    else:
        parts.append(f"**No answer in these documents.** {_marked(record['reason'])}")
        parts.extend(
            f"> {_marked(nearest['quote'])}\n>\n> — {_marked(origin(nearest))}"
            for nearest in record.get("nearest", [])
        )
    parts.extend(
        f"[^{prefix}{citation['number']}]: “{_marked(citation['quote'])}” — {_marked(origin(citation))}"
        for citation in record["citations"]
    )
    return "\n\n".join(parts) + "\n"


def _html_answer(turn: int, record: Record, several: bool) -> str:
    parts = [f"<h2>{escape(one_line(record['question']))}</h2>"] if several else []
    if record["status"] == "answered":
        for claim in record["claims"]:
            marks = "".join(f'<sup><a href="#n{turn}-{n}">[{n}]</a></sup>' for n in claim["citations"])
            parts.append(f"<p>{escape(one_line(claim['text']))}{marks}</p>")
    else:
        parts.append(f"<p><strong>No answer in these documents.</strong> {escape(record['reason'])}</p>")
    items = []
    for quote in record["citations"] or record.get("nearest", []):
        mark = f' id="n{turn}-{quote["number"]}" value="{quote["number"]}"' if "number" in quote else ""
        items.append(
            f"<li{mark}><blockquote>“{escape(one_line(quote['quote']))}”</blockquote>"
            f'<span class="origin">{escape(origin(quote))}</span></li>'
        )
    kind = "ol" if record["citations"] else "ul"
    parts.append(f"<{kind}>{''.join(items)}</{kind}>" if items else "")
    return f"<section>{''.join(parts)}</section>"


def _marked(text: str) -> str:
    """Untrusted text on one line, with every sign that Markdown would obey made literal."""
    return _LIST_START.sub(r"\1\\\2\3", _MARKDOWN_SIGNS.sub(r"\\\1", one_line(text)))
