"""What a question was restricted to: kept with its answer, and said in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from rag.assistant import Assistant
from rag.present.render.words import day, one_line
from rag.present.ui.library_view import folder_name
from rag.types import Scope

SHOWN = 3
"""Documents that are named; of more, the number is said."""


def kept(scope: Scope, assistant: Assistant) -> dict[str, Any]:
    """A scope as JSON values, with the titles that its documents had when the question was asked."""
    return {
        "documents": [{"id": one, "title": title(one, assistant)} for one in scope.documents],
        "folder": scope.folder,
        "folder_name": folder_name(scope.folder) if scope.folder else "",
        "after": scope.after,
        "before": scope.before,
    }


def restored(record: Mapping[str, Any]) -> Scope:
    """The scope that a stored answer was asked with."""
    values = record.get("scope") or {}
    documents = tuple(str(one["id"]) for one in values.get("documents", ()))
    names = ("folder", "after", "before")
    return Scope(documents, **{name: str(values.get(name, "")) for name in names})


def asked_of(record: Mapping[str, Any]) -> str:
    """A line above the answer; nothing when every document was asked."""
    values = record.get("scope") or {}
    parts = _documents([one_line(one["title"]) for one in values.get("documents", ())])
    if values.get("folder"):
        parts.append(f"the folder {values['folder_name']}")
    parts += [f"{word} {day(values[key])}" for key, word in (("after", "from"), ("before", "until"))
              if values.get(key)]  # fmt: skip
    return f'<p class="searched">Asked only of {escape(", ".join(parts))}</p>' if parts else ""


def _documents(titles: Sequence[str]) -> list[str]:
    if len(titles) > SHOWN:
        return [f"{len(titles)} documents"]
    return [f"“{title}”" for title in titles]


def title(document_id: str, assistant: Assistant) -> str:
    """What a document is called now."""
    try:
        return assistant.store.document(document_id).source.title
    except KeyError:
        return "a document that is gone"
