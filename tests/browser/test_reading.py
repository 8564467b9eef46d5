"""Asking, and opening what an answer rests on."""

from __future__ import annotations

import json
import urllib.request

import pytest
from playwright.sync_api import Page, expect

from rag import ingest, library
from rag.present.ui import formatted_view
from rag.types import Document, Source, Span
from tests.browser.conftest import Open, ask
from tests.browser.library import Served

pytestmark = pytest.mark.browser

QUESTIONS = {
    ".txt": ("When did the last keeper Jonas Holt leave the tower?", "Jonas Holt"),
    ".html": ("When did the owner Ruth Abel refuse to raise prices?", "Ruth Abel"),
    ".md": ("How many apple trees did the orchard at Lene hold in 1899?", "340 apple trees"),
    ".pdf": ("When was the salt archive moved to the town hall?", "Clara Voss"),
}

TANGLED = (
    "| a | b |\n|---|---|\n| 1 | 2 |\n\n\nafter | the | table\n",
    "a|b\n-|-\n| | x |\nc\n---\n# h | h\n```\n| a |\n|-|\n```\n- > **x _y** z_\n  more\n3. ~~three~~\n",
    "> quoted\n> # **more**\n***\n   \n* * *\n#\n## [a](b) ![c](d) `<p>` **`e`**\n\t- deep\n",
    "\n\n<table><tr><td>x</td></tr></table>\n| <b> | </td> |\n|:-:|--:|\n| <script> |\n\n",
)


def marked(page: Page) -> str:
    page.locator("#body mark").first.wait_for()
    return "".join(page.locator("#body mark").all_text_contents())


@pytest.mark.parametrize("suffix", QUESTIONS)
def test_a_citation_opens_the_document_at_exactly_its_quote(page: Page, served: Served, suffix: str) -> None:
    if suffix not in ingest.FORMATS:
        pytest.skip(f"{suffix} cannot be read yet")
    question, expected = QUESTIONS[suffix]
    ask(page, question)
    page.locator(".claim", has_text=expected).locator(".citation").first.click()
    button = page.locator(".citation[aria-current]")
    shown = marked(page)
    document = served.assistant.store.document(button.get_attribute("data-open") or "")
    start, end = int(button.get_attribute("data-start") or 0), int(button.get_attribute("data-end") or 0)
    assert shown == document.text[start:end]
    assert expected in shown
    assert page.locator("#body mark").first.is_visible()
    assert "".join(page.locator("#body .part").all_text_contents()) == document.text


def test_markdown_is_shown_formatted_and_its_stored_text_is_one_switch_away(
    page: Page, served: Served
) -> None:
    ask(page, QUESTIONS[".md"][0])
    page.locator(".claim", has_text="340 apple trees").locator(".citation").first.click()
    quoted = marked(page)
    body = page.locator("#body .formatted")
    # The first heading is the title, which stands above the text.
    assert page.locator("#body h2").inner_text() == "The Orchard at Lene"
    assert body.locator(":is(h3, h4):visible").all_inner_texts() == ["What grew there"]
    assert body.locator("li").count() == 2
    assert body.locator("strong").first.inner_text() == "Apples."
    assert body.locator("th").all_inner_texts() == ["year", "cider"]
    assert body.locator("td").nth(3).inner_text() == '<img src=x onerror="window.hurt=4"> none'
    assert "title:" not in body.inner_text()
    seen = "".join(page.locator("#body mark:visible").all_inner_texts())
    assert "**" not in seen
    assert "outside.invalid" not in body.inner_text()
    assert page.locator("#body a, #body img").count() == 0
    assert page.evaluate("window.hurt") is None
    page.locator('[data-side="text"]').click()
    page.locator("#body .text:not(.formatted)").wait_for()
    assert marked(page) == quoted
    assert "title: The Orchard at Lene" in page.locator("#body .text").inner_text()
    page.locator('[data-side="formatted"]').click()
    body.wait_for()


