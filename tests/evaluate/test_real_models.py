"""The harness on the real assistant: a handful of questions, quoted and generated."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rag.errors import ModelError
from rag.evaluate import compare, gold, questions, run, subject
from rag.settings import Settings
from tests.evaluate.conftest import ROOT, SEEDS

pytestmark = [pytest.mark.models, pytest.mark.slow]

PLAIN = ("bel-010", "bel-030", "bel-042", "bel-110")
"""A name, a number, a date, and a question that no document bears on."""


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    return tmp_path_factory.mktemp("kept")


def measured(kept, folder, *, mode: str) -> run.Run:
    settings = replace(Settings(), mode=mode, budget_seconds=subject.UNHURRIED)
    try:
        assistant = subject.over_folder(settings, SEEDS, kept)
    except ModelError as error:
        pytest.skip(f"a model is missing: {error}")
    asked = [q for q in questions.load(ROOT / "evals" / "questions.jsonl") if q.id in PLAIN]
    options = subject.Options(quote_only=mode == "quotes")
    library = gold.corpus(assistant.store, SEEDS)
    manifest = subject.manifest(assistant, asked, options, library)
    try:
        respond = subject.respond(assistant, options, kept / "generations")
        return run.run(asked, respond, library, folder, manifest, resamples=200)
    finally:
        assistant.close()


def test_quoted_answers_are_right_cited_and_the_same_again(kept, tmp_path):
    first = measured(kept, tmp_path / "first", mode="quotes")
    assert first.summary["measures"]["citation_validity"]["value"] == 1
    assert first.summary["outcomes"]["right"]["count"] >= 2
    assert first.rows[-1]["failure"] == "rightly abstained"
    again = measured(kept, tmp_path / "again", mode="quotes")
    assert [row["text"] for row in again.rows] == [row["text"] for row in first.rows]
    assert compare.compare(first, again).exit_code == compare.PASSED


def test_generated_answers_come_from_the_cache_the_second_time(kept, tmp_path):
    first = measured(kept, tmp_path / "first", mode="balanced")
    again = measured(kept, tmp_path / "again", mode="balanced")
    assert [row["text"] for row in again.rows] == [row["text"] for row in first.rows]
    assert first.summary["measures"]["citation_validity"]["value"] == 1
    wrote = [row for row in again.rows if any(step["name"] == "writing" for step in row["steps"])]
    assert wrote
    assert all(any(step["name"] == "cached" for step in row["steps"]) for row in wrote)
