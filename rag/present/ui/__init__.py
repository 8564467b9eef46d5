"""The page in the browser. `serve` runs it on this machine only, until it is interrupted."""

from __future__ import annotations

import socket
import sys
import webbrowser
from pathlib import Path
from typing import TYPE_CHECKING

from rag.errors import InputError

if TYPE_CHECKING:
    from rag.assistant import Assistant

DEFAULT_PORT = 7860


def serve(
    assistant: Assistant,
    library: Path,
    host: str = "127.0.0.1",
    port: int = DEFAULT_PORT,
    root_path: str = "",
    *,
    names: tuple[str, ...] = (),
    open_browser: bool = False,
) -> None:
    """Serve the page until interrupted.

    Args:
        library: the library's folder; conversations and dropped files are kept in it.
        host: address to listen at. Any other than 127.0.0.1 opens the library to the network.
        port: TCP port, or 0 for a free one.
        root_path: path prefix under which a reverse proxy serves the page ("/rag").
        names: further names the page may be asked for under, such as a proxy's.
        open_browser: open the page in this person's browser.

    Raises:
        InputError: the port is taken.
    """
    import uvicorn

    from rag.journal import Journal
    from rag.present.ui.app import application

    listener = _listen(host, port)
    port = listener.getsockname()[1]
    journal = Journal(library)
    hosts = ("127.0.0.1", "localhost", "[::1]", host, *names)
    guarded = application(assistant, library, journal, hosts=hosts, root_path=root_path)
    # root_path is taken off by the guard, so the server is not told of it.
    configuration = uvicorn.Config(
        guarded, log_level="warning", access_log=False, server_header=False, timeout_graceful_shutdown=2
    )
    server = uvicorn.Server(configuration)
    shown = "127.0.0.1" if host in ("0.0.0.0", "::") else host  # noqa: S104  (compared with, not bound to)
    address = f"http://{shown}:{port}{root_path.rstrip('/')}/"
    sys.stdout.write(f"rag is at {address}  (Ctrl-C ends it)\n")
    sys.stdout.flush()
    if open_browser:
        webbrowser.open(address)
    try:
        server.run(sockets=[listener])
    finally:
        journal.close()


def _listen(host: str, port: int) -> socket.socket:
    """Bound before anything is loaded, so that a taken port is said at once."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise InputError(
            f"Port {port} on {host} cannot be used ({error.strerror}).",
            "Choose another: rag serve --port 7861",
        ) from error
    return listener
