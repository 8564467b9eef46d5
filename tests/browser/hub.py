"""A server on this machine that speaks the hub's protocol, slowly, and remembers what it was asked."""

from __future__ import annotations

import contextlib
import hashlib
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Hub:
    data: bytes
    sha256: str = ""
    pause: float = 0.0
    """Seconds before each mebibyte."""
    asked: list[str] = field(default_factory=list)
    """Path and range of each request."""
    url: str = ""


@contextlib.contextmanager
def hub(data: bytes) -> Iterator[Hub]:
    """Serves `data` as every file of owner/name."""
    state = Hub(data, hashlib.sha256(data).hexdigest())

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            wanted = self.headers.get("Range", "")
            state.asked.append(f"{self.path} {wanted}".strip())
            start = int(wanted.removeprefix("bytes=").rstrip("-") or 0)
            self.send_response(206 if start else 200)
            self.send_header("Content-Length", str(len(state.data) - start))
            self.send_header("X-Linked-ETag", f'"{state.sha256}"')
            self.end_headers()
            with contextlib.suppress(ConnectionError):  # the other side may stop
                for at in range(start, len(state.data), 1 << 20):
                    time.sleep(state.pause)
                    self.wfile.write(state.data[at : at + (1 << 20)])

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    state.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
