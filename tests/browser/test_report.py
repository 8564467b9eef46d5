"""The evaluation report in Chromium: sorts, filters, unfolds, asks for nothing, runs no foreign script."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.evaluate.test_report_and_exports import hostile

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def evaluated(tmp_path_factory: pytest.TempPathFactory):
    from rag import library
    from rag.evaluate import gold, questions
    from tests.evaluate.conftest import ROOT, SEEDS, Bench, assistant_over

    folder = tmp_path_factory.mktemp("evaluated")
    assistant = assistant_over(folder / "library")
    library.add([SEEDS], assistant.store, assistant.embedder)
    asked = questions.load(ROOT / "evals" / "questions.jsonl")[::4]
    yield Bench(assistant, gold.corpus(assistant.store, SEEDS)).run(asked, folder / "run")
    assistant.close()


@pytest.fixture(scope="module")
def report_file(evaluated, tmp_path_factory: pytest.TempPathFactory) -> Path:
    from rag.evaluate import report

    file = tmp_path_factory.mktemp("report") / "report.html"
    file.write_text(report.html(evaluated), "utf-8")
    return file


@pytest.fixture
def page(chromium, report_file):
    context = chromium.new_context(viewport={"width": 1200, "height": 900})
    opened = context.new_page()
    problems: list[str] = []
    opened.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    opened.on("pageerror", lambda error: problems.append(str(error)))
    opened.on("request", lambda request: problems.append(request.url) if request.url != opened.url else None)
    opened.on("dialog", lambda dialog: (problems.append("a dialog"), dialog.dismiss()))
    opened.goto(report_file.as_uri())
    problems.clear()
    yield opened
    assert problems == []
    context.close()


def shown(page) -> list[str]:
    return page.locator("#questions tbody:not([hidden]) .open").all_text_contents()


def test_the_first_screen_holds_the_three_numbers(page, evaluated):
    numbers = page.locator("#numbers .big").all_text_contents()
    outcomes = evaluated.summary["outcomes"]
    assert numbers == [f"{outcomes[kind]['value'] * 100:.0f}%" for kind in ("right", "abstained", "wrong")]
    assert page.locator("#numbers").bounding_box()["y"] < 400


def test_a_heading_sorts_both_ways(page, evaluated):
    expected = sorted(row["confidence"] for row in evaluated.rows)
    heading = page.get_by_role("button", name="Confidence")
    heading.click()
    values = [float(v) for v in page.locator("#questions tbody td.n:not(.wide)").all_text_contents()]
    assert values == pytest.approx(expected, abs=0.005)
    heading.click()
    values = [float(v) for v in page.locator("#questions tbody td.n:not(.wide)").all_text_contents()]
    assert values == pytest.approx(expected[::-1], abs=0.005)


def test_a_bar_of_the_waterfall_shows_its_questions(page, evaluated):
    cause, count = next(iter(evaluated.summary["waterfall"].items()))
    bar = page.locator(f'.bar[data-cause="{cause}"]')
    bar.click()
    assert len(shown(page)) == count
    bar.click()
    assert len(shown(page)) == len(evaluated.rows)


def test_a_search_looks_into_quotes(page, evaluated):
    row = next(row for row in evaluated.rows if row["citations"])
    page.get_by_role("searchbox").fill(row["citations"][0]["quote"][:40])
    assert row["question"] in shown(page)
    page.get_by_role("searchbox").fill("no such words anywhere")
    assert shown(page) == []


def test_a_question_unfolds_by_keyboard_to_its_quote_in_context_and_its_gold(page, evaluated):
    row = next(row for row in evaluated.rows if row["citations"] and row["gold"].get("evidence"))
    body = page.locator(f"tbody#{row['id']}")
    body.locator(".open").press("Enter")
    assert body.locator("mark").first.text_content() == row["citations"][0]["quote"]
    assert body.locator("mark.gold").first.is_visible()
    assert body.locator(".open").get_attribute("aria-expanded") == "true"


def test_it_fits_a_phone(page):
    page.set_viewport_size({"width": 360, "height": 740})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_hostile_answers_run_nothing(chromium, evaluated, tmp_path):
    from rag.evaluate import report

    file = tmp_path / "hostile.html"
    file.write_text(report.html(hostile(evaluated)), "utf-8")
    context = chromium.new_context()
    opened = context.new_page()
    dialogs: list[str] = []
    requests: list[str] = []
    opened.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    opened.on("request", lambda request: requests.append(request.url))
    opened.goto(file.as_uri())
    opened.locator("#unfold").click()
    assert dialogs == []
    assert requests == [file.as_uri()]
    context.close()
