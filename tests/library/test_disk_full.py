"""A disk that fills up: one clear error, nothing half-done, and the next run goes on."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.library.test_keeping_in_step import WORDS, write

REPOSITORY = Path(__file__).resolve().parents[2]

PROGRAM = """
import sys
from pathlib import Path
from rag import library
from rag.errors import LibraryError
from tests.library.test_killed import EMBEDDER, opened

docs, folder = map(Path, sys.argv[1:])
store = opened(folder)
for _ in range(2):
    try:
        library.add([docs], store, EMBEDDER, workers=0)
        print("all in")
    except LibraryError as error:
        print("full:", error)
listed = store.listings()
print("stored", len(listed))
for one in listed:
    whole = store.document(one.document_id)
    assert all(whole.text[p.start:p.end] == p.text for p in store.passages(whole.id))
(folder / "ballast").unlink()
again = library.add([docs], store, EMBEDDER, workers=0)
print("after", again.added + again.unchanged, len(store.listings()), again.waiting)
"""


@pytest.mark.skipif(shutil.which("unshare") is None, reason="needs unshare to mount a small disk")
def test_a_full_disk_is_said_plainly_and_the_next_run_goes_on(tmp_path: Path) -> None:
    for number in range(60):
        write(tmp_path / "docs" / f"{number}.md", f"# Note {number}\n\n" + " ".join(WORDS) * 20 + ".\n")
    (tmp_path / "disk").mkdir()
    (tmp_path / "program.py").write_text(PROGRAM)
    script = (
        'mount -t tmpfs -o size=16m tmpfs "$1" || exit 77; '
        'head -c 15600000 /dev/zero > "$1/ballast"; PYTHONPATH=. exec "$2" "$3" "$4" "$1"'
    )
    paths = [tmp_path / "disk", sys.executable, tmp_path / "program.py", tmp_path / "docs"]
    done = subprocess.run(
        ["unshare", "-rm", "sh", "-c", script, "sh", *map(str, paths)],
        capture_output=True,
        text=True,
        cwd=REPOSITORY,
        check=False,
    )
    if done.returncode in (1, 77) and "Traceback" not in done.stderr:
        pytest.skip("no small disk can be mounted here")
    assert done.returncode == 0, done.stderr
    first, second, stored, after = done.stdout.splitlines()
    assert first.startswith("full:")
    assert "space" in first
    assert second.startswith("full:")
    assert 0 <= int(stored.split()[1]) < 60
    assert after == "after 60 60 0"
