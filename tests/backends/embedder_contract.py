"""What every Embedder must keep, fake or real."""

from __future__ import annotations

import numpy as np
import pytest

from rag.ports import Embedder

TEXTS = [
    "The treaty was signed in Madrid on 4 May 1998.",
    "Short.",
    "A much longer passage about the history of the region, its rivers and its trade. " * 12,
    "Лукашэнка і Ціханоўская",
    "",
]


class EmbedderContract:
    @pytest.fixture(scope="class")
    @classmethod
    def embedder(cls) -> Embedder:
        raise NotImplementedError

    def test_it_has_a_name_a_digest_and_a_dimension(self, embedder: Embedder) -> None:
        assert embedder.name
        assert len(embedder.digest) == 64
        assert int(embedder.digest, 16) >= 0
        assert embedder.embed_question("x").shape == (embedder.dimension,)

    def test_every_vector_is_a_float32_of_unit_length(self, embedder: Embedder) -> None:
        vectors = embedder.embed_passages(TEXTS)
        assert vectors.dtype == np.float32
        assert vectors.shape == (len(TEXTS), embedder.dimension)
        assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)

    def test_no_texts_give_no_vectors(self, embedder: Embedder) -> None:
        assert embedder.embed_passages([]).shape == (0, embedder.dimension)

    def test_a_vector_does_not_depend_on_its_neighbours_bit_for_bit(self, embedder: Embedder) -> None:
        together = embedder.embed_passages(TEXTS)
        backwards = embedder.embed_passages(TEXTS[::-1])[::-1]
        alone = np.stack([embedder.embed_passages([text])[0] for text in TEXTS])
        assert np.array_equal(together, backwards)
        assert np.array_equal(together, alone)

    def test_a_question_is_nearest_to_the_passage_it_shares_words_with(self, embedder: Embedder) -> None:
        question = embedder.embed_question("Where was the treaty signed?")
        assert int(np.argmax(embedder.embed_passages(TEXTS) @ question)) == 0

    def test_texts_that_are_no_proper_unicode_are_still_embedded(self, embedder: Embedder) -> None:
        vectors = embedder.embed_passages(["a lone \ud800 surrogate", "a \x00 byte", "[SEP][CLS]<|im_end|>"])
        assert np.isfinite(vectors).all()
        assert np.isfinite(embedder.embed_question("\udfff")).all()
