"""Recognise the furniture of web pages in raw text: menus, share buttons, cookie notices, footers.

Nothing is furniture unless the text has running paragraphs and at least one line that only a web page
has, so that lists, poems and minutes are left alone. Signs used: short lines without a sentence, generic
words of web pages, separators between labels, place before the first and after the last paragraph.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from rag.ingest.bylines import author_of
from rag.ingest.dates import find_date
from rag.ingest.webwords import APPEAL, CONSENT, CONTROL, FOOTER, SITE_VOICE
from rag.types import Span

_LINE = re.compile(r"[^\n\r]+")
_SEPARATOR = re.compile(r"\s*[|•·»›/]\s*|\s{3,}|\t")
_SENTENCE_END = re.compile(r"[.!?…。！？][\"'”’»)\]*]*\s*$")
_LETTERS = re.compile(r"[^\W\d_]{2,}")
_MARKDOWN = re.compile(r"\s*(?:#{1,6} |\||>|```|[-*+] \S+ \S+ \S+|(?:[-*_] ?){3,}$|={3,}$|-{3,}$)")
_LABELLED = re.compile(r"[^:]{1,80}:\s+\S+(?:\s+\S+){2,}")
_LABEL = re.compile(r"[^\W_][\w'’ &,/\u00a0-]*(?:\.{3}|…)?")
_LONG = 20
"""Words that make a line a paragraph."""
_SHORT = 8
_HEADLINE = 14
"""Words."""
_SHORTEST_RUN = 6
"""Lines."""
_MOST_APPEAL = 40
_LARGEST_FOOTER = 0.25
"""Share of a text that may be cut off after a footer begins."""


@dataclass(frozen=True, slots=True)
class _Line:
    start: int
    end: int
    content: str
    words: int
    stops: bool

    @property
    def is_paragraph(self) -> bool:
        return self.words >= _LONG and self.stops


def furniture(text: str) -> tuple[Span, ...]:
    """Spans of a raw text that are the page around it and not what it says. Whole lines, sorted, disjoint."""
    found = _lines(text)
    paragraphs = [at for at, line in enumerate(found) if line.is_paragraph]
    if len(paragraphs) < 2:
        return ()
    about_consent = sum(bool(CONSENT.search(found[at].content)) for at in paragraphs) > 0.3 * len(paragraphs)
    marked = {at for at, line in enumerate(found) if _is_control(line) or _is_appeal(line)}
    if not about_consent:
        marked |= {at for at, line in enumerate(found) if _is_notice(line)}
    marked |= _footer(found, marked, about_consent)
    if not any(_LETTERS.search(found[at].content) for at in marked):
        return ()
    first, last = _body(found, paragraphs, marked)
    marked = {at for at in marked if not (first < at < last and _is_lone_word(found, at, marked))}
    marked |= _short_runs(found, range(first), marked)
    marked |= _short_runs(found, range(last + 1, len(found)), marked)
    marked |= _label_runs(found, first, marked)
    marked |= {
        at for at, line in enumerate(found) if not _LETTERS.search(line.content) and _alone(found, at, marked)
    }
    return _spans(found, sorted(marked))


def _lines(text: str) -> list[_Line]:
    found = []
    for match in _LINE.finditer(text):
        content = match.group().strip()
        if content:
            start = match.start() + match.group().index(content[0])
            stops = bool(_SENTENCE_END.search(content))
            found.append(_Line(start, start + len(content), content, len(content.split()), stops))
    return found


def _is_control(line: _Line) -> bool:
    """A short line all of whose parts are labels of a page, or most of many."""
    if line.words > 24 or _MARKDOWN.match(line.content):
        return False
    parts = [part for part in _SEPARATOR.split(line.content) if part.strip()]
    labels = [part for part in parts if CONTROL.fullmatch(part.strip(" .:…→←>«»-–—*[]()&"))]
    if len(parts) == 1:
        return bool(labels) and line.words <= _SHORT
    return len(labels) * 2 >= len(parts) or (
        len(parts) >= 3 and bool(labels) and bool(FOOTER.search(line.content))
    )


def _is_lone_word(found: list[_Line], at: int, marked: set[int]) -> bool:
    """ "Search" between two paragraphs may as well be the heading of a chapter on searching."""
    return found[at].words == 1 and at - 1 not in marked and at + 1 not in marked


def _is_appeal(line: _Line) -> bool:
    return (
        line.words <= _MOST_APPEAL and bool(APPEAL.search(line.content)) and not _LABELLED.match(line.content)
    )


def _is_notice(line: _Line) -> bool:
    return bool(CONSENT.search(line.content) and SITE_VOICE.search(line.content)) and line.words < 120


def _footer(found: list[_Line], marked: set[int], about_consent: bool) -> set[int]:
    """Everything from the first footer line on, when little that reads like the text follows it."""
    total = sum(len(line.content) for line in found)
    for at in range(len(found) * 2 // 3, len(found)):
        line = found[at]
        if (line.is_paragraph and at not in marked) or not FOOTER.search(line.content) or line.words > 40:
            continue
        rest = found[at:]
        foreign = sum(member.is_paragraph for member in rest)
        length = sum(len(member.content) for member in rest)
        if foreign <= 2 and length < _LARGEST_FOOTER * total and not about_consent:
            return set(range(at, len(found)))
    return set()


def _body(found: list[_Line], paragraphs: list[int], marked: set[int]) -> tuple[int, int]:
    """Positions of the first and last paragraph that are not furniture."""
    kept = [at for at in paragraphs if at not in marked] or paragraphs
    return kept[0], kept[-1]


def _short_runs(found: list[_Line], zone: range, marked: set[int]) -> set[int]:
    """Labels of one to three words beside other furniture, before the text begins or after it ends."""
    chosen: set[int] = set()
    near = [at for at in zone if at in marked]
    if not near:
        return chosen
    for at in zone:
        line = found[at]
        label = line.words <= 3 and bool(_LABEL.fullmatch(line.content))
        if (
            label
            and not find_date(line.content)
            and not author_of(line.content)
            and min(abs(at - other) for other in near) <= 4
        ):
            chosen.add(at)
    return chosen


def _label_runs(found: list[_Line], first: int, marked: set[int]) -> set[int]:
    """Runs of labels and headlines that hold a control: menus, and lists of other articles.

    Above the first paragraph only labels of a few words are taken, since title, by-line and date stand there.
    """
    chosen: set[int] = set()
    run: list[int] = []
    for at in range(len(found) + 1):
        line = found[at] if at < len(found) else None
        if line and (
            at in marked or (line.words <= _HEADLINE and not line.stops and not _MARKDOWN.match(line.content))
        ):
            run.append(at)
            continue
        controls = [member for member in run if member in marked]
        if len(run) >= _SHORTEST_RUN and len(controls) >= 2:
            longest = 4 if run[0] <= first else _HEADLINE
            begin = controls[0] if run[0] > first else run[0]
            chosen.update(
                member
                for member in run
                if member >= begin
                and found[member].words <= longest
                and not find_date(found[member].content)
                and not author_of(found[member].content)
            )
        run = []
    return chosen


def _alone(found: list[_Line], at: int, marked: set[int]) -> bool:
    """A line without a word beside furniture; elsewhere it may be an ornament or a number of the text."""
    return at - 1 in marked or at + 1 in marked


def _spans(found: list[_Line], marked: list[int]) -> tuple[Span, ...]:
    spans: list[Span] = []
    previous = -2
    for at in marked:
        line = found[at]
        if at == previous + 1:
            spans[-1] = Span(spans[-1].start, line.end)
        else:
            spans.append(Span(line.start, line.end))
        previous = at
    return tuple(spans)
