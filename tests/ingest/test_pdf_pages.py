"""Page numbers of real filings, checked against an independent tool (pdftotext of poppler-utils)."""

from __future__ import annotations

import random
import re
import shutil
import subprocess
from bisect import bisect_right
from pathlib import Path

import pytest

from rag import ingest
from rag.sentences import sentences
from rag.types import Document

FOLDER = Path(__file__).parents[3] / "shared" / "evaldata" / "pdf"
SAMPLE = 100
SEED = 20261122

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not FOLDER.is_dir(), reason="needs ../shared/evaldata/pdf"),
    pytest.mark.skipif(
        shutil.which("pdftotext") is None, reason="needs pdftotext (apt install poppler-utils)"
    ),
]


def bare(text: str) -> str:
    """Letters and digits only: the tools differ in spaces, hyphens and marks."""
    return re.sub(r"[\W_]+", "", text).lower()


def pages(path: Path) -> list[str]:
    """Each page twice: in reading order, and laid out, which keeps the rows of tables."""
    both = []
    for options in ([], ["-layout"]):
        command = ["pdftotext", "-enc", "UTF-8", *options, str(path), "-"]
        done = subprocess.run(command, capture_output=True, check=True)
        both.append([bare(page) for page in done.stdout.decode("utf-8").split("\f")])
    return [f"{plain} {laid_out}" for plain, laid_out in zip(*both, strict=True)]


def drawn(documents: list[tuple[Path, Document]]) -> list[tuple[Path, str, int]]:
    """(file, sentence, page) of sentences of ten words or more that are no furniture."""
    found = []
    for path, document in documents:
        starts = [place.start for place in document.places]
        for passage in ingest.split(document):
            for span in sentences(passage.text):
                quote = passage.text[span.start : span.end]
                page = document.places[bisect_right(starts, passage.start + span.start) - 1].page
                if len(quote.split()) >= 10 and page:
                    found.append((path, quote, page))
    return random.Random(SEED).sample(found, SAMPLE)


def test_sampled_sentences_stand_on_the_page_that_is_cited() -> None:
    documents = [(path, ingest.read(path)[0]) for path in sorted(FOLDER.glob("*.pdf"))]
    assert len(documents) == 9
    others = {path: pages(path) for path, _ in documents}
    for path, document in documents:
        assert len(document.places) == len(others[path]) - 1
    wrong = [
        (path.name, page, quote)
        for path, quote, page in drawn(documents)
        if bare(quote.lstrip("# ")) not in others[path][page - 1]
    ]
    elsewhere = [
        (name, page, quote)
        for name, page, quote in wrong
        if any(bare(quote) in other for other in others[FOLDER / name])
    ]
    assert not elsewhere
    assert len(wrong) <= 3, wrong  # the tools may read the cells of a table in another order
