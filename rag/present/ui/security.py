"""What stands between the page and everything else: one ASGI wrapper round the whole application.

Documents, answers and file names are untrusted, and so is every other site open in the same browser.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from typing import Any
from urllib.parse import urlsplit

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "object-src 'none'",
    )
)

HEADERS = {
    "content-security-policy": CONTENT_SECURITY_POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}

ENGINE_PATHS = (
    "/config",
    "/gradio_api/call/",
    "/gradio_api/heartbeat/",
    "/gradio_api/info",
    "/gradio_api/queue/",
)
"""Of Gradio's own routes, those that asking needs. Its file, upload, proxy and login routes stay shut."""

PAGE_PATHS = ("/answers", "/conversations", "/documents", "/library", "/models", "/static/")

BODY_LIMIT = 64 * 1024
"""Bytes of a request that is not an upload; a question is far shorter."""


class Guard:
    """Refuses foreign hosts, cross-site requests, unknown paths and oversized bodies; sets the headers.

    Args:
        application: what is guarded.
        hosts: names under which the page may be asked for, without ports.
        upload_limit: bytes of one uploaded file.
        root_path: path prefix under which a reverse proxy serves the page ("/rag"), or "".
    """

    def __init__(
        self, application: Application, hosts: Sequence[str], upload_limit: int, root_path: str = ""
    ) -> None:
        self.application = application
        self.hosts = frozenset(host.lower() for host in hosts)
        self.upload_limit = upload_limit
        self.root_path = root_path.rstrip("/")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.application(scope, receive, send)
            return
        if scope["type"] != "http":
            return
        scope = self._below_root(scope)
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        guarded = _with_headers(send, scope["path"])
        refusal = self._refusal(scope, headers)
        if refusal:
            await _refuse(guarded, *refusal)
            return
        limit = self.upload_limit if scope["path"].startswith("/library/files/") else BODY_LIMIT
        length = headers.get("content-length", "0")
        if not length.isdecimal():
            await _refuse(guarded, 400, "The length of this request is no number.")
            return
        if int(length) > limit:
            await _refuse(guarded, 413, f"This is larger than {limit // 1024:,} KiB.")
            return
        await self.application(scope, _limited(receive, limit), guarded)

    def _below_root(self, scope: Scope) -> Scope:
        """A proxy may strip its prefix or pass it on; the application never sees it."""
        path = str(scope["path"])
        if self.root_path and (path == self.root_path or path.startswith(f"{self.root_path}/")):
            below = path[len(self.root_path) :] or "/"
            return {**scope, "path": below, "raw_path": below.encode(), "root_path": ""}
        return scope

    def _refusal(self, scope: Scope, headers: dict[str, str]) -> tuple[int, str] | None:
        if _host_name(headers.get("host", "")) not in self.hosts:
            return 400, "This page is not served under that name."
        path, method = scope["path"], scope["method"]
        reads = method in ("GET", "HEAD")
        navigates = reads and path == "/" and headers.get("sec-fetch-mode") == "navigate"
        if headers.get("sec-fetch-site", "none") not in ("same-origin", "none") and not navigates:
            return 403, "Other sites may not ask here."
        origin = headers.get("origin")
        if not reads and origin and _host_name(urlsplit(origin).netloc) not in self.hosts:
            return 403, "Other sites may not ask here."
        if path != "/" and not path.startswith((*PAGE_PATHS, *ENGINE_PATHS)):
            return 404, "There is nothing at this address."
        return None


def _host_name(authority: str) -> str:
    """The name in "name:port"; an IPv6 address keeps its brackets."""
    authority = authority.lower()
    if authority.startswith("["):
        return authority.partition("]")[0] + "]"
    return authority.partition(":")[0]


def _with_headers(send: Send, path: str) -> Send:
    async def guarded(message: Message) -> None:
        if message["type"] == "http.response.start":
            shut = {name.encode() for name in (*HEADERS, "server", "access-control-allow-origin")}
            kept = [(name, value) for name, value in message["headers"] if name.lower() not in shut]
            kept += [(name.encode(), value.encode()) for name, value in HEADERS.items()]
            if not any(name.lower() == b"cache-control" for name, _ in kept):
                kept.append((b"cache-control", b"no-cache" if path.startswith("/static/") else b"no-store"))
            message = {**message, "headers": kept}
        await send(message)

    return guarded


def _limited(receive: Receive, limit: int) -> Receive:
    """Ends the request as if the sender had gone when it is longer than it said it would be."""
    read = 0

    async def counted() -> Message:
        nonlocal read
        message = await receive()
        read += len(message.get("body", b""))
        return {"type": "http.disconnect"} if read > limit else message

    return counted


async def _refuse(send: Send, status: int, reason: str) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": reason.encode()})
