from hypothesis import given
from hypothesis import strategies as st

from rag.ports import Found
from rag.retrieve import drop_repeats, fuse, ordered
from rag.types import Hit, Passage, Source

SOURCE = Source("/a.txt", "A")


def passage(number: int, text: str = "") -> Passage:
    return Passage("d", number * 10, number * 10 + 9, text or f"text {number} of its own kind", "", SOURCE)


rankings = st.dictionaries(
    st.sampled_from(["words", "dense", "names"]),
    st.lists(st.integers(0, 20), unique=True, max_size=12),
)


def found(ranking: dict[str, list[int]]) -> dict[str, list[Found]]:
    return {name: [Found(passage(n), 1.0) for n in order] for name, order in ranking.items()}


@given(rankings)
def test_fusion_keeps_every_passage_once(ranking: dict[str, list[int]]) -> None:
    hits = fuse(found(ranking))
    ids = [hit.passage.id for hit in hits]
    assert len(ids) == len(set(ids))
    assert set(ids) == {passage(n).id for order in ranking.values() for n in order}


@given(rankings)
def test_fusion_orders_by_the_sum_of_reciprocal_ranks(ranking: dict[str, list[int]]) -> None:
    hits = fuse(found(ranking))
    for hit in hits:
        assert abs(hit.score - sum(1 / (60 + rank) for rank in hit.ranks.values())) < 1e-12
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


@given(rankings)
def test_a_passage_that_leads_every_list_leads_the_fusion(ranking: dict[str, list[int]]) -> None:
    led = {name: [99, *order] for name, order in ranking.items()} or {"words": [99]}
    assert fuse(found(led))[0].passage.id == passage(99).id


def test_the_scorer_moves_a_passage_up_only_as_far_as_it_is_sure() -> None:
    fused = {passage(n).id: score for n, score in ((1, 1 / 30), (2, 1 / 60))}
    for logit, first in ((1.0, 1), (20.0, 2)):
        hits = ordered([Hit(passage(1), 0.0), Hit(passage(2), logit)], fused)
        assert [hit.passage for hit in hits] == [passage(first), passage(3 - first)]
        assert {hit.score for hit in hits} == {0.0, logit}


def test_a_passage_that_repeats_an_earlier_one_is_dropped() -> None:
    text = "The treaty was signed in the old town hall on a rainy day in spring."
    first, copy, other = (
        passage(1, text),
        passage(2, text + " Indeed."),
        passage(3, "Something else entirely."),
    )
    kept, repeated = drop_repeats([Hit(first, 3.0), Hit(copy, 2.0), Hit(other, 1.0)])
    assert [hit.passage for hit in kept] == [first, other]
    assert [hit.passage for hit in repeated] == [copy]
