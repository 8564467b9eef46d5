"""Reading many files: one bad file never stops the rest."""

import itertools
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from rag import ingest
from rag.errors import ReadError


def files(folder: Path, count: int) -> list[Path]:
    paths = []
    for number in range(count):
        path = folder / f"{number:03}.txt"
        path.write_text(f"This is file number {number}.", encoding="utf-8")
        paths.append(path)
    return paths


def test_files_come_back_in_order_with_their_documents(tmp_path: Path) -> None:
    paths = files(tmp_path, 30)
    results = list(ingest.read_many(paths, workers=2))
    assert [path for path, _ in results] == paths
    assert [result[0].text for _, result in results if isinstance(result, list)] == [
        f"This is file number {number}." for number in range(30)
    ]


def test_a_bad_file_is_reported_between_good_ones(tmp_path: Path) -> None:
    good = files(tmp_path, 2)
    bad = tmp_path / "bad.pdf"
    bad.write_bytes(b"%PDF-1.4 nonsense")
    results = [
        result for _, result in ingest.read_many([good[0], bad, tmp_path / "missing", good[1]], workers=1)
    ]
    assert isinstance(results[0], list)
    assert isinstance(results[1], ReadError)
    assert isinstance(results[2], ReadError)
    assert isinstance(results[3], list)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs a pipe that never ends")
def test_a_file_that_takes_too_long_is_given_up(tmp_path: Path) -> None:
    slow = tmp_path / "slow.html"
    slow.write_bytes(b"<div>" * 300_000 + b"x")
    good = files(tmp_path, 2)
    started = time.monotonic()
    results = dict(ingest.read_many([good[0], slow, good[1]], workers=1, seconds_per_file=2))
    assert time.monotonic() - started < 30
    assert "longer than 2 seconds" in str(results[slow])
    assert isinstance(results[good[1]], list)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits address space")
def test_a_file_that_needs_too_much_memory_is_given_up(tmp_path: Path) -> None:
    big = tmp_path / "big.txt"
    big.write_bytes("ы".encode() * 50_000_000)
    good = files(tmp_path, 1)[0]
    results = dict(ingest.read_many([big, good], workers=1, memory_bytes=400 * 2**20))
    assert "memory" in str(results[big])
    assert isinstance(results[good], list)


def test_paths_are_taken_only_as_results_are(tmp_path: Path) -> None:
    path = files(tmp_path, 1)[0]
    taken = itertools.count()
    last = 0

    def endless() -> Iterator[Path]:
        nonlocal last
        while True:
            last = next(taken)
            yield path

    reading = ingest.read_many(endless(), workers=2)
    for _ in range(5):
        next(reading)
    reading.close()  # type: ignore[attr-defined]
    assert last < 15


def test_without_workers_files_are_read_in_this_process(tmp_path: Path) -> None:
    paths = files(tmp_path, 3)
    assert len(list(ingest.read_many(paths, workers=0))) == 3
