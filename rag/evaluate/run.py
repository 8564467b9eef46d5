"""Ask every question once, write each line as it is known, continue where a killed run was.

A run is a folder: `manifest.json` (what was measured), `results.jsonl` (a line a question),
`summary.json` and `junit.xml`.
"""

from __future__ import annotations

import json
import os
import random
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rag.errors import InputError, RagError
from rag.evaluate import gold as golds
from rag.evaluate import junit, summary
from rag.evaluate.gold import Corpus
from rag.evaluate.grade import failed, grade
from rag.evaluate.measures.retrieval import Place
from rag.evaluate.questions import Question
from rag.evaluate.statistics import RESAMPLES
from rag.types import Answer

MANIFEST, RESULTS, SUMMARY, JUNIT = "manifest.json", "results.jsonl", "summary.json", "junit.xml"

Respond = Callable[[Question, Sequence[Sequence[Place]]], Answer]
"""Answers a question; the gold places are for runs over oracle evidence only."""

Progress = Callable[[int, int, Mapping[str, Any]], None]
"""Called with the questions done, their total, and the latest line."""


@dataclass(frozen=True, slots=True)
class Run:
    """A run as it lies on disk."""

    folder: Path
    manifest: Mapping[str, Any]
    rows: Sequence[Mapping[str, Any]]
    summary: Mapping[str, Any]

    @property
    def complete(self) -> bool:
        return bool(self.summary.get("complete"))


def run(
    questions: Sequence[Question],
    respond: Respond,
    library: Corpus,
    folder: Path,
    manifest: Mapping[str, Any],
    *,
    budget_seconds: float | None = None,
    seed: int = 0,
    progress: Progress | None = None,
    resamples: int = RESAMPLES,
    anchors: Path | None = None,
) -> Run:
    """Ask what has not been asked, then measure.

    Args:
        manifest: `identity` inside it says what the answers depend on. A folder that holds lines of another
            identity is refused: two systems never share a run.
        budget_seconds: stop asking after this time. Questions are then asked in a random order, so that the
            part that was asked is a fair sample; running again goes on.
        anchors: folder of runs that are shown beside this one.

    Raises:
        InputError: gold that does not fit the documents, or a folder that holds another run.
    """
    from filelock import FileLock, Timeout

    gold = {question.id: golds.resolve(question, library) for question in questions}
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(folder / ".lock", timeout=0):
            _begin(folder, manifest)
            rows: dict[str, Mapping[str, Any]] = {row["id"]: row for row in _kept(folder / RESULTS)}
            order = [question for question in questions if question.id not in rows]
            if budget_seconds is not None:
                random.Random(seed).shuffle(order)  # noqa: S311  (a fair order, not a secret)
            _ask(
                order,
                respond,
                gold,
                library,
                folder / RESULTS,
                rows,
                len(questions),
                budget_seconds,
                progress,
            )
            return _finish(questions, rows, library, folder, manifest, resamples, anchors)
    except Timeout as error:
        raise InputError(
            f"Another run is writing to {folder}.", "Wait for it, or choose another folder."
        ) from error


def read(folder: Path) -> Run:
    """A run from its folder.

    Raises:
        InputError: there is no run, or it cannot be read.
    """
    try:
        manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
        rows = _lines(folder / RESULTS)
        found = json.loads((folder / SUMMARY).read_text("utf-8")) if (folder / SUMMARY).is_file() else {}
    except (OSError, ValueError) as error:
        raise InputError(
            f"{folder} holds no run ({error}).", "Make one: rag eval run QUESTIONS -o RUN"
        ) from error
    if not isinstance(manifest, dict) or not isinstance(found, dict):
        raise InputError(f"{folder} holds no run.", "Make one: rag eval run QUESTIONS -o RUN")
    return Run(folder, manifest, rows, found)


def write_json(file: Path, values: Any) -> None:
    """Whole or not at all."""
    temporary = file.with_name(f".{file.name}.tmp")
    temporary.write_text(json.dumps(values, ensure_ascii=False, indent=1) + "\n", "utf-8", errors="replace")
    temporary.replace(file)


def _begin(folder: Path, manifest: Mapping[str, Any]) -> None:
    file = folder / MANIFEST
    if file.is_file():
        before = read(folder).manifest.get("identity", {})
        changed = [name for name, value in manifest["identity"].items() if before.get(name) != value]
        if changed:
            raise InputError(
                f"{folder} holds a run with another {', '.join(changed)}.",
                "Choose another folder with -o, or remove that one.",
            )
        return
    if (folder / RESULTS).exists():
        raise InputError(f"{folder} holds results without a manifest.", "Choose another folder with -o.")
    write_json(file, manifest)


def _ask(
    questions: Sequence[Question],
    respond: Respond,
    gold: Mapping[str, Sequence[Sequence[Place]]],
    library: Corpus,
    file: Path,
    rows: dict[str, Mapping[str, Any]],
    total: int,
    budget_seconds: float | None,
    progress: Progress | None,
) -> None:
    started = time.monotonic()
    with file.open("a", encoding="utf-8", errors="replace", newline="\n") as lines:
        for question in questions:
            if budget_seconds is not None and time.monotonic() - started >= budget_seconds:
                return
            row = _answer(question, respond, gold[question.id], library)
            lines.write(json.dumps(row, ensure_ascii=False) + "\n")
            lines.flush()
            os.fsync(lines.fileno())
            rows[question.id] = row
            if progress is not None:
                progress(len(rows), total, row)


def _answer(
    question: Question, respond: Respond, gold: Sequence[Sequence[Place]], library: Corpus
) -> dict[str, Any]:
    clock = time.perf_counter()
    try:
        answer = respond(question, gold)
    except RagError as error:
        return failed(question, str(error))
    row = grade(question, answer, gold, library)
    return {**row, "seconds": round(time.perf_counter() - clock, 4)}


def _finish(
    questions: Sequence[Question],
    rows: Mapping[str, Mapping[str, Any]],
    library: Corpus,
    folder: Path,
    manifest: Mapping[str, Any],
    resamples: int,
    anchors: Path | None,
) -> Run:
    ordered = [rows[question.id] for question in questions if question.id in rows]
    found = summary.summarise(questions, ordered, library, resamples=resamples, kept=anchors)
    write_json(folder / SUMMARY, found)
    (folder / JUNIT).write_text(junit.junit(ordered), "utf-8", errors="replace")
    return Run(folder, manifest, ordered, found)


def _kept(file: Path) -> list[dict[str, Any]]:
    """The lines of an earlier start; a last line that a kill cut short is removed from the file."""
    if not file.exists():
        return []
    data = file.read_bytes()
    whole = data[: data.rfind(b"\n") + 1]
    if len(whole) < len(data):
        with file.open("r+b") as lines:
            lines.truncate(len(whole))
    return _lines(file)


def _lines(file: Path) -> list[dict[str, Any]]:
    if not file.exists():
        return []
    text = file.read_text("utf-8")
    return [json.loads(line) for line in text[: text.rfind("\n") + 1].split("\n") if line]
