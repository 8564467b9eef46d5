"""`rag add`, `sync`, `list`, `remove`, `show`, `rebuild` as a person or a script calls them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from rag.present.cli import app
from tests.library.test_keeping_in_step import WORDS, write


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    for number in range(3):
        write(
            tmp_path / "docs" / f"{WORDS[number]}.txt",
            f"The {WORDS[number]} is old. Nobody knows its builder.",
        )
    return tmp_path / "docs"


@pytest.fixture
def rag(tmp_path: Path) -> Any:
    def called(*arguments: object) -> Result:
        return CliRunner().invoke(app, ["--library", str(tmp_path / "library"), *map(str, arguments)])

    return called


def values(result: Result) -> Any:
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return json.loads(result.stdout)


def test_add_list_show_remove(rag: Any, docs: Path) -> None:
    added = rag("add", docs, "--text-only")
    assert added.exit_code == 0
    assert added.stdout.startswith("3 added.\n")
    listed = values(rag("list", "--json"))
    assert [Path(one["path"]).stem for one in listed] == sorted(WORDS[:3])
    assert [one["title"] for one in values(rag("list", "bridge", "--json"))] == [
        one["title"] for one in listed if "bridge" in one["path"]
    ]
    assert "3 documents" in rag("list").stdout
    document = listed[0]["document"]
    whole = values(rag("show", document, "--json"))
    part = values(rag("show", "bridge.txt", "--start", 4, "--end", 10, "--json"))
    assert part["text"] == whole["text"][4:10] == "bridge"
    assert rag("show", document).stdout == whole["text"] + "\n"
    assert values(rag("remove", document, "--json"))["removed"] == 1
    assert len(values(rag("list", "--json"))) == 2
    assert values(rag("sync", "--text-only", "--json"))["unchanged"] == 2


def test_the_summary_in_json_has_every_count_and_reason(rag: Any, docs: Path) -> None:
    write(docs / "empty.txt", "")
    write(docs / ".hidden", "x")
    told = values(rag("add", docs, "--text-only", "--json"))
    assert {name: told[name] for name in ("added", "updated", "moved", "removed", "unchanged")} == {
        "added": 3, "updated": 0, "moved": 0, "removed": 0, "unchanged": 0,
    }  # fmt: skip
    assert told["skipped"][0]["path"].endswith("empty.txt")
    assert told["skipped"][0]["reason"]
    assert told["left_out"] == {"hidden": 1}
    assert told["waiting"] == 3


def test_a_dry_run_makes_no_library(rag: Any, docs: Path, tmp_path: Path) -> None:
    told = values(rag("add", docs, "--dry-run", "--json"))
    assert (told["added"], told["dry_run"]) == (3, True)
    assert not (tmp_path / "library").exists()
    assert "would be added" in rag("add", docs, "--dry-run").stdout


def test_exit_codes(rag: Any, docs: Path, tmp_path: Path) -> None:
    def code(*arguments: object) -> int:
        result = subprocess.run(
            [sys.executable, "-m", "rag", "--library", str(tmp_path / "library"), *map(str, arguments)],
            capture_output=True,
            text=True,
            check=False,
        )
        if result.returncode:
            assert result.stderr.count("\n") == 1 or result.returncode == 1, result.stderr
            assert "Traceback" not in result.stderr
        return result.returncode

    (tmp_path / "empty").mkdir()
    write(docs / "nothing.txt", "")
    assert code("list") == 2
    assert code("add", tmp_path / "nowhere", "--text-only") == 2
    assert code("add", tmp_path / "empty", "--text-only") == 0
    assert code("add", docs, "--text-only") == 0
    assert code("add", docs / "nothing.txt", "--text-only") == 1
    assert code("remove", "nothing-like-it") == 2
    assert code("show", "castle.txt", "--start", 5, "--end", 3) == 2
    assert code("show", "castle.txt", "--end", 10**9) == 2


def test_names_and_texts_cannot_command_the_terminal(rag: Any, tmp_path: Path) -> None:
    if sys.platform == "win32":
        pytest.skip("Windows has no such names")
    write(tmp_path / "docs" / "\x1b[31mred\n.txt", "Text \x1b]0;title\x07 here.")
    write(tmp_path / "docs" / "\x1b[2Jempty.txt", "")
    assert "\x1b" not in rag("add", tmp_path / "docs", "--text-only").stdout
    assert "\x1b" not in rag("list").stdout
