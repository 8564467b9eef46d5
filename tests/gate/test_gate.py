import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag import gate
from rag.evidence import Selection
from rag.gate import Gate, features, kind_present, missing_names, reason, untrained
from rag.types import Evidence, Hit, Passage, Source
from tests.conftest import REPOSITORY

TEXT = "Anna Berg designed the bridge, which opened in 1932."
PASSAGE = Passage("d", 0, len(TEXT), TEXT, "The Old Bridge", Source("/bridge.txt", "The Old Bridge"))


def found(score: float) -> tuple[list[Hit], Selection]:
    evidence = Evidence(PASSAGE, 0, len(TEXT), TEXT, score, margin=score)
    return [Hit(PASSAGE, score)], Selection((evidence,), (score,), score)


@given(st.floats(-50, 50), st.floats(-50, 50))
def test_more_relevant_evidence_never_lowers_the_confidence(one: float, other: float) -> None:
    low, high = sorted((one, other))
    confidence = [
        untrained().confidence(features("Who designed it?", *found(score))) for score in (low, high)
    ]
    assert 0.0 <= confidence[0] <= confidence[1] <= 1.0


def test_without_any_hit_every_feature_is_finite_and_confidence_is_low() -> None:
    values = features("Who designed it?", [], Selection((), ()))
    assert all(abs(value) < 100 for value in values.values())
    assert untrained().confidence(values) < 0.01


def test_a_name_that_no_passage_mentions_is_told() -> None:
    hits, selection = found(2.0)
    assert "“Merkel”" in reason("What did Merkel say of the bridge?", hits, selection.evidence)


def test_initials_are_not_missing_where_the_words_stand_in_full() -> None:
    text = "Neighbours of the World Health Organization and the Council for Mutual Economic Assistance met."
    assert missing_names("What does the WHO say of CMEA and NATO?", text) == ["NATO"]


def test_nothing_near_is_told_apart_from_near_but_absent() -> None:
    far, near = found(-9.0), found(2.0)
    assert "close" in reason("why is it red?", far[0], far[1].evidence)
    assert "The Old Bridge" in reason("why is it red?", near[0], near[1].evidence)


@pytest.mark.parametrize(
    ("question", "quote", "present"),
    [
        ("When did it open?", "It opened in 1932.", True),
        ("When did it open?", "It opened with a feast.", False),
        ("How many towers has it?", "It has two towers.", True),
        ("How many towers has it?", "It has towers.", False),
        ("Who designed it?", "It was designed by Anna Berg.", True),
        ("Who designed it?", "It was designed by a committee.", False),
        ("Why is it red?", "Because of the paint.", True),
    ],
)
def test_the_kind_of_thing_asked_for_is_looked_for_in_the_quote(
    question: str, quote: str, present: bool
) -> None:
    assert kind_present(question, quote) is present


def test_another_spelling_of_a_name_is_not_missing() -> None:
    assert missing_names("What did Lukashenko say?", "Łukašenka said so.") == []


def test_a_gate_that_names_an_unknown_feature_is_refused() -> None:
    with pytest.raises(KeyError):
        Gate({"moon_phase": 1.0}, 0.0).confidence(features("Who?", *found(1.0)))


def test_the_fitted_gates_read_features_that_exist() -> None:
    file = REPOSITORY / "models" / "gate.json"
    fitted = json.loads(file.read_text("utf-8")) if file.exists() else {}
    values = features("Who designed it?", *found(1.0))
    for scorer in fitted:
        assert 0.0 <= gate.load(scorer).confidence(values) <= 1.0
