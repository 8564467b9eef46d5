"""Another way to answer from now on: written to the library's rag.toml, and taken up at once."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

from rag import settings
from rag.assistant import Assistant
from rag.errors import SettingsError


def use_generator(assistant: Assistant, name: str) -> None:
    """Write with this model from now on.

    Args:
        name: of the list, the path of a GGUF file, or "none".

    Raises:
        ModelError: it is missing or not what it claims to be; nothing has changed then.
    """
    from rag import backends
    from rag.backends import models

    loaded = backends.generator(name, assistant.settings.threads)
    listed = name == "none" or any(card.name == name for card in models.catalogue())
    settings.write(
        assistant.settings.library, "generator", name if listed else str(Path(name).expanduser().resolve())
    )
    assistant.generator = loaded
    _take_up(assistant, "generator")


def answer_by(assistant: Assistant, *, mode: str | None = None, risk: float | None = None) -> None:
    """Answer in this mode, from this confidence on.

    Raises:
        SettingsError: no such mode.
        ModelError: writing needs a model, and the chosen one is missing.
    """
    from rag import backends

    chosen = assistant.settings
    if mode is not None and mode not in get_args(settings.Mode):
        raise SettingsError(
            f"There is no mode {mode!r}.", f"Use one of {', '.join(get_args(settings.Mode))}."
        )
    if mode not in (None, "quotes") and assistant.generator is None and chosen.generator not in ("", "none"):
        assistant.generator = backends.generator(chosen.generator, chosen.threads)
    if mode is not None:
        settings.write(chosen.library, "mode", mode)
        _take_up(assistant, "mode")
    if risk is not None:
        settings.write(chosen.library, "risk", min(1.0, max(0.0, risk)))
        _take_up(assistant, "risk")


def overruled(assistant: Assistant, name: str, value: object) -> str:
    """A sentence when the environment goes before what was written, else ""."""
    if getattr(assistant.settings, name) == value:
        return ""
    return f"RAG_{name.upper()} is set in the environment and goes before what is chosen here."


def _take_up(assistant: Assistant, name: str) -> None:
    """The written value, or that of the environment, which goes first."""
    loaded: Any = getattr(settings.load(assistant.settings.library), name)
    assistant.settings = replace(assistant.settings, **{name: loaded})
