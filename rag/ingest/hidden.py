"""Text that a person does not see and a model would read: removed, and said so.

Unicode tag characters (U+E0000 block) can spell whole instructions invisibly; runs of zero-width
characters and of variation selectors can encode bytes; directional overrides show another order than the
one stored. Single joiners are left alone: Persian, Indic scripts and emoji need them.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, replace

from rag.ingest.draft import Draft
from rag.types import Place, Span

_FLAG = "\U0001f3f4[\U000e0020-\U000e007e]{1,6}\U000e007f"
"""A black flag and the tags of a region: the flags of England, Scotland and Wales."""
_KINDS = {
    "tags": ("Unicode tag characters", "[\U000e0000-\U000e007f]+"),
    "zero": (
        "zero-width characters",
        "[\u200b-\u200f\u2060-\u2064\ufeff\u180e\u034f\u061c\u115f\u1160\u3164\uffa0]{4,}",
    ),
    "selectors": ("variation selectors", "[\ufe00-\ufe0f\U000e0100-\U000e01ef]{2,}"),
    "overrides": ("directional overrides", "[\u202d\u202e]"),
}
_HIDDEN = re.compile(
    f"(?P<flag>{_FLAG})|" + "|".join(f"(?P<{name}>{pattern})" for name, (_, pattern) in _KINDS.items())
)
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class _Removed:
    start: int
    length: int


def without_hidden(draft: Draft) -> Draft:
    """The draft without hidden characters, its places and furniture moved along, each kind noted.

    NULs and lone surrogates, which cannot be stored, become U+FFFD, one for one.
    """
    text, broken = _UNSTORABLE.subn("\ufffd", draft.text)
    notes = [f"{broken} characters that cannot be stored were replaced"] if broken else []
    if text.isascii() or not _HIDDEN.search(text):
        return replace(draft, text=text, notes=(*draft.notes, *notes)) if broken else draft
    removed: list[_Removed] = []
    counts: dict[str, int] = {}
    pieces: list[str] = []
    cursor = 0
    for match in _HIDDEN.finditer(text):
        kind = match.lastgroup
        if kind is None or kind == "flag":
            continue
        pieces.append(text[cursor : match.start()])
        cursor = match.end()
        removed.append(_Removed(match.start(), len(match.group())))
        counts[kind] = counts.get(kind, 0) + len(match.group())
    text = "".join([*pieces, text[cursor:]])
    notes += [f"{count} hidden characters were removed ({_KINDS[kind][0]})" for kind, count in counts.items()]
    move = _Move(removed)
    return replace(
        draft,
        text=text,
        places=tuple(Place(move(place.start), place.label, place.page) for place in draft.places),
        furniture=tuple(
            moved
            for span in draft.furniture
            if (moved := Span(move(span.start), move(span.end))).start < moved.end
        ),
        notes=(*draft.notes, *notes),
    )


class _Move:
    """From an offset before the removal to the one after it."""

    def __init__(self, removed: list[_Removed]) -> None:
        self._starts = [stretch.start for stretch in removed]
        self._removed = removed
        self._before = [0]
        for stretch in removed:
            self._before.append(self._before[-1] + stretch.length)

    def __call__(self, offset: int) -> int:
        at = bisect_right(self._starts, offset) - 1
        if at < 0:
            return offset
        last = self._removed[at]
        return offset - self._before[at] - min(offset - last.start, last.length)
