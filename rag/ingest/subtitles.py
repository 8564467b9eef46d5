"""Subtitles (.srt, .vtt): what is said, with timestamps as places."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence

from rag.errors import ReadError
from rag.ingest.builder import Builder
from rag.ingest.decode import decode
from rag.ingest.draft import Draft

_CUE = re.compile(
    r"^[ \t]*(?:(?P<h>\d{1,3}):)?(?P<m>\d{1,2}):(?P<s>\d{2})[.,]\d{1,3}[ \t]+-->[ \t]+"
    r"(?:\d{1,3}:)?\d{1,2}:\d{2}[.,]\d{1,3}.*$",
    re.MULTILINE,
)
_TAG = re.compile(r"</?(?:[a-z][^<>]{0,100}|\d[\d:.]*)>|\{\\[^{}]{0,80}\}", re.IGNORECASE)
_VOICE = re.compile(r"<v(?:\.[\w.]+)?\s+([^<>]{1,80})>", re.IGNORECASE)
_SENTENCE_END = re.compile(r"[.!?…。！？][\"'”’»)\]]*$")


def read_subtitles(data: bytes, name: str) -> Sequence[Draft]:
    text, notes = decode(data, name)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    cues = list(_CUE.finditer(text))
    if not cues:
        raise ReadError(f"{name} holds no subtitles.")
    builder = Builder()
    waiting, began, speaker = "", "", ""
    for at, cue in enumerate(cues):
        end = cues[at + 1].start() if at + 1 < len(cues) else len(text)
        said, voice = _said(text[cue.end() : end])
        if not said or (waiting and waiting.endswith(said)):
            continue
        stamp = f"{int(cue['h'] or 0):02}:{int(cue['m']):02}:{cue['s']}"
        if waiting and (voice != speaker or _SENTENCE_END.search(waiting) or len(waiting) > 300):
            _flush(builder, began, speaker, waiting)
            waiting = ""
        if not waiting:
            began, speaker = stamp, voice
        waiting = f"{waiting} {said}".strip()
    if waiting:
        _flush(builder, began, speaker, waiting)
    return [Draft(builder.text, format="subtitles", places=builder.places, notes=notes)]


def _said(cue: str) -> tuple[str, str]:
    """What a cue says on one line, and who says it."""
    paragraph = cue.strip("\n").split("\n\n")[0]
    voice = _VOICE.search(paragraph)
    return " ".join(html.unescape(_TAG.sub("", paragraph)).split()), (voice.group(1).strip() if voice else "")


def _flush(builder: Builder, stamp: str, speaker: str, said: str) -> None:
    builder.place(stamp)
    builder.block(f"{speaker}: {said}" if speaker else said, close=True)
