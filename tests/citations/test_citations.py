from rag.citations import number, numbers, record
from rag.types import Answer, Claim, Evidence, Passage, Source

TEXT = "The bridge opened in 1932. It was paid for by tolls. It is red."
PASSAGE = Passage("d", 0, len(TEXT), TEXT, "", Source("/a.txt", "A"))


def said(text: str) -> Evidence:
    start = TEXT.index(text)
    return Evidence(PASSAGE, start, start + len(text), text)


OPENED, TOLLS = said("The bridge opened in 1932."), said("It was paid for by tolls.")


def test_quotes_are_numbered_in_order_of_first_appearance_and_once() -> None:
    claims = (Claim("One.", (TOLLS,)), Claim("Two.", (OPENED, TOLLS)))
    citations = number(Answer("?", "answered", claims))
    assert [citation.evidence for citation in citations] == [TOLLS, OPENED]
    assert numbers(claims[1], citations) == [2, 1]


def test_a_number_typed_in_a_document_is_no_citation() -> None:
    typed = Evidence(PASSAGE, 0, 9, "see [7]")
    values = record(Answer("?", "answered", (Claim("see [7]", (typed,)),)))
    assert [citation["number"] for citation in values["citations"]] == [1]
    assert values["claims"][0]["citations"] == [1]


def test_the_nearest_passages_of_an_abstention_do_not_overlap() -> None:
    both = said("The bridge opened in 1932. It was paid for by tolls.")
    values = record(Answer("?", "abstained", evidence=(both, TOLLS, OPENED, said("It is red."))))
    assert [quote["quote"] for quote in values["nearest"]] == [both.quote, "It is red."]
    assert values["citations"] == []
