"""Which questions are about two things, and what is asked of each."""

import pytest

from rag.comparison import parts


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("How do Ada and Grace differ on testing?",
         ("What does Ada say about testing?", "What does Grace say about testing?")),
        ("Do the mayor and the council agree about the bridge?",
         ("What does the mayor say about the bridge?", "What does the council say about the bridge?")),
        ("What is the difference between cast iron and steel?",
         ("What is said about cast iron?", "What is said about steel?")),
        ("How do iron and steel differ in hardness?",
         ("What is the hardness of iron?", "What is the hardness of steel?")),
        ("Compare the area of France with Spain.",
         ("What is the area of France?", "What is the area of Spain?")),
        ("How does cast iron differ from steel?",
         ("What is said about cast iron?", "What is said about steel?")),
        ("How does Ada differ from Grace on testing?",
         ("What does Ada say about testing?", "What does Grace say about testing?")),
        ("What do both Ada and Grace say about testing?",
         ("What does Ada say about testing?", "What does Grace say about testing?")),
        ("What are the differences between the first and second draft?",
         ("What is said about the first draft?", "What is said about the second draft?")),
    ],
)  # fmt: skip
def test_a_comparison_is_asked_of_each_side(question: str, asked: tuple[str, str]) -> None:
    assert parts(question) == asked


@pytest.mark.parametrize(
    "question",
    [
        "When was the treaty signed and who signed it?",
        "Where do Ada and Grace live?",
        "What is the relation between supply and demand?",
        "Did the cats and dogs fight?",
        "Who compares notes with whom?",
        "What did Anna come to Berlin to say about tolls?",
        "What did the council and the mayor want?",
        "What did Ada and Grace report in May?",
        "",
    ],
)
def test_any_other_question_stays_whole(question: str) -> None:
    assert parts(question) == ()
