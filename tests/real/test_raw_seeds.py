"""The whole path on real models over raw web pages, as a new user would try it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from rag import assistant as assistants
from rag import library
from rag.assistant import Assistant
from rag.citations import record
from rag.settings import Settings
from rag.types import Turn
from tests.conftest import REPOSITORY

pytestmark = pytest.mark.models

QUESTIONS = [
    json.loads(line)
    for line in (Path(__file__).parent / "raw_seed_questions.jsonl").read_text("utf-8").splitlines()
]

FIRST = {
    "How many Belarusians live abroad?": ["two million", "2 million", "2,000,000"],
    "Which flight was forced to land?": ["4978"],
    "What sentences did the rail partisans get?": ["21", "22", "23"],
    "Who is Scott Rauland?": ["embassy"],
    "How many Russian troops were sent to Belarus?": ["9,000"],
}
ABSENT = ["How tall is the Ostankino tower?", "What is the budget of the United Transitional Cabinet?"]


@pytest.fixture(scope="module")
def assistant(raw_seeds: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    built = assistants.build(Settings(library=tmp_path_factory.mktemp("library")))
    summary = library.add([raw_seeds], built.store, built.embedder)
    assert summary.added == 5
    yield built
    built.close()


def test_the_first_questions_are_answered_with_the_fact_and_a_true_quote(assistant: Assistant) -> None:
    right = 0
    for question, facts in FIRST.items():
        values = record(assistant.ask(question))
        for citation in values["citations"]:
            text = assistant.store.document(citation["document"]).text
            assert text[citation["start"] : citation["end"]] == citation["quote"]
        right += any(fact.lower() in values["text"].lower() for fact in facts)
    assert right >= 4


@pytest.mark.parametrize("question", ABSENT)
def test_what_the_pages_do_not_say_is_not_answered(assistant: Assistant, question: str) -> None:
    answer = assistant.ask(question)
    assert answer.status == "abstained"
    assert answer.reason


def test_a_comparison_is_answered_with_a_quote_for_each_side(assistant: Assistant) -> None:
    answer = assistant.ask("How do Zhyhar and Kravchenko differ on sanctions?", mode="quotes")
    assert answer.status == "answered"
    shown = " ".join(claim.text for claim in answer.claims)
    assert "Zhyhar" in shown
    assert "Kravchenko" in shown


def test_a_comparison_with_somebody_of_whom_nothing_is_said_is_not_answered(assistant: Assistant) -> None:
    answer = assistant.ask("How do Zhyhar and Thatcher differ on sanctions?", mode="quotes")
    assert answer.status == "abstained"
    assert "Thatcher" in answer.reason


@pytest.mark.parametrize("name", ["Tsikhanouskaya", "Cichanoŭskaja", "Tikhanovskaya"])
def test_any_spelling_of_a_name_finds_the_person(assistant: Assistant, name: str) -> None:
    answer = assistant.ask(f"Against whom did {name} run for president?", mode="quotes")
    nearest = " ".join(item.quote for item in answer.evidence[:3])
    assert "Lukashenk" in nearest or "Łukašenk" in nearest


def test_a_question_that_follows_up_is_completed_from_the_one_before(assistant: Assistant) -> None:
    before = Turn("Which flight was forced to land?", "The Ryanair flight 4978 was forced to land.")
    answer = assistant.ask("And where was that?", history=[before], mode="quotes")
    assert "flight" in answer.standalone


def test_a_false_premise_is_not_answered(assistant: Assistant) -> None:
    assert assistant.ask("Why did Zelensky reject the alliance?", mode="quotes").status == "abstained"


def test_most_questions_over_the_raw_pages_find_their_fact(assistant: Assistant) -> None:
    answerable = [row for row in QUESTIONS if row["answerable"]]
    found = 0
    for row in answerable:
        text = " ".join(claim.text for claim in assistant.ask(row["question"], mode="quotes").claims)
        wanted = all if "list" in row["tags"] else any
        found += wanted(answer.lower() in text.lower() for answer in row["answers"])
    assert found / len(answerable) >= 0.5, f"{found} of {len(answerable)}"


def test_more_near_misses_are_refused_than_answered(assistant: Assistant) -> None:
    near_misses = [row for row in QUESTIONS if not row["answerable"]]
    refused = sum(assistant.ask(row["question"], mode="quotes").status == "abstained" for row in near_misses)
    assert refused > len(near_misses) / 2, f"{refused} of {len(near_misses)}"


def test_menus_and_share_buttons_are_never_evidence(assistant: Assistant) -> None:
    for listing in assistant.store.listings():
        document = assistant.store.document(listing.document_id)
        for span in document.furniture:
            assert 0 <= span.start < span.end <= len(document.text)
    answer = assistant.ask("What are the terms of use?", mode="quotes")
    assert answer.status == "abstained"


def test_a_newcomer_is_answered_from_the_sample_documents(tmp_path: Path) -> None:
    built = assistants.build(Settings(library=tmp_path / "library"))
    try:
        library.add([REPOSITORY / "seeds"], built.store, built.embedder)
        answer = built.ask("Why does Belarus want to join the EU?")
        assert answer.status == "answered"
        shown = " ".join(claim.text.lower() for claim in answer.claims)
        assert sum(word in shown for word in ("security", "pragmati", "values", "unsafe", "rights")) >= 2
    finally:
        built.close()
