"""What each part of the answer path is worth: the same questions with one part switched off or changed.

    python -m benchmarks.ablation [--arms NAME ...] [--questions N]

Two question sets: squad2_a 200 (../shared/evaldata) and evals/questions.jsonl over seeds/. Quotes only, no
time limit; then, over evals/questions.jsonl, the checks of sentences that the default generator writes. The
cost of an arm is the median time of its first questions, asked of models that remember nothing. Figures go to
evals/results/ablation.json and evals/results/ablation.md.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks.open_sets import EVALDATA, REPOSITORY, Bench
from rag import answer, backends, gate, retrieve, verify
from rag.assistant import Assistant
from rag.backends import pairs
from rag.evaluate import questions
from rag.evaluate.questions import Question
from rag.ports import Found
from rag.types import Passage, Scope

HEAD = """# What each part of the answer path is worth

Made by `python -m benchmarks.ablation --questions 100` for squad2_a, and for the others with
`--sets evals/questions written --questions 110`; half of them answerable. Truthfulness with 95 % intervals;
ms: median of the first questions by models that remember nothing, on two cores with another job beside.

"""

TIMED = 12
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


Change = Callable[[Assistant], None]
Patch = tuple[Any, str, Any]
"""A module, the name of one of its constants or functions, and what it is in an arm."""
Arms = dict[str, tuple[Change, tuple[Patch, ...]]]


def _set(**values: Any) -> Change:
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


NO_RULES: Patch = (verify, "objections", lambda *_: "")
NO_SCORE: Patch = (verify, "SUPPORTED", 0.0)

ARMS: Arms = {
    "as shipped": (_set(), ()),
    "no search by meaning": (_no_dense, ()),
    "no search by words": (_no_words, ()),
    "no other spellings": (_no_spellings, ()),
    "no reranking": (_no_ranking, ()),
    "reranking by the judge alone": (_set(), ((retrieve, "FUSION_WEIGHT", 0.0),)),
    "no context line for the judge": (_no_context, ()),
    "the untrained cross-encoder": (_untrained, ()),
    "4 passages read": (_set(hits=4), ()),
    "12 passages read": (_set(hits=12), ()),
    "16 passages read": (_set(hits=16), ()),
    "never abstain": (_set(risk=0.0), ()),
    "one quote": (_set(quotes=1), ()),
    "quotes within 0.7 of the best": (_set(), ((answer, "NEAR_BEST", 0.7),)),
    "lists without pointing": (_set(), ((answer, "LIST_MARGIN", -99.0),)),
}
WRITTEN: Arms = {
    "quotes only": (_set(mode="quotes"), ()),
    "balanced, as shipped": (_set(mode="balanced"), ()),
    "fluent": (_set(mode="fluent"), ()),
    "support from 0.4": (_set(mode="balanced"), ((verify, "SUPPORTED", 0.4),)),
    "support from 0.6": (_set(mode="balanced"), ((verify, "SUPPORTED", 0.6),)),
    "fluent, no rules": (_set(mode="fluent"), (NO_RULES,)),
    "fluent, no support score": (_set(mode="fluent"), (NO_SCORE,)),
    "fluent, nothing checked": (_set(mode="fluent"), (NO_RULES, NO_SCORE)),
}


@contextmanager
def patched(patches: Sequence[Patch]) -> Iterator[None]:
    before = [(module, name, getattr(module, name)) for module, name, _ in patches]
    try:
        for module, name, value in patches:
            setattr(module, name, value)
        yield
    finally:
        for module, name, value in before:
            setattr(module, name, value)


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
    name: str, asked: Sequence[Question], docs: Path, bench: Bench, arms: Arms, generated: bool
) -> dict[str, Any]:
    """Every arm over one set; the arms share what the models said, their times are taken without that."""
    pairs.KEPT = 1_000_000
    found: dict[str, Any] = {}
    first = bench.assistant(docs, generated=generated)
    scorer, embedder, generator = first.scorer, Once(first.embedder), first.generator
    first.close()
    for arm, (change, patches) in arms.items():
        assistant = bench.assistant(docs)
        assistant.scorer, assistant.embedder, assistant.generator = scorer, embedder, generator
        change(assistant)
        with patched(patches):
            run = bench.ask(f"ablation {name} {arm}", asked, assistant, docs, quote_only=not generated)
            assistant.close()
            spent = milliseconds(bench, docs, change, asked[:TIMED], generated)
        summary = run.summary
        found[arm] = {
            **{key: summary["measures"][key] for key in MEASURES if key in summary["measures"]},
            **{key: summary["outcomes"][key] for key in ("right", "abstained", "wrong", "truthfulness")},
            "written": sum(row["model"] not in ("", "quotes") for row in run.rows),
            "milliseconds": spent,
        }
        shown = {
            key: value["value"] if isinstance(value, dict) else value for key, value in found[arm].items()
        }
        print(name, "|", arm, "|", json.dumps(shown), flush=True)
    return found


def milliseconds(
    bench: Bench, docs: Path, change: Change, asked: Sequence[Question], generated: bool
) -> float:
    """Median time of an answer by models that have read nothing yet."""
    assistant = bench.assistant(docs, generated=generated)
    change(assistant)
    mode = None if generated else "quotes"
    assistant.ask("What is this about?", mode=mode)
    times = []
    for question in asked:
        clock = time.perf_counter()
        assistant.ask(question.question, history=question.history, mode=mode)
        times.append(1000 * (time.perf_counter() - clock))
    assistant.close()
    return round(statistics.median(times))


def table(found: dict[str, dict[str, Any]]) -> str:
    """Markdown: one row an arm, one table a set."""
    columns = {
        "truthfulness": "truthfulness", "right": "right", "wrong": "wrong", "abstained": "abstained",
        "evidence_coverage_at_512": "coverage@512", "containment_if_shown": "containment",
        "words_if_shown": "words", "answerable_auroc": "AUROC",
        "gold_citation_precision": "citation precision", "written": "written", "milliseconds": "ms",
    }  # fmt: skip
    lines = []
    for name, arms in found.items():
        used = {key: head for key, head in columns.items() if name == "written" or key != "written"}
        lines += [f"**{name}**", "", f"| arm | {' | '.join(used.values())} |", "|---" * (len(used) + 1) + "|"]
        for arm, values in arms.items():
            cells = [_cell(key, values.get(key)) for key in used]
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
    parser.add_argument("--arms", nargs="*", choices=[*ARMS, *WRITTEN], default=[*ARMS, *WRITTEN])
    parser.add_argument("--sets", nargs="*", default=["squad2_a 200", "evals/questions", "written"])
    parser.add_argument("--questions", type=int, help="at most, of each set, drawn at random")
    parser.add_argument("--keep", type=Path, default=Path("runs/open"))
    parser.add_argument("--results", type=Path, default=Path("evals/results"))
    parser.add_argument("--threads", type=int, default=0)
    given = parser.parse_args(arguments)
    bench = Bench(EVALDATA, given.keep.resolve(), given.threads, everything=True)
    sets: list[tuple[str, Path, Path, Arms]] = [
        ("evals/questions", REPOSITORY / "evals" / "questions.jsonl", REPOSITORY / "seeds", ARMS),
        ("written", REPOSITORY / "evals" / "questions.jsonl", REPOSITORY / "seeds", WRITTEN),
    ]
    if EVALDATA.is_dir():
        folder = EVALDATA / "squad2_a"
        sets.insert(0, ("squad2_a 200", folder / "questions_200.jsonl", folder / "docs", ARMS))
    kept = given.results / "ablation.json"
    found = json.loads(kept.read_text("utf-8")) if kept.is_file() else {}
    for name, file, docs, arms in sets:
        if name not in given.sets:
            continue
        chosen = {arm: what for arm, what in arms.items() if arm in given.arms}
        asked = questions.load(file)
        asked = questions.sample(asked, min(given.questions or len(asked), len(asked)), seed=0)
        found[name] = measure(name.replace("/", "-"), asked, docs, bench, chosen, arms is WRITTEN)
    given.results.mkdir(parents=True, exist_ok=True)
    kept.write_text(json.dumps(found, indent=1) + "\n", "utf-8")
    (given.results / "ablation.md").write_text(f"{HEAD}{table(found)}\n", "utf-8")
    print(table(found))


if __name__ == "__main__":
    main()
