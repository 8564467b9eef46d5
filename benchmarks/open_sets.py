"""Measure on the open question sets: `make eval`, and `make eval-llm` with generated answers.

    python -m benchmarks.open_sets [--only NAME ...] [--all] [--generated] [--data ../shared/evaldata]

Libraries are built first; then each set is asked in a random order for a share of what is left of ten
minutes, so that it is a fair sample, and the next call goes on where this one stopped. `--all` asks
everything, over all of SciFact. Figures go to `evals/results/NAME.json` and into the README beside it.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks import open_table, open_verifier, plain_script
from benchmarks.remembered import Remembered
from rag import retrieve, settings
from rag.assistant import Assistant
from rag.evaluate import gold, questions, run, subject
from rag.evaluate.measures import abstention
from rag.evaluate.questions import Question
from rag.evaluate.statistics import Interval, mean_interval, statistic_interval
from rag.present.cli import evaluate_show as show
from rag.types import Answer

REPOSITORY = Path(__file__).resolve().parents[1]
EVALDATA = REPOSITORY.parent / "shared" / "evaldata"
ARMS = ("words", "fused", "reranked")

SCIFACT = 1200
"""Abstracts searched when time is short; embedding all 5,183 takes some seven minutes on two cores."""


@dataclass(frozen=True, slots=True)
class Bench:
    """Where the data is, where runs are kept, and how long a set may be asked."""

    data: Path
    keep: Path
    threads: int
    everything: bool
    deadline: float = float("inf")
    """Of this set, on the monotonic clock."""

    def budget(self, share: float = 1.0) -> float | None:
        """Seconds that may go to a part of this set."""
        return None if self.everything else share * max(1.0, self.deadline - time.monotonic())

    def assistant(self, docs: Path, *, generated: bool = False) -> Assistant:
        chosen = replace(
            settings.load(self.keep / "no-library", {}),
            mode="balanced" if generated else "quotes",
            threads=self.threads,
            budget_seconds=subject.UNHURRIED,
        )
        with show.Bar(False, f"reading {docs.parent.name}") as bar:
            return subject.over_folder(
                chosen, docs, self.keep, bar.read, lambda embedder: Remembered(embedder, self.keep)
            )

    def ask(
        self,
        name: str,
        asked: Sequence[Question],
        assistant: Assistant,
        docs: Path,
        respond: run.Respond | None = None,
        share: float = 1.0,
        **options: Any,
    ) -> run.Run:
        """A run kept under a name that tells what its answers depend on."""
        chosen = subject.Options(**{"quote_only": True, **options})
        library = gold.corpus(assistant.store, docs)
        manifest = subject.manifest(assistant, asked, chosen, library)
        manifest["identity"]["arm"] = name
        folder = self.keep / f"{name}-{subject.digest(manifest['identity'])[:12]}"
        with show.Bar(False, name) as bar:
            return run.run(
                asked,
                respond or subject.respond(assistant, chosen, self.keep / "generations"),
                library,
                folder,
                manifest,
                budget_seconds=self.budget(share),
                progress=bar.asked,
            )


def searching(assistant: Assistant, arm: str) -> run.Respond:
    """Retrieval alone: words; words and vectors fused; the first `hits` of those read by the scorer."""
    chosen = assistant.settings

    def search(question: Question, _: object) -> Answer:
        embedder = None if arm == "words" else assistant.embedder
        found = retrieve.search(
            question.question, assistant.store, embedder, None, candidates=chosen.candidates, limit=50
        )
        hits = found.hits
        if arm == "reranked":
            read = retrieve.search(
                question.question,
                assistant.store,
                embedder,
                assistant.scorer,
                candidates=chosen.candidates,
                limit=chosen.hits,
                budget_seconds=subject.UNHURRIED,
            ).hits
            known = {hit.passage.id for hit in read}
            hits = (*read, *(hit for hit in found.hits if hit.passage.id not in known))
        return Answer(question.question, "abstained", hits=tuple(hits))

    return search


def retrieval(name: str, asked: Sequence[Question], docs: Path, bench: Bench) -> dict[str, Any]:
    """The three arms on the questions that have gold evidence."""
    having = [replace(question, answerable=None) for question in asked if question.evidence]
    assistant = bench.assistant(docs)
    values: dict[str, Any] = {}
    try:
        for arm in ARMS:
            share = 1.0 if arm == "reranked" else 0.25
            found = bench.ask(f"{name}-{arm}", having, assistant, docs, searching(assistant, arm), share)
            kept = ("recall_at_1", "recall_at_5", "recall_at_10", "mrr_at_10", "evidence_coverage_at_512")
            kept = ("document_ndcg_at_10", "recall_at_10") if name == "scifact" else kept
            values |= {f"{measure}, {arm}": found.summary["measures"][measure] for measure in kept}
        return {"values": values, **identity(found, having)}
    finally:
        assistant.close()


def scifact(bench: Bench) -> dict[str, Any]:
    folder = bench.data / "scifact"
    texts = {row["_id"]: row["text"] for row in open_table.lines(folder / "queries.jsonl")}
    docs = scifact_docs(bench)
    asked = [
        Question(
            f"sf-{query}",
            texts[query],
            evidence=tuple(
                questions.Reference(f"{d}.txt", 0, len((docs / f"{d}.txt").read_text("utf-8")))
                for d in documents
            ),
        )
        for query, documents in scifact_wanted(folder).items()
    ]
    return {**retrieval("scifact", asked, docs, bench), "documents": len(list(docs.iterdir()))}


def scifact_wanted(folder: Path) -> dict[str, list[str]]:
    """Relevant documents by test query."""
    wanted: dict[str, list[str]] = {}
    for line in (folder / "qrels" / "test.tsv").read_text("utf-8").splitlines()[1:]:
        query, document, _ = line.split("\t")
        wanted.setdefault(query, []).append(document)
    return wanted


def scifact_docs(bench: Bench) -> Path:
    """A folder with an abstract a file: all of them, or the relevant ones and others up to `SCIFACT`."""
    folder = bench.data / "scifact"
    corpus = open_table.lines(folder / "corpus.jsonl")
    if not bench.everything:
        relevant = {d for documents in scifact_wanted(folder).values() for d in documents}
        others = [row for row in corpus if row["_id"] not in relevant]
        drawn = random.Random(0).sample(others, max(0, min(len(others), SCIFACT - len(relevant))))
        corpus = [row for row in corpus if row["_id"] in relevant] + drawn
    docs = bench.keep / f"scifact-{len(corpus)}" / "docs"
    docs.mkdir(parents=True, exist_ok=True)
    for row in corpus:
        file = docs / f"{row['_id']}.txt"
        if not file.exists():
            file.write_text(f"{row['title']}\n\n{row['text']}".strip(), "utf-8", newline="")
    return docs


def chunking(bench: Bench) -> dict[str, Any]:
    folder = bench.data / "chunking"
    return retrieval("chunking", questions.load(folder / "questions_all.jsonl"), folder / "docs", bench)


def squad_search(bench: Bench) -> dict[str, Any]:
    folder = bench.data / "squad2_a"
    return retrieval(
        "squad2_a search", questions.load(folder / "questions_all.jsonl"), folder / "docs", bench
    )


def answers(name: str, file: str, bench: Bench) -> dict[str, Any]:
    """Quote-only answers, all measures."""
    folder = bench.data / name
    asked = questions.load(folder / file)
    assistant = bench.assistant(folder / "docs")
    try:
        found = bench.ask(name, asked, assistant, folder / "docs")
        return {**figures(found), **identity(found, asked)}
    finally:
        assistant.close()


def out_of_corpus(bench: Bench) -> dict[str, Any]:
    """Questions that no document bears on, asked of squad2_a, against the answerable ones of its own."""
    docs = bench.data / "squad2_a" / "docs"
    strangers = questions.load(bench.data / "out_of_corpus" / "questions_100.jsonl")
    own = questions.load(docs.parent / "questions_200.jsonl")
    assistant = bench.assistant(docs)
    try:
        outside = bench.ask("out_of_corpus", strangers, assistant, docs, share=0.5)
        inside = bench.ask("squad2_a", own, assistant, docs)
    finally:
        assistant.close()
    out = [row["confidence"] for row in outside.rows]
    answerable = [row for row in inside.rows if row["answerable"]]
    ours = [row["confidence"] for row in answerable]
    clusters = [row["cluster"] for row in answerable] + [row["id"] for row in outside.rows]
    both, kind = [*ours, *out], [True] * len(ours) + [False] * len(out)
    cost = abstention.rejection_cost(ours, out)
    threshold = sorted(out)[-(-95 * len(out) // 100) - 1] if out else 0.0
    refused = [float(confidence <= threshold) for confidence in ours]
    area = statistic_interval(
        lambda i: abstention.auroc([both[k] for k in i], [kind[k] for k in i]), clusters, resamples=2000
    )
    abstained = [float(row["status"] == "abstained") for row in outside.rows]
    return {
        "values": {
            "false refusals at 95 % rejection": described(
                replace(mean_interval(refused, clusters[: len(ours)]), value=cost), len(ours)
            ),
            "AUROC of the confidence": described(area, len(both)),
            "refused at the default risk": described(
                mean_interval(abstained, clusters[len(ours) :]), len(out)
            ),
        },
        **identity(outside, strangers),
    }


def verifier(bench: Bench) -> dict[str, Any]:
    from rag import backends

    scorer = backends.scorer(settings.Settings().scorer, bench.threads)
    return open_verifier.measure(bench.data / "verifier", scorer, bench.budget())


def generated(name: str, file: str, bench: Bench) -> dict[str, Any]:
    """Sixty answers of the default mode and generator, and the plain script on some of the questions."""
    folder = bench.data / name
    asked = questions.sample(questions.load(folder / file), 60, seed=0)
    assistant = bench.assistant(folder / "docs", generated=True)
    try:
        found = bench.ask(f"{name} generated", asked, assistant, folder / "docs", share=0.6, quote_only=False)
    finally:
        assistant.close()
    with show.Bar(False, f"plain script, {name}") as bar:
        plain = plain_script.measure(
            questions.sample(asked, 20, seed=0),
            folder / "docs",
            bench.keep / f"plain-script-{name}",
            threads=bench.threads,
            budget_seconds=bench.budget(),
            progress=bar.asked,
        )
    shown = figures(found)
    truth = figures(plain)["values"]["truthfulness"]
    shown["anchors"]["plain script"] = {**truth, "truthfulness": truth["value"]}
    wrote = sum(row["model"] != "quotes" and row["status"] == "answered" for row in found.rows)
    shown["values"]["answers with a generated sentence"] = {"value": wrote, "n": len(found.rows)}
    return {**shown, **identity(found, asked)}


SETS: dict[str, tuple[Callable[[Bench], dict[str, Any]], float, str]] = {
    "verifier": (verifier, 1, "verifier"),
    "squad2_a": (partial(answers, "squad2_a", "questions_200.jsonl"), 4, "squad2_a"),
    "out_of_corpus": (out_of_corpus, 2, "out_of_corpus"),
    "squad2_a search": (squad_search, 2, "squad2_a"),
    "clapnq": (partial(answers, "clapnq", "questions_all.jsonl"), 2, "clapnq"),
    "chunking": (chunking, 1.5, "chunking"),
    "scifact": (scifact, 1.5, "scifact"),
}
"""Name, how it is measured, its weight when time is shared out, the folder it needs."""

GENERATED: dict[str, tuple[Callable[[Bench], dict[str, Any]], float, str]] = {
    "squad2_a generated": (partial(generated, "squad2_a", "questions_60.jsonl"), 1, "squad2_a"),
    "clapnq generated": (partial(generated, "clapnq", "questions_all.jsonl"), 1, "clapnq"),
}


def figures(found: run.Run) -> dict[str, Any]:
    summary = found.summary
    outcomes = {k: {x: v[x] for x in ("value", "low", "high", "n")} for k, v in summary["outcomes"].items()}
    return {
        "values": {**outcomes, **summary["measures"]},
        "anchors": summary["anchors"],
        "waterfall": summary["waterfall"],
        "curve": summary["curve"],
        "seconds": summary["seconds"],
    }


def identity(found: run.Run, asked: Sequence[Question]) -> dict[str, Any]:
    known = found.manifest["identity"]
    return {
        "asked": found.summary["asked"],
        "questions": len(asked),
        "models": known["models"],
        "settings": known["settings"],
        "code": known["code"],
    }


def described(interval: Interval, count: int) -> dict[str, Any]:
    return {"value": interval.value, "low": interval.low, "high": interval.high, "n": count}


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", nargs="*", choices=[*SETS, *GENERATED], help="these sets alone")
    parser.add_argument("--all", action="store_true", help="ask every question, however long it takes")
    parser.add_argument("--minutes", type=float, default=10.0, help="for all sets together")
    parser.add_argument("--generated", action="store_true", help="the sets with a language model")
    parser.add_argument("--data", type=Path, default=EVALDATA)
    parser.add_argument("--keep", type=Path, default=Path("runs/open"))
    parser.add_argument("--results", type=Path, default=Path("evals/results"))
    parser.add_argument("--threads", type=int, default=0)
    given = parser.parse_args(arguments)
    if not given.data.is_dir():
        print(f"{given.data} is not there: the open sets are skipped.")
        return
    started = time.monotonic()
    chosen = {**SETS, **GENERATED} if given.only else GENERATED if given.generated else SETS
    chosen = {name: values for name, values in chosen.items() if not given.only or name in given.only}
    for name, (_, _, needed) in list(chosen.items()):
        if not (given.data / needed).is_dir():
            print(f"{given.data / needed} is not there: {name} is skipped.")
            del chosen[name]
    bench = Bench(given.data, given.keep.resolve(), given.threads, given.all)
    for needed in dict.fromkeys(needed for _, _, needed in chosen.values()):
        docs = scifact_docs(bench) if needed == "scifact" else given.data / needed / "docs"
        if docs.is_dir():
            bench.assistant(docs).close()
    end = started + 60 * given.minutes
    for position, (name, (measure, weight, _)) in enumerate(chosen.items()):
        clock = time.monotonic()
        later = sum(values[1] for values in list(chosen.values())[position:])
        found = measure(replace(bench, deadline=clock + max(5.0, end - clock) * weight / later))
        command = f"python -m benchmarks.open_sets --only {name!r}{' --all' if given.all else ''}"
        given.results.mkdir(parents=True, exist_ok=True)
        run.write_json(
            given.results / f"{name.replace(' ', '_')}.json",
            {"set": name, "command": command, "versions": subject.versions(), **found},
        )
        print(f"{name}: {found['asked']} of {found['questions']} asked, {time.monotonic() - clock:.0f} s")
        print(open_table.short(found), flush=True)
    open_table.write(given.results, given.results.resolve().parent / "README.md")
    print(f"{time.monotonic() - started:.0f} s in all. Figures are in {given.results}.")


if __name__ == "__main__":
    main()
