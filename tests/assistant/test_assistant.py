"""The whole flow over real rooms, with fakes for the models only."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rag import library
from rag.backends.fakes import FakeScorer
from rag.citations import record
from rag.errors import QuestionError
from rag.retrieve import SCORED_TOGETHER
from rag.types import Answer, Claim, Scores, Step, StepStarted, Turn
from tests.assistant.conftest import Make

ASKED = "How many vehicles cross the bridge every day?"


def test_every_quote_is_a_slice_of_the_stored_text(make: Make) -> None:
    assistant = make(mode="quotes")
    answer = assistant.ask(ASKED)
    assert answer.status == "answered"
    assert "160,000" in answer.claims[0].text
    for citation in record(answer)["citations"]:
        text = assistant.store.document(citation["document"]).text
        assert text[citation["start"] : citation["end"]] == citation["quote"]


def test_passages_that_there_was_no_time_to_score_are_not_read_either(make: Make, tmp_path: Path) -> None:
    assistant = make(mode="quotes", budget_seconds=0.0)
    for number in range(8):
        name = tmp_path / f"bridge{number}.txt"
        name.write_text(
            f"Bridge number {number} of {'abcdefgh'[number] * 9} stands in town {number}.", "utf-8"
        )
        library.add([name], assistant.store, assistant.embedder)
    read: set[str] = set()

    class Counting(FakeScorer):
        def answerability(self, question: str, texts: Sequence[str]) -> Scores:
            read.update(texts)
            return super().answerability(question, texts)

    assistant.scorer = Counting()
    answer = assistant.ask("Which bridge stands in a town?")
    assert len(answer.hits) > SCORED_TOGETHER
    assert len(read) <= SCORED_TOGETHER


def test_what_the_documents_do_not_say_is_not_answered(make: Make) -> None:
    answer = make().ask("Who owns the harbour restaurant in Gothenburg?")
    assert answer.status == "abstained"
    assert answer.claims == ()
    assert answer.reason


@pytest.mark.parametrize(
    "lie",
    [
        "About 900,000 vehicles cross the bridge every day.",
        "About 160,000 vehicles do not cross the bridge every day.",
        "Maria Svensson said 160,000 vehicles cross the bridge every day.",
        "About 160,000 vehicles cross the bridge because it was painted green by volunteers.",
        "",
        "[1] [2] [3]",
    ],
)
def test_a_generated_sentence_that_its_evidence_does_not_carry_is_never_shown(make: Make, lie: str) -> None:
    answer = make(lambda prompt, system: lie, mode="fluent").ask(ASKED)
    assert all(claim.text != lie for claim in answer.claims)
    assert all(claim.support == "quoted" for claim in answer.claims)
    assert answer.model == "quotes"


def test_a_generated_sentence_that_its_evidence_carries_is_shown_with_its_citation(make: Make) -> None:
    answer = make(lambda p, s: "160,000 vehicles cross the bridge every day.", mode="fluent").ask(ASKED)
    assert [claim.support for claim in answer.claims] == ["supported"]
    assert answer.claims[0].evidence[0].quote.startswith("About 160,000")
    assert answer.model == "fake-generator"


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=200))
def test_whatever_a_model_writes_what_is_shown_is_quoted_or_verified(make: Make, written: str) -> None:
    assistant = make(lambda prompt, system: written, mode="fluent")
    for claim in assistant.ask(ASKED).claims:
        assert claim.support in ("quoted", "supported")
        assert claim.support == "supported" or claim.text == claim.evidence[0].quote


def test_events_come_in_order_and_the_answer_last(make: Make) -> None:
    events = list(make(mode="balanced").stream(ASKED))
    started = list(dict.fromkeys(event.name for event in events if isinstance(event, StepStarted)))
    ended = [event.name for event in events if isinstance(event, Step)]
    assert started == ended == ["searching", "reading", "writing", "checking"]
    assert isinstance(events[-1], Answer)
    assert events[-1].claims == tuple(event for event in events if isinstance(event, Claim))


def test_a_follow_up_is_searched_with_what_it_points_back_to(make: Make) -> None:
    answer = make(mode="quotes").ask("And who designed it?", history=[Turn("When did the Old Bridge open?")])
    assert "When did the Old Bridge open?" in answer.standalone
    assert any("Anna Berg" in claim.text for claim in answer.claims)


def test_a_question_restricted_to_a_document_is_answered_from_it_only(make: Make) -> None:
    from rag.types import Scope

    assistant = make(mode="quotes", risk=0.0)
    ferry = next(row for row in assistant.store.listings() if row.source.path.endswith("ferry.md"))
    answer = assistant.ask("How many people cross every day?", scope=Scope(documents=(ferry.document_id,)))
    assert {hit.passage.document_id for hit in answer.hits} == {ferry.document_id}


@pytest.mark.parametrize("question", ["", "   ", "x" * 100_000])
def test_an_empty_or_endless_question_is_an_error_that_says_so(make: Make, question: str) -> None:
    with pytest.raises(QuestionError) as error:
        make().ask(question)
    assert error.value.remedy


def test_the_same_question_is_answered_the_same_twice(make: Make) -> None:
    first, second = (record(make(mode="quotes").ask(ASKED)) for _ in range(2))
    for values in (first, second):
        for step in values["steps"]:
            step.pop("seconds")
    assert first == second
