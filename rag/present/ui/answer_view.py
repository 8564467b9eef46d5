"""An answer as HTML. Every text is escaped; citations are buttons set by code, never read from a text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from itertools import groupby
from typing import Any

from rag.present.render.words import clean, day, one_line, origin, percent, seconds
from rag.present.ui import found_view

Record = Mapping[str, Any]
"""What `rag.citations.record` makes of an answer."""

VERDICTS = {
    "right": "Right",
    "wrong": "Wrong",
    "wrong-citation": "Wrong citation",
    "should-answer": "The documents do answer this",
    "should-abstain": "The documents do not answer this",
}


def answer(values: Record, identity: str, verdict: str = "", correction: str = "") -> str:
    """The whole body of one stored answer, below its question."""
    parts = [searched_as(values)]
    parts.append(claims(values) if values["status"] == "answered" else _abstention(values))
    parts.append(_facts(values))
    parts.append(_actions(values, identity, verdict, correction))
    parts.append(found_view.found(values))
    return "".join(parts)


def searched_as(values: Record) -> str:
    standalone = values.get("standalone", "")
    if not standalone or standalone == values["question"]:
        return ""
    return f'<p class="searched">Searched as <q>{escape(one_line(standalone))}</q></p>'


def claims(values: Record) -> str:
    """The sentences of an answer, neighbouring ones of one kind together, and their sources."""
    by_number = {citation["number"]: citation for citation in values["citations"]}
    parts = []
    if values.get("disagreement"):
        parts.append(
            '<div class="notice differ"><p class="problem">The sources differ</p>'
            f'<p class="remedy">{escape(clean(values["disagreement"]))}</p></div>'
        )
    for quoted, group in groupby(values["claims"], key=lambda claim: claim["support"] == "quoted"):
        several = list(group)
        parts.append(_quotes(several, by_number) if quoted else _sentences(several, by_number))
    side_by_side = " apart" if values.get("disagreement") and len(values["claims"]) > 1 else ""
    return f'<div class="claims{side_by_side}">{"".join(parts)}</div>{_sources(values)}'


def spoken(values: Record) -> str:
    """What a screen reader says when the answer is there."""
    if values["status"] != "answered":
        return f"The documents do not say. {one_line(values['reason'])}"
    count = len(values["citations"])
    return f"Answer ready, resting on {count} {'quote' if count == 1 else 'quotes'}."


def citation_button(citation: Mapping[str, Any], label: str = "") -> str:
    """What opens a document at a quote; its card with quote and source is shown on hover and focus."""
    shown = label or str(citation["number"])
    name = f"{'Quote' if label else f'Citation {shown}'}: open {one_line(citation['title'])}"
    if citation.get("place"):
        name += f", {one_line(citation['place'])}"
    page = f' data-page="{int(citation["page"])}"' if citation.get("page") else ""
    return (
        f'<button type="button" class="{"open" if label else "citation"}"'
        f' data-open="{escape(citation["document"])}"{page}'
        f' data-start="{int(citation["start"])}" data-end="{int(citation["end"])}"'
        f' data-quote="{escape(one_line(citation["quote"]))}" data-origin="{escape(origin(citation))}"'
        f' aria-label="{escape(name)}">{escape(shown)}</button>'
    )


def _quotes(several: Sequence[Record], by_number: Mapping[int, Record]) -> str:
    parts = []
    for claim in several:
        cited = [by_number[number] for number in claim["citations"]]
        buttons = "".join(citation_button(citation) for citation in cited)
        parts.append(
            f'<figure class="claim quoted"><blockquote><p>“{escape(clean(claim["text"]))}”&nbsp;{buttons}</p>'
            f"</blockquote><figcaption>{_support(claim)}{_origin(cited[0]) if cited else ''}"
            "</figcaption></figure>"
        )
    return "".join(parts)


def _sentences(several: Sequence[Record], by_number: Mapping[int, Record]) -> str:
    parts = []
    for claim in several:
        buttons = "".join(citation_button(by_number[number]) for number in claim["citations"])
        parts.append(
            f'<span class="claim supported">{escape(one_line(claim["text"]))}&nbsp;{buttons}'
            f"{_support(claim)}</span>"
        )
    return f'<p class="prose">{" ".join(parts)}</p>'


def _support(claim: Record) -> str:
    reason = f' title="{escape(one_line(claim["reason"]))}"' if claim.get("reason") else ""
    words = {"quoted": "quoted", "supported": "supported"}.get(claim["support"], "not supported")
    return f'<span class="support {escape(claim["support"])}"{reason}>{words}</span>'


def _origin(citation: Mapping[str, Any]) -> str:
    """Who says it and where, with the document's title set apart."""
    before = escape(one_line(citation.get("speaker", "")))
    after = [citation.get("publisher") or citation.get("author", ""), day(citation.get("date", ""))]
    after.append(citation.get("place", ""))
    parts = [before, f"<cite>{escape(one_line(citation['title']))}</cite>"]
    parts += [escape(one_line(part)) for part in after]
    return f'<span class="origin">{", ".join(part for part in parts if part)}</span>'


