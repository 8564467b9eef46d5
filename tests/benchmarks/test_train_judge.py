"""The judge's training: weights turned back, windows, labels made by rule, batches, continuing, the small
ONNX file.
"""

from __future__ import annotations

import json
import random
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.train_judge.data import SHARES, Pair, all_pairs, held_out, rounds, split
from benchmarks.train_judge.measures import ndcg, temperature
from benchmarks.train_judge.spoken import spoken
from benchmarks.train_judge.synthetic import claims_about, negated, opposite, other_number
from benchmarks.train_judge.weights import dequantise
from benchmarks.train_judge.windows import Marked, marked, sentences, window_near, window_with, window_without
from rag.evaluate.measures.abstention import auroc, balanced_accuracy, best_threshold

EVALDATA = Path(__file__).resolve().parents[3] / "shared" / "evaldata"
PASSAGE = (
    "Warsaw is the capital of Poland. It stands on the Vistula River. Its population was 1.8 "
    "million in 2020. "
    "The old town was destroyed in 1944. It was rebuilt after the war by the people of Warsaw."
)
WORDS = st.lists(
    st.sampled_from("river stands old town war people twelve built".split()), min_size=1, max_size=9
)


def test_dequantising_gives_back_exactly_what_the_scale_and_zero_point_say() -> None:
    quantised = np.array([[0, 128, 255]], dtype=np.uint8)
    weights = dequantise(quantised, np.float32(0.5), np.uint8(128))
    assert weights.tolist() == [[-64.0, 0.0, 63.5]]
    assert weights.dtype == np.float32


