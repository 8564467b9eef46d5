"""E-mail: one message (.eml) or a mailbox of them (.mbox); quoted earlier messages and signatures apart."""

from __future__ import annotations

import email
import email.message
import email.policy
import email.utils
import re
from collections.abc import Iterator, Sequence

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


def read_eml(data: bytes, name: str) -> Sequence[Draft]:
    draft = _message(data, name, "")
    return [draft] if draft else []


def read_mbox(data: bytes, name: str) -> Sequence[Draft]:
    if not data.startswith(b"From "):
        raise ReadError(f"{name} is not a mailbox.")
    drafts = []
    for number, message in enumerate(_messages(data), 1):
        if number > MOST_MESSAGES:
            raise ReadError(f"{name} holds more than {MOST_MESSAGES} messages.")
        draft = _message(message, name, f"message {number}")
        if draft:
            drafts.append(draft)
    return drafts


def _messages(data: bytes) -> Iterator[bytes]:
    found = _FROM_LINE.finditer(data)
    starts = [
        m for m in found if data[max(0, m.start() - 4) : m.start()].endswith(_BLANK_LINES) or not m.start()
    ]
    for at, match in enumerate(starts):
        end = starts[at + 1].start() if at + 1 < len(starts) else len(data)
        yield data[match.end() : end].lstrip(b"\r\n").replace(b"\n>From ", b"\nFrom ")


def _message(data: bytes, name: str, part: str) -> Draft | None:
    message = email.message_from_bytes(data, policy=email.policy.default)
    body, notes = _body(message, name)
    if not body.text.strip():
        return None
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
    return Draft(
        text,
        title=subject,
        author=email.utils.parseaddr(sender)[0] or sender,
        date=sent,
        format="email",
        furniture=union(furniture),
        notes=notes,
        part=part,
    )


def _body(message: email.message.EmailMessage, name: str) -> tuple[Draft, tuple[str, ...]]:
    plain, page, attachments = "", "", 0
    for count, part in enumerate(message.walk()):
        if count > _MOST_PARTS:
            break
        if part.is_multipart():
            continue
        kind = part.get_content_type()
        if part.get_content_disposition() == "attachment" or kind not in ("text/plain", "text/html"):
            attachments += 1
        elif kind == "text/plain":
            plain += ("\n\n" if plain else "") + _text(part, name)
        elif not page:
            page = _text(part, name)
    notes = (f"{attachments} attachments were not read",) if attachments else ()
    return (Draft(plain.replace("\r\n", "\n")) if plain.strip() or not page else from_html(page)), notes


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
