"""`rag eval` as a person or a build server calls it; only the models are stand-ins."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from rag import library
from rag.errors import RagError
from rag.journal import Journal
from tests.evaluate.conftest import SEEDS, assistant_over


@pytest.fixture
def call(tmp_path, monkeypatch):
    """Calls `rag --library … eval …`; gives exit code and output."""
    import rag.assistant
    from rag.present.cli import app

    changes: dict[str, object] = {}
    monkeypatch.setattr(rag.assistant, "build", lambda s: assistant_over(s.library, **changes))
    monkeypatch.setenv("RAG_CACHE", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)

    def run(*arguments: object, **settings: object) -> tuple[int, str]:
        changes.clear()
        changes.update(settings)
        found = CliRunner().invoke(
            app, ["--library", str(tmp_path / "library"), "eval", *map(str, arguments)]
        )
        if isinstance(found.exception, RagError):
            return found.exception.exit_code, str(found.exception)
        if found.exception is not None and not isinstance(found.exception, SystemExit):
            raise found.exception
        return found.exit_code, found.output

    return run


@pytest.fixture
def questions(tmp_path, fixed_set) -> Path:
    from rag.evaluate.questions import as_record

    file = tmp_path / "questions.jsonl"
    chosen = [q for q in fixed_set if q.answerable][:8] + [q for q in fixed_set if not q.answerable][:2]
    file.write_text("".join(json.dumps(as_record(question)) + "\n" for question in chosen), "utf-8")
    return file


def test_a_set_runs_with_one_command_and_compares_with_itself(call, questions, tmp_path):
    code, said = call("run", questions, "--docs", SEEDS, "--quote-only", "-o", "one")
    assert code == 0
    assert "truthfulness" in said
    assert "always abstain" in said
    assert {p.name for p in (tmp_path / "one").iterdir()} >= {
        "manifest.json", "results.jsonl", "summary.json", "junit.xml",
    }  # fmt: skip
    code, said = call("run", questions, "--docs", SEEDS, "--quote-only", "-o", "two", "--json")
    assert code == 0
    assert json.loads(said)["complete"] is True
    assert len(list((tmp_path / "cache" / "libraries").iterdir())) == 1
    code, said = call("compare", "one", "two")
    assert (code, "No regression" in said) == (0, True)
    code, said = call("compare", "one", "two", "--json")
    assert json.loads(said)["exit_code"] == 0


def test_a_broken_step_exits_1_and_names_the_questions(call, fixed_set, tmp_path):
    from rag.evaluate.questions import as_record

    questions = tmp_path / "more.jsonl"
    chosen = [question for question in fixed_set if question.answerable][:26]
    questions.write_text("".join(json.dumps(as_record(question)) + "\n" for question in chosen), "utf-8")
    call("run", questions, "--docs", SEEDS, "--quote-only", "-o", "base")
    assert call("export", "base", "--to", "baseline", "-o", "kept")[0] == 0
    call("run", questions, "--docs", SEEDS, "--quote-only", "-o", "new", hits=1)
    code, said = call("compare", "kept", "new", "--all")
    assert code == 1
    assert "REGRESSION" in said
    lines = Path("new/results.jsonl").read_text("utf-8").splitlines()
    lost = [row["id"] for row in map(json.loads, lines) if row["failure"] == "not retrieved"]
    assert lost
    assert any(identity in said for identity in lost)


def test_bad_input_exits_2_and_an_unfinished_run_3(call, questions, tmp_path):
    call("run", questions, "--docs", SEEDS, "--quote-only", "-o", "base")
    assert call("compare", "base", "nowhere")[0] == 2
    assert call("run", "missing.jsonl", "--docs", SEEDS, "-o", "x")[0] == 2
    assert call("run", questions, "--docs", tmp_path / "no-folder", "-o", "x")[0] == 2
    assert call("run", questions, "--docs", SEEDS, "-o", "x", "--budget", "soon")[0] == 2
    code, _ = call("run", questions, "--docs", SEEDS, "--quote-only", "-o", "part", "--budget", "0s")
    assert code == 3
    assert call("run", questions, "--docs", SEEDS, "--quote-only", "-o", "few", "--sample", "4")[0] == 0
    assert call("compare", "base", "few")[0] == 3
    assert call("compare", "base", "few", "--common")[0] == 0


def test_the_librarys_own_documents_are_asked_without_docs(call, questions, tmp_path):
    assistant = assistant_over(tmp_path / "library")
    library.add([SEEDS], assistant.store, assistant.embedder)
    assistant.close()
    assert call("run", questions, "--quote-only", "-o", "own", "--sample", "4")[0] == 0
    assert call("check", questions)[0] == 0


def test_a_report_and_exports_are_written(call, questions):
    call("run", questions, "--docs", SEEDS, "--quote-only", "-o", "base", "--sample", "6")
    assert call("report", "base", "--html", "report.html")[0] == 0
    assert Path("report.html").read_text("utf-8").startswith("<!doctype html>")
    for form in ("trec", "ragas", "promptfoo"):
        code, said = call("export", "base", "--to", form, "--json")
        assert code == 0
        assert all(Path(file).is_file() for file in json.loads(said)["files"])
    assert call("export", "base", "--to", "nowhere")[0] == 2


def test_a_check_exits_1_on_gold_that_is_not_in_the_documents(call, questions):
    assert call("check", questions, "--docs", SEEDS) == (0, "10 questions, 0 problems.\n")
    with questions.open("a", encoding="utf-8") as lines:
        lines.write(
            json.dumps({"id": "bad", "question": "?", "answerable": True, "answers": ["Atlantis"]}) + "\n"
        )
    code, said = call("check", questions, "--docs", SEEDS)
    assert code == 1
    assert "bad: the answer “Atlantis” stands in none of its documents" in said


def test_feedback_becomes_a_question_set_that_runs(call, tmp_path):
    assert call("init")[0] == 2
    assistant = assistant_over(tmp_path / "library")
    library.add([SEEDS], assistant.store, assistant.embedder)
    from rag.citations import record

    answer = assistant.ask("Which flight was forced to land?")
    assistant.close()
    journal = Journal(tmp_path / "library")
    talk = journal.start("t")
    journal.review(journal.add(talk, record(answer)), "right")
    journal.review(journal.add(talk, {"question": "Who won?", "text": "x", "claims": []}), "should-abstain")
    journal.close()
    assert call("init", "-o", "drafted.jsonl")[0] == 0
    assert call("init", "-o", "drafted.jsonl")[0] == 2
    assert call("check", "drafted.jsonl")[0] == 0
    code, said = call("run", "drafted.jsonl", "--quote-only", "-o", "run", "--json")
    assert code == 0
    assert json.loads(said)["outcomes"]["right"]["count"] == 1
