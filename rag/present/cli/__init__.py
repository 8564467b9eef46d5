"""The command line. Commands import what they need when they run: `rag --help` loads no model library."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

import rag
from rag.errors import RagError
from rag.present.cli import ask, doctor, evaluate, library, models, serve

app = typer.Typer(
    name="rag",
    help="Ask your own documents. Every sentence of an answer can be checked against verbatim text.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"rag {rag.__version__}")
        raise typer.Exit


@app.callback()
def _options(
    context: typer.Context,
    library: Annotated[
        Path | None,
        typer.Option(
            "--library",
            envvar="RAG_LIBRARY",
            help="Folder of the library; by default the platform's user-data folder.",
        ),
    ] = None,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    context.obj = library


app.command()(library.add)
app.command()(library.sync)
app.command("list")(library.list_documents)
app.command()(library.remove)
app.command()(library.show)
app.command()(library.rebuild)
app.command()(ask.ask)
app.command()(serve.serve)
app.command()(doctor.doctor)
app.add_typer(evaluate.app, name="eval", help="Measure answers on a question set, and gate a change.")
app.add_typer(models.app, name="models", help="The models in use, and others to choose from.")


def main() -> None:
    """Entry point of `rag`. Every expected error is one line on standard error, with its exit code."""
    try:
        app()
    except RagError as error:
        typer.echo(f"rag: {error}", err=True)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        typer.echo("rag: stopped.", err=True)
        sys.exit(130)
