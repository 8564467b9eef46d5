"""Write the judge as one ONNX file with 8-bit weights.

Activations are rounded with one scale a row (token), where the usual dynamic quantisation takes one for
the whole batch: a pair's scores do not depend on the pairs beside it, and outlying tokens cost the others
no precision.
The embedding tables stay at the 8 bits they came with.
"""

from __future__ import annotations

import io
import json
import shutil
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from benchmarks.train_judge.model import Judge

INPUTS = ("input_ids", "attention_mask", "token_type_ids")
OUTPUTS = ("relevance", "answerable", "support", "marks")


def float_model(judge: Judge) -> Any:
    """The judge as a floating-point ONNX model with free numbers of pairs and tokens."""
    import onnx
    import torch

    example = torch.ones(2, 8, dtype=torch.int64)
    written = io.BytesIO()
    free = {0: "pairs", 1: "tokens"}
    outputs = {name: free if name == "marks" else {0: "pairs"} for name in OUTPUTS}
    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore"
        )  # this exporter is announced as old; the new one needs two more libraries
        torch.onnx.export(
            judge.eval(),
            (example, example, example),
            written,
            input_names=list(INPUTS),
            output_names=list(OUTPUTS),
            dynamic_axes={**dict.fromkeys(INPUTS, free), **outputs},
            opset_version=17,
            dynamo=False,
        )
    return onnx.load_from_string(written.getvalue())


def columns_of(matrix: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(int8 matrix, float32 scale of each output) of a matrix (inputs, outputs)."""
    scales = np.maximum(np.abs(matrix).max(axis=0), 1e-12).astype(np.float32) / np.float32(127)
    return np.clip(np.rint(matrix / scales), -127, 127).astype(np.int8), scales


def _row_quantised(node: Any, matrix: np.ndarray) -> tuple[list[Any], list[Any]]:
    """Nodes and constants that multiply by an 8-bit matrix, the activations rounded with one scale a row
    (token).
    """
    from onnx import helper, numpy_helper

    name, given, result = node.input[1], node.input[0], node.output[0]
    quantised, scales = columns_of(matrix)
    constants = [
        numpy_helper.from_array(quantised, f"{name}_q"),
        numpy_helper.from_array(scales, f"{name}_s"),
    ]
    row, scaled, rounded, product = (f"{result}_{part}" for part in ("row", "scaled", "rounded", "product"))
    nodes = [
        helper.make_node("ReduceMax", [f"{result}_size"], [row], axes=[-1], keepdims=1),
        helper.make_node("Div", [given, row], [scaled]),
        helper.make_node("QuantizeLinear", [scaled, "unit_scale", "unit_zero"], [rounded]),
        helper.make_node(
            "MatMulIntegerToFloat",
            [rounded, f"{name}_q", "unit_scale", f"{name}_s", "unit_zero"],
            [product],
            domain="com.microsoft",
        ),
        helper.make_node("Mul", [product, row], [result]),
    ]
    return [helper.make_node("Abs", [given], [f"{result}_size"]), *nodes], constants


def _small_table(node: Any, table: np.ndarray) -> tuple[list[Any], list[Any]]:
    """A look-up in a table of 8 bits with one scale, as the original had it."""
    from onnx import helper, numpy_helper

    name, result = node.input[0], node.output[0]
    low, high = float(table.min()), float(table.max())
    scale = np.float32((high - low) / 255.0)
    zero = np.uint8(np.clip(round(-low / float(scale)), 0, 255))
    quantised = np.clip(np.rint(table / scale) + zero, 0, 255).astype(np.uint8)
    constants = [
        numpy_helper.from_array(quantised, f"{name}_q"),
        numpy_helper.from_array(np.array(scale), f"{name}_s"),
        numpy_helper.from_array(np.array(zero), f"{name}_z"),
    ]
    nodes = [
        helper.make_node("Gather", [f"{name}_q", node.input[1]], [f"{result}_q"]),
        helper.make_node("DequantizeLinear", [f"{result}_q", f"{name}_s", f"{name}_z"], [result]),
    ]
    return nodes, constants


def with_small_weights(model: Any, *, smallest: int = 100_000) -> Any:
    """The same model with 8-bit matrices and embedding tables; those of fewer than `smallest` numbers stay
    as they are.
    """
    from onnx import helper, numpy_helper

    graph = model.graph
    stored = {tensor.name: tensor for tensor in graph.initializer}
    constants = [
        numpy_helper.from_array(np.array(1 / 127, np.float32), "unit_scale"),
        numpy_helper.from_array(np.array(128, np.uint8), "unit_zero"),
    ]
    nodes, dropped = [], set()
    for node in graph.node:
        large = next(
            (name for name in node.input if name in stored and np.prod(stored[name].dims) >= smallest), None
        )
        if large is None or node.op_type not in ("MatMul", "Gather"):
            nodes.append(node)
            continue
        rewrite = _row_quantised if node.op_type == "MatMul" else _small_table
        new, needed = rewrite(node, numpy_helper.to_array(stored[large]))
        dropped.add(large)
        nodes += new
        constants += needed
    kept = [tensor for tensor in graph.initializer if tensor.name not in dropped]
    del graph.node[:]
    del graph.initializer[:]
    graph.node.extend(nodes)
    graph.initializer.extend([*kept, *constants])
    model.opset_import.append(helper.make_opsetid("com.microsoft", 1))
    return model


def export_folder(checkpoints: Path, original: Path, target: Path) -> int:
    """Write model.onnx, tokenizer.json and a first judge.json from the last checkpoint; the model's size in
    bytes.
    """
    import onnx
    import torch

    from benchmarks.train_judge.model import SUPPORT_LABELS, starting_judge

    stored = torch.load(checkpoints / "judge.pt", weights_only=True)
    judge = starting_judge(original / "model.onnx", frozen=stored["plan"]["frozen"])
    judge.load_state_dict(stored["state"])
    target.mkdir(parents=True, exist_ok=True)
    onnx.save(with_small_weights(float_model(judge)), str(target / "model.onnx"))
    shutil.copyfile(original / "tokenizer.json", target / "tokenizer.json")
    workers = [torch.load(path, weights_only=True) for path in sorted(checkpoints.glob("worker*.pt"))]
    described = {
        "inputs": {
            "names": INPUTS,
            "order": "[CLS] question or claim [SEP] passage or evidence [SEP]",
            "longest": 512,
        },
        "outputs": {
            "relevance": "(pairs, 1) logit: how relevant the passage is, for ranking",
            "answerable": "(pairs, 1) logit: the passage holds the answer to the question",
            "support": f"(pairs, 3) logits: {', '.join(SUPPORT_LABELS)} of the claim by the evidence",
            "marks": "(pairs, tokens, 3) logits: the answer's first token, its last, in its sentence",
        },
        "support_labels": SUPPORT_LABELS,
        "batching": "scores do not depend on the batch; pairs of equal length or one at a time are fastest",
        "training": {
            "plan": stored["plan"],
            "minutes": round(stored["elapsed"] / 60, 1),
            "pairs": sum(worker["pairs"] for worker in workers),
            "steps": sum(worker["steps"] for worker in workers),
        },
    }
    (target / "judge.json").write_text(json.dumps(described, indent=1) + "\n", encoding="utf-8")
    return (target / "model.onnx").stat().st_size
