"""An answer for the terminal: the sentences with their numbers, then the numbered quotes, wrapped."""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import fill
from typing import TYPE_CHECKING, Any

from rag.citations import record
from rag.present.render.words import CLOSE, OPEN, one_line, origin, percent, pointing, seconds
from rag.types import Answer

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.text import Text

WIDEST = 88
"""Columns; longer lines are hard to read."""


def terminal(answer: Answer | Mapping[str, Any], *, explain: bool = False) -> RenderableType:
    """An answer as a Rich renderable. Rich drops colour by itself where the output is no terminal.

    Args:
        answer: an answer, or what `citations.record` made of one.
        explain: whether to tell, below, how it was found.
    """
    from rich.console import Group
    from rich.constrain import Constrain
    from rich.padding import Padding
    from rich.table import Table
    from rich.text import Text

    values = record(answer) if isinstance(answer, Answer) else answer
    parts: list[RenderableType] = []
    if values["standalone"] and values["standalone"] != values["question"]:
        parts.append(Text(f"Searched as: {one_line(values['standalone'])}\n", style="dim italic"))
    if values["status"] == "answered":
        for claim, where in zip(values["claims"], _origins(values), strict=True):
            line = _pointing(claim, values)
            for number in claim["citations"]:
                line.append(f" [{number}]", style="bold cyan")
            if where:
                line.append(f"\n{where}", style="dim")
            parts.append(Padding(line, (0, 0, 1, 0)))
        if values["disagreement"]:
            parts.append(Text(f"The sources differ: {one_line(values['disagreement'])}\n", style="yellow"))
    else:
        parts.append(Text("No answer in these documents.", style="bold"))
        parts.append(Padding(Text(one_line(values["reason"])), (0, 0, 1, 0)))
        if values["nearest"]:
            parts.append(Text("The nearest passages", style="dim"))
    table = Table.grid(padding=(0, 1))
    table.add_column(justify="right", no_wrap=True)
    table.add_column()
    for number, quote in _quotes(values):
        cell = Text(f"“{one_line(quote['quote'])}”")
        cell.append(f"\n{origin(quote)}", style="dim")
        table.add_row(Text(number, style="bold cyan"), Padding(cell, (0, 0, 1, 0)))
    if table.row_count:
        parts.append(table)
    parts.append(Text(_footer(values), style="dim"))
    if explain:
        parts.append(_steps(values))
    return Constrain(Group(*parts), WIDEST)


def plain(answer: Answer | Mapping[str, Any], width: int = 80) -> str:
    """The same as `terminal` without any control codes, wrapped to `width` columns."""
    values = record(answer) if isinstance(answer, Answer) else answer
    blocks = []
    if values["standalone"] and values["standalone"] != values["question"]:
        blocks.append(fill(f"Searched as: {one_line(values['standalone'])}", width))
    if values["status"] == "answered":
        for claim, where in zip(values["claims"], _origins(values), strict=True):
            marks = "".join(f"[{number}]" for number in claim["citations"])
            said = fill(f"{_sentence(claim)} {marks}".strip(), width)
            blocks.append(f"{said}\n{fill(where, width)}".strip())
        if values["disagreement"]:
            blocks.append(fill(f"The sources differ: {one_line(values['disagreement'])}", width))
    else:
        blocks.append(fill(f"No answer in these documents. {one_line(values['reason'])}".strip(), width))
        if values["nearest"]:
            blocks.append("The nearest passages:")
    for number, quote in _quotes(values):
        lead = f"{number} ".rjust(4)
        shown = fill(
            f"“{one_line(quote['quote'])}”", width, initial_indent=lead, subsequent_indent=" " * len(lead)
        )
        indent = " " * len(lead)
        where = fill(origin(quote), width, initial_indent=indent, subsequent_indent=indent)
        blocks.append(f"{shown}\n{where}".rstrip())
    blocks.append(_footer(values))
    return "\n\n".join(blocks) + "\n"


def _steps(values: Mapping[str, Any]) -> RenderableType:
    from rich.pretty import Pretty
    from rich.table import Table
    from rich.text import Text

    table = Table.grid(padding=(0, 1))
    table.add_column(no_wrap=True)
    table.add_column()
    for step in values["steps"]:
        detail = {name: value for name, value in step.items() if name not in ("name", "seconds")}
        head = Text(f"\n{step['name']}\n", style="bold").append(seconds(step["seconds"]), style="dim")
        table.add_row(head, Pretty(_shown(detail), max_length=8, max_string=120, indent_guides=False))
    return table


def _shown(value: Any) -> Any:
    """The detail of a step with every text made fit for a terminal."""
    if isinstance(value, Mapping):
        return {one_line(str(name)): _shown(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_shown(inner) for inner in value]
    return one_line(value) if isinstance(value, str) else value


def _pointing(claim: Mapping[str, Any], values: Mapping[str, Any]) -> Text:
    """The sentence; of a quote, the words that answer in bold."""
    from rich.text import Text

    if claim["support"] != "quoted":
        return Text(_sentence(claim))
    line = Text("“")
    cited = [citation for citation in values["citations"] if citation["number"] in claim["citations"]]
    before, _, rest = one_line(pointing(cited[0]) if cited else claim["text"]).partition(OPEN)
    words, _, after = rest.partition(CLOSE)
    return line.append(before).append(words, style="bold").append(after).append("”")


def _sentence(claim: Mapping[str, Any]) -> str:
    text = one_line(claim["text"])
    return f"“{text}”" if claim["support"] == "quoted" else text


def _origins(values: Mapping[str, Any]) -> list[str]:
    """Where each quoted sentence is from; of quotes in a row from one place, only the last says so."""
    cited = {citation["number"]: citation for citation in values["citations"]}
    found = [
        origin(cited[claim["citations"][0]]) if claim["support"] == "quoted" and claim["citations"] else ""
        for claim in values["claims"]
    ]
    return [here if here != after else "" for here, after in zip(found, [*found[1:], ""], strict=True)]


def _quotes(values: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    """What is still to be shown below: quotes that no sentence of the answer repeats, or the nearest."""
    if values["status"] == "answered":
        shown = {n for claim in values["claims"] if claim["support"] == "quoted" for n in claim["citations"]}
        below = [citation for citation in values["citations"] if citation["number"] not in shown]
        return [(f"[{citation['number']}]", citation) for citation in below]
    return [("·", nearest) for nearest in values["nearest"]]


def _footer(values: Mapping[str, Any]) -> str:
    spent = sum(step["seconds"] for step in values["steps"])
    parts = [f"confidence {percent(values['confidence'])}", one_line(values["model"])]
    if values["steps"]:
        parts.append(seconds(spent))
    return " · ".join(parts)
