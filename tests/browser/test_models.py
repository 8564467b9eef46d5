"""Models and settings: what is in use, what is chosen, and the one download that a person agrees to."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from rag import settings
from rag.backends import digests, models
from tests.backends import tiny_llama
from tests.browser.conftest import Open, ask
from tests.browser.hub import Hub, hub
from tests.browser.library import Served, make, serve

pytestmark = pytest.mark.browser

ADDRESS = "owner/name:tiny.gguf"


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A real model, made long enough that its download can be stopped."""
    file = tiny_llama.write(tmp_path_factory.mktemp("tiny") / "tiny.gguf")
    return file.read_bytes() + bytes(6 << 20)


@pytest.fixture
def near(tiny: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    """The hub, on this machine."""
    monkeypatch.setattr(models, "downloads", lambda: tmp_path / "models")
    monkeypatch.setattr(digests, "_file", lambda: tmp_path / "digests.json")
    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    for name in ("RAG_GENERATOR", "RAG_MODE", "RAG_RISK"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with hub(tiny) as running:
        monkeypatch.setenv("HF_ENDPOINT", running.url)
        yield running


@pytest.fixture
def alone(filled: Path, tmp_path: Path, near: Hub) -> Iterator[Served]:
    """The page over a library of its own, in a house where the hub is near."""
    folder = shutil.copytree(filled, tmp_path / "library")
    with serve(make(folder), folder) as running:
        yield running


def confirm(page: Page) -> None:
    """As far as a person comes before anything is fetched."""
    page.locator(".other summary").click()
    page.fill("#other-address", ADDRESS)
    page.keyboard.press("Enter")
    page.locator("#other-confirm .confirm").wait_for()


def test_a_model_is_fetched_only_when_agreed_stopped_gone_on_with_checked_and_used(
    alone: Served, near: Hub, window: Open, tmp_path: Path
) -> None:
    page = window(f"{alone.address}#/models")
    confirm(page)
    said = page.locator("#other-confirm").inner_text()
    assert f"{near.url}/owner/name" in said
    assert "tiny.gguf" in said
    page.locator('#other-confirm [data-action="not-now"]').click()
    expect(page.locator("#other-confirm")).to_be_empty()
    confirm_again = page.locator("#other-address")
    confirm_again.press("Enter")
    assert near.asked == []

    near.pause = 0.4
    page.locator('#other-confirm [data-action="fetch"]').click()
    row = page.locator('[data-model="tiny"]')
    expect(row.locator("#fetch-words")).to_contain_text(" of 7 MB")
    page.reload()  # it goes on meanwhile
    expect(row.locator("#fetch-words")).to_contain_text(" a second")
    row.locator('[data-action="fetch-stop"]').click()
    expect(row).to_contain_text("What has come is kept")
    (partial,) = (tmp_path / "models" / "tiny").glob("*.part")
    kept = partial.stat().st_size
    assert 0 < kept < len(near.data)

    near.pause = 0.0
    row.locator('[data-action="fetch-on"]').click()
    expect(row.locator(".confirm")).to_contain_text("are here already")
    row.locator('[data-action="fetch"]').click()
    expect(row).to_contain_text("its digest is right")
    assert near.asked[-1].endswith(f"bytes={kept}-")
    row.locator('[data-action="use"]').click()
    expect(page.locator(".in-use")).to_contain_text("tiny")
    file = tmp_path / "models" / "tiny" / "tiny.gguf"
    assert settings.load(alone.folder).generator == str(file)
    assert alone.assistant.generator is not None

    page.locator('input[name="set-mode"][value="fluent"]').check()
    expect(page.locator("#announcer")).to_have_text("Kept")
    page.locator('[data-view="ask"]').click()
    expect(page.locator("#mode-words")).to_have_text("Fluent")
    ask(page, "When was the lighthouse of Varn built?")
    page.locator(".found summary").click()
    expect(page.locator(".found")).to_contain_text("What the model saw, word for word")


def test_another_file_than_was_promised_is_refused_with_what_to_do(
    alone: Served, near: Hub, window: Open, tmp_path: Path
) -> None:
    near.data = near.data[:-1] + b"!"
    page = window(f"{alone.address}#/models")
    confirm(page)
    page.locator('#other-confirm [data-action="fetch"]').click()
    notice = page.locator('[data-model="tiny"] .notice.error')
    expect(notice.locator(".problem")).to_contain_text("sha256 differs")
    assert list((tmp_path / "models" / "tiny").glob("tiny*")) == []


def test_an_address_that_is_none_is_said_before_anything_is_asked(
    alone: Served, near: Hub, window: Open
) -> None:
    page = window(f"{alone.address}#/models")
    page.locator(".other summary").click()
    page.fill("#other-address", "../../etc/passwd")
    page.keyboard.press("Enter")
    expect(page.locator("#other-confirm .problem")).to_contain_text("OWNER/NAME:FILE.gguf")
    assert near.asked == []


def test_how_answers_are_made_and_when_is_kept_with_the_library(alone: Served, window: Open) -> None:
    page = window(f"{alone.address}#/models")
    expect(page.locator('input[name="set-risk"][value="0.5"]')).to_be_checked()
    expect(page.locator(".measured").first).to_contain_text("of those right")
    page.locator(".cards label", has_text="Careful").click()
    expect(page.locator("#announcer")).to_have_text("Kept")
    assert alone.assistant.settings.risk == settings.load(alone.folder).risk == 0.65
    page.reload()
    expect(page.locator('input[name="set-risk"][value="0.65"]')).to_be_checked()
    page.locator('[data-action="pace"]').click()
    expect(page.locator("#pace")).to_contain_text("An answer in quotes takes about")
    expect(page.locator(".in-use")).to_contain_text(alone.assistant.scorer.name)


def test_the_environment_goes_before_and_is_said_to(
    alone: Served, window: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RAG_RISK", "0.5")
    page = window(f"{alone.address}#/models")
    page.locator(".cards label", has_text="Open").click()
    expect(page.locator("#models-said")).to_contain_text("RAG_RISK is set in the environment")
    assert alone.assistant.settings.risk == 0.5
