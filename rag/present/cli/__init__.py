"""The command line. Commands import what they need when they run: `rag --help` loads no model library."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

import rag
from rag.errors import RagError
from rag.present.cli.ask import ask
from rag.present.cli.doctor import doctor
from rag.present.cli.evaluate import app as evaluate_app
from rag.present.cli.library import add, list_documents, rebuild, remove, show, sync
from rag.present.cli.models import app as models_app
from rag.present.cli.serve import serve

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


for command in (add, sync, remove, show, rebuild, ask, serve, doctor):
    app.command()(command)
app.command("list")(list_documents)
app.add_typer(evaluate_app, name="eval", help="Measure answers on a question set, and gate a change.")
app.add_typer(models_app, name="models", help="The models in use, and others to choose from.")


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
