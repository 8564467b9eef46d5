# ruff: noqa: E501 - lists of words
"""Whatever a file of any format says, its passages are exact slices that cover its text and lose no word."""

from __future__ import annotations

import csv
import io
import json
import tarfile
from collections.abc import Callable
from html import escape

import pytest
from fixture_files import docx, epub, odt, paragraph, pdf, pptx, zipped
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_passages import check

from rag import ingest
from rag.ingest import reading

WORDS = (
    "the harbour and Nora Dr. e.g. ended. Why? “quoted” naïve Łódź 12,000 3.5 [1] - | # & < > \" ' & AT&T ; : "
    "Ann: Search Share © 漢字。 हिन्दी می‌خواهم 😀 x"
).split()


@st.composite
def paragraphs(draw: st.DrawFn) -> list[str]:
    """Paragraphs in many scripts, each with a word of its own."""
    found = draw(st.lists(st.lists(st.sampled_from(WORDS), max_size=25), min_size=1, max_size=6))
    return [" ".join([f"Mark{number}qz", *words]) for number, words in enumerate(found)]


def plain(said: list[str]) -> bytes:
    return "\n\n".join(said).encode()


def html(said: list[str]) -> bytes:
    body = "".join(f"<p>{escape(one)}</p>" for one in said)
    return f"<meta charset=utf-8><nav>Home</nav><article>{body}</article>".encode()


def pages(said: list[str]) -> bytes:
    return pdf([["# Heading", one.encode("ascii", "replace").decode()] for one in said])


def word(said: list[str]) -> bytes:
    return docx("".join(paragraph(escape(one)) for one in said))


def table(said: list[str]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows([["Number", "Text"], *enumerate(said)])
    return out.getvalue().encode()


def tabs(said: list[str]) -> bytes:
    return ("Number\tText\n" + "\n".join(f"{n}\t{one}" for n, one in enumerate(said))).encode()


def workbook(said: list[str]) -> bytes:
    import openpyxl

    book = openpyxl.Workbook()
    for row in [["Number", "Text"], *enumerate(said)]:
        book.active.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def mail(said: list[str]) -> bytes:
    return b"From: Ann <a@example.org>\nSubject: x\nContent-Type: text/plain; charset=utf-8\n\n" + plain(said)


def mailbox(said: list[str]) -> bytes:
    return b"".join(b"From a@b Tue Mar  5 10:00:00 2024\n" + mail([one]) + b"\n\n" for one in said)


def book(said: list[str]) -> bytes:
    return epub(escape(said[0]), "</p><p>".join(map(escape, said[1:])) or "End")


def slides(said: list[str]) -> bytes:
    return pptx("\n".join(map(escape, said)))


def office(said: list[str]) -> bytes:
    return odt("</text:p><text:p>".join(map(escape, said)))


def rich(said: list[str]) -> bytes:
    def coded(text: str) -> str:
        text = text.replace("\\", r"\\").replace("{", r"\{").replace("}", r"\}")
        units = text.encode("utf-16-le")
        codes = [int.from_bytes(units[at : at + 2], "little") for at in range(0, len(units), 2)]
        return "".join(
            chr(c) if c < 128 else rf"\u{c - 65536 if c > 32767 else c}?" for c in codes
        )  # fmt: skip

    return (r"{\rtf1\ansi " + r"\par ".join(map(coded, said)) + "}").encode("ascii")


def subtitles(said: list[str]) -> bytes:
    cues = (f"{n + 1}\n00:00:{n:02},000 --> 00:00:{n:02},900\n{one}" for n, one in enumerate(said))
    return "\n\n".join(cues).encode()


def web_subtitles(said: list[str]) -> bytes:
    cues = (f"00:{n:02}.000 --> 00:{n:02}.900\n{escape(one)}" for n, one in enumerate(said))
    return ("WEBVTT\n\n" + "\n\n".join(cues)).encode()


def tar(said: list[str]) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        for number, one in enumerate(said):
            member = tarfile.TarInfo(f"in/{number}.txt")
            member.size = len(one.encode())
            archive.addfile(member, io.BytesIO(one.encode()))
    return out.getvalue()


MAKERS: dict[str, Callable[[list[str]], bytes]] = {
    ".txt .text .log .rst .org .tex .adoc .md .markdown .mdown .mkd": plain,
    ".html .htm .xhtml .shtml": html,
    ".pdf": pages,
    ".docx .docm .dotx": word,
    ".csv": table,
    ".tsv": tabs,
    ".xlsx .xlsm": workbook,
    ".eml": mail,
    ".mbox": mailbox,
    ".epub": book,
    ".pptx .pptm .ppsx": slides,
    ".json": lambda said: json.dumps({"all": said, "first": said[0]}).encode(),
    ".jsonl .ndjson": lambda said: "\n".join(json.dumps({"said": one}) for one in said).encode(),
    ".srt": subtitles,
    ".vtt": web_subtitles,
    ".odt .ott": office,
    ".rtf": rich,
    ".zip": lambda said: zipped({f"in/{number}.txt": one for number, one in enumerate(said)}),
    ".tar .tgz .tbz2 .txz .tar.gz .tar.bz2 .tar.xz": tar,
    ".py .pyi .js .mjs .ts .tsx .jsx .java .kt .c .h .cc .cpp .hpp .cs .go .rs .rb .php .swift .scala .sh .bash "
    ".ps1 .sql .r .jl .lua .pl .hs .ml .ex .clj .dart .vue .css .scss .toml .yaml .yml .ini .cfg .conf .xml "
    ".proto": plain,
}  # fmt: skip
"""Suffixes that one reader serves in one way → how to say paragraphs in that format."""


def test_every_suffix_that_can_be_read_is_under_test() -> None:
    assert sorted(suffix for suffixes in MAKERS for suffix in suffixes.split()) == sorted(ingest.FORMATS)


@pytest.mark.parametrize("suffixes", MAKERS, ids=lambda suffixes: suffixes.split()[0])
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(said=paragraphs(), data=st.data())
def test_passages_are_slices_that_cover_the_text_and_no_word_is_lost(
    suffixes: str, said: list[str], data: st.DataObject
) -> None:
    suffix = data.draw(st.sampled_from(suffixes.split()))
    drafts = reading.read_bytes(MAKERS[suffixes](said), f"x{suffix}")
    documents = [found for draft in drafts if (found := reading.finished(draft, f"/x{suffix}"))]
    whole = " ".join(document.text for document in documents)
    assert [one.split()[0] for one in said if one.split()[0] not in whole] == []
    assert len({document.id for document in documents}) == len(documents)
    for document in documents:
        check(document)
        starts = [place.start for place in document.places]
        assert starts == sorted(set(starts))
        assert not starts or starts[0] == 0
        for passage in ingest.split(document):
            assert passage.place is None or passage.place in document.places
