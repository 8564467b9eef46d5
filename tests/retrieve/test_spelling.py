"""A question is put to each text in the text's own spelling of its names."""

from collections.abc import Sequence

import numpy as np

from rag.spelling import as_spelled_in, scores
from rag.types import Scores

SPELLINGS = {"Łukašenka": ["lukashenko"]}


def test_a_name_is_asked_as_the_text_spells_it() -> None:
    text = "Lukashenko warned the neighbours."
    assert as_spelled_in(text, "Whom did Łukašenka warn?", SPELLINGS) == "Whom did Lukashenko warn?"


def test_a_name_that_the_text_spells_so_already_stays() -> None:
    text = "Lukashenko, in Belarusian Łukašenka, warned them."
    assert as_spelled_in(text, "Whom did Łukašenka warn?", SPELLINGS) == "Whom did Łukašenka warn?"


def test_a_name_that_the_text_lacks_stays() -> None:
    assert as_spelled_in("The river is long.", "Whom did Łukašenka warn?", SPELLINGS).count("Łukašenka") == 1


def test_each_text_is_scored_by_the_question_in_its_spelling_and_order_is_kept() -> None:
    asked: list[str] = []

    def read(question: str, texts: Sequence[str]) -> Scores:
        asked.extend(question for _ in texts)
        return np.array([len(text) for text in texts], np.float32)

    texts = ["Lukashenko", "a", "Lukashenko spoke", "bb"]
    told = scores(read, "What did Łukašenka say?", texts, SPELLINGS)
    assert told.tolist() == [10, 1, 16, 2]
    assert sorted(asked) == sorted(["What did Lukashenko say?"] * 2 + ["What did Łukašenka say?"] * 2)
