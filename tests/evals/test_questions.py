"""The fixed question set: every gold answer is provably in the documents it is asked about."""

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
SEEDS = ROOT / "seeds"
UNANSWERABLE_KINDS = {"out-of-corpus", "on-topic-absent", "false-premise", "underspecified"}
ANSWERABLE_KINDS = {
    "single-fact", "list", "number", "date", "quotation", "who-said-what",
    "comparison", "multi-doc", "name-variant", "follow-up", "why",
}  # fmt: skip
FIELDS = {"id", "question", "answerable", "answers", "nuggets", "evidence", "must_not", "tags"}

DOCUMENTS = {path.name: path.read_bytes().decode("utf-8") for path in sorted(SEEDS.glob("*.md"))}
QUESTIONS: list[dict[str, Any]] = [
    json.loads(line) for line in (ROOT / "evals" / "questions.jsonl").read_text(encoding="utf-8").splitlines()
]
ANSWERABLE = [question for question in QUESTIONS if question["answerable"]]
UNANSWERABLE = [question for question in QUESTIONS if not question["answerable"]]
each_answerable = pytest.mark.parametrize("question", ANSWERABLE, ids=[q["id"] for q in ANSWERABLE])


def words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.casefold()))


def cited_text(question: dict[str, Any]) -> str:
    return "\n".join(DOCUMENTS[name] for name in {entry["doc"] for entry in question["evidence"]})


def test_the_set_is_large_enough_and_a_third_of_it_cannot_be_answered() -> None:
    assert len(QUESTIONS) >= 80
    assert len(UNANSWERABLE) * 3 >= len(QUESTIONS)


def test_every_question_has_the_fields_of_the_format_and_a_unique_id() -> None:
    assert len({question["id"] for question in QUESTIONS}) == len(QUESTIONS)
    for question in QUESTIONS:
        assert question.keys() - {"history"} == FIELDS
        assert re.fullmatch(r"bel-\d{3}", question["id"])


def test_no_question_is_asked_twice_in_the_same_conversation() -> None:
    asked = Counter((q["question"].casefold(), tuple(q.get("history", ()))) for q in QUESTIONS)
    assert max(asked.values()) == 1


def test_each_unanswerable_question_is_of_exactly_one_kind_and_carries_no_gold() -> None:
    kinds = Counter(kind for q in UNANSWERABLE for kind in UNANSWERABLE_KINDS & set(q["tags"]))
    assert set(kinds) == UNANSWERABLE_KINDS
    assert min(kinds.values()) >= 10
    assert kinds.total() == len(UNANSWERABLE)
    assert not any(q["answers"] or q["nuggets"] or q["evidence"] for q in UNANSWERABLE)


def test_answerable_questions_cover_every_kind_and_no_unanswerable_one() -> None:
    tags = {tag for question in ANSWERABLE for tag in question["tags"]}
    assert tags == ANSWERABLE_KINDS


def test_follow_ups_and_only_they_carry_the_earlier_questions() -> None:
    for question in QUESTIONS:
        assert bool(question.get("history")) == ("follow-up" in question["tags"]), question["id"]


def test_every_document_is_evidence_for_some_question() -> None:
    assert {entry["doc"] for question in ANSWERABLE for entry in question["evidence"]} == set(DOCUMENTS)


@each_answerable
def test_each_evidence_quote_occurs_exactly_once_in_its_document(question: dict[str, Any]) -> None:
    assert question["evidence"]
    for entry in question["evidence"]:
        assert DOCUMENTS[entry["doc"]].count(entry["quote"]) == 1, entry["quote"]
        assert "\n" not in entry["quote"]
        assert entry["quote"] == entry["quote"].strip()


@each_answerable
def test_each_gold_answer_and_nugget_is_in_the_cited_documents(question: dict[str, Any]) -> None:
    text = cited_text(question)
    assert question["answers"] or question["nuggets"]
    for answer in question["answers"]:
        assert answer.casefold() in text.casefold(), answer
    for nugget in question["nuggets"]:
        assert words(nugget["text"]) <= words(text), nugget["text"]


@each_answerable
def test_no_forbidden_string_stands_in_the_gold_evidence(question: dict[str, Any]) -> None:
    quotes = "\n".join(entry["quote"] for entry in question["evidence"]).casefold()
    for forbidden in question["must_not"]:
        assert forbidden.casefold() not in quotes


@each_answerable
def test_a_question_tagged_multi_doc_needs_several_documents_and_no_other_does(
    question: dict[str, Any],
) -> None:
    documents = {entry["doc"] for entry in question["evidence"]}
    assert (len(documents) > 1) == ("multi-doc" in question["tags"])
