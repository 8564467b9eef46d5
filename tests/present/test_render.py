"""Answers as text: whatever a document says stays text."""

from __future__ import annotations

import io
import json
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from rag.citations import record
from rag.present import render
from rag.types import Answer, Claim, Evidence, Passage, Place, Source, Span, Step


def evidence(quote: str = "The vote was held on 4 May.", title: str = "Minutes") -> Evidence:
    source = Source("/library/minutes.pdf", title, publisher="The Council", date="2024-05-04")
    passage = Passage("a" * 16, 0, len(quote), quote, "", source, place=Place(0, "page 3", 3))
    return Evidence(passage, 0, len(quote), quote, speaker="Chair")


def answered(text: str = "The vote was held on 4 May.", support: str = "quoted") -> Answer:
    claim = Claim(text, (evidence(),), support)  # type: ignore[arg-type]
    return Answer(
        "When was the vote?", "answered", (claim,), confidence=0.81, steps=(Step("searching", 0.2),)
    )


def abstained() -> Answer:
    return Answer(
        "Who paid?", "abstained", evidence=(evidence(),), reason="None of the passages names a payer."
    )


def printed(answer: Answer, width: int = 70) -> str:
    console = Console(file=io.StringIO(), width=width, force_terminal=False)
    console.print(render.terminal(answer))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_the_terminal_shows_the_quote_with_its_number_and_where_it_is_from() -> None:
    for shown in (printed(answered()), render.plain(answered(), 70)):
        assert "“The vote was held on 4 May.” [1]" in shown
        assert "Chair, Minutes, The Council, 4 May 2024, page 3" in shown
        assert shown.count("held on 4 May") == 1
        assert "confidence 81\u00a0%" in shown


def test_quotes_in_a_row_from_one_place_name_it_once() -> None:
    quotes = ("The vote was held on 4 May.", "Eleven were for it.", "A recount was refused.")
    claims = tuple(
        Claim(quote, (evidence(quote, "Minutes" if place < 2 else "Letter"),))
        for place, quote in enumerate(quotes)
    )
    for shown in (
        printed(replace(answered(), claims=claims)),
        render.plain(replace(answered(), claims=claims)),
    ):
        assert shown.count("Chair, Minutes") == shown.count("Chair, Letter") == 1
        assert shown.index(quotes[1]) < shown.index("Chair, Minutes") < shown.index(quotes[2])


def test_a_sentence_that_is_no_quote_is_followed_by_its_quote() -> None:
    shown = render.plain(answered("They voted in May.", "supported"))
    assert "They voted in May. [1]" in shown
    assert "[1] “The vote was held on 4 May.”" in shown


def test_an_abstention_says_why_and_shows_the_nearest_passage() -> None:
    for shown in (printed(abstained()), render.plain(abstained())):
        assert "None of the passages names a payer." in shown
        assert "“The vote was held on 4 May.”" in shown


@given(st.text(max_size=200), st.integers(min_value=30, max_value=120))
def test_no_text_reaches_the_terminal_as_a_control_code(text: str, width: int) -> None:
    answer = Answer(text, "answered", (Claim(f"\x1b[31m{text}\x07 end", (evidence(),), "supported"),))
    for shown in (printed(answer, width), render.plain(answer, width)):
        assert not {character for character in shown if character < " " and character != "\n"}
        assert "\x7f" not in shown


def test_markdown_numbers_its_footnotes_and_makes_markup_literal() -> None:
    hostile = "![x](http://example.org/x.png) <img src=x onerror=alert(1)> [1] # no"
    text = render.markdown(record(answered(hostile, "supported")))
    assert "[^1]: “The vote was held on 4 May.”" in text
    assert r"\!\[x\](http://example.org/x.png) \<img src=x onerror=alert(1)\> \[1\] \# no[^1]" in text


def test_footnotes_of_a_conversation_stay_apart() -> None:
    text = render.markdown_conversation("Two votes", [record(answered()), record(answered())])
    assert "[^1-1]" in text
    assert "[^2-1]: “" in text


def test_exported_html_holds_text_only() -> None:
    page = render.html("<script>x</script>", [record(answered("<b>bold</b> & co", "supported"))])
    assert "<script" not in page
    assert "&lt;b&gt;bold&lt;/b&gt; &amp; co" in page


def test_json_is_one_answer_a_line() -> None:
    lines = render.json_lines([record(answered()), record(abstained())]).splitlines()
    assert [json.loads(line)["status"] for line in lines] == ["answered", "abstained"]


def test_dates_are_written_out() -> None:
    assert render.day("2024-04-08T10:00:00Z") == "8 April 2024"
    assert render.day("2023-12") == "December 2023"
    assert render.day("spring 1994") == "spring 1994"


@given(st.text(st.sampled_from("ab \n<>&\"'\ue000\ue001”4 May"), min_size=4, max_size=60), st.data())
def test_pointing_at_the_words_that_answer_changes_no_word_of_the_quote(
    quote: str, data: st.DataObject
) -> None:
    start = data.draw(st.integers(0, len(quote) - 1))
    end = data.draw(st.integers(start + 1, len(quote)))
    held = replace(evidence(quote), answer=Span(start, end))
    claims = (Claim(quote, (held,)),)
    console = Console(file=io.StringIO(), width=300, force_terminal=False)
    console.print(render.terminal(Answer("When?", "answered", claims)))
    without = "".join(quote.replace("\ue000", " ").replace("\ue001", " ").split())
    assert isinstance(console.file, io.StringIO)
    assert f"“{without}”" in "".join(console.file.getvalue().split())


def test_the_words_that_answer_are_bold_in_the_terminal() -> None:
    held = replace(evidence(), answer=Span(21, 26))
    console = Console(file=io.StringIO(), width=80, force_terminal=True, color_system="standard")
    console.print(render.terminal(Answer("When?", "answered", (Claim(held.quote, (held,)),))))
    assert isinstance(console.file, io.StringIO)
    assert "on \x1b[1m4 May\x1b[0m." in console.file.getvalue()
