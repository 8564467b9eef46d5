"""Questions to begin with, made from the library's own headings and from questions asked in it."""

from __future__ import annotations

import re

from rag.ports import Index
from rag.present.render.words import one_line

HEAD = 40_000
"""Characters at the head of a document that are looked at."""

DOCUMENTS = 40
"""Documents that are looked at; the page must not wait for a large library."""

_HEADING = re.compile(r"^#{2,4} +(\S.{7,70}?)\s*$", re.MULTILINE)
_ASKED = re.compile(r"(?:^|[.!?]\s+|\n)([A-Z][^.!?\n]{25,110}\?)")
_CLAUSE = re.compile(r"(?:How|What|Why|Where|When|Who)\s(?!is\b|are\b|was\b|were\b|do\b|does\b|did\b|now\b)")
_QUESTION = re.compile(r"(?:How|What|Why|Where|When|Who|Which|Is|Are|Does|Do|Did|Can|Should)\s[^:]+\?$")


def examples(index: Index, limit: int = 3) -> list[str]:
    """At most one question a document, those that read best first.

    Args:
        index: the library; documents with headings or questions in them serve best.
    """
    found = []
    for item in index.listings()[:DOCUMENTS]:
        text = index.document(item.document_id).text[:HEAD]
        candidates = sorted(_candidates(text, item.source.language), key=lambda one: one[0])
        if candidates:
            found.append(candidates[0])
    questions = [question for _, question in sorted(found, key=lambda one: one[0])]
    return list(dict.fromkeys(questions))[:limit]


def _candidates(text: str, language: str) -> list[tuple[int, str]]:
    """(rank, question): a question stands by itself, a clause fits into one, a phrase with a name is next."""
    found = []
    for heading in map(one_line, _HEADING.findall(text)):
        words = heading.split()
        if _QUESTION.match(heading) and len(words) > 4:
            found.append((0, heading))
        elif language in ("", "en") and len(words) > 2 and heading[-1] not in ".:;!?," and ":" not in heading:
            rank = 1 if _CLAUSE.match(heading) else 2 if any(w[0].isupper() for w in words[1:]) else 3
            if rank != 3 or len(words) > 3:
                found.append((rank, f"What do the documents say about {_inside(heading, text)}?"))
    found += [(4, one_line(question)) for question in _ASKED.findall(text)[:1]]
    return found


def _inside(heading: str, text: str) -> str:
    """A word that the text also writes small is no name, and is written small inside a sentence."""
    first, space, rest = heading.partition(" ")
    small = re.search(rf"\b{re.escape(first.lower())}\b", text)
    return f"{first.lower() if small else first}{space}{rest}"
