"""The real embedders and scorers keep the contracts, and compute what their makers say."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from rag import backends
from rag.backends import models
from rag.ports import Embedder, Scorer
from tests.backends.embedder_contract import TEXTS, EmbedderContract
from tests.backends.scorer_contract import ScorerContract


@pytest.mark.models
class TestBgeSmall(EmbedderContract):
    @pytest.fixture(scope="class")
    @classmethod
    def embedder(cls) -> Embedder:
        return backends.embedder("bge-small-en")

    def test_questions_and_passages_get_the_same_numbers_through_either_way(self, embedder: Embedder) -> None:
        prefix = models.find("bge-small-en", "embedder").question_prefix
        texts = [f"{number} {text}" for number in range(4) for text in TEXTS]
        through_library = embedder.embed_passages([prefix + text for text in texts])
        assert "sentence_transformers" in sys.modules
        alone = np.stack([embedder.embed_question(text) for text in texts])
        assert np.array_equal(through_library, alone)


@pytest.mark.models
class TestMiniLm(EmbedderContract):
    @pytest.fixture(scope="class")
    @classmethod
    def embedder(cls) -> Embedder:
        return backends.embedder("all-minilm-l6")


@pytest.mark.models
class TestMsMarco(ScorerContract):
    @pytest.fixture(scope="class")
    @classmethod
    def scorer(cls) -> Scorer:
        return backends.scorer("ms-marco-minilm-l12")


@pytest.mark.models
class TestDefaultScorer(ScorerContract):
    @pytest.fixture(scope="class")
    @classmethod
    def scorer(cls) -> Scorer:
        return backends.scorer("judge")


@pytest.mark.models
def test_a_question_is_embedded_without_importing_torch_or_sentence_transformers() -> None:
    script = (
        "import sys; from rag import backends; backends.embedder('bge-small-en').embed_question('who?'); "
        "print([name for name in ('torch', 'sentence_transformers') if name in sys.modules])"
    )
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, cwd=root, check=True
    )
    assert done.stdout.strip() == "[]"


@pytest.mark.models
def test_everything_runs_with_sockets_forbidden_and_the_hub_offline() -> None:
    script = """
import os, socket
os.environ["HF_HUB_OFFLINE"] = "1"
def refuse(*_, **__):
    raise AssertionError("something called out")
socket.socket.connect = socket.create_connection = socket.getaddrinfo = refuse
from rag import backends
for name in ("bge-small-en", "all-minilm-l6"):
    backends.embedder(name).embed_passages(["one passage"] * 20)
backends.scorer("judge").relevance("question", ["text"])
print("".join(backends.generator("smollm2-135m").stream("Say yes.", max_tokens=2)))
"""
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, cwd=root, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()
