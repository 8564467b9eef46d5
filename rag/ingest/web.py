"""Read one page that a person names by its URL. Nothing else in this room touches the network.

Addresses are resolved once, checked, and then connected to as numbers, so that a name cannot lead to a
public address when it is checked and to a private one when it is used. Redirects are checked likewise.
"""

from __future__ import annotations

import http.client
import ipaddress
import mimetypes
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TypeAlias
from urllib.parse import unquote, urljoin, urlsplit

from rag.errors import ReadError
from rag.ingest.reading import FORMATS, finished, read_bytes, suffix_of
from rag.types import Document

MOST_BYTES = 32 * 2**20
_SECONDS = 20.0
_MOST_REDIRECTS = 5
_REDIRECTS = (301, 302, 303, 307, 308)
_AGENT = "rag (reads one page that its user named)"

Allowed: TypeAlias = Callable[[str], bool]
"""Whether a numeric address may be connected to."""


def is_public(address: str) -> bool:
    """Not loopback, private, link-local, multicast or reserved, nor such an IPv4 address inside IPv6."""
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        inner = found.ipv4_mapped or found.sixtofour or (found.teredo[1] if found.teredo else None)
        if inner is not None:
            found = inner
        elif found in ipaddress.ip_network("64:ff9b::/96"):  # NAT64
            found = ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)
    return found.is_global and not found.is_multicast


def read_url(url: str, *, allowed: Allowed = is_public) -> list[Document]:
    """The documents at a URL, with the URL as their source.

    Args:
        url: http or https.
        allowed: which addresses may be connected to.

    Raises:
        ReadError: not http, a private address, no answer, too large, or nothing that can be read.
    """
    answer = _fetched(url, allowed)
    documents = [found for draft in read_bytes(answer.data, answer.name) if (found := finished(draft, url))]
    if not documents:
        raise ReadError(f"{url} holds no text.")
    return documents


@dataclass(frozen=True, slots=True)
class _Answer:
    data: bytes
    name: str


def _fetched(url: str, allowed: Allowed) -> _Answer:
    for _ in range(_MOST_REDIRECTS + 1):
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ReadError(f"{url} is not an http or https address.")
        if parts.username or parts.password:
            raise ReadError(f"{parts.hostname}: an address with a password in it is not fetched.")
        try:
            found = _one(parts.scheme, parts.hostname, parts.port, _target(url), allowed)
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise ReadError(f"{url} could not be fetched ({error or type(error).__name__}).") from error
        if isinstance(found, str):
            url = urljoin(url, found)
        else:
            return found
    raise ReadError(f"{url} redirects more than {_MOST_REDIRECTS} times.")


def _target(url: str) -> str:
    parts = urlsplit(url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return _quoted(target)


def _quoted(target: str) -> str:
    return "".join(c if c.isascii() else "".join(f"%{byte:02X}" for byte in c.encode()) for c in target)


def _one(scheme: str, host: str, port: int | None, target: str, allowed: Allowed) -> _Answer | str:
    """The answer of one request, or where it redirects to."""
    connection = _connection(scheme, host, port, allowed)
    try:
        connection.request("GET", target, headers={"User-Agent": _AGENT, "Accept-Encoding": "identity"})
        response = connection.getresponse()
        location = response.getheader("Location")
        if response.status in _REDIRECTS and location:
            return location
        if response.status != 200:
            raise ReadError(f"{host} answered {response.status} {response.reason} to {target}.")
        data = response.read(MOST_BYTES + 1)
        if len(data) > MOST_BYTES:
            raise ReadError(f"{host}{target} is larger than {MOST_BYTES >> 20} MB.")
        return _Answer(data, _name(target, response.headers.get_content_type()))
    finally:
        connection.close()


def _connection(scheme: str, host: str, port: int | None, allowed: Allowed) -> http.client.HTTPConnection:
    port = port or (443 if scheme == "https" else 80)
    addresses = [str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    refused = [address for address in addresses if not allowed(address)]
    if refused or not addresses:
        raise ReadError(f"{host} is at a private address ({', '.join(refused)}): it is not fetched.")
    plain = socket.create_connection((addresses[0], port), timeout=_SECONDS)
    connection = http.client.HTTPConnection(host, port, timeout=_SECONDS)
    if scheme == "https":
        connection.sock = ssl.create_default_context().wrap_socket(plain, server_hostname=host)
        connection.default_port = 443
    else:
        connection.sock = plain
    return connection


def _name(target: str, content_type: str) -> str:
    """A file name whose suffix says how to read it: by the type that the server states, then by the path."""
    path = PurePosixPath(unquote(urlsplit(target).path))
    if content_type in ("text/html", "application/xhtml+xml"):
        return f"{path.stem or 'page'}.html"
    if suffix_of(path.name) in FORMATS:
        return path.name
    return f"{path.stem or 'page'}{mimetypes.guess_extension(content_type) or '.txt'}"
