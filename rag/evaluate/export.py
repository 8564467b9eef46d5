"""A run in the files of other tools (trec_eval, Ragas, promptfoo), or as a baseline to commit."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from rag.errors import InputError
from rag.evaluate.run import Run

KEPT = (
    "id",
    "question",
    "answerable",
    "tags",
    "cluster",
    "status",
    "reason",
    "text",
    "outcome",
    "would_be_right",
    "failure",
    "confidence",
    "measures",
    "seconds",
)
"""What a comparison and a reader of a difference need of a line."""


def export(run: Run, to: str, folder: Path) -> list[Path]:
    """Write the files of a format into a folder; returns their paths.

    Raises:
        InputError: there is no such format.
    """
    if to not in FORMATS:
        raise InputError(f"There is no export to '{to}'.", f"Use one of {', '.join(FORMATS)}.")
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, content in FORMATS[to](run).items():
        (folder / name).write_text(content, "utf-8", errors="replace", newline="\n")
        written.append(folder / name)
    return written


PROVIDER = '''"""Asks rag for promptfoo. An abstention (exit code 3) is an answer too."""

import subprocess


def call_api(prompt, options, context):
    command = ["rag", "ask", "--json", "--", prompt]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    return {"output": done.stdout} if done.returncode in (0, 3) else {"error": done.stderr}
'''


def trec(run: Run) -> dict[str, str]:
    """`run.txt` and `qrels.txt` over documents, as `trec_eval -m all_trec qrels.txt run.txt` reads them."""
    ranked, wanted = [], []
    for row in run.rows:
        name = "_".join(str(row["id"]).split())
        documents = list(dict.fromkeys(hit[0] for hit in row["hits"]))
        ranked += [
            f"{name} Q0 {document} {rank} {len(documents) - rank + 1} rag"
            for rank, document in enumerate(documents, 1)
        ]
        gold = {place["document"] for item in row["gold"].get("evidence", ()) for place in item}
        wanted += [f"{name} 0 {document} 1" for document in sorted(gold)]
    return {"run.txt": _joined(ranked), "qrels.txt": _joined(wanted)}


def ragas(run: Run) -> dict[str, str]:
    """`ragas.jsonl`: one Ragas SingleTurnSample a line; the cited quotes are its retrieved contexts."""
    samples = [
        {
            "user_input": row["question"],
            "response": row["text"] or row["reason"],
            "retrieved_contexts": [c["quote"] for c in row["citations"]],
            "reference": "; ".join(row["gold"].get("answers", ()))
            or "; ".join(nugget["text"] for nugget in row["gold"].get("nuggets", ())),
            "reference_contexts": [item[0]["quote"] for item in row["gold"].get("evidence", ())],
        }
        for row in run.rows
    ]
    return {"ragas.jsonl": _joined([json.dumps(sample, ensure_ascii=False) for sample in samples])}


def promptfoo(run: Run) -> dict[str, str]:
    """`promptfooconfig.json`: the questions as promptfoo tests; `rag_provider.py` asks `rag ask --json`."""
    config = {
        "description": "Questions of a rag run",
        "prompts": ["{{question}}"],
        "providers": ["file://rag_provider.py"],
        "tests": [
            {"description": row["id"], "vars": {"question": row["question"]}, "assert": _asserts(row)}
            for row in run.rows
        ],
    }
    return {"promptfooconfig.json": _pretty(config), "rag_provider.py": PROVIDER}


def baseline(run: Run) -> dict[str, str]:
    """`manifest.json`, `summary.json` and a short `results.jsonl`: what `rag eval compare` needs of a run."""
    lines = [json.dumps({name: row[name] for name in KEPT}, ensure_ascii=False) for row in run.rows]
    return {
        "manifest.json": _pretty(run.manifest),
        "summary.json": _pretty(run.summary),
        "results.jsonl": _joined(lines),
    }


def _pretty(values: Any) -> str:
    return json.dumps(values, ensure_ascii=False, indent=1) + "\n"


def _asserts(row: Mapping[str, Any]) -> list[dict[str, Any]]:
    if row["answerable"] is None:
        return [{"type": "is-json"}]
    status = "answered" if row["answerable"] else "abstained"
    asserts: list[dict[str, Any]] = [
        {"type": "javascript", "value": f"JSON.parse(output).status === '{status}'"}
    ]
    if row["gold"].get("answers"):
        asserts.append({"type": "icontains-any", "value": row["gold"]["answers"]})
    asserts += [{"type": "not-icontains", "value": phrase} for phrase in row["gold"].get("must_not", ())]
    return asserts


def _joined(lines: Sequence[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


FORMATS: Mapping[str, Callable[[Run], dict[str, str]]] = {
    "baseline": baseline,
    "trec": trec,
    "ragas": ragas,
    "promptfoo": promptfoo,
}
