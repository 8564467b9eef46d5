"""Rich Text Format through striprtf."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.errors import ReadError
from rag.ingest.draft import Draft

_TITLE = re.compile(rb"\{\\info[^{}]*(?:\{[^{}]*\}[^{}]*)*?\{\\title ([^{}\\]{1,300})\}")
_AUTHOR = re.compile(rb"\{\\author ([^{}\\]{1,200})\}")


def read_rtf(data: bytes, name: str) -> Sequence[Draft]:
    from striprtf.striprtf import rtf_to_text

    if not data.lstrip().startswith(b"{\\rtf"):
        raise ReadError(f"{name} is not an RTF document.")
    text: str = rtf_to_text(data.decode("latin-1"), encoding="cp1252", errors="replace")
    title, author = _TITLE.search(data), _AUTHOR.search(data)
    return [
        Draft(
            re.sub(r"\n(?=\S)", "\n\n", text) if "\n\n" not in text.strip() else text,
            title=title.group(1).decode("cp1252", "replace").strip() if title else "",
            author=author.group(1).decode("cp1252", "replace").strip() if author else "",
            format="rtf",
        )
    ]
