"""Bring a model from the Hugging Face hub, when a person asks: with progress, resume and digest check.

Of the hub's protocol only this is used: GET ENDPOINT/OWNER/NAME/resolve/REVISION/PATH answers with the file
or redirects to it, understands Range, and names the sha256 of large files in X-Linked-ETag.
"""

from __future__ import annotations

import os
import re
import shutil
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from http.client import HTTPException
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import quote, urlsplit

from rag.backends import digests, models
from rag.errors import ModelError

ENDPOINT = "https://huggingface.co"
_BLOCK = 1 << 20
_TRIES = 5
_SECONDS = 30.0
"""Without a byte for so long, the connection is given up and tried again."""

Progress = Callable[[str, int, int], None]
"""Called with (file, bytes done, bytes in all; 0 when unknown)."""


def pull(card: models.ModelCard, progress: Progress, endpoint: str = "") -> Path:
    """Download the files of a model that are not there yet, and check them. Continues what was interrupted.

    Args:
        endpoint: URL of the hub; by default HF_ENDPOINT, or huggingface.co.

    Returns:
        The folder with the files.

    Raises:
        ModelError: not on the hub, offline, no space, the connection fails, or a digest differs.
    """
    base = address(endpoint)
    if not card.repository:
        raise ModelError(f"{card.name} does not come from the hub.", card.remedy)
    if os.environ.get("HF_HUB_OFFLINE", "").lower() in ("1", "true", "yes", "on"):
        raise ModelError("HF_HUB_OFFLINE forbids downloads.", "Unset it, or copy the file and give its path.")
    if urlsplit(base).scheme not in ("http", "https"):
        raise ModelError(f"{base} is no http address.", "Give --endpoint https://…")
    folder = models.downloads() / card.name
    folder.mkdir(parents=True, exist_ok=True)
    from filelock import FileLock, Timeout

    try:
        with FileLock(folder / ".lock", timeout=0):
            for file in card.files:
                path = "/".join(quote(part) for part in PurePosixPath(card.folder, file.name).parts)
                url = f"{base}/{card.repository}/resolve/{quote(card.revision, safe='')}/{path}"
                _bring(url, folder / file.name, file, progress)
    except Timeout as error:
        raise ModelError(f"{card.name} is being downloaded already.", "Wait for that to end.") from error
    except OSError as error:
        raise ModelError(
            f"{folder} cannot be written: {error}.", "Free some space, then run this again."
        ) from error
    return folder


def address(endpoint: str = "") -> str:
    """Where the hub is: as given, or HF_ENDPOINT, or huggingface.co; without a slash at its end."""
    return (endpoint or os.environ.get("HF_ENDPOINT") or ENDPOINT).rstrip("/")


def card_of(address: str) -> models.ModelCard:
    """The card of OWNER/NAME:FILE.gguf, a file that is in no list: checked by the digest that the hub names.

    Raises:
        ModelError: not of that form.
    """
    found = re.fullmatch(r"([\w.-]+/[\w.-]+):((?:[\w.-]+/)*[\w.-]+\.gguf)", address)
    if not found or ".." in address:
        raise ModelError(
            f"{address!r} is no name in the list, and not OWNER/NAME:FILE.gguf.", "Run: rag models list"
        )
    path = PurePosixPath(found[2])
    folder = "" if str(path.parent) == "." else str(path.parent)
    file = models.WeightFile(path.name)
    return models.ModelCard(path.stem, "generator", "gguf", (file,), repository=found[1], folder=folder)


def _bring(url: str, target: Path, file: models.WeightFile, progress: Progress) -> None:
    if target.is_file() and target.stat().st_size >= max(file.bytes, 1):
        if not file.sha256 or digests.sha256(target) == file.sha256:
            progress(file.name, target.stat().st_size, target.stat().st_size)
            return
        target.unlink()
    partial = target.with_name(f"{target.name}.part")
    said = ""
    for attempt in range(1, _TRIES + 1):
        before = partial.stat().st_size if partial.exists() else 0
        try:
            said = _receive(url, partial, file, progress) or said
            break
        except (urllib.error.URLError, HTTPException, TimeoutError, ConnectionError) as error:
            if isinstance(error, urllib.error.HTTPError) and error.code < 500:
                raise ModelError(
                    f"The hub answers {error.code} to {url}.", "Check the name and --endpoint."
                ) from error
            grown = partial.exists() and partial.stat().st_size > before
            if attempt == _TRIES and not grown:
                reason = getattr(error, "reason", error)
                raise ModelError(
                    f"{url} cannot be reached: {reason}.", "Run the same command again; it continues."
                ) from error
    size = partial.stat().st_size if partial.exists() else 0
    if size < file.bytes:
        raise ModelError(
            f"The connection ended after {size:,} of {file.bytes:,} bytes of {file.name}.",
            "Run the same command again; it continues.",
        )
    wanted = file.sha256 or said
    if wanted and digests.sha256(partial) != wanted:
        partial.unlink()
        raise ModelError(
            f"What came from {url} is not {file.name} (its sha256 differs); it was deleted.",
            "Run the command again, or check --endpoint.",
        )
    partial.replace(target)


def _receive(url: str, partial: Path, file: models.WeightFile, progress: Progress) -> str:
    """One request, from where the partial file ends. Returns the sha256 that the hub names, or nothing."""
    start = partial.stat().st_size if partial.exists() else 0
    if file.bytes and start >= file.bytes:
        return ""
    request = urllib.request.Request(url, headers={"User-Agent": "rag"})  # noqa: S310 (checked in `pull`)
    if start:
        request.add_header("Range", f"bytes={start}-")
    redirects = _Redirects()
    try:
        response = urllib.request.build_opener(redirects).open(request, timeout=_SECONDS)
    except urllib.error.HTTPError as error:
        if error.code == 416 and start:  # nothing is left to send, or the file changed
            partial.unlink()
            return _receive(url, partial, file, progress)
        raise
    with response:
        continued = response.status == 206
        start = start if continued else 0
        left = int(response.headers.get("Content-Length") or 0)
        total = file.bytes or (start + left if left else 0)
        if left > shutil.disk_usage(partial.parent).free:
            raise OSError(f"{left:,} bytes are to come and the disk has not that much")
        with partial.open("ab" if continued else "wb") as written:
            progress(file.name, start, total)
            while block := response.read(_BLOCK):
                written.write(block)
                start += len(block)
                progress(file.name, start, total)
        if start < total:
            raise ConnectionError("the connection ended early")
        return _sha256_of({**redirects.headers, **dict(response.headers.items())})


def _sha256_of(headers: Mapping[str, str]) -> str:
    """The hub gives the sha256 of a large file as X-Linked-ETag; other ETags are something else."""
    for name, value in headers.items():
        tag = value.strip().removeprefix("W/").strip('"')
        if name.lower() in ("x-linked-etag", "etag") and re.fullmatch(r"[0-9a-f]{64}", tag):
            return tag
    return ""


class _Redirects(urllib.request.HTTPRedirectHandler):
    """Follows redirects, never from https to http, and keeps the headers of the hub's own answer."""

    def __init__(self) -> None:
        self.headers: dict[str, str] = {}

    def redirect_request(self, req: Any, fp: Any, code: int, msg: str, headers: Any, newurl: str) -> Any:
        if urlsplit(req.full_url).scheme == "https" and urlsplit(newurl).scheme != "https":
            raise urllib.error.URLError("it redirects to an address that is not https")
        self.headers.update(dict(headers.items()))
        return super().redirect_request(req, fp, code, msg, headers, newurl)
