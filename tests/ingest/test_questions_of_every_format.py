# ruff: noqa: E501 - files in one line each
"""One question about a file of every format, answered by quotes of the real models, with the right place."""

from __future__ import annotations

import io
import mailbox
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from fixture_files import docx, epub, odt, paragraph, pdf, pptx, zipped

from rag import assistant, library
from rag.assistant import Assistant
from rag.errors import ModelError
from rag.ingest.reading import suffix_of
from rag.settings import Settings

pytestmark = pytest.mark.models


class Asked(NamedTuple):
    file: str
    question: str
    says: str
    """Words of the quote."""
    place: str = ""
    part: str = ""
    """Which document of a file that holds several."""


QUESTIONS = (
    Asked("lighthouse.txt", "Who built the lighthouse of Skarvik?", "Olaf Brandt"),
    Asked("railway.md", "When was the mountain railway electrified?", "1934"),
    Asked("orchard.html", "What did the storm destroy in the orchard?", "plum trees"),
    Asked("yearbook.pdf", "How much does the repair of the drawbridge cost?", "nine million", "page 2"),
    Asked("minutes.docx", "Who was elected treasurer of the rowing club?", "Ingrid Dahl", "page 2"),
    Asked("brewery.odt", "How many barrels does the brewery make in a year?", "4,200 barrels"),
    Asked("theatre.rtf", "Why was the theatre closed?", "roof"),
    Asked("saga.epub", "Where did the shepherd hide the silver bell?", "mill", "chapter “The Land”"),
    Asked("tunnel.pptx", "How long will the ferry tunnel be?", "seven kilometres", "slide 2"),
    Asked("staff.xlsx", "Who is the harbour pilot?", "Nora Lind", "sheet Staff, row 3"),
    Asked("islands.csv", "How many inhabitants does the island of Tarva have?", "1,870", "row 3"),
    Asked("museum.json", "Which architect designed the whaling museum?", "Pia Holm"),
    Asked("sightings.jsonl", "Where was the white whale seen?", "Kobbe Bay", "line 2"),
    Asked("letter.eml", "When does the swimming hall open again?", "3 September"),
    Asked("council.mbox", "What does the parking permit cost?", "45 crowns", part="message 2"),
    Asked("interest.py", "How much is the yearly penalty?", "seven per cent", "line 46"),
    Asked("flood.srt", "Which street was flooded first?", "Kelp Street", "01:02:03"),
    Asked("baker.vtt", "At what time does the baker light the oven?", "three", "00:00:09"),
    Asked("papers.zip", "Who owns the paper mill?", "Solveig Krogh", part="deeds/mill.txt"),
    Asked("old.tar.gz", "What was found in the church crypt?", "iron chest", part="finds/crypt.md"),
)

FILLER = "The town lies on the coast, and its people have lived from the sea for many generations. "


