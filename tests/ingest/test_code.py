"""Source code: its definitions are its structure, its lines its places."""

from __future__ import annotations

import pytest

from rag.ingest.blocks import lines
from rag.ingest.code import read_code
from rag.types import Span


@pytest.mark.parametrize(
    ("line", "title"),
    [
        ("def fee(value):", "def fee(value)"),
        ("    async def fee(self) -> int:", "async def fee(self) -> int"),
        ("export function fee(value) {", "export function fee(value)"),
        ("pub(crate) fn fee(value: u8) -> u8 {", "pub(crate) fn fee(value: u8) -> u8"),
        ("public static int fee(int value) {", "public static int fee(int value)"),
        ("func (s *Store) Fee() int {", "func (s *Store) Fee() int"),
        ("# a comment", None),
        ("    if (value) {", None),
        ("} else if (value) {", None),
        ("    return fee(value);", None),
        ("int fee(int value);", None),
    ],
)
def test_a_line_that_begins_a_definition_is_a_heading(line: str, title: str | None) -> None:
    (found,) = lines(line, Span(0, len(line)), code=True)
    assert (found.kind, found.title) == (("heading", title) if title else ("text", ""))


def test_a_method_lies_below_its_class() -> None:
    text = "class Till:\n    def fee(self):\n        return 1\n\n\ndef fine():\n    return 2\n"
    assert [line.level for line in lines(text, Span(0, len(text)), code=True)] == [1, 3, 0, 1, 0]


def test_every_line_is_a_place() -> None:
    (draft,) = read_code(b"one\ntwo\nthree\n", "count.py")
    assert [(place.start, place.label) for place in draft.places] == [
        (0, "line 1"),
        (4, "line 2"),
        (8, "line 3"),
    ]
    (long,) = read_code(b"x\n" * 12_000, "long.py")
    assert len(long.places) == 4000
