"""`rag doctor`: what this installation needs, what it found, and what to do about it."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Annotated

import typer


def doctor(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Look at Python, processor, models and library. Exit code 1 when something is broken."""
    from rag import settings
    from rag.errors import RagError
    from rag.present import findings

    found = [*findings.machine(), *findings.llama()]
    try:
        chosen = settings.load(context.obj)
        found += [*findings.models_in_use(chosen), *findings.index_state(chosen)]
    except RagError as error:
        found.append(findings.Finding("settings", "broken", error.problem, error.remedy))
    broken = any(finding.state == "broken" for finding in found)
    if as_json:
        typer.echo(json.dumps({"ok": not broken, "findings": [asdict(finding) for finding in found]}))
    else:
        for finding in found:
            mark = {"ok": "ok  ", "note": "note", "broken": "FAIL"}[finding.state]
            typer.echo(f"{mark}  {finding.name}: {finding.detail}")
            if finding.remedy:
                typer.echo(f"      -> {finding.remedy}")
    raise typer.Exit(1 if broken else 0)
