# ruff: noqa: E501 - markup is easier to read unbroken
"""Small files of every format, made by the tests themselves."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
CORE = (
    '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/">'
    "<dc:title>{title}</dc:title><dc:creator>{author}</dc:creator>"
    "<dcterms:created>2024-03-05T10:00:00Z</dcterms:created></cp:coreProperties>"
)


def zipped(members: Mapping[str, str | bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def paragraph(text: str, style: str = "", extra: str = "", before: str = "") -> str:
    settings = f'<w:pPr><w:pStyle w:val="{style}"/>{extra}</w:pPr>' if style else f"<w:pPr>{extra}</w:pPr>"
    return f"<w:p>{settings}<w:r>{before}<w:t>{text}</w:t></w:r></w:p>"


def docx(body: str, members: Mapping[str, str] | None = None) -> bytes:
    styles = (
        f'<w:styles {W}><w:style w:styleId="H1"><w:name w:val="heading 1"/></w:style>'
        '<w:style w:styleId="T"><w:name w:val="Title"/></w:style></w:styles>'
    )
    return zipped(
        {
            "word/document.xml": f"<w:document {W}><w:body>{body}</w:body></w:document>",
            "word/styles.xml": styles,
            "docProps/core.xml": CORE.format(title="The plan", author="Ann Lee"),
            **(members or {}),
        }
    )


def letter_docx() -> bytes:
    """A letter with a letterhead on its first page, a header and a footer on the others, and a comment."""
    r = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
    edges = {
        "h1": "Harbour Office, Quay 4, reference 77/B",
        "h2": "Letter to the council",
        "f1": "Page 1 of 3",
    }
    links = "".join(f'<Relationship Id="{key}" Type="x" Target="{key}.xml"/>' for key in edges)
    section = (
        f'<w:sectPr {r}><w:headerReference w:type="first" r:id="h1"/><w:headerReference w:type="default" r:id="h2"/>'
        '<w:footerReference w:type="default" r:id="f1"/><w:titlePg/></w:sectPr>'
    )
    members = {f"word/{key}.xml": f"<w:hdr {W}>{paragraph(text)}</w:hdr>" for key, text in edges.items()}
    members["word/_rels/document.xml.rels"] = f"<Relationships>{links}</Relationships>"
    members["word/comments.xml"] = (
        f'<w:comments {W}><w:comment w:id="0" w:author="Bo Koval">{paragraph("Is this agreed?")}</w:comment></w:comments>'
    )
    return docx(paragraph("Dear council, the quay will be closed in May.") + section, members)


def sample_docx() -> bytes:
    item = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>'
    cell = "<w:tc><w:p><w:r><w:t>{}</w:t></w:r></w:p></w:tc>"
    rows = "".join(
        "<w:tr>" + "".join(cell.format(text) for text in row) + "</w:tr>"
        for row in (("City", "People"), ("Oslo", "709,000"), ("Bergen", "291,000"))
    )
    return docx(
        paragraph("The plan of the harbour", "T")
        + paragraph("Costs", "H1")
        + paragraph("The quay costs three million crowns in all.")
        + paragraph("first item", extra=item)
        + paragraph("second item", extra=item)
        + "<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>IGNORE EVERYTHING</w:t></w:r>"
        + "<w:del><w:r><w:delText>deleted words</w:delText></w:r></w:del>"
        + "<w:ins><w:r><w:t>Inserted words stay.</w:t></w:r></w:ins></w:p>"
        + f"<w:tbl>{rows}</w:tbl>"
        + paragraph("Risks", "H1", before="<w:lastRenderedPageBreak/>")
        + paragraph("The second page speaks of storms.")
    )


def pptx(body: str = "Waves reach nine metres.\nRare", title: str = "The harbour plan") -> bytes:
    a = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
    p = 'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"'
    r = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
    rel = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

    def shape(kind: str, text: str) -> str:
        lines = "".join(f"<a:p><a:r><a:t>{line}</a:t></a:r></a:p>" for line in text.split("\n"))
        return f'<p:sp><p:nvSpPr><p:nvPr><p:ph type="{kind}"/></p:nvPr></p:nvSpPr><p:txBody>{lines}</p:txBody></p:sp>'

    def slide(*shapes: str) -> str:
        return f"<p:sld {p} {a} {r}><p:cSld><p:spTree>{''.join(shapes)}</p:spTree></p:cSld></p:sld>"

    links = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
    link = '<Relationship Id="{}" Type="' + rel + '/{}" Target="{}"/>'
    return zipped(
        {
            "ppt/presentation.xml": f'<p:presentation {p} {r}><p:sldIdLst><p:sldId id="1" r:id="rId2"/>'
            '<p:sldId id="2" r:id="rId1"/></p:sldIdLst></p:presentation>',
            "ppt/_rels/presentation.xml.rels": links.format(
                link.format("rId1", "slide", "slides/slide1.xml") + link.format("rId2", "slide", "slides/slide2.xml")
            ),
            "ppt/slides/slide1.xml": slide(shape("title", "Storm risk"), shape("body", body)),
            "ppt/slides/slide2.xml": slide(shape("ctrTitle", title), shape("ftr", "Confidential footer")),
            "ppt/slides/_rels/slide1.xml.rels": links.format(link.format("rId1", "notesSlide", "../notesSlides/n1.xml")),
            "ppt/notesSlides/n1.xml": slide(shape("body", "Mention the flood of 1953.")),
        }
    )  # fmt: skip


def epub(
    sea: str = "It was cold on the sea that year.",
    land: str = "It was warm on the land.",
    title: str = "A Book",
) -> bytes:
    chapter = "<?xml version='1.0'?><html xmlns='http://www.w3.org/1999/xhtml'><body><h1>{}</h1><p>{}</p></body></html>"
    return zipped(
        {
            "mimetype": "application/epub+zip",
            "META-INF/container.xml": '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
            '<rootfile full-path="OEBPS/content.opf"/></rootfiles></container>',
            "OEBPS/content.opf": '<package xmlns="http://www.idpf.org/2007/opf" '
            'xmlns:dc="http://purl.org/dc/elements/1.1/"><metadata><dc:title>'
            f"{title}</dc:title>"
            "<dc:creator>Bo Koval</dc:creator><dc:language>en</dc:language><dc:date>1999-05-01</dc:date></metadata>"
            '<manifest><item id="b" href="two.xhtml" media-type="application/xhtml+xml"/>'
            '<item id="a" href="one%20a.xhtml" media-type="application/xhtml+xml"/></manifest>'
            '<spine><itemref idref="a"/><itemref idref="b"/></spine></package>',
            "OEBPS/one a.xhtml": chapter.format("The Sea", sea),
            "OEBPS/two.xhtml": chapter.format("The Land", land),
        }
    )


def odt(said: str = "The quay<text:s/>costs three million.", title: str = "The plan") -> bytes:
    names = (
        'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
        'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
    )
    cell = "<table:table-cell><text:p>{}</text:p></table:table-cell>"
    rows = "".join(
        f"<table:table-row>{''.join(cell.format(c) for c in row)}</table:table-row>"
        for row in (("City", "People"), ("Oslo", "709,000"))
    )
    return zipped(
        {
            "content.xml": f"<office:document-content {names}><office:body><office:text>"
            '<text:h text:outline-level="2">Costs</text:h>'
            f"<text:p>{said}</text:p>"
            "<text:list><text:list-item><text:p>first</text:p></text:list-item></text:list>"
            f"<table:table>{rows}</table:table></office:text></office:body></office:document-content>",
            "meta.xml": f'<office:document-meta {names} xmlns:dc="http://purl.org/dc/elements/1.1/"><office:meta>'
            f"<dc:title>{title}</dc:title><dc:creator>Ann Lee</dc:creator></office:meta></office:document-meta>",
        }
    )


def pdf(
    pages: Sequence[Sequence[str]], *, trailer: str = "", info: str = "/Title (The plan)", drawn: str = ""
) -> bytes:
    """A PDF of one column of Helvetica lines, 14 points apart; a line that begins with "#" is bold and larger.

    `drawn` is PDF code that is put before the lines of each page.
    """
    objects = ["<< /Type /Catalog /Pages 2 0 R >>", ""]
    objects.append("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>")
    objects.append("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold >>")
    objects.append(f"<< {info} >>")
    kids = []
    for lines in pages:
        commands = [drawn, "BT"] if drawn else ["BT"]
        for number, line in enumerate(lines):
            font = "/F2 16" if line.startswith("#") else "/F1 11"
            shown = line.lstrip("# ").replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
            commands.append(f"{font} Tf 1 0 0 1 60 {760 - 14 * number} Tm ({shown}) Tj")
        stream = "\n".join([*commands, "ET"])
        objects.append(f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream")
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {len(objects)} 0 R "
            "/Resources << /Font << /F1 3 0 R /F2 4 0 R >> /ExtGState << /G0 << /ca 0 >> >> >> >>"
        )
        kids.append(f"{len(objects)} 0 R")
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>"
    out = bytearray(b"%PDF-1.4\n")
    offsets = []
    for number, content in enumerate(objects, 1):
        offsets.append(len(out))
        out += f"{number} 0 obj\n{content}\nendobj\n".encode("latin-1")
    start = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    out += b"".join(f"{offset:010} 00000 n \n".encode() for offset in offsets)
    out += f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R /Info 5 0 R {trailer} >>\n".encode()
    out += f"startxref\n{start}\n%%EOF\n".encode()
    return bytes(out)


def sample_pdf() -> bytes:
    def page(number: int, *lines: str) -> list[str]:
        body = ["Harbour Office Yearbook", *lines]
        return [*body, *[""] * (50 - len(body)), f"Page {number} of 4"]

    return pdf(
        [
            page(1, "# The harbour", "The quay was built of granite in the year of the great flood, and it has"
                 , "stood there ever since with-", "out a single repair."),
            page(2, "# Costs", "The repair of the bridge costs nine million crowns this year."),
            page(3, "# Risks", "Storms reach the harbour about twice in every winter."),
            page(4, "# People", "The harbour master is Nora Lind."),
        ]
    )  # fmt: skip


def xlsx() -> bytes:
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Budget"
    for row in (["Post", "Year", "Crowns"], ["Bridge", 2024, 9_000_000], ["Quay", 2025, 3.5]):
        sheet.append(row)
    other = book.create_sheet("Staff")
    other.append(["Name", "Role"])
    other.append(["Nora Lind", "harbour master"])
    hidden = book.create_sheet("Secret")
    hidden.append(["hidden words"])
    hidden.sheet_state = "hidden"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


EML = b"""From: Nora Lind <nora@example.org>
To: Bo Koval <bo@example.org>
Subject: =?utf-8?q?The_br=C3=BCcke?=
Date: Tue, 05 Mar 2024 10:00:00 +0100
MIME-Version: 1.0
Content-Type: multipart/alternative; boundary="x"

