"""Models that write, as HTML: those that are here, those that could be fetched, and a download under way."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path
from urllib.parse import urlsplit

from rag.backends.models import CheckResult, ModelCard
from rag.present.ui.fetching import Fetch, megabytes
from rag.present.ui.models_view import section, size

WISE = 0.6
"""Share of a machine's memory that one model should take at most."""


def writers(
    checked: Sequence[CheckResult],
    used: str,
    memory_mb: int,
    hub: str,
    partial: Sequence[int],
    now: Fetch | None,
) -> str:
    """The models that write, those that are here and those that could be fetched.

    Args:
        used: what is in use.
        hub: address that a model would be fetched from.
        partial: bytes of each that an earlier download left.
    """
    rows = "".join(
        _writer(result, result.card.name == used, memory_mb, hub, left, now)
        for result, left in zip(checked, partial, strict=True)
    )
    none = "" if used in ("", "none") else _button("use", "Write nothing, only quote", "none")
    other = (
        '<details class="other"><summary>Another model from the hub</summary><form id="other-model">'
        '<label for="other-address">Owner, name and file, as OWNER/NAME:FILE.gguf</label><div>'
        '<input id="other-address" required maxlength="300" spellcheck="false" autocapitalize="none">'
        '<button type="submit">Go on</button></div></form><div id="other-confirm"></div></details>'
    )
    said = (
        '<p class="facts">A larger model writes better sentences. It cannot make an answer less true: each '
        "sentence is checked against its quote.</p>"
    )
    return section("Models that write", f'{said}<ul class="models">{rows}</ul>{none}{other}')


def confirm(card: ModelCard, address: str, hub: str, left: int = 0) -> str:
    """What a click would fetch, from where: nothing is asked of the network before it."""
    weight = megabytes(card.bytes) if card.bytes else ""
    host = urlsplit(hub).netloc or hub
    begun = f" {megabytes(left)} are here already; it goes on from there." if left else ""
    listed = all(file.sha256 for file in card.files)
    checked = "the digest in rag's own list" if listed else "the digest that the hub names"
    files = ", ".join(escape(file.name) for file in card.files)
    return (
        f'<div class="confirm"><p>This fetches <strong>{files}</strong> ({weight or "of unknown size"}) from '
        f"<strong>{escape(hub)}/{escape(card.repository)}</strong> and checks it against {checked}.{begun}"
        "</p><p>It is the only thing this page ever asks of the network. Your documents and questions stay "
        'here.</p><div class="buttons"><button type="button" class="primary" data-action="fetch" '
        f'data-address="{escape(address)}" data-hub="{escape(hub)}">'
        f"{' '.join(filter(None, ('Fetch', weight, 'from', escape(host))))}</button>"
        '<button type="button" data-action="not-now">Not now</button></div></div>'
    )


def _writer(result: CheckResult, used: bool, memory_mb: int, hub: str, left: int, now: Fetch | None) -> str:
    card = result.card
    here = result.state == "ready"
    fetched = now is not None and now.name == card.name
    state = "in use" if used else "here" if here else "not here"
    tools = fetching(now) if fetched and now is not None and not used else ""
    if here and not used and not tools:
        tools = _button(
            "use", "Use it", str(Path(card.path) / card.files[0].name) if card.path else card.name
        )
    elif not here and not tools and card.repository:
        tools = _button(
            "get", "Go on fetching …" if left else f"Get it, {megabytes(card.bytes)} …", card.name
        )
        tools += f'<div class="ask" hidden>{confirm(card, card.name, hub, left)}</div>'
    elif not here and not tools:
        tools = f"<code>{escape(card.remedy)}</code>"
    too_large = memory_mb and card.memory_mb > WISE * memory_mb
    fits = "more memory than this machine can spare" if too_large else "fits this machine"
    return (
        f'<li data-model="{escape(card.name)}"><div class="name"><h3>{escape(card.name)}</h3>'
        f'<span class="state {"ready" if used or here else "words"}">{state}</span></div>'
        f"<p>{escape(card.good_for)}</p>{size(card, fits if memory_mb and card.memory_mb else '')}"
        f'<div class="tool">{tools}</div></li>'
    )


def fetching(now: Fetch) -> str:
    """A download under way, ended or failed."""
    if now.status == "failed":
        return (
            f'<div class="notice error"><p class="problem">{escape(now.problem)}</p>'
            f'<p class="remedy">{escape(now.remedy.replace("Run the same command again", "Go on"))}</p></div>'
            + _button("fetch-on", "Try again", now.address)
        )
    if now.status == "stopped":
        return f'<p class="facts">{escape(now.record()["words"])}</p>' + _button(
            "fetch-on", "Go on", now.address
        )
    if now.status == "done":
        return '<p class="facts">It is here, and its digest is right.</p>' + _button("use", "Use it", now.use)
    share = now.record()["share"]
    return (
        f'<div class="fetching" data-fetching><p id="fetch-words">{escape(now.record()["words"])}</p>'
        f'<progress id="fetch-bar" max="1" aria-labelledby="fetch-words"'
        f"{f' value={share:.4f}' if share is not None else ''}></progress>"
        f"{_button('fetch-stop', 'Stop', now.address)}</div>"
    )


def _button(action: str, words: str, value: str) -> str:
    return f'<button type="button" data-action="{action}" data-value="{escape(value)}">{words}</button>'
