"""Texts, or pairs of texts, through an ONNX model on the CPU: one at a time, several threads.

Dynamic 8-bit quantisation takes one scale per activation tensor, so what a text gets in a padded batch
depends on its neighbours (cosines down to 0.995 were seen). One text a call, without padding, depends on
nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from rag.backends.processor import cores
from rag.errors import ModelError

Text: TypeAlias = str | tuple[str, str]
Outputs: TypeAlias = list[NDArray[np.float32]]


class OnnxText:
    """A tokenizer.json and a model.onnx that belong together. Safe to use from several threads.

    Args:
        folder: holds both files.
        context: tokens read at most; longer texts are cut, of a pair the longer text first.
        threads: texts computed at the same time; 0 means all physical cores.

    Raises:
        ModelError: a file that onnxruntime or tokenizers cannot load.
    """

    def __init__(self, folder: Path, *, context: int, threads: int = 0) -> None:
        import onnxruntime
        from tokenizers import Tokenizer

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.log_severity_level = 4
        try:
            self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
            self._session = onnxruntime.InferenceSession(
                str(folder / "model.onnx"), options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # both libraries raise plain exceptions of their own
            raise ModelError(f"The model in {folder} cannot be loaded.", "Run: rag models check") from error
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(context)
        self._tokenizer.encode_special_tokens = True  # "[SEP]" in a document is text
        self._inputs = {node.name for node in self._session.get_inputs()}
        self._threads = threads or cores()
        self._pool = ThreadPoolExecutor(self._threads, thread_name_prefix="onnx")

    def run(self, text: Text) -> Outputs:
        """The model's outputs for one text, batch dimension 1."""
        encoding = self._encode(text)
        feed = {
            "input_ids": encoding.ids,
            "attention_mask": encoding.attention_mask,
            "token_type_ids": encoding.type_ids,
        }
        arrays = {name: np.array([ids], np.int64) for name, ids in feed.items() if name in self._inputs}
        outputs: Outputs = self._session.run(None, arrays)
        return outputs

    def run_all(self, texts: Sequence[Text]) -> list[Outputs]:
        """`run` of each text, in order."""
        if len(texts) < 2 or self._threads < 2:
            return [self.run(text) for text in texts]
        return list(self._pool.map(self.run, texts))

    def offsets(self, pair: tuple[str, str]) -> NDArray[np.int64]:
        """Characters (start, end) of the pair's second text that each token covers, shape (tokens, 2).

        (-1, -1) for tokens that are not of it.
        """
        encoding = self._encode(pair)
        rows = zip(encoding.offsets, encoding.sequence_ids, strict=True)
        return np.array([span if side == 1 else (-1, -1) for span, side in rows], np.int64)

    def _encode(self, text: Text) -> Any:
        first, second = (text, None) if isinstance(text, str) else text
        return self._tokenizer.encode(_plain(first), None if second is None else _plain(second))

    @property
    def output_names(self) -> list[str]:
        return [node.name for node in self._session.get_outputs()]

    def count_tokens(self, text: str) -> int:
        return len(self._tokenizer.encode(_plain(text)).ids)


def _plain(text: str) -> str:
    """Without lone surrogates, which tokenizers refuse."""
    return text.encode("utf-8", "replace").decode("utf-8")
