"""What every Scorer must keep, fake or real."""

from __future__ import annotations

import numpy as np
import pytest

from rag.ports import Scorer
from rag.types import Span

QUESTION = "Who wrote the law?"
TEXTS = [
    "The law was written by Anna Kowalska in 1999.",
    "Bananas are yellow and grow in warm countries. " * 20,
    "",
    "a lone \ud800 surrogate [SEP] and a control token",
]


class ScorerContract:
    @pytest.fixture(scope="class")
    @classmethod
    def scorer(cls) -> Scorer:
        raise NotImplementedError

    def test_it_has_a_name_and_a_digest(self, scorer: Scorer) -> None:
        assert scorer.name
        assert len(scorer.digest) == 64

    def test_the_text_that_answers_is_the_most_relevant(self, scorer: Scorer) -> None:
        assert int(np.argmax(scorer.relevance(QUESTION, TEXTS))) == 0
        assert int(np.argmax(scorer.answerability(QUESTION, TEXTS))) == 0

    def test_scores_are_finite_float32_one_for_each_text(self, scorer: Scorer) -> None:
        for scores in (scorer.relevance(QUESTION, TEXTS), scorer.answerability(QUESTION, TEXTS)):
            assert scores.dtype == np.float32
            assert scores.shape == (len(TEXTS),)
            assert np.isfinite(scores).all()

    def test_a_score_does_not_depend_on_its_neighbours_bit_for_bit(self, scorer: Scorer) -> None:
        together = scorer.relevance(f"{QUESTION} ", TEXTS)
        alone = [scorer.relevance(f"{QUESTION}  ", [text])[0] for text in TEXTS]
        assert np.array_equal(together, np.array(alone, np.float32))

    def test_support_is_a_distribution_over_support_refute_and_neutral(self, scorer: Scorer) -> None:
        rows = scorer.support("Anna Kowalska wrote the law in 1999.", TEXTS)
        assert rows.shape == (len(TEXTS), 3)
        assert (rows >= 0).all()
        assert np.allclose(rows.sum(axis=1), 1, atol=1e-5)
        assert rows[0, 0] > rows[1, 0]

    def test_the_sentence_that_answers_carries_the_answer_more_than_its_neighbours(
        self, scorer: Scorer
    ) -> None:
        parts = ["It was a cold year.", "The law was written by Anna Kowalska.", "Trains ran late in winter."]
        text = " ".join(parts)
        spans = [Span(text.index(part), text.index(part) + len(part)) for part in parts]
        (told,) = scorer.carrying(QUESTION, [text], [spans])
        assert told.dtype == np.float32
        assert int(np.argmax(told)) == 1
        (few, none) = scorer.carrying(QUESTION, [text, "x"], [spans[1:2], []])
        assert few.shape == (1,)
        assert none.shape == (0,)

    def test_what_is_pointed_at_stands_inside_the_span_that_was_asked_about(self, scorer: Scorer) -> None:
        text = "In 1990 it was cold. The law was written in 1999 by Anna Kowalska."
        within = Span(text.index("The law"), len(text))
        found = scorer.pointing("When was the law written?", text, within)
        assert found is None or text[found.span.start : found.span.end] == "1999"
        assert scorer.pointing("When was the law written?", text, Span(0, 0)) is None

    def test_nothing_to_score_gives_nothing(self, scorer: Scorer) -> None:
        assert scorer.relevance(QUESTION, []).shape == (0,)
        assert scorer.answerability(QUESTION, []).shape == (0,)
        assert scorer.support(QUESTION, []).shape == (0, 3)
        assert scorer.carrying(QUESTION, [], []) == []

    def test_a_text_given_twice_scores_the_same_twice(self, scorer: Scorer) -> None:
        scores = scorer.relevance("Who wrote the law then?", [TEXTS[0], TEXTS[1], TEXTS[0]])
        assert scores[0] == scores[2] != scores[1]
