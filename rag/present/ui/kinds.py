"""What kinds of documents and languages are called on the page."""

from __future__ import annotations

_KINDS = {
    "text": "Text",
    "markdown": "Markdown",
    "html": "Web page",
    "pdf": "PDF",
    "docx": "Word",
    "odt": "OpenDocument",
    "rtf": "Rich text",
    "epub": "Book",
    "pptx": "Slides",
    "xlsx": "Spreadsheet",
    "csv": "Table",
    "json": "JSON",
    "email": "E-mail",
    "code": "Source code",
    "subtitles": "Subtitles",
}

_LANGUAGES = (
    "ar:Arabic be:Belarusian bg:Bulgarian ca:Catalan cs:Czech da:Danish de:German el:Greek en:English "
    "es:Spanish et:Estonian eu:Basque fa:Persian fi:Finnish fr:French ga:Irish he:Hebrew hi:Hindi "
    "hr:Croatian hu:Hungarian hy:Armenian id:Indonesian it:Italian ja:Japanese ka:Georgian "
    "kk:Kazakh ko:Korean lt:Lithuanian lv:Latvian ne:Nepali nl:Dutch no:Norwegian pl:Polish pt:Portuguese "
    "ro:Romanian ru:Russian sk:Slovak sl:Slovenian sr:Serbian sv:Swedish ta:Tamil tr:Turkish "
    "uk:Ukrainian vi:Vietnamese yi:Yiddish zh:Chinese"
)
_NAMES = dict(pair.split(":") for pair in _LANGUAGES.split())


def kind_name(kind: str) -> str:
    """A `Source.format` in words; an unknown one as it is."""
    return _KINDS.get(kind, kind)


def language_name(code: str) -> str:
    """An ISO 639-1 code in words; an unknown one as it is."""
    return _NAMES.get(code, code)
