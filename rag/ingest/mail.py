"""E-mail: one message (.eml) or a mailbox of them (.mbox); quoted earlier messages and signatures apart.

What is attached is read as a file of its kind would be, and is a document of its own.
"""

from __future__ import annotations

import email
import email.message
import email.policy
import email.utils
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath

from rag.errors import ReadError
from rag.ingest.decode import decode
from rag.ingest.draft import Draft
from rag.ingest.html import decode_html, from_html
from rag.ingest.spans import union
from rag.types import Span

MOST_MESSAGES = 20_000
_MOST_PARTS = 200
_FROM_LINE = re.compile(rb"^From .*\r?$", re.MULTILINE)
_BLANK_LINES = (b"\n\n", b"\r\n\r\n")
_QUOTED = re.compile(r"(?:^[ \t]*>.*(?:\n|\Z))+", re.MULTILINE)
_LONGEST_SIGNATURE = 12
"""Lines."""
_WITHIN = (".eml", ".mbox", ".zip", ".tar", ".tgz", ".gz", ".bz2", ".xz", ".tbz2", ".txz")
"""Attachments that hold files themselves are left alone: they could be nested without end."""


def read_eml(data: bytes, name: str) -> Sequence[Draft]:
    return _message(data, name, "")


def read_mbox(data: bytes, name: str) -> Sequence[Draft]:
    if not data.startswith(b"From "):
        raise ReadError(f"{name} is not a mailbox.")
    drafts: list[Draft] = []
    for number, message in enumerate(_messages(data), 1):
        if number > MOST_MESSAGES:
            raise ReadError(f"{name} holds more than {MOST_MESSAGES} messages.")
        drafts += _message(message, name, f"message {number}")
    return drafts


def _messages(data: bytes) -> Iterator[bytes]:
    found = _FROM_LINE.finditer(data)
    starts = [
        m for m in found if data[max(0, m.start() - 4) : m.start()].endswith(_BLANK_LINES) or not m.start()
    ]
    for at, match in enumerate(starts):
        end = starts[at + 1].start() if at + 1 < len(starts) else len(data)
        yield data[match.end() : end].lstrip(b"\r\n").replace(b"\n>From ", b"\nFrom ")


def _message(data: bytes, name: str, part: str) -> list[Draft]:
    """The message, where it says anything, and what is attached to it."""
    message = email.message_from_bytes(data, policy=email.policy.default)
    found = _parts(message, name)
    attached = [
        replace(
            one,
            part=f"{part}/{one.part}" if part else one.part,
            date=one.date or _date(_header(message, "date")),
        )
        for one in found.attached
    ]
    body = (
        Draft(found.plain.replace("\r\n", "\n"))
        if found.plain.strip() or not found.page
        else from_html(found.page)
    )
    if not body.text.strip():
        return attached
    subject = _header(message, "subject")
    sender = _header(message, "from")
    sent = _date(_header(message, "date"))
    lines = [
        ("From", sender),
        ("To", _header(message, "to")),
        ("Date", _header(message, "date")),
        ("Subject", subject),
    ]
    head = "\n".join(f"{label}: {value}" for label, value in lines if value)
    text = f"{head}\n\n{body.text}" if head else body.text
    shift = len(text) - len(body.text)
    quoted = [match.span() for match in _QUOTED.finditer(text, shift)]
    signature = max(text.rfind("\n-- \n"), text.rfind("\n--\n")) + 1
    if signature > shift and text.count("\n", signature) <= _LONGEST_SIGNATURE:
        quoted.append((signature, len(text)))
    first = len(text) - len(body.text.lstrip())
    furniture = [Span(span.start + shift, span.end + shift) for span in body.furniture]
    furniture += [Span(start, end) for start, end in quoted if start > first]
    said = Draft(
        text,
        title=subject,
        author=email.utils.parseaddr(sender)[0] or sender,
        date=sent,
        format="email",
        furniture=union(furniture),
        notes=found.notes(),
        part=part,
    )
    return [said, *attached]


@dataclass(slots=True)
class _Parts:
    """What a message is made of."""

    plain: str = ""
    page: str = ""
    attached: list[Draft] = field(default_factory=list)
    unread: int = 0

    def notes(self) -> tuple[str, ...]:
        if not self.unread:
            return ()
        return (f"{self.unread} attachment{'s were' if self.unread > 1 else ' was'} not read",)


def _parts(message: email.message.EmailMessage, name: str) -> _Parts:
    found = _Parts()
    names: Counter[str] = Counter()
    for count, part in enumerate(message.walk()):
        if count > _MOST_PARTS:
            break
        if part.is_multipart():
            continue
        kind = part.get_content_type()
        if part.get_content_disposition() == "attachment" or kind not in ("text/plain", "text/html"):
            label = _file_name(part)
            names[label] += 1
            drafts = _attachment(part, label)
            times = f" ({names[label]})" if names[label] > 1 else ""
            found.attached += [
                replace(one, part=f"{label}{times}{f'#{one.part}' if one.part else ''}") for one in drafts
            ]
            found.unread += not drafts
        elif kind == "text/plain":
            found.plain += ("\n\n" if found.plain else "") + _text(part, name)
        elif not found.page:
            found.page = _text(part, name)
    return found


def _attachment(part: email.message.Message, label: str) -> Sequence[Draft]:
    """What can be read of an attachment; nothing for a picture, a broken file or one that holds files."""
    from rag.ingest.reading import FORMATS, read_bytes, suffix_of

    suffix = suffix_of(label)
    data = part.get_payload(decode=True)
    if suffix not in FORMATS or suffix.endswith(_WITHIN) or not isinstance(data, bytes) or not data:
        return ()
    try:
        return [one for one in read_bytes(data, label) if one.text.strip()]
    except ReadError:
        return ()


def _file_name(part: email.message.Message) -> str:
    """The last part of the stated name; what it says of folders is not to be trusted."""
    try:
        stated = part.get_filename() or ""
    except (ValueError, LookupError, AttributeError, IndexError, TypeError):  # headers that break the parser
        stated = ""
    name = PurePosixPath(stated.replace("\\", "/")).name
    return "".join(c if c.isprintable() else "\ufffd" for c in name)[:200]


def _text(part: email.message.Message, name: str) -> str:
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes):
        return ""
    charset = part.get_content_charset() or ""
    try:
        return payload.decode(charset)
    except (LookupError, UnicodeDecodeError):
        return (decode_html if part.get_content_type() == "text/html" else decode)(payload, name)[0]


def _header(message: email.message.EmailMessage, name: str) -> str:
    try:
        return " ".join(str(message.get(name) or "").split())
    except (ValueError, LookupError, AttributeError, IndexError, TypeError):  # headers that break the parser
        return ""


def _date(value: str) -> str:
    try:
        return email.utils.parsedate_to_datetime(value).date().isoformat()
    except (ValueError, TypeError, IndexError):
        return ""