def test_menus_of_a_web_page_are_left_out_and_said_to_be(page: Page) -> None:
    ask(page, QUESTIONS[".html"][0])
    page.locator(".claim", has_text="Ruth Abel").locator(".citation").first.click()
    assert "Ruth Abel" in marked(page)
    assert page.locator(".left-out").is_visible()
    assert "Shop" not in page.locator("#body .formatted").inner_text()
    page.locator('[data-side="text"]').click()
    expect(page.locator("#body .text:not(.formatted)")).to_contain_text("Shop")


def test_sources_that_differ_stand_side_by_side_with_their_dates(fresh: Served, window: Open) -> None:
    reports = fresh.folder / "reports"
    reports.mkdir()
    for name, number, date in (("council", "4,100", "2024-01-15"), ("growers", "5,250", "2024-03-02")):
        head = f"---\ndate: {date}\n---\n# Report of the {name}\n\n"
        said = f"In 2023, {number} tonnes of plums were picked.\n"
        (reports / f"{name}.md").write_text(head + said, "utf-8")
    library.add([reports], fresh.assistant.store, fresh.assistant.embedder, workers=0)
    page = window(fresh.address)
    ask(page, "How many tonnes of plums were picked in 2023?")
    said = page.locator(".differ").inner_text()
    assert "“Report of the council”" in said
    assert "15 January 2024" in said
    assert "2 March 2024" in said
    quotes = page.locator(".claims.apart .claim")
    expect(quotes).to_have_count(2)
    one, other = (quotes.nth(at).bounding_box() for at in (0, 1))
    assert one
    assert other
    assert one["y"] == other["y"]
    assert one["x"] + one["width"] <= other["x"]
    both = quotes.all_inner_texts()
    assert any("4,100" in text for text in both)
    assert any("5,250" in text for text in both)
    page.set_viewport_size({"width": 390, "height": 800})
    one, other = (quotes.nth(at).bounding_box() for at in (0, 1))
    assert one
    assert other
    assert one["y"] < other["y"]


def test_no_structure_loses_a_character_in_a_real_browser(page: Page) -> None:
    """The parser of a browser moves what may not stand where it is; here nothing has to be moved."""
    for text in TANGLED:
        document = Document("0" * 16, Source("/a.md", "A", format="markdown"), text)
        html = formatted_view.text(document, Span(0, len(text)), Span(3, len(text) - 2))
        told = page.evaluate(
            """(html) => {
                const held = document.createElement('div');
                held.innerHTML = html;
                const marks = [...held.querySelectorAll('mark')].map((mark) => mark.textContent).join('');
                return [held.textContent, marks];
            }""",
            html,
        )
        assert told == [text, text[3:-2]]


def test_stages_are_told_and_the_sentence_carries_its_number_and_its_check(page: Page) -> None:
    page.evaluate(
        """() => {
            window.seen = [];
            const look = () => document.querySelectorAll('.stages li')
                .forEach((item) => window.seen.push(item.dataset.stage));
            new MutationObserver(look).observe(document.body, {childList: true, subtree: true});
        }"""
    )
    ask(page, "When was the lighthouse of Varn built?")
    assert set(page.evaluate("window.seen")) >= {"searching", "reading"}
    claim = page.locator(".claim").first
    assert claim.locator(".citation").first.inner_text() == "1"
    assert claim.locator(".support").inner_text() == "quoted"
    assert "The Lighthouse of Varn" in claim.locator(".origin").inner_text()


def test_hovering_a_citation_shows_the_quote_with_its_source(page: Page) -> None:
    ask(page, "When was the lighthouse of Varn built?")
    button = page.locator(".citation").first
    button.hover()
    page.locator("#card").wait_for()
    assert (button.get_attribute("data-quote") or "?") in page.locator("#card").inner_text()
    assert "The Lighthouse of Varn" in page.locator("#card").inner_text()
    page.keyboard.press("Escape")
    assert page.locator("#card").is_hidden()


def test_an_abstention_says_so_and_shows_what_is_nearest(page: Page) -> None:
    ask(page, "Which parrot painted seven submarines before breakfast yesterday?")
    assert page.locator(".abstained .verdict").inner_text() == "The documents do not say."
    assert page.locator(".abstained .reason").inner_text()
    assert page.locator(".citation").count() == 0
    nearest = page.locator(".abstained [data-open]")
    if nearest.count():
        nearest.first.click()
        assert marked(page)


