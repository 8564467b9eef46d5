"""The documents of a library as HTML: the list, and what adding them brought."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from rag.ports import Listing, Status
from rag.present.render.words import day, one_line


def count(status: Status) -> str:
    return f"{status.documents:,} {'document' if status.documents == 1 else 'documents'}"


def listing(listings: Sequence[Listing], status: Status) -> str:
    """The table of documents. Search, filter and order are the page's, over what is here."""
    if not listings:
        return (
            '<div class="empty"><p class="problem">Nothing has been added yet.</p>'
            '<p class="remedy">Drop files anywhere on this page, or choose them above. '
            "They stay on this computer.</p></div>"
        )
    rows = "".join(_row(item) for item in listings)
    waiting = status.passages - status.embedded
    note = ""
    if waiting > 0:
        note = (
            f'<p class="facts">{waiting:,} of {status.passages:,} passages are found by their words only '
            "until they are embedded.</p>"
        )
    return (
        f'{note}<table class="documents"><thead><tr><th scope="col">Document</th><th scope="col">Date</th>'
        '<th scope="col">Language</th><th scope="col" class="number">Length</th><th scope="col">State</th>'
        f'<th scope="col"><span class="unseen">Actions</span></th></tr></thead><tbody>{rows}</tbody></table>'
    )


def choices(listings: Sequence[Listing]) -> str:
    """A box to tick for each document that a question may be restricted to."""
    return "".join(
        f'<label><input type="checkbox" name="document" value="{escape(item.document_id)}"> '
        f"<span>{escape(one_line(item.source.title))}</span></label>"
        for item in listings
    )


def summary(added: int, unchanged: int, updated: int, skipped: Iterable[tuple[str, str]]) -> str:
    """What bringing files in came to, in plain words, one line a file that could not be read."""
    counted = [(added, "added"), (updated, "updated"), (unchanged, "already here")]
    words = ", ".join(f"{number:,} {word}" for number, word in counted if number) or "Nothing added"
    lines = "".join(
        f"<li><strong>{escape(one_line(name))}</strong> {escape(one_line(reason.removeprefix(name)))}</li>"
        for name, reason in skipped
    )
    problems = f'<p class="problem">Not read:</p><ul>{lines}</ul>' if lines else ""
    kind = "error" if lines else "done"
    return f'<div class="notice {kind}"><p>{escape(words)}.</p>{problems}</div>'


def _row(item: Listing) -> str:
    source, name = item.source, one_line(item.source.title)
    notes = "".join(f'<li class="note">{escape(one_line(note))}</li>' for note in item.notes)
    by = " · ".join(one_line(part) for part in (source.author, source.publisher) if part)
    state = "ready" if item.embedded >= item.passages else "words only"
    return (
        f'<tr data-document="{escape(item.document_id)}"><td data-label="Document">'
        f'<button type="button" class="title" data-open="{escape(item.document_id)}">{escape(name)}</button>'
        f'<span class="by">{escape(by)}</span><span class="path">{escape(one_line(source.path))}</span>'
        f"{f'<ul class=notes>{notes}</ul>' if notes else ''}</td>"
        f'<td data-label="Date">{escape(day(source.date))}</td>'
        f'<td data-label="Language">{escape(source.language)}</td>'
        f'<td data-label="Length" class="number">{max(1, item.characters // 6):,} words</td>'
        f'<td data-label="State"><span class="state {state.split()[0]}">{state}</span></td>'
        f'<td class="tools"><button type="button" data-action="remove" aria-label="Remove {escape(name)}">'
        "Remove</button></td></tr>"
    )
