"""One file to Documents: choose the reader, keep its limits, and give what it read an identity."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from importlib import import_module
from pathlib import Path, PurePath

from rag.errors import ReadError
from rag.ingest.draft import Draft, Reader
from rag.ingest.hidden import without_hidden
from rag.ingest.languages import language_of
from rag.types import Document, Source

MOST_BYTES = 128 * 2**20
"""A larger file is refused: its text alone would not fit the memory of a small machine."""


def _lazily(module: str, function: str) -> Reader:
    def reader(data: bytes, name: str) -> list[Draft]:
        found: Callable[[bytes, str], list[Draft]] = getattr(import_module(f"rag.ingest.{module}"), function)
        return found(data, name)

    return reader


FORMATS: dict[str, Reader] = {
    suffix: _lazily(module, function)
    for suffixes, module, function in (
        (".txt .text .log .rst .org .tex .adoc", "plain", "read_plain"),
        (".md .markdown .mdown .mkd", "markdown", "read_markdown"),
        (".html .htm .xhtml .shtml", "html", "read_html"),
        (".pdf", "pdf", "read_pdf"),
        (".docx .docm .dotx", "docx", "read_docx"),
        (".csv .tsv", "tabular", "read_csv"),
        (".xlsx .xlsm", "tabular", "read_xlsx"),
        (".eml", "mail", "read_eml"),
        (".mbox", "mail", "read_mbox"),
        (".epub", "epub", "read_epub"),
        (".pptx .pptm .ppsx", "pptx", "read_pptx"),
        (".json", "jsontext", "read_json"),
        (".jsonl .ndjson", "jsontext", "read_jsonl"),
        (".srt .vtt", "subtitles", "read_subtitles"),
        (".odt .ott", "odt", "read_odt"),
        (".rtf", "rtf", "read_rtf"),
        (".zip", "packed", "read_zip"),
        (".tar .tgz .tbz2 .txz .tar.gz .tar.bz2 .tar.xz", "packed", "read_tar"),
        (
            ".py .pyi .js .mjs .ts .tsx .jsx .java .kt .c .h .cc .cpp .hpp .cs .go .rs .rb .php .swift "
            ".scala .sh .bash .ps1 .sql .r .jl .lua .pl .hs .ml .ex .clj .dart .vue .css .scss .toml .yaml "
            ".yml .ini .cfg .conf .xml .proto",
            "code",
            "read_code",
        ),
    )
    for suffix in suffixes.split()
}
"""Suffix, lower case, to its reader. A file with another suffix is read when its bytes are text."""


def read(path: Path, *, source: str | None = None) -> list[Document]:
    """Read one file.

    Args:
        path: the file.
        source: what to call it instead of its absolute path (a URL it came from).

    Returns:
        Usually one Document; several for mailboxes and archives; none for nothing but white space.

    Raises:
        ReadError: it cannot be read; the message is one plain line.
    """
    label = source or str(path.absolute())
    drafts = read_bytes(_bytes(path), path.name)
    documents = [document for draft in drafts if (document := finished(draft, label))]
    if not documents:
        raise ReadError(f"{_shown(path.name)} holds no text.")
    return documents


def suffix_of(name: str) -> str:
    """The suffix that chooses a reader, lower case: ".tar.gz" is one."""
    path = PurePath(name.lower())
    double = "".join(path.suffixes[-2:])
    return double if double in FORMATS else path.suffix


def read_bytes(data: bytes, name: str) -> list[Draft]:
    """Drafts of a file's bytes, by the suffix of its name.

    Raises:
        ReadError: with a plain reason, whatever the reader's library raised.
    """
    reader = FORMATS.get(suffix_of(name), FORMATS[".txt"])
    try:
        return list(reader(data, _shown(name)))
    except (ReadError, MemoryError):
        raise
    except Exception as error:  # a library met bytes its author did not think of
        raise ReadError(
            f"{_shown(name)} could not be read ({type(error).__name__}: {_line(error)})."
        ) from error


def finished(draft: Draft, label: str) -> Document | None:
    """A Document with its identity, or None when there is no text in it."""
    draft = without_hidden(draft)
    if not draft.text.strip():
        return None
    name = f"{label}#{draft.part}" if draft.part else label
    path = name.encode("utf-8", "replace").decode("utf-8")  # a name that is not Unicode cannot be stored
    source = Source(
        path,
        draft.title or PurePath(draft.part or path).stem or path,
        draft.author,
        draft.publisher,
        draft.date,
        draft.language or language_of(draft.text[draft.furniture[0].end if draft.furniture else 0 :]),
        draft.format,
    )
    return Document(identity(name), source, draft.text, draft.places, draft.furniture, draft.notes)


def identity(path: str) -> str:
    """The id of the document at a path or URL: the same for every text that it comes to hold."""
    return hashlib.sha256(path.encode("utf-8", "surrogateescape")).hexdigest()[:16]


def _bytes(path: Path) -> bytes:
    try:
        if not path.is_file():
            problem = (
                "is a folder" if path.is_dir() else "is not a file" if path.exists() else "does not exist"
            )
            raise ReadError(f"{_shown(path.name)} {problem}.")
        size = path.stat().st_size
        if size > MOST_BYTES:
            megabytes = f"{size >> 20} MB; the limit is {MOST_BYTES >> 20} MB"
            raise ReadError(f"{_shown(path.name)} is too large ({megabytes}).")
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except PermissionError as error:
        raise ReadError(f"{_shown(path.name)} may not be read (permission denied).") from error
    except OSError as error:
        raise ReadError(f"{_shown(path.name)} could not be read ({error.strerror or error}).") from error
    if not data:
        raise ReadError(f"{_shown(path.name)} is empty.")
    return data


def _shown(name: str) -> str:
    """A file name on one line, without characters that a terminal would obey."""
    return "".join(c if c.isprintable() else "\ufffd" for c in name)


def _line(error: Exception) -> str:
    return " ".join(_shown(" ".join(str(error).split())).split())[:200]
