"""Each measure against an independent implementation, on random input."""

from __future__ import annotations

import collections
import math
import re
import string
import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest, bootstrap, mannwhitneyu
from sklearn.metrics import f1_score, precision_score, recall_score, roc_auc_score

from rag.evaluate import statistics
from rag.evaluate.measures import abstention, answers, retrieval

identities = st.text("abcd", min_size=1, max_size=2)
runs = st.dictionaries(identities, st.integers(-8, 8).map(lambda n: n / 4), min_size=1, max_size=14)
gains = st.dictionaries(identities, st.integers(0, 3), min_size=1, max_size=10)


@settings(deadline=None, max_examples=150)
@given(runs, gains)
def test_retrieval_measures_equal_trec_eval(run, wanted):
    import pytrec_eval

    names = {"ndcg_cut.10", "ndcg_cut.3", "recall.5", "recip_rank"}
    expected = pytrec_eval.RelevanceEvaluator({"q": wanted}, names).evaluate({"q": run})["q"]
    ranked = retrieval.ranking(run)
    relevant = {identity for identity, gain in wanted.items() if gain > 0}
    assert retrieval.ndcg(ranked, wanted, 10) == pytest.approx(expected["ndcg_cut_10"], abs=1e-6)
    assert retrieval.ndcg(ranked, wanted, 3) == pytest.approx(expected["ndcg_cut_3"], abs=1e-6)
    assert retrieval.recall_at(ranked, relevant, 5) == pytest.approx(expected["recall_5"], abs=1e-6)
    assert retrieval.reciprocal_rank(ranked, relevant, 99) == pytest.approx(expected["recip_rank"], abs=1e-6)


@settings(deadline=None, max_examples=60)
@given(st.lists(identities, min_size=1, max_size=14, unique=True), gains)
def test_retrieval_measures_equal_ir_measures_where_no_scores_tie(order, wanted):
    run = {identity: -float(rank) for rank, identity in enumerate(order)}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import ir_measures
        from ir_measures import RR, R, nDCG

        found = ir_measures.calc_aggregate([nDCG @ 10, RR @ 10, R @ 5], {"q": wanted}, {"q": run})
    ranked = retrieval.ranking(run)
    relevant = {identity for identity, gain in wanted.items() if gain > 0}
    assert retrieval.ndcg(ranked, wanted) == pytest.approx(found[nDCG @ 10], abs=1e-6)
    assert retrieval.reciprocal_rank(ranked, relevant) == pytest.approx(found[RR @ 10], abs=1e-6)
    assert retrieval.recall_at(ranked, relevant, 5) == pytest.approx(found[R @ 5], abs=1e-6)


def official_normal(text: str) -> str:
    """`normalize_answer` as the SQuAD evaluation script defines it: four steps, one after the other."""
    lowered = text.lower()
    unmarked = "".join(character for character in lowered if character not in set(string.punctuation))
    return " ".join(re.sub(r"\b(a|an|the)\b", " ", unmarked).split())


def official_f1(gold: str, predicted: str) -> float:
    wanted, got = official_normal(gold).split(), official_normal(predicted).split()
    same = sum((collections.Counter(wanted) & collections.Counter(got)).values())
    if len(wanted) == 0 or len(got) == 0:
        return int(wanted == got)
    if same == 0:
        return 0
    precision, recall = same / len(got), same / len(wanted)
    return (2 * precision * recall) / (precision + recall)


phrases = st.lists(
    st.sampled_from(["the", "a", "An", "Cat", "cat,", "2,000", "U.S.", "dog's", "–", "...", "Ł", "sat"]),
    max_size=6,
).map(" ".join)


@settings(deadline=None, max_examples=60)
@given(phrases, st.lists(phrases, min_size=1, max_size=3))
def test_exact_match_and_f1_equal_the_squad_definition(predicted, gold):
    expected = max(int(official_normal(g) == official_normal(predicted)) for g in gold)
    assert answers.exact_match(predicted, gold) == expected
    assert answers.token_f1(predicted, gold) == pytest.approx(max(official_f1(g, predicted) for g in gold))


@pytest.mark.parametrize(
    ("predicted", "gold", "exact", "f1"),
    [
        ("The Cat sat.", "cat sat", 1, 1.0),
        ("in the 10th and 11th centuries", "10th and 11th centuries", 0, 8 / 9),
        ("", "", 1, 1.0),
        ("", "France", 0, 0.0),
    ],
)
def test_squad_measures_on_cases_counted_by_hand(predicted, gold, exact, f1):
    assert answers.exact_match(predicted, [gold]) == exact
    assert answers.token_f1(predicted, [gold]) == pytest.approx(f1)


