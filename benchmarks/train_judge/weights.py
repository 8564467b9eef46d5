"""Turn the INT8 ONNX cross-encoder back into floating-point weights that torch can go on training."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import torch

LAYERS = 12
_LAYER_PARTS = {
    "attention/self/query": "query",
    "attention/self/key": "key",
    "attention/self/value": "value",
    "attention/output/dense": "attended",
    "intermediate/dense": "up",
    "output/dense": "down",
}
_MATMUL_NAME = re.compile(r"/bert/encoder/layer\.(\d+)/(.+)/MatMul_quant$")


def dequantise(quantised: np.ndarray, scale: np.ndarray, zero_point: np.ndarray) -> np.ndarray:
    """weight = (q - zero point) * scale, the definition of ONNX DequantizeLinear; float32."""
    return (quantised.astype(np.float32) - zero_point.astype(np.float32)) * scale.astype(np.float32)


def read_onnx(path: Path) -> dict[str, np.ndarray]:
    """Floating-point arrays of a dynamically quantised BERT cross-encoder, by the names `judge_state`
    expects.

    Matrices come as torch keeps them, (outputs, inputs). The exporter renamed the layers' matrices to
    `onnx::MatMul_1662`; the names of the nodes that use them say which layer they belong to.
    """
    import onnx
    from onnx import numpy_helper

    graph = onnx.load(str(path)).graph
    stored = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}

    def matrix(name: str) -> np.ndarray:
        stem = name.removesuffix("_quantized")
        return dequantise(stored[name], stored[f"{stem}_scale"], stored[f"{stem}_zero_point"])

    arrays = {name: array for name, array in stored.items() if array.dtype == np.float32 and array.ndim == 1}
    for name in stored:
        if "embeddings" in name and name.endswith("_quantized"):
            arrays[name.removesuffix("_quantized")] = matrix(name)
    for node in graph.node:
        if node.op_type != "MatMulInteger":
            continue
        if found := _MATMUL_NAME.match(node.name):
            arrays[f"{found[1]}.{_LAYER_PARTS[found[2]]}"] = matrix(node.input[1]).T
        elif "pooler" in node.name:
            arrays["pooler"] = matrix(node.input[1]).T
        elif "classifier" in node.name:
            arrays["classifier"] = matrix(node.input[1]).T
    return arrays


def judge_state(arrays: dict[str, np.ndarray]) -> dict[str, torch.Tensor]:
    """State for `model.Judge`; all three heads start from the original pooler, two from the original
    classifier.
    """
    import torch

    state: dict[str, np.ndarray] = {}
    for kind, target in (("word", "words"), ("position", "positions"), ("token_type", "sides")):
        state[f"{target}.weight"] = arrays[f"bert.embeddings.{kind}_embeddings.weight"]
    for part in ("weight", "bias"):
        state[f"embedded.{part}"] = arrays[f"bert.embeddings.LayerNorm.{part}"]
    for layer in range(LAYERS):
        source, target = f"bert.encoder.layer.{layer}", f"layers.{layer}"
        parts = ("query", "key", "value")
        state[f"{target}.mix.weight"] = np.concatenate([arrays[f"{layer}.{part}"] for part in parts])
        state[f"{target}.mix.bias"] = np.concatenate(
            [arrays[f"{source}.attention.self.{part}.bias"] for part in parts]
        )
        for ours, theirs in (
            ("attended", "attention.output.dense"),
            ("up", "intermediate.dense"),
            ("down", "output.dense"),
        ):
            state[f"{target}.{ours}.weight"] = arrays[f"{layer}.{ours}"]
            state[f"{target}.{ours}.bias"] = arrays[f"{source}.{theirs}.bias"]
        for ours, theirs in (("after_attention", "attention.output"), ("after_feed", "output")):
            for part in ("weight", "bias"):
                state[f"{target}.{ours}.{part}"] = arrays[f"{source}.{theirs}.LayerNorm.{part}"]
    for head in ("relevance", "answerable", "support"):
        state[f"heads.{head}.pool.weight"] = arrays["pooler"]
        state[f"heads.{head}.pool.bias"] = arrays["bert.pooler.dense.bias"]
    # The original logits span -11 to 11: a quarter of that is where a probability can begin.
    for head, size in (("relevance", 1.0), ("answerable", 0.25)):
        state[f"heads.{head}.score.weight"] = arrays["classifier"] * size
        state[f"heads.{head}.score.bias"] = arrays["classifier.bias"] * size
    return {name: torch.from_numpy(np.array(array, dtype=np.float32)) for name, array in state.items()}
