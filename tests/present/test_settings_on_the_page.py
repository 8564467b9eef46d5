"""What the models view says and changes, without a browser."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag import settings
from rag.backends.models import CheckResult, ModelCard, WeightFile
from rag.errors import SettingsError
from rag.present import changing, pace
from rag.present.ui import levels, writers_view
from rag.present.ui.fetching import Fetch
from tests.browser.library import fill, make

CARD = ModelCard("<b>big</b>", "generator", "gguf", (WeightFile("big.gguf", 2_000_000_000, "a" * 64),),
                 repository="owner/name", memory_mb=3000)  # fmt: skip


def test_a_surer_level_answers_less_and_is_right_more_often() -> None:
    figures = [levels.measured(level.risk) for level in levels.LEVELS]
    known = [one for one in figures if one is not None]
    assert len(known) == len(levels.LEVELS)
    assert [one.answered for one in known] == sorted(one.answered for one in known)
    assert known[0].right > known[-1].right


def test_without_results_a_level_is_told_in_words_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rag.packaged.folder", lambda name: tmp_path / name)
    levels._results.cache_clear()
    assert levels.told(0.5) == ""
    levels._results.cache_clear()


def test_the_default_is_one_of_the_levels() -> None:
    assert levels.nearest(settings.Settings().risk) is not None
    assert levels.nearest(0.52) is None


def test_what_is_chosen_is_written_and_the_rest_of_the_file_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("RAG_RISK", raising=False)
    monkeypatch.delenv("RAG_MODE", raising=False)
    fill(tmp_path)
    (tmp_path / "rag.toml").write_text("# mine\nhits = 9\nrisk = 0.2\n", "utf-8")
    assistant = make(tmp_path)
    changing.answer_by(assistant, mode="quotes", risk=0.6)
    assert (tmp_path / "rag.toml").read_text("utf-8") == 'mode = "quotes"\n# mine\nhits = 9\nrisk = 0.6\n'
    assert (assistant.settings.risk, assistant.settings.mode) == (0.6, "quotes")
    with pytest.raises(SettingsError, match="no mode"):
        changing.answer_by(assistant, mode="loud")
    assistant.close()


def test_the_pace_is_that_of_the_models_in_use(tmp_path: Path) -> None:
    fill(tmp_path)
    assistant = make(tmp_path)
    taken = pace.measure(assistant)
    assert taken.writing == 0.0
    assert taken.finding + taken.reading > 0
    assistant.close()


def test_a_model_too_large_for_this_machine_is_said_to_be() -> None:
    checked = [CheckResult(CARD, "missing", None)]
    html = writers_view.writers(checked, "", 4_000, "https://hub.example", [0], None)
    assert "more memory than this machine can spare" in html
    assert "Fetch 2.0 GB from hub.example" in html
    assert "<b>big" not in html


@pytest.mark.parametrize(
    ("fetch", "words"),
    [
        (Fetch("a", "a"), "Asking the hub"),
        (Fetch("a", "a", file="f", done=5_000_000, total=9_000_000, rate=1e6),
         "5 MB of 9 MB, 1 MB a second, about 4 s left"),
        (Fetch("a", "a", file="f", done=9_000_000, total=9_000_000), "Checking its digest"),
        (Fetch("a", "a", "stopped", "f", 5_000_000, 9_000_000), "Stopped after 5 MB. What has come is kept."),
    ],
)  # fmt: skip
def test_a_download_tells_how_far_it_is(fetch: Fetch, words: str) -> None:
    assert fetch.record()["words"] == words
