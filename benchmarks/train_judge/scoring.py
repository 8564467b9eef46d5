"""Score pairs by an ONNX cross-encoder, the original one or the judge, a few at a time in order of length."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.train_judge.batches import encode, padded, pair_tokenizer
from benchmarks.train_judge.data import Pair


@dataclass(frozen=True)
class Scores:
    relevance: np.ndarray  # (pairs,)
    answerable: np.ndarray  # (pairs,) logit
    support: np.ndarray  # (pairs,) logit of supported against refuted or neutral
    margin: np.ndarray  # (pairs,) logit of supported against refuted
    labels: np.ndarray  # (pairs, 3) logits, empty for the original
    milliseconds: float  # processor time a pair, one thread

    def __len__(self) -> int:
        return len(self.relevance)


class Scorer:
    """The judge's folder (or the original's: its one logit then serves as relevance, answerable and
    support).
    """

    def __init__(self, folder: Path, tokenizer: Path | None = None, longest: int = 256) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self.session = onnxruntime.InferenceSession(str(folder / "model.onnx"), options)
        self.tokenizer: Any = pair_tokenizer(tokenizer or folder / "tokenizer.json", longest)
        self.names = [output.name for output in self.session.get_outputs()]

    def score(self, pairs: list[tuple[str, str]]) -> Scores:
        encoded = encode(self.tokenizer, [Pair(first, second, "", "") for first, second in pairs])
        rows: list[list[np.ndarray]] = []
        started = time.process_time()
        for one in encoded:  # one by one: on these sizes as fast as batches, and nothing is spent on padding
            tokens, mask, sides = (array.numpy() for array in padded([one]))
            given = {"input_ids": tokens, "attention_mask": mask, "token_type_ids": sides}
            rows.append(self.session.run(None, given))
        spent = (time.process_time() - started) / max(1, len(pairs)) * 1000
        columns = {
            name: np.concatenate([row[place] for row in rows])
            for place, name in enumerate(self.names)
            if name != "marks"  # one row a token
        }
        if "logits" in columns:
            logit = columns["logits"][:, 0]
            return Scores(logit, logit, logit, logit, np.empty((len(pairs), 0)), spent)
        labels = columns["support"]
        rest = np.logaddexp(labels[:, 1], labels[:, 2])
        return Scores(
            columns["relevance"][:, 0],
            columns["answerable"][:, 0],
            labels[:, 0] - rest,
            labels[:, 0] - labels[:, 1],
            labels,
            spent,
        )
