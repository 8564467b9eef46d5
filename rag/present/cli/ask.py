"""`rag ask`: one question, answered in the terminal."""

from __future__ import annotations

import json
import sys
from pathlib import PurePath
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rich.console import RenderableType

    from rag.assistant import Assistant
    from rag.types import Scope

ANSWERED = 0
ABSTAINED = 3


def ask(
    context: typer.Context,
    question: Annotated[str, typer.Argument(help="What you want to know.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print the answer as JSON.")] = False,
    mode: Annotated[
        str | None, typer.Option(help="quotes, balanced or fluent; by default what the settings say.")
    ] = None,
    within: Annotated[
        list[str] | None, typer.Option(help="Only this document (id, file name or title); repeatable.")
    ] = None,
    after: Annotated[
        list[str] | None, typer.Option("--after", help="An earlier question of the conversation; repeatable.")
    ] = None,
    explain: Annotated[bool, typer.Option("--explain", help="Tell how the answer was found.")] = False,
) -> None:
    """Answer a question from the documents, or say that they do not. Exit code 0 answered, 3 abstained."""
    from dataclasses import replace
    from typing import get_args

    from rag import assistant as assistants
    from rag import settings
    from rag.citations import record
    from rag.errors import InputError
    from rag.present import render
    from rag.types import Turn

    chosen = settings.load(context.obj)
    if mode is not None:
        if mode not in get_args(settings.Mode):
            raise InputError(f"There is no mode '{mode}'.", "Use quotes, balanced or fluent.")
        chosen = replace(chosen, mode=mode)  # type: ignore[arg-type]  # looked up above
    assistant = assistants.build(chosen)
    try:
        answer = assistant.ask(
            question,
            history=[Turn(earlier) for earlier in after or []],
            scope=_scope(assistant, within or []),
        )
    finally:
        assistant.close()
    values = record(answer)
    if as_json:
        typer.echo(json.dumps(values, ensure_ascii=False, indent=2 if sys.stdout.isatty() else None))
    else:
        _print(render.terminal(values, explain=explain))
    raise typer.Exit(ANSWERED if answer.status == "answered" else ABSTAINED)


def _print(shown: RenderableType) -> None:
    from rich.console import Console

    Console(highlight=False).print(shown)


def _scope(assistant: Assistant, within: list[str]) -> Scope:
    """The documents that were named, by id, file name or title.

    Raises:
        InputError: nothing of that name is in the library.
    """
    from rag.errors import InputError
    from rag.types import Scope

    listings = assistant.store.listings() if within else []
    chosen: list[str] = []
    for name in within:
        found = [
            listing.document_id
            for listing in listings
            if name in (listing.document_id, listing.source.title, PurePath(listing.source.path).name)
        ]
        if not found:
            raise InputError(f"No document '{name}' is in the library.", "See what is there: rag list")
        chosen += found
    return Scope(documents=tuple(chosen))
