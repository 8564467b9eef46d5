"""What each part of the answer path is worth: the same questions with one part switched off or changed.

    python -m benchmarks.ablation [--arms NAME ...] [--questions N]

Two question sets: squad2_a 200 (../shared/evaldata) and evals/questions.jsonl over seeds/. Quotes only, no
time limit. The cost of an arm is the median time of its first questions, asked of models that remember
nothing. Figures go to evals/results/ablation.json and evals/results/ablation.md.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks.open_sets import EVALDATA, REPOSITORY, Bench
from rag import backends, gate
from rag.assistant import Assistant
from rag.backends import pairs
from rag.evaluate import questions
from rag.evaluate.questions import Question
from rag.ports import Found
from rag.types import Passage, Scope

TIMED = 25
"""Questions of a set whose time is taken."""

MEASURES = (
    "evidence_coverage_at_512", "containment_if_shown", "words_if_shown", "answerable_auroc",
    "gold_citation_precision", "gold_citation_recall", "refusal_macro_f1", "truthfulness",
)  # fmt: skip


class Without:
    """An index that lacks a way of finding."""

    def __init__(self, index: Any, *, words: bool = False, spellings: bool = False) -> None:
        self._index, self._words, self._spellings = index, words, spellings

    def __getattr__(self, name: str) -> Any:
        return getattr(self._index, name)

    def search_words(self, query: str, limit: int, scope: Scope | None = None) -> list[Found]:
        return [] if self._words else self._index.search_words(query, limit, scope or Scope())

    def similar_words(self, word: str, limit: int = 8) -> list[tuple[str, float]]:
        return [] if self._spellings else self._index.similar_words(word, limit)


class Unranked:
    """A scorer whose relevance says nothing, so that the fused order stands; the rest is the scorer's."""

    def __init__(self, scorer: Any) -> None:
        self._scorer = scorer

    def __getattr__(self, name: str) -> Any:
        return getattr(self._scorer, name)

    def relevance(self, question: str, texts: Sequence[str]) -> Any:
        return self._scorer.relevance(question, texts) * 0


def _set(**values: Any) -> Callable[[Assistant], None]:
    def change(assistant: Assistant) -> None:
        assistant.settings = replace(assistant.settings, **values)

    return change


def _no_dense(assistant: Assistant) -> None:
    assistant.embedder = None


def _no_words(assistant: Assistant) -> None:
    assistant.store = Without(assistant.store, words=True)  # type: ignore[assignment]


def _no_spellings(assistant: Assistant) -> None:
    assistant.store = Without(assistant.store, spellings=True)  # type: ignore[assignment]


def _no_ranking(assistant: Assistant) -> None:
    assistant.scorer = Unranked(assistant.scorer)


def _untrained(assistant: Assistant) -> None:
    assistant.scorer = backends.scorer("ms-marco-minilm-l12", assistant.settings.threads)
    assistant.gate = gate.load(assistant.scorer.name)


def _no_context(assistant: Assistant) -> None:
    inner = assistant.store

    class Bare(Without):
        def search_words(self, query: str, limit: int, scope: Scope | None = None) -> list[Found]:
            return [_bare(row) for row in inner.search_words(query, limit, scope or Scope())]

        def search_vectors(self, vector: Any, limit: int, scope: Scope | None = None) -> list[Found]:
            return [_bare(row) for row in inner.search_vectors(vector, limit, scope or Scope())]

    assistant.store = Bare(inner)  # type: ignore[assignment]


def _bare(row: Found) -> Found:
    passage: Passage = replace(row.passage, context="")
    return replace(row, passage=passage)


ARMS: dict[str, Callable[[Assistant], None]] = {
    "as shipped": _set(),
    "no search by meaning": _no_dense,
    "no search by words": _no_words,
    "no other spellings": _no_spellings,
    "no reranking": _no_ranking,
    "no context line for the judge": _no_context,
    "the untrained cross-encoder": _untrained,
    "4 passages read": _set(hits=4),
    "12 passages read": _set(hits=12),
    "16 passages read": _set(hits=16),
    "never abstain": _set(risk=0.0),
    "one quote": _set(quotes=1),
}


class Once:
    """An embedder that embeds each question once, whatever the arm."""

    def __init__(self, embedder: Any) -> None:
        self._embedder = embedder
        self._known: dict[str, Any] = {}

    def __getattr__(self, name: str) -> Any:
        return getattr(self._embedder, name)

    def embed_question(self, text: str) -> Any:
        if text not in self._known:
            self._known[text] = self._embedder.embed_question(text)
        return self._known[text]


