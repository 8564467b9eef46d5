"""The figures of the open sets as one table, in `evals/README.md` between two marks."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

BEGIN, END = "<!-- open sets: begin -->", "<!-- open sets: end -->"

TARGETS = (
    ("squad2_a search", "evidence_coverage_at_512, reranked", "evidence coverage at 512 tokens", "≥ 0.95"),
    ("scifact", "document_ndcg_at_10, reranked", "nDCG@10", "≥ 0.74"),
    ("scifact", "document_ndcg_at_10, fused", "nDCG@10 without the scorer", ""),
    ("chunking", "evidence_coverage_at_512, reranked", "evidence coverage at 512 tokens", ""),
    ("squad2_a", "containment_if_shown", "answer containment, all answerable", "≥ 0.96"),
    ("squad2_a", "words_if_shown", "words of those answers", "≤ 45"),
    ("squad2_a", "containment", "answer containment, answered", ""),
    ("squad2_a", "answerable_auroc", "answerable or not, AUROC, end to end", "≥ 0.82"),
    ("squad2_a", "gold_citation_precision", "gold citation precision", "≥ 0.90"),
    ("squad2_a", "gold_citation_recall", "gold citation recall", "≥ 0.90"),
    ("squad2_a", "refusal_macro_f1", "refusal macro-F1", "≥ 0.70"),
    ("clapnq", "refusal_macro_f1", "refusal macro-F1", "≥ 0.70"),
    ("out_of_corpus", "false refusals at 95 % rejection", "false refusals at 95 % rejection", "≤ 0.03"),
    ("out_of_corpus", "refused at the default risk", "refused at the default risk", ""),
    ("squad2_a", "truthfulness", "truthfulness (+1/0/−1)", "≥ +0.25"),
    ("clapnq", "truthfulness", "truthfulness (+1/0/−1)", ""),
    ("squad2_a", "citation_validity", "citation validity", "1"),
    ("squad2_a", "coverage_at_90_precision", "coverage at 90 % precision", ""),
    ("squad2_a", "calibration_error", "expected calibration error", ""),
    *(
        ("verifier", f"{name}: {key}", f"{called}, {set}", target)
        for name, set, aim in (("fever_symmetric", "FEVER-symmetric", "≥ 0.80"), ("wice", "WiCE", "≥ 0.78"))
        for key, called, target in (
            ("balanced accuracy, support score at 0.5", "balanced accuracy of the support score", aim),
            ("balanced accuracy", "balanced accuracy of the whole check, which prefers to show less", ""),
            ("unsupported among passed", "not supported, of the claims that pass the check", ""),
        )
    ),
    *(
        (f"{name} generated", key, f"{called}, generated answers", target)
        for name in ("squad2_a", "clapnq")
        for key, called, target in (
            ("truthfulness", "truthfulness (+1/0/−1)", ""),
            ("citation_validity", "citation validity", "1"),
            ("answers with a generated sentence", "answers with a written sentence", ""),
        )
    ),
)
"""Set, name of the value, what it is called, target of the first release where there is one."""


def lines(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text("utf-8").split("\n") if line.strip()]


def short(found: Mapping[str, Any]) -> str:
    return "\n".join(f"  {name:45} {_value(value)}" for name, value in found["values"].items())


def table(results: Path) -> str:
    """Markdown, from the JSON files that are there."""
    files = (json.loads(file.read_text("utf-8")) for file in sorted(results.glob("*.json")))
    found = {values["set"]: values for values in files if "set" in values}
    rows = ["| set | measure | value (95 % interval) | questions | target |", "|---|---|---|--:|---|"]
    for name, key, called, target in TARGETS:
        value = found.get(name, {}).get("values", {}).get(key)
        if value is not None and value.get("value") is not None:
            rows.append(f"| `{name}` | {called} | {_value(value)} | {value['n']} | {target} |")
    rows += ["", "| set | anchor | truthfulness, or the measure named | questions |", "|---|---|---|--:|"]
    for name, values in found.items():
        for anchor, value in values.get("anchors", {}).items():
            shown = {**value, "value": value.get("truthfulness", value.get("value"))}
            count = value.get("n") or sum(value.get(kind, 0) for kind in ("right", "abstained", "wrong"))
            rows.append(f"| `{name}` | {anchor} | {_value(shown)} | {count} |")
    times = [
        f"`{name}` {values['seconds']['median']:.2f} s"
        for name, values in found.items()
        if values.get("seconds", {}).get("median")
    ]
    if times:
        rows += [
            "",
            f"Median time of an answer, on the machine and under the load of that run: {', '.join(times)}.",
        ]
    return "\n".join(rows)


def write(results: Path, readme: Path) -> None:
    """Put the table where the marks are, or at the end of the file."""
    text = readme.read_text("utf-8") if readme.is_file() else ""
    block = f"{BEGIN}\n{table(results)}\n{END}"
    if BEGIN in text and END in text:
        text = text[: text.index(BEGIN)] + block + text[text.index(END) + len(END) :]
    else:
        text = f"{text.rstrip()}\n\n{block}\n"
    readme.write_text(text, "utf-8")


def _value(value: Mapping[str, Any]) -> str:
    if value.get("value") is None:
        return "–"
    shown = f"{value['value']:.3f}" if isinstance(value["value"], float) else str(value["value"])
    if value.get("low") is None:
        return shown
    return f"{shown} ({value['low']:.3f} – {value['high']:.3f})"
