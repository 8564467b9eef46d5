"""Prompt templates: `prompts/NAME.md`, filled strictly, each with a version that answers can record."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import cache
from string import Template

from rag import packaged
from rag.errors import PromptError


@dataclass(frozen=True, slots=True)
class Prompt:
    """A template with `$name` places. `$$` is a dollar sign."""

    name: str
    template: str

    @property
    def version(self) -> str:
        """First 12 hex digits of the template's sha256."""
        return hashlib.sha256(self.template.encode()).hexdigest()[:12]

    @property
    def places(self) -> frozenset[str]:
        return frozenset(Template(self.template).get_identifiers())

    def fill(self, **values: str) -> str:
        """The template with every place filled. Values go in as they are: a `$name` inside one stays text.

        Raises:
            PromptError: a place without a value, a value without a place, or a malformed `$` in the template.
        """
        template = Template(self.template)
        if not template.is_valid():
            raise PromptError(
                f"prompts/{self.name}.md has a '$' without a name.", "Write $$ for a dollar sign."
            )
        if missing := sorted(self.places - values.keys()):
            raise PromptError(
                f"prompts/{self.name}.md needs a value for {', '.join(missing)}.", "Give it one."
            )
        if extra := sorted(values.keys() - self.places):
            raise PromptError(
                f"prompts/{self.name}.md has no place for {', '.join(extra)}.", f"Write ${extra[0]} in it."
            )
        return template.substitute(values)


@cache
def load(name: str) -> Prompt:
    """The template `prompts/NAME.md`, without white space at its ends.

    Raises:
        PromptError: there is no such template, or it is not UTF-8.
    """
    folder = packaged.folder("prompts")
    if not re.fullmatch(r"[a-z0-9][a-z0-9_.-]*", name):
        raise PromptError(f"{name!r} is no name of a prompt.", f"Prompts are in {folder}.")
    try:
        return Prompt(name, (folder / f"{name}.md").read_text("utf-8").strip())
    except (OSError, UnicodeDecodeError) as error:
        raise PromptError(f"The prompt {name} cannot be read.", f"Look in {folder}.") from error


def fill(name: str, **values: str) -> str:
    """`load(name).fill(**values)`."""
    return load(name).fill(**values)


def version(name: str) -> str:
    """`load(name).version`."""
    return load(name).version
