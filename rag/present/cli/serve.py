"""`rag serve`: the page, on this machine only."""

from __future__ import annotations

from typing import Annotated

import typer


def serve(
    context: typer.Context,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port; 0 takes a free one.")] = 7860,
    root_path: Annotated[str, typer.Option(help="Path under which a reverse proxy serves the page.")] = "",
    browser: Annotated[bool, typer.Option("--open/--no-open", help="Open the page in the browser.")] = False,
) -> None:
    """Open the page at a printed address. Nothing leaves this machine."""
    from rag import assistant as assistants
    from rag import settings

    chosen = settings.load(context.obj)
    typer.echo("Loading models …", err=True)
    assistant = assistants.build(chosen)
    from rag.present import ui

    try:
        ui.serve(assistant, chosen.library, host=host, port=port, root_path=root_path, open_browser=browser)
    finally:
        assistant.close()
