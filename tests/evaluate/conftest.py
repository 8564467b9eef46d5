"""A real assistant over a real library of the sample documents; only the models are stand-ins."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from rag import index, ingest, library
from rag.assistant import Assistant
from rag.backends.fakes import FakeEmbedder, FakeGenerator, FakeScorer
from rag.evaluate import gold, questions, subject
from rag.evaluate.gold import Corpus
from rag.evaluate.questions import Question
from rag.evaluate.run import Run, run
from rag.settings import Settings
from rag.types import Answer

ROOT = Path(__file__).resolve().parents[2]
SEEDS = ROOT / "seeds"


@pytest.fixture(scope="session")
def seeds_library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("library")
    assistant = assistant_over(folder)
    library.add([SEEDS], assistant.store, assistant.embedder)
    assistant.close()
    return folder


def assistant_over(folder: Path, **changes: object) -> Assistant:
    embedder = FakeEmbedder()
    store = index.open(
        folder,
        embedder_name=embedder.name,
        embedder_digest=embedder.digest,
        dimension=embedder.dimension,
        splitter=ingest.SPLITTER,
    )
    settings = replace(Settings(), library=folder, mode="quotes", budget_seconds=3600.0, **changes)
    return Assistant(settings, store, embedder, FakeScorer(), FakeGenerator())


@pytest.fixture
def assistant(seeds_library: Path) -> Iterator[Assistant]:
    built = assistant_over(seeds_library)
    yield built
    built.close()


@pytest.fixture
def corpus(assistant: Assistant) -> Corpus:
    return gold.corpus(assistant.store, SEEDS)


@pytest.fixture(scope="session")
def fixed_set() -> list[Question]:
    """Every third question of the fixed set."""
    return questions.load(ROOT / "evals" / "questions.jsonl")[::3]


class Bench:
    """Runs question sets on an assistant, as `rag eval run` does."""

    def __init__(self, assistant: Assistant, corpus: Corpus) -> None:
        self.assistant = assistant
        self.corpus = corpus
        self.options = subject.Options(quote_only=True)
        self.code = subject.code_digest()

    def run(self, asked: list[Question], folder: Path, change=lambda answer: answer, **keywords) -> Run:
        answer = subject.respond(self.assistant, self.options)

        def respond(question: Question, places: object) -> Answer:
            return change(answer(question, places))

        manifest = subject.manifest(self.assistant, asked, self.options, self.corpus)
        manifest["identity"]["code"] = self.code
        return run(asked, respond, self.corpus, folder, manifest, resamples=500, **keywords)


@pytest.fixture
def bench(assistant: Assistant, corpus: Corpus) -> Bench:
    return Bench(assistant, corpus)
