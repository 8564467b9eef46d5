"""Bad input as a person meets it: one clear line each in the summary of `rag add`, and its exit code."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from rag.present.cli import app
from tests.conftest import REPOSITORY
from tests.index.test_crashes import HOLDER, start
from tests.library.test_keeping_in_step import WORDS, write


def rag(library: Path, *arguments: object, before: tuple[str, ...] = ()) -> subprocess.CompletedProcess[str]:
    command = [*before, sys.executable, "-m", "rag", "--library", str(library), *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=REPOSITORY)
    assert "Traceback" not in done.stderr
    return done


def line(done: subprocess.CompletedProcess[str], words: str) -> str:
    """The only line of the summary that says this."""
    (found,) = [one for one in done.stdout.splitlines() if words in one]
    return found


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    write(tmp_path / "docs" / "good.txt", "The castle is old. Nobody knows its builder.")
    return tmp_path / "docs"


def test_each_bad_file_has_one_line_and_the_good_ones_get_in(docs: Path, tmp_path: Path) -> None:
    with (docs / "line.txt").open("wb") as file:
        file.seek(200 * 2**20)
        file.write(b"x")
    (docs / "noise.txt").write_bytes(bytes(range(256)) * 40)
    (docs / "cut.pdf").write_bytes(b"%PDF-1.7 and no more")
    (docs / "nuls.txt").write_bytes(b"One\0two three. " + b"Four words are here. " * 20)
    (docs / "half.json").write_bytes(b'{"a": "x \\ud800 y and more words"}')
    done = rag(tmp_path / "library", "add", docs, "--text-only")
    assert done.returncode == 0  # the folder that was asked for is in
    assert done.stdout.splitlines()[0] == "3 added, 3 skipped."
    assert "200 MB; the limit is 128 MB" in line(done, "line.txt")
    assert "binary" in line(done, "noise.txt")
    assert "broken" in line(done, "cut.pdf")
    assert "cannot be stored were replaced" in line(done, "nuls:")
    assert "cannot be stored were replaced" in line(done, "half:")
    assert done.stderr == ""


def test_what_was_named_and_failed_gives_exit_code_1(docs: Path, tmp_path: Path) -> None:
    (docs / "noise.txt").write_bytes(bytes(range(256)) * 40)
    done = rag(tmp_path / "library", "add", docs / "noise.txt", docs / "good.txt", "--text-only")
    assert done.returncode == 1
    assert done.stdout.splitlines()[0] == "1 added, 1 skipped."
    assert "binary" in line(done, "noise.txt")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps permissions elsewhere")
def test_permission_denied_is_said(docs: Path, tmp_path: Path) -> None:
    write(docs / "secret.txt", "The river is deep.")
    write(docs / "closed" / "a.txt", "The tower is high.")
    (docs / "secret.txt").chmod(0)
    (docs / "closed").chmod(0)
    before: tuple[str, ...] = ()
    if os.access(docs / "secret.txt", os.R_OK):  # root may read everything, unless it gives that right up
        if shutil.which("setpriv") is None:
            pytest.skip("this user may read everything, and there is no setpriv to change that")
        rights = "-dac_override,-dac_read_search"
        before = ("setpriv", f"--bounding-set={rights}", f"--inh-caps={rights}")
    try:
        done = rag(tmp_path / "library", "add", docs, "--text-only", before=before)
        assert done.returncode == 0
        assert done.stdout.splitlines()[0] == "1 added, 2 skipped."
        assert "permitted" in line(done, "secret.txt")
        assert "permission denied" in line(done, "closed")
        assert (
            rag(tmp_path / "library", "add", docs / "secret.txt", "--text-only", before=before).returncode
            == 1
        )
    finally:
        (docs / "closed").chmod(0o755)


def test_two_processes_that_add_at_once(docs: Path, tmp_path: Path) -> None:
    rag(tmp_path / "library", "add", docs, "--text-only")
    write(docs / "new.txt", "The market is loud.")
    first = start(HOLDER_OF_ANY, str(tmp_path / "library"))
    try:
        done = rag(tmp_path / "library", "add", docs, "--text-only")
        assert done.returncode == 1
        assert done.stderr.count("\n") == 1
        assert "Another process" in done.stderr
        assert rag(tmp_path / "library", "list").returncode == 0
    finally:
        first.communicate()
    assert rag(tmp_path / "library", "add", docs, "--text-only").stdout.startswith("1 added, 1 unchanged.")


HOLDER_OF_ANY = HOLDER.replace(", **KNOWN", "")


@pytest.mark.skipif(shutil.which("unshare") is None, reason="needs unshare to mount a small disk")
def test_a_full_disk_is_one_line_and_exit_code_1(tmp_path: Path) -> None:
    for number in range(60):
        write(tmp_path / "docs" / f"{number}.md", f"# Note {number}\n\n" + " ".join(WORDS) * 20 + ".\n")
    (tmp_path / "disk").mkdir()
    script = (
        'mount -t tmpfs -o size=16m tmpfs "$1" || exit 77; head -c 16200000 /dev/zero > "$1/ballast"; '
        '"$2" -m rag --library "$1" add "$3" --text-only; code=$?; rm "$1/ballast"; '
        '"$2" -m rag --library "$1" add "$3" --text-only && exit $((code + 40))'
    )
    paths = map(str, (tmp_path / "disk", sys.executable, tmp_path / "docs"))
    done = subprocess.run(
        ["unshare", "-rm", "sh", "-c", script, "sh", *paths],
        capture_output=True, text=True, check=False, cwd=REPOSITORY,
    )  # fmt: skip
    if done.returncode == 77 or (done.returncode == 1 and "unshare" in done.stderr):
        pytest.skip("no small disk can be mounted here")
    assert done.returncode == 41, done.stderr
    assert done.stderr.count("\n") == 1
    assert "No space is left" in done.stderr
    assert "added" in done.stdout


@pytest.mark.models
def test_the_doctor_warns_of_languages_that_the_model_does_not_know(tmp_path: Path) -> None:
    text = "Der Hafen wurde im Frühjahr gebaut, und niemand weiß, wer den Turm entworfen hat. "
    write(tmp_path / "docs" / "hafen.txt", text * 3)
    write(
        tmp_path / "docs" / "harbour.txt",
        "The harbour was built in the spring, and nobody knows by whom. " * 3,
    )
    library = str(tmp_path / "library")
    assert (
        CliRunner()
        .invoke(app, ["--library", library, "add", str(tmp_path / "docs"), "--text-only"])
        .exit_code
        == 0
    )
    told = CliRunner().invoke(app, ["--library", library, "doctor"]).stdout
    assert "note  languages: bge-small-en does not know de: found by words only" in told
    assert "rag models use multilingual-e5-small" in told
