"""Bringing documents in through the page, and taking them out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Open, ask, upload
from tests.browser.library import Served, make, serve

pytestmark = pytest.mark.browser


@pytest.fixture
def bare(tmp_path: Path) -> Iterator[Served]:
    """The page over a library of its own, with nothing in it."""
    with serve(make(tmp_path), tmp_path) as running:
        yield running


def test_an_empty_library_says_how_to_begin(bare: Served, window: Open) -> None:
    page = window(bare.address)
    assert "Nothing has been added yet" in page.locator(".first").inner_text()
    page.fill("#question", "Is anybody there?")
    page.press("#question", "Enter")
    page.locator(".turn .notice.error").wait_for()
    assert "empty" in page.locator(".turn .problem").inner_text()


def test_a_dropped_file_is_read_with_progress_and_answers_questions(
    bare: Served, window: Open, tmp_path: Path
) -> None:
    page = window(bare.address)
    page.evaluate(
        """() => {
            window.told = [];
            const words = document.getElementById('progress-words');
            new MutationObserver(() => window.told.push(words.textContent)).observe(words, {childList: true});
        }"""
    )
    file = tmp_path / "ferry.txt"
    file.write_text("The ferry\n\nThe ferry to Skerry Island sails every Tuesday at noon.\n", "utf-8")
    upload(page, file)
    assert "1 added" in page.locator("#added").inner_text()
    assert any("Copying 1 of 1" in words for words in page.evaluate("window.told"))
    expect(page.locator("#count")).to_have_text("1 document")
    page.locator('[data-view="ask"]').click()
    ask(page, "When does the ferry to Skerry Island sail?")
    assert "every Tuesday at noon" in page.locator(".claims").inner_text()


def test_a_file_that_cannot_be_read_is_named_with_its_reason_and_the_rest_goes_on(
    bare: Served, window: Open, tmp_path: Path
) -> None:
    page = window(bare.address)
    good, bad = tmp_path / "good.txt", tmp_path / "engine.exe"
    good.write_text("The mill wheel turned until the drought of 1893.\n", "utf-8")
    bad.write_bytes(bytes(range(256)) * 8)
    upload(page, good, bad)
    said = page.locator("#added").inner_text()
    assert "engine.exe" in said
    assert len(said.split("engine.exe")[1].split()) >= 3
    expect(page.locator("#document-list tbody tr")).to_have_count(1)


def test_pasted_text_becomes_a_document(bare: Served, window: Open) -> None:
    page = window(f"{bare.address}#/library")
    page.locator('[data-pick="paste"]').click()
    page.fill("#paste-title", "A telegram")
    page.fill("#paste-text", "The consul arrives on Friday with three trunks.")
    page.locator("#paste button").click()
    expect(page.locator("#document-list tbody tr")).to_have_count(1)
    assert "A telegram" in page.locator("#document-list").inner_text()


def test_a_document_can_be_opened_searched_for_and_removed(
    bare: Served, window: Open, tmp_path: Path
) -> None:
    page = window(bare.address)
    for name in ("mill", "quarry"):
        (tmp_path / f"{name}.txt").write_text(f"The {name}\n\nThe {name} stood by the river.\n", "utf-8")
    upload(page, tmp_path / "mill.txt", tmp_path / "quarry.txt")
    page.fill("#library-search", "quarry")
    expect(page.locator("#document-list tbody tr:visible")).to_have_count(1)
    page.fill("#library-search", "")
    page.locator("#document-list .title", has_text="mill").click()
    expect(page.locator("#body .text")).to_contain_text("stood by the river")
    page.locator("#close").click()
    remove = page.locator("#document-list tr", has_text="mill").locator('[data-action="remove"]')
    remove.click()
    expect(remove).to_have_text("Remove it?")
    remove.click()
    expect(page.locator("#document-list tbody tr")).to_have_count(1)
    assert len(bare.assistant.store.listings()) == 1
    assert [path.name for path in (bare.folder / "files").iterdir()] == ["quarry.txt"]


def test_a_question_can_be_restricted_to_a_document(served: Served, window: Open) -> None:
    page = window(served.address)
    page.locator("#scope summary").click()
    page.locator("#choices label", has_text="Lighthouse").click()
    page.keyboard.press("Escape")
    assert "Lighthouse" in page.locator("#scope-words").inner_text()
    ask(page, "When did the bakery on Mill Street open before dawn?")
    opened = page.locator(".answer [data-quote]").evaluate_all("all => all.map(b => b.dataset.origin)")
    assert all("Lighthouse" in origin for origin in opened)


def test_examples_come_from_the_library_itself(served: Served, window: Open) -> None:
    page = window(served.address)
    words = page.locator(".example").all_inner_texts()
    assert all(question.endswith("?") for question in words)
