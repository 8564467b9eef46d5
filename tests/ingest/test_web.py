# ruff: noqa: E501, S104 - a table of addresses; nothing is bound to them
"""A page is fetched only from public addresses, and only so much of it."""

from __future__ import annotations

import contextlib
import gzip
import shutil
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from fixture_files import HTML, sample_pdf

from rag.errors import ReadError
from rag.ingest import web
from rag.ingest.reading import identity

ANSWERS = {
    "/notes": ("text/plain", "identity", b"The bridge opens in May. " * 5),
    "/cyrillic": ("text/plain; charset=koi8-r", "identity", ("Мост откроют в мае. " * 9).encode("koi8-r")),
    "/packed": ("text/html", "gzip", gzip.compress(HTML.encode())),
}


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path == "/loop":
            self.send_response(302)
            self.send_header("Location", "/loop")
            self.end_headers()
        elif self.path == "/away":
            self.send_response(302)
            self.send_header("Location", "http://169.254.169.254/latest/meta-data")
            self.end_headers()
        elif self.path.startswith("/missing"):
            self.send_error(404)
        elif self.path in ANSWERS:
            kind, packing, data = ANSWERS[self.path]
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Encoding", packing)
            self.end_headers()
            self.wfile.write(data)
        elif self.path == "/drip":
            self.send_response(200)
            self.end_headers()
            with contextlib.suppress(OSError):
                for _ in range(40):
                    self.wfile.write(b"words ")
                    time.sleep(0.05)
        else:
            data = sample_pdf() if self.path == "/plan.pdf" else HTML.encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/pdf" if self.path == "/plan.pdf" else "text/html")
            self.end_headers()
            self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    running = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=running.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{running.server_address[1]}"
    running.shutdown()
    running.server_close()
    thread.join()


def local(address: str) -> bool:
    return address == "127.0.0.1"


def test_a_page_keeps_its_address_as_its_source(server: str) -> None:
    page = web.read_url(f"{server}/news/bridge?x=ü#costs", allowed=local)
    (document,) = page.documents
    assert page.url == document.source.path == f"{server}/news/bridge?x=ü"
    assert document.id == identity(page.url)
    assert document.source.title == "Bridge vote"
    (document,) = web.read_url(f"{server}/plan.pdf", allowed=local).documents
    assert document.places[1].page == 2
    (document,) = web.read_url(f"{server}/notes", allowed=local).documents
    assert document.source.title == "notes"


def test_the_charset_that_the_server_states_is_believed(server: str) -> None:
    (document,) = web.read_url(f"{server}/cyrillic", allowed=local).documents
    assert "Мост откроют в мае" in document.text


def test_packed_answers_are_unpacked_within_the_limit(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    (document,) = web.read_url(f"{server}/packed", allowed=local).documents
    assert document.source.title == "Bridge vote"
    monkeypatch.setattr(web, "MOST_BYTES", len(HTML) - 1)
    with pytest.raises(ReadError, match="larger than"):
        web.read_url(f"{server}/packed", allowed=local)


def test_a_name_with_one_private_address_among_public_ones_is_refused(
    server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = int(server.rpartition(":")[2])
    both = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (a, port)) for a in ("93.184.216.34", "10.0.0.7")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: both)
    with pytest.raises(ReadError, match=r"private address \(10\.0\.0\.7\)"):
        web.read_url(f"http://news.example:{port}/")


def test_an_answer_that_drips_is_given_up(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web, "_MOST_SECONDS", 0.3)
    with pytest.raises(ReadError, match="took longer"):
        web.read_url(f"{server}/drip", allowed=local)


def test_private_addresses_are_refused(server: str) -> None:
    with pytest.raises(ReadError, match="private address"):
        web.read_url(server)
    with pytest.raises(ReadError, match="private address"):
        web.read_url(server.replace("127.0.0.1", "localhost"))


def test_a_redirect_to_a_private_address_is_refused(server: str) -> None:
    with pytest.raises(ReadError, match="private address"):
        web.read_url(f"{server}/away", allowed=local)


@pytest.mark.parametrize(
    ("path", "reason"),
    [("/loop", "redirects more than"), ("/missing", "answered 404"), ("/missing\n", "could not|404")],
)
def test_what_cannot_be_fetched_is_said(server: str, path: str, reason: str) -> None:
    with pytest.raises(ReadError, match=reason):
        web.read_url(f"{server}{path}", allowed=local)


@pytest.mark.skipif(shutil.which("openssl") is None, reason="needs openssl to make a certificate")
def test_certificates_are_checked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    certificate, key = tmp_path / "certificate.pem", tmp_path / "key.pem"
    command = "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext".split()
    command += ["subjectAltName=DNS:localhost", "-out", str(certificate), "-keyout", str(key)]
    subprocess.run(command, check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    running = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    running.socket = context.wrap_socket(running.socket, server_side=True)
    thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    monkeypatch.setattr(running, "handle_error", lambda *_: None)  # it is refused: no traceback is wanted
    address = (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", running.server_address[1]))
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [address])
    try:
        url = f"https://localhost:{running.server_address[1]}/bridge"
        with pytest.raises(ReadError, match="certificate"):
            web.read_url(url, allowed=local)
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        assert web.read_url(url, allowed=local).documents[0].source.title == "Bridge vote"
        with pytest.raises(ReadError, match="certificate"):
            web.read_url(url.replace("localhost", "other.example"), allowed=local)
    finally:
        running.shutdown()
        running.server_close()
        thread.join()


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "ftp://example.org/a", "http://", "nonsense", "http://u:p@example.org/"]
)
def test_other_schemes_and_passwords_are_refused(url: str) -> None:
    with pytest.raises(ReadError):
        web.read_url(url)


def test_a_page_that_is_too_large_is_refused(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web, "MOST_BYTES", 100)
    with pytest.raises(ReadError, match="larger than"):
        web.read_url(server, allowed=local)


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.1.2.3", "192.168.1.1", "172.16.0.1", "169.254.169.254", "0.0.0.0", "100.64.0.1", "224.0.0.1", "::1",
     "fe80::1%eth0", "fc00::1", "::ffff:127.0.0.1", "2002:7f00:1::", "64:ff9b::7f00:1", "::", "255.255.255.255"],
)  # fmt: skip
def test_addresses_that_are_not_public(address: str) -> None:
    assert not web.is_public(address)


@pytest.mark.parametrize(
    "address", ["93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946", "::ffff:93.184.216.34"]
)
def test_addresses_that_are_public(address: str) -> None:
    assert web.is_public(address)
