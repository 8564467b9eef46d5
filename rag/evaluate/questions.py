"""Question sets: JSONL, a YAML list, or CSV. Only `question` is required.

    {"id": "...", "question": "...", "answerable": true, "answers": ["2,000"],
     "nuggets": [{"text": "...", "vital": true}],
     "evidence": [{"doc": "a.txt", "start": 1930, "end": 2100}, {"doc": "b.pdf", "page": 37, "quote": "..."}],
     "must_not": ["..."], "tags": ["multi-doc"], "history": [{"question": "...", "answer": "..."}]}

`answer_type: "span"` says that the evidence spans are different places of one answer, any of which will do.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from rag.errors import InputError
from rag.types import Turn


@dataclass(frozen=True, slots=True)
class Nugget:
    """A fact that the answer should hold."""

    text: str
    vital: bool = True


@dataclass(frozen=True, slots=True)
class Reference:
    """Gold evidence as written: by offsets, or by a quote (on a page)."""

    doc: str
    """Path of the document below the documents' folder, or the end of its path."""
    start: int | None = None
    end: int | None = None
    quote: str = ""
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Question:
    id: str
    question: str
    answerable: bool | None = None
    """None: nobody has said; the answer is shown and its citations are checked, nothing else is counted."""
    answers: tuple[str, ...] = ()
    """Any of them will do."""
    nuggets: tuple[Nugget, ...] = ()
    evidence: tuple[Reference, ...] = ()
    must_not: tuple[str, ...] = ()
    """Phrases that make an answer wrong."""
    tags: tuple[str, ...] = ()
    history: tuple[Turn, ...] = ()
    one_of: bool = False
    """The evidence spans are alternatives."""
    about: str = ""
    """The document that the question was written on, when that is known without gold evidence."""

    @property
    def cluster(self) -> str:
        """What questions are drawn by in the bootstrap: their (first) document, else the question itself."""
        return self.evidence[0].doc if self.evidence else self.about or self.id


def load(path: Path) -> list[Question]:
    """Read a question set.

    Raises:
        InputError: the file cannot be read, or a question is not well formed; it names the place.
    """
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path} cannot be read as a question set ({error}).") from error
    suffix = path.suffix.lower()
    if suffix in (".yaml", ".yml"):
        rows = _from_yaml(text, path)
    elif suffix == ".csv":
        rows = _from_csv(text, path)
    else:
        rows = _from_jsonl(text, path)
    questions = [_question(row, place) for place, row in rows]
    if not questions:
        raise InputError(f"{path} holds no questions.", "Write one JSON object a line.")
    repeated = [identity for identity, count in Counter(q.id for q in questions).items() if count > 1]
    if repeated:
        raise InputError(f"{path} uses the id '{repeated[0]}' more than once.", "Give each question its own.")
    return questions