def _sources(values: Record) -> str:
    """The quotes that generated sentences rest on; a sentence that is itself a quote needs no second one."""
    shown = {n for claim in values["claims"] if claim["support"] == "quoted" for n in claim["citations"]}
    below = [citation for citation in values["citations"] if citation["number"] not in shown]
    if not below:
        return ""
    items = "".join(
        f"<li>{citation_button(citation)}<div><blockquote>“{escape(clean(citation['quote']))}”</blockquote>"
        f"{_origin(citation)}</div></li>"
        for citation in below
    )
    return f'<section class="sources"><h3>What it rests on</h3><ol>{items}</ol></section>'


def _abstention(values: Record) -> str:
    nearest = "".join(
        f'<figure class="claim near"><blockquote><p>“{escape(clean(quote["quote"]))}”</p></blockquote>'
        f"<figcaption>{citation_button(quote, 'Open')}{_origin(quote)}</figcaption></figure>"
        for quote in values.get("nearest", [])
    )
    shown = f"<h3>The nearest passages</h3>{nearest}" if nearest else ""
    return (
        '<div class="abstained"><p class="verdict">The documents do not say.</p>'
        f'<p class="reason">{escape(clean(values["reason"]))}</p>{shown}</div>'
    )


def _facts(values: Record) -> str:
    facts = []
    if values["status"] == "answered":
        documents = len({citation["document"] for citation in values["citations"]})
        facts.append(f"From {documents} {'document' if documents == 1 else 'documents'}")
    facts.append(f"confidence {percent(values['confidence'])}")
    facts.append("quotes only" if values["model"] == "quotes" else f"written by {one_line(values['model'])}")
    if values["steps"]:
        facts.append(seconds(sum(step["seconds"] for step in values["steps"])))
    return f'<p class="facts">{escape(" · ".join(facts))}</p>'


def _actions(values: Record, identity: str, verdict: str, correction: str) -> str:
    wrong = ["wrong", "wrong-citation", "should-abstain"]
    if values["status"] != "answered":
        wrong = ["wrong", "should-answer"]
    right = "true" if verdict == "right" else "false"
    options = "".join(
        f'<label><input type="radio" name="verdict-{identity}" value="{name}"'
        f"{' checked' if verdict == name else ''}> {VERDICTS[name]}</label>"
        for name in wrong
    )
    said = f'<span class="reviewed">{VERDICTS[verdict]}</span>' if verdict in VERDICTS else ""
    return (
        f'<div class="actions" data-answer="{identity}">'
        '<button type="button" data-action="copy">Copy with footnotes</button>'
        '<button type="button" data-action="link">Copy link</button>'
        '<button type="button" data-action="again">Ask again and compare</button>'
        '<span class="feedback" role="group" aria-label="Was this answer right?">'
        f'<button type="button" data-action="right" aria-pressed="{right}">Right</button>'
        '<button type="button" data-action="wrong" aria-expanded="false">Not right…</button>'
        f'</span><span class="said" role="status">{said}</span>'
        '<form class="correction" hidden><fieldset><legend>What is wrong?</legend>'
        f'{options}</fieldset><label class="better">What it should have said (optional)'
        f'<textarea rows="2" maxlength="4000">{escape(correction)}</textarea></label>'
        '<button type="submit" class="primary">Keep this</button></form></div>'
    )
