"""Cut a document into passages that follow its sentences and structure."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.ingest.blocks import Line, lines
from rag.ingest.markdown import plain_heading
from rag.ingest.spans import between
from rag.ingest.turns import Turn, turns
from rag.sentences import sentences
from rag.types import Document, Passage, Place, Span

TOKENS = 160
"""Words and marks that a passage aims at: small embedders read 256 to 512 word pieces, some 1.3 a word."""
MOST_TOKENS = 220
"""Words and marks that no passage exceeds."""


def splitter(tokens: int = TOKENS) -> str:
    """What the manifest of an index remembers of `split(document, tokens)`: other passages are stale."""
    return f"structure-3 tokens={tokens} most={_most(tokens)}"


def _most(tokens: int) -> int:
    return max(tokens + 8, MOST_TOKENS * tokens // TOKENS)


SPLITTER = splitter()

_SMALLEST = 24
"""Tokens. A rest smaller than this joins the passage before it."""
_REACH_OF_A_GUESS = 5000
"""Characters below a line that only looks like a heading in which it is taken for one."""
_LONGEST_OVERLAP = 40
_TOKEN = re.compile(r"\w+|[^\w\s]")
_DENSE = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_WITHOUT_MARKED_HEADINGS = ("text", "markdown", "email", "rtf")
_CLAUSE_END = re.compile(r"[,;:)\]}—–|，、；]\s*$")
_SEPARATOR_ROW = re.compile(r"\s*\|?[\s:|-]+\|?\s*$")


@dataclass(frozen=True, slots=True)
class _Unit:
    """One sentence, or a piece of one that is too long."""

    start: int
    end: int
    tokens: int
    section: int
    """Units of different sections never share a passage, unless one of them is only headings."""
    headings: tuple[str, ...]
    is_heading: bool
    begins_line: bool
    turn: Turn | None
    columns: str = ""


def count(text: str) -> int:
    """A cheap estimate of a text's length in words and marks; scripts without spaces count by character."""
    words = _TOKEN.findall(text)
    if text.isascii():
        return len(words) + sum((len(word) - 1) // 12 for word in words if len(word) > 12)
    total = 0
    for word in words:
        if len(word) == 1 or word.isascii():
            total += 1 + (len(word) - 1) // 12
        else:
            total += max(1 + (len(word) - 1) // 8, len(_DENSE.findall(word)))
    return total


def split(document: Document, tokens: int = TOKENS) -> list[Passage]:
    """Passages of a document, in order.

    Args:
        tokens: words and marks that a passage aims at; none exceeds 220 or 1.375 times it.

    Returns:
        Exact slices of the text, sorted, that hold no furniture and, with it, cover every character which
        is not white space. Neighbours in a section overlap by about one sentence.
    """
    most = _most(tokens)
    language = document.source.language or "en"
    passages: list[Passage] = []
    stretches = between(document.furniture, len(document.text))
    guess = document.source.format in _WITHOUT_MARKED_HEADINGS
    code = document.source.format == "code"
    found = [
        line
        for stretch in stretches
        for line in lines(document.text, stretch, guess_headings=guess, code=code)
    ]
    spoken = turns(document.text, found)
    units = list(_units(document.text, stretches, found, spoken, language, most))
    starts = [place.start for place in document.places]
    for group in _groups(units, tokens, stretches):
        for chosen in _packed(group, tokens, most):
            place = document.places[bisect_right(starts, chosen[0].start) - 1] if starts else None
            passages.append(_passage(document, chosen, place))
    return passages


def _units(
    text: str,
    stretches: Sequence[Span],
    found: Sequence[Line],
    spoken: Sequence[Turn],
    language: str,
    most: int,
) -> Iterator[_Unit]:
    line_starts = [line.start for line in found]
    turn_starts = [turn.start for turn in spoken]
    sections = _sections(found, spoken)
    columns = _columns(text, found)
    for stretch in stretches:
        for span in sentences(text[stretch.start : stretch.end], language):
            start, end = span.start + stretch.start, span.end + stretch.start
            at = max(0, bisect_right(line_starts, start) - 1)
            line = found[at]
            turn = _turn_at(spoken, turn_starts, start)
            section, headings = sections[at]
            begins = not text[line.start : start].strip()
            for piece in _pieces(text, Span(start, end), most):
                yield _Unit(
                    piece.start, piece.end, count(text[piece.start : piece.end]), section, headings,
                    line.kind == "heading", begins and piece.start == start, turn, columns[at],
                )  # fmt: skip


def _sections(found: Sequence[Line], spoken: Sequence[Turn]) -> list[tuple[int, tuple[str, ...]]]:
    """For each line the number of its section and the headings above it, outermost first.

    An exchange is a section: a question with its answer. What nobody says (a caption, a note) is another.
    """
    starts = [turn.start for turn in spoken]
    path: list[Line] = []
    section = 0
    before: Turn | None = None
    result = []
    for line in found:
        turn = _turn_at(spoken, starts, line.start)
        if path and path[-1].level > 6 and line.start - path[-1].start > _REACH_OF_A_GUESS:
            path.pop()
        if line.kind == "heading":
            section += 1
            while path and path[-1].level >= line.level:
                path.pop()
            path.append(line)
        elif turn != before and not (before and turn and before.asks and not turn.asks):
            section += 1
        before = turn
        result.append((section, tuple(plain_heading(heading.title) for heading in path)))
    return result


def _turn_at(spoken: Sequence[Turn], starts: Sequence[int], offset: int) -> Turn | None:
    turn = spoken[bisect_right(starts, offset) - 1] if spoken else None
    return turn if turn and turn.start <= offset < turn.end else None


def _columns(text: str, found: Sequence[Line]) -> list[str]:
    """For each line of a table its first row, which names the columns."""
    result: list[str] = []
    for position, line in enumerate(found):
        content = text[line.start : line.end].strip()
        if line.kind != "row":
            result.append("")
        elif position and found[position - 1].kind == "row" and not line.after_blank:
            result.append(result[-1])
        else:
            result.append(" | ".join(cell.strip() for cell in content.strip("|").split("|")))
    return result


def _pieces(text: str, span: Span, most: int) -> Iterator[Span]:
    """A sentence, cut at the ends of clauses or at spaces where it is too long for one passage."""
    if span.end - span.start <= most or count(text[span.start : span.end]) <= most:
        yield span
        return
    limit = max(8, most * 2 // 3)
    start, tokens, clause = span.start, 0, 0
    end = start
    for match in re.finditer(r"\s*\S{1,60}", text[span.start : span.end]):
        word = match.group()
        tokens += count(word)
        if tokens > limit and end > start:
            cut = clause if clause > start else end
            yield _trimmed(text, start, cut)
            start, tokens, clause = cut, count(text[cut : span.start + match.end()]), 0
        end = span.start + match.end()
        if tokens > limit // 3 and _CLAUSE_END.search(word):
            clause = end
    yield _trimmed(text, start, span.end)


def _trimmed(text: str, start: int, end: int) -> Span:
    piece = text[start:end]
    return Span(start + len(piece) - len(piece.lstrip()), start + len(piece.rstrip()))


def _groups(units: Sequence[_Unit], tokens: int, stretches: Sequence[Span]) -> Iterator[list[_Unit]]:
    """Units that may share passages: one section; small sections under one heading are joined."""
    ends = [stretch.end for stretch in stretches]
    group: list[_Unit] = []
    for unit in units:
        interrupted = group and bisect_right(ends, unit.start) != bisect_right(ends, group[-1].start)
        if interrupted or (
            group and unit.section != group[-1].section and not _may_join(group, unit, tokens)
        ):
            yield group
            group = []
        group.append(unit)
    if group:
        yield group


def _may_join(group: Sequence[_Unit], unit: _Unit, tokens: int) -> bool:
    if all(member.is_heading for member in group):
        return True
    size = sum(member.tokens for member in group)
    last = group[-1].turn
    if last and unit.turn:  # short turns of a talk in which nobody only asks
        return not (last.question or unit.turn.asks) and size + unit.tokens <= tokens
    related = unit.turn is last and len(unit.headings) >= len(group[0].headings)
    return related and size < tokens // 5


def _packed(group: Sequence[_Unit], tokens: int, most: int) -> Iterator[list[_Unit]]:
    """Runs of units near the size aimed at, cut between paragraphs where one is close."""
    chosen: list[_Unit] = []
    size = fresh = 0
    rest = sum(unit.tokens for unit in group)
    for unit in group:
        full = size + unit.tokens > tokens
        at_paragraph = unit.begins_line and size >= tokens * 3 // 5 and size + unit.tokens > tokens * 4 // 5
        fits_whole = rest <= _SMALLEST and size + rest <= most
        only_headings = all(member.is_heading for member in chosen) and size + unit.tokens <= most
        if chosen and (full or at_paragraph) and not fits_whole and not only_headings:
            yield chosen
            last = chosen[-1]
            overlaps = last.tokens <= _LONGEST_OVERLAP and not last.is_heading and len(chosen) > 1
            chosen = [last] if overlaps and last.tokens + unit.tokens <= most else []
            size, fresh = sum(member.tokens for member in chosen), 0
        chosen.append(unit)
        size += unit.tokens
        fresh += unit.tokens
        rest -= unit.tokens
    if chosen:
        yield chosen


def _passage(document: Document, chosen: Sequence[_Unit], place: Place | None) -> Passage:
    start, end = chosen[0].start, chosen[-1].end
    body = [unit for unit in chosen if not unit.is_heading]
    first = body[0] if body else chosen[0]
    headings = first.headings
    columns = first.columns if body and first.columns and first.start == start else ""
    source = document.source
    parts = [source.title, *(h for h in headings[-2:] if h and h != source.title)]
    if columns and not document.text[start:end].strip("| ").startswith(columns[:20]):
        parts.append(columns[:200])
    speakers, question = _speaking(body or chosen)
    named = ", ".join(speakers[:3])
    if speakers or question:
        parts.append(f"{named}: {question}" if named and question else named or question)
    if source.date:
        parts.append(source.date)
    if not speakers and source.format == "email":
        speakers = [source.author]
    return Passage(
        document.id,
        start,
        end,
        document.text[start:end],
        " · ".join(part for part in parts if part),
        source,
        heading=headings[-1] if headings else "",
        place=place,
        speaker=speakers[0] if len(speakers) == 1 else "",
    )


def _speaking(units: Sequence[_Unit]) -> tuple[list[str], str]:
    """Who speaks in a passage, those who only ask left out, and the question that is answered."""
    said: list[Turn] = []
    for unit in units:
        if unit.turn and unit.turn not in said:
            said.append(unit.turn)
    answers = [turn for turn in said if not turn.asks] or said
    speakers = list(dict.fromkeys(turn.speaker for turn in answers if turn.speaker))
    return speakers, next((turn.question for turn in answers if turn.question), "")
