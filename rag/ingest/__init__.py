"""Files → Documents → Passages."""

from rag.ingest.passages import SPLITTER, split, splitter
from rag.ingest.reading import FORMATS, MOST_BYTES, read
from rag.ingest.worker import read_many

__all__ = ["FORMATS", "MOST_BYTES", "SPLITTER", "read", "read_many", "split", "splitter"]