def write_town(folder: Path) -> None:
    """Twenty files about one town, each with a fact that no other has."""
    page = [FILLER[:80], "Nothing else was decided that day, and the meeting was closed at nine."]
    messages = {
        "Boats": "All boats must leave the inner basin before the frost comes.",
        "Parking": "The parking permit costs 45 crowns a month from January on.",
    }
    contents: dict[str, str | bytes] = {
        "lighthouse.txt": f"{FILLER}\n\nThe lighthouse of Skarvik was built in 1896 by the engineer Olaf Brandt.\n",
        "railway.md": f"# The railway\n\n{FILLER}\n\n## Power\n\nThe mountain railway was electrified in 1934.\n",
        "orchard.html": "<html><head><title>The orchard</title></head><body><nav><a href='/'>Home</a></nav><article>"
        f"<h1>The orchard</h1><p>{FILLER}</p><p>The storm in the orchard destroyed forty plum trees in one night.</p>"
        "</article></body></html>",
        "yearbook.pdf": pdf(
            [
                ["# The harbour", *page],
                ["# Costs", "The repair of the drawbridge costs nine million crowns this year.", *page],
                ["# Risks", "Storms reach the harbour about twice in every winter.", *page],
            ],
            info="/Title (Yearbook of the harbour)",
        ),
        "minutes.docx": docx(
            paragraph("Minutes of the rowing club", "T")
            + paragraph("Boats", "H1")
            + paragraph("The club will buy two new boats in the spring, and sell the oldest.")
            + paragraph("Elections", "H1", before="<w:lastRenderedPageBreak/>")
            + paragraph("Ingrid Dahl was elected treasurer of the rowing club for two years.")
        ),
        "brewery.odt": odt("The brewery makes 4,200 barrels of beer in a year.", "The brewery"),
        "theatre.rtf": rb"{\rtf1\ansi{\info{\title The theatre}}The theatre was closed because its roof had rotted."
        rb"\par It opened again nine years later.}",
        "saga.epub": epub(
            "The shepherd sailed out in winter and caught nothing.",
            "The shepherd hid the silver bell under the floor of the old mill.",
            "The Shepherd's Saga",
        ),
        "tunnel.pptx": pptx("The ferry tunnel will be seven kilometres long.\nIt opens in 2031", "Crossing the sound"),
        "staff.xlsx": workbook(),
        "islands.csv": "Island,Inhabitants,Ferry\nLunna,240,weekly\nTarva,\"1,870\",daily\nSkogen,12,none\n",
        "museum.json": '{"name": "Whaling museum", "opened": 1978, "architect": "The whaling museum was designed by '
        'the architect Pia Holm."}',
        "sightings.jsonl": '{"animal": "seal", "note": "A seal slept on the slipway all day."}\n'
        '{"animal": "whale", "note": "The white whale was seen in Kobbe Bay at dawn."}\n',
        "letter.eml": "From: Bo Koval <bo@example.org>\nSubject: Swimming hall\nDate: Tue, 05 Mar 2024 10:00:00 +0100\n\n"
        "Dear all,\n\nthe swimming hall opens again on 3 September, after the pumps are replaced.\n",
        "interest.py": code(),
        "flood.srt": "1\n00:00:01,000 --> 00:00:03,000\nIt rained for nine days.\n\n"
        "2\n01:02:03,000 --> 01:02:06,000\nThe street that was flooded first was Kelp Street.\n",
        "baker.vtt": "WEBVTT\n\n00:01.000 --> 00:04.000\n<v Ida Moen>I have sold bread here all my life.\n\n"
        "00:09.000 --> 00:12.000\n<v Per Moen>The baker lights the oven at three in the morning.\n",
        "papers.zip": zipped({"deeds/mill.txt": "The paper mill belongs to Solveig Krogh, who owns it alone.", "x.bin": b"\0"}),
        "old.tar.gz": tar("finds/crypt.md", "# The crypt\n\nAn iron chest was found in the church crypt in 1911.\n"),
    }  # fmt: skip
    for name, content in contents.items():
        (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
    box = mailbox.mbox(folder / "council.mbox")
    for subject, said in messages.items():
        box.add(f"From: Town Council <council@example.org>\nSubject: {subject}\n\nDear all,\n\n{said}\n")
    box.close()


def workbook() -> bytes:
    import openpyxl

    book = openpyxl.Workbook()
    book.active.title = "Boats"
    book.active.append(["Boat", "Length"])
    book.active.append(["Havmann", 31])
    staff = book.create_sheet("Staff")
    for row in (["Name", "Role"], ["Lars Vik", "crane driver"], ["Nora Lind", "harbour pilot"]):
        staff.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def code() -> str:
    parts = [f"def monthly_fee_{n}(value):\n    return value + {n}\n\n\n" for n in range(11)]
    return "".join(parts) + (
        'def yearly_penalty(debt):\n    """The yearly penalty is seven per cent of what is owed."""\n'
        "    return debt * 0.07\n"
    )


def tar(name: str, text: str) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        member = tarfile.TarInfo(name)
        member.size = len(text.encode())
        archive.addfile(member, io.BytesIO(text.encode()))
    return out.getvalue()


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    folder = tmp_path_factory.mktemp("town")
    (folder / "docs").mkdir()
    write_town(folder / "docs")
    settings = Settings(library=folder / "library", mode="quotes", threads=1, budget_seconds=60.0)
    try:
        built = assistant.build(settings)
    except ModelError as error:
        pytest.skip(f"a model is missing: {error}")
    summary = library.add([folder / "docs"], built.store, built.embedder, workers=0)
    assert (summary.added, summary.skipped) == (20, [])
    yield built
    built.close()


@pytest.mark.parametrize("asked", QUESTIONS, ids=lambda asked: asked.file)
def test_a_question_on_each_format_is_answered_with_its_place(town: Assistant, asked: Asked) -> None:
    answer = town.ask(asked.question)
    assert answer.status == "answered", (answer.confidence, answer.reason)
    cited = answer.claims[0].evidence[0]
    source = cited.passage.source.path
    assert asked.says in cited.quote
    assert Path(source.partition("#")[0]).name == asked.file
    assert source.partition("#")[2] == asked.part
    assert (cited.passage.place.label if cited.passage.place else "") == asked.place
    whole = town.store.document(cited.passage.document_id)
    assert whole.text[cited.start : cited.end] == cited.quote


def test_every_documented_format_is_asked_about() -> None:
    named = ".txt .md .html .pdf .docx .odt .rtf .epub .pptx .xlsx .csv .json .jsonl .eml .mbox .py .srt .vtt .zip .tar.gz"
    assert {suffix_of(asked.file) for asked in QUESTIONS} == set(named.split())