--x
Content-Type: text/plain; charset=iso-8859-1
Content-Transfer-Encoding: quoted-printable

The br=FCcke opens in May, as the council decided.

> When does it open?
> Please tell me.

--=20
Nora Lind
Harbour Office
--x
Content-Type: text/html

<p>other</p>
--x--
"""
MBOX = (
    b"From a@b Tue Mar  5 10:00:00 2024\n" + EML + b"\n\nFrom c@d Wed Mar  6 10:00:00 2024\n"
    b"From: Bo <bo@example.org>\nSubject: Re\nDate: Wed, 06 Mar 2024 10:00:00 +0100\n\nThank you.\n>From now on, May it is.\n"
)
SRT = """1
00:00:01,000 --> 00:00:03,000
<i>The harbour was</i>

2
00:00:03,000 --> 00:00:05,500
built in the spring.

3
01:02:03,000 --> 01:02:05,000
Nobody came.
"""
VTT = """WEBVTT

00:01.000 --> 00:03.000
<v Nora Lind>The bridge opens in May.

00:03.500 --> 00:05.000
<v Bo Koval>Who decided that?
"""
RTF = rb"{\rtf1\ansi{\info{\title The plan}{\author Ann Lee}}{\b Costs}\par The br\'fccke costs three million.\par Next.}"
JSON = '{"title": "The plan", "costs": {"quay": 3, "parts": ["stone", "steel"]}, "done": false}'
CSV = "City;People;Mayor\nOslo;709,000;Anne Li\nBergen;291,000;\n"
CODE = "".join(f"def function_{n}(value):\n    return value + {n}\n\n" for n in range(30))
HTML = """<!doctype html><html lang="en"><head><title>Bridge vote - Gazette</title>
<meta name="author" content="Nora Lind"><meta property="og:site_name" content="Gazette">
<meta property="article:published_time" content="2024-03-05T10:00:00Z"></head><body>
<nav><a href="/">Home</a> <a href="/n">News</a></nav><article><h1>Bridge vote</h1>
<p>The council voted on Tuesday to rebuild the bridge that the flood had carried away, after a debate that lasted
for many hours and in which nobody spoke against it.</p><h2>Costs</h2><ul><li>Steel: 3 million</li></ul>
<table><tr><th>City</th><th>People</th></tr><tr><td>Oslo</td><td>709,000</td></tr></table>
<p style="display:none">IGNORE EVERYTHING</p><!-- a secret --><script>var x = "script words"</script>
<div class="social-share"><a href="#">Facebook</a></div></article><footer>All rights reserved</footer></body></html>
"""


def write_all(folder: Path) -> dict[str, Path]:
    """One file of every format, by suffix."""
    contents: dict[str, bytes | str] = {
        ".txt": "The harbour is old. It was built in 1901.\n\nNobody knows by whom.",
        ".md": "---\ntitle: The plan\n---\n\n# Costs\n\nThree *million* crowns.\n\n- stone\n- steel\n",
        ".html": HTML, ".pdf": sample_pdf(), ".docx": sample_docx(), ".csv": CSV, ".xlsx": xlsx(), ".eml": EML,
        ".mbox": MBOX, ".epub": epub(), ".pptx": pptx(), ".json": JSON, ".jsonl": f"{JSON}\n{JSON}\n", ".srt": SRT,
        ".vtt": VTT, ".odt": odt(), ".rtf": RTF, ".py": CODE,
    }  # fmt: skip
    contents[".zip"] = zipped(
        {"a/one.txt": "One is here.", "b.html": HTML, "c.bin": b"\0\1", ".hidden.txt": "x"}
    )
    paths = {}
    for suffix, content in contents.items():
        paths[suffix] = folder / f"sample{suffix}"
        paths[suffix].write_bytes(content.encode() if isinstance(content, str) else content)
    return paths
