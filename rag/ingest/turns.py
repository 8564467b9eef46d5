"""Speaker turns of interviews and dialogues, by general rules of how they are set in print."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace

from rag.ingest.blocks import Line
from rag.ingest.webwords import CREDIT
from rag.sentences import fold

_LABEL = re.compile(
    r"\s*(?:[-–—>]\s+)?(?P<mark>\*\*|__|)(?P<label>[^\W\d_a-zß-ÿ][^:?!\n*]{0,119}?)"
    r"(?P<close>:\*\*|\*\*:|__:|:__|:)(?=\s*\S)"
)
_PARTICLE = re.compile(
    r"(?:de|da|di|del|della|der|den|van|von|bin|ibn|al|el|la|le|du|of|the|y|e|zu|af|ten|ter)$"
)
_INITIALS = re.compile(r"(?:[^\W\d_]\.?\s?){2,4}$")
_NAME_WORD = re.compile(r"[^\W\d_][\w’'.-]*$")
_NAMES_IN_TEXT = re.compile(r"(?:[^\W\d_a-zß-ÿ][\w’'-]*[ \u00a0]){1,3}[^\W\d_a-zß-ÿ][\w’'-]+")
_ASKS = re.compile(r"[?？؟][\s*_\"'”’»)]*$")
_LONGEST_QUESTION = 60
"""Words of a question that are carried into the context of its answer."""
_MOST_SPEAKERS = 200
_INTRODUCTION = 20_000
"""Characters."""
_QUESTIONER = frozenset(
    ("q", "question", "interviewer", "frage", "f", "вопрос", "в", "pregunta", "p", "domanda", "d", "pytanie")
)
_ANSWERER = frozenset(
    ("a", "answer", "antwort", "réponse", "r", "ответ", "о", "respuesta", "risposta", "odpowiedź")
)


@dataclass(frozen=True, slots=True)
class Turn:
    """What one person says until the next one speaks."""

    start: int
    end: int
    speaker: str
    """As fully as the text names them; "" for an unnamed answer."""
    asks: bool
    question: str = ""
    """The question that was asked last, when this turn answers one."""
    continues: bool = False
    """It goes on with the turn before it, past a caption."""


def turns(text: str, found: list[Line]) -> list[Turn]:
    """The turns of a text, in order; none when it is not a dialogue.

    A dialogue has at least four labelled lines, at least two speakers or a question and answer pattern,
    one label that comes back, and running sentences after the labels.
    """
    labelled = [(line, label) for line in found if (label := _label(text, line))]
    if len(labelled) < 4:
        return []
    names = _resolved([name for _, (name, _) in labelled], text)
    spoken = [(line, names[name]) for line, (name, _) in labelled]
    counts = Counter(name for _, name in spoken)
    if len(counts) < 2 or counts.most_common(1)[0][1] < 2 or not _runs_on(text, labelled):
        return []
    kept = [(line, name) for line, name in spoken if counts[name] > 1 or len(counts) < 4]
    if len(kept) < 4:
        return []
    return _with_questions(text, _extended(text, found, kept))


def _label(text: str, line: Line) -> tuple[str, int] | None:
    """(name before the description, offset behind the label) of a line that begins a turn."""
    if line.kind not in ("text", "item") and line.level < 7:
        return None
    match = _LABEL.match(text, line.start, line.end)
    if not match or (match["mark"] and match["mark"] not in match["close"]):
        return None
    name = re.split(r",\s|\s\(|\s[–—-]\s", match["label"].strip(), maxsplit=1)[0].strip()
    parts = name.split()
    if not 1 <= len(parts) <= 5 or not all(_NAME_WORD.match(p) or p.isdigit() for p in parts):
        return None
    if any(p[0].islower() and not _PARTICLE.match(p) for p in parts):
        return None
    return name, match.end()


def _runs_on(text: str, labelled: list[tuple[Line, tuple[str, int]]]) -> bool:
    said = [text[end : line.end] for line, (_, end) in labelled]
    sentences = sum(bool(re.search(r"[.!?…。？！][\"'”’»)*_]*\s*$", words)) for words in said)
    lengths = sorted(len(words.split()) for words in said)
    return sentences >= 0.6 * len(said) and lengths[len(lengths) // 2] >= 4


def _resolved(names: list[str], text: str) -> dict[str, str]:
    """Each label with the fullest name it can only stand for."""
    distinct = list(dict.fromkeys(names))
    if len(distinct) > _MOST_SPEAKERS:
        return {name: name for name in distinct}
    full = [name for name in distinct if len(name.split()) > 1 and not _is_initials(name)]
    mentioned = _mentioned(text)
    return {
        name: name if name in full else _fullest(name, full) or _fullest(name, mentioned) or name
        for name in distinct
    }


def _mentioned(text: str) -> list[str]:
    """Names of two words or more in the part of a text that introduces people."""
    found = _NAMES_IN_TEXT.finditer(text[:_INTRODUCTION])
    return list(dict.fromkeys(" ".join(match.group().split()) for match in found))


def _fullest(label: str, names: list[str]) -> str:
    """The one of the names that a label can stand for; "" when there is none or a choice."""
    if fold(label) in _QUESTIONER | _ANSWERER:
        return ""
    candidates = {fold(name): name for name in reversed(names) if _stands_for(label, name)}
    return next(iter(candidates.values())) if len(candidates) == 1 else ""


def _is_initials(name: str) -> bool:
    return (
        bool(_INITIALS.match(name))
        and name.upper() == name
        and len(name.replace(".", "").replace(" ", "")) <= 4
    )


def _stands_for(label: str, name: str) -> bool:
    words = [word for word in re.split(r"[\s-]+", name) if word and not _PARTICLE.match(word)]
    if _is_initials(label):
        letters = fold(label.replace(".", "").replace(" ", ""))
        return len(words) > 1 and letters in (
            "".join(fold(word)[:1] for word in words),
            fold(words[0])[:1] + fold(words[-1])[:1],
        )
    return len(words) > 1 and fold(label) in (fold(words[-1]), fold(words[0]))


def _extended(text: str, found: list[Line], kept: list[tuple[Line, str]]) -> list[Turn]:
    starts = {line.start: name for line, name in kept}
    speakers = {name for name in starts.values() if len(name.split()) > 1}
    result: list[Turn] = []
    current: Turn | None = None
    for line in found:
        name = starts.get(line.start)
        if name is not None:
            current = Turn(line.start, line.end, name, asks=False)
            result.append(current)
        elif line.level in range(1, 7) or any(text.startswith(s + " ", line.start) for s in speakers):
            current = None
        elif current and CREDIT.search(text, line.start, line.end):
            current = replace(current, start=-1, continues=True)
        elif current and current.start < 0:
            current = replace(current, start=line.start, end=line.end)
            result.append(current)
        elif current:
            current = replace(current, end=line.end)
            result[-1] = current
    return result


def _with_questions(text: str, plain: list[Turn]) -> list[Turn]:
    asking: Counter[str] = Counter()
    total: Counter[str] = Counter()
    for turn in plain:
        total[turn.speaker] += 1
        asking[turn.speaker] += bool(_ASKS.search(text, turn.start, turn.end))
    result: list[Turn] = []
    question, before = "", None
    for turn in plain:
        key = fold(turn.speaker)
        asks = key in _QUESTIONER or asking[turn.speaker] > 0.6 * total[turn.speaker]
        said = text[before.start : before.end] if before else ""
        if before and before.speaker != turn.speaker and "?" in said:
            question = _last_words(said)
        named = "" if key in _QUESTIONER | _ANSWERER else turn.speaker
        result.append(replace(turn, asks=asks, question="" if asks else question, speaker=named))
        before = turn
    return result


def _last_words(said: str) -> str:
    label = _LABEL.match(said)
    parts = said[label.end() if label else 0 :].replace("**", "").split()
    return " ".join(parts if len(parts) <= _LONGEST_QUESTION else ["…", *parts[-_LONGEST_QUESTION:]])
