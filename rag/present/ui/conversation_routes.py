"""Routes for what was asked before: conversations, stored answers, reviews, exports."""

from __future__ import annotations

import re
from typing import Annotated

from fastapi import APIRouter, Body, Response
from fastapi.responses import HTMLResponse, JSONResponse

from rag.errors import InputError
from rag.journal import Journal
from rag.present import render
from rag.present.ui import conversation_view


def router(journal: Journal) -> APIRouter:
    routes = APIRouter()

    @routes.get("/conversations")
    def listing(search: str = "") -> HTMLResponse:
        return HTMLResponse(conversation_view.listing(journal.conversations(search), search))

    @routes.get("/conversations/{conversation}")
    def conversation(conversation: str) -> JSONResponse:
        entries = journal.answers(conversation)
        if not entries:
            raise InputError("This conversation is no longer kept.", "Ask again.")
        return JSONResponse(
            {
                "html": conversation_view.conversation(entries),
                "conversation": conversation,
                "scope": entries[-1].record.get("scope"),
            }
        )

    @routes.patch("/conversations/{conversation}")
    def rename(conversation: str, title: Annotated[str, Body(embed=True, max_length=200)]) -> Response:
        journal.rename(conversation, title.strip() or "Untitled")
        return Response(status_code=204)

    @routes.delete("/conversations/{conversation}")
    def delete(conversation: str) -> Response:
        journal.delete(conversation)
        return Response(status_code=204)

    @routes.get("/conversations/{conversation}/export.{suffix}")
    def export(conversation: str, suffix: str) -> Response:
        records = [entry.record for entry in journal.answers(conversation)]
        if not records:
            raise InputError("This conversation is no longer kept.", "Ask again.")
        title = str(records[0]["question"])
        if suffix == "md":
            return _file(render.markdown_conversation(title, records), title, "md", "text/markdown")
        if suffix == "html":
            return _file(render.html(title, records), title, "html", "text/html")
        if suffix == "json":
            return _file(render.json_lines(records), title, "jsonl", "application/jsonl")
        raise InputError(f"There is no export as '{suffix}'.", "Use md, html or json.")

    @routes.get("/answers/{answer}")
    def answer(answer: str) -> JSONResponse:
        entry = journal.answer(answer)
        return JSONResponse(
            {
                "html": conversation_view.turn(entry),
                "conversation": entry.conversation,
                "scope": entry.record.get("scope"),
            }
        )

    @routes.get("/answers/{answer}/footnotes")
    def footnotes(answer: str) -> Response:
        return Response(
            render.markdown(journal.answer(answer).record), media_type="text/plain; charset=utf-8"
        )

    @routes.post("/answers/{answer}/review")
    def review(
        answer: str,
        verdict: Annotated[str, Body(embed=True, max_length=40)],
        correction: Annotated[str, Body(embed=True, max_length=4000)] = "",
    ) -> Response:
        journal.review(answer, verdict, correction)  # type: ignore[arg-type]  # review refuses unknown verdicts
        return Response(status_code=204)

    return routes


def _file(text: str, title: str, suffix: str, kind: str) -> Response:
    name = re.sub(r"[^A-Za-z0-9]+", "-", title).strip("-").lower()[:60] or "conversation"
    headers = {"content-disposition": f'attachment; filename="{name}.{suffix}"'}
    return Response(text, media_type=f"{kind}; charset=utf-8", headers=headers)
