"""Routes for documents: the list, one document, a PDF page, receiving and removing. HTML out."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from html import escape
from pathlib import Path

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, JSONResponse

from rag import library as libraries
from rag.assistant import Assistant
from rag.errors import InputError, ReadError
from rag.library import Progress, Summary
from rag.present.ui import adding, document_view, library_view
from rag.present.ui.document_view import Opened
from rag.present.ui.examples import examples
from rag.present.ui.pdf_page import PageImage, page_image
from rag.types import Document, Span


def adder(assistant: Assistant) -> Callable[[list[Path], Callable[[Progress], None]], Summary]:
    """`rag.library.add` on the assistant's own store."""

    def add(paths: list[Path], progress: Callable[[Progress], None]) -> Summary:
        size = assistant.settings.passage_tokens
        return libraries.add(
            paths, assistant.store, assistant.embedder, passage_tokens=size, progress=progress
        )

    return add


def router(assistant: Assistant, folder: Path) -> APIRouter:
    routes = APIRouter()

    @routes.get("/library")
    def listing() -> JSONResponse:
        status, listings = assistant.store.status(), assistant.store.listings()
        return JSONResponse(
            {
                "html": library_view.listing(listings, status),
                "choices": library_view.choices(listings),
                "count": library_view.count(status),
                "examples": examples(assistant.store),
            }
        )

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
        document_id: str, start: int | None = None, end: int | None = None, around: int | None = None
    ) -> HTMLResponse:
        shown = _stored(assistant, document_id)
        return HTMLResponse(document_view.document(Opened(shown, _span(shown, start, end), around)))

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
