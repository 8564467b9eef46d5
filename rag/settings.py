"""What a person can set: one frozen dataclass; defaults < `rag.toml` in the library < `RAG_*` variables."""

from __future__ import annotations

import json
import os
import re
import tomllib
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, Literal, get_args

from rag.errors import SettingsError

Mode = Literal["quotes", "balanced", "fluent"]
"""quotes: never generate. balanced: generate, show what verification passes and beats the quote.
fluent: prefer the generated sentence whenever it passes."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything a person can set. Each default names the measurement that chose it (`evals/decisions/`)."""

    library: Path = Path()
    """Folder of the library; the empty path means the platform's user-data folder."""
    mode: Mode = "balanced"
    generator: str = "smollm2-135m"
    """A name in models/models.toml, or the path of a GGUF file, or "none"."""
    embedder: str = "bge-small-en"
    scorer: str = "judge"
    threads: int = 0
    """Threads for every model; 0 means all physical cores."""
    hits: int = 8
    """Passages that the scorer reads after retrieval."""
    candidates: int = 50
    """Rows asked of each retriever before fusion."""
    quotes: int = 3
    """Sentences an answer shows at most, unless the question asks for a list."""
    risk: float = 0.5
    """Answer when the calibrated confidence reaches this; lower answers more and errs more."""
    passage_tokens: int = 160
    """Target size of a passage, in words and marks."""
    budget_seconds: float = 2.0
    """Time that scoring passages may take; fewer are read on a slow machine."""
    max_question_characters: int = 2000
    answer_tokens: int = 96


def load(library: Path | None = None, environ: dict[str, str] | None = None) -> Settings:
    """Settings from defaults, then `rag.toml` in the library, then `RAG_*` variables.

    Raises:
        SettingsError: an unknown name in `rag.toml`, or a value of the wrong kind.
    """
    variables = dict(os.environ) if environ is None else environ
    folder = library or Path(variables.get("RAG_LIBRARY") or default_library())
    settings = replace(Settings(), library=folder.expanduser().resolve())
    file = settings.library / "rag.toml"
    if file.is_file():
        try:
            values = tomllib.loads(file.read_text("utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise SettingsError(f"{file} is not valid TOML: {error}.", "Correct it or remove it.") from error
        settings = _apply(settings, values, str(file))
    known = {f"RAG_{field.name.upper()}": field.name for field in fields(Settings) if field.name != "library"}
    return _apply(settings, {known[k]: v for k, v in variables.items() if k in known}, "the environment")


def write(library: Path, name: str, value: str | float) -> None:
    """Set one key of the library's `rag.toml` and leave every other line as it is.

    Raises:
        SettingsError: the file cannot be written.
    """
    file = library / "rag.toml"
    line = f"{name} = {json.dumps(value, ensure_ascii=False)}"  # JSON strings and numbers are TOML too
    try:
        lines = file.read_text("utf-8").splitlines() if file.exists() else []
        places = [at for at, text in enumerate(lines) if re.match(rf"\s*{name}\s*=", text)]
        if places:
            lines[places[0]] = line
        else:
            lines.insert(0, line)
        library.mkdir(parents=True, exist_ok=True)
        temporary = file.with_name(f"{file.name}.new")
        temporary.write_text("\n".join(lines) + "\n", "utf-8")
        temporary.replace(file)
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"{file} cannot be written: {error}.", "Check the folder's permissions."
        ) from error


def default_library() -> Path:
    from platformdirs import user_data_path

    return user_data_path("rag", appauthor=False)


def _apply(settings: Settings, values: dict[str, Any], origin: str) -> Settings:
    kinds = {field.name: type(getattr(settings, field.name)) for field in fields(Settings)}
    changed: dict[str, Any] = {}
    for name, value in values.items():
        if name not in kinds or name == "library":
            raise SettingsError(
                f"{origin} sets '{name}', which is no setting.", f"Known: {', '.join(kinds)}."
            )
        try:
            changed[name] = kinds[name](value)
        except (TypeError, ValueError) as error:
            raise SettingsError(
                f"{origin} sets {name} to {value!r}, which is not {kinds[name].__name__}.", "Correct it."
            ) from error
    if changed.get("mode", "quotes") not in get_args(Mode):
        raise SettingsError(
            f"{origin} sets mode to {changed['mode']!r}.", f"Use one of {', '.join(get_args(Mode))}."
        )
    return replace(settings, **changed)
