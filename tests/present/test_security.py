"""What the page refuses: foreign hosts, other sites, unknown addresses, oversized bodies."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import pytest

from rag.present.ui.security import BODY_LIMIT, CONTENT_SECURITY_POLICY, Guard

UPLOAD = 10 * BODY_LIMIT


@dataclass
class Reply:
    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    seen: MutableMapping[str, Any] = field(default_factory=dict)
    read: int = 0


def _finish(work: Coroutine[Any, Any, None]) -> None:
    """Run a coroutine to its end in a thread: the browser tests leave an event loop running in this one."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, work).result()


def request(
    path: str = "/",
    method: str = "GET",
    body: bytes = b"",
    root_path: str = "",
    **headers: str,
) -> Reply:
    """One request to a guarded application that reads its body and answers 200."""
    reply = Reply()

    async def inner(scope: Any, receive: Any, send: Any) -> None:
        reply.seen = scope
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            reply.read += len(message["body"])
            if not message.get("more_body"):
                break
        start = {"type": "http.response.start", "status": 200, "headers": [(b"server", b"x")]}
        await send(start)
        await send({"type": "http.response.body", "body": b""})

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            reply.status = message["status"]
            reply.headers = {name.decode(): value.decode() for name, value in message["headers"]}

    values = {"host": "127.0.0.1:7860", **{name.replace("_", "-"): value for name, value in headers.items()}}
    scope = {
        "type": "http",
        "path": path,
        "raw_path": path.encode(),
        "method": method,
        "headers": [(name.encode(), value.encode()) for name, value in values.items()],
    }
    guard = Guard(inner, ("127.0.0.1", "localhost", "[::1]"), UPLOAD, root_path)
    _finish(guard(scope, receive, send))
    return reply


def test_every_answer_carries_the_strict_policy() -> None:
    for reply in (request(), request("/nowhere"), request(host="evil.example")):
        assert reply.headers["content-security-policy"] == CONTENT_SECURITY_POLICY
        assert reply.headers["x-content-type-options"] == "nosniff"
        assert reply.headers["referrer-policy"] == "no-referrer"
        assert "server" not in reply.headers
    assert "unsafe" not in CONTENT_SECURITY_POLICY
    assert "http" not in CONTENT_SECURITY_POLICY


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost:99", "LOCALHOST", "[::1]:7860"])
def test_the_page_answers_to_its_own_names(host: str) -> None:
    assert request(host=host).status == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example:7860", "", "localhost.evil.example"]
)
def test_a_foreign_host_is_refused(host: str) -> None:
    assert request(host=host).status == 400


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_other_sites_can_neither_read_nor_change_anything(site: str) -> None:
    assert request("/library", sec_fetch_site=site, sec_fetch_mode="no-cors").status == 403
    assert request("/documents/x", "DELETE", sec_fetch_site=site).status == 403
    assert request("/gradio_api/call/ask", "POST", origin="http://evil.example").status == 403
    assert request("/gradio_api/call/ask", "POST", origin="null").status == 403
    assert request("/gradio_api/call/ask", "POST", origin="http://127.0.0.1:7860").status == 200


def test_a_link_from_another_site_still_opens_the_page() -> None:
    assert request("/", sec_fetch_site="cross-site", sec_fetch_mode="navigate").status == 200


@pytest.mark.parametrize(
    "path",
    [
        "/gradio_api/upload",
        "/gradio_api/file=/etc/passwd",
        "/gradio_api/proxy=http://evil.example",
        "/gradio_api/component_server",
        "/monitoring",
        "/login",
        "/docs",
        "/openapi.json",
        "/file=/etc/passwd",
        "/svelte/x.js",
    ],
)
def test_what_the_page_does_not_need_is_shut(path: str) -> None:
    assert request(path).status == 404


def test_a_body_longer_than_a_question_is_refused_whether_it_says_so_or_not() -> None:
    body = b"x" * (BODY_LIMIT + 1)
    assert request("/gradio_api/call/ask", "POST", body, content_length=str(len(body))).status == 413
    silent = request("/gradio_api/call/ask", "POST", body)
    assert (silent.status, silent.read) == (0, 0)
    assert request("/library/files/a.txt", "PUT", body).read == len(body)


def test_a_length_that_is_no_number_is_refused() -> None:
    assert request("/gradio_api/call/ask", "POST", content_length="many").status == 400


@pytest.mark.parametrize("path", ["/reading/library", "/library"])
def test_a_proxy_may_strip_its_path_or_pass_it_on(path: str) -> None:
    assert request(path, root_path="/reading/").seen["path"] == "/library"


def test_websockets_are_not_answered() -> None:
    async def inner(scope: Any, receive: Any, send: Any) -> None:
        raise AssertionError("reached")

    async def nothing(*_: Any) -> Any:
        raise AssertionError("used")

    _finish(Guard(inner, ("localhost",), UPLOAD)({"type": "websocket"}, nothing, nothing))
