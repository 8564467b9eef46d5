"""Words of a passage for the full-text index, and a query for it from plain words.

Stemming and folding happen in `rag.sentences`, by the document's language; the full-text table only
stores what comes out. A query is built from quoted tokens alone, so no syntax of a question reaches it.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Sequence

from rag import sentences
from rag.types import Document, Passage

TEXT_WEIGHT, CONTEXT_WEIGHT = 1.0, 0.6
"""BM25 weights of a passage's own words and of its title, heading and speaker."""

_MAX_QUERY_TOKENS = 200
_SURFACE = re.compile(r"[^\W\d_][\w'’-]{1,38}[^\W_]")
_UNSAFE = re.compile(r"[\"'\x00-\x1f\ud800-\udfff]+")
_UNSAFE_IN_LIST = re.compile(r"[\s\x00-\x1f\ud800-\udfff]")


def prepared(text: str, language: str) -> str:
    """Stemmed and folded tokens joined by spaces."""
    return " ".join(_clean(sentences.words(text, language or "en")))


def prepared_passage(passage: Passage) -> tuple[str, str]:
    """(text column, context column) of a passage."""
    language = passage.source.language
    context = f"{passage.source.title}\n{passage.context}\n{passage.heading}"
    return prepared(passage.text, language), prepared(context, language)


def match_expression(query: str, languages: Sequence[str]) -> str:
    """An FTS5 expression that matches any word of `query`, or "" when it has none.

    A word is stemmed by each language of the library. It is left out as a stop word when one of them
    says so, unless that leaves nothing.
    """
    spoken = list(languages) or ["en"]
    kept: dict[str, None] = {}
    spare: dict[str, None] = {}
    for word in query.split():
        stems = [_clean(sentences.words(word, language)) for language in spoken]
        target = kept if all(stems) else spare
        for tokens in stems:
            target.update(dict.fromkeys(tokens))
    tokens = list(kept or spare)[:_MAX_QUERY_TOKENS]
    return " OR ".join(f'"{token}"' for token in tokens)


def surfaces(document: Document) -> set[tuple[str, str]]:
    """(folded word, name key) of the words of a document as they are written: names are found among them."""
    pairs = (
        (sentences.fold(word), sentences.name_key(word)) for word in set(_SURFACE.findall(document.text))
    )
    return {pair for pair in pairs if pair[0] and not _UNSAFE_IN_LIST.search("".join(pair))}


def pack_surfaces(pairs: Iterable[tuple[str, str]]) -> bytes:
    return zlib.compress("\n".join(f"{word}\t{key}" for word, key in sorted(pairs)).encode("utf-8"), 1)


def unpack_surfaces(value: bytes) -> list[tuple[str, str]]:
    lines = zlib.decompress(value).decode("utf-8").split("\n")
    return [(word, key) for word, _, key in (line.partition("\t") for line in lines if line)]


def _clean(tokens: Iterable[str]) -> list[str]:
    """Tokens without what could end a quoted token or stand for nothing; all but very odd ones are fine."""
    joined = " ".join(tokens)
    if _UNSAFE.search(joined):
        joined = _UNSAFE.sub("", joined)
    return joined.split()
