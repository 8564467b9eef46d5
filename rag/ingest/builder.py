"""Write the stored text of a structured format, block by block, and remember where its places begin."""

from __future__ import annotations

from rag.types import Place


class Builder:
    """Blocks are separated by one blank line, or by one line break where they belong together."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._length = 0
        self._places: list[Place] = []
        self._waiting: tuple[str, int | None] | None = None

    def place(self, label: str, page: int | None = None) -> None:
        """What comes next is at this place. A place without text is forgotten."""
        self._waiting = (label, page)

    def block(self, text: str, *, close: bool = False) -> None:
        """
        Args:
            close: on the line after the block before, without a blank line.
        """
        text = text.strip("\n").rstrip()
        if not text.strip():
            return
        if self._pieces:
            self._write("\n" if close else "\n\n")
        if self._waiting:
            label, page = self._waiting
            self._places.append(Place(self._length if self._places else 0, label, page))
            self._waiting = None
        self._write(text)

    @property
    def length(self) -> int:
        return self._length

    @property
    def text(self) -> str:
        return "".join(self._pieces)

    @property
    def places(self) -> tuple[Place, ...]:
        return tuple(self._places)

    def _write(self, text: str) -> None:
        self._pieces.append(text)
        self._length += len(text)
