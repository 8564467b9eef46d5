"""E-books (.epub): the chapters in reading order, each a place."""

from __future__ import annotations

import posixpath
from collections.abc import Sequence
from typing import Any
from urllib.parse import unquote

from rag.errors import ReadError
from rag.ingest.archive import elements, first_text, member, open_zip, xml
from rag.ingest.builder import Builder
from rag.ingest.dates import find_date
from rag.ingest.draft import Draft
from rag.ingest.html import decode_html
from rag.ingest.htmltext import render


def read_epub(data: bytes, name: str) -> Sequence[Draft]:
    with open_zip(data, name) as archive:
        if member(archive, "META-INF/encryption.xml", name) and member(archive, "META-INF/rights.xml", name):
            raise ReadError(f"{name} is protected against copying.")
        container = member(archive, "META-INF/container.xml", name)
        if container is None:
            raise ReadError(f"{name} is not an e-book.")
        root_file = next((e.get("full-path", "") for e in elements(xml(container, name), "rootfile")), "")
        content = member(archive, root_file, name)
        if content is None:
            raise ReadError(f"{name} has no table of its parts.")
        package = xml(content, name)
        builder = Builder()
        hidden = 0
        for number, path in enumerate(_reading_order(package, posixpath.dirname(root_file)), 1):
            chapter = member(archive, path, name)
            if chapter:
                hidden += _chapter(builder, chapter, name, number)
    return [
        Draft(
            builder.text,
            title=first_text(package, "title"),
            author=", ".join(
                filter(None, (" ".join((e.text or "").split()) for e in elements(package, "creator")))
            ),
            publisher=first_text(package, "publisher"),
            date=find_date(first_text(package, "date")) or first_text(package, "date")[:10],
            language=first_text(package, "language")[:2].lower(),
            format="epub",
            places=builder.places,
            notes=(f"{hidden} characters that the book hides were left out",) if hidden else (),
        )
    ]


def _reading_order(package: Any, folder: str) -> list[str]:
    items = {
        item.get("id"): (item.get("href", ""), item.get("properties") or "")
        for item in elements(package, "item")
        if "html" in (item.get("media-type") or "")
    }
    paths = []
    for reference in elements(package, "itemref"):
        href, properties = items.get(reference.get("idref"), ("", ""))
        if href and "nav" not in properties.split():
            paths.append(posixpath.normpath(posixpath.join(folder, unquote(href.split("#")[0]))))
    return paths


def _chapter(builder: Builder, data: bytes, name: str, number: int) -> int:
    from selectolax.lexbor import LexborHTMLParser

    body = LexborHTMLParser(decode_html(data, name)[0]).body
    if body is None:
        return 0
    rendered = render(body, ignore_furniture=True)
    heading = body.css_first("h1,h2,h3")
    title = " ".join(heading.text(deep=True).split())[:80] if heading is not None else ""
    builder.place(f"chapter “{title}”" if title else f"part {number}")
    builder.block(rendered.text)
    return rendered.hidden
