"""Where the gold evidence stands in the documents: quotes and offsets resolved, failing loudly."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Protocol

from rag.errors import InputError
from rag.evaluate.measures.retrieval import Place
from rag.evaluate.questions import Question, Reference
from rag.ports import Listing
from rag.types import Document


class Documents(Protocol):
    """The part of a library that evaluation reads."""

    def document(self, document_id: str) -> Document: ...

    def listings(self) -> list[Listing]: ...


@dataclass(frozen=True, slots=True)
class Corpus:
    """Documents by the name that question sets use for them."""

    texts: Mapping[str, Document]
    """By document id."""
    paths: Mapping[str, str]
    """Document id to source path, with forward slashes."""
    folder: Path | None = None
    """Where the files of offsets lie; a reader may have changed the text that offsets count in."""

    def named(self, name: str, question_id: str) -> Document:
        """The document whose path is, or ends in, `name`."""
        wanted = PurePath(name.replace("\\", "/")).parts
        found = [i for i, path in self.paths.items() if PurePath(path).parts[-len(wanted) :] == wanted]
        if len(found) != 1:
            problem = "is not in the library" if not found else f"fits {len(found)} documents of the library"
            raise InputError(
                f"Question '{question_id}': the document '{name}' {problem}.",
                "Give --docs the folder of the documents, or a longer path.",
            )
        return self.texts[found[0]]


def corpus(documents: Documents, folder: Path | None = None) -> Corpus:
    listings = documents.listings()
    return Corpus(
        {item.document_id: documents.document(item.document_id) for item in listings},
        {item.document_id: item.source.path.replace("\\", "/") for item in listings},
        folder,
    )


def resolve(question: Question, library: Corpus) -> list[list[Place]]:
    """What has to be found for a question; each item with the places any of which will do.

    A quote that occurs several times may be cited at any of them.

    Raises:
        InputError: a document or quote is not there, or offsets do not fit the document any more.
    """
    items = [_places(reference, question, library) for reference in question.evidence]
    if question.one_of and items:
        return [list(dict.fromkeys(place for item in items for place in item))]
    return items


def _places(reference: Reference, question: Question, library: Corpus) -> list[Place]:
    document = library.named(reference.doc, question.id)
    if reference.start is None or reference.end is None:
        found = list(_quoted(reference, document))
        if not found:
            where = f" on page {reference.page}" if reference.page else ""
            raise InputError(
                f"Question '{question.id}': “{_short(reference.quote)}” does not stand in"
                f" {reference.doc}{where}.",
                "The document has changed, or the quote is not verbatim.",
            )
        return found
    start, end = _moved(reference, document, library)
    if not 0 <= start < end <= len(document.text) or (
        reference.quote and document.text[start:end] != reference.quote
    ):
        raise InputError(
            f"Question '{question.id}': {reference.start}–{reference.end} does not fit {reference.doc}.",
            "The document has changed.",
        )
    return [(document.id, start, end)]


def _quoted(reference: Reference, document: Document) -> Iterator[Place]:
    start = document.text.find(reference.quote)
    while start >= 0:
        if reference.page is None or _page(document, start) == reference.page:
            yield (document.id, start, start + len(reference.quote))
        start = document.text.find(reference.quote, start + 1)


def _page(document: Document, offset: int) -> int | None:
    page = None
    for place in document.places:
        if place.start > offset:
            break
        page = place.page
    return page


def _moved(reference: Reference, document: Document, library: Corpus) -> tuple[int, int]:
    """Offsets in the stored text. They count in the file; a reader may have left out what is before them."""
    start, end = int(reference.start or 0), int(reference.end or 0)
    file = library.folder / reference.doc if library.folder else None
    if file is None or not file.is_file():
        return start, end
    try:
        wanted = file.read_bytes().decode("utf-8")[start:end]
    except UnicodeDecodeError:
        return start, end
    if not wanted or document.text[start:end] == wanted:
        return start, end
    found = [i for i in range(len(document.text)) if document.text.startswith(wanted, i)]
    nearest = min(found, key=lambda i: abs(i - start), default=-1)
    return nearest, nearest + len(wanted)


def _short(text: str, width: int = 60) -> str:
    return text if len(text) <= width else text[: width - 1] + "…"
