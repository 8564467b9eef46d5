"""The documents of a library as HTML: the list, what could not be read, and what adding brought."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from html import escape
from pathlib import PurePath

from rag.ports import Listing, Status
from rag.present.render.words import day, one_line
from rag.present.ui import library_filter
from rag.present.ui.kinds import kind_name, language_name

STATES = {"ready": "ready", "words": "words only"}


def count(status: Status) -> str:
    return f"{status.documents:,} {'document' if status.documents == 1 else 'documents'}"


def listing(shown: Sequence[Listing], matching: int, status: Status) -> str:
    """The table of documents.

    Args:
        shown: those in the table.
        matching: how many there are that pass the filter.
    """
    if not status.documents:
        return (
            '<div class="empty"><p class="problem">Nothing has been added yet.</p>'
            '<p class="remedy">Drop files anywhere on this page, or choose them above. '
            "They stay on this computer.</p></div>"
        )
    if not shown:
        return '<div class="empty"><p class="problem">No document is like that.</p></div>'
    rows = "".join(_row(item) for item in shown)
    told = [f"{matching:,} of {count(status)}"] if matching < status.documents else []
    waiting = status.passages - status.embedded
    if waiting > 0:
        told.append(
            f"{waiting:,} of {status.passages:,} passages are found by their words only until they are "
            "embedded"
        )
    found = f'<p class="facts" id="found-count">{" · ".join(told)}</p>' if told else ""
    more = ""
    if matching > len(shown):
        more = f'<button type="button" class="more" data-action="more">Show more of {matching:,}</button>'
    return (
        f'{found}<table class="documents"><thead><tr><th scope="col">Document</th><th scope="col">Kind</th>'
        '<th scope="col">Date</th><th scope="col">Language</th><th scope="col" class="number">Length</th>'
        '<th scope="col">State</th><th scope="col"><span class="unseen">Actions</span></th></tr></thead>'
        f"<tbody>{rows}</tbody></table>{more}"
    )


def unread(problems: Sequence[tuple[str, str]]) -> str:
    """Files that could not be read, each with its reason and a way to try once more."""
    if not problems:
        return ""
    items = "".join(
        f'<li><span><strong title="{escape(one_line(path))}">{escape(_file(path))}</strong> '
        f"{escape(_reason(path, reason))}</span>"
        f'<button type="button" data-action="again" data-path="{escape(path)}" '
        f'aria-label="Read {escape(_file(path))} again">Read again</button></li>'
        for path, reason in problems
    )
    files = "1 file" if len(problems) == 1 else f"{len(problems):,} files"
    return f'<details class="unread"><summary>{files} could not be read</summary><ul>{items}</ul></details>'


def filters(listings: Sequence[Listing], by: library_filter.Filter) -> str:
    """The fields that narrow the list; one with a single value to choose is left out."""
    there = library_filter.facets(listings)
    states = [("words", "Words only, so far"), ("ready", "Ready"), ("noted", "Read with a remark")]
    return (
        _select("state", "State", "Any state", states, by.state)
        + _counted("kind", "Kind", "Any kind", there.kinds, by.kind, kind_name)
        + _counted("language", "Language", "Any language", there.languages, by.language, language_name)
        + _counted("folder", "Folder", "Any folder", there.folders, by.folder, folder_name)
    )


def folder_options(listings: Sequence[Listing]) -> str:
    """What a question can be restricted to besides single documents."""
    found = library_filter.folders([item.source.path for item in listings])
    return "".join(
        f'<option value="{escape(folder)}">{escape(folder_name(folder))} ({number:,})</option>'
        for folder, number in found
    )


def folder_name(folder: str) -> str:
    """The last two parts of a path: enough to know it by."""
    parts = PurePath(folder).parts
    return one_line("/".join(parts[-2:]).replace("//", "/"))


def choices(listings: Sequence[Listing], more: int) -> str:
    """A box to tick for each document that a question may be restricted to."""
    rest = f'<p class="facts">{more:,} more: type a part of the title to find them.</p>' if more > 0 else ""
    boxes = "".join(
        f'<label><input type="checkbox" name="document" value="{escape(item.document_id)}"> '
        f"<span>{escape(one_line(item.source.title))}</span></label>"
        for item in listings
    )
    return (boxes or '<p class="facts">No document is called that.</p>') + rest


def summary(added: int, unchanged: int, updated: int, skipped: Iterable[tuple[str, str]]) -> str:
    """What bringing files in came to, in plain words, one line a file that could not be read."""
    counted = [(added, "added"), (updated, "updated"), (unchanged, "already here")]
    words = ", ".join(f"{number:,} {word}" for number, word in counted if number) or "Nothing added"
    lines = "".join(
        f"<li><strong>{escape(one_line(name))}</strong> {escape(_reason(name, reason))}</li>"
        for name, reason in skipped
    )
    problems = f'<p class="problem">Not read:</p><ul>{lines}</ul>' if lines else ""
    kind = "error" if lines else "done"
    return f'<div class="notice {kind}"><p>{escape(words)}.</p>{problems}</div>'


def _reason(name: str, reason: str) -> str:
    """A reason often begins with the name of its file, which is said already."""
    for known in (name, _file(name)):
        reason = reason.removeprefix(known)
    return one_line(reason)


def _file(path: str) -> str:
    return one_line(path.rstrip("/").rpartition("/")[2] or path)


def _counted(
    name: str,
    label: str,
    everything: str,
    values: Sequence[tuple[str, int]],
    now: str,
    words: Callable[[str], str],
) -> str:
    if len(values) < 2 and not now:
        return ""
    options = [(value, f"{words(value)} ({number:,})") for value, number in values]
    return _select(name, label, everything, options, now)


def _select(name: str, label: str, everything: str, options: Sequence[tuple[str, str]], now: str) -> str:
    shown = "".join(
        f'<option value="{escape(value)}"{" selected" if value == now else ""}>{escape(words)}</option>'
        for value, words in options
    )
    return (
        f'<label>{label}<select name="{name}"><option value="">{everything}</option>{shown}</select></label>'
    )


def _row(item: Listing) -> str:
    source, name = item.source, one_line(item.source.title)
    notes = "".join(f'<li class="note">{escape(one_line(note))}</li>' for note in item.notes)
    by = " · ".join(one_line(part) for part in (source.author, source.publisher) if part)
    state = library_filter.state(item)
    return (
        f'<tr data-document="{escape(item.document_id)}"><td data-label="Document">'
        f'<button type="button" class="title" data-open="{escape(item.document_id)}">{escape(name)}</button>'
        f'<span class="by">{escape(by)}</span><span class="path">{escape(one_line(source.path))}</span>'
        f"{f'<ul class=notes>{notes}</ul>' if notes else ''}</td>"
        f'<td data-label="Kind">{escape(kind_name(source.format))}</td>'
        f'<td data-label="Date">{escape(day(source.date))}</td>'
        f'<td data-label="Language">{escape(language_name(source.language))}</td>'
        f'<td data-label="Length" class="number">{max(1, item.characters // 6):,} words</td>'
        f'<td data-label="State"><span class="state {state}">{STATES[state]}</span></td>'
        f'<td class="tools"><details class="export"><summary aria-label="What to do with {escape(name)}">'
        f"<span>\u22ef</span></summary><span>{_TOOLS}</span></details></td></tr>"
    )


_TOOLS = (
    '<button type="button" data-action="ask">Ask only this</button>'
    '<button type="button" data-action="again">Read again</button>'
    '<button type="button" data-action="remove">Remove</button>'
)
