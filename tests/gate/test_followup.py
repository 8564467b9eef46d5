import pytest

from rag.followup import needs_history, standalone
from rag.types import Turn

EARLIER = [Turn("How many troops were sent to Belarus?", "About 9,000.")]


@pytest.mark.parametrize(
    "question",
    ["And when was that?", "Why?", "How old is he?", "What about the tanks?", "When did they arrive?"],
)
def test_a_question_that_points_back_is_completed_from_the_conversation(question: str) -> None:
    assert needs_history(question)
    assert EARLIER[0].question in standalone(question, EARLIER)


@pytest.mark.parametrize(
    "question",
    [
        "How many professors does the university employ?",
        "Is there a bridge over the river?",
        "What did Kavaleuski say about his passport?",
        "Who is Scott Rauland?",
    ],
)
def test_a_question_that_stands_alone_is_left_as_it_is(question: str) -> None:
    assert standalone(question, EARLIER) == question


def test_without_a_conversation_nothing_is_completed() -> None:
    assert standalone("And when was that?", []) == "And when was that?"


def test_a_chain_of_follow_ups_reaches_back_to_its_subject() -> None:
    chain = [*EARLIER, Turn("And when was that?")]
    assert "How many troops" in standalone("And why?", chain)
