"""`rag serve`: the page, on this machine only."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rag.assistant import Assistant


def serve(
    context: typer.Context,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port; 0 takes a free one.")] = 7860,
    root_path: Annotated[str, typer.Option(help="Path under which a reverse proxy serves the page.")] = "",
    name: Annotated[
        list[str] | None, typer.Option(help="A further name the page is asked for under: the proxy's.")
    ] = None,
    watch: Annotated[
        bool, typer.Option("--watch", help="Keep registered folders in step meanwhile.")
    ] = False,
    browser: Annotated[bool, typer.Option("--open/--no-open", help="Open the page in the browser.")] = False,
) -> None:
    """Open the page at a printed address. Nothing leaves this machine."""
    from rag import assistant as assistants
    from rag import settings

    chosen = settings.load(context.obj)
    typer.echo("Loading models …", err=True)
    assistant = assistants.build(chosen)
    from rag.present import ui

    stop = threading.Event()
    if watch:
        threading.Thread(target=_keep_in_step, args=(assistant, stop), daemon=True).start()
    try:
        ui.serve(
            assistant,
            chosen.library,
            host=host,
            port=port,
            root_path=root_path,
            names=tuple(name or ()),
            open_browser=browser,
        )
    finally:
        stop.set()
        assistant.close()


def _keep_in_step(assistant: Assistant, stop: threading.Event) -> None:
    """Bring changes of the registered folders in as they happen, and say so in a line."""
    from rag import library
    from rag.errors import RagError
    from rag.library.watching import watch

    def synchronise() -> library.Summary:
        size = assistant.settings.passage_tokens
        return library.sync(assistant.store, assistant.embedder, passage_tokens=size)

    def heard(outcome: library.Summary | RagError) -> None:
        if isinstance(outcome, RagError):
            typer.echo(f"rag: {outcome}", err=True)
        elif outcome.added or outcome.updated or outcome.removed:
            typer.echo(
                f"In step: {outcome.added} added, {outcome.updated} updated, {outcome.removed} removed.",
                err=True,
            )

    watch(assistant.store, synchronise, stop, heard)
