# ruff: noqa: E501 - a table of texts
"""No text, however made, may take time that grows faster than its length: plain files are read without a guard."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from rag import ingest

UNITS = [
    ".", "?", "!\"", "...x", "<!--", "<!-- -->", "[", "[a](", "# ", "# [", "#", "a:", "A: b? ", "A B: c.\n\n", " ", "\t", "| ", "|\n",
    "“", "X Y ", "Xy Zw ", "> ", ">\n", "- ", "- x\n", "```", "```\n", "~~~\n```\n", "\u200b", "&", "© ", "(c) 20", "1.", "1. ", "A. ",
    "by A ", "share on ", "subscribe to us ", "a.b", "a\n", "a\n\n", "Is it?\n\nYes.\n\n", "--\n", "-- \n", "---\n", "===\n", "漢", "。",
    "é", "\u0301", "１", "Mr. ", "12, ", "*", "**a** ", "__", "\r", "\x0c", "\x85", "a\u2028", "Jan 1, ", "\U000e0041", "\ufe0f", "x",
]  # fmt: skip
LENGTH = 15_000
HEAD = (
    "The council of the old harbour town voted on Tuesday evening to rebuild the bridge that the flood had taken.\n\n"
    * 3
)


def seconds(folder: Path, suffix: str, text: str) -> float:
    path = folder / f"a{suffix}"
    path.write_text(text, encoding="utf-8", newline="")
    start = time.process_time()
    for document in ingest.read(path):
        ingest.split(document)
    return time.process_time() - start


@pytest.mark.slow
@pytest.mark.parametrize("suffix", [".txt", ".md", ".eml", ".srt"])
def test_time_grows_in_step_with_length(tmp_path: Path, suffix: str) -> None:
    start = {".eml": "Subject: x\n\n", ".srt": "1\n00:00:01,000 --> 00:00:02,000\n"}.get(suffix, "")
    seconds(tmp_path, suffix, start + HEAD)
    slow = {}
    for unit in UNITS:
        for tail in ("x", "\n" + HEAD):
            text = start + HEAD + unit * (LENGTH // len(unit)) + tail
            taken = seconds(tmp_path, suffix, text)
            if taken > 1.0:  # some 50 times what it should take
                longer = seconds(tmp_path, suffix, text + unit * (LENGTH // len(unit)))
                if longer > 3 * taken:
                    slow[unit] = taken
    assert not slow
