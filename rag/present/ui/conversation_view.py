"""Conversations as HTML: the list, and one with all its answers."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from rag.journal import Conversation, Entry
from rag.present.render.words import day, one_line
from rag.present.ui import answer_view


def listing(conversations: Sequence[Conversation], searched: str = "") -> str:
    if not conversations:
        words = "No conversation holds these words." if searched else "No questions have been asked yet."
        return f'<div class="empty"><p class="problem">{words}</p></div>'
    return f'<ul class="conversations">{"".join(_row(item) for item in conversations)}</ul>'


def conversation(entries: Sequence[Entry]) -> str:
    return "".join(turn(entry) for entry in entries)


def turn(entry: Entry) -> str:
    """One question and its answer, as the page shows it after asking."""
    shown = answer_view.answer(entry.record, entry.id, entry.verdict, entry.correction)
    return (
        f'<article class="turn" data-answer="{escape(entry.id)}">'
        f'<h2 class="question">{escape(one_line(entry.question))}</h2>'
        f'<div class="answer">{shown}</div></article>'
    )


def _row(item: Conversation) -> str:
    title = escape(one_line(item.title) or "Untitled")
    count = f"{item.answers} {'question' if item.answers == 1 else 'questions'}"
    export = "".join(
        f'<a href="conversations/{item.id}/export.{suffix}" download>{words}</a>'
        for suffix, words in (("md", "Markdown"), ("html", "HTML"), ("json", "JSON"))
    )
    return (
        f'<li data-conversation="{escape(item.id)}"><a class="title" href="#/conversation/{escape(item.id)}">'
        f'{title}</a><span class="facts">{escape(day(item.changed))} · {count}</span>'
        '<span class="tools"><button type="button" data-action="rename">Rename</button>'
        f'<details class="export"><summary>Export</summary><span>{export}</span></details>'
        '<button type="button" data-action="delete">Delete</button></span></li>'
    )
