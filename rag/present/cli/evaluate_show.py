"""What `rag eval` shows in a terminal: a progress bar, a summary, a comparison."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from rag.evaluate.compare import Comparison


WIDE = 100
"""Columns from which a comparison also shows p and the number of questions; `--json` always has them."""


class Bar:
    """A progress bar on standard error; silent with --json and where nobody looks."""

    def __init__(self, quiet: bool, what: str) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            TextColumn("{task.fields[note]}", markup=False),
            console=Console(stderr=True),
            disable=quiet,
        )
        self._task = self._progress.add_task(what, total=None, note="")
        self._counts: dict[str, int] = {}

    def __enter__(self) -> Bar:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def asked(self, done: int, total: int, row: Mapping[str, Any]) -> None:
        outcome = str(row["outcome"] or "asked")
        self._counts[outcome] = self._counts.get(outcome, 0) + 1
        note = ", ".join(f"{count} {kind}" for kind, count in sorted(self._counts.items()))
        self._progress.update(self._task, completed=done, total=total, note=note)

    def read(self, progress: Any) -> None:
        self._progress.update(self._task, completed=progress.done, total=progress.total, note=progress.stage)


def summary(values: Mapping[str, Any]) -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console()
    outcomes = values["outcomes"]
    for kind in ("right", "abstained", "wrong"):
        found = outcomes[kind]
        rightly = f", {found['rightly']} rightly" if kind == "abstained" else ""
        console.print(f"{kind:10} {found['count']:5}  {_share(found)}{rightly}", highlight=False)
    truth = outcomes["truthfulness"]
    console.print(
        f"truthfulness {truth['value']:+.3f} ({truth['low']:+.3f} to {truth['high']:+.3f}); anchors: "
        + ", ".join(f"{name} {a['truthfulness']:+.2f}" for name, a in values["anchors"].items()),
        highlight=False,
    )
    for name, count in values["waterfall"].items():
        console.print(f"  {count:5}  {name}", highlight=False)
    table = Table("measure", "value", "95 % interval", "questions", box=None)
    for name, found in values["measures"].items():
        if found["value"] is None:
            continue
        table.add_row(
            name.replace("_", " "),
            f"{found['value']:.3f}",
            f"{found['low']:.3f} – {found['high']:.3f}",
            str(found["n"]),
        )
    console.print(table)


def _share(found: Mapping[str, Any]) -> str:
    return f"{found['value']:.1%} ({found['low']:.1%} – {found['high']:.1%})"


def comparison(found: Comparison, limit: int | None) -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console()
    wide = console.width >= WIDE
    table = Table(
        "measure", "baseline", "now", "difference", *(("p", "n") if wide else ()), "verdict", box=None
    )
    for line in found.lines:
        differs = f"{line.difference:+.3f} ({line.difference_low:+.3f} – {line.difference_high:+.3f})"
        more = (f"{line.p:.3f}", str(line.questions)) if wide else ()
        verdict = "" if line.verdict == "no difference" else line.verdict
        table.add_row(line.measure, f"{line.baseline:.3f}", f"{line.value:.3f}", differs, *more, verdict)
    console.print(table)
    for change in found.changes[:limit]:
        mark = "worse " if change.worse else "better"
        typer.echo(f"{mark} {change.id}  {change.before} → {change.after}  {change.question}")
    if limit is not None and len(found.changes) > limit:
        typer.echo(f"… and {len(found.changes) - limit} more changed questions (--all names them)")
    for identity in found.invalid:
        typer.echo(f"invalid citation: {identity} has a quote that is not verbatim")
    for identity in found.errors:
        typer.echo(f"failed: {identity} could not be answered")
    for note in found.notes:
        typer.echo(note)
    if found.missing:
        typer.echo(f"incomplete: {len(found.missing)} questions of the baseline were not asked")
    typer.echo(f"{'REGRESSION' if found.regressed else 'No regression'} (bootstrap seed {found.seed})")


def comparison_values(found: Comparison) -> dict[str, Any]:
    from dataclasses import asdict

    return {**asdict(found), "regressed": found.regressed, "exit_code": found.exit_code}
