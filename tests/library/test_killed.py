"""`rag add` killed at random moments while files change: the next run ends where an undisturbed one does."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

import pytest

from rag import index, ingest, library
from rag.backends.fakes import FakeEmbedder
from rag.index import LocalStore
from tests.library.test_keeping_in_step import WORDS, write

REPOSITORY = Path(__file__).resolve().parents[2]
EMBEDDER = FakeEmbedder(32)

PROGRAM = """
import sys
from pathlib import Path
from rag import library
from tests.library.test_killed import EMBEDDER, opened

if __name__ == "__main__":
    store = opened(Path(sys.argv[2]))
    print("ready", flush=True)
    library.add([Path(sys.argv[1])], store, EMBEDDER)
"""


def opened(folder: Path) -> LocalStore:
    return index.open(
        folder,
        embedder_name=EMBEDDER.name,
        embedder_digest=EMBEDDER.digest,
        dimension=EMBEDDER.dimension,
        splitter=ingest.SPLITTER,
    )


def text(chance: random.Random, number: int) -> str:
    return f"# Note {number}\n\n" + " ".join(chance.choices(WORDS, k=40)).capitalize() + ".\n"


@pytest.mark.slow
def test_killed_at_random_moments_it_ends_where_an_undisturbed_run_does(tmp_path: Path) -> None:
    chance = random.Random(3)
    docs = tmp_path / "docs"
    for number in range(30):
        write(docs / f"{number}.md", text(chance, number))
    killed = 0
    for round_ in range(6):
        for number in chance.sample(range(30), 8):
            write(docs / f"{number}.md", text(chance, number), age=5 + round_)
        for number in chance.sample(range(30), 2):
            (docs / f"{number}.md").unlink(missing_ok=True)
        process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, str(docs), str(tmp_path / "library")],
            stdout=subprocess.PIPE,
            text=True,
            cwd=REPOSITORY,
        )
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        try:
            process.wait(timeout=chance.uniform(0, 0.4))
        except subprocess.TimeoutExpired:
            process.kill()
            killed += 1
        process.communicate()
    assert killed
    store, fresh = opened(tmp_path / "library"), opened(tmp_path / "fresh")
    library.sync(store, EMBEDDER) if store.entries("folder") else library.add([docs], store, EMBEDDER)
    library.add([docs], fresh, EMBEDDER)
    paths = [one.source.path for one in store.listings()]
    assert sorted(paths) == sorted(map(str, docs.iterdir()))
    assert store.fingerprint() == fresh.fingerprint()
    assert library.sync(store, EMBEDDER).unchanged == len(paths)


def test_the_fingerprint_tells_any_difference(tmp_path: Path) -> None:
    write(tmp_path / "docs" / "a.md", "# A\n\nThe castle is old.")
    one, other = opened(tmp_path / "one"), opened(tmp_path / "other")
    for store in (one, other):
        library.add([tmp_path / "docs"], store, EMBEDDER)
    assert one.fingerprint() == other.fingerprint()
    write(tmp_path / "docs" / "a.md", "# A\n\nThe castle was old.")
    library.sync(other, EMBEDDER)
    assert one.fingerprint() != other.fingerprint()
    library.sync(one, None)
    assert one.fingerprint() != other.fingerprint()
    library.sync(one, EMBEDDER)
    assert one.fingerprint() == other.fingerprint()
