"""Bytes to text, whatever the encoding."""

from __future__ import annotations

import codecs

from rag.errors import ReadError

_SAMPLE = 65536
"""Bytes that encoding detection looks at."""
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CONTROL = bytes(set(range(32)) - {9, 10, 11, 12, 13, 27})


def decode(data: bytes, name: str) -> tuple[str, tuple[str, ...]]:
    """Text of a file, and notes on how it was decoded.

    A byte order mark decides; then UTF-8, UTF-16 by its zero bytes, and the best guess of
    charset-normalizer over a sample. Bytes that do not fit are replaced and counted in a note.

    Raises:
        ReadError: the bytes are not text.
    """
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return _decoded(data[len(mark) :], encoding)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        utf16 = _utf16(data)
        if utf16:
            return _decoded(data, utf16)
        _refuse_binary(data, name)
        return _guessed(data, error)
    utf16 = _utf16(data) if "\0" in text[:_SAMPLE] else ""
    if utf16:
        return _decoded(data, utf16)
    _refuse_binary(data, name)
    return text, ()


def _decoded(data: bytes, encoding: str) -> tuple[str, tuple[str, ...]]:
    text = data.decode(encoding, errors="replace")
    text = text.encode("utf-8", errors="replace").decode("utf-8")  # lone surrogates of UTF-16/32
    lost = text.count("\ufffd")
    return text, ((f"{lost} characters could not be read as {encoding}",) if lost else ())


def _utf16(data: bytes) -> str:
    """Which UTF-16 the zero bytes of mostly Latin text betray, or ""."""
    sample = data[:_SAMPLE]
    half = len(sample) // 2
    if half < 2:
        return ""
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if odd > 0.4 * half and even < 0.05 * half:
        return "utf-16-le"
    if even > 0.4 * half and odd < 0.05 * half:
        return "utf-16-be"
    return ""


def _refuse_binary(data: bytes, name: str) -> None:
    sample = data[:_SAMPLE]
    control = len(sample) - len(sample.translate(None, _CONTROL))
    if control > 0.02 * len(sample) + 2:
        raise ReadError(f"{name} is not a text file (it holds binary data).")


def _guessed(data: bytes, error: UnicodeDecodeError) -> tuple[str, tuple[str, ...]]:
    broken = data.decode("utf-8", errors="replace")
    lost = broken.count("\ufffd")
    if lost * 1000 < len(data) or _mostly_utf8(data):
        return broken, (f"{lost} bytes are not valid UTF-8 (the first at byte {error.start})",)
    from charset_normalizer import from_bytes

    start = max(0, error.start - _SAMPLE // 2)
    best = from_bytes(data[start : start + _SAMPLE]).best()
    encoding = best.encoding if best is not None else "cp1252"
    text, notes = _decoded(data, encoding)
    return text, (f"read as {encoding}, a guess", *notes)


def _mostly_utf8(data: bytes) -> bool:
    """Whether valid multi-byte sequences outnumber broken ones: a UTF-8 file with other bytes mixed in."""
    text = data.decode("utf-8", errors="replace")
    lost = text.count("\ufffd")
    valid = sum(character > "\x7f" for character in text) - lost
    return valid > 2 * lost
