"""Word documents (.docx): headings, lists, tables, notes, comments; deleted and hidden text left out.

Headers and footers are written once, around the text: that of the first page alone (a letterhead) as text,
those of every page as furniture.
"""

from __future__ import annotations

import re
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from rag.errors import ReadError
from rag.ingest.archive import elements, first_text, member, open_zip, xml
from rag.ingest.builder import Builder
from rag.ingest.dates import find_date
from rag.ingest.draft import Draft
from rag.ingest.tables import rows_text
from rag.types import Span

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_UNREAD = frozenset(
    {f"{_W}{name}" for name in ("del", "moveFrom", "instrText", "delText", "pPr", "rPr", "sdtPr")}
)


def read_docx(data: bytes, name: str) -> Sequence[Draft]:
    with open_zip(data, name) as archive:
        content = member(archive, "word/document.xml", name)
        if content is None:
            raise ReadError(f"{name} is not a Word document.")
        styles = _styles(archive, name)
        numbers = _numbers(archive, name)
        writer = _Writer(styles, numbers)
        body = xml(content, name).find(f"{_W}body")
        around = _around(archive, name, body)
        for root, once in around["header"]:
            writer.edge(root, once)
        before = writer.builder.length
        for element in body if body is not None else ():
            writer.element(element)
        for part in ("footnotes", "endnotes"):
            notes = member(archive, f"word/{part}.xml", name)
            if notes:
                writer.notes(xml(notes, name))
        comments = member(archive, "word/comments.xml", name)
        if comments:
            writer.comments(xml(comments, name))
        if writer.builder.length == before:
            return []
        for root, once in around["footer"]:
            writer.edge(root, once)
        title, author, date = properties(archive, name)
    notes_found = []
    if writer.hidden:
        notes_found.append(f"{writer.hidden} characters of hidden text were left out")
    return [
        Draft(
            writer.builder.text, title=title or writer.title, author=author, date=date, format="docx",
            places=writer.builder.places if writer.page > 1 else (), furniture=tuple(writer.furniture),
            notes=tuple(notes_found),
        )
    ]  # fmt: skip


def properties(archive: zipfile.ZipFile, name: str) -> tuple[str, str, str]:
    """(title, author, date) as the core properties of an Office document state them."""
    core = member(archive, "docProps/core.xml", name)
    if not core:
        return "", "", ""
    root = xml(core, name)
    return first_text(root, "title"), first_text(root, "creator"), find_date(first_text(root, "created"))


def _around(archive: zipfile.ZipFile, name: str, body: Any) -> dict[str, list[tuple[Any, bool]]]:
    """Roots of the headers and footers in use, each with whether it stands on the first page only."""
    found: dict[str, list[tuple[Any, bool]]] = {"header": [], "footer": []}
    links = member(archive, "word/_rels/document.xml.rels", name)
    if not links or body is None:
        return found
    targets = {link.get("Id", ""): link.get("Target", "") for link in xml(links, name)}
    used: set[str] = set()
    for section in body.iter(f"{_W}sectPr"):
        has_first = section.find(f"{_W}titlePg") is not None
        for kind in found:
            for reference in section.findall(f"{_W}{kind}Reference"):
                target = targets.get(reference.get(f"{_R}id", ""), "")
                first = reference.get(f"{_W}type") == "first"
                if target in used or (first and not has_first):
                    continue
                used.add(target)
                content = member(archive, f"word/{target}", name)
                if content:
                    found[kind].append((xml(content, name), first))
    return found


def _styles(archive: zipfile.ZipFile, name: str) -> dict[str, int]:
    """Levels of the styles that are headings, by id; 0 is the title."""
    content = member(archive, "word/styles.xml", name)
    levels: dict[str, int] = {}
    for style in elements(xml(content, name), "style") if content else ():
        label = next((e.get(f"{_W}val", "") for e in style.iter(f"{_W}name")), "").lower()
        outline = next((e.get(f"{_W}val", "") for e in style.iter(f"{_W}outlineLvl")), "")
        numbered = re.fullmatch(r"heading (\d)", label)
        if numbered:
            levels[style.get(f"{_W}styleId", "")] = int(numbered.group(1))
        elif outline.isdigit() and int(outline) < 9:
            levels[style.get(f"{_W}styleId", "")] = int(outline) + 1
        elif label == "title":
            levels[style.get(f"{_W}styleId", "")] = 0
    return levels


def _numbers(archive: zipfile.ZipFile, name: str) -> dict[tuple[str, str], str]:
    """Number format ("bullet", "decimal", …) by (list, level)."""
    content = member(archive, "word/numbering.xml", name)
    if not content:
        return {}
    root = xml(content, name)
    abstract: dict[str, dict[str, str]] = {}
    for definition in elements(root, "abstractNum"):
        abstract[definition.get(f"{_W}abstractNumId", "")] = {
            level.get(f"{_W}ilvl", "0"): next(
                (e.get(f"{_W}val", "") for e in level.iter(f"{_W}numFmt")), "bullet"
            )
            for level in definition.iter(f"{_W}lvl")
        }
    formats: dict[tuple[str, str], str] = {}
    for number in elements(root, "num"):
        link = next(iter(number.iter(f"{_W}abstractNumId")), None)
        for level, kind in abstract.get(link.get(f"{_W}val", "") if link is not None else "", {}).items():
            formats[number.get(f"{_W}numId", ""), level] = kind
    return formats


