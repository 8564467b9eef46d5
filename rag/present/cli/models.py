"""`rag models`: which models there are, which are in use, and how to change that."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from rag.backends.models import ModelCard
    from rag.settings import Settings

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.command("list")
def list_models(context: typer.Context, as_json: AsJson = False) -> None:
    """Every known model: what it is good for, whether it is here, and which ones are in use."""
    from rag import settings
    from rag.backends import models

    chosen = settings.load(context.obj)
    rows = [_row(card, chosen, models.check(card, read=False).state) for card in models.catalogue()]
    if as_json:
        typer.echo(json.dumps(rows, ensure_ascii=False))
        return
    for row in rows:
        size = f", {row['bytes'] / 1e6:,.0f} MB on disk" if row["bytes"] else ""
        typer.echo(f"{'*' if row['in_use'] else ' '} {row['name']}  ({row['kind']}, {row['state']}{size})")
        typer.echo(f"    {row['good_for']} {row['licence']}, about {row['memory_mb']:,} MB of memory.")
    typer.echo(
        "\n* in use. Choose another: rag models use NAME. Bring one that is missing: rag models pull NAME"
    )


@app.command()
def use(
    context: typer.Context,
    name: Annotated[
        str, typer.Argument(help="A name of the list, a GGUF file, an embedder's folder, or none.")
    ],
    as_json: AsJson = False,
) -> None:
    """Use a model from now on. Written to rag.toml in the library."""
    from rag import settings
    from rag.backends import models

    chosen = settings.load(context.obj)
    if name == "none":
        kind, value = "generator", name
    else:
        card = _card(name)
        models.locate(card)
        kind, value = card.kind, str(Path(name).expanduser().resolve()) if card.path else card.name
    before = getattr(chosen, kind)
    settings.write(chosen.library, kind, value)
    after = getattr(settings.load(context.obj), kind)
    note = ""
    if after != value:
        note = f"RAG_{kind.upper()} is set in the environment and goes before rag.toml."
    elif kind == "embedder" and before != after:
        note = "Documents that are in the library already must be embedded again: rag rebuild"
    if as_json:
        typer.echo(json.dumps({"kind": kind, "name": after, "before": before, "note": note}))
    else:
        typer.echo(f"{kind}: {after} (was {before})")
        if note:
            typer.echo(note)


@app.command()
def check(
    context: typer.Context,
    names: Annotated[
        list[str] | None, typer.Argument(help="By default the ones in use and all that are here.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Compare models with their sha256. Exit code 1 when one in use, or one named, is not right."""
    from rag import settings
    from rag.backends import models

    chosen = settings.load(context.obj)
    in_use = [
        _card(name) for name in (chosen.embedder, chosen.scorer, chosen.generator) if name not in ("", "none")
    ]
    needed = [_card(name) for name in names] if names else in_use
    cards = needed if names else [*in_use, *(card for card in models.catalogue() if card not in in_use)]
    rows, wrong = [], False
    for card in cards:
        result = models.check(card)
        if card not in needed and result.state == "missing":
            continue
        wrong = wrong or result.state != "ready"
        row = _row(card, chosen, result.state)
        digest = models.identity(card, result.folder) if result.state == "ready" and result.folder else ""
        remedy = "" if result.state == "ready" else card.remedy
        rows.append({**row, "digest": digest, "detail": result.detail, "remedy": remedy})
    if as_json:
        typer.echo(json.dumps(rows, ensure_ascii=False))
    else:
        for row in rows:
            told = row["detail"] or row["digest"][:16]
            typer.echo(f"{row['name']}: {row['state']} {told} {row['remedy']}".rstrip())
    raise typer.Exit(1 if wrong else 0)


@app.command()
def pull(
    name: Annotated[str, typer.Argument(help="A name of the list, or OWNER/NAME:FILE.gguf.")],
    endpoint: Annotated[str, typer.Option(help="Address of the hub; also HF_ENDPOINT.")] = "",
    as_json: AsJson = False,
) -> None:
    """Download a model from the Hugging Face hub. Continues where it was interrupted."""
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

    from rag.backends import hub, models

    listed = [card for card in models.catalogue() if card.name == name]
    card = listed[0] if listed else hub.card_of(name)
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        tasks: dict[str, Any] = {}

        def show(file: str, done: int, total: int) -> None:
            if file not in tasks:
                tasks[file] = bars.add_task(file, total=total or None)
            bars.update(tasks[file], completed=done, total=total or None)

        folder = hub.pull(card, show, endpoint)
    target = card.name if listed else str(folder / card.files[0].name)
    if as_json:
        typer.echo(json.dumps({"name": card.name, "folder": str(folder), "use": target}))
    else:
        typer.echo(f"{card.name} is here. Use it: rag models use {target}")


def _card(name: str) -> ModelCard:
    """The card of a listed name of any kind, or of a path."""
    from rag.backends import models

    for card in models.catalogue():
        if card.name == name:
            return card
    return models.find(name, "embedder" if Path(name).expanduser().is_dir() else "generator")


def _row(card: ModelCard, chosen: Settings, state: str) -> dict[str, Any]:
    used = getattr(chosen, card.kind)
    return {
        "name": card.name,
        "kind": card.kind,
        "state": state,
        "in_use": used == card.name or bool(card.path and Path(used).stem == card.name),
        "source": card.package or card.repository or card.bundled or card.path,
        "bytes": card.bytes,
        "memory_mb": card.memory_mb,
        "context": card.context,
        "licence": card.licence,
        "languages": list(card.languages),
        "good_for": card.good_for,
    }
