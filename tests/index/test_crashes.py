"""A process that is killed at any moment, and two processes at once."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from rag import index
from rag.errors import LibraryBusy
from tests.index.making import cut, document
from tests.index.store_contract import EMBEDDER, RIVER, embed_all
from tests.index.test_lasting import KNOWN

WRITER = """
import sys
from pathlib import Path
from rag import index
from tests.index.making import cut, document
from tests.index.store_contract import EMBEDDER, embed_all
from tests.index.test_lasting import KNOWN

store = index.open(Path(sys.argv[1]), **KNOWN)
first = int(sys.argv[2])
print("ready", flush=True)
for number in range(first, first + 100000):
    text = f"Version {number} of a text about river and tower. " * 4
    whole = document(f"/{number % 40}.txt", text, title="t")
    store.replace(whole, cut(whole))
    print("stored", number, flush=True)
    if number % 7 == 3:
        embed_all(store)
        store.save_snapshot()
    if number % 11 == 5:
        store.remove([document(f"/{(number - 2) % 40}.txt", "").id])
        print("removed", number - 2, flush=True)
"""

HOLDER = """
import sys
from pathlib import Path
from rag import index
from tests.index.test_lasting import KNOWN

store = index.open(Path(sys.argv[1]), **KNOWN)
with store.writing():
    print("ready", flush=True)
    sys.stdin.read()
"""


def start(program: str, *arguments: str) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", program, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).resolve().parents[2],
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def consistent(folder: Path, acknowledged: dict[str, int], uncertain: int) -> None:
    """Every acknowledged document is there in its last version, whole, once, and found by what it says."""
    store = index.open(folder, **KNOWN)
    listed = [one.source.path for one in store.listings()]
    assert len(listed) == len(set(listed))
    for path, number in acknowledged.items():
        if number == uncertain:
            continue
        whole = store.document(document(path, "").id)
        assert f"Version {number} " in whole.text or f"Version {uncertain} " in whole.text
        assert store.passages(whole.id) == cut(whole)
    passages = {one for path in listed for one in store.passages(document(path, "").id)}
    assert {found.passage for found in store.search_words("version river tower text", 9999)} <= passages
    embed_all(store)
    found = store.search_vectors(EMBEDDER.embed_question("river"), 9999)
    assert {one.passage for one in found} == passages
    assert len(found) == len(passages) == store.status().passages
    store.close()


@pytest.mark.slow
def test_killed_at_random_moments_no_acknowledged_document_is_lost_and_all_stays_consistent(
    tmp_path: Path,
) -> None:
    chance = random.Random(7)
    acknowledged: dict[str, int] = {}
    number = 0
    for _ in range(8):
        process = start(WRITER, str(tmp_path / "library"), str(number))
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(chance.randint(1, 12))]
        time.sleep(chance.uniform(0, 0.05))
        process.kill()
        lines += process.stdout.readlines()
        process.communicate()
        for line in lines:
            verb, _, rest = line.partition(" ")
            if verb == "stored":
                number = int(rest)
                acknowledged[f"/{number % 40}.txt"] = number
            elif verb == "removed":
                acknowledged.pop(f"/{int(rest) % 40}.txt", None)
        # the change in flight when it was killed may be there or not
        for path in (f"/{(number - 2) % 40}.txt", f"/{(number + 1) % 40}.txt"):
            acknowledged.pop(path, None)
        consistent(tmp_path / "library", acknowledged, number + 1)
        number += 1
    assert number > 20


def test_a_second_writer_is_told_at_once_and_readers_are_not_held_up(tmp_path: Path) -> None:
    store = index.open(tmp_path, **KNOWN)
    whole = document("/a.txt", RIVER)
    store.replace(whole, cut(whole))
    process = start(HOLDER, str(tmp_path))
    try:
        begun = time.monotonic()
        with pytest.raises(LibraryBusy, match="Another process"):
            store.remove([whole.id])
        assert time.monotonic() - begun < 5
        assert store.search_words("river", 5)
        assert index.open(tmp_path, read_only=True).status().documents == 1
    finally:
        process.communicate()
    assert store.remove([whole.id]) == 1


def test_the_lock_of_a_killed_writer_is_free(tmp_path: Path) -> None:
    process = start(HOLDER, str(tmp_path))
    process.kill()
    process.communicate()
    whole = document("/a.txt", RIVER)
    index.open(tmp_path, **KNOWN).replace(whole, cut(whole))


def test_threads_read_and_write_at_once(tmp_path: Path) -> None:
    from concurrent.futures import ThreadPoolExecutor

    store = index.open(tmp_path, **KNOWN)

    def write(number: int) -> None:
        whole = document(f"/{number}.txt", f"{RIVER} {number}")
        store.replace(whole, cut(whole))
        embed_all(store)

    def read(number: int) -> None:
        words = store.search_words("river", 50)
        near = store.search_vectors(EMBEDDER.embed_question("river"), 50)
        for found in [*words, *near]:
            assert found.passage.text in store.document(found.passage.document_id).text

    with ThreadPoolExecutor(8) as pool:
        jobs = [pool.submit(write if number % 3 == 0 else read, number) for number in range(60)]
        for job in jobs:
            job.result()
    assert store.status().documents == 20
    assert store.status().embedded == store.status().passages
    store.close()
