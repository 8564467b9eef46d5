"""Rounds of pairs as padded batches of about equal cost: sorted by length, cut by a budget of tokens."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from benchmarks.train_judge.data import Pair

LONGEST = 256  # tokens of a pair; the passage is cut, never the question


@dataclass(frozen=True)
class Batch:
    tokens: Tensor  # int64 (pairs, tokens)
    mask: Tensor
    sides: Tensor
    answerable: Tensor  # float (pairs,): 0, 1, or -1 where the pair is a claim
    support: Tensor  # int64 (pairs,): index of the label, or -1 where the pair is a question
    two_way: Tensor  # bool (pairs,)
    keep_rank: Tensor  # bool (pairs,)
    second: (
        Tensor  # bool (pairs, tokens): the passage's own tokens and the first token, which stands for none
    )
    first_marked: Tensor  # int64 (pairs,): first token of the answer, 0 for none, -1 where it is not known
    last_marked: Tensor  # int64 (pairs,)
    in_sentence: Tensor  # float (pairs, tokens): 1 in the sentence that holds the answer


def pair_tokenizer(path: Path, longest: int = LONGEST) -> Any:
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(path))
    tokenizer.enable_truncation(longest, strategy="only_second")
    tokenizer.no_padding()
    return tokenizer


def encode(tokenizer: Any, pairs: list[Pair]) -> list[Any]:
    words = (
        100  # of the first text: the tokenizer refuses to cut only the second if the first fills everything
    )
    return list(tokenizer.encode_batch([(" ".join(p.first.split()[:words]), p.second) for p in pairs]))


def padded(encoded: list[Any]) -> tuple[Tensor, Tensor, Tensor]:
    longest = max(len(one.ids) for one in encoded)
    tokens, mask, sides = (torch.zeros(len(encoded), longest, dtype=torch.int64) for _ in range(3))
    for row, one in enumerate(encoded):
        size = len(one.ids)
        tokens[row, :size] = torch.tensor(one.ids)
        mask[row, :size] = 1
        sides[row, :size] = torch.tensor(one.type_ids)
    return tokens, mask, sides


def batch(pairs: list[Pair], encoded: list[Any]) -> Batch:
    tokens, mask, sides = padded(encoded)
    first_marked = torch.full((len(pairs),), -1)
    last_marked = torch.full((len(pairs),), -1)
    in_sentence = torch.zeros(tokens.shape)
    for row, (pair, one) in enumerate(zip(pairs, encoded, strict=True)):
        if pair.answerable == 0:
            first_marked[row] = last_marked[row] = 0
        elif pair.marked is not None and (held := _overlapping(one, pair.marked.start, pair.marked.end)):
            first_marked[row], last_marked[row] = held[0], held[-1]
            in_sentence[row, _overlapping(one, pair.marked.sentence_start, pair.marked.sentence_end)] = 1.0
    second = (sides == 1) & (mask == 1)
    second[:, 0] = True
    return Batch(
        tokens,
        mask,
        sides,
        torch.tensor([-1.0 if p.answerable is None else float(p.answerable) for p in pairs]),
        torch.tensor([-1 if p.support is None else p.support for p in pairs]),
        torch.tensor([p.two_way for p in pairs]),
        torch.tensor([p.keep_rank for p in pairs]),
        second,
        first_marked,
        last_marked,
        in_sentence,
    )


def _overlapping(encoded: Any, start: int, end: int) -> list[int]:
    """Numbers of the tokens of the second text that overlap these characters of it."""
    return [
        number
        for number, ((first, last), side) in enumerate(
            zip(encoded.offsets, encoded.sequence_ids, strict=True)
        )
        if side == 1 and first < end and last > start
    ]


def cut(lengths: list[int], budget: int) -> list[list[int]]:
    """Numbers of the pairs, shortest first, in groups whose padded size stays within `budget` tokens."""
    groups: list[list[int]] = []
    for number in sorted(range(len(lengths)), key=lambda n: lengths[n]):
        if groups and (len(groups[-1]) + 1) * lengths[number] <= budget:
            groups[-1].append(number)
        else:
            groups.append([number])
    return groups


def batches(drawn: list[Pair], tokenizer: Any, budget: int, chance: random.Random) -> Iterator[Batch]:
    """The pairs of one round as batches in random order."""
    encoded = encode(tokenizer, drawn)
    groups = cut([len(one.ids) for one in encoded], budget)
    chance.shuffle(groups)
    for group in groups:
        yield batch([drawn[n] for n in group], [encoded[n] for n in group])