scored = st.lists(st.tuples(st.integers(0, 10).map(lambda n: n / 10), st.booleans()), min_size=2, max_size=60)


@settings(deadline=None, max_examples=60)
@given(scored)
def test_auroc_equals_mann_whitney_and_scikit_learn(pairs):
    scores, truth = np.array([s for s, _ in pairs]), np.array([t for _, t in pairs])
    found = abstention.auroc(scores, truth)
    if truth.all() or not truth.any():
        assert math.isnan(found)
        return
    statistic = mannwhitneyu(scores[truth], scores[~truth]).statistic
    assert found == pytest.approx(statistic / (truth.sum() * (~truth).sum()))
    assert found == pytest.approx(roc_auc_score(truth, scores))


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=60))
def test_refusal_measures_and_balanced_accuracy_equal_scikit_learn(pairs):
    answerable, answered = [a for a, _ in pairs], [b for _, b in pairs]
    counts = abstention.refusal_counts(answerable, answered).sum(axis=0, keepdims=True)
    refused, unanswerable = [not b for b in answered], [not a for a in answerable]
    assert abstention.refusal_precision(counts)[0] == pytest.approx(
        precision_score(unanswerable, refused, zero_division=0)
    )
    assert abstention.refusal_recall(counts)[0] == pytest.approx(
        recall_score(unanswerable, refused, zero_division=0)
    )
    assert abstention.refusal_f1(counts)[0] == pytest.approx(f1_score(unanswerable, refused, zero_division=0))
    assert abstention.refusal_macro_f1(counts)[0] == pytest.approx(
        f1_score(unanswerable, refused, average="macro", labels=[False, True], zero_division=0)
    )
    if len(set(answerable)) == 2:
        recalls = recall_score(answerable, answered, average="macro", labels=[False, True])
        assert abstention.balanced_accuracy(answered, answerable) == pytest.approx(recalls)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.booleans(), min_size=1, max_size=60), st.data())
def test_mcnemar_equals_the_exact_binomial_test(before, data):
    after = data.draw(st.lists(st.booleans(), min_size=len(before), max_size=len(before)))
    gained = sum(b and not a for a, b in zip(before, after, strict=True))
    lost = sum(a and not b for a, b in zip(before, after, strict=True))
    expected = binomtest(gained, gained + lost, 0.5).pvalue if gained + lost else 1.0
    assert statistics.mcnemar(before, after) == pytest.approx(expected)


def test_mcnemar_holds_for_thousands_of_changes():
    assert statistics.mcnemar([True] * 3000, [False] * 3000) == pytest.approx(0, abs=1e-300)
    assert statistics.mcnemar([True, False] * 1000, [False, True] * 1000) == 1.0


@settings(deadline=None, max_examples=60)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=12))
def test_holm_equals_its_definition(p_values):
    adjusted = statistics.holm(p_values)
    order = sorted(range(len(p_values)), key=lambda i: p_values[i])
    for place, index in enumerate(order):
        expected = max(min(1.0, (len(p_values) - k) * p_values[order[k]]) for k in range(place + 1))
        assert adjusted[index] == pytest.approx(expected)


def test_the_interval_equals_scipys_bootstrap_when_every_question_has_its_own_document():
    values = np.random.default_rng(3).normal(size=80)
    ours = statistics.mean_interval(values.tolist(), [str(i) for i in range(80)])
    theirs = bootstrap(
        (values,), np.mean, n_resamples=10_000, method="percentile", rng=np.random.default_rng(1)
    )
    assert ours.low == pytest.approx(theirs.confidence_interval.low, abs=0.02)
    assert ours.high == pytest.approx(theirs.confidence_interval.high, abs=0.02)


def test_the_interval_is_wider_when_questions_share_documents():
    values = [1.0] * 20 + [0.0] * 20
    apart = statistics.mean_interval(values, [str(i) for i in range(40)])
    together = statistics.mean_interval(values, [str(i // 10) for i in range(40)])
    assert together.high - together.low > 1.5 * (apart.high - apart.low)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(st.floats(-1, 1), st.sampled_from("abcde")), min_size=1, max_size=30))
def test_both_bootstraps_agree_on_a_mean(pairs):
    values, clusters = np.array([v for v, _ in pairs]), [c for _, c in pairs]
    fast = statistics.mean_interval(values.tolist(), clusters, resamples=200)
    general = statistics.statistic_interval(lambda i: float(values[i].mean()), clusters, resamples=200)
    assert (fast.value, fast.low, fast.high) == pytest.approx(
        (general.value, general.low, general.high), abs=1e-9
    )
