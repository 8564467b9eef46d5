"""An answer as HTML. Every text is escaped; citations are buttons set by code, never read from a text."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from html import escape
from itertools import groupby
from typing import Any

from rag.present.render.words import CLOSE, OPEN, clean, day, one_line, origin, percent, pointing, seconds
from rag.present.ui import found_view, scope_view

Record = Mapping[str, Any]
"""What `rag.citations.record` makes of an answer."""

VERDICTS = {
    "right": "Right",
    "wrong": "The answer is wrong",
    "wrong-citation": "A citation is wrong",
    "should-answer": "The documents do answer this",
    "should-abstain": "The documents do not answer this",
}


def answer(values: Record, identity: str, verdict: str = "", correction: str = "") -> str:
    """The whole body of one stored answer, below its question."""
    parts = [searched_as(values), scope_view.asked_of(values)]
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
        which = escape(_dated(values["disagreement"]))
        parts.append(f'<p class="differ"><strong>{which}</strong> Read both.</p>')
    for kind, group in groupby(values["claims"], key=lambda claim: _kind(claim, by_number)):
        several = list(group)
        parts.append(_quotes(several, by_number) if kind else _sentences(several, by_number))
    side_by_side = " apart" if values.get("disagreement") and len(values["claims"]) > 1 else ""
    return f'<div class="claims{side_by_side}">{"".join(parts)}</div>{_sources(values)}'


def _dated(words: str) -> str:
    """Dates in a sentence as a person writes them."""
    return re.sub(r"\b\d{4}-\d{2}-\d{2}\b", lambda found: day(found[0]), one_line(words))


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


def _kind(claim: Record, by_number: Mapping[int, Record]) -> str:
    """Quotes from one place stand together under one line of origin; sentences stand together as prose."""
    if claim["support"] != "quoted" or not claim["citations"]:
        return ""
    return _origin(by_number[claim["citations"][0]])


def _quotes(several: Sequence[Record], by_number: Mapping[int, Record]) -> str:
    said = [
        _tied("“" + clean(pointing(by_number[claim["citations"][0]])) + "”", claim, by_number)
        for claim in several
    ]
    quotes = "".join(f"<blockquote><p>{quote}</p></blockquote>" for quote in said)
    origin_line = _origin(by_number[several[0]["citations"][0]])
    return (
        f'<figure class="claim quoted">{quotes}<figcaption>{_support(several[0])}{origin_line}'
        "</figcaption></figure>"
    )


def _sentences(several: Sequence[Record], by_number: Mapping[int, Record]) -> str:
    said = [_tied(one_line(claim["text"]), claim, by_number) + _support(claim) for claim in several]
    sentences = " ".join(f'<span class="claim supported">{sentence}</span>' for sentence in said)
    return f'<p class="prose">{sentences}</p>'


def _tied(text: str, claim: Record, by_number: Mapping[int, Record]) -> str:
    """A sentence whose last word is never parted from its numbers."""
    buttons = "".join(citation_button(by_number[number]) for number in claim["citations"])
    start, space, last = text.rpartition(" ")
    if len(last) > 24:
        return f"{_marked(text)} {buttons}"
    if start.rfind(OPEN) > start.rfind(CLOSE):
        start, last = start + CLOSE, OPEN + last
    return f'{_marked(start + space)}<span class="tied">{_marked(last)} {buttons}</span>'


def _marked(text: str) -> str:
    """Escaped, with the words that answer emphasised."""
    return escape(text).replace(OPEN, "<strong>").replace(CLOSE, "</strong>")


def _support(claim: Record) -> str:
    reason = f' title="{escape(one_line(claim["reason"]))}"' if claim.get("reason") else ""
    words = {"quoted": "quoted", "supported": "supported"}.get(claim["support"], "not supported")
    return f'<span class="support {escape(claim["support"])}"{reason}>{words}</span>'


def _origin(citation: Mapping[str, Any]) -> str:
    """Who says it and where, with the document's title set apart."""
    before = escape(one_line(citation.get("speaker", "")))
    dated = day(citation.get("date", "")).replace(" ", "\u00a0")
    after = [citation.get("publisher") or citation.get("author", ""), dated]
    after.append(citation.get("place", ""))
    parts = [before, f"<cite>{escape(one_line(citation['title']))}</cite>"]
    parts += [escape(clean(part).strip()) for part in after]
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
        by_model = values["model"] != "quotes"
        facts.append(f"written by {one_line(values['model'])}" if by_model else "quotes, word for word")
    else:
        facts.append(f"Chance that the documents answer it: {percent(values['confidence'])}")
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