def measure(
    name: str, asked: Sequence[Question], docs: Path, bench: Bench, arms: Sequence[str]
) -> dict[str, Any]:
    """Every arm over one set; the arms share what the models said, their times are taken without that."""
    pairs.KEPT = 1_000_000
    found: dict[str, Any] = {}
    first = bench.assistant(docs)
    scorer, embedder = first.scorer, Once(first.embedder)
    first.close()
    for arm in arms:
        assistant = bench.assistant(docs)
        assistant.scorer, assistant.embedder = scorer, embedder
        ARMS[arm](assistant)
        summary = bench.ask(f"ablation {name} {arm}", asked, assistant, docs).summary
        assistant.close()
        found[arm] = {
            **{key: summary["measures"][key] for key in MEASURES if key in summary["measures"]},
            **{key: summary["outcomes"][key] for key in ("right", "abstained", "wrong", "truthfulness")},
            "milliseconds": milliseconds(bench, docs, arm, asked[:TIMED]),
        }
        shown = {
            key: value["value"] if isinstance(value, dict) else value for key, value in found[arm].items()
        }
        print(name, "|", arm, "|", json.dumps(shown), flush=True)
    return found


def milliseconds(bench: Bench, docs: Path, arm: str, asked: Sequence[Question]) -> float:
    """Median time of an answer by models that have read nothing yet."""
    assistant = bench.assistant(docs)
    ARMS[arm](assistant)
    assistant.ask("What is this about?", mode="quotes")
    times = []
    for question in asked:
        clock = time.perf_counter()
        assistant.ask(question.question, history=question.history, mode="quotes")
        times.append(1000 * (time.perf_counter() - clock))
    assistant.close()
    return round(statistics.median(times))


def table(found: dict[str, dict[str, Any]]) -> str:
    """Markdown: one row an arm, one table a set."""
    columns = {
        "truthfulness": "truthfulness", "right": "right", "wrong": "wrong", "abstained": "abstained",
        "evidence_coverage_at_512": "coverage@512", "containment_if_shown": "containment",
        "words_if_shown": "words", "answerable_auroc": "AUROC",
        "gold_citation_precision": "citation precision", "milliseconds": "ms",
    }  # fmt: skip
    lines = []
    for name, arms in found.items():
        lines += [
            f"**{name}**",
            "",
            f"| arm | {' | '.join(columns.values())} |",
            "|---" * (len(columns) + 1) + "|",
        ]
        for arm, values in arms.items():
            cells = [_cell(key, values.get(key)) for key in columns]
            lines.append(f"| {arm} | {' | '.join(cells)} |")
        lines.append("")
    return "\n".join(lines)


def _cell(key: str, value: Any) -> str:
    if not isinstance(value, dict):
        return "–" if value is None else f"{value:.0f}"
    if value.get("value") is None:
        return "–"
    if key == "truthfulness":
        return f"{value['value']:+.3f} ({value['low']:+.2f} – {value['high']:+.2f})"
    return f"{value['value']:.1f}" if key == "words_if_shown" else f"{value['value']:.3f}"


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--arms", nargs="*", choices=list(ARMS), default=list(ARMS))
    parser.add_argument("--questions", type=int, help="at most, of each set")
    parser.add_argument("--keep", type=Path, default=Path("runs/open"))
    parser.add_argument("--results", type=Path, default=Path("evals/results"))
    parser.add_argument("--threads", type=int, default=0)
    given = parser.parse_args(arguments)
    bench = Bench(EVALDATA, given.keep.resolve(), given.threads, everything=True)
    sets = {"evals/questions.jsonl": (REPOSITORY / "evals" / "questions.jsonl", REPOSITORY / "seeds")}
    if EVALDATA.is_dir():
        folder = EVALDATA / "squad2_a"
        sets = {"squad2_a 200": (folder / "questions_200.jsonl", folder / "docs"), **sets}
    found = {}
    for name, (file, docs) in sets.items():
        asked = questions.load(file)[: given.questions]
        found[name] = measure(name.split(".")[0].replace("/", "-"), asked, docs, bench, given.arms)
    given.results.mkdir(parents=True, exist_ok=True)
    (given.results / "ablation.json").write_text(json.dumps(found, indent=1) + "\n", "utf-8")
    (given.results / "ablation.md").write_text(table(found), "utf-8")
    print(table(found))


if __name__ == "__main__":
    main()
