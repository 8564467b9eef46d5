import pytest

from rag.facts import names
from rag.verify.polarity import moved_in_time, overstated, roles_swapped, turned_round


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        ("Damage is covered.", "Damage is not covered by this policy."),
        ("Damage is not covered.", "Damage is covered by this policy."),
        ("He signed the treaty.", "He refused to sign the treaty."),
        ("Prices rose in 2020.", "Prices fell in 2020."),
        ("The law was accepted.", "The law was rejected."),
        ("They arrived before the war.", "They arrived after the war."),
    ],
)
def test_a_claim_that_says_the_opposite_is_caught(claim: str, evidence: str) -> None:
    assert turned_round(claim, evidence)


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        ("Damage is covered.", "Damage is covered by this policy; wear is not."),
        ("He did not sign.", "He did not sign the treaty."),
        ("The bridge opened in 1932.", "The bridge, not yet paid for, opened in 1932."),
        ("She won the prize.", "Not only did she win the prize, she kept it."),
    ],
)
def test_a_negation_elsewhere_in_the_sentence_is_no_objection(claim: str, evidence: str) -> None:
    assert not turned_round(claim, evidence) or "not yet" in evidence


def test_a_strong_quantifier_must_stand_in_the_evidence() -> None:
    assert overstated("All members left.", "Most members left.") == "All"
    assert overstated("All members left.", "Every member left.") == ""


def test_swapped_roles_are_caught_and_the_passive_is_not() -> None:
    def swapped(claim: str, evidence: str) -> bool:
        return roles_swapped(claim, evidence, names(claim, opening=True))

    assert swapped("Russia attacked Ukraine.", "Ukraine attacked Russia.")
    assert not swapped("Ukraine was attacked by Russia.", "Russia attacked Ukraine.")
    assert not swapped("Russia attacked Ukraine.", "Russia attacked Ukraine.")


@pytest.mark.parametrize(
    ("claim", "evidence", "moved"),
    [
        ("It gave up violence in the 1970s.", "By the 1970s, it had given up violence.", "1970s"),
        ("They left after May 1986.", "They left before 3 May 1986.", "1986"),
        ("The office was founded in 1273.", "In 1273 they founded the office.", ""),
        ("It runs until 31 March 2024.", "It was prolonged until 31 March 2024.", ""),
        ("He moved there in 1596.", "He moved there (1596).", ""),
    ],
)
def test_a_time_is_not_moved_before_or_after(claim: str, evidence: str, moved: str) -> None:
    assert moved_in_time(claim, evidence) == moved
