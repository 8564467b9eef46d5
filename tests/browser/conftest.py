"""One Chromium and one served page for all tests here; each test gets a fresh window.

A window fails its test when the page asked anything of another machine, or logged an error.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser.library import Served, SlowGenerator, fill, make, serve

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

Open = Callable[..., Page]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    names = ("chromium", "chromium-browser", "google-chrome")
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    if not found:
        pytest.skip("no Chromium is installed: apt-get install chromium, or set CHROMIUM to its path")
    expect.set_options(timeout=15_000)  # the machine may be busy with other things
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library of the documents, read once; tests that change it work on a copy."""
    folder = tmp_path_factory.mktemp("filled")
    fill(folder)
    return folder


@pytest.fixture(scope="session")
def served(filled: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The page over five documents, answering with quotes. Shared: its documents must stay as they are."""
    folder = shutil.copytree(filled, tmp_path_factory.mktemp("served") / "library")
    with serve(make(folder), folder) as running:
        yield running


@pytest.fixture
def fresh(filled: Path, tmp_path: Path) -> Iterator[Served]:
    """The same page over a library of the test's own."""
    folder = shutil.copytree(filled, tmp_path / "library")
    with serve(make(folder), folder) as running:
        yield running


@pytest.fixture
def slow(filled: Path, tmp_path: Path) -> Iterator[Served]:
    """The same, with a generator that takes far too long."""
    folder = shutil.copytree(filled, tmp_path / "slow")
    with serve(make(folder, SlowGenerator()), folder) as running:
        yield running


@pytest.fixture
def window(chromium: Browser) -> Iterator[Open]:
    """Opens an address in a window of its own: `window(address, width=…, height=…)`."""
    contexts, outside, errors = [], [], []

    def open_at(address: str, **options: object) -> Page:
        width, height = options.pop("width", 1280), options.pop("height", 800)
        context = chromium.new_context(viewport={"width": width, "height": height}, **options)  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        here = urlsplit(address).netloc
        page.on("request", lambda r: outside.append(r.url) if _leaves(r.url, here) else None)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda m: errors.append(m.text) if m.type == "error" else None)
        page.goto(address)
        return page

    yield open_at
    for context in contexts:
        context.close()
    assert outside == []
    assert [error for error in errors if "status of 4" not in error] == []


def _leaves(address: str, here: str) -> bool:
    parts = urlsplit(address)
    return parts.scheme in ("http", "https", "ws", "wss") and parts.netloc != here


@pytest.fixture
def page(window: Open, served: Served) -> Page:
    return window(served.address)


def ask(page: Page, question: str) -> None:
    """Types a question, sends it and waits until its answer is kept."""
    before = page.locator(".turn .actions").count()
    page.fill("#question", question)
    page.press("#question", "Enter")
    page.locator(".turn .actions").nth(before).wait_for()


def upload(page: Page, *paths: Path) -> None:
    """Adds files through the page and waits until it says what came of it."""
    page.goto(f"{page.url.split('#')[0]}#/library")
    page.locator(".documents, div.empty").first.wait_for()
    page.set_input_files("#files", [str(path) for path in paths])
    page.locator("#added .notice").first.wait_for()
    page.wait_for_function("document.getElementById('progress').hidden")
