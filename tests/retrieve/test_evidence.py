from rag.backends.fakes import FakeScorer
from rag.evidence import LEANS_BACK, select
from rag.types import Hit, Passage, Source

SOURCE = Source("/talk.txt", "A talk")


def passage(text: str, speaker: str = "", context: str = "") -> Passage:
    return Passage("d", 100, 100 + len(text), text, context, SOURCE, speaker=speaker)


def test_evidence_is_a_slice_of_its_passage_with_true_offsets() -> None:
    found = passage("The bridge is old. It opened in 1932. Cars cross it.")
    for item in select("When did the bridge open?", [Hit(found, 3.0)], FakeScorer()).evidence:
        assert found.text[item.start - found.start : item.end - found.start] == item.quote


def test_a_question_in_the_document_is_never_evidence() -> None:
    found = passage("Q: When did the bridge open? A: The bridge did open in 1932.", "")
    quotes = [e.quote for e in select("When did the bridge open?", [Hit(found, 3.0)], FakeScorer()).evidence]
    assert quotes == ["A: The bridge did open in 1932."]


def test_only_the_words_of_the_speaker_are_attributed_to_the_speaker() -> None:
    text = "OA: You grew up by the bridge. Was it a happy time?\nVK: It was the happiest time of my life."
    evidence = select(
        "happiest time by the bridge", [Hit(passage(text, "Valery Kold"), 3.0)], FakeScorer()
    ).evidence
    speakers = {item.quote: item.speaker for item in evidence}
    assert speakers["It was the happiest time of my life."] == "Valery Kold"
    assert speakers["You grew up by the bridge."] == ""


def test_a_sentence_that_opens_with_a_pronoun_is_quoted_with_the_one_before_it() -> None:
    text = "Anna Berg spoke first. She praised the bridge. Trains came later."
    evidence = select("Who praised the bridge?", [Hit(passage(text), 3.0)], FakeScorer()).evidence
    assert evidence[0].quote == "Anna Berg spoke first. She praised the bridge."


def test_a_sentence_that_leans_on_the_one_before_is_read_with_it() -> None:
    assert LEANS_BACK.match("They were sent home.")
    assert LEANS_BACK.match("But that was later.")
    assert not LEANS_BACK.match("The minister resigned.")


def test_no_hits_give_no_evidence() -> None:
    assert select("Anything?", [], FakeScorer()).evidence == ()


def test_a_list_is_quoted_whole_with_the_sentence_that_introduces_it() -> None:
    text = (
        "The bridge has three parts:\n- a steel deck\n- two towers\n- an anchor each side\nIt is painted red."
    )
    quotes = [
        e.quote for e in select("parts of the bridge", [Hit(passage(text), 3.0)], FakeScorer()).evidence
    ]
    assert quotes[0] == text[: text.index("\nIt is")]
    assert "two towers" in quotes


def test_headings_and_list_markers_are_not_part_of_a_quote() -> None:
    text = "## The towers\n1. The towers are 227 metres high."
    quotes = [
        e.quote for e in select("How high are the towers?", [Hit(passage(text), 3.0)], FakeScorer()).evidence
    ]
    assert quotes == ["The towers are 227 metres high."]
