"""`rag add --allow-network URL`: a page is fetched when its user says so, kept, updated and removed."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from rag import library
from rag.errors import InputError
from rag.index import LocalStore
from rag.ingest import web
from rag.present.cli import app
from tests.library.test_keeping_in_step import CountingEmbedder, counts, docs, embedder, found, store

__all__ = ["docs", "embedder", "store"]  # fixtures

PAGE = "<title>{0}</title><article><h1>{0}</h1><p>{1}</p></article>"


class Site:
    """A server that counts what it is asked for."""

    def __init__(self) -> None:
        self.pages = {"/bridge": PAGE.format("The bridge", "The drawbridge opens in May of every year.")}
        self.asked: list[str] = []
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.asked.append(self.path)
                body = site.pages.get(self.path)
                if body is None:
                    self.send_error(404)
                    return
                self.send_response(200)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.end_headers()
                self.wfile.write(body.encode())

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"


@pytest.fixture
def site() -> Iterator[Site]:
    site = Site()
    thread = threading.Thread(target=site.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield site
    site.server.shutdown()
    site.server.server_close()
    thread.join()


def here(address: str) -> bool:
    return address == "127.0.0.1"


def test_a_url_without_the_flag_is_refused_before_anything_is_asked(
    store: LocalStore, docs: Path, embedder: CountingEmbedder, site: Site
) -> None:
    with pytest.raises(InputError, match="--allow-network") as refused:
        library.add([docs, f"{site.url}/bridge"], store, embedder, reachable=here)
    assert refused.value.exit_code == 2
    assert site.asked == []
    assert store.listings() == []


def test_a_page_is_kept_and_never_fetched_again_by_sync(
    store: LocalStore, docs: Path, embedder: CountingEmbedder, site: Site
) -> None:
    url = f"{site.url}/bridge"
    summary = library.add([docs, f"{url}#top"], store, embedder, allow_network=True, reachable=here)
    assert counts(summary) == {"added": 7}
    assert summary.waiting == 0
    (hit,) = store.search_words("drawbridge", 5)
    assert (hit.passage.source.path, hit.passage.source.title) == (url, "The bridge")
    site.pages.clear()
    assert counts(library.sync(store, embedder)) == {"unchanged": 6}
    assert counts(library.add([docs], store, embedder)) == {"unchanged": 6}
    assert found(store, "drawbridge") == {"bridge"}
    assert site.asked == ["/bridge"]


def test_adding_it_again_updates_it(store: LocalStore, embedder: CountingEmbedder, site: Site) -> None:
    url = f"{site.url}/bridge"
    library.add([url], store, embedder, allow_network=True, reachable=here)
    again = library.add([url], store, embedder, allow_network=True, reachable=here)
    assert counts(again) == {"unchanged": 1}
    site.pages["/bridge"] = PAGE.format("The bridge", "The footbridge never opens.")
    again = library.add([url], store, embedder, allow_network=True, reachable=here)
    assert counts(again) == {"updated": 1}
    assert found(store, "footbridge") == {"bridge"}
    assert found(store, "drawbridge") == set()
    assert len(store.listings()) == 1


def test_a_page_that_cannot_be_had_again_stays_as_it_was(
    store: LocalStore, embedder: CountingEmbedder, site: Site
) -> None:
    url = f"{site.url}/bridge"
    library.add([url], store, embedder, allow_network=True, reachable=here)
    site.pages.clear()
    summary = library.add([url], store, embedder, allow_network=True, reachable=here)
    assert summary.failed == [url]
    assert "404" in summary.skipped[0][1]
    assert found(store, "drawbridge") == {"bridge"}


def test_a_page_is_removed_by_its_address_and_only_that_page(
    store: LocalStore, embedder: CountingEmbedder, site: Site
) -> None:
    site.pages["/bridge/old"] = PAGE.format("The old bridge", "The chainbridge was taken down.")
    urls = [f"{site.url}/bridge", f"{site.url}/bridge/old"]
    library.add(urls, store, embedder, allow_network=True, reachable=here)
    assert library.remove(store, [f"{urls[0]}#top"]).removed == 1
    assert [one.source.path for one in store.listings()] == [urls[1]]
    assert counts(library.sync(store, embedder)) == {}


def test_a_dry_run_asks_nothing(store: LocalStore, embedder: CountingEmbedder, site: Site) -> None:
    url = f"{site.url}/bridge"
    told = library.add([url], store, embedder, allow_network=True, dry_run=True, reachable=here)
    assert (told.added, told.changes) == (1, [("fetch", url)])
    assert site.asked == []


def rag(folder: Path, *arguments: str) -> Any:
    return CliRunner().invoke(app, ["--library", str(folder), *arguments])


def test_the_command_refuses_private_addresses_whatever_it_is_told(tmp_path: Path, site: Site) -> None:
    """There is no option, setting or variable that opens them: the site of this test is out of reach."""
    done = rag(tmp_path / "library", "add", "--allow-network", "--text-only", f"{site.url}/bridge")
    assert done.exit_code == 1
    assert "private address" in done.stdout
    assert site.asked == []


def test_the_command_fetches_lists_and_removes(
    tmp_path: Path, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web, "is_public", here)
    url, folder = f"{site.url}/bridge", tmp_path / "library"
    refused = rag(folder, "add", url)
    assert isinstance(refused.exception, InputError)
    assert "rag add --allow-network" in str(refused.exception)
    assert "\n" not in str(refused.exception)
    done = rag(folder, "add", "--allow-network", "--text-only", url)
    assert (done.exit_code, done.stdout.splitlines()[0]) == (0, "1 added.")
    assert [one["path"] for one in json.loads(rag(folder, "list", "--json").stdout)] == [url]
    assert "drawbridge" in rag(folder, "show", url).stdout
    assert rag(folder, "sync", "--text-only").exit_code == 0
    assert rag(folder, "remove", url).exit_code == 0
    assert json.loads(rag(folder, "list", "--json").stdout) == []
    assert site.asked == ["/bridge"]
