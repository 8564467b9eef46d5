"""How sure an answer must be before it is shown: three named levels, each with what was measured for it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache

from rag import packaged

MEASURED = "squad2_a.json"
"""The open set whose questions are half answerable and half not."""


@dataclass(frozen=True, slots=True)
class Level:
    name: str
    risk: float
    """The confidence from which an answer is shown."""
    words: str


LEVELS = (
    Level("Careful", 0.65, "Says only what it is quite sure of, and declines more that could be answered."),
    Level("Even", 0.5, "The default: a wrong answer and a needless refusal weigh about the same."),
    Level("Open", 0.35, "Shows what may be the answer. More of it is wrong: check every quote."),
)


@dataclass(frozen=True, slots=True)
class Measured:
    """What a level gave on the measured questions."""

    questions: int
    answered: float
    """Share of the questions that were answered."""
    right: float
    """Share of those answers that were right."""


def measured(risk: float) -> Measured | None:
    """The figures at a confidence of `risk`; None where no results came with this installation."""
    try:
        curve, questions = _results()
        points = [point for point in curve if point["confidence"] >= risk]
        last = max(points, key=lambda point: point["coverage"])
        return Measured(questions, float(last["coverage"]), 1.0 - float(last["risk"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def told(risk: float) -> str:
    """The figures of a level in a line, or nothing."""
    figures = measured(risk)
    if figures is None:
        return ""
    return f"Answered {figures.answered:.0%}; {figures.right:.0%} of those right."


def measured_on() -> str:
    """What the figures were measured on, or nothing."""
    figures = measured(LEVELS[0].risk)
    if figures is None:
        return ""
    return (
        f"Measured in quotes on {figures.questions} questions that people wrote about articles; the articles "
        "answer half of them. Yours will differ: rag eval measures them."
    )


def nearest(risk: float) -> Level | None:
    """The level that a setting stands for, or None when it is one of a person's own."""
    return next((level for level in LEVELS if abs(level.risk - risk) < 0.005), None)


@cache
def _results() -> tuple[list[dict[str, float]], int]:
    values = json.loads((packaged.folder("evals") / "results" / MEASURED).read_text("utf-8"))
    return values["curve"], int(values["values"]["answered_ratio"]["n"])