@dataclass
class _Writer:
    styles: dict[str, int]
    numbers: dict[tuple[str, str], str]
    builder: Builder = field(default_factory=Builder)
    counters: Counter[tuple[str, str]] = field(default_factory=Counter)
    page: int = 1
    hidden: int = 0
    title: str = ""
    furniture: list[Span] = field(default_factory=list)
    _edges: set[str] = field(default_factory=set)
    _in_list: bool = False

    def __post_init__(self) -> None:
        self.builder.place("page 1", 1)

    def element(self, element: Any) -> None:
        if element.tag == f"{_W}p":
            self._paragraph(element)
        elif element.tag == f"{_W}tbl":
            self._in_list = False
            rows = [[self._cell(cell) for cell in row.iter(f"{_W}tc")] for row in element.iter(f"{_W}tr")]
            for at, line in enumerate(rows_text(rows)):
                self.builder.block(line, close=at > 0)
        elif element.tag in (f"{_W}sdt", f"{_W}sdtContent", f"{_W}ins", f"{_W}customXml"):
            for child in element:
                self.element(child)

    def notes(self, root: Any) -> None:
        for note in root:
            number = note.get(f"{_W}id", "")
            text = " ".join(self._text(p).strip() for p in note.iter(f"{_W}p")).strip()
            if number.isdigit() and int(number) > 0 and text:
                self.builder.block(f"[{number}] {text}")

    def comments(self, root: Any) -> None:
        for comment in root:
            text = " ".join(self._text(p).strip() for p in comment.iter(f"{_W}p")).strip()
            author = " ".join(comment.get(f"{_W}author", "").split())
            if text:
                self.builder.block(f"Comment by {author}: {text}" if author else f"Comment: {text}")

    def edge(self, root: Any, once: bool) -> None:
        """A header or footer; furniture unless it stands on one page only."""
        lines = [" ".join(self._text(paragraph).split()) for paragraph in root.iter(f"{_W}p")]
        text = "\n".join(line for line in lines if line)
        if not text or text in self._edges:
            return
        self._edges.add(text)
        self.builder.block(text)
        if not once:
            self.furniture.append(Span(self.builder.length - len(text), self.builder.length))

    def _cell(self, cell: Any) -> str:
        return " ".join(self._text(paragraph).strip() for paragraph in cell.iter(f"{_W}p"))

    def _paragraph(self, paragraph: Any) -> None:
        before = self.page
        text = self._text(paragraph).strip()
        properties_found = paragraph.find(f"{_W}pPr")
        style = level = None
        if properties_found is not None:
            style = next((e.get(f"{_W}val") for e in properties_found.iter(f"{_W}pStyle")), None)
            level = self.styles.get(style or "")
        prefix = ""
        numbering = properties_found.find(f"{_W}numPr") if properties_found is not None else None
        if level is not None:
            text = " ".join(text.split())
            prefix = "#" * max(1, min(6, level)) + " "
            self.title = self.title or text
        elif numbering is not None:
            prefix = self._item(numbering)
        if text:
            self.builder.block(prefix + text, close=bool(self._in_list and prefix and level is None))
            self._in_list = numbering is not None and level is None
        if self.page != before:
            self.builder.place(f"page {self.page}", self.page)

    def _item(self, numbering: Any) -> str:
        values = {e.tag.rpartition("}")[2]: e.get(f"{_W}val", "0") for e in numbering}
        key = values.get("numId", "0"), values.get("ilvl", "0")
        indent = "  " * min(8, int(key[1]) if key[1].isdigit() else 0)
        if self.numbers.get(key, "bullet") == "bullet":
            return f"{indent}- "
        self.counters[key] += 1
        return f"{indent}{self.counters[key]}. "

    def _text(self, paragraph: Any) -> str:
        return "".join(self._pieces(paragraph))

    def _pieces(self, element: Any) -> Iterator[str]:
        for child in element:
            tag = child.tag
            if tag in _UNREAD or tag == _FALLBACK:
                continue
            if tag == f"{_W}r" and child.find(f"{_W}rPr/{_W}vanish") is not None:
                self.hidden += sum(len(t.text or "") for t in child.iter(f"{_W}t"))
            elif tag == f"{_W}t":
                yield child.text or ""
            elif tag in (f"{_W}tab", f"{_W}ptab"):
                yield "\t"
            elif tag == f"{_W}noBreakHyphen":
                yield "-"
            elif tag == f"{_W}footnoteReference":
                yield f"[{child.get(f'{_W}id', '')}]"
            elif tag == f"{_W}lastRenderedPageBreak":
                self.page += 1
            elif tag in (f"{_W}br", f"{_W}cr"):
                yield "\n"
            elif tag == f"{_W}txbxContent":
                yield " " + " ".join(self._text(p).strip() for p in child.iter(f"{_W}p")) + " "
            else:
                yield from self._pieces(child)
