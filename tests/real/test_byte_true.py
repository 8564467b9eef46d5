"""Quotes are byte-true in every answer over the 200 questions of squad2_a."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rag import assistant as assistants
from rag import library
from rag.citations import record
from rag.settings import Settings

pytestmark = [pytest.mark.models, pytest.mark.slow]


def test_every_quote_of_two_hundred_answers_equals_the_stored_text(evaldata: Path, tmp_path: Path) -> None:
    folder = evaldata / "squad2_a"
    built = assistants.build(Settings(library=tmp_path / "library", mode="quotes", hits=4, risk=0.0))
    try:
        library.add([folder / "docs"], built.store, built.embedder)
        files = {row.document_id: Path(row.source.path).read_text("utf-8") for row in built.store.listings()}
        lines = (folder / "questions_200.jsonl").read_text("utf-8").splitlines()
        quotes = 0
        for line in lines:
            for citation in record(built.ask(json.loads(line)["question"]))["citations"]:
                text = built.store.document(citation["document"]).text
                assert text[citation["start"] : citation["end"]] == citation["quote"]
                assert files[citation["document"]][citation["start"] : citation["end"]] == citation["quote"]
                quotes += 1
        assert len(lines) == 200
        assert quotes >= 200
    finally:
        built.close()
