from rag.backends.fakes import FakeScorer
from rag.types import Claim, Evidence, Passage, Source
from rag.verify import judge, keep

TEXT = "About 160,000 vehicles cross the bridge every day."
PASSAGE = Passage("d", 0, len(TEXT), TEXT, "The Old Bridge", Source("/a.txt", "The Old Bridge"))
EVIDENCE = Evidence(PASSAGE, 0, len(TEXT), TEXT, 5.0)
QUESTION = "How many vehicles cross the bridge every day?"


def test_a_sentence_that_only_repeats_the_question_is_not_an_answer() -> None:
    claim = "Many vehicles cross the bridge every day."
    assert judge(claim, [EVIDENCE], FakeScorer(), QUESTION).objection == "it only repeats the question"


def test_a_claim_without_evidence_never_passes() -> None:
    assert not judge("Cars cross it.", [], FakeScorer()).passes


def test_a_claim_that_fails_is_not_kept_and_says_why() -> None:
    wrong = Claim("900,000 vehicles cross the bridge.", (EVIDENCE,), "unsupported")
    kept, objections = keep(QUESTION, [wrong], [Claim(TEXT, (EVIDENCE,))], FakeScorer(), strict=False)
    assert kept == ()
    assert "900000" in objections[0]


def test_a_true_sentence_beside_the_point_does_not_replace_the_quote() -> None:
    beside = Claim("160,000 vehicles.", (EVIDENCE,), "unsupported")
    quote = Claim(TEXT, (EVIDENCE,))
    kept, objections = keep(QUESTION, [beside], [quote], FakeScorer(), strict=True)
    assert kept == ()
    assert "as well as the quote" in objections[0]


def test_a_sentence_without_the_words_that_answer_does_not_replace_the_quote() -> None:
    without = Claim("Vehicles cross the bridge every day.", (EVIDENCE,), "unsupported")
    holding = Claim("160,000 vehicles cross the bridge.", (EVIDENCE,), "unsupported")
    kept, objections = keep(
        "What crosses the bridge?", [without, holding], [holding], FakeScorer(), strict=False
    )
    assert [claim.text for claim in kept] == [holding.text]
    assert "leaves out" in objections[0]


def test_a_sentence_that_is_the_quote_again_is_shown_as_the_quote() -> None:
    again = Claim(TEXT.removesuffix(".") + " !", (EVIDENCE,), "unsupported")
    kept, objections = keep(QUESTION, [again], [Claim(TEXT, (EVIDENCE,))], FakeScorer(), strict=False)
    assert kept == ()
    assert "it is the quote" in objections[0]


def test_a_sentence_that_repeats_itself_never_passes() -> None:
    claim = "Every day 160,000 vehicles cross, about 160,000 vehicles cross the bridge."
    assert judge(claim, [EVIDENCE], FakeScorer(), QUESTION).objection == "it repeats itself"
