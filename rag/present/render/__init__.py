"""Answers as text: for the terminal, and to keep. Pure; everything from documents is text, never markup."""

from rag.present.render.export import html, json_lines, markdown, markdown_conversation
from rag.present.render.terminal import plain, terminal
from rag.present.render.words import clean, day, one_line, origin

__all__ = [
    "clean",
    "day",
    "html",
    "json_lines",
    "markdown",
    "markdown_conversation",
    "one_line",
    "origin",
    "plain",
    "terminal",
]
