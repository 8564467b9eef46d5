"""The judge: a 12-layer, 384-wide BERT encoder with three small heads on its first token and one on every
token, which marks where the answer stands.

BERT: Devlin et al., 2019 (arXiv:1810.04805). Starting weights: cross-encoder/ms-marco-MiniLM-L-12-v2.
"""

from __future__ import annotations

from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 - as everyone writes it

Outputs = tuple[Tensor, Tensor, Tensor, Tensor]
HEADS = {"relevance": 1, "answerable": 1, "support": 3}
MARKS = ("first", "last", "sentence")
SUPPORT_LABELS = ("support", "refute", "neutral")


def allowed_by(mask: Tensor) -> Tensor:
    """What attention adds to its weights: 0 for tokens, a very negative number for padding; (pairs, 1, 1,
    tokens).
    """
    return (mask[:, None, None, :].float() - 1.0) * 1e4


class Layer(nn.Module):
    def __init__(self, width: int, inner: int, attention_heads: int, dropout: float) -> None:
        super().__init__()
        self.attention_heads = attention_heads
        self.dropout = dropout
        self.mix = nn.Linear(width, 3 * width)
        self.attended = nn.Linear(width, width)
        self.after_attention = nn.LayerNorm(width, eps=1e-12)
        self.up = nn.Linear(width, inner)
        self.down = nn.Linear(inner, width)
        self.after_feed = nn.LayerNorm(width, eps=1e-12)

    def forward(self, hidden: Tensor, allowed: Tensor, first_only: bool = False) -> Tensor:
        """(pairs, tokens, width) to the same; with `first_only`, the first token alone: (pairs, 1, width)."""
        pairs, tokens, width = hidden.shape
        mixed = self.mix(hidden).view(pairs, tokens, 3, self.attention_heads, -1).permute(2, 0, 3, 1, 4)
        queries, keys, values = mixed[0], mixed[1], mixed[2]
        if first_only:
            queries, hidden, tokens = queries[:, :, :1], hidden[:, :1], 1
        attended = self._attend(queries, keys, values, allowed)
        attended = self.attended(attended.transpose(1, 2).reshape(pairs, tokens, width))
        hidden = self.after_attention(hidden + F.dropout(attended, self.dropout, self.training))
        fed = self.down(F.gelu(self.up(hidden)))
        return self.after_feed(hidden + F.dropout(fed, self.dropout, self.training))

    def _attend(self, queries: Tensor, keys: Tensor, values: Tensor, allowed: Tensor) -> Tensor:
        if not torch.onnx.is_in_onnx_export():
            return F.scaled_dot_product_attention(queries, keys, values, attn_mask=allowed)
        weights = (queries * queries.shape[-1] ** -0.5) @ keys.transpose(
            2, 3
        )  # fewer nodes than the exporter's own
        return torch.softmax(weights + allowed, dim=-1) @ values


class Head(nn.Module):
    def __init__(self, width: int, outputs: int, dropout: float) -> None:
        super().__init__()
        self.dropout = dropout
        self.pool = nn.Linear(width, width)
        self.score = nn.Linear(width, outputs)

    def forward(self, first: Tensor) -> Tensor:
        return self.score(F.dropout(torch.tanh(self.pool(first)), self.dropout, self.training))


class Judge(nn.Module):
    """Scores pairs. The first `frozen` layers and the embeddings are not trained, at no backward pass."""

    def __init__(
        self,
        *,
        vocabulary: int = 30522,
        longest: int = 512,
        width: int = 384,
        inner: int = 1536,
        layers: int = 12,
        attention_heads: int = 12,
        dropout: float = 0.0,
        frozen: int = 0,
    ) -> None:
        super().__init__()
        self.frozen = frozen
        self.words = nn.Embedding(vocabulary, width)
        self.positions = nn.Embedding(longest, width)
        self.sides = nn.Embedding(2, width)
        self.embedded = nn.LayerNorm(width, eps=1e-12)
        self.layers = nn.ModuleList(Layer(width, inner, attention_heads, dropout) for _ in range(layers))
        self.heads = nn.ModuleDict({name: Head(width, outputs, dropout) for name, outputs in HEADS.items()})
        self.marks = nn.Linear(width, len(MARKS))
        for part in (self.words, self.positions, self.sides, self.embedded, *self.layers[:frozen]):
            part.requires_grad_(False)

    def below(self, tokens: Tensor, mask: Tensor, sides: Tensor) -> Tensor:
        """Output of the frozen part, (pairs, tokens, width)."""
        positions = torch.arange(tokens.shape[1], device=tokens.device)
        hidden = self.embedded(self.words(tokens) + self.positions(positions)[None] + self.sides(sides))
        allowed = allowed_by(mask)
        for layer in self.layers[: self.frozen]:
            hidden = layer(hidden, allowed)
        return hidden

    def above(self, hidden: Tensor, mask: Tensor) -> Outputs:
        allowed = allowed_by(mask)
        for layer in self.layers[self.frozen :]:
            hidden = layer(hidden, allowed)
        first = hidden[:, 0]
        heads = self.heads
        return (
            heads["relevance"](first),
            heads["answerable"](first),
            heads["support"](first),
            self.marks(hidden),
        )

    def forward(self, tokens: Tensor, mask: Tensor, sides: Tensor) -> Outputs:
        """Logits from int64 (pairs, tokens) arrays: relevance (pairs, 1), answerable (pairs, 1), support
        (pairs, 3), marks (pairs, tokens, 3): first token of the answer, last, in its sentence.
        """
        return self.above(self.below(tokens, mask, sides), mask)


def starting_judge(onnx_path: Path, *, frozen: int = 0, seed: int = 0) -> Judge:
    """The judge before training: encoder and two heads from the original cross-encoder, support head
    random.
    """
    from benchmarks.train_judge.weights import judge_state, read_onnx

    torch.manual_seed(seed)
    judge = Judge(frozen=frozen)
    missing, unexpected = judge.load_state_dict(judge_state(read_onnx(onnx_path)), strict=False)
    new = {f"{head}.{part}" for head in ("heads.support.score", "marks") for part in ("weight", "bias")}
    if unexpected or set(missing) != new:
        raise ValueError(
            f"{onnx_path} is not the expected cross-encoder: missing {missing}, unexpected {unexpected}"
        )
    return judge
