"""Downloads, against a server on this machine that speaks the hub's protocol."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from typer.testing import CliRunner

from rag.backends import digests, hub, models
from rag.errors import ModelError
from rag.present.cli import app

DATA = bytes(range(256)) * 8192
SHA = hashlib.sha256(DATA).hexdigest()


@dataclass
class Hub:
    """What the server serves and how it misbehaves."""

    data: bytes = DATA
    cut_after: int = 0
    """Bytes after which a connection breaks, each time; 0 for never."""
    ignores_ranges: bool = False
    ranges: list[str] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    url: str = ""


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    state = Hub()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            state.paths.append(self.path)
            if "/resolve/" in self.path:
                if not self.path.startswith("/owner/name/resolve/main/"):
                    self.send_error(404)
                    return
                self.send_response(302)
                self.send_header("X-Linked-ETag", f'"{SHA}"')
                self.send_header("Location", f"/cdn/{SHA}")
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            asked = self.headers.get("Range", "")
            state.ranges.append(asked)
            start = int(asked.removeprefix("bytes=").rstrip("-")) if asked and not state.ignores_ranges else 0
            if start >= len(state.data) and asked:
                self.send_error(416)
                return
            body = state.data[start:]
            self.send_response(206 if start else 200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body[: state.cut_after] if state.cut_after else body)

        def log_message(self, *_: object) -> None:
            pass

    served = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=served.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    state.url = f"http://127.0.0.1:{served.server_port}"
    monkeypatch.setattr(models, "downloads", lambda: tmp_path / "models")
    monkeypatch.setattr(digests, "_file", lambda: tmp_path / "digests.json")
    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    yield state
    served.shutdown()
    served.server_close()
    thread.join()


def a_card(sha256: str = SHA, size: int = len(DATA), repository: str = "owner/name") -> models.ModelCard:
    files = (models.WeightFile("model.gguf", size, sha256),)
    return models.ModelCard("tiny", "generator", "gguf", files, repository=repository, folder="sub dir")


def nothing(file: str, done: int, total: int) -> None:
    pass


def test_a_model_is_brought_checked_and_ready_and_progress_reaches_the_end(server: Hub) -> None:
    seen: list[tuple[str, int, int]] = []
    folder = hub.pull(a_card(), lambda *step: seen.append(step), server.url)
    assert (folder / "model.gguf").read_bytes() == DATA
    assert models.check(a_card()).state == "ready"
    assert seen[0] == ("model.gguf", 0, len(DATA))
    assert seen[-1] == ("model.gguf", len(DATA), len(DATA))
    assert server.paths[0] == "/owner/name/resolve/main/sub%20dir/model.gguf"


def test_what_is_here_already_is_not_asked_for_again(server: Hub) -> None:
    hub.pull(a_card(), nothing, server.url)
    asked = len(server.paths)
    hub.pull(a_card(), nothing, server.url)
    assert len(server.paths) == asked


def test_a_broken_connection_is_continued_where_it_ended(server: Hub) -> None:
    server.cut_after = 900_000
    folder = hub.pull(a_card(), nothing, server.url)
    assert (folder / "model.gguf").read_bytes() == DATA
    assert server.ranges == ["", "bytes=900000-", "bytes=1800000-"]


def test_an_interrupted_download_is_continued_by_the_next_command(server: Hub, tmp_path: Path) -> None:
    partial = tmp_path / "models" / "tiny" / "model.gguf.part"
    partial.parent.mkdir(parents=True)
    partial.write_bytes(DATA[:1000])
    hub.pull(a_card(), nothing, server.url)
    assert server.ranges == ["bytes=1000-"]
    assert (partial.parent / "model.gguf").read_bytes() == DATA
    assert not partial.exists()


def test_a_server_that_knows_no_ranges_begins_anew(server: Hub, tmp_path: Path) -> None:
    server.ignores_ranges = True
    partial = tmp_path / "models" / "tiny" / "model.gguf.part"
    partial.parent.mkdir(parents=True)
    partial.write_bytes(b"something else")
    folder = hub.pull(a_card(), nothing, server.url)
    assert (folder / "model.gguf").read_bytes() == DATA


def test_another_file_than_the_list_names_is_deleted_and_refused(server: Hub, tmp_path: Path) -> None:
    server.data = DATA[:-1] + b"!"
    with pytest.raises(ModelError, match="sha256 differs"):
        hub.pull(a_card(), nothing, server.url)
    assert list((tmp_path / "models" / "tiny").glob("model*")) == []


def test_a_file_in_no_list_is_checked_by_the_digest_that_the_hub_names(server: Hub) -> None:
    card = hub.card_of("owner/name:deep/model.gguf")
    assert card.files[0].sha256 == ""
    server.data = b"changed since the hub took its digest"
    with pytest.raises(ModelError, match="sha256 differs"):
        hub.pull(card, nothing, server.url)
    server.data = DATA
    assert (hub.pull(card, nothing, server.url) / "model.gguf").read_bytes() == DATA


def test_a_name_that_the_hub_does_not_know_is_said_at_once(server: Hub) -> None:
    with pytest.raises(ModelError, match="answers 404"):
        hub.pull(a_card(repository="owner/other"), nothing, server.url)
    assert len(server.paths) == 1


def test_no_connection_is_a_clean_error_that_says_the_download_continues(server: Hub) -> None:
    with pytest.raises(ModelError, match="Run the same command again; it continues"):
        hub.pull(a_card(), nothing, "http://127.0.0.1:9")


def test_the_command_brings_a_file_of_the_hub_that_can_then_be_used(
    server: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("RAG_GENERATOR", raising=False)
    library = ["--library", str(tmp_path / "library")]
    call = [*library, "models", "pull", "owner/name:model.gguf", "--endpoint", server.url, "--json"]
    done = CliRunner().invoke(app, call)
    assert done.exit_code == 0, done.output
    brought = json.loads(done.stdout)
    assert Path(brought["use"]).read_bytes() == DATA
    assert CliRunner().invoke(app, [*library, "models", "use", brought["use"]]).exit_code == 0


def test_offline_means_offline(server: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(ModelError, match="HF_HUB_OFFLINE"):
        hub.pull(a_card(), nothing, server.url)
    assert server.paths == []


def test_the_endpoint_can_be_set_in_the_environment(server: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_ENDPOINT", server.url + "/")
    hub.pull(a_card(), nothing)
    assert server.ranges == [""]


@pytest.mark.parametrize(
    "address", ["tiny", "a/b", "a/b:../x.gguf", "a/b:/etc/x.gguf", "a/b:x.bin", "a/b/c:x.gguf"]
)
def test_an_address_that_is_not_owner_name_and_file_is_refused(address: str) -> None:
    with pytest.raises(ModelError, match="OWNER/NAME:FILE"):
        hub.card_of(address)


@pytest.mark.parametrize("endpoint", ["file:///etc", "ftp://example.org", "huggingface.co"])
def test_only_http_addresses_are_endpoints(endpoint: str, server: Hub) -> None:
    with pytest.raises(ModelError, match="no http address"):
        hub.pull(a_card(), nothing, endpoint)
