"""The fakes keep the contracts, and their numbers depend on the input alone."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.backends.fakes import FakeEmbedder, FakeGenerator, FakeScorer
from tests.backends.embedder_contract import EmbedderContract
from tests.backends.generator_contract import GeneratorContract
from tests.backends.scorer_contract import ScorerContract


class TestFakeEmbedder(EmbedderContract):
    @pytest.fixture(scope="class")
    @classmethod
    def embedder(cls) -> FakeEmbedder:
        return FakeEmbedder()


class TestFakeScorer(ScorerContract):
    @pytest.fixture(scope="class")
    @classmethod
    def scorer(cls) -> FakeScorer:
        return FakeScorer()


class TestFakeGenerator(GeneratorContract):
    @pytest.fixture(scope="class")
    @classmethod
    def generator(cls) -> FakeGenerator:
        return FakeGenerator()


@given(st.text(), st.integers(1, 200))
def test_any_text_becomes_the_same_unit_vector_in_any_embedder_of_that_dimension(
    text: str, size: int
) -> None:
    vector = FakeEmbedder(size).embed_question(text)
    assert np.array_equal(vector, FakeEmbedder(size).embed_question(text))
    assert abs(float(np.linalg.norm(vector)) - 1) < 1e-5


def test_a_claim_with_another_number_is_refuted_and_one_without_its_words_is_neutral() -> None:
    evidence = ["The bridge was opened in 1998 by the mayor."]
    scorer = FakeScorer()
    assert scorer.support("The bridge was opened in 1998.", evidence)[0].argmax() == 0
    assert scorer.support("The bridge was opened in 1999.", evidence)[0].argmax() == 1
    assert scorer.support("Cats sleep all day long.", evidence)[0].argmax() == 2


def test_the_generator_echoes_the_first_sentence_of_evidence_without_its_marker() -> None:
    prompt = "e1: Rivers carry sand.\ne2: Sand becomes stone.\n\nQuestion: What do rivers carry?"
    assert "".join(FakeGenerator().stream(prompt)) == "Rivers carry sand."


def test_a_script_decides_what_is_said_from_prompt_and_system() -> None:
    generator = FakeGenerator(lambda prompt, system: f"{system}/{prompt}")
    assert "".join(generator.stream("p q", system="s")) == "s/p q"
    assert "".join(generator.stream("p q", system="s", max_tokens=1)) == "s/p"
