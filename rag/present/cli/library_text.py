"""The library in the terminal: what a run did, lists, stored text; and the same as plain values."""

from __future__ import annotations

import json
import os
import sys
from collections import Counter
from collections.abc import Sequence
from typing import Any

from rag.library import Summary
from rag.ports import Listing
from rag.types import Document

_MOST_PROBLEMS = 20
_COUNTS = ("added", "updated", "moved", "removed", "unchanged")


def summary_values(summary: Summary) -> dict[str, Any]:
    return {
        **{name: getattr(summary, name) for name in _COUNTS},
        "skipped": [{"path": path, "reason": reason} for path, reason in summary.skipped],
        "left_out": dict(summary.left_out),
        "failed": summary.failed,
        "notes": summary.notes,
        "embedded": summary.embedded,
        "waiting": summary.waiting,
        "dry_run": summary.dry_run,
        "changes": [{"change": change, "path": path} for change, path in summary.changes],
    }


def listing_values(listing: Listing) -> dict[str, Any]:
    source = listing.source
    return {
        "document": listing.document_id,
        "title": source.title,
        "path": source.path,
        "author": source.author,
        "publisher": source.publisher,
        "date": source.date,
        "language": source.language,
        "format": source.format,
        "characters": listing.characters,
        "passages": listing.passages,
        "embedded": listing.embedded,
        "added": listing.added,
        "notes": list(listing.notes),
    }


def text_values(document: Document, start: int, end: int) -> dict[str, Any]:
    return {
        "document": document.id,
        "title": document.source.title,
        "path": document.source.path,
        "start": start,
        "end": end,
        "length": len(document.text),
        "text": document.text[start:end],
    }


def print_json(value: Any) -> None:
    """JSON on standard output; characters that UTF-8 cannot carry are escaped, so it never fails."""
    text = json.dumps(value, ensure_ascii=False, indent=2)
    try:
        text.encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:
        text = json.dumps(value, indent=2)
    sys.stdout.write(text + "\n")


def print_summary(summary: Summary) -> None:
    would = "would be " if summary.dry_run else ""
    for change, path in summary.changes:
        _line(f"{change:<7} {plain(path)}")
    counts = [f"{getattr(summary, name):,} {would}{name}" for name in _COUNTS[:4] if getattr(summary, name)]
    counts += [f"{summary.unchanged:,} unchanged"] if summary.unchanged else []
    counts += [f"{len(summary.skipped):,} skipped"] if summary.skipped else []
    _line(", ".join(counts or ["Nothing to do"]) + ".")
    if summary.embedded:
        _line(f"{summary.embedded:,} passages embedded.")
    if summary.waiting:
        _line(f"{summary.waiting:,} passages can be found by words only; `rag sync` embeds them.")
    for path, reason in summary.skipped[:_MOST_PROBLEMS]:
        _line(f"  skipped {plain(path)}: {plain(reason)}")
    if len(summary.skipped) > _MOST_PROBLEMS:
        _line(f"  … and {len(summary.skipped) - _MOST_PROBLEMS:,} more (--json lists all)")
    if summary.left_out:
        left = ", ".join(f"{count:,} {reason}" for reason, count in summary.left_out.most_common())
        _line(f"  passed over: {left}")
    for note, times in Counter(summary.notes).items():
        _line(f"  {plain(note)}" + (f" ({times} times)" if times > 1 else ""))


def print_listings(listings: Sequence[Listing], total: int, folders: Sequence[str]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    if not total:
        _line("The library is empty. Add documents: `rag add FOLDER`.")
        return
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("Document", no_wrap=True)
    table.add_column("Title", overflow="fold", ratio=2)
    table.add_column("Date", no_wrap=True)
    table.add_column("Passages", justify="right", no_wrap=True)
    table.add_column("Source", overflow="fold", ratio=3, style="dim")
    for one in listings:
        waiting = one.passages - one.embedded
        passages = f"{one.passages:,}" + (f" ({waiting:,} by words only)" if waiting else "")
        cells = (one.document_id, one.source.title, one.source.date, passages, one.source.path)
        table.add_row(*(Text(plain(cell)) for cell in cells))
    console = Console(width=None if sys.stdout.isatty() else 200)
    if listings:
        console.print(table)
    shown = f"{len(listings):,} of {total:,} documents" if len(listings) < total else f"{total:,} documents"
    _line(f"{shown}. Folders kept in step: {', '.join(map(plain, folders)) or 'none'}.")


def print_text(text: str) -> None:
    """Stored text as it is; on a terminal without the characters that a terminal would obey."""
    shown = plain(text, keep="\n\t") if sys.stdout.isatty() else text
    data = (shown if shown.endswith("\n") else shown + "\n").encode("utf-8", "replace")
    sys.stdout.flush()
    try:
        sys.stdout.buffer.write(data)
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def plain(text: str, keep: str = "") -> str:
    """Printable characters only: file names and titles are not to be trusted."""
    return "".join(c if c.isprintable() or c in keep else "\N{REPLACEMENT CHARACTER}" for c in text)


def _line(text: str) -> None:
    sys.stdout.write(
        text.encode(sys.stdout.encoding or "utf-8", "replace").decode(sys.stdout.encoding or "utf-8")
    )
    sys.stdout.write("\n")
