"""The page itself: one static HTML file with what this library holds filled in, so it paints at once."""

from __future__ import annotations

import hashlib
from functools import cache
from html import escape
from pathlib import Path
from string import Template

from rag.assistant import Assistant
from rag.present.render.words import one_line
from rag.present.ui import library_view

STATIC = Path(__file__).parent / "static"

MODES = {
    "quotes": ("Quotes", "Only sentences of your documents, word for word"),
    "balanced": ("Balanced", "Written sentences where they are checked and read better than the quote"),
    "fluent": ("Fluent", "Written sentences wherever they pass the check"),
}


def page(assistant: Assistant, examples: list[str]) -> str:
    status = assistant.store.status()
    shown = "".join(
        f'<li><button type="button" class="example">{escape(one_line(question))}</button></li>'
        for question in examples
    )
    return _template().substitute(
        version=_version(),
        count=library_view.count(status),
        empty="" if status.documents else "empty",
        examples=shown,
        modes=modes(assistant),
        limit=assistant.settings.max_question_characters,
    )


def modes(assistant: Assistant) -> str:
    """The choice beside the question, for one question at a time."""
    if assistant.generator is None:
        return '<p class="facts">No language model is in use: every answer is made of quotes.</p>'
    return "".join(
        f'<label><input type="radio" name="mode" value="{name}"'
        f"{' checked' if name == assistant.settings.mode else ''}> <span><strong>{words}</strong> "
        f"{what}</span></label>"
        for name, (words, what) in MODES.items()
    )


@cache
def _template() -> Template:
    return Template((STATIC / "page.html").read_text("utf-8"))


@cache
def _version() -> str:
    """Changes with any static file, so that a browser never mixes two versions."""
    digest = hashlib.sha256()
    for file in sorted(STATIC.rglob("*")):
        if file.is_file():
            digest.update(file.read_bytes())
    return digest.hexdigest()[:10]
