"""One text a call or padded batches? Speed and sameness of vectors and scores, in one run.

    python -m benchmarks.batching [--data ../shared/evaldata] [--texts 48]

Speed is texts for a second of processor time (a busy machine does not distort it much) and for a second of
wall time. "differs" is the largest change of a vector's cosine, or of a score, against the text alone.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from rag.backends import models
from rag.backends.onnx_text import OnnxText


def session(folder: Path, threads: int) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    return onnxruntime.InferenceSession(
        str(folder / "model.onnx"), options, providers=["CPUExecutionProvider"]
    )


def padded(text: OnnxText, run: Any, inputs: list[Any], size: int) -> list[np.ndarray]:
    """The usual way: sorted by length, padded to the longest of each batch."""
    encodings = [text._tokenizer.encode(*(each if isinstance(each, tuple) else (each,))) for each in inputs]
    order = sorted(range(len(inputs)), key=lambda at: len(encodings[at].ids))
    rows: list[Any] = [None] * len(inputs)
    for first in range(0, len(order), size):
        chosen = order[first : first + size]
        longest = max(len(encodings[at].ids) for at in chosen)
        arrays = {name: np.zeros((len(chosen), longest), np.int64) for name in text._inputs}
        for row, at in enumerate(chosen):
            parts = {
                "input_ids": encodings[at].ids,
                "attention_mask": encodings[at].attention_mask,
                "token_type_ids": encodings[at].type_ids,
            }
            for name in arrays:
                arrays[name][row, : len(parts[name])] = parts[name]
        for at, row in zip(chosen, run.run(None, arrays)[0], strict=True):
            rows[at] = row[0] if row.ndim == 2 else row
    return rows


def unit(rows: list[np.ndarray]) -> np.ndarray:
    stacked = np.stack(rows)
    return stacked / np.linalg.norm(stacked, axis=1, keepdims=True) if stacked.shape[1] > 1 else stacked


def timed(work: Callable[[], list[np.ndarray]]) -> tuple[np.ndarray, float, float]:
    work()
    wall, processor = time.perf_counter(), time.process_time()
    rows = work()
    return unit(rows), time.process_time() - processor, time.perf_counter() - wall


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/evaldata"))
    parser.add_argument("--texts", type=int, default=48)
    asked = parser.parse_args()
    file = asked.data / "scifact" / "corpus.jsonl"
    if not file.is_file():
        sys.exit(f"{asked.data} holds no evaluation data: nothing to measure.")
    texts = [json.loads(line)["text"] for line in file.read_text("utf-8").splitlines()[: asked.texts]]
    print("| model | way | texts a processor second | a wall second | differs |\n|---|---|---|---|---|")
    for name, kind in (("bge-small-en", "embedder"), ("ms-marco-minilm-l12", "scorer")):
        card = models.find(name, kind)  # type: ignore[arg-type]
        folder = models.locate(card)
        inputs = texts if kind == "embedder" else [("Which cells produce insulin?", text) for text in texts]
        one, two = (OnnxText(folder, context=512, threads=threads) for threads in (1, 2))
        single = session(folder, 2)

        def alone(text: OnnxText, inputs: list[Any] = inputs) -> list[np.ndarray]:
            return [
                outputs[0][0][0] if outputs[0].ndim == 3 else outputs[0][0]
                for outputs in text.run_all(inputs)
            ]

        ways: dict[str, Callable[[], list[np.ndarray]]] = {
            "one text a call, one thread": lambda one=one: alone(one),
            "one text a call, two threads": lambda two=two: alone(two),
            "batches of 8, two threads": lambda two=two, i=inputs, s=single: padded(two, s, i, 8),
            "batches of 32, two threads": lambda two=two, i=inputs, s=single: padded(two, s, i, 32),
        }
        reference: np.ndarray | None = None
        for way, work in ways.items():
            rows, processor, wall = timed(work)
            reference = rows if reference is None else reference
            embedded = rows.shape[1] > 1
            change = 1 - (rows * reference).sum(axis=1).min() if embedded else abs(rows - reference).max()
            print(
                f"| {name} | {way} | {len(texts) / processor:.1f} | {len(texts) / wall:.1f} | {change:.4f} |"
            )


if __name__ == "__main__":
    main()
