from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import textwrap
import time
import xml.etree.ElementTree as ElementTree
from dataclasses import replace

import pytest

from rag.errors import InputError, ModelError
from rag.evaluate import compare as comparing
from rag.evaluate import questions
from rag.evaluate import run as running
from tests.evaluate.conftest import ROOT, SEEDS, Bench, assistant_over


@pytest.fixture(scope="module")
def base(seeds_library, fixed_set, tmp_path_factory):
    """The whole fixed set, quoted."""
    from rag.evaluate import gold

    assistant = assistant_over(seeds_library)
    bench = Bench(assistant, gold.corpus(assistant.store, SEEDS))
    yield bench.run(fixed_set, tmp_path_factory.mktemp("base"))
    assistant.close()


def test_a_run_writes_a_line_for_each_question_with_the_answer_and_its_measures(base, fixed_set):
    lines = [json.loads(line) for line in (base.folder / "results.jsonl").read_text("utf-8").splitlines()]
    assert [line["id"] for line in lines] == [question.id for question in fixed_set]
    for line in lines:
        assert {"question", "status", "claims", "citations", "confidence", "steps", "measures"} <= line.keys()
        assert line["measures"]["citation_validity"] == 1
        assert line["outcome"] in ("right", "abstained", "wrong")
    assert base.complete


def test_a_run_says_what_it_measured(base):
    manifest = json.loads((base.folder / "manifest.json").read_text("utf-8"))
    identity = manifest["identity"]
    assert set(identity["models"]) == {"embedder", "scorer", "generator"}
    assert len(identity["documents"]) == len(identity["questions"]) == len(identity["code"]) == 64
    assert identity["settings"]["mode"] == "quotes"
    assert manifest["index"]["embedder"] == "fake-embedder"


def test_the_summary_holds_the_three_numbers_the_waterfall_and_the_anchors(base, fixed_set):
    summary = json.loads((base.folder / "summary.json").read_text("utf-8"))
    outcomes = summary["outcomes"]
    assert sum(outcomes[kind]["count"] for kind in ("right", "abstained", "wrong")) == len(fixed_set)
    for kind in ("right", "abstained", "wrong", "truthfulness"):
        assert outcomes[kind]["low"] <= outcomes[kind]["value"] <= outcomes[kind]["high"]
    assert sum(summary["waterfall"].values()) == len(fixed_set)
    assert summary["anchors"]["always abstain"]["truthfulness"] == 0
    assert {"never abstain", "best BM25 sentence"} < set(summary["anchors"])
    assert {"aurc", "coverage_at_90_precision", "calibration_error", "refusal_macro_f1"} < set(
        summary["measures"]
    )


def test_junit_names_every_failure(base, fixed_set):
    suite = ElementTree.parse(base.folder / "junit.xml").getroot()  # noqa: S314  (written a moment ago)
    assert int(suite.get("tests")) == len(suite.findall("testcase")) == len(fixed_set)
    failures = [case for case in suite if case.find("failure") is not None]
    assert len(failures) == int(suite.get("failures"))
    assert all(case.find("failure").get("message") for case in failures)


def test_a_run_compared_with_itself_passes(base):
    found = comparing.compare(base, base)
    assert found.exit_code == comparing.PASSED
    assert found.changes == ()


def test_the_same_question_set_gives_the_same_results_again(bench, base, fixed_set, tmp_path):
    again = bench.run(fixed_set[:10], tmp_path / "again")
    found = comparing.compare(base, again, common=True)
    assert found.changes == ()
    for one, other in zip(base.rows, again.rows, strict=False):
        assert (one["text"], one["measures"]) == (other["text"], other["measures"])


def test_retrieval_limited_to_one_passage_fails_the_gate_and_names_the_questions(
    seeds_library, base, fixed_set, corpus, tmp_path
):
    broken = assistant_over(seeds_library, hits=1)
    new = Bench(broken, corpus).run(fixed_set, tmp_path / "new")
    broken.close()
    found = comparing.compare(base, new)
    assert found.exit_code == comparing.REGRESSED
    worse = {line.measure for line in found.lines if line.verdict == "worse"}
    assert "all evidence retrieved" in worse
    named = {change.id for change in found.changes if change.worse}
    assert {row["id"] for row in new.rows if row["failure"] == "not retrieved"} & named
    assert found.invalid == ()


