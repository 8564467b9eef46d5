"""`rag ask`: one question, answered in the terminal."""

from __future__ import annotations

import json
import sys
from typing import Annotated

import typer

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
        chosen = replace(chosen, mode=mode)  # type: ignore[arg-type]
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
        render.terminal(values, explain=explain)
    raise typer.Exit(ANSWERED if answer.status == "answered" else ABSTAINED)


def _scope(assistant: object, within: list[str]) -> object:
    raise NotImplementedError
