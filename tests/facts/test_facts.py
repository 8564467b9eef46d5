import pytest

from rag.facts import Quantity, missing_names, missing_quantities, months, names, quantities


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("2,000 professors", 2000, ""),
        ("two thousand professors", 2000, ""),
        ("2 000 professors", 2000, ""),
        ("1.234.567 people", 1234567, ""),
        ("$5 million", 5e6, "dollar"),
        ("5 million euros", 5e6, "euro"),
        ("3.5%", 3.5, "percent"),
        ("the 14th of May", 14, ""),
        ("twenty-two years", 22, ""),
        ("the third time", 3, ""),
    ],
)
def test_a_number_is_read_however_it_is_written(text: str, value: float, unit: str) -> None:
    assert quantities(text) == [Quantity(value, unit)]


def test_a_number_that_the_evidence_does_not_state_is_missing() -> None:
    assert missing_quantities("It has 300 rooms.", "The hotel has 200 rooms.") == [Quantity(300.0)]
    assert missing_quantities("It has two hundred rooms.", "The hotel has 200 rooms.") == []


def test_the_same_value_with_another_unit_is_another_number() -> None:
    assert missing_quantities("It cost 5 percent.", "It cost $5.") == [Quantity(5.0, "percent")]


def test_may_is_a_month_only_beside_a_number() -> None:
    assert months("It may rain in June") == {"june"}
    assert months("on 9 May 2020") == {"may"}


def test_the_first_word_of_a_sentence_is_a_name_only_when_asked_for() -> None:
    assert names("Russia attacked Ukraine. The dog ran.") == ["Ukraine"]
    assert names("Russia attacked Ukraine. The dog ran.", opening=True) == ["Russia", "Ukraine"]


def test_spellings_of_one_name_are_the_same_name() -> None:
    assert missing_names("He met Lukashenka there", "Łukašenka was there") == []
    assert missing_names("He met Tsikhanouskaya there", "Cichanoŭskaja was there") == []
    assert missing_names("He met Merkel there", "Łukašenka was there") == ["Merkel"]


def test_a_name_with_an_ending_is_still_that_name() -> None:
    assert missing_names("in Belarus", "the Belarusian people") == []
