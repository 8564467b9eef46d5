"""Models and settings as HTML: how answers are made, what is in use, and what this machine is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from rag.assistant import Assistant
from rag.backends.models import ModelCard
from rag.present.findings import Finding
from rag.present.pace import Pace
from rag.present.render.words import one_line, seconds
from rag.present.ui import levels
from rag.present.ui.fetching import megabytes
from rag.present.ui.page import MODES

ROLES = (("embedder", "Finds"), ("scorer", "Judges"), ("generator", "Writes"))


def modes(assistant: Assistant) -> str:
    """How answers are made: a choice that is kept for this library."""
    without = assistant.generator is None and assistant.settings.generator in ("", "none")
    cards = "".join(
        _choice("mode", name, words, what, assistant.settings.mode == name, without and name != "quotes")
        for name, (words, what) in MODES.items()
    )
    note = '<p class="facts">Writing needs a model. Choose one below.</p>' if without else ""
    return section("How answers are made", _cards("Answers", cards) + note)


def surety(assistant: Assistant) -> str:
    """From which confidence an answer is shown, with what was measured for each level."""
    risk = assistant.settings.risk
    chosen = levels.nearest(risk)
    cards = "".join(
        _choice(
            "risk", str(level.risk), level.name, level.words, level is chosen, False, levels.told(level.risk)
        )
        for level in levels.LEVELS
    )
    own = "" if chosen else f"Now set to {risk:g}: a level of your own. "
    note = f'<p class="facts">{own}{escape(levels.measured_on())}</p>'
    return section("When to answer", _cards("Surety", cards) + note)


def in_use(names: Sequence[str], cards: Sequence[ModelCard | None]) -> str:
    rows = "".join(
        f"<dt>{role}</dt><dd><strong>{escape(one_line(name)) or 'Nothing: answers are quotes'}</strong>"
        f"{f'<span>{escape(card.good_for)}</span>{size(card)}' if card else ''}</dd>"
        for (_, role), name, card in zip(ROLES, names, cards, strict=True)
    )
    return section("In use", f'<dl class="in-use">{rows}</dl>')


def machine(findings: Iterable[Finding], cores: int, memory_mb: int, recent: tuple[int, float, float]) -> str:
    """What this machine is, how fast it answered, and what stands in the way."""
    facts = [f"{cores} {'core' if cores == 1 else 'cores'}"]
    facts += [f"{memory_mb / 1000:,.0f} GB of memory"] if memory_mb else []
    number, middle, slowest = recent
    said = ""
    if number == 1:
        said = f"<p>The last answer took {seconds(middle)}. {_verdict(middle)}</p>"
    elif number:
        took = f"{seconds(middle)} in the middle, {seconds(slowest)} at most"
        said = f"<p>The last {number} answers took {took}. {_verdict(middle)}</p>"
    held = "".join(
        f'<li class="{one.state}"><strong>{escape(one.name)}</strong> {escape(one_line(one.detail))}'
        f"{f'<code>{escape(one_line(one.remedy))}</code>' if one.remedy else ''}</li>"
        for one in findings
        if one.state != "ok"
    )
    return section(
        "This machine",
        f'<p class="facts">{" · ".join(facts)}</p>{said}<div id="pace"></div>'
        '<button type="button" data-action="pace">Measure it now</button>'
        f"{f'<ul class=findings>{held}</ul>' if held else ''}",
    )


def pace(taken: Pace) -> str:
    quoted = taken.finding + taken.reading
    parts = [f"finding {seconds(taken.finding)}", f"reading eight passages {seconds(taken.reading)}"]
    parts += [f"writing a sentence {seconds(taken.writing)}"] if taken.writing else []
    return (
        f"<p>Just now: {', '.join(parts)}. An answer in quotes takes about {seconds(quoted)}"
        f"{f', a written one about {seconds(quoted + taken.writing)}' if taken.writing else ''}. "
        f"{_verdict(quoted + taken.writing)}</p>"
    )


def _verdict(taken: float) -> str:
    if taken < 1.5:
        return "This machine runs it well."
    if taken < 6:
        return "This machine runs it at an easy walk; a smaller model would be quicker."
    return "This machine is slow with it: use a smaller model, or quotes only."


def section(title: str, inner: str) -> str:
    return f'<section class="setting"><h2>{title}</h2>{inner}</section>'


def _cards(legend: str, cards: str) -> str:
    return f'<fieldset class="cards"><legend class="unseen">{legend}</legend>{cards}</fieldset>'


def _choice(
    name: str, value: str, words: str, what: str, chosen: bool, shut: bool, measured: str = ""
) -> str:
    more = f'<span class="measured">{escape(measured)}</span>' if measured else ""
    return (
        f'<label><input type="radio" name="set-{name}" value="{value}"{" checked" if chosen else ""}'
        f"{' disabled' if shut else ''}><span><strong>{words}</strong><span>{what}</span>{more}</span>"
        "</label>"
    )


def size(card: ModelCard, fits: str = "") -> str:
    facts = [f"{megabytes(card.bytes)} on disk"] if card.bytes else []
    facts += [f"about {card.memory_mb:,} MB of memory"] if card.memory_mb else []
    facts += [part for part in (card.licence, fits) if part]
    return f'<span class="facts">{escape(" · ".join(facts))}</span>'
