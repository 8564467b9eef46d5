"""Where an answer went wrong: the first step of the way that lost it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rag.evaluate.measures.answers import holds_answer, holds_nugget
from rag.evaluate.measures.retrieval import overlaps

CAUSES = {
    "right": "answered, right, and cited",
    "rightly abstained": "not in the documents, and said so",
    "not retrieved": "no passage that was found holds the gold evidence",
    "retrieved but not in evidence": "a passage holds it, no selected sentence does",
    "in evidence but wrong": "a selected sentence holds it, the answer does not",
    "right but uncited": "the answer is right and rests on no citation",
    "miscited": "the answer is right, its citations are invalid or carry nothing of the gold",
    "wrongly abstained": "the evidence was selected, and the answer withheld",
    "wrongly answered": "not in the documents, and answered all the same",
    "error": "the assistant failed",
    "not judged": "the question has no gold",
}
"""Every cause, in the order of the way, with what it says."""

GOOD = ("right", "rightly abstained")


def cause(row: Mapping[str, Any]) -> str:
    """The cause for one line of a run.

    An answerable question is followed from retrieval to citation, and the first step that lost the gold is
    named; a multi-part gold counts as found when a part of it is. A right answer counts as miscited when
    a quote is not verbatim, or when no quote overlaps the gold evidence or holds a gold answer.
    """
    if row["answerable"] is None:
        return "not judged"
    if not row["answerable"]:
        return "rightly abstained" if row["status"] == "abstained" else "wrongly answered"
    if row["outcome"] == "right":
        return _cited(row)
    gold = [place for item in row["gold"]["evidence"] for place in item]
    if gold and not _touches(row["hits"], gold):
        return "not retrieved"
    if gold and not _touches(row["evidence"], gold):
        return "retrieved but not in evidence"
    return "wrongly abstained" if row["status"] == "abstained" else "in evidence but wrong"


def waterfall(rows: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """How many questions each cause has, in the order of the way; causes that do not occur are left out."""
    found = [row["failure"] for row in rows]
    return {name: found.count(name) for name in CAUSES if name in found}


def _cited(row: Mapping[str, Any]) -> str:
    if not row["citations"]:
        return "right but uncited"
    if row["measures"]["citation_validity"] < 1:
        return "miscited"
    gold = [place for item in row["gold"]["evidence"] for place in item]
    if not gold or _touches([[c["document"], c["start"], c["end"]] for c in row["citations"]], gold):
        return "right"
    return "right" if any(_carries(c["quote"], row["gold"]) for c in row["citations"]) else "miscited"


def _carries(quote: str, gold: Mapping[str, Any]) -> bool:
    return any(holds_answer(quote, alias) for alias in gold.get("answers", ())) or any(
        holds_nugget(quote, nugget["text"]) for nugget in gold.get("nuggets", ())
    )


def _touches(places: Sequence[Sequence[Any]], gold: Sequence[Mapping[str, Any]]) -> bool:
    return any(
        overlaps((place[0], place[1], place[2]), (g["document"], g["start"], g["end"]))
        for place in places
        for g in gold
    )
