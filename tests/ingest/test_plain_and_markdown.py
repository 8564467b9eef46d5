# ruff: noqa: E501 - sample texts
"""Text in any encoding, and Markdown."""

from pathlib import Path

import pytest

from rag import ingest
from rag.errors import ReadError

TEXT = "Die Straße führt über den Fluß. Ça va très bien, naïve señor. Łódź leży w Polsce, a Kraków też.\n" * 3


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_unicode_encodings_give_the_same_text(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "a.txt"
    file.write_bytes(TEXT.encode(encoding))
    assert ingest.read(file)[0].text == TEXT


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("cp1251", "Съешь же ещё этих мягких французских булок, да выпей чаю. Быстрая лиса прыгает через собаку. "),
        ("cp1252", "Größere Häuser stehen in der Straße – für alle Bürger möglich. Später fährt der Zug über Köln. "),
        ("shift_jis", "吾輩は猫である。名前はまだ無い。どこで生れたかとんと見当がつかぬ。"),
    ],
)  # fmt: skip
def test_older_encodings_are_guessed_and_said_so(tmp_path: Path, encoding: str, text: str) -> None:
    file = tmp_path / "a.txt"
    file.write_bytes((text * 8).encode(encoding))
    read = ingest.read(file)[0]
    assert read.text == text * 8
    assert "guess" in read.notes[0]


def test_a_few_wrong_bytes_do_not_spoil_a_utf8_file(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_bytes(TEXT.encode() * 10 + b"broken \xff\xfe here\n" + TEXT.encode())
    read = ingest.read(file)[0]
    assert read.text.startswith(TEXT)
    assert "not valid UTF-8" in read.notes[0]


def test_line_ends_and_spaces_are_kept_as_they_are(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_bytes(b"One.\r\nTwo.\rThree.\n\n  Four.\xc2\xa0")
    assert ingest.read(file)[0].text == "One.\r\nTwo.\rThree.\n\n  Four.\xa0"


FRONT = """---
title: "A: Title"
author: [Ann Lee, Bo Koval]
publisher: The Paper
date: 2024-03-05
---

# A heading

Text here. <!-- hidden words --> More text.
"""


def test_front_matter_describes_the_source_and_is_never_quoted(tmp_path: Path) -> None:
    file = tmp_path / "a.md"
    file.write_text(FRONT, encoding="utf-8")
    read = ingest.read(file)[0]
    source = read.source
    assert (source.title, source.author, source.publisher, source.date, source.format) == (
        "A: Title", "Ann Lee, Bo Koval", "The Paper", "2024-03-05", "markdown",
    )  # fmt: skip
    assert read.text == FRONT
    quoted = " ".join(passage.text for passage in ingest.split(read))
    assert "publisher" not in quoted
    assert "hidden" not in quoted
    assert "Text here." in quoted


def test_front_matter_with_aliases_or_broken_yaml_is_plain_text(tmp_path: Path) -> None:
    for body in ("a: &x [1]\nb: *x", "a: [", "- list"):
        file = tmp_path / "a.md"
        file.write_text(f"---\n{body}\n---\n\n# Real title\n\nWords.", encoding="utf-8")
        assert ingest.read(file)[0].source.title == "Real title"


def test_the_first_heading_is_the_title(tmp_path: Path) -> None:
    file = tmp_path / "a.md"
    file.write_text("Intro.\n\n# The **real** [title](http://x)\n\nWords.", encoding="utf-8")
    assert ingest.read(file)[0].source.title == "The real title"


def test_identity_follows_the_path_and_not_the_text(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text("One.", encoding="utf-8")
    first = ingest.read(file)[0].id
    file.write_text("Two.", encoding="utf-8")
    assert ingest.read(file)[0].id == first
    assert len(first) == 16
    assert ingest.read(file, source="https://example.org/a")[0].id != first


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [("a.txt", b"", "empty"), ("b.txt", b" \n\t ", "no text"), ("c.txt", bytes(range(256)) * 20, "binary")],
)
def test_what_cannot_be_read_is_said_in_one_line(tmp_path: Path, name: str, data: bytes, reason: str) -> None:
    file = tmp_path / name
    file.write_bytes(data)
    with pytest.raises(ReadError, match=reason) as caught:
        ingest.read(file)
    assert "\n" not in str(caught.value)
    with pytest.raises(ReadError, match="does not exist"):
        ingest.read(tmp_path / "missing.txt")
    with pytest.raises(ReadError, match="folder"):
        ingest.read(tmp_path)
