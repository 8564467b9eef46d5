"""Read one page that a person names by its URL. Nothing else in this room touches the network.

Addresses are resolved once, checked, and then connected to as numbers, so that a name cannot lead to a
public address when it is checked and to a private one when it is used. Redirects are checked likewise.
What comes is read as a file would be: in a child process, with its limits.
"""

from __future__ import annotations

import codecs
import hashlib
import http.client
import ipaddress
import mimetypes
import re
import socket
import ssl
import tempfile
import time
import zlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import TypeAlias
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

from rag.errors import ReadError
from rag.ingest.reading import FORMATS, identity, suffix_of
from rag.ingest.worker import read_many
from rag.types import Document

MOST_BYTES = 32 * 2**20
_SECONDS = 20.0
"""For a connection, and between two pieces of an answer."""
_MOST_SECONDS = 120.0
"""For a whole answer."""
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


@dataclass(frozen=True, slots=True)
class Page:
    """What one URL gave."""

    url: str
    """As it was named, without its fragment: the source of its documents."""
    documents: tuple[Document, ...]
    size: int
    """Bytes."""
    digest: str
    """sha256 of the bytes, hex."""


def read_url(url: str, *, allowed: Allowed | None = None) -> Page:
    """The documents at a URL, with the URL as their source.

    Args:
        url: http or https.
        allowed: which addresses may be connected to; public ones. Tests pass a server of their own.

    Raises:
        ReadError: not http, a private address, no answer, too large, or nothing that can be read.
    """
    url = urldefrag(url).url
    answer = _fetched(url, allowed or is_public)
    with tempfile.TemporaryDirectory(prefix="rag-page-") as folder:
        file = Path(folder) / answer.name
        file.write_bytes(answer.data)
        ((_, read),) = read_many([file], workers=1)
    if isinstance(read, ReadError):
        raise ReadError(f"{url}: {read.problem}", read.remedy)
    documents = tuple(_named(document, file, url) for document in read)
    return Page(url, documents, len(answer.data), hashlib.sha256(answer.data).hexdigest())


def _named(document: Document, file: Path, url: str) -> Document:
    """A document read from a temporary file, under the URL that it came from."""
    source = document.source
    part = source.path[len(str(file)) :]
    title = source.title
    if title == file.stem and not part:
        parts = urlsplit(url)
        title = unquote(PurePosixPath(parts.path).stem) or parts.hostname or url
    path = url + part
    return replace(document, id=identity(path), source=replace(source, path=path, title=title))


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
        kind = response.headers.get_content_type()
        data = _body(response, f"{host}{target}")
        charset = response.headers.get_content_charset() or ""
        return _Answer(_as_utf8(data, charset) if kind.startswith("text/") else data, _name(target, kind))
    finally:
        connection.close()


def _body(response: http.client.HTTPResponse, shown: str) -> bytes:
    """All of an answer, unpacked, within the limits of size and time."""
    packing = (response.getheader("Content-Encoding") or "identity").strip().lower()
    if packing not in ("identity", "gzip", "deflate"):
        raise ReadError(f"{shown} comes packed as {packing[:20]}, which is not understood.")
    unpacker = zlib.decompressobj(zlib.MAX_WBITS | 32) if packing != "identity" else None
    data, end = bytearray(), time.monotonic() + _MOST_SECONDS
    while piece := response.read1(1 << 16):
        try:
            data += unpacker.decompress(piece, MOST_BYTES + 1 - len(data)) if unpacker else piece
        except zlib.error as error:
            raise ReadError(f"{shown} is broken (it cannot be unpacked).") from error
        if len(data) > MOST_BYTES:
            raise ReadError(f"{shown} is larger than {MOST_BYTES >> 20} MB.")
        if time.monotonic() > end:
            raise ReadError(f"{shown} took longer than {_MOST_SECONDS:.0f} seconds to come.")
    return bytes(data)


def _as_utf8(data: bytes, charset: str) -> bytes:
    """Text in the charset that the server states, marked as UTF-8, which readers believe first."""
    if not charset or data.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data
    try:
        return codecs.BOM_UTF8 + data.decode(charset).encode("utf-8", "replace")
    except (LookupError, UnicodeDecodeError):
        return data


def _connection(scheme: str, host: str, port: int | None, allowed: Allowed) -> http.client.HTTPConnection:
    port = port or (443 if scheme == "https" else 80)
    resolved = [str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    addresses = list(dict.fromkeys(resolved))
    refused = [address for address in addresses if not allowed(address)]
    if refused or not addresses:
        raise ReadError(f"{host} is at a private address ({', '.join(refused)}): it is not fetched.")
    plain = _socket(addresses, port)
    connection = http.client.HTTPConnection(host, port, timeout=_SECONDS)
    connection.auto_open = 0  # connecting by name again would skip the check
    if scheme == "https":
        connection.sock = ssl.create_default_context().wrap_socket(plain, server_hostname=host)
        connection.default_port = 443
    else:
        connection.sock = plain
    return connection


def _socket(addresses: list[str], port: int) -> socket.socket:
    """Connected to the first address that answers."""
    for address in addresses[:-1]:
        try:
            return socket.create_connection((address, port), timeout=_SECONDS)
        except OSError:
            continue
    return socket.create_connection((addresses[-1], port), timeout=_SECONDS)


def _name(target: str, content_type: str) -> str:
    """A file name whose suffix says how to read it: by the type that the server states, then by the path."""
    path = PurePosixPath(unquote(urlsplit(target).path))
    stem = re.sub(r"[^\w-]+", "-", path.stem)[:80].strip("-") or "page"
    if content_type in ("text/html", "application/xhtml+xml"):
        return f"{stem}.html"
    suffix = suffix_of(path.name)
    if suffix in FORMATS:
        return stem.removesuffix("-tar") + suffix
    return f"{stem}{mimetypes.guess_extension(content_type) or '.txt'}"
