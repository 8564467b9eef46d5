from rag.answer import generate
from rag.backends.fakes import FakeGenerator
from rag.types import Evidence, Passage, Source

TEXT = "The bridge opened in 1932. Anna Berg designed it."
PASSAGE = Passage("d", 0, len(TEXT), TEXT, "", Source("/a.txt", "A"))
EVIDENCE = [
    Evidence(PASSAGE, 0, 26, "The bridge opened in 1932.", 8.0),
    Evidence(PASSAGE, 27, 49, "Anna Berg designed it.", 7.0, speaker="Jonas Lind"),
]


def test_the_prompt_is_the_evidence_then_the_question() -> None:
    seen: list[str] = []

    def script(prompt: str, system: str) -> str:
        seen.append(prompt)
        return ""

    list(generate("When did the bridge open?", EVIDENCE, FakeGenerator(script)))
    assert seen == [
        "- The bridge opened in 1932.\n"
        "- Jonas Lind: Anna Berg designed it.\n"
        "\n"
        "Using only the sentences above, answer in one short sentence.\n"
        "Question: When did the bridge open?"
    ]


def test_each_sentence_points_at_the_evidence_nearest_to_it() -> None:
    written = FakeGenerator(lambda p, s: "It opened in 1932. The designer was Anna Berg.")
    claims = [claim for claim in generate("Who and when?", EVIDENCE, written) if claim]
    assert [claim.evidence[0].quote for claim in claims] == [item.quote for item in EVIDENCE]


def test_a_draft_is_unsupported_until_it_is_checked() -> None:
    written = FakeGenerator(lambda p, s: "It opened in 1932.")
    assert {claim.support for claim in generate("When?", EVIDENCE, written) if claim} == {"unsupported"}


def test_a_placeholder_in_a_document_or_a_question_stays_text() -> None:
    seen: list[str] = []
    hostile = Evidence(PASSAGE, 0, 9, "$question", 1.0)
    list(generate("$evidence", [hostile], FakeGenerator(lambda p, s: seen.append(p) or "")))
    assert "- $question" in seen[0]
    assert "Question: $evidence" in seen[0]
