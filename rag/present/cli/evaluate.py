"""`rag eval`: measure answers on a question set, and gate a change.

Exit codes: 0 passed, 1 regressed or failed, 2 bad input, 3 incomplete.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rag.present.cli import evaluate_show as show

if TYPE_CHECKING:
    from rag.assistant import Assistant
    from rag.evaluate.gold import Corpus
    from rag.types import Document

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, pretty_exceptions_enable=False)

INCOMPLETE = 3

AsJson = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]
Docs = Annotated[
    Path | None,
    typer.Option("--docs", help="Folder of the documents; by default the library's own documents are asked."),
]
Cache = Annotated[
    Path | None,
    typer.Option("--cache", envvar="RAG_CACHE", help="Where temporary libraries and generations are kept."),
]


@app.command()
def run(
    context: typer.Context,
    questions: Annotated[Path, typer.Argument(help="Question set: .jsonl, .yaml or .csv.")],
    output: Annotated[
        Path, typer.Option("--output", "-o", help="Folder of the run; continued when it exists.")
    ],
    docs: Docs = None,
    sample: Annotated[
        int | None, typer.Option(min=1, help="Ask this many questions, drawn by the seed.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Seed of the sample.")] = 0,
    quote_only: Annotated[bool, typer.Option("--quote-only", help="Never generate.")] = False,
    oracle_evidence: Annotated[
        bool, typer.Option("--oracle-evidence", help="Give the gold evidence instead of searching.")
    ] = False,
    budget: Annotated[str, typer.Option(help="Stop asking after this time: 90s, 10m, 1h.")] = "",
    cache: Cache = None,
    as_json: AsJson = False,
) -> None:
    """Ask every question and measure the answers. A killed or stopped run continues where it was."""
    from rag.evaluate import questions as sets
    from rag.evaluate import run as running
    from rag.evaluate import subject

    seconds = _seconds(budget)
    asked = sets.load(questions)
    if sample is not None:
        asked = sets.sample(asked, sample, seed)
    options = subject.Options(quote_only, oracle_evidence, sample, seed)
    assistant, library = _subject(context, docs, quote_only, cache, quiet=as_json)
    try:
        with show.Bar(as_json, "asking") as bar:
            found = running.run(
                asked,
                subject.respond(assistant, options, _cache(cache) / "generations"),
                library,
                output,
                subject.manifest(assistant, asked, options, library),
                budget_seconds=seconds,
                seed=seed,
                progress=bar.asked,
                anchors=questions.parent / "anchors",
            )
    finally:
        assistant.close()
    if as_json:
        typer.echo(json.dumps({"run": str(output), **found.summary}, ensure_ascii=False))
    else:
        show.summary(found.summary)
        typer.echo(f"\nReport: rag eval report {output} --html report.html")
    if not found.complete:
        typer.echo(
            f"{found.summary['asked']} of {found.summary['questions']} asked; run again to go on.", err=True
        )
        raise typer.Exit(INCOMPLETE)
    if found.summary["errors"]:
        raise typer.Exit(1)


@app.command()
def compare(
    base: Annotated[Path, typer.Argument(help="Folder of the run that is compared with.")],
    new: Annotated[Path, typer.Argument(help="Folder of the new run.")],
    common: Annotated[bool, typer.Option("--common", help="Compare only what both answered.")] = False,
    everything: Annotated[bool, typer.Option("--all", help="Name every changed question.")] = False,
    as_json: AsJson = False,
) -> None:
    """Tell what changed, how sure that is, and whether it may pass."""
    from rag.evaluate import compare as comparing
    from rag.evaluate import run as running

    found = comparing.compare(running.read(base), running.read(new), common=common)
    if as_json:
        typer.echo(json.dumps(show.comparison_values(found), ensure_ascii=False))
    else:
        show.comparison(found, None if everything else 20)
    raise typer.Exit(found.exit_code)


@app.command()
def report(
    run_folder: Annotated[Path, typer.Argument(metavar="RUN", help="Folder of a run.")],
    html: Annotated[Path, typer.Option("--html", help="The file to write.")],
    as_json: AsJson = False,
) -> None:
    """Write a run as one HTML file that needs nothing else."""
    from rag.evaluate import report as reporting
    from rag.evaluate import run as running

    html.write_text(reporting.html(running.read(run_folder)), "utf-8", errors="replace")
    typer.echo(json.dumps({"html": str(html)}) if as_json else f"Wrote {html}")


@app.command()
def init(
    context: typer.Context,
    output: Annotated[Path, typer.Option("--output", "-o", help="Where to write the questions.")] = Path(
        "questions.jsonl"
    ),
    as_json: AsJson = False,
) -> None:
    """Draft a question set from the answers that were reviewed in the page."""
    from rag import settings
    from rag.errors import InputError
    from rag.evaluate import draft as drafting
    from rag.evaluate import questions as sets
    from rag.journal import Journal

    journal = Journal(settings.load(context.obj).library)
    try:
        entries = journal.reviewed()
        earlier = {e.conversation: journal.answers(e.conversation) for e in entries}
    finally:
        journal.close()
    if not entries:
        raise InputError("No answer has been reviewed yet.", "Use the thumbs below an answer: rag serve")
    if output.exists():
        raise InputError(f"{output} exists.", "Choose another file with -o.")
    drafted = drafting.draft(entries, earlier)
    lines = [json.dumps(sets.as_record(question), ensure_ascii=False) for question in drafted]
    output.write_text("".join(f"{line}\n" for line in lines), "utf-8", errors="replace")
    open_ones = sum(drafting.DRAFT in question.tags for question in drafted)
    if as_json:
        typer.echo(json.dumps({"questions": str(output), "count": len(drafted), "draft": open_ones}))
    else:
        typer.echo(f"Wrote {len(drafted)} questions to {output}; {open_ones} tagged 'draft' need an answer.")


@app.command()
def check(
    context: typer.Context,
    questions: Annotated[Path, typer.Argument(help="Question set: .jsonl, .yaml or .csv.")],
    docs: Docs = None,
    cache: Cache = None,
    as_json: AsJson = False,
) -> None:
    """Prove that each gold answer and each piece of evidence really is in the documents."""
    from rag.evaluate import check as checking
    from rag.evaluate import questions as sets

    asked = sets.load(questions)
    problems = checking.check(asked, _documents(context, docs))
    if as_json:
        values = [{"id": problem.id, "problem": problem.problem} for problem in problems]
        typer.echo(json.dumps({"questions": len(asked), "problems": values}, ensure_ascii=False))
    else:
        for problem in problems:
            typer.echo(f"{problem.id}: {problem.problem}")
        typer.echo(f"{len(asked)} questions, {len(problems)} problems.")
    raise typer.Exit(1 if problems else 0)


@app.command()
def export(
    run_folder: Annotated[Path, typer.Argument(metavar="RUN", help="Folder of a run.")],
    to: Annotated[str, typer.Option("--to", help="trec, ragas, promptfoo or baseline.")],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Folder; by default RUN/FORMAT.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Write a run in the files of another tool, or short, as a baseline to commit."""
    from rag.evaluate import export as exporting
    from rag.evaluate import run as running

    written = exporting.export(running.read(run_folder), to, output or run_folder / to)
    typer.echo(json.dumps({"files": [str(p) for p in written]}) if as_json else "\n".join(map(str, written)))