def test_a_follow_up_is_completed_and_the_completed_question_shown(page: Page) -> None:
    ask(page, "When was the lighthouse of Varn built by Ilse Marten?")
    ask(page, "And who was its last keeper?")
    shown = page.locator(".turn").nth(1).locator(".searched").inner_text()
    assert "lighthouse" in shown.lower()


def test_a_pdf_is_shown_as_it_looks_with_the_quote_boxed(page: Page) -> None:
    if ".pdf" not in ingest.FORMATS:
        pytest.skip(".pdf cannot be read yet")
    ask(page, QUESTIONS[".pdf"][0])
    page.locator(".claim", has_text="Clara Voss").locator(".citation").first.click()
    assert "page 2" in page.locator(".claim", has_text="Clara Voss").locator(".origin").inner_text()
    page.locator('[data-side="page"]').click()
    picture = page.locator("#body .page img")
    picture.wait_for()
    page.wait_for_function("document.querySelector('#body .page img').naturalWidth > 600")
    box = page.locator("#body .page rect").first.bounding_box()
    frame = picture.bounding_box()
    assert box
    assert frame
    assert frame["x"] < box["x"] < frame["x"] + frame["width"]
    assert frame["y"] < box["y"] < frame["y"] + frame["height"] / 3


def test_what_a_document_says_is_never_obeyed(page: Page) -> None:
    ask(page, "What colour was the harbour gate painted in 1950?")
    assert '<img src=x onerror="window.hurt=1">' in page.locator(".claims").inner_text()
    page.locator(".citation").first.click()
    assert '<img src=x onerror="window.hurt=1">' in marked(page)
    text = page.locator("#body .text").inner_text()
    assert "![picture](http://outside.invalid/a.png)" in text
    assert "[a link](javascript:window.hurt=2)" in text
    assert page.evaluate("window.hurt") is None
    assert page.locator("#body img, #body a, #body script, .answer img, .answer script").count() == 0
    # "[1]" in the document stays text: the only citation is the one set by code.
    assert page.locator(".claim").first.locator(".citation").count() == 1


def test_two_people_can_ask_at_once(served: Served, window: Open) -> None:
    one, two = window(served.address), window(served.address)
    for page, question in ((one, QUESTIONS[".txt"][0]), (two, "When was the lighthouse of Varn built?")):
        page.fill("#question", question)
        page.press("#question", "Enter")
    for page, expected in ((one, "Jonas Holt"), (two, "1874")):
        page.locator(".turn .actions").wait_for()
        assert expected in page.locator(".claims").inner_text()
        assert page.locator(".turn").count() == 1


def test_an_error_says_what_happened_and_what_to_do(page: Page) -> None:
    page.evaluate("document.getElementById('question').removeAttribute('maxlength')")
    page.fill("#question", "why " * 700)
    page.press("#question", "Enter")
    notice = page.locator(".turn .notice.error")
    notice.wait_for()
    assert "2,000" in notice.locator(".problem").inner_text()
    assert notice.locator(".remedy").inner_text()


def test_how_it_was_found_can_be_read(page: Page) -> None:
    ask(page, "When was the lighthouse of Varn built?")
    page.locator(".found summary").click()
    assert page.locator(".found h3").first.inner_text().startswith("Searching")
    assert page.locator(".found table").first.is_visible()


def test_the_queue_can_be_used_by_a_program_too(served: Served) -> None:
    question = json.dumps({"question": "When was the lighthouse of Varn built?"}).encode()
    request = urllib.request.Request(  # noqa: S310
        f"{served.address}gradio_api/call/v2/ask", question, {"content-type": "application/json"}
    )
    with urllib.request.urlopen(request) as response:  # noqa: S310
        event = json.load(response)["event_id"]
    with urllib.request.urlopen(f"{served.address}gradio_api/call/ask/{event}") as stream:  # noqa: S310
        lines = stream.read().decode()
    assert '"kind": "answer"' in lines
