"""Passages are exact slices that follow sentences and structure."""

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from rag import ingest
from rag.ingest.passages import MOST_TOKENS, count
from rag.types import Document, Place, Source, Span

ALPHABET = "abcdefg AB.?!\n\n:#-*|”é。 1"


def document(text: str, furniture: tuple[Span, ...] = (), **fields: str) -> Document:
    return Document(
        "0" * 16, Source("/x.txt", fields.pop("title", "Title"), **fields), text, furniture=furniture
    )


def check(read: Document) -> None:
    """What must hold for every document of every reader."""
    covered = bytearray(len(read.text))
    previous = -1
    for passage in ingest.split(read):
        assert read.text[passage.start : passage.end] == passage.text
        assert passage.text
        assert passage.text == passage.text.strip()
        assert passage.start > previous
        previous = passage.start
        covered[passage.start : passage.end] = b"\1" * (passage.end - passage.start)
        assert not any(s.start < passage.end and passage.start < s.end for s in read.furniture)
        assert count(passage.text) <= MOST_TOKENS * 1.1
    for span in read.furniture:
        covered[span.start : span.end] = b"\1" * (span.end - span.start)
    missing = [i for i, c in enumerate(read.text) if not c.isspace() and not covered[i]]
    assert not missing, read.text[max(0, missing[0] - 30) : missing[0] + 30]


@settings(max_examples=200, deadline=None)
@given(st.text(st.sampled_from(ALPHABET), max_size=900), st.lists(st.integers(0, 900), max_size=6))
def test_passages_and_furniture_cover_every_text(text: str, cuts: list[int]) -> None:
    edges = sorted({min(cut, len(text)) for cut in cuts})
    furniture = tuple(Span(a, b) for a, b in zip(edges[::2], edges[1::2], strict=False))
    check(document(text, furniture))


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=400))
def test_any_text_can_be_split(text: str) -> None:
    check(document(text))


def test_a_sentence_without_end_is_cut_below_the_limit() -> None:
    check(document("word, " * 5000))
    check(document("漢" * 3000))
    check(document("x" * 20000))


def test_passages_of_one_section_overlap_by_a_sentence() -> None:
    text = " ".join(f"This is sentence number {n} of a long paragraph about rain." for n in range(60))
    passages = ingest.split(document(text))
    assert len(passages) > 3
    for one, other in pairwise(passages):
        assert one.start < other.start < one.end
        assert text[other.start : one.end].count(".") == 1


def test_a_heading_stays_with_what_stands_below_it_and_is_in_the_context() -> None:
    text = "# Rivers\n\n## The Rhine\n\nIt flows north.\n\n## The Danube\n\nIt flows east."
    passages = ingest.split(document(text))
    rhine = next(p for p in passages if "north" in p.text)
    assert "The Rhine" in rhine.context
    assert "Rivers" in rhine.context
    assert passages[0].text.startswith("# Rivers")


INTERVIEW = """Ann Maria Lee: What did you do in the spring?

Boris Koval, head of the office: We moved the whole office to the coast and stayed there for a year.

AL: Were you happy there?

BK: That was the best time of my life. Nobody called us.

The sea was near.

AL: Would you go back?

BK: No, never again would I do that.
"""


def test_an_answer_carries_its_speaker_and_the_question_before_it() -> None:
    passages = ingest.split(document(INTERVIEW))
    best = next(p for p in passages if "best time" in p.text)
    assert "Boris Koval: Were you happy there?" in best.context
    assert "The sea was near." in best.text
    assert best.speaker == "Boris Koval"
    never = next(p for p in passages if "never again" in p.text)
    assert "Boris Koval: Would you go back?" in never.context


def test_questions_that_stand_alone_are_headings_of_their_answers() -> None:
    parts = [
        f"Why is the sky of planet {n} so blue?\n\nIt is the air that scatters light, as found in 18{n}0."
        for n in range(1, 6)
    ]
    passages = ingest.split(document("\n\n".join(parts)))
    third = next(p for p in passages if "1830" in p.text)
    assert "planet 3" in third.context


def test_lines_of_names_and_values_are_no_dialogue() -> None:
    text = "Name: Ada\nBorn: London\n\nName: Bob\nBorn: Paris\n\nName: Eve\nBorn: Rome\n"
    assert all("Name" not in passage.context for passage in ingest.split(document(text)))


def test_rows_of_a_table_carry_its_columns() -> None:
    rows = "\n".join(f"| city {n} | {n * 1000} people live there today as we know it |" for n in range(90))
    text = f"| City | Population |\n|---|---|\n{rows}\n"
    passages = ingest.split(document(text))
    assert len(passages) > 2
    assert "City | Population" in passages[-1].context


def test_a_passage_knows_the_place_it_begins_at() -> None:
    first = "One page of text that is here. " * 30
    text = first + "Another page of text that is here. " * 30
    places = (Place(0, "page 1", 1), Place(len(first), "page 2", 2))
    read = Document("0" * 16, Source("/x.pdf", "X"), text, places)
    passages = ingest.split(read)
    assert passages[0].place == places[0]
    assert passages[-1].place == places[1]


def test_context_names_title_and_date_once() -> None:
    passage = ingest.split(document("# Title\n\nSome words are here.", date="2024-01-02"))[0]
    assert passage.context == "Title · 2024-01-02"
