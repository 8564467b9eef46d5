"""Files → Documents → Passages."""

from rag.ingest.passages import SPLITTER, split
from rag.ingest.reading import FORMATS, MOST_BYTES, read

__all__ = ["FORMATS", "MOST_BYTES", "SPLITTER", "read", "split"]
