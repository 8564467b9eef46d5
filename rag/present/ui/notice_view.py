"""Errors and empty states as HTML: what happened, and what to do about it."""

from __future__ import annotations

from html import escape

from rag.errors import RagError


def notice(problem: str, remedy: str = "", kind: str = "error") -> str:
    more = f'<p class="remedy">{escape(remedy)}</p>' if remedy else ""
    return f'<div class="notice {escape(kind)}"><p class="problem">{escape(problem)}</p>{more}</div>'


def error(problem: RagError) -> str:
    return notice(problem.problem, problem.remedy)


def unexpected(problem: Exception) -> str:
    """The message stays in the log: it may hold paths or text that mean nothing to a reader."""
    return notice(
        f"Something went wrong inside rag ({type(problem).__name__}).",
        "Ask again. If it happens twice, the terminal that runs rag serve tells more; so does rag doctor.",
    )
