"""Small pieces of wording that every rendering shares: dates, source lines, clean text. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from datetime import date
from typing import Any

_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def clean(text: str) -> str:
    """Text without what a terminal or a reader would obey: control codes, direction overrides, tags."""
    kept = []
    for character in text:
        if character in "\n\t":
            kept.append(character)
            continue
        category = unicodedata.category(character)
        if category in ("Cc", "Cs") or "\u202a" <= character <= "\u202e" or "\u2066" <= character <= "\u2069":
            continue
        if "\U000e0000" <= character <= "\U000e007f":
            continue
        kept.append(character)
    return "".join(kept)


def one_line(text: str) -> str:
    """Clean text with every run of white space as one space."""
    return " ".join(clean(text).split())


OPEN, CLOSE = "\ue000", "\ue001"
"""Stand before and after the words that answer, until a rendering puts its own marks there."""

MOSTLY = 0.7
"""Share of a quote from which pointing at its words would tell nothing."""


def pointing(quote: Mapping[str, Any]) -> str:
    """A citation's quote with the words that answer between OPEN and CLOSE; without, where there are none."""
    text = str(quote["quote"]).replace(OPEN, " ").replace(CLOSE, " ")
    if not quote.get("answer"):
        return text
    start, end = (int(place) - int(quote["start"]) for place in quote["answer"])
    if not 0 <= start < end <= len(text) or end - start > MOSTLY * len(text):
        return text
    return f"{text[:start]}{OPEN}{text[start:end]}{CLOSE}{text[end:]}"


def day(value: str) -> str:
    """An ISO date as a person writes it ("2024-04-08" is "8 April 2024"); anything else as it is."""
    try:
        moment = date.fromisoformat(value[:10])
    except ValueError:
        parts = value.split("-")
        if len(parts) == 2 and all(part.isdigit() for part in parts) and 1 <= int(parts[1]) <= 12:
            return f"{_MONTHS[int(parts[1]) - 1]} {parts[0]}"
        return one_line(value)
    return f"{moment.day} {_MONTHS[moment.month - 1]} {moment.year}"


def origin(quote: Mapping[str, Any], *, title: bool = True) -> str:
    """Where a quote comes from, on one line: speaker, title, publisher or author, date, place.

    Args:
        quote: a citation or a nearest passage of `citations.record`.
        title: whether the document's title is part of it.
    """
    parts = [
        quote.get("speaker", ""),
        quote["title"] if title else "",
        quote.get("publisher") or quote.get("author", ""),
        day(quote.get("date", "")),
        quote.get("place", ""),
    ]
    return ", ".join(part for part in (one_line(str(part)) for part in parts) if part)


def percent(share: float) -> str:
    """A probability in whole percent. Nothing here is certain, so neither 0 nor 100 is ever said."""
    whole = round(100 * share)
    if whole >= 100:
        return "over 99\u00a0%"
    return f"{whole}\u00a0%" if whole > 0 else "under 1\u00a0%"


def seconds(amount: float) -> str:
    return f"{amount * 1000:.0f} ms" if amount < 1 else f"{amount:.1f} s"
