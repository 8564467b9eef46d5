"""A small library of invented documents, and the page served over it: real parts, with fake models."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import uvicorn

from rag import index, ingest, library
from rag.assistant import Assistant
from rag.backends.fakes import FakeEmbedder, FakeGenerator, FakeScorer
from rag.gate import Gate
from rag.journal import Journal
from rag.present.ui.app import application
from rag.settings import Settings

LIGHTHOUSE = """The Lighthouse of Varn

The lighthouse of Varn was built in 1874 by the engineer Ilse Marten.
Its lamp burned colza oil until 1911, when a petroleum burner took its place.

The keepers

Three keepers lived on the rock at any time, and each served for six weeks.
The last keeper, Jonas Holt, left the tower on 3 March 1986.
"""

BAKERY = """<!doctype html><html lang="en"><head><title>The Bakery on Mill Street</title>
<meta name="author" content="Ada Finch"></head><body><nav><a href="/">Home</a> <a href="/shop">Shop</a></nav>
<main><h1>The Bakery on Mill Street</h1>
<p>The bakery on Mill Street opened in 1902 and sold rye bread before dawn.</p>
<p>Its owner &amp; baker, Ruth Abel, refused to raise prices during the strike of 1926.</p>
</main></body></html>
"""

HOSTILE = """Notes of a visitor

The harbour gate <img src=x onerror="window.hurt=1"> was painted green in 1950 [1].
![picture](http://outside.invalid/a.png) and [a link](javascript:window.hurt=2) follow the harbour wall.
<script>window.hurt=3</script> The harbour master kept a parrot called Admiral.
"""

ORCHARD = """---
title: The Orchard at Lene
date: 1900-01-05
---

# The Orchard at Lene

## What grew there

- **Apples.** The orchard at Lene held 340 apple trees in 1899, counted by [Marta Lind](http://outside.invalid/).
- **Pears.** Pears were planted *later*, along the southern wall.

| year | cider |
|------|-------|
| 1898 | 900 litres of cider were pressed at Lene |
| 1899 | <img src=x onerror="window.hurt=4"> none |
"""

PDF_LINES = (
    ("The Archive of the Salt Works", "The salt works of Orrin closed in 1961 after a flood."),
    ("Second part", "The salt archive was moved to the town hall by Clara Voss in 1963."),
)


@dataclass(frozen=True)
class Served:
    """The page at an address, and what is behind it."""

    address: str
    folder: Path
    assistant: Assistant
    journal: Journal


class SlowGenerator(FakeGenerator):
    """Writes a word each quarter of a second, far longer than anybody waits."""

    def __init__(self) -> None:
        super().__init__(lambda prompt, system: "and so on " * 400)
        self.begun = threading.Event()
        self.running = False

    def _pieces(self, text: str, max_tokens: int) -> Iterator[str]:
        self.running = True
        self.begun.set()
        try:
            for piece in super()._pieces(text, max_tokens):
                time.sleep(0.25)
                yield piece
        finally:
            self.running = False


def write_documents(folder: Path) -> list[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "lighthouse.txt").write_text(LIGHTHOUSE, "utf-8")
    (folder / "hostile.txt").write_text(HOSTILE, "utf-8")
    (folder / "orchard.md").write_text(ORCHARD, "utf-8")
    (folder / "bakery.html").write_text(BAKERY, "utf-8")
    (folder / "salt.pdf").write_bytes(pdf(PDF_LINES))
    return [path for path in sorted(folder.iterdir()) if path.suffix in ingest.FORMATS]


def open_store(folder: Path) -> index.LocalStore:
    embedder = FakeEmbedder()
    return index.open(
        folder,
        embedder_name=embedder.name,
        embedder_digest=embedder.digest,
        dimension=embedder.dimension,
        splitter=ingest.SPLITTER,
    )


def fill(folder: Path) -> None:
    """Write the documents and read them into a library in this folder."""
    paths = write_documents(folder / "documents")
    store = open_store(folder)
    library.add(paths, store, FakeEmbedder())
    store.close()


def make(folder: Path, generator: FakeGenerator | None = None) -> Assistant:
    """An assistant over the library in a folder that answers when a sentence shares enough words."""
    settings = Settings(library=folder, mode="quotes" if generator is None else "fluent")
    gate = Gate({"sentence_relevance": 1.0}, 0.5)
    return Assistant(settings, open_store(folder), FakeEmbedder(), FakeScorer(), generator, gate)


@contextlib.contextmanager
def serve(assistant: Assistant, folder: Path, root_path: str = "") -> Iterator[Served]:
    """The page on a free port, in a thread."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    journal = Journal(folder)
    guarded = application(assistant, folder, journal, root_path=root_path)
    server = uvicorn.Server(
        uvicorn.Config(guarded, log_level="error", access_log=False, timeout_graceful_shutdown=1)
    )
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    try:
        yield Served(f"http://127.0.0.1:{listener.getsockname()[1]}{root_path}/", folder, assistant, journal)
    finally:
        server.should_exit = True
        thread.join(10)
        journal.close()
        assistant.close()


def pdf(pages: tuple[tuple[str, ...], ...]) -> bytes:
    """A PDF of a few lines a page, written out by hand."""
    objects: list[bytes] = [b"", b""]
    kids = []
    for lines in pages:
        drawn = "BT /F1 16 Tf 72 720 Td 28 TL " + " ".join(f"({line}) Tj T*" for line in lines) + " ET"
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawn), drawn.encode()))
        contents = len(objects)
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents %d 0 R /Resources "
            b"<< /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>" % contents
        )
        kids.append(len(objects))
    objects[0] = b"<< /Type /Catalog /Pages 2 0 R >>"
    listed = " ".join(f"{kid} 0 R" for kid in kids).encode()
    objects[1] = b"<< /Type /Pages /Kids [%s] /Count %d >>" % (listed, len(kids))
    written, offsets = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(written))
        written += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    size = len(objects) + 1
    head = b"xref\n0 %d\n0000000000 65535 f \n" % size
    tail = b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, len(written))
    return written + head + table + tail
