"""Stopping, what is kept of a conversation, and what a person says of an answer."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from playwright.sync_api import expect

from rag.evaluate.draft import draft
from tests.browser.conftest import Open, ask
from tests.browser.library import Served, SlowGenerator

pytestmark = pytest.mark.browser

QUESTION = "When was the lighthouse of Varn built?"


def test_stopping_really_stops_the_model(slow: Served, window: Open) -> None:
    generator = slow.assistant.generator
    assert isinstance(generator, SlowGenerator)
    page = window(slow.address)
    page.fill("#question", QUESTION)
    page.press("#question", "Enter")
    assert generator.begun.wait(15)
    page.locator("#stop").click()
    expect(page.locator("#send")).to_be_visible()
    expect(page.locator(".turn")).to_contain_text("Stopped")
    deadline = time.monotonic() + 10
    while generator.running and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not generator.running
    assert slow.journal.conversations() == []


def test_a_conversation_is_kept_found_renamed_exported_and_deleted(fresh: Served, window: Open) -> None:
    page = window(fresh.address)
    ask(page, QUESTION)
    ask(page, "Who was the last keeper of the lighthouse?")
    page.reload()
    expect(page.locator(".turn")).to_have_count(2)
    page.locator('[data-view="conversations"]').click()
    row = page.locator("#conversation-list li")
    expect(row).to_contain_text("2 questions")
    row.locator('[data-action="rename"]').click()
    page.locator(".rename").fill("Lighthouses")
    page.keyboard.press("Enter")
    expect(row.locator(".title")).to_have_text("Lighthouses")
    page.fill("#conversation-search", "no such words")
    expect(page.locator("#conversation-list")).to_contain_text("No conversation holds these words")
    page.fill("#conversation-search", "keeper")
    expect(row).to_have_count(1)
    row.locator(".export summary").click()
    with page.expect_download() as download:
        row.locator("a", has_text="Markdown").click()
    text = Path(download.value.path()).read_text("utf-8")
    assert "[^1-1]: “" in text
    row.locator('[data-action="delete"]').click()
    row.locator('[data-action="delete"]').click()
    expect(page.locator("#conversation-list")).to_contain_text("No")
    assert fresh.journal.conversations() == []


def test_a_link_opens_a_stored_answer(fresh: Served, window: Open) -> None:
    page = window(fresh.address)
    ask(page, QUESTION)
    identity = page.locator(".turn").get_attribute("data-answer")
    other = window(f"{fresh.address}#/answer/{identity}")
    expect(other.locator(".question")).to_have_text(QUESTION)
    other.locator(".citation").first.click()
    expect(other.locator("#body mark").first).to_be_visible()


def test_what_a_person_says_of_an_answer_is_kept(fresh: Served, window: Open) -> None:
    page = window(fresh.address)
    ask(page, QUESTION)
    page.locator('[data-action="wrong"]').click()
    page.locator(".correction label", has_text="A citation is wrong").click()
    page.locator(".correction textarea").fill("It was 1875.")
    page.locator(".correction button").click()
    expect(page.locator(".said")).to_contain_text("Kept")
    (entry,) = fresh.journal.reviewed()
    assert (entry.verdict, entry.correction) == ("wrong-citation", "It was 1875.")
    page.locator('[data-action="right"]').click()
    expect(page.locator('[data-action="right"]')).to_have_attribute("aria-pressed", "true")
    (entry,) = fresh.journal.reviewed()
    assert entry.verdict == "right"
    # What was said becomes a question whose answer is known.
    (question,) = draft([entry])
    assert question.question == QUESTION
    assert question.answerable
    assert question.evidence


def test_asking_again_marks_what_differs(fresh: Served, window: Open) -> None:
    page = window(fresh.address)
    ask(page, QUESTION)
    page.locator('[data-action="again"]').click()
    expect(page.locator(".comparison.same")).to_contain_text("Nothing has changed")
    cited = page.locator(".citation").first.get_attribute("data-open") or ""
    fresh.assistant.store.remove([cited])
    page.locator('[data-action="again"]').last.click()
    expect(page.locator(".comparison del").first).to_be_visible()
    expect(page.locator(".comparison ins").first).to_be_visible()


def test_copying_brings_footnotes(fresh: Served, window: Open) -> None:
    page = window(fresh.address, permissions=["clipboard-read", "clipboard-write"])
    ask(page, QUESTION)
    page.locator('[data-action="copy"]').click()
    expect(page.locator('[data-action="copy"]')).to_have_text("Copied")
    assert "[^1]: “" in page.evaluate("navigator.clipboard.readText()")