@given(st.lists(WORDS, min_size=1, max_size=12), st.data(), st.integers())
def test_a_window_around_the_answer_keeps_the_answer(
    made: list[list[str]], data: st.DataObject, seed: int
) -> None:
    number = data.draw(st.integers(0, len(made) - 1))
    made[number].insert(len(made[number]) // 2, "Vistula")
    passage = " ".join(f"{' '.join(words)}." for words in made)
    window = window_with(passage, "which river?", "vistula", random.Random(seed))
    assert window is not None
    assert "Vistula" in window
    assert window in passage


@given(st.integers())
def test_a_window_without_the_answer_never_holds_it(seed: int) -> None:
    window = window_without(PASSAGE, "When was the old town destroyed?", "1944", random.Random(seed))
    assert window is not None
    assert "1944" not in window
    assert all(sentence in PASSAGE for sentence in sentences(window))


def test_an_answer_that_is_not_in_the_passage_gives_no_window() -> None:
    assert window_with(PASSAGE, "who?", "Kraków", random.Random(0)) is None


@given(st.text(max_size=200), st.integers())
def test_any_text_gives_some_window(text: str, seed: int) -> None:
    assert isinstance(window_near(text, "which river?", random.Random(seed)), str)


def test_an_answer_is_marked_in_the_sentence_nearest_to_the_question() -> None:
    passage = "Anna came in May. The bridge was opened in May."
    found = marked(passage, "When was the bridge opened?", "May", shift=10)
    assert found is not None
    assert passage[found.start - 10 : found.end - 10] == "May"
    assert passage[found.sentence_start - 10 : found.sentence_end - 10] == "The bridge was opened in May."
    assert marked(passage, "When?", "June") is None


def test_a_question_about_what_a_speaker_says_is_answered_under_that_speakers_name_only() -> None:
    row = {"passage": PASSAGE, "question": "Which river does it stand on?", "answer": "", "answerable": False}
    speakers = ["Ann Lee", "Bo Ray", "Cy Fox"]
    made = [one for seed in range(60) for one in spoken(row, speakers, random.Random(seed))]
    assert {label for _, _, label, _, _ in made} == {0, 1}
    for question, second, label, where, _ in made:
        named = [name for name in speakers if name in question]
        if label and named:
            assert second.split("\n")[0].endswith(named[0])
        assert (where is not None) == bool(label)


def test_marked_tokens_are_those_of_the_answer(tmp_path: Path) -> None:
    pytest.importorskip("torch")
    from benchmarks.train_judge.batches import batch, encode, pair_tokenizer

    second = "the town is old it is not war"
    where = Marked(second.index("not"), second.index(" war"), second.index("it is"), len(second))
    pairs = [
        Pair("is it", second, "made", "", answerable=1, marked=where),
        Pair("is it", second, "made", "", answerable=0),
        Pair("is it", second, "made", "", support=1),
    ]
    made = batch(pairs, encode(pair_tokenizer(toy_tokenizer(tmp_path)), pairs))
    before = 4  # [CLS] is it [SEP]
    assert made.first_marked.tolist() == [before + 6, 0, -1]
    assert made.last_marked.tolist() == [before + 6, 0, -1]
    assert made.in_sentence[0].nonzero().flatten().tolist() == [before + n for n in (4, 5, 6, 7)]


def test_changed_sentences_differ_in_number_polarity_or_opposite_word() -> None:
    chance = random.Random(1)
    assert other_number("It has 12 rooms.", [], chance) not in (None, "It has 12 rooms.")
    assert negated("It is not old.", [], chance) == "It is old."
    assert negated("It was old.", [], chance) == "It was not old."
    assert opposite("Prices increased.", [], chance) == "Prices decreased."
    assert other_number("No digits here.", [], chance) is None


def test_claims_made_from_a_passage_are_refuted_only_when_they_differ_from_the_evidence() -> None:
    passage = PASSAGE + " The city lost more than 600,000 people before the end of the war in January 1945."
    made = [one for seed in range(40) for one in claims_about(passage, random.Random(seed))]
    assert {label for _, _, label in made} == {"support", "refute", "neutral"}
    assert not [claim for evidence, claim, label in made if label == "refute" and claim in evidence]


def test_no_group_is_in_both_halves() -> None:
    pairs = [Pair("q", "p", "made", f"passage {number}", support=0) for number in range(500)]
    training, development = split(pairs)
    assert 5 < len(development) < 60
    assert {pair.group for pair in training}.isdisjoint(pair.group for pair in development)
    assert held_out("Same  text ".strip()) == held_out("same  TEXT".lower())


def test_every_source_of_the_training_data_has_a_share_and_both_kinds_of_label() -> None:
    if not EVALDATA.exists():
        pytest.skip("../shared/evaldata is absent")
    pairs = all_pairs(EVALDATA)
    assert {pair.source for pair in pairs} == set(SHARES)
    assert all((pair.answerable is None) != (pair.support is None) for pair in pairs)
    assert sum(SHARES.values()) == pytest.approx(1.0)


def test_rounds_draw_every_pair_of_a_source_before_any_of_it_again() -> None:
    pairs = [Pair(str(number), "", "made", "", support=0) for number in range(10)]
    drawn = next(rounds(pairs, 20, seed=3))
    assert sorted(pair.first for pair in drawn[:10]) == sorted(pair.first for pair in pairs)
    assert [pair.first for pair in next(rounds(pairs, 20, seed=3))] == [pair.first for pair in drawn]


def test_auroc_counts_ties_half_and_the_threshold_separates() -> None:
    scores, truth = np.array([0.1, 0.4, 0.4, 0.9]), np.array([False, False, True, True])
    assert auroc(scores, truth) == pytest.approx(3.5 / 4)
    separable = np.array([-2.0, -1.0, 1.0, 2.0])
    assert -1 < best_threshold(separable, truth) < 1
    assert balanced_accuracy(separable >= best_threshold(separable, truth), truth) == 1.0


def test_calibration_recovers_the_slope_that_made_the_labels() -> None:
    chance = np.random.default_rng(0)
    logits = chance.normal(size=20_000) * 3
    truth = chance.random(20_000) < 1 / (1 + np.exp(-(0.5 * logits - 1)))
    assert temperature(logits, truth) == (pytest.approx(0.5, abs=0.03), pytest.approx(-1, abs=0.06))


def test_ndcg_of_the_ideal_order_is_one() -> None:
    assert ndcg([2.0, 1.0, 0.0], [1.0, 2.0]) == 1.0
    assert ndcg([0.0, 1.0], [1.0]) == pytest.approx(1 / np.log2(3))


WORDLIST = "[PAD] [UNK] [CLS] [SEP] does the river stand in a town old is it not war".split()


def toy_tokenizer(folder: Path) -> Path:
    from tokenizers import Tokenizer, models, pre_tokenizers, processors

    tokenizer = Tokenizer(models.WordLevel({word: n for n, word in enumerate(WORDLIST)}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    tokenizer.save(str(folder / "tokenizer.json"))
    return folder / "tokenizer.json"


def toy_pairs() -> list[Pair]:
    asked = [Pair("is the town old", "it is old", "nq_answerability", "", answerable=1, keep_rank=True)]
    claimed = [
        Pair("it is old", "it is not old", "made", "", support=1),
        Pair("a", "b", "med", "", support=2, two_way=True),
    ]
    return asked + claimed


def test_training_that_was_stopped_goes_on_from_its_checkpoint(tmp_path: Path) -> None:
    pytest.importorskip("torch")
    import torch

    from benchmarks.train_judge.model import Judge
    from benchmarks.train_judge.train import Plan, train

    torch.manual_seed(0)
    tokenizer = toy_tokenizer(tmp_path)
    sizes = {
        "vocabulary": 20,
        "longest": 32,
        "width": 24,
        "inner": 32,
        "layers": 3,
        "attention_heads": 2,
        "frozen": 1,
    }

    def run(minutes: float) -> dict[str, object]:
        judge = Judge(**sizes)
        plan = Plan(minutes=minutes, frozen=1, workers=1, budget=200, save_seconds=0.0)
        train(judge, toy_pairs(), tokenizer, tmp_path / "run", plan)
        return torch.load(tmp_path / "run" / "judge.pt", weights_only=True)

    first = run(0.005)
    second = run(0.010)
    assert second["pairs"] > first["pairs"] > 0
    assert second["elapsed"] > first["elapsed"] >= 0.3
    trained, frozen = "layers.2.up.weight", "layers.0.up.weight"
    assert torch.equal(first["state"][frozen], second["state"][frozen])
    assert not torch.equal(first["state"][trained], second["state"][trained])


def test_the_small_file_scores_as_the_floating_point_model_whatever_else_is_in_the_batch() -> None:
    pytest.importorskip("torch")
    pytest.importorskip("onnx")
    import onnxruntime
    import torch

    from benchmarks.train_judge.export import INPUTS, OUTPUTS, float_model, with_small_weights
    from benchmarks.train_judge.model import Judge

    torch.manual_seed(1)
    judge = Judge(vocabulary=64, longest=32, width=24, inner=48, layers=2, attention_heads=2).eval()
    small = with_small_weights(float_model(judge), smallest=500)
    assert "MatMulIntegerToFloat" in {node.op_type for node in small.graph.node}
    session = onnxruntime.InferenceSession(small.SerializeToString())
    tokens = np.random.default_rng(0).integers(1, 64, (5, 12))
    mask = np.ones_like(tokens)
    mask[1:, 9:] = 0
    given_all = dict(zip(INPUTS, (tokens, mask, np.zeros_like(tokens)), strict=True))
    whole = session.run(None, given_all)
    alone = session.run(None, {name: array[1:2, :9] for name, array in given_all.items()})
    exact = judge(*(torch.from_numpy(given_all[name]) for name in INPUTS))
    for name, together, single, wanted in zip(OUTPUTS, whole, alone, exact, strict=True):
        own = np.s_[1:2, :9] if name == "marks" else np.s_[1:2]
        np.testing.assert_allclose(together[own], single, atol=1e-5)
        rounding = 0.25 if name == "marks" else 0.05  # of layers of 24 numbers with random weights
        np.testing.assert_allclose(together, wanted.detach().numpy(), atol=rounding)


def test_the_judge_folder_names_its_outputs() -> None:
    folder = Path(__file__).resolve().parents[2] / "models" / "judge"
    if not (folder / "judge.json").exists():
        pytest.skip("models/judge is absent")
    described = json.loads((folder / "judge.json").read_text(encoding="utf-8"))
    assert list(described["outputs"])[:3] == ["relevance", "answerable", "support"]
