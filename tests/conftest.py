"""What every test gets: no network beyond this machine, and a library folder of its own."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

LOCAL = ("127.0.0.1", "::1", "localhost", "0.0.0.0")  # noqa: S104 - compared with, never bound to
REPOSITORY = Path(__file__).resolve().parents[1]
SHARED = REPOSITORY.parent / "shared"

os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"

# A commit passes or fails, never sometimes: `pytest --hypothesis-profile=explore` looks further.
settings.register_profile("same", derandomize=True)
settings.register_profile("explore", max_examples=3000, deadline=None)
settings.load_profile("same")


class OutsideConnection(AssertionError):
    """A test tried to reach another machine."""


@pytest.fixture(autouse=True)
def _nothing_leaves_the_machine(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> Any:
        if isinstance(address, tuple) and address[0] not in LOCAL:
            raise OutsideConnection(f"connect to {address}")
        return connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)
    return


@pytest.fixture(autouse=True)
def _own_library(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No test reads or changes the library of the person who runs it."""
    monkeypatch.setenv("RAG_LIBRARY", str(tmp_path / "library"))


@pytest.fixture(scope="session")
def evaldata() -> Path:
    return _shared("evaldata")


@pytest.fixture(scope="session")
def raw_seeds() -> Path:
    return _shared("seeds")


def _shared(name: str) -> Path:
    folder = SHARED / name
    if not folder.is_dir():
        pytest.skip(f"{folder} is absent: the public data is not part of the repository")
    return folder
