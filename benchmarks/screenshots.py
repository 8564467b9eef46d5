"""Pictures of the page for the README: `python -m benchmarks.screenshots docs/images`.

The real assistant over the sample documents in seeds/, in headless Chromium; PNG in 256 colours.
"""

from __future__ import annotations

import contextlib
import io
import os
import shutil
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, expect, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"]
PATIENCE = 120_000
"""Milliseconds for one answer on a busy machine."""

WARM = "Who leads the cabinet?"
REASONS = "What are the three reasons why Belarus wants to join the EU?"
PROTEST = "When did Belarusians protest against the war?"
NOT_SAID = (
    "What did the meeting in Brussels in November 2023 cost?",
    "Which parties does Ivan Kravtsov belong to today?",
    "How many people were detained at the rallies in Gomel?",
    "How many prisoners were released in 2019?",
)
"""The first that is declined with passages near it is shown."""
HARVEST = "How many tonnes of apples were harvested in the Lene valley in 2023?"
REPORTS = (
    (
        "harvest-council.md",
        "---\npublisher: Council of the valley\ndate: 2024-01-15\n---\n\n"
        "# Harvest report of the valley council\n\n"
        "The valley council counted deliveries at the three presses.\n\n"
        "In 2023, 4,100 tonnes of apples were harvested in the Lene valley.\n",
    ),
    (
        "harvest-growers.md",
        "---\npublisher: Growers' union\ndate: 2024-03-02\n---\n\n"
        "# Harvest survey of the growers\n\n"
        "The growers' union asked its 212 members.\n\n"
        "In 2023, 5,250 tonnes of apples were harvested in the Lene valley.\n",
    ),
)
SANCTIONS = "What does Svetlana Matskevich say about sanctions?"


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as library,
        served(Path(library)) as address,
        sync_playwright() as play,
    ):
        names = ("chromium", "chromium-browser", "google-chrome")
        path = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
        browser = play.chromium.launch(executable_path=path, args=ARGUMENTS)
        desk(browser, address, folder)
        differing(browser, address, folder)
        night(browser, address, folder)
        phone(browser, address, folder)
        browser.close()


def desk(browser: Browser, address: str, folder: Path) -> None:
    page = opened(browser, address)
    ask(page, WARM)  # the time of an answer is in its picture, and the first one loads the models
    page = opened(browser, address)
    keep(page, folder / "welcome.png")
    ask(page, REASONS)
    page.locator(".citation").first.click()
    page.locator("#body mark").first.wait_for()
    keep(page, folder / "answer.png")
    page.locator("#close").click()
    page.locator('[data-view="library"]').click()
    page.locator(".documents").wait_for()
    keep(page, folder / "library.png")
    page.locator('[data-view="models"]').click()
    page.locator(".models").wait_for()
    keep(page, folder / "models.png")


def differing(browser: Browser, address: str, folder: Path) -> None:
    """Two reports of one harvest, invented for the picture, restricted to by chips."""
    page = opened(browser, f"{address}#/library")
    page.locator(".documents").wait_for()
    files = [{"name": name, "mimeType": "text/markdown", "buffer": text.encode()} for name, text in REPORTS]
    page.set_input_files("#files", files)  # type: ignore[arg-type]
    page.locator("#added .notice").wait_for()
    page.locator('[data-view="ask"]').click()
    page.locator("#scope summary").click()
    page.locator("#scope-search").fill("harvest")
    expect(page.locator("#choices label")).to_have_count(2)
    for label in page.locator("#choices label").all():
        label.click()
    page.keyboard.press("Escape")
    ask(page, HARVEST)
    keep(page, folder / "differing.png")


def night(browser: Browser, address: str, folder: Path) -> None:
    page = opened(browser, address, color_scheme="dark")
    ask(page, PROTEST)
    page.locator(".citation").first.click()
    page.locator("#body mark").first.wait_for()
    keep(page, folder / "dark.png")
    for question in NOT_SAID:
        page = opened(browser, address, color_scheme="dark")
        ask(page, question)
        if page.locator(".abstained .near").count():
            break
    keep(page, folder / "abstention.png")


def phone(browser: Browser, address: str, folder: Path) -> None:
    page = opened(
        browser, address, viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True,
        device_scale_factor=2,
    )  # fmt: skip
    ask(page, SANCTIONS)
    page.locator(".citation").first.tap()
    page.locator("#body mark").first.wait_for()
    keep(page, folder / "phone.png")


def opened(browser: Browser, address: str, **options: object) -> Page:
    values = {"viewport": {"width": 1440, "height": 900}, "color_scheme": "light", **options}
    page = browser.new_context(**values).new_page()  # type: ignore[arg-type]
    page.set_default_timeout(PATIENCE)
    page.goto(address)
    return page


def ask(page: Page, question: str) -> None:
    before = page.locator(".turn .actions").count()
    page.fill("#question", question)
    page.press("#question", "Enter")
    page.locator(".turn .actions").nth(before).wait_for()


def keep(page: Page, file: Path) -> None:
    page.wait_for_timeout(500)
    page.evaluate("document.activeElement.blur()")
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    picture.quantize(192, dither=Image.Dither.NONE).save(file, optimize=True)
    print(f"{file.name}: {file.stat().st_size // 1024} kB")


@contextlib.contextmanager
def served(library: Path) -> Iterator[str]:
    import uvicorn

    from rag import assistant as assistants
    from rag import library as libraries
    from rag import settings
    from rag.journal import Journal
    from rag.present.ui.app import application

    chosen = replace(settings.load(library), budget_seconds=20.0)
    assistant = assistants.build(chosen)
    libraries.add([ROOT / "seeds"], assistant.store, assistant.embedder)
    journal = Journal(library)
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    guarded = application(assistant, library, journal)
    server = uvicorn.Server(uvicorn.Config(guarded, log_level="error", access_log=False))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.05)
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
    finally:
        server.should_exit = True
        thread.join(10)
        journal.close()
        assistant.close()


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "docs" / "images"))
