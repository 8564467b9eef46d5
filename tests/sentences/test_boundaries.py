# ruff: noqa: E501 - rows of tables
"""Where sentences begin and end."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.sentences import sentences


def pieces(text: str, language: str = "en") -> list[str]:
    return [text[span.start : span.end] for span in sentences(text, language)]


@given(st.text(st.sampled_from('ab AZ.!?…\n\r\t"”)(-1. 。é\u2028\x0b\x85«|#'), max_size=120))
def test_spans_are_disjoint_trimmed_and_cover_every_visible_character(text: str) -> None:
    covered = set()
    last = 0
    for span in sentences(text):
        assert last <= span.start < span.end <= len(text)
        piece = text[span.start : span.end]
        assert piece == piece.strip()
        covered.update(range(span.start, span.end))
        last = span.end
    assert all(i in covered for i, character in enumerate(text) if not character.isspace())


@given(st.text(max_size=200), st.sampled_from(["en", "de", "ru", "xx", ""]))
def test_any_text_in_any_language_is_covered(text: str, language: str) -> None:
    covered = {i for span in sentences(text, language) for i in range(span.start, span.end)}
    assert all(i in covered for i, character in enumerate(text) if not character.isspace())


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Dr. Smith met Prof. Jones. They spoke.", 2),
        ("He lives in the U.S. The house is big.", 2),
        ("The U.S. Senate voted. The U. S. Army too.", 2),
        ("It cost $3.50, i.e. less than No. 5. Good.", 2),
        ("J. K. Rowling wrote it. We read it.", 2),
        ("They met on Nov. 30. It rained.", 2),
        ("“Why?” he asked. “Because.” She left.", 3),
        ("He said: “It ended. ” They left.", 2),
        ("« Il pleut. » Elle sort.", 2),
        ("He stopped... Then he went on… And on.", 3),
        ("It ended in 2020.Then it began.[12] And so on.", 3),
        ("Mr. Brown (see Fig. 3, p. 12) agreed.", 1),
        ("1. First item.\n2. Second item.", 2),
        ("A heading\n\nA sentence. Another one", 3),
        ("我来了。你好吗？好。", 3),
        ("यह एक है। वह दो है।", 2),
        ("هل أنت هنا؟ نعم.", 2),
        ("He left (quietly.) She stayed.", 2),
        ("Acme Inc. bought it. Acme Inc. The end.", 3),
        ("Version 2.0.1 of node.js is out. Get it at example.com now.", 2),
    ],
)
def test_stops_and_what_only_looks_like_one(text: str, count: int) -> None:
    assert len(pieces(text)) == count, pieces(text)


def test_german_ordinals_do_not_end_a_sentence() -> None:
    assert pieces("Am 3. Oktober 1990 war es so weit. Die Leute feierten.", "de") == [
        "Am 3. Oktober 1990 war es so weit.",
        "Die Leute feierten.",
    ]


def test_a_paragraph_wrapped_by_hand_is_read_as_one() -> None:
    text = (
        "The committee met for the first time in the spring of that year and\n"
        "agreed on a plan. Nobody opposed it, although several members had\n"
        "doubts.\n\nIt met again."
    )
    assert pieces(text) == [
        "The committee met for the first time in the spring of that year and\nagreed on a plan.",
        "Nobody opposed it, although several members had\ndoubts.",
        "It met again.",
    ]


def test_list_items_and_table_rows_stay_apart() -> None:
    text = (
        "- a long list item that goes on for more than forty characters\n- another item\n| a | b |\n| c | d |"
    )
    assert len(pieces(text)) == 4


@pytest.mark.parametrize(
    "rows",
    [
        [f"Island: {name}; Inhabitants: {n},870; Ferry: daily" for n, name in enumerate(("Lunna", "Tarva", "Skoga"))],
        ["Island: Lunna; Inhabitants: 240; Ferry: weekly", "Inhabitants: 1,870; Ferry: daily; Church: one", "Island: X; Inhabitants: 12; Ferry: nonet"],
        [f"Remark: nobody has written down what was seen of {name}" for name in ("Lunna", "Tarva", "Skoga")],
        [f"the island of {name} | 1,870 inhabitants | daily ferry" for name in ("Lunna", "Tarva", "Skoga")],
    ],
)  # fmt: skip
def test_rows_of_even_length_are_not_a_paragraph_that_was_wrapped(rows: list[str]) -> None:
    assert pieces("\n".join(rows)) == rows


def test_a_closing_quote_stays_with_its_sentence() -> None:
    assert pieces("He said: “It is over.” Nobody moved. “\nNext") == [
        "He said: “It is over.”",
        "Nobody moved. “",
        "Next",
    ]


def test_time_grows_in_step_with_length() -> None:
    import time

    def seconds(text: str) -> float:
        start = time.perf_counter()
        sentences(text)
        return time.perf_counter() - start

    for unit in ("word. ", ".", "(", "a b ", "“. ”", "1. ", "a.b."):
        small, large = seconds(unit * 2000) + 0.002, seconds(unit * 20000)
        assert large < small * 60, unit
