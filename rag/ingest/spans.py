"""Sets of spans."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rag.types import Span


def union(*sets: Iterable[Span]) -> tuple[Span, ...]:
    """Sorted, disjoint spans that cover what any of the sets covers."""
    merged: list[Span] = []
    for span in sorted((span for spans in sets for span in spans), key=lambda span: (span.start, span.end)):
        if merged and span.start <= merged[-1].end:
            merged[-1] = Span(merged[-1].start, max(merged[-1].end, span.end))
        elif span.end > span.start:
            merged.append(span)
    return tuple(merged)


def between(taken: Sequence[Span], length: int) -> list[Span]:
    """What sorted, disjoint spans leave of a text of `length` characters."""
    stretches = []
    cursor = 0
    for span in taken:
        if span.start > cursor:
            stretches.append(Span(cursor, span.start))
        cursor = max(cursor, span.end)
    if cursor < length:
        stretches.append(Span(cursor, length))
    return stretches
