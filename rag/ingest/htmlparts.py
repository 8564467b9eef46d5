"""Which part of an HTML page is its text: where the paragraphs are, and what declares itself furniture."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

from rag.ingest.webwords import CONSENT

Node: TypeAlias = Any
"""selectolax.lexbor.LexborNode"""

SKIPPED = frozenset(
    (
        "script", "style", "noscript", "template", "svg", "math", "iframe", "object", "embed", "canvas",
        "select", "option", "button", "input", "textarea", "head", "title", "meta", "link", "-comment",
        "audio", "video", "map",
    )
)  # fmt: skip
"""Elements whose content a reader of the page does not read."""
BLOCKS = frozenset(
    (
        "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "dialog",
        "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5",
        "h6", "header", "hr", "html", "legend", "li", "main", "menu", "nav", "ol", "p", "pre", "section",
        "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
    )
)  # fmt: skip
_FURNITURE_TAGS = frozenset(("nav", "footer", "aside", "form", "menu", "dialog"))
_FURNITURE_ROLES = frozenset(
    (
        "navigation",
        "banner",
        "contentinfo",
        "search",
        "complementary",
        "menu",
        "menubar",
        "dialog",
        "alertdialog",
    )
)
_FURNITURE_NAMES = re.compile(
    r"(?:^|[\s_-])(?:nav(?:bar|igation)?|menu|breadcrumbs?|cookies?|consent|gdpr|share|sharing|social|sidebar|footer|"
    r"masthead|related|recommend(?:ed|ations)?|promo|newsletter|subscribe|subscription|comments?|respond|ads?|"
    r"advert(?:isement)?|sponsor(?:ed)?|banner|popup|modal|paywall|pagination|pager|toolbar|widget|tags?|tag-?cloud|"
    r"skip-link|login|search|mw-editsection|navbox|toc|noprint|catlinks|read-more|outbrain|taboola|most-popular|"
    r"trending|more-on|read-next|teasers?)(?:$|[\s_-])",
    re.IGNORECASE,
)
_STOP = re.compile(r"[.!?…。！？;:,،।]")
_SHORTEST = 60
"""Characters of text, links left out, that make a block a paragraph."""
_NEVER = 1_000_000
"""Takes a notice of cookies or privacy out of the count of paragraphs, however punctuated it is."""
_LARGE = 0.4
"""Share of the paragraphs above which an element is the page itself, whatever it is called."""
_CLOSE = 0.9
"""Share of the paragraphs that the innermost part must still hold."""
_ANCHOR = 0.25
"""Share of the paragraphs that an element round the main heading must hold to be the text."""
_HEADED = 0.1
"""The same for an element that is declared to be the text and holds the main heading."""
_LEAST = 200


@dataclass(frozen=True, slots=True)
class Parts:
    """By the identity of elements (`mem_id`)."""

    furniture: frozenset[int]
    main: int | None
    """The innermost element that holds nearly all paragraphs of the page's text."""


def parts(root: Node) -> Parts:
    order = list(_preorder(root))
    weights = _weights(order)
    total = weights[root.mem_id]
    furniture = {
        node.mem_id
        for node in order
        if node.mem_id != root.mem_id
        and _declared(node)
        and (weights.get(node.mem_id, 0) < _LARGE * total if total else True)
    }
    kept: dict[int, int] = {}
    for node in reversed(order):  # paragraphs in furniture do not count towards the main part
        inner = [child.mem_id for child in children(node) if child.mem_id in weights]
        own = weights[node.mem_id] - sum(weights[child] for child in inner)
        kept[node.mem_id] = own + sum(kept[child] for child in inner if child not in furniture)
    return Parts(frozenset(furniture), _main(root, kept, furniture))


def children(node: Node) -> Iterator[Node]:
    child = node.child
    while child is not None:
        yield child
        child = child.next


def _preorder(root: Node) -> Iterator[Node]:
    """Elements below a node, the node first, without those that nobody reads."""
    stack = [root]
    while stack:
        node = stack.pop()
        yield node
        inner = [
            child
            for child in children(node)
            if not (child.tag or "-").startswith("-") and child.tag not in SKIPPED
        ]
        stack.extend(reversed(inner))


def _weights(order: list[Node]) -> dict[int, int]:
    """Characters of paragraphs in each element: blocks of long, punctuated text, not mostly links."""
    weights: dict[int, int] = {}
    inline: dict[int, tuple[int, int, int]] = {}
    """For each element: characters of its own and its inline children's text, those in links, and stops."""
    for node in reversed(order):
        text = linked = stops = weight = 0
        for child in children(node):
            if child.tag == "-text":
                content = (child.text_content or "").strip()
                text += len(content)
                stops += len(_STOP.findall(content))
                stops -= _NEVER * bool(CONSENT.search(content) and len(content) >= _SHORTEST)
            elif child.mem_id in inline:
                weight += weights[child.mem_id]
                if child.tag not in BLOCKS:
                    more, in_links, marks = inline[child.mem_id]
                    text += more
                    linked += more if child.tag == "a" else in_links
                    stops += marks
        if node.tag in BLOCKS and text - linked >= _SHORTEST and stops > 0 and linked * 2 < text:
            weight += text - linked
        inline[node.mem_id] = (text, linked, stops)
        weights[node.mem_id] = weight
    return weights


def _declared(node: Node) -> bool:
    tag = node.tag
    if tag in _FURNITURE_TAGS:
        return True
    if tag not in BLOCKS and tag not in ("span", "a", "small"):
        return False
    attributes = node.attributes
    if not attributes:
        return False
    if attributes.get("role") in _FURNITURE_ROLES:
        return True
    named = f"{attributes.get('class') or ''} {attributes.get('id') or ''}"
    return bool(_FURNITURE_NAMES.search(named))


def _main(root: Node, weights: dict[int, int], furniture: set[int]) -> int | None:
    """Start at the element that the page declares, then go inwards while one child holds nearly everything.

    Without such an element, at the innermost one round the only main heading that holds a good part.
    """
    node = _declared_main(root, weights, furniture) or _around_heading(root, weights) or root
    if weights.get(node.mem_id, 0) < _LEAST:
        return None
    while True:
        inner = [c for c in children(node) if c.mem_id not in furniture and c.tag in BLOCKS]
        best = max(inner, key=lambda c: weights.get(c.mem_id, 0), default=None)
        held = weights.get(best.mem_id, 0) if best is not None else 0
        if best is None or held < _CLOSE * weights[node.mem_id] or best.tag in ("p", "pre", "tr"):
            return int(node.mem_id)
        node = best


def _declared_main(root: Node, weights: dict[int, int], furniture: set[int]) -> Node | None:
    for selector in ('[itemprop="articleBody"]', "article", "main", '[role="main"]'):
        found = [
            n for n in root.css(selector) if weights.get(n.mem_id, 0) > _LEAST and n.mem_id not in furniture
        ]
        headed = [n for n in found if n.css_first("h1") is not None]
        best = max(headed or found, key=lambda n: weights[n.mem_id], default=None)
        share = _HEADED if headed else _LARGE
        if best is not None and weights[best.mem_id] > share * weights[root.mem_id]:
            return best
    return None


def _around_heading(root: Node, weights: dict[int, int]) -> Node | None:
    headings = [node for node in root.css("h1") if node.mem_id in weights]
    if len(headings) != 1:
        return None
    node = headings[0]
    while node is not None and weights.get(node.mem_id, 0) < max(_LEAST, _ANCHOR * weights[root.mem_id]):
        node = node.parent
    return node
