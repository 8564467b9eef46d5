from rag.backends.fakes import FakeScorer
from rag.types import Evidence, Passage, Source
from rag.verify.disagreement import disagreeing, told


def said(document: str, text: str, score: float = 5.0, date: str = "") -> Evidence:
    passage = Passage(document, 0, len(text), text, "", Source(f"/{document}", document.title(), date=date))
    return Evidence(passage, 0, len(text), text, score)


def test_two_documents_with_different_figures_for_one_thing_disagree() -> None:
    one = said("register", "The town has 12,000 inhabitants.", date="2020-01-01")
    other = said("census", "The town has 15,000 inhabitants.")
    found = disagreeing([one, other], FakeScorer())
    assert found == (one, other)
    assert told(one, other) == "“Register” (2020-01-01) and “Census” differ."


def test_the_same_figure_said_twice_is_no_disagreement() -> None:
    one = said("register", "The town has 12,000 inhabitants.")
    other = said("census", "The town has twelve thousand inhabitants.")
    assert disagreeing([one, other], FakeScorer()) is None


def test_figures_for_different_things_are_no_disagreement() -> None:
    one = said("register", "The town has 12,000 inhabitants.")
    other = said("ledger", "Its budget was 3 million euros for schools and roads.")
    assert disagreeing([one, other], FakeScorer()) is None
