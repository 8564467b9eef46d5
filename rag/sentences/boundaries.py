"""Sentence boundaries by rules: stops, what closes after them, and what only looks like a stop."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from rag.sentences.abbreviations import BEFORE_A_NUMBER, NEVER_FINAL, SOMETIMES_FINAL, WITH_ORDINAL_DOTS
from rag.sentences.stopwords import STOP_WORDS
from rag.types import Span

_CLOSERS = r"[\"'”’»›)\]}*_“‘]*+(?:\[\w{1,4}\])*"
_STOP = re.compile(rf"(?<![.!?…‽؟۔։።])[.!?…‽؟۔։።]++({_CLOSERS})(?=\s|$|(?<=…)[^\W\d_a-z])")
_LATE_CLOSER = re.compile(r"[^\S\n]+[”»\"](?=\s|$)")
"""A closing mark that white space keeps from its sentence: « Il pleut. » in French, a slip in English."""
_CLOSED_STOP = re.compile(r"[。！？｡।॥။។]+[」』”’）〉》\"')\]]*")
_UNSPACED = re.compile(r"(?<![\w.])(?:\d+|[a-zß-ÿа-яё]\w{2,})[.?!](?=[^\W\d_][a-zß-ÿĀ-žа-яё]+[\s,])")
_BEFORE = re.compile(r"(\w+(?:[.’'&-]\w+)*)$")
_ENUMERATOR = re.compile(r"\s*(?:[-*+•‣◦–—>]\s+)*[(\[]?(?:\d{1,3}|[a-zA-Z]|[ivxlcIVXLC]{1,6})[.)]$")
_ITEM = re.compile(r"\s*(?:[-*+•‣◦▪●–—]\s|\d{1,3}[.)]\s|[a-zA-Z][.)]\s|\||#{1,6}\s|>|```|~~~)")
_LINE = re.compile(r"[^\n\r\v\f\x85\u2028\u2029]+")
_FIGURES = re.compile(r"\d[\d.,]*[%)]?\s*$")
_LONE_NUMBER = re.compile(r"[!?:;]\s+\(?\d{1,2}$")
_WORD = re.compile(r"\w+")
_DOTTED = re.compile(r"(?:[^\W\d_]\.)+[^\W\d_]$")

_LABEL = re.compile(r"\s*([^:;|\n]{1,60}): \S")
_ROW = re.compile(r"\s*[^:;|\n]{1,60}: [^;\n]*; [^:;|\n]{1,60}: \S|.* \| ")
"""A row of a table: "City: Berlin; People: 3,645,000", or cells between bars."""

_WIDEST_WRAP = 120
"""Characters. A paragraph whose lines are longer than this was not wrapped by hand."""
_NARROWEST_WRAP = 40


def sentences(text: str, language: str = "en") -> list[Span]:
    """Split a text into sentences.

    Args:
        text: any text, in any script.
        language: ISO 639-1 code, chooses abbreviations; an unknown one is read as English.

    Returns:
        Disjoint spans in order, trimmed of white space, that cover every character which is not white
        space. A line break ends a sentence unless the line was wrapped by hand.
    """
    spans: list[Span] = []
    for start, end in _stretches(text):
        cursor = start
        for cut in _cuts(text, start, end, language):
            if cut > cursor:
                _append(spans, text, cursor, cut, joins=cursor > start)
                cursor = cut
        _append(spans, text, cursor, end, joins=cursor > start)
    return spans


def _append(spans: list[Span], text: str, start: int, end: int, *, joins: bool) -> None:
    piece = text[start:end]
    trimmed = piece.strip()
    if not trimmed:
        return
    start += len(piece) - len(piece.lstrip())
    end = start + len(trimmed)
    if joins and spans and not any(character.isalnum() for character in trimmed):
        spans[-1] = Span(spans[-1].start, end)
    else:
        spans.append(Span(start, end))


def _stretches(text: str) -> Iterator[tuple[int, int]]:
    """Lines, with the lines of a paragraph that was wrapped by hand joined."""
    paragraph: list[tuple[int, int]] = []
    for match in _LINE.finditer(text):
        line = match.span()
        if not match.group().strip():
            yield from _joined(text, paragraph)
            paragraph = []
        elif paragraph and len(text[paragraph[-1][1] : line[0]].replace("\r\n", "\n")) > 1:
            yield from _joined(text, paragraph)
            paragraph = [line]
        else:
            paragraph.append(line)
    yield from _joined(text, paragraph)


def _joined(text: str, lines: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    if not lines:
        return
    lengths = [end - start for start, end in lines]
    width = max(lengths)
    even = len(lines) > 2 and sum(length >= 0.8 * width for length in lengths[:-1]) >= 0.7 * (len(lines) - 1)
    start, end = lines[0]
    for line, following in pairwise(lines):
        if width <= _WIDEST_WRAP and _is_wrapped(text[slice(*line)], text[slice(*following)], width, even):
            end = following[1]
        else:
            yield start, end
            start, end = following
    yield start, end


def _is_wrapped(line: str, following: str, width: int, even: bool) -> bool:
    """Whether the break between two lines of a paragraph only fills a column.

    A line goes on when the next begins with a small letter, or when it is full: the first word of the next
    would not have fitted, in a paragraph of even lines.
    """
    if _ITEM.match(following) or line.lstrip().startswith(("|", "#")) or len(line) < _NARROWEST_WRAP:
        return False
    if (_FIGURES.search(line) and _FIGURES.search(following)) or _are_rows(line, following):
        return False
    first = following.split(maxsplit=1)[0]
    full = even and len(line.rstrip()) + 1 + len(first) > width - 2
    return full or (first[0].islower() and not line.rstrip().endswith((".", "!", "?", ":")))


def _are_rows(line: str, following: str) -> bool:
    """Whether two lines are rows of one table, or values under one label."""
    if _ROW.match(line) and _ROW.match(following):
        return True
    one, other = _LABEL.match(line), _LABEL.match(following)
    return one is not None and other is not None and one[1] == other[1]


def _cuts(text: str, start: int, end: int, language: str) -> list[int]:
    found = {match.end() for match in _CLOSED_STOP.finditer(text, start, end)}
    for match in _STOP.finditer(text, start, end):
        if _ends_sentence(text, start, end, match, language):
            found.add(match.end())
    for match in _UNSPACED.finditer(text, start, end):
        if text[match.end()].isupper():
            found.add(match.end())
    late = {cut: _LATE_CLOSER.match(text, cut, end) for cut in found}
    return sorted(closer.end() if closer else cut for cut, closer in late.items())


def _ends_sentence(text: str, start: int, end: int, match: re.Match[str], language: str) -> bool:
    rest = text[match.end() : min(end, match.end() + 80)].lstrip()
    rest = rest.lstrip("\"'“‘«‹([{*_„¿¡")
    if not rest:
        return True
    if rest[0].islower():
        return False
    mark = match.group()
    if "?" in mark or "!" in mark or not mark.startswith(".") or mark.startswith(".."):
        return True
    near = max(start, match.start() - 14)
    if _LONE_NUMBER.search(text, near, match.start()):
        return False
    line_start = max(near, text.rfind("\n", near, match.start()) + 1)
    at_head = line_start == start or text[line_start - 1] == "\n"
    if at_head and _ENUMERATOR.match(text[line_start : match.start() + 1]):
        return False
    before = _BEFORE.search(text, max(start, match.start() - 40), match.start())
    return before is None or _word_ends(before.group(1), rest, language)


def _begins_sentences(word: str, rest: str, language: str) -> bool:
    if len(word) == 1 and rest[1:2] == ".":
        return False
    return word.lower() in STOP_WORDS.get(language, STOP_WORDS["en"])


def _word_ends(before: str, rest: str, language: str) -> bool:
    """Whether "before." ends a sentence when `rest` follows."""
    following = _WORD.match(rest)
    next_word = following.group() if following else ""
    starts = _begins_sentences(next_word, rest, language)
    bare = before.lower()
    last = bare.rsplit(".", 1)[-1] if not _DOTTED.match(before) else bare
    if bare in NEVER_FINAL or last in NEVER_FINAL:
        return False
    if last in BEFORE_A_NUMBER:
        return not next_word[:1].isdigit()
    if bare in SOMETIMES_FINAL or _DOTTED.match(before):
        return starts
    if len(before) == 1 and before.isalpha():
        return starts or not before.isupper()
    if before.isdigit() and len(before) <= 2 and language in WITH_ORDINAL_DOTS:
        return starts
    return True
