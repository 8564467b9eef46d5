"""Train the judge on a shared CPU: two one-thread workers update the same weights, each with its own batches.

Workers without a common barrier (Hogwild: Recht et al., 2011, arXiv:1106.5730) keep both cores busy when
other work takes one of them away. The learning rate falls with the training time spent, so that a run of any
speed ends on a low rate; a run killed in the middle continues from its last checkpoint.
"""

from __future__ import annotations

import copy
import os
import random
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 - as everyone writes it

from benchmarks.train_judge.batches import Batch, batches, pair_tokenizer
from benchmarks.train_judge.data import Pair, rounds
from benchmarks.train_judge.model import Judge, Outputs, allowed_by

ROUND = 1024  # pairs


@dataclass(frozen=True)
class Plan:
    minutes: float  # of training time in all, over every continuation
    rate: float = 6e-5  # highest learning rate of the encoder; the heads get five times as much
    budget: int = 1600  # tokens a batch, padding included
    workers: int = 2
    frozen: int = 6  # lowest layers that are left alone
    keep_rank: float = 0.1  # weight of the loss that keeps the original relevance logit
    save_seconds: float = 120.0
    seed: int = 2026


def loss_of(outputs: Outputs, original: Tensor | None, batch: Batch, keep_rank: float) -> Tensor:
    """Mean over the pairs of each pair's own loss: answerable or not, where the answer stands, support in
    three ways or two, kept relevance.
    """
    relevance, answerable, support, marks = outputs
    total = relevance.sum() * 0.0
    asked = batch.answerable >= 0
    if asked.any():
        total = total + F.binary_cross_entropy_with_logits(
            answerable[asked, 0], batch.answerable[asked], reduction="sum"
        )
    total = total + marking_loss(marks, batch)
    three = (batch.support >= 0) & ~batch.two_way
    if three.any():
        total = total + F.cross_entropy(support[three], batch.support[three], reduction="sum")
    two = (batch.support >= 0) & batch.two_way
    if two.any():
        supported = support[two, 0] - support[two, 1:].logsumexp(dim=1)
        total = total + F.binary_cross_entropy_with_logits(
            supported, (batch.support[two] == 0).float(), reduction="sum"
        )
    if original is not None:
        total = total + keep_rank * F.smooth_l1_loss(relevance[batch.keep_rank, 0], original, reduction="sum")
    return total / len(batch.answerable)


def marking_loss(marks: Tensor, batch: Batch) -> Tensor:
    """Sum over the pairs. First and last token as in reading comprehension with "no answer" at the first
    token (Devlin et al., 2019, section 4.3); besides, for each token, whether its sentence holds the answer.
    """
    known = batch.first_marked >= 0
    if not known.any():
        return marks.sum() * 0.0
    first, last, sentence = marks[known].unbind(-1)
    second = batch.second[known]
    total = 0.25 * F.cross_entropy(
        first.masked_fill(~second, -1e4), batch.first_marked[known], reduction="sum"
    ) + 0.25 * F.cross_entropy(last.masked_fill(~second, -1e4), batch.last_marked[known], reduction="sum")
    each = F.binary_cross_entropy_with_logits(sentence, batch.in_sentence[known], reduction="none")
    return total + ((each * second).sum(dim=1) / second.sum(dim=1)).sum()


class Original(nn.Module):
    """The layers that are going to be trained and the relevance head, as they were; they share the frozen
    layers.
    """

    def __init__(self, judge: Judge) -> None:
        super().__init__()
        self.layers = copy.deepcopy(judge.layers[judge.frozen :]).requires_grad_(False)
        self.head = copy.deepcopy(judge.heads["relevance"]).requires_grad_(False)
        self.eval()

    @torch.no_grad()
    def forward(self, hidden: Tensor, mask: Tensor) -> Tensor:
        allowed = allowed_by(mask)
        for number, layer in enumerate(self.layers):
            hidden = layer(hidden, allowed, first_only=number == len(self.layers) - 1)
        return self.head(hidden[:, 0])[:, 0]


def step(judge: Judge, original: Original, batch: Batch, keep_rank: float) -> float:
    """One backward pass; the loss."""
    with torch.no_grad():
        hidden = judge.below(batch.tokens, batch.mask, batch.sides)
    outputs = judge.above(hidden, batch.mask)
    kept = batch.keep_rank
    aim = original(hidden[kept], batch.mask[kept]) if kept.any() else None
    loss = loss_of(outputs, aim, batch, keep_rank)
    loss.backward()
    return loss.item()


