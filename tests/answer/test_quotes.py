from rag.answer import asks_for_several, quote
from rag.types import Evidence, Passage, Source

TEXT = "The bridge opened in 1932. It was paid for by tolls. The bridge opened, they say, in 1932."
PASSAGE = Passage("d", 0, len(TEXT), TEXT, "", Source("/a.txt", "A"))


def evidence(text: str, score: float) -> Evidence:
    start = TEXT.index(text)
    return Evidence(PASSAGE, start, start + len(text), text, score)


OPENED = evidence("The bridge opened in 1932.", 8.0)
TOLLS = evidence("It was paid for by tolls.", 7.5)
AGAIN = evidence("The bridge opened, they say, in 1932.", 7.8)


def test_a_claim_that_quotes_is_its_evidence_word_for_word() -> None:
    claims = quote("When did it open?", [OPENED, TOLLS])
    assert all(claim.text == claim.evidence[0].quote and claim.support == "quoted" for claim in claims)


def test_a_quote_that_adds_nothing_is_left_out() -> None:
    assert [c.text for c in quote("When did it open?", [OPENED, AGAIN, TOLLS])] == [OPENED.quote, TOLLS.quote]


def test_a_quote_far_behind_the_best_is_left_out() -> None:
    far = Evidence(PASSAGE, TOLLS.start, TOLLS.end, TOLLS.quote, -3.0)
    assert len(quote("When did it open?", [OPENED, far])) == 1


def test_a_list_leaves_out_what_is_only_about_its_subject() -> None:
    for margin, shown in ((-1.0, 2), (-6.0, 1)):
        item = Evidence(PASSAGE, TOLLS.start, TOLLS.end, TOLLS.quote, 6.5, margin=margin)
        assert len(quote("What are the reasons?", [OPENED, item])) == shown


def test_items_of_a_list_give_way_to_the_whole_list() -> None:
    text = "She asks four for help:\n\n- the European Union,\n- the United Nations,\n- her neighbours."
    passage = Passage("d", 0, len(text), text, "", Source("/a.txt", "A"))
    union, nations, whole = (
        Evidence(passage, text.index(part), text.index(part) + len(part), part, score)
        for part, score in (("the European Union,", 3.0), ("the United Nations,", 2.9), (text, 2.8))
    )
    assert [claim.text for claim in quote("Whom does she ask?", [union, nations, whole])] == [text]
    far = Evidence(passage, 0, len(text), text, 2.0)
    assert [claim.text for claim in quote("Whom does she ask?", [union, nations, far])] == [
        union.quote,
        nations.quote,
    ]


def test_no_evidence_gives_no_claims() -> None:
    assert quote("When did it open?", []) == ()


def test_questions_for_several_things_are_told_apart() -> None:
    assert asks_for_several("What are the three main reasons?")
    assert asks_for_several("Compare the two proposals.")
    assert not asks_for_several("How many people live there?")


def test_several_quotes_are_shown_as_their_document_runs() -> None:
    claims = quote("Why was it built and how was it paid for?", [TOLLS, OPENED])
    assert [claim.text for claim in claims] == [OPENED.quote, TOLLS.quote]
