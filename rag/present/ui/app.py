"""The page's wiring: Gradio's queue carries questions and additions, plain routes carry pieces of HTML.

Gradio serves streaming, queueing and stopping. Its own components are not used: they fetch images that an
answer names, need inline scripts, and paint late; here the policy is strict and the first byte is the page.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, JSONResponse
from fastapi.staticfiles import StaticFiles

from rag.assistant import Assistant
from rag.errors import InputError, RagError
from rag.journal import Journal
from rag.present.ui import (
    adding,
    asking,
    conversation_routes,
    library_routes,
    models_routes,
    notice_view,
    page,
)
from rag.present.ui.adding import UPLOAD_LIMIT
from rag.present.ui.examples import examples
from rag.present.ui.library_routes import Add
from rag.present.ui.security import Application, Guard
from rag.types import Scope

os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"  # read when Gradio is imported
os.environ["GRADIO_ANALYTICS_CACHE_FREQUENCY"] = "1000000000"  # no statistics of who asked what, and when

import gradio

AT_ONCE = 4
"""Questions answered at the same time; models take turns by themselves."""


def application(
    assistant: Assistant,
    library: Path,
    journal: Journal,
    *,
    hosts: tuple[str, ...] = ("127.0.0.1", "localhost"),
    root_path: str = "",
    add: Add | None = None,
) -> Application:
    """The guarded ASGI application.

    Args:
        library: the library's folder; dropped files are kept in it.
        hosts: names the page may be asked for under.
        root_path: path prefix of a reverse proxy, or "".
        add: brings paths into the library; by default `rag.library.add` on the assistant's store.
    """
    bring = add or library_routes.adder(assistant)
    inner = FastAPI(title="rag", docs_url=None, redoc_url=None, openapi_url=None)
    inner.mount("/static", StaticFiles(directory=page.STATIC), name="static")
    inner.include_router(library_routes.router(assistant, library, bring))
    inner.include_router(conversation_routes.router(journal))
    inner.include_router(models_routes.router(assistant, journal))
    inner.add_exception_handler(RagError, _problem)

    @inner.get("/")
    def root() -> HTMLResponse:
        return HTMLResponse(page.page(assistant, examples(assistant.store)))

    def mount() -> FastAPI:
        engine = _engine(assistant, journal, library, bring)
        mounted: FastAPI = gradio.mount_gradio_app(
            inner, engine, path="/", ssr_mode=False, footer_links=[], run_history=False, show_error=False
        )
        return mounted

    return Guard(_in_a_loop(mount), hosts, UPLOAD_LIMIT, root_path)


def _in_a_loop(make: Callable[[], FastAPI]) -> FastAPI:
    """Outside a running event loop Gradio opens one for each lock it makes, and never closes it."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:

        async def made() -> FastAPI:
            return make()

        return asyncio.run(made())
    return make()


def _engine(assistant: Assistant, journal: Journal, library: Path, add: Add) -> Any:
    def ask(
        question: str,
        conversation: str = "",
        documents: list[str] | None = None,
        mode: str = "",
        again: str = "",
        after: str = "",
        before: str = "",
        folder: str = "",
    ) -> Iterator[dict[str, Any]]:
        """Ask the library; yields stages, the claims so far, and the answer last, as HTML."""
        scope = Scope(documents=tuple(documents or ()), folder=folder, after=after, before=before)
        chosen = mode if mode in page.MODES else None
        asked = asking.Asked(question, conversation, scope, chosen, again)
        yield from asking.answer(asked, assistant, journal)

    def bring_in(names: list[str]) -> Iterator[dict[str, Any]]:
        """Read dropped files into the library; yields progress and what it came to."""
        yield from adding.bring_in(names, library, add)

    with gradio.Blocks(title="rag", analytics_enabled=False) as engine:
        gradio.api(ask, api_name="ask", concurrency_limit=AT_ONCE)
        gradio.api(bring_in, api_name="add", concurrency_limit=1)
    engine.queue(max_size=64, status_update_rate="auto")
    return engine


def _problem(request: Request, problem: Exception) -> JSONResponse:
    assert isinstance(problem, RagError)  # noqa: S101  (registered for RagError only)
    status = 404 if isinstance(problem, InputError) else 409
    return JSONResponse({"html": notice_view.error(problem)}, status)