def optimiser(judge: Judge, rate: float) -> torch.optim.AdamW:
    heads = [*judge.heads.parameters(), *judge.marks.parameters()]
    encoder = [weights for weights in judge.layers.parameters() if weights.requires_grad]
    return torch.optim.AdamW(
        [{"params": encoder, "lr": rate, "share": 1.0}, {"params": heads, "lr": rate, "share": 5.0}],
        weight_decay=0.01,
        fused=True,
    )


def rate_at(elapsed: float, whole: float, steps: int, highest: float) -> float:
    """Linear rise over the worker's first 30 steps, then linear fall with the time spent, to 2 % of the
    highest.
    """
    return highest * min(1.0, (steps + 1) / 30) * max(0.02, 1.0 - elapsed / whole)


def save(path: Path, state: Any) -> None:
    """Write whole or not at all."""
    partial = path.with_suffix(f".{os.getpid()}.part")
    torch.save(state, partial)
    os.replace(partial, path)


def work(
    number: int,
    judge: Judge,
    original: Original,
    pairs: list[Pair],
    tokenizer_path: Path,
    folder: Path,
    plan: Plan,
) -> None:
    """One worker: draw rounds by its own seed, update the shared weights, save its place."""
    torch.set_num_threads(1)
    tokenizer = pair_tokenizer(tokenizer_path)
    steps, done_rounds, done_pairs, elapsed = 0, 0, 0, 0.0
    climb = optimiser(judge, plan.rate)
    place = folder / f"worker{number}.pt"
    if place.exists():
        stored = torch.load(place, weights_only=True)
        climb.load_state_dict(stored["optimiser"])
        steps, done_rounds, done_pairs, elapsed = (stored[k] for k in ("steps", "rounds", "pairs", "elapsed"))
    started = saved = said = time.monotonic()
    before, pairs_before, tokens, losses = elapsed, done_pairs, 0, []
    whole = plan.minutes * 60
    drawing = rounds(pairs, ROUND, plan.seed * 100 + number)
    for _ in range(done_rounds):
        next(drawing)
    judge.train()
    for drawn in drawing:
        for batch in batches(drawn, tokenizer, plan.budget, random.Random(plan.seed + done_rounds)):
            for group in climb.param_groups:
                group["lr"] = rate_at(elapsed, whole, steps, plan.rate) * group["share"]
            losses.append(step(judge, original, batch, plan.keep_rank))
            nn.utils.clip_grad_norm_([p for p in judge.parameters() if p.grad is not None], 1.0)
            climb.step()
            climb.zero_grad()
            steps, done_pairs, tokens = (
                steps + 1,
                done_pairs + len(batch.answerable),
                tokens + batch.tokens.numel(),
            )
            now = time.monotonic()
            elapsed = before + now - started
            if now - said > 30:
                said, recent = now, losses[-40:]
                rate = (done_pairs - pairs_before) / (now - started)
                print(
                    f"worker {number}: {done_pairs} pairs, {rate:.1f} pairs/s, "
                    f"{tokens / (now - started):.0f} tokens/s, "
                    f"loss {sum(recent) / len(recent):.3f}, {(whole - elapsed) / 60:.0f} min left",
                    flush=True,
                )
            if now - saved > plan.save_seconds or elapsed >= whole:
                saved = now
                progress = {"steps": steps, "rounds": done_rounds, "pairs": done_pairs, "elapsed": elapsed}
                save(place, {"optimiser": climb.state_dict(), **progress})
                if number == 0:
                    save(folder / "judge.pt", {"state": judge.state_dict(), "plan": asdict(plan), **progress})
            if elapsed >= whole:
                return
        done_rounds += 1


def train(
    judge: Judge,
    pairs: list[Pair],
    tokenizer_path: Path,
    folder: Path,
    plan: Plan,
    start: Path | None = None,
) -> None:
    """Train until the plan's minutes are spent; `folder` holds the checkpoints and is continued from.

    `start` is a judge of an earlier plan to set out from; what it lacks begins at random.

    Two workers cannot be replayed step for step: the seed fixes what each draws, not how they interleave.
    """
    folder.mkdir(parents=True, exist_ok=True)
    original = Original(judge)
    if (folder / "judge.pt").exists():
        judge.load_state_dict(torch.load(folder / "judge.pt", weights_only=True)["state"])
    elif start is not None:
        judge.load_state_dict(torch.load(start, weights_only=True)["state"], strict=False)
    arguments = (judge, original, pairs, tokenizer_path, folder, plan)
    if plan.workers == 1:
        work(0, *arguments)
        return
    judge.share_memory()
    original.share_memory()
    torch.multiprocessing.spawn(_start, args=arguments, nprocs=plan.workers)


def _start(number: int, *arguments: Any) -> None:
    work(number, *arguments)