def _subject(
    context: typer.Context, docs: Path | None, quote_only: bool, cache: Path | None, *, quiet: bool
) -> tuple[Assistant, Corpus]:
    """The assistant that is asked, and its documents."""
    from dataclasses import replace

    from rag import assistant as assistants
    from rag import settings
    from rag.evaluate import gold, subject

    chosen = replace(settings.load(context.obj), budget_seconds=subject.UNHURRIED)
    if quote_only:
        chosen = replace(chosen, mode="quotes")
    if docs is None:
        assistant = assistants.build(chosen)
    else:
        with show.Bar(quiet, "reading") as bar:
            assistant = subject.over_folder(chosen, docs, _cache(cache), bar.read)
    return assistant, gold.corpus(assistant.store, docs)


def _documents(context: typer.Context, docs: Path | None) -> Corpus:
    """Documents alone: a check needs no model."""
    from rag import index, settings
    from rag.evaluate import gold

    if docs is not None:
        read = [document for file in sorted(docs.rglob("*")) for document in _read(file)]
        return gold.Corpus(
            {document.id: document for document in read},
            {document.id: document.source.path.replace("\\", "/") for document in read},
            docs,
        )
    store = index.open(settings.load(context.obj).library, read_only=True)
    try:
        return gold.corpus(store)
    finally:
        store.close()


def _read(file: Path) -> list[Document]:
    """Nothing for what is no document: a question about it then says so."""
    from rag import ingest
    from rag.errors import ReadError

    try:
        return ingest.read(file) if file.is_file() else []
    except ReadError:
        return []


def _cache(folder: Path | None) -> Path:
    if folder is not None:
        return folder
    from platformdirs import user_cache_path

    return user_cache_path("rag", appauthor=False) / "evaluate"


def _seconds(text: str) -> float | None:
    import re

    from rag.errors import InputError

    if not text:
        return None
    found = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([smh]?)", text.strip().lower())
    if not found:
        raise InputError(f"'{text}' is no length of time.", "Write 90s, 10m or 1h.")
    return float(found[1]) * {"": 1, "s": 1, "m": 60, "h": 3600}[found[2]]
