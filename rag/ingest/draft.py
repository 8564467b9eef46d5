"""What a reader hands back: a text with its structure, before it has an identity."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from rag.types import Place, Span


@dataclass(frozen=True, slots=True)
class Draft:
    """One text read from a file. Fields mean what they mean in `rag.types`.

    Structured formats write their structure into the text the way Markdown does (`# heading`, `- item`,
    one table row a line), so that one splitter serves all of them.
    """

    text: str
    title: str = ""
    author: str = ""
    publisher: str = ""
    date: str = ""
    language: str = ""
    format: str = "text"
    places: tuple[Place, ...] = ()
    furniture: tuple[Span, ...] = ()
    notes: tuple[str, ...] = ()
    part: str = ""
    """Which document of a file that holds several; "" when it holds one."""


Reader: TypeAlias = Callable[[bytes, str], Sequence[Draft]]
"""From the bytes of a file and its name. Raises ReadError with a plain reason."""
