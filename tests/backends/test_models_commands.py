"""`rag models` and `rag doctor`, as a person meets them."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from rag.backends import models
from rag.present.cli import app
from tests.backends import tiny_llama


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("RAG_EMBEDDER", "RAG_SCORER", "RAG_GENERATOR", "RAG_MODE", "RAG_THREADS"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path / "library"


def run(library: Path, *words: str) -> Result:
    return CliRunner().invoke(app, ["--library", str(library), *words])


def test_the_list_marks_what_is_in_use_and_says_what_each_is_good_for(library: Path) -> None:
    shown = run(library, "models", "list").stdout
    assert "* bge-small-en" in shown
    assert "  qwen2.5-1.5b" in shown
    assert all(card.good_for in shown for card in models.catalogue())


def test_the_list_as_json_names_every_model_with_its_state(library: Path) -> None:
    rows = json.loads(run(library, "models", "list", "--json").stdout)
    assert [row["name"] for row in rows] == [card.name for card in models.catalogue()]
    assert {row["state"] for row in rows} <= {"ready", "missing", "truncated"}
    assert {row["kind"] for row in rows if row["in_use"]} == {"embedder", "scorer", "generator"}


def test_using_a_file_of_ones_own_is_written_down_and_keeps_the_other_settings(
    library: Path, tmp_path: Path
) -> None:
    file = tiny_llama.write(tmp_path / "my öwn, model.gguf")
    library.mkdir()
    (library / "rag.toml").write_text('# mine\nmode = "quotes"\ngenerator = "smollm2-135m"\n', "utf-8")
    done = run(library, "models", "use", str(file), "--json")
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["name"] == str(file)
    written = (library / "rag.toml").read_text("utf-8")
    assert written.startswith('# mine\nmode = "quotes"\ngenerator = ')
    rows = json.loads(run(library, "models", "check", "--json").stdout)
    mine = next(row for row in rows if row["name"] == "my öwn, model")
    assert (mine["state"], mine["in_use"]) == ("ready", True)


def test_no_generator_can_be_chosen(library: Path) -> None:
    assert run(library, "models", "use", "none").exit_code == 0
    assert (library / "rag.toml").read_text("utf-8") == 'generator = "none"\n'


def test_a_model_that_is_not_here_is_not_put_into_use(library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(models, "downloads", lambda: library / "nowhere")
    done = run(library, "models", "use", "qwen3-4b")
    assert done.exit_code != 0
    assert "rag models pull qwen3-4b" in str(done.exception)
    assert not (library / "rag.toml").exists()


def test_a_setting_in_the_environment_that_goes_first_is_pointed_out(
    library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RAG_GENERATOR", "smollm2-135m")
    assert "RAG_GENERATOR is set" in run(library, "models", "use", "none").stdout


def test_a_check_of_a_missing_model_fails_with_the_remedy(
    library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(models, "downloads", lambda: library / "nowhere")
    done = run(library, "models", "check", "qwen2.5-0.5b")
    assert done.exit_code == 1
    assert "missing" in done.stdout
    assert "rag models pull qwen2.5-0.5b" in done.stdout


@pytest.mark.models
def test_changing_the_embedder_says_that_the_library_must_be_rebuilt(library: Path) -> None:
    assert "rag rebuild" in run(library, "models", "use", "all-minilm-l6").stdout
    assert "rag rebuild" not in run(library, "models", "use", "all-minilm-l6").stdout


@pytest.mark.models
def test_the_digest_of_a_checked_model_is_the_identity_an_index_records(library: Path) -> None:
    rows = json.loads(run(library, "models", "check", "bge-small-en", "--json").stdout)
    card = models.find("bge-small-en", "embedder")
    assert rows[0]["digest"] == models.identity(card, models.locate(card))
    assert len(rows[0]["digest"]) == hashlib.sha256().digest_size * 2


def test_the_doctor_says_what_is_broken_what_to_do_and_exits_1(library: Path) -> None:
    library.mkdir()
    (library / "rag.toml").write_text('generator = "no-such-model"\n', "utf-8")
    done = run(library, "doctor")
    assert done.exit_code == 1
    assert "FAIL  generator: There is no generator called 'no-such-model'." in done.stdout
    assert "-> Known: smollm2-135m" in done.stdout


def test_the_doctor_tells_of_python_processor_libraries_and_library_as_json(library: Path) -> None:
    told = json.loads(run(library, "doctor", "--json").stdout)
    findings = {finding["name"]: finding for finding in told["findings"]}
    assert {
        "python",
        "compiler",
        "processor",
        "llama.cpp",
        "embedder",
        "scorer",
        "generator",
        "library",
    } <= set(findings)
    assert findings["library"]["state"] == "note"
    assert told["ok"] == all(finding["state"] != "broken" for finding in told["findings"])


def test_settings_that_cannot_be_read_are_a_finding_too(library: Path) -> None:
    library.mkdir()
    (library / "rag.toml").write_text("colour = 1\n", "utf-8")
    done = run(library, "doctor")
    assert done.exit_code == 1
    assert "FAIL  settings:" in done.stdout


def test_an_index_of_another_embedder_and_another_language_is_found(library: Path) -> None:
    from rag import index
    from rag.backends.fakes import FakeEmbedder
    from rag.types import Document, Passage, Source

    fake = FakeEmbedder()
    store = index.open(
        library, embedder_name=fake.name, embedder_digest=fake.digest, dimension=fake.dimension, splitter="s"
    )
    source = Source("/a.txt", "a", language="pl")
    text = "Rzeki niosą piasek."
    store.replace(Document("0" * 16, source, text), [Passage("0" * 16, 0, len(text), text, "", source)])
    store.close()
    told = json.loads(run(library, "doctor", "--json").stdout)
    findings = {finding["name"]: finding for finding in told["findings"]}
    assert findings["library"]["detail"].endswith("1 documents, 1 passages, generation 1")
    assert "1 passages can be found by words only" in findings["vectors"]["detail"]
    if findings["embedder"]["state"] == "ok":
        assert findings["index"]["state"] == "broken"
        assert "fake-embedder" in findings["index"]["detail"]
        assert "does not know pl" in findings["languages"]["detail"]