def test_a_citation_shifted_by_one_character_fails_the_gate_and_is_named(bench, base, fixed_set, tmp_path):
    def shifted(answer):
        if not answer.claims or answer.question != fixed_set[9].question:
            return answer
        claim = answer.claims[0]
        moved = replace(claim.evidence[0], start=claim.evidence[0].start + 1, end=claim.evidence[0].end + 1)
        return replace(answer, claims=(replace(claim, evidence=(moved,)), *answer.claims[1:]))

    new = bench.run(fixed_set[:15], tmp_path / "new", shifted)
    found = comparing.compare(base, new, common=True)
    assert found.invalid == (fixed_set[9].id,)
    assert found.exit_code == comparing.REGRESSED
    assert new.summary["measures"]["citation_validity"]["value"] < 1


def test_answers_that_are_always_shown_are_caught(bench, seeds_library, corpus, tmp_path):
    asked = [q for q in questions.load(ROOT / "evals" / "questions.jsonl") if q.answerable is False]
    before = bench.run(asked, tmp_path / "before")
    reckless = assistant_over(seeds_library, risk=0.0)
    after = Bench(reckless, corpus).run(asked, tmp_path / "after")
    reckless.close()
    found = comparing.compare(before, after)
    assert "rightly abstained" in {line.measure for line in found.lines if line.verdict == "worse"}
    assert found.exit_code == comparing.REGRESSED


def test_an_unfinished_run_is_incomplete_and_not_a_pass(bench, base, fixed_set, tmp_path):
    new = bench.run(fixed_set, tmp_path / "new", budget_seconds=0.0)
    assert not new.complete
    part = bench.run(fixed_set[:8], tmp_path / "part")
    assert comparing.compare(base, part).exit_code == comparing.INCOMPLETE
    assert comparing.compare(base, part, common=True).exit_code == comparing.PASSED


def test_runs_without_a_common_question_are_bad_input(base, tmp_path):
    stranger = replace(base, rows=[{**base.rows[0], "id": "other"}])
    with pytest.raises(InputError, match="no question in common") as caught:
        comparing.compare(base, stranger)
    assert caught.value.exit_code == comparing.BAD_INPUT
    with pytest.raises(InputError):
        running.read(tmp_path)


def test_a_budget_stops_asking_and_the_next_start_goes_on(bench, fixed_set, tmp_path):
    asked = fixed_set[:12]
    first = bench.run(asked, tmp_path / "run", budget_seconds=0.0)
    assert len(first.rows) == 0
    second = bench.run(asked, tmp_path / "run")
    assert second.complete
    assert [row["id"] for row in second.rows] == [question.id for question in asked]


def test_what_was_answered_is_not_asked_again_and_a_torn_line_is(bench, fixed_set, tmp_path):
    asked, seen = fixed_set[:6], []
    first = bench.run(asked, tmp_path / "run")
    file = first.folder / "results.jsonl"
    data = file.read_bytes()
    file.write_bytes(data[: data.rstrip(b"\n").rfind(b"\n") + 40])
    again = bench.run(asked, tmp_path / "run", lambda answer: seen.append(answer.question) or answer)
    assert seen == [asked[-1].question]
    assert again.complete
    assert [row["text"] for row in again.rows] == [row["text"] for row in first.rows]


def test_a_run_of_another_set_or_of_other_settings_is_refused(
    bench, seeds_library, corpus, fixed_set, tmp_path
):
    bench.run(fixed_set[:3], tmp_path / "run")
    with pytest.raises(InputError, match="another questions"):
        bench.run(fixed_set[:4], tmp_path / "run")
    other = assistant_over(seeds_library, quotes=1)
    with pytest.raises(InputError, match="another settings"):
        Bench(other, corpus).run(fixed_set[:3], tmp_path / "run")
    other.close()
    bench.code = "0" * 64
    with pytest.raises(InputError, match="another code"):
        bench.run(fixed_set[:3], tmp_path / "run")


