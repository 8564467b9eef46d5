"""Two runs of the same questions: what changed, how sure that is, and whether a change may pass."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from rag.errors import InputError
from rag.evaluate.run import Run
from rag.evaluate.statistics import SEED, holm, mcnemar, mean_interval

PASSED, REGRESSED, BAD_INPUT, INCOMPLETE = 0, 1, 2, 3
"""Exit codes of `rag eval compare`."""

SIGNIFICANT = 0.05

WAY = (
    "right",
    "rightly abstained",
    "right but uncited",
    "miscited",
    "wrongly abstained",
    "in evidence but wrong",
    "retrieved but not in evidence",
    "not retrieved",
    "wrongly answered",
    "error",
)
"""Causes, the mildest first: of two failures the one that lost the gold earlier is the worse."""

Row = Mapping[str, Any]
Verdict = Literal["better", "worse", "no difference"]


def _measure(name: str) -> Callable[[Row], float | None]:
    def value(row: Row) -> float | None:
        found = row["measures"].get(name)
        return None if found is None else float(found)

    return value


def _when(answerable: bool, outcome: str) -> Callable[[Row], float | None]:
    return lambda row: float(row["outcome"] == outcome) if row["answerable"] is answerable else None


def _truth(row: Row) -> float | None:
    return {"right": 1.0, "abstained": 0.0, "wrong": -1.0}.get(row["outcome"])


def _found_all(row: Row) -> float | None:
    found = row["measures"].get("recall_at_10")
    return None if found is None else float(found == 1.0)


GATE: Mapping[str, tuple[bool, Callable[[Row], float | None]]] = {
    "answered right": (True, _when(True, "right")),
    "rightly abstained": (True, _when(False, "abstained")),
    "all evidence retrieved": (True, _found_all),
    "truthfulness": (False, _truth),
    "evidence coverage at 512": (False, _measure("evidence_coverage_at_512")),
    "evidence selected": (False, _measure("evidence_selected")),
    "containment": (True, _measure("containment")),
    "nugget recall": (False, _measure("nugget_recall")),
    "gold citation precision": (False, _measure("gold_citation_precision")),
    "gold citation recall": (False, _measure("gold_citation_recall")),
}
"""The gate's measures: whether each is yes or no for a question, and its value (None: does not apply)."""


@dataclass(frozen=True, slots=True)
class Line:
    """One measure of the comparison."""

    measure: str
    value: float
    low: float
    """95 % interval of the new value."""
    high: float
    baseline: float
    difference: float
    difference_low: float
    difference_high: float
    p: float
    """Adjusted for the number of measures (Holm). McNemar's for yes/no, else from the bootstrap."""
    questions: int
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Change:
    """One question that came out otherwise."""

    id: str
    question: str
    before: str
    after: str
    worse: bool


@dataclass(frozen=True, slots=True)
class Comparison:
    lines: tuple[Line, ...]
    changes: tuple[Change, ...]
    invalid: tuple[str, ...]
    """Questions of the new run with a citation that is not verbatim: always a regression."""
    errors: tuple[str, ...]
    """Questions on which the assistant failed, in the new run only: always a regression."""
    missing: tuple[str, ...]
    """Questions of the baseline that the new run has not answered."""
    notes: tuple[str, ...] = ()
    seed: int = SEED

    @property
    def regressed(self) -> bool:
        return bool(self.invalid or self.errors) or any(line.verdict == "worse" for line in self.lines)

    @property
    def exit_code(self) -> int:
        if self.regressed:
            return REGRESSED
        return INCOMPLETE if self.missing else PASSED


def compare(base: Run, new: Run, *, common: bool = False) -> Comparison:
    """Paired on question id.

    Args:
        common: only the questions that both answered count; otherwise a question of the baseline without an
            answer makes the new run incomplete.

    Raises:
        InputError: the runs have no question in common, or ask different questions under one id.
    """
    before = {row["id"]: row for row in base.rows}
    after = {row["id"]: row for row in new.rows}
    shared = [identity for identity in before if identity in after]
    if not shared:
        raise InputError(
            f"{base.folder} and {new.folder} have no question in common.", "Run both on one question set."
        )
    for identity in shared:
        if before[identity]["question"] != after[identity]["question"]:
            raise InputError(
                f"Question '{identity}' is not the same in both runs.", "Make the baseline again."
            )
    pairs = [(before[identity], after[identity]) for identity in shared]
    added = len(after) - len(shared)
    return Comparison(
        lines=_lines(pairs),
        changes=tuple(_changes(pairs)),
        invalid=tuple(r["id"] for r in new.rows if r["measures"].get("citation_validity", 1.0) < 1.0),
        errors=tuple(b["id"] for a, b in pairs if b["failure"] == "error" and a["failure"] != "error"),
        missing=() if common else tuple(identity for identity in before if identity not in after),
        notes=(f"{added} questions are new, and not compared.",) if added else (),
    )


def _lines(pairs: Sequence[tuple[Row, Row]]) -> tuple[Line, ...]:
    found = []
    for name, (yes_or_no, value) in GATE.items():
        both = [(value(a), value(b), b["cluster"]) for a, b in pairs]
        having = [(a, b, cluster) for a, b, cluster in both if a is not None and b is not None]
        if having:
            found.append(_line(name, yes_or_no, having))
    adjusted = holm([line.p for line in found])
    return tuple(_judged(line, p) for line, p in zip(found, adjusted, strict=True))


def _line(name: str, yes_or_no: bool, having: Sequence[tuple[float, float, str]]) -> Line:
    before, after = [a for a, _, _ in having], [b for _, b, _ in having]
    clusters = [cluster for _, _, cluster in having]
    new = mean_interval(after, clusters)
    difference = mean_interval([b - a for a, b, _ in having], clusters)
    return Line(
        name,
        new.value,
        new.low,
        new.high,
        sum(before) / len(before),
        difference.value,
        difference.low,
        difference.high,
        mcnemar([a == 1 for a in before], [b == 1 for b in after]) if yes_or_no else difference.p,
        len(having),
        "no difference",
    )


def _judged(line: Line, p: float) -> Line:
    """A difference counts when its adjusted p is under 0.05 and its interval leaves zero out."""
    verdict: Verdict = "no difference"
    if p < SIGNIFICANT and line.difference_high < 0:
        verdict = "worse"
    elif p < SIGNIFICANT and line.difference_low > 0:
        verdict = "better"
    values = {name: getattr(line, name) for name in Line.__slots__}
    return Line(**{**values, "p": p, "verdict": verdict})


def _changes(pairs: Sequence[tuple[Row, Row]]) -> list[Change]:
    changes = []
    for before, after in pairs:
        if before["failure"] == after["failure"]:
            continue
        worse = (_truth(after) or 0.0, -_distance(after)) < (_truth(before) or 0.0, -_distance(before))
        changes.append(Change(before["id"], before["question"], before["failure"], after["failure"], worse))
    return sorted(changes, key=lambda change: (not change.worse, change.id))


def _distance(row: Row) -> int:
    """How bad: the place of its cause in `WAY`."""
    return WAY.index(row["failure"]) if row["failure"] in WAY else 0
