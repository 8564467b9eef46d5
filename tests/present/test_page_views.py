"""The page's pieces of HTML: whatever is in a document or an answer is shown as text, whole and unchanged."""

from __future__ import annotations

import re
import time
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag import index, library
from rag.citations import record
from rag.errors import InputError
from rag.present.ui import adding, answer_view, document_view, formatted_view, found_view, library_view
from rag.present.ui.document_view import Opened
from rag.present.ui.examples import examples
from rag.types import Answer, Claim, Document, Evidence, Passage, Place, Source, Span, Step

HOSTILE = '<script>alert(1)</script> "quoted" & <img src=x onerror=alert(2)> [1]'


class Reader(HTMLParser):
    """Collects the text of a piece of HTML, that of `<mark>`, and the tags it has."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.text, self.marked = "", ""
        self.tags: list[str] = []
        self._marks = 0
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self._marks += tag == "mark"

    def handle_endtag(self, tag: str) -> None:
        self._marks -= tag == "mark"

    def handle_data(self, data: str) -> None:
        self.text += data
        if self._marks:
            self.marked += data


def document(text: str, format_name: str = "text", furniture: tuple[Span, ...] = ()) -> Document:
    source = Source("/library/a.txt", "A title", format=format_name)
    return Document("0" * 16, source, text, (Place(0, "page 1", 1),), furniture)


def answer(text: str = "The vote was held.", support: str = "quoted", times: int = 1) -> Answer:
    source = Source("/library/minutes.txt", HOSTILE, publisher="The Council", date="2024-05-04")
    claims = []
    for number in range(times):
        passage = Passage("a" * 16, number, number + len(text), text, "", source, place=Place(0, HOSTILE, 3))
        evidence = Evidence(passage, number, number + len(text), text, speaker=HOSTILE)
        claims.append(Claim(text, (evidence,), support))  # type: ignore[arg-type]
    step = Step(
        "searching", 0.2, {"query": HOSTILE, "hits": [{"passage": f"{'a' * 16}:0-9", "title": HOSTILE}]}
    )
    return Answer(HOSTILE, "answered", tuple(claims), confidence=1.0, standalone=HOSTILE + "?", steps=(step,))


LINES = st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\r\x00"), max_size=60), max_size=12)


@given(LINES, st.data(), st.sampled_from(["text", "markdown"]))
def test_a_document_is_shown_character_for_character_and_the_mark_is_the_quote(
    lines: list[str], data: st.DataObject, format_name: str
) -> None:
    text = "\n".join(["# **Title** <b>&amp;", *lines])
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    left = data.draw(st.integers(0, len(text) - 1))
    furniture = (Span(left, min(len(text), left + 7)),)
    shown = Reader(document_view.text(Opened(document(text, format_name, furniture), Span(start, end))))
    assert shown.text == text
    assert shown.marked == text[start:end]
    assert set(shown.tags) <= {"div", "span", "mark"}


SIGNS = "# |## |- |1. |  * |> |***|---|===|```|**|__|*|`|~~|[a](b)|![|](|<b>|&amp;|word".split("|")
PIECES = st.one_of(
    st.sampled_from([*SIGNS, "|", " | ", "|---|---|", "\n", "\n\n"]),
    st.text(st.characters(codec="utf-8", exclude_characters="\r\x00"), max_size=12),
)


@given(st.lists(PIECES, min_size=1, max_size=40).map("".join).filter(bool), st.data())
def test_a_formatted_document_keeps_every_character_and_the_mark_is_the_quote(
    text: str, data: st.DataObject
) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    left = data.draw(st.integers(0, len(text) - 1))
    kind = data.draw(st.sampled_from(["markdown", "html"]))
    shown = Reader(
        document_view.document(
            Opened(document(text, kind, (Span(left, min(len(text), left + 9)),)), Span(start, end))
        ).partition("</header>")[2]
    )
    kept = shown.text.removeprefix("Menus and notices are left out here; they are under Text.")
    assert kept == text
    assert shown.marked == text[start:end]
    assert not set(shown.tags) & {"a", "img", "b", "script"}


def test_an_unclosed_sign_a_thousand_times_over_takes_no_time() -> None:
    for sign in ("**a ", "[a", "`a", "| a", "_a ", "- ", "> ", "`a **b** ", "**a**\n", "# a\n", "|a\n|-|\n"):
        text = sign * 1000
        began = time.perf_counter()
        formatted_view.text(document(text, "markdown"), Span(0, len(text)), None)
        assert time.perf_counter() - began < 4


def test_a_very_long_document_is_shown_around_its_quote_with_ways_to_the_rest() -> None:
    text = "A line of words that goes on.\n" * 60_000
    opened = Opened(document(text), Span(900_000, 900_029))
    shown = Reader(document_view.document(opened))
    assert shown.marked == text[900_000:900_029]
    assert len(shown.text) < 3 * document_view.AROUND
    assert "Earlier in this document" in shown.text
    assert "Later in this document" in shown.text


def test_moving_through_a_long_document_reaches_its_beginning_and_its_end() -> None:
    text = "A line of words that goes on.\n" * 60_000
    assert document_view.text(Opened(document(text), None, 0)).startswith('<div class="part">')
    assert Opened(document(text), None, 0).window.start == 0
    assert Opened(document(text), None, len(text) + document_view.AROUND).window.end == len(text)


@pytest.mark.parametrize("support", ["quoted", "supported"])
def test_an_answer_holds_no_element_that_a_text_asked_for(support: str) -> None:
    html = answer_view.answer(record(answer(HOSTILE, support)), "b" * 32)
    tags = set(Reader(html).tags)
    assert not tags & {"script", "img", "a", "style", "iframe"}
    assert HOSTILE in Reader(html).text


def test_every_sentence_has_its_number_and_its_check() -> None:
    html = answer_view.claims(record(answer(support="supported", times=3)))
    assert html.count('class="citation"') == 6  # three in the text, three before their quotes
    assert html.count("support supported") == 3


@pytest.mark.parametrize("words", ["vote", "was held.", "held", "The"])
def test_the_words_that_answer_are_emphasised_and_elements_are_well_nested(words: str) -> None:
    quote = "The vote was held."
    values = record(answer(quote))
    start = values["citations"][0]["start"] + quote.index(words)
    values["citations"][0]["answer"] = [start, start + len(words)]
    html = answer_view.claims(values)
    assert "".join(re.findall(r"<strong>([^<]*)</strong>", html)).split() == ["".join(words.split())]
    opened: list[str] = []
    for closing, name in re.findall(r"<(/?)(\w+)", html):
        if not closing:
            opened.append(name)
        else:
            assert opened.pop() == name
    assert opened == []


def test_quotes_from_one_place_share_one_line_of_origin() -> None:
    html = answer_view.claims(record(answer(times=3)))
    assert html.count("<blockquote>") == 3
    assert html.count("<figcaption>") == 1


def test_nothing_is_called_certain() -> None:
    assert "over 99" in answer_view.answer(record(answer()), "b" * 32)


def test_how_it_was_found_opens_passages_by_their_title() -> None:
    html = found_view.found(record(answer()))
    assert f'data-open="{"a" * 16}" data-start="0" data-end="9"' in html
    assert "<script>" not in html


def test_passages_that_only_a_retriever_brought_are_named_too() -> None:
    steps = [{"name": "searching", "seconds": 0.1, "retrievers": {"words": [{"passage": f"{'b' * 16}:0-9"}]}}]
    assert found_view.documents_in(steps) == {"b" * 16}
    values = {**record(answer()), "steps": steps, "titles": {"b" * 16: "The <other> one"}}
    assert "The &lt;other&gt; one" in found_view.found(values)


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("report.pdf", "report.pdf"),
        ("../../etc/passwd", "etc/passwd"),
        ("C:\\Users\\a\\b.txt", "C/Users/a/b.txt"),
        ("/abs/./x.txt", "abs/x.txt"),
        (".hidden", "hidden"),
        ("con.txt", "_con.txt"),
        ("a\u202etxt.exe", "atxt.exe"),
        ("folder/ü ß.md", "folder/ü ß.md"),
    ],
)
def test_a_dropped_name_stays_inside_the_library(name: str, kept: str) -> None:
    assert str(adding.safe_path(name)) == kept


@given(st.text(max_size=300))
def test_no_name_leaves_the_library(name: str) -> None:
    try:
        path = adding.safe_path(name)
    except InputError:
        return
    assert not path.is_absolute()
    assert all(part not in ("..", ".", "") and not part.startswith(".") for part in path.parts)
    assert all(len(part.encode("utf-8")) < 255 for part in path.parts)


def test_what_was_not_read_is_named_once_with_its_reason() -> None:
    html = library_view.summary(1, 0, 0, [("a.exe", "a.exe is not a text file.")])
    assert Reader(html).text == "1 added.Not read:a.exe is not a text file."


def test_examples_are_made_of_questions_and_headings(tmp_path: Path) -> None:
    text = "# Title\n\n## Why do the keepers leave?\n\nBecause.\n\n## The keepers of Varn\n\nThe keepers.\n"
    (tmp_path / "one.md").write_text(text, "utf-8")
    (tmp_path / "two.md").write_text("# Two\n\n## How the lamp was lit\n\nThis is how it was.\n", "utf-8")
    store = index.open(tmp_path / "library")
    library.add([tmp_path / "one.md", tmp_path / "two.md"], store, None)
    assert examples(store) == [
        "Why do the keepers leave?",
        "What do the documents say about how the lamp was lit?",
    ]
    store.close()
