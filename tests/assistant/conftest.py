from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from rag import index, ingest, library
from rag.assistant import Assistant
from rag.backends.fakes import FakeEmbedder, FakeGenerator, FakeScorer
from rag.settings import Settings

BRIDGE = """# The Old Bridge

The Old Bridge opened in 1932 after four years of work. It is 503 metres long and was paid for by tolls.
Anna Berg designed the bridge. She was not yet thirty when the work began.

## Traffic

About 160,000 vehicles cross the bridge every day. Cyclists were not admitted before 1999.
"""
FERRY = """# The Ferry

The ferry carried 1,200 people a day until the bridge opened. Its last captain was Jonas Lind.
"""

Make = Callable[..., Assistant]


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    """Assistants over two small documents, with fakes for the models."""
    folder = tmp_path / "documents"
    folder.mkdir()
    (folder / "bridge.md").write_text(BRIDGE, "utf-8")
    (folder / "ferry.md").write_text(FERRY, "utf-8")
    opened: list[Assistant] = []

    def build(script: Callable[[str, str], str] | None = None, **changes: object) -> Assistant:
        embedder = FakeEmbedder()
        store = index.open(
            tmp_path / "library",
            embedder_name=embedder.name,
            embedder_digest=embedder.digest,
            dimension=embedder.dimension,
            splitter=ingest.SPLITTER,
        )
        library.add([folder], store, embedder)
        settings = Settings(library=tmp_path / "library", **changes)  # type: ignore[arg-type]
        opened.append(Assistant(settings, store, embedder, FakeScorer(), FakeGenerator(script)))
        return opened[-1]

    yield build
    for assistant in opened:
        assistant.close()
