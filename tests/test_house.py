"""The architecture, held against the code."""

import os
import socket
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY, OutsideConnection


def _run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False, timeout=120)


def test_rooms_import_in_one_direction() -> None:
    checked = _run(str(Path(sys.executable).with_name("lint-imports")))
    assert checked.returncode == 0, checked.stdout


def test_help_loads_no_model_library() -> None:
    heavy = ("torch", "sentence_transformers", "transformers", "faiss", "onnxruntime", "llama_cpp", "gradio")
    code = f"import sys, rag.present.cli; print([name for name in {heavy} if name in sys.modules])"
    assert _run(sys.executable, "-c", code).stdout.strip() == "[]"


def test_a_test_that_reaches_outside_fails() -> None:
    with socket.socket() as outside, pytest.raises(OutsideConnection):
        outside.connect(("192.0.2.1", 80))


def test_every_ruff_exception_has_its_reason() -> None:
    lines = (REPOSITORY / "pyproject.toml").read_text("utf-8").splitlines()
    start = lines.index("ignore = [")
    ignored = lines[start + 1 : lines.index("]", start)]
    assert ignored
    assert all("#" in line for line in ignored)


def test_no_file_of_the_package_is_over_three_hundred_lines() -> None:
    long = {
        str(path.relative_to(REPOSITORY)): count
        for path in (REPOSITORY / "rag").rglob("*.py")
        if (count := len(path.read_text("utf-8").splitlines())) > 300
    }
    assert long == {}


def test_what_carries_weights_is_pinned_by_digest() -> None:
    models = tomllib.loads((REPOSITORY / "models" / "models.toml").read_text("utf-8"))
    files = [file for card in models.values() for file in card.get("files", [])]
    assert files
    unpinned = [file["name"] for file in files if len(file.get("sha256", "")) != 64]
    assert unpinned == ["judge.json"]  # no weights: measuring the judge writes its thresholds there
    requirements = (REPOSITORY / "models" / "requirements.txt").read_text("utf-8")
    assert requirements.count("==") == requirements.count("--hash=sha256:")


@pytest.mark.skipif(os.name == "nt", reason="file modes are a Unix matter")
def test_the_ci_script_can_be_run() -> None:
    assert os.access(REPOSITORY / ".ci" / "run", os.X_OK)
