# ruff: noqa: E501 - tables of words, one language a line
"""Dates as people write them, to ISO 8601."""

from __future__ import annotations

import datetime
import re

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan januar janvier janv enero ene janeiro gennaio gen styczeń stycznia sty января янв січня студзеня januari leden ledna",
            "february feb februar février févr fév febrero fevereiro fev febbraio luty lutego lut февраля фев лютого лютага februari únor února",
            "march mar märz mrz mars marzo março marzec marca марта мар березня сакавіка maart březen března",
            "april apr avril avr abril abr aprile kwiecień kwietnia kwi апреля апр квітня красавіка duben dubna",
            "may mai mayo maio mag maggio maj maja мая травня траўня mei květen května",
            "june jun juni juin junio junho giugno giu czerwiec czerwca cze июня июн червня чэрвеня červen června",
            "july jul juli juillet juil julio julho luglio lug lipiec lipca lip июля июл липня ліпеня červenec července",
            "august aug août agosto ago sierpień sierpnia sie августа авг серпня жніўня augustus srpen srpna",
            "september sept sep septembre septiembre setembro settembre set wrzesień września wrz сентября сен вересня верасня září",
            "october oct oktober okt octobre octubre outubro ottobre ott październik października paź октября окт жовтня кастрычніка říjen října",
            "november nov novembre noviembre novembro listopad listopada lis ноября ноя листопада лістапада listopadu",
            "december dec dezember dez décembre déc diciembre dic dezembro dicembre grudzień grudnia gru декабря дек грудня снежня prosinec prosince",
        ),
        1,
    )
    for name in names.split()
}
_WORD = r"([^\W\d_]{3,12})\.?"
_PATTERNS = (
    (re.compile(r"\b(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?=\D|$)"), "ymd"),
    (
        re.compile(
            rf"\b(\d{{1,2}})(?:st|nd|rd|th|er|\.|º)?(?:\s+de|\s+of)?\s+{_WORD},?(?:\s+de)?\s+(\d{{4}})\b"
        ),
        "dby",
    ),
    (re.compile(rf"\b{_WORD},?\s+(\d{{1,2}})(?:st|nd|rd|th)?,?\s+(\d{{4}})\b"), "bdy"),
    (re.compile(r"\b(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})\b"), "dmy"),
    (re.compile(r"(?:年)?(\d{4})年(\d{1,2})月(\d{1,2})日"), "ymd"),
)


def find_date(text: str) -> str:
    """The first complete date in a text as ISO 8601, "" when there is none.

    Slashed dates with the year last ("03/04/2024") are left alone: they mean two days to two readers.
    """
    best: tuple[int, str] | None = None
    for pattern, order in _PATTERNS:
        for match in pattern.finditer(text):
            date = _iso(match.groups(), order)
            if date and (best is None or match.start() < best[0]):
                best = (match.start(), date)
                break
    return best[1] if best else ""


def _iso(groups: tuple[str, ...], order: str) -> str:
    parts = dict(zip(order, groups, strict=True))
    month = int(parts["m"]) if "m" in parts else _MONTHS.get(parts["b"].lower(), 0)
    try:
        return datetime.date(int(parts["y"]), month, int(parts["d"])).isoformat()
    except ValueError:
        return ""