def test_a_failure_of_the_assistant_is_one_line_and_the_rest_is_asked(bench, base, fixed_set, tmp_path):
    def failing(answer):
        if answer.question == fixed_set[1].question:
            raise ModelError("The model is gone.", "Look for it.")
        return answer

    new = bench.run(fixed_set[:4], tmp_path / "run", failing)
    assert [row["failure"] == "error" for row in new.rows] == [False, True, False, False]
    assert new.summary["errors"] == 1
    found = comparing.compare(base, new, common=True)
    assert found.errors == (fixed_set[1].id,)
    assert found.exit_code == comparing.REGRESSED


@pytest.mark.skipif(os.name == "nt", reason="kills with SIGKILL")
def test_a_killed_run_continues_where_it_was(seeds_library, bench, fixed_set, tmp_path):
    folder, asked = tmp_path / "run", fixed_set[:15]
    program = textwrap.dedent(
        f"""
        import sys, time
        from pathlib import Path
        sys.path.insert(0, {str(ROOT)!r})
        from rag.evaluate import gold, questions
        from tests.evaluate.conftest import ROOT, SEEDS, Bench, assistant_over
        assistant = assistant_over(Path({str(seeds_library)!r}))
        asked = questions.load(ROOT / "evals" / "questions.jsonl")[::3][:15]
        slow = lambda answer: time.sleep(0.15) or answer
        bench = Bench(assistant, gold.corpus(assistant.store, SEEDS))
        bench.code = {bench.code!r}
        bench.run(asked, Path({str(folder)!r}), slow)
        """
    )
    process = subprocess.Popen([sys.executable, "-c", program])
    results, deadline = folder / "results.jsonl", time.monotonic() + 60
    while not (results.exists() and results.read_bytes().count(b"\n") >= 3):
        assert process.poll() is None, "the run ended before it could be killed"
        assert time.monotonic() < deadline
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.wait()
    before = results.read_bytes()
    kept = before[: before.rfind(b"\n") + 1]
    assert 3 <= kept.count(b"\n") < 15
    seen: list[str] = []
    done = bench.run(asked, folder, lambda answer: seen.append(answer.question) or answer)
    assert results.read_bytes().startswith(kept)
    assert len(seen) == 15 - kept.count(b"\n")
    assert done.complete
    assert [row["id"] for row in done.rows] == [question.id for question in asked]


def test_two_runs_cannot_write_to_one_folder(bench, fixed_set, tmp_path):
    folder = tmp_path / "run"

    def meddling(answer):
        with pytest.raises(InputError, match="Another run"):
            bench.run(fixed_set[:2], folder)
        return answer

    assert bench.run(fixed_set[:2], folder, meddling).complete


def test_oracle_evidence_is_answered_from_the_gold_alone(bench, fixed_set, tmp_path):
    bench.options = replace(bench.options, oracle_evidence=True)
    asked = [question for question in fixed_set[:12] if question.answerable]
    found = bench.run(asked, tmp_path / "run")
    assert all(row["status"] == "answered" for row in found.rows)
    assert found.summary["measures"]["gold_citation_precision"]["value"] == 1
    assert found.summary["measures"]["citation_validity"]["value"] == 1


def test_a_kept_run_stands_beside_another_as_an_anchor(bench, base, fixed_set, tmp_path):
    from rag.evaluate import export

    export.export(base, "baseline", tmp_path / "anchors" / "earlier-release")
    found = bench.run(fixed_set[:10], tmp_path / "run", anchors=tmp_path / "anchors")
    anchor = found.summary["anchors"]["earlier release (10 questions)"]
    assert anchor["truthfulness"] == pytest.approx(
        found.summary["outcomes"]["truthfulness"]["value"], abs=1e-4
    )