def sample(questions: Sequence[Question], size: int, seed: int) -> list[Question]:
    """A random sample in the set's order; half of it answerable where there are enough of both kinds."""
    if size >= len(questions):
        return list(questions)
    draw = random.Random(seed)  # noqa: S311  (a sample, not a secret)
    kinds = [[q for q in questions if (q.answerable is False) is kind] for kind in (False, True)]
    small = min(kinds, key=len)
    taken = min(len(small), size // 2)
    rest = kinds[1] if small is kinds[0] else kinds[0]
    chosen = {q.id for q in draw.sample(small, taken)} | {q.id for q in draw.sample(rest, size - taken)}
    return [q for q in questions if q.id in chosen]


def as_record(question: Question) -> dict[str, Any]:
    """A question as the values of its JSON line, empty ones left out."""
    evidence = [_without_empty(asdict(reference)) for reference in question.evidence]
    values: dict[str, Any] = {
        "id": question.id,
        "question": question.question,
        "answerable": question.answerable,
        "answers": list(question.answers),
        "nuggets": [{"text": n.text, "vital": n.vital} for n in question.nuggets],
        "evidence": evidence,
        "must_not": list(question.must_not),
        "tags": list(question.tags),
        "history": [{"question": t.question, "answer": t.answer} for t in question.history],
        "answer_type": "span" if question.one_of else "",
    }
    return _without_empty(values)


def digest(questions: Sequence[Question]) -> str:
    """sha256 (hex) over the questions in use: runs of different questions are not one run."""
    lines = [json.dumps(as_record(q), sort_keys=True) for q in questions]
    return hashlib.sha256("\n".join(lines).encode("utf-8", "surrogatepass")).hexdigest()


Row = tuple[str, Mapping[str, Any]]


def _from_jsonl(text: str, path: Path) -> list[Row]:
    rows = []
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            value = json.loads(line)
        except ValueError as error:
            raise InputError(f"{path}, line {number}: not JSON ({error}).") from error
        rows.append((f"{path}, line {number}", value))
    return rows


def _from_yaml(text: str, path: Path) -> list[Row]:
    import yaml

    try:
        values = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise InputError(f"{path}: not YAML ({error}).") from error
    if not isinstance(values, list):
        raise InputError(
            f"{path} is not a YAML list of questions.", "Begin each question with '- question: …'."
        )
    return [(f"{path}, question {number}", value) for number, value in enumerate(values, 1)]


def _from_csv(text: str, path: Path) -> list[Row]:
    reader = csv.DictReader(io.StringIO(text))
    columns = [name.strip().lower() for name in reader.fieldnames or []]
    if "question" not in columns:
        raise InputError(f"{path} has no column 'question'.", "Its first line must name the columns.")
    rows: list[Row] = []
    for number, values in enumerate(reader, 2):
        row = {str(k).strip().lower(): (v or "").strip() for k, v in values.items() if isinstance(v, str)}
        if not row.get("question"):
            continue
        answer = row.get("answer", "")
        known: dict[str, Any] = {"answerable": True, "answers": [answer]} if answer else {}
        rows.append(
            (f"{path}, line {number}", {"question": row["question"], "id": row.get("id", ""), **known})
        )
    return rows


def _question(row: Mapping[str, Any], place: str) -> Question:
    if not isinstance(row, dict) or not isinstance(row.get("question"), str) or not row["question"].strip():
        raise InputError(f"{place}: there is no 'question'.")
    try:
        text = row["question"].strip()
        answerable = row.get("answerable")
        if answerable not in (True, False, None):
            raise ValueError("'answerable' must be true, false or absent")
        evidence = tuple(_reference(item) for item in row.get("evidence") or ())
        units = [item.get("doc", "") for item in row.get("evidence_unit") or ()]
        return Question(
            id=str(row.get("id") or "q-" + hashlib.sha256(text.encode()).hexdigest()[:10]),
            question=text,
            answerable=answerable,
            answers=_texts(row, "answers"),
            nuggets=tuple(_nugget(item) for item in row.get("nuggets") or ()),
            evidence=evidence,
            must_not=_texts(row, "must_not"),
            tags=_texts(row, "tags"),
            history=tuple(_turn(item) for item in row.get("history") or ()),
            one_of=row.get("answer_type") == "span",
            about=units[0] if units else "",
        )
    except (TypeError, KeyError, ValueError, AttributeError) as error:
        raise InputError(f"{place}: {error}.", "See evals/README.md for the format.") from error


def _texts(row: Mapping[str, Any], name: str) -> tuple[str, ...]:
    values = row.get(name) or ()
    if isinstance(values, str):
        return (values,)
    if not all(isinstance(value, str | int | float) for value in values):
        raise ValueError(f"'{name}' must be a list of texts")
    return tuple(str(value) for value in values)


def _without_empty(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None and value not in ("", [])}


def _nugget(item: Any) -> Nugget:
    if isinstance(item, str):
        return Nugget(item)
    return Nugget(str(item["text"]), bool(item.get("vital", True)))


def _turn(item: Any) -> Turn:
    if isinstance(item, str):
        return Turn(item)
    return Turn(str(item["question"]), str(item.get("answer", "")))


def _reference(item: Any) -> Reference:
    reference = Reference(
        doc=str(item["doc"]),
        start=item.get("start"),
        end=item.get("end"),
        quote=str(item.get("quote") or ""),
        page=item.get("page"),
    )
    by_offsets = isinstance(reference.start, int) and isinstance(reference.end, int)
    if not by_offsets and not reference.quote:
        raise ValueError("evidence needs 'start' and 'end', or a 'quote'")
    return reference
