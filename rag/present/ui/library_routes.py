"""Routes for documents: the list, one document, a PDF page, receiving and removing. HTML out."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from html import escape
from pathlib import Path
from typing import Annotated, TypeAlias

from fastapi import APIRouter, Body, Depends, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, JSONResponse

from rag import library as libraries
from rag.assistant import Assistant
from rag.errors import InputError, ReadError
from rag.library import Progress, Summary
from rag.library.again import problems, read_again
from rag.present.ui import adding, document_view, library_filter, library_view
from rag.present.ui.document_view import Opened
from rag.present.ui.examples import examples
from rag.present.ui.library_filter import Filter
from rag.present.ui.pdf_page import PageImage, page_image
from rag.types import Document, Span

Add: TypeAlias = Callable[[list[Path], Callable[[Progress], None]], Summary]

ROWS = 200
"""Documents listed at first, and added to the list by each "Show more"."""

CHOICES = 60
"""Documents that the question's own menu shows; typing finds the others."""


def adder(assistant: Assistant) -> Add:
    """`rag.library.add` on the assistant's own store."""

    def add(paths: list[Path], progress: Callable[[Progress], None]) -> Summary:
        size = assistant.settings.passage_tokens
        return libraries.add(
            paths, assistant.store, assistant.embedder, passage_tokens=size, progress=progress
        )

    return add


def router(assistant: Assistant, folder: Path, add: Add) -> APIRouter:
    routes = APIRouter()

    @routes.get("/library")
    def listing(by: Annotated[Filter, Depends()], limit: int = ROWS) -> JSONResponse:
        status, listings = assistant.store.status(), assistant.store.listings()
        matching = library_filter.chosen(listings, by)
        return JSONResponse(
            {
                "html": library_view.listing(matching[: max(ROWS, limit)], len(matching), status),
                "unread": library_view.unread(problems(assistant.store)),
                "filters": library_view.filters(listings, by),
                "count": library_view.count(status),
                "examples": examples(assistant.store),
            }
        )

    @routes.get("/library/choices")
    def choices(search: str = "") -> JSONResponse:
        listings = assistant.store.listings()
        matching = library_filter.chosen(listings, Filter(search=search))
        shown = library_view.choices(matching[:CHOICES], len(matching) - CHOICES)
        return JSONResponse({"html": shown, "folders": library_view.folder_options(listings)})

    @routes.post("/documents/{document_id}/again")
    def again(document_id: str) -> HTMLResponse:
        _stored(assistant, document_id)
        listed = {item.document_id: item for item in assistant.store.listings()}
        file = listed[document_id].file if document_id in listed else None
        if file is None:
            raise InputError("It is not known which file this document came from.", "Add the file again.")
        return HTMLResponse(_read_again(file.path))

    @routes.post("/library/again")
    def once_more(path: Annotated[str, Body(embed=True, max_length=4000)]) -> HTMLResponse:
        if path not in dict(problems(assistant.store)):
            raise InputError("No file of this library has failed under that name.", "Reload the page.")
        return HTMLResponse(_read_again(path))

    def _read_again(path: str) -> str:
        done = read_again(path, assistant.store, lambda paths: add(list(map(Path, paths)), lambda _: None))
        return adding.told(done)

    @routes.put("/library/files/{name:path}")
    async def receive(name: str, request: Request) -> JSONResponse:
        kept = await adding.receive(folder, name, request.stream())
        return JSONResponse({"name": kept.relative_to(folder / adding.FOLDER).as_posix()})

    @routes.delete("/documents/{document_id}")
    def remove(document_id: str) -> JSONResponse:
        shown = _stored(assistant, document_id)
        libraries.remove(assistant.store, [document_id])
        path = Path(shown.source.path)
        if path.is_relative_to(folder / adding.FOLDER):
            path.unlink(missing_ok=True)
        return JSONResponse({"removed": shown.source.title})

    @routes.get("/documents/{document_id}")
    def document(
        document_id: str,
        start: int | None = None,
        end: int | None = None,
        around: int | None = None,
        side: str = "",
    ) -> HTMLResponse:
        shown = _stored(assistant, document_id)
        opened = Opened(shown, _span(shown, start, end), around, plain=side == "text")
        return HTMLResponse(document_view.document(opened))

    @routes.get("/documents/{document_id}/pages/{number}")
    def drawn(document_id: str, number: int, start: int = 0, end: int = 0) -> HTMLResponse:
        shown = _stored(assistant, document_id)
        image = _image(shown, number, _quote(shown, start, end))
        return HTMLResponse(_page_html(shown, image, number, f"start={start}&end={end}"))

    @routes.get("/documents/{document_id}/pages/{number}/image.png")
    async def picture(document_id: str, number: int, start: int = 0, end: int = 0) -> Response:
        shown = await run_in_threadpool(partial(_stored, assistant, document_id))
        image = await run_in_threadpool(partial(_image, shown, number, _quote(shown, start, end)))
        return Response(image.png, media_type="image/png", headers={"cache-control": "private, max-age=600"})

    return routes


def _stored(assistant: Assistant, document_id: str) -> Document:
    try:
        return assistant.store.document(document_id)
    except KeyError as error:
        raise InputError("This document is no longer in the library.", "Add it again to read it.") from error


def _span(shown: Document, start: int | None, end: int | None) -> Span | None:
    if start is None or end is None or not 0 <= start < end <= len(shown.text):
        return None
    return Span(start, end)


def _quote(shown: Document, start: int, end: int) -> str:
    span = _span(shown, start, end)
    return shown.text[span.start : span.end] if span else ""


def _image(shown: Document, number: int, quote: str) -> PageImage:
    """Only the file of a document that is in the library is ever opened."""
    path = Path(shown.source.path)
    if path.suffix.lower() != ".pdf" or not path.is_file():
        raise ReadError(f"{shown.source.title} has no pages to draw.", "Its text can still be read.")
    return page_image(path, path.stat().st_mtime, number, quote)


def _page_html(shown: Document, image: PageImage, number: int, query: str) -> str:
    boxes = "".join(
        f'<rect x="{left - 3:.1f}" y="{top - 2:.1f}" width="{width + 6:.1f}" height="{height + 4:.1f}"/>'
        for left, top, width, height in image.boxes
    )
    pages = max((place.page or 0 for place in shown.places), default=number)
    note = "" if image.boxes else '<p class="facts">The quote could not be boxed on this page.</p>'
    return (
        f'{document_view.header(shown)}{note}<figure class="page" data-page="{number}" data-pages="{pages}">'
        f'<img src="documents/{escape(shown.id)}/pages/{number}/image.png?{query}" width="{image.width}" '
        f'height="{image.height}" alt="Page {number}, as it looks. Its text is under Text.">'
        f'<svg viewBox="0 0 {image.width} {image.height}" aria-hidden="true">{boxes}</svg>'
        f"<figcaption>Page {number} of {pages}</figcaption></figure>"
    )
