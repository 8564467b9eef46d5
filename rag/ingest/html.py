"""HTML: the text that a reader of the page sees, its furniture kept apart, and what it says of itself."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

from rag.ingest.bylines import author_of
from rag.ingest.dates import find_date
from rag.ingest.decode import decode
from rag.ingest.draft import Draft
from rag.ingest.furniture import furniture as raw_furniture
from rag.ingest.htmltext import render
from rag.ingest.spans import union

_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_:.-]{2,40})", re.IGNORECASE)
_SITE_SUFFIX = re.compile(r"\s+(?:[|–—»·-]|::)\s+[^|–—»·]{2,40}$")
_MOST_JSON = 500_000
_DATE_KEYS = (
    "article:published_time", "date", "dc.date", "dcterms.created", "citation_publication_date", "pubdate",
    "publish-date",
)  # fmt: skip
_AUTHOR_KEYS = ("author", "article:author", "dc.creator", "citation_author", "parsely-author")
_PUBLISHER_KEYS = ("og:site_name", "citation_publisher", "dc.publisher")


def read_html(data: bytes, name: str) -> Sequence[Draft]:
    text, notes = decode_html(data, name)
    return [from_html(text, notes=notes)]


def decode_html(data: bytes, name: str) -> tuple[str, tuple[str, ...]]:
    declared = _CHARSET.search(data[:4096])
    if declared and not data.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        try:
            return data.decode(declared.group(1).decode("ascii")), ()
        except (LookupError, UnicodeDecodeError):
            pass
    return decode(data, name)


def from_html(source: str, *, notes: tuple[str, ...] = ()) -> Draft:
    """A Draft of one page. The stored text is written from the page; offsets are into that text."""
    from selectolax.lexbor import LexborHTMLParser

    tree = LexborHTMLParser(source)
    about = _about(tree)
    body = tree.body
    if body is None:
        return Draft("", notes=notes)
    rendered = render(body)
    if rendered.hidden:
        notes = (*notes, f"{rendered.hidden} characters that the page hides were left out")
    spans = union(rendered.furniture(), raw_furniture(rendered.text))
    kept = len(rendered.text) - sum(span.end - span.start for span in spans)
    if kept < 200 and len(rendered.text) > 4 * kept:
        spans = raw_furniture(rendered.text)  # a page of links: better read whole than not at all
    return Draft(
        rendered.text,
        title=about.get("title", ""),
        author=about.get("author", ""),
        publisher=about.get("publisher", ""),
        date=about.get("date", ""),
        language=about.get("language", ""),
        format="html",
        furniture=spans,
        notes=notes,
    )


def _about(tree: Any) -> dict[str, str]:
    """Title, author, publisher, date and language: linked data first, then meta elements, then the page."""
    meta: dict[str, str] = {}
    for node in tree.css("meta"):
        key = (node.attributes.get("property") or node.attributes.get("name") or "").lower()
        if key and key not in meta:
            meta[key] = " ".join((node.attributes.get("content") or "").split())
    linked = next((found for found in _linked(tree) if found.get("headline")), {})
    date = _first(linked.get("datePublished"), meta, *_DATE_KEYS)
    date = date or _attribute(tree, "time[datetime]", "datetime")
    author = _first(_name(linked.get("author")), meta, *_AUTHOR_KEYS)
    if not author or author.startswith("http"):
        author = _text(tree, '[itemprop="author"] [itemprop="name"]') or _text(tree, '[rel="author"]')
    if not author:
        byline = _text(tree, ".byline") or _text(tree, ".author")
        author = author_of(byline) or (author_of(f"by {byline}") if byline else "")
    html = tree.css_first("html")
    language = (html.attributes.get("lang") or "") if html is not None else ""
    return {
        "title": _title(tree, meta, linked),
        "author": author[:200],
        "publisher": _first(_name(linked.get("publisher")), meta, *_PUBLISHER_KEYS)[:200],
        "date": find_date(date) or date[:40],
        "language": language[:2].lower() if re.match(r"[A-Za-z]{2}(?:-|$)", language) else "",
    }


def _title(tree: Any, meta: dict[str, str], linked: dict[str, Any]) -> str:
    title = _first(linked.get("headline"), meta, "og:title", "citation_title", "dc.title", "twitter:title")
    if not title:
        headings = tree.css("h1")
        title = " ".join(headings[0].text(deep=True).split()) if len(headings) == 1 else ""
    if not title:
        title = _SITE_SUFFIX.sub("", _text(tree, "title"))
    return title[:300]


def _first(value: object, meta: dict[str, str], *keys: str) -> str:
    if isinstance(value, str) and value.strip():
        return " ".join(value.split())
    return next((meta[key] for key in keys if meta.get(key)), "")


def _name(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(filter(None, (_name(item) for item in value[:5])))
    if isinstance(value, dict):
        return _name(value.get("name"))
    return value if isinstance(value, str) else ""


def _text(tree: Any, selector: str) -> str:
    node = tree.css_first(selector)
    return " ".join(node.text(deep=True).split()) if node is not None else ""


def _attribute(tree: Any, selector: str, name: str) -> str:
    node = tree.css_first(selector)
    return (node.attributes.get(name) or "") if node is not None else ""


def _linked(tree: Any) -> Iterator[dict[str, Any]]:
    """Objects of the page's JSON-LD, one level into lists and graphs."""
    for node in tree.css('script[type="application/ld+json"]'):
        content = node.text(deep=True) or ""
        if len(content) > _MOST_JSON:
            continue
        try:
            value = json.loads(content)
        except (ValueError, RecursionError):
            continue
        values = value if isinstance(value, list) else [value]
        for item in values:
            if isinstance(item, dict):
                yield item
                graph = item.get("@graph")
                yield from (
                    (part for part in graph if isinstance(part, dict)) if isinstance(graph, list) else ()
                )
