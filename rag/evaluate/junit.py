"""A run as JUnit XML, which build servers show question by question."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any
from xml.sax.saxutils import quoteattr

from rag.evaluate.failures import CAUSES, GOOD

_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit(rows: Sequence[Mapping[str, Any]]) -> str:
    """One test case a question; a failure names its cause."""
    bad = [row for row in rows if row["failure"] not in (*GOOD, "error", "not judged")]
    errors = [row for row in rows if row["failure"] == "error"]
    seconds = sum(row["seconds"] for row in rows)
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<testsuite name="rag eval" tests="{len(rows)}" failures="{len(bad)}" errors="{len(errors)}"'
        f' time="{seconds:.3f}">',
        *map(_case, rows),
        "</testsuite>",
    ]
    return "\n".join(lines) + "\n"


def _case(row: Mapping[str, Any]) -> str:
    head = f"  <testcase classname={_attribute(row['id'])} name={_attribute(row['question'])}"
    head += f' time="{row["seconds"]:.3f}"'
    if row["failure"] in (*GOOD, "not judged"):
        return head + "/>"
    kind = "error" if row["failure"] == "error" else "failure"
    said = row["text"] or row["reason"]
    message = f"{row['failure']}: {CAUSES[row['failure']]}. Answer: {said}"
    return f"{head}><{kind} message={_attribute(message)}/></testcase>"


def _attribute(text: str) -> str:
    return quoteattr(_FORBIDDEN.sub("�", text))
