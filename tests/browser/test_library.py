"""Bringing documents in through the page, and taking them out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from rag import library
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
    # It stays listed with its reason until it can be read.
    page.reload()
    page.locator(".unread summary").click()
    expect(page.locator(".unread li")).to_contain_text("engine.exe")
    page.locator(".unread button").click()
    expect(page.locator("#added .problem")).to_have_text("Not read:")
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
    row = page.locator("#document-list tr", has_text="mill")
    row.locator("summary").click()
    remove = row.locator('[data-action="remove"]')
    remove.click()
    expect(remove).to_have_text("Remove it?")
    remove.click()
    expect(page.locator("#document-list tbody tr")).to_have_count(1)
    assert len(bare.assistant.store.listings()) == 1
    assert [path.name for path in (bare.folder / "files").iterdir()] == ["quarry.txt"]


def origins(page: Page) -> list[str]:
    return list(page.locator(".answer [data-quote]").evaluate_all("all => all.map(b => b.dataset.origin)"))


def test_a_question_is_restricted_by_chips_that_are_kept_with_its_answer(
    served: Served, window: Open
) -> None:
    page = window(served.address)
    page.locator("#scope summary").click()
    page.locator("#scope-search").fill("lighth")
    expect(page.locator("#choices label")).to_have_count(1)
    page.locator("#choices label").click()
    page.locator("#scope-search").fill("")
    page.fill("#before", "2030-01-31")
    page.keyboard.press("Escape")
    chips = page.locator("#chips li")
    expect(chips).to_have_count(2)
    assert "Lighthouse" in chips.first.inner_text()
    page.get_by_role("button", name="Take away: Until 31 January 2030").click()
    ask(page, "When did the bakery on Mill Street open before dawn?")
    assert all("Lighthouse" in origin for origin in origins(page))
    expect(page.locator(".turn .searched")).to_have_text("Asked only of “The Lighthouse of Varn”")
    page.reload()
    page.locator(".turn").wait_for()
    expect(chips).to_have_count(1)
    chips.locator("button").click()
    expect(page.locator("#scope summary")).to_be_focused()
    expect(page.locator("#scope-words")).to_have_text("All documents")
    # The question is asked again of what it was asked of before, whatever is chosen now.
    page.locator('[data-action="again"]').click()
    page.locator(".comparison").wait_for()
    assert all("Lighthouse" in origin for origin in origins(page))


def test_the_list_is_narrowed_by_kind_and_a_row_leads_to_a_question_about_it(
    served: Served, window: Open
) -> None:
    page = window(f"{served.address}#/library")
    rows = page.locator("#document-list tbody tr")
    expect(rows).to_have_count(5)
    page.locator("#filters summary").click()
    page.locator('#filters select[name="kind"]').select_option("pdf")
    expect(rows).to_have_count(1)
    page.keyboard.press("Escape")
    expect(page.locator("#filter-chips li")).to_contain_text("PDF")
    expect(page.locator("#found-count")).to_contain_text("1 of 5 documents")
    rows.locator("summary").click()
    rows.locator('[data-action="ask"]').click()
    expect(page.locator("#question")).to_be_focused()
    expect(page.locator("#chips li")).to_contain_text("salt", ignore_case=True)
    page.locator('[data-view="library"]').click()
    page.locator("#filter-chips button").click()
    expect(rows).to_have_count(5)


def test_folders_can_be_chosen_and_a_document_read_again(bare: Served, window: Open, tmp_path: Path) -> None:
    page = window(bare.address)
    for folder, year in (("north", 1901), ("south", 1902)):
        (bare.folder / "files" / folder).mkdir(parents=True)
        file = bare.folder / "files" / folder / "harbour.txt"
        file.write_text(f"Harbour {folder}\n\nThe harbour in the {folder} was dug in {year}.\n", "utf-8")
    page.goto(f"{bare.address}#/library")
    library.add([bare.folder / "files"], bare.assistant.store, bare.assistant.embedder, workers=0)
    page.reload()
    page.locator("#filters summary").click()
    page.locator('#filters select[name="folder"]').select_option(label="files/north (1)")
    page.keyboard.press("Escape")
    row = page.locator("#document-list tbody tr")
    expect(row).to_have_count(1)
    row.locator("summary").click()
    row.locator('[data-action="again"]').click()
    expect(page.locator("#added")).to_contain_text("1 updated")
    page.locator('[data-view="ask"]').click()
    page.locator("#scope summary").click()
    page.locator("#scope-folder").select_option(label="files/south (1)")
    page.keyboard.press("Escape")
    expect(page.locator("#chips li")).to_contain_text("Folder files/south")
    ask(page, "When was the harbour dug in the south?")
    (south,) = [item for item in bare.assistant.store.listings() if "south" in item.source.path]
    cited = page.locator(".answer [data-quote]").evaluate_all("all => all.map(b => b.dataset.open)")
    assert set(cited) == {south.document_id}
    expect(page.locator(".turn .searched")).to_have_text("Asked only of the folder files/south")


def test_examples_come_from_the_library_itself(served: Served, window: Open) -> None:
    page = window(served.address)
    words = page.locator(".example").all_inner_texts()
    assert all(question.endswith("?") for question in words)
