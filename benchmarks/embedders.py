"""Which embedder is the default? Dense retrieval alone, on public data, with embedders that pip can bring.

    python -m benchmarks.embedders [NAME ...] [--data ../shared/evaldata] [--keep runs/embedders]

Prints one table as Markdown: quality with 95 % bootstrap intervals (drawn over documents, for SciFact over
questions), and cost in texts for a second of processor time, which a busy machine does not distort much.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

from rag import backends, ingest
from rag.backends import models
from rag.evaluate.measures import retrieval
from rag.evaluate.statistics import Interval, mean_interval

NAMES = ("bge-small-en", "all-minilm-l6")
MEASURES = (
    "scifact nDCG@10",
    "squad2_a recall@5",
    "squad2_a coverage@512",
    "chunking recall@5",
    "chunking coverage@512",
)


def read_lines(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text("utf-8").splitlines() if line.strip()]


class Clock:
    """Texts and seconds of one embedder, wall and processor, over everything it embeds."""

    def __init__(self) -> None:
        self.texts, self.wall, self.processor = 0, 0.0, 0.0

    def embed(self, embedder: Any, texts: list[str], keep: Path) -> np.ndarray:
        """Vectors of passages; taken from beside `keep` when an earlier run left those of the same texts."""
        digest = hashlib.sha256("\0".join(texts).encode("utf-8", "replace")).hexdigest()
        keep = keep.with_name(f"{keep.name}-{digest[:12]}.npy")
        if keep.is_file():
            return np.load(keep)
        wall, processor = time.perf_counter(), time.process_time()
        parts = [embedder.embed_passages(texts[at : at + 256]) for at in range(0, len(texts), 256)]
        self.texts += len(texts)
        self.wall += time.perf_counter() - wall
        self.processor += time.process_time() - processor
        vectors = np.concatenate(parts)
        keep.parent.mkdir(parents=True, exist_ok=True)
        np.save(keep, vectors)
        return vectors


def scifact(
    data: Path, embedder: Any, clock: Clock, keep: Path, most: int
) -> dict[str, tuple[list[float], list[str]]]:
    questions = {q["_id"]: q["text"] for q in read_lines(data / "scifact" / "queries.jsonl")}
    relevant: dict[str, dict[str, float]] = {}
    for line in (data / "scifact" / "qrels" / "test.tsv").read_text().splitlines()[1:]:
        question, document, gain = line.split("\t")
        relevant.setdefault(question, {})[document] = float(gain)
    corpus = sample(
        read_lines(data / "scifact" / "corpus.jsonl"), {d for g in relevant.values() for d in g}, most
    )
    texts = [f"{document['title']}\n{document['text']}" for document in corpus]
    vectors = clock.embed(embedder, texts, keep / "scifact")
    values = []
    for question, gains in relevant.items():
        scores = vectors @ embedder.embed_question(questions[question])
        best = np.argsort(-scores, kind="stable")[:100]
        ranked = retrieval.ranking({corpus[at]["_id"]: float(scores[at]) for at in best})
        values.append(retrieval.ndcg(ranked, gains, 10))
    return {"scifact nDCG@10": (values, list(relevant))}


def sample(corpus: list[dict[str, Any]], wanted: set[str], most: int) -> list[dict[str, Any]]:
    """Every document that some question needs, and others drawn with seed 0 up to `most`; 0 means all."""
    if not most or most >= len(corpus):
        return corpus
    others = [at for at, document in enumerate(corpus) if document["_id"] not in wanted]
    drawn = set(np.random.default_rng(0).permutation(others)[: most - len(corpus) + len(others)].tolist())
    return [document for at, document in enumerate(corpus) if document["_id"] in wanted or at in drawn]


def passages(
    data: Path, name: str, embedder: Any, clock: Clock, keep: Path, most: int
) -> dict[str, tuple[list[float], list[str]]]:
    folder = data / name / "docs"
    by_file = {file.name: list(split(file)) for file in sorted(folder.iterdir())}
    by_file = {file: cut for file, cut in by_file.items() if not most or len(cut) <= most}
    cut = [passage for of_file in by_file.values() for passage in of_file]
    places = [(Path(p.source.path).name, p.start, p.end) for p in cut]
    vectors = clock.embed(embedder, [p.scored_text for p in cut], keep / name)
    recall, coverage, documents = [], [], []
    for question in read_lines(data / name / "questions_all.jsonl"):
        if not question["answerable"] or question["evidence"][0]["doc"] not in by_file:
            continue
        spans = [(e["doc"], e["start"], e["end"]) for e in question["evidence"]]
        gold = [spans] if name == "squad2_a" else [[span] for span in spans]
        order = np.argsort(-(vectors @ embedder.embed_question(question["question"])), kind="stable")[:20]
        used = retrieval.within_budget([(places[at], cut[at].text) for at in order], 512)
        recall.append(retrieval.gold_recall([places[at] for at in order[:5]], gold))
        coverage.append(retrieval.evidence_coverage(used, gold))
        documents.append(question["evidence"][0]["doc"])
    return {f"{name} recall@5": (recall, documents), f"{name} coverage@512": (coverage, documents)}


def split(file: Path) -> Iterable[Any]:
    for document in ingest.read(file):
        yield from ingest.split(document)


def shown(interval: Interval) -> str:
    return f"{interval.value:.3f} ({interval.low:.3f}–{interval.high:.3f})"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", default=list(NAMES))
    parser.add_argument("--data", type=Path, default=Path("../shared/evaldata"))
    parser.add_argument("--keep", type=Path, default=Path("runs/embedders"))
    parser.add_argument(
        "--corpus",
        type=int,
        default=0,
        help="SciFact abstracts, and passages of one file, at most; larger files are left out; 0 for all",
    )
    parser.add_argument("--threads", type=int, default=1)
    asked = parser.parse_args()
    if not (asked.data / "scifact").is_dir():
        sys.exit(f"{asked.data} holds no evaluation data: nothing to measure.")
    found: dict[str, dict[str, tuple[list[float], list[str]]]] = {}
    costs: dict[str, str] = {}
    for name in asked.names:
        embedder, clock = backends.embedder(name, asked.threads), Clock()
        keep = asked.keep / f"{name}-{embedder.digest[:12]}"
        found[name] = passages(asked.data, "squad2_a", embedder, clock, keep, asked.corpus)
        found[name] |= passages(asked.data, "chunking", embedder, clock, keep, asked.corpus)
        found[name] |= scifact(asked.data, embedder, clock, keep, asked.corpus)
        if clock.texts:
            rates = (clock.texts / clock.processor, clock.texts / clock.wall)
            (keep / "cost.json").write_text(json.dumps(rates))
        costs[name] = "{:.1f} (wall {:.1f})".format(*json.loads((keep / "cost.json").read_text()))
    print("| | " + " | ".join([*asked.names, "difference of the first two"]) + " |")
    print("|---|" + "---|" * (len(asked.names) + 1))
    for measure in MEASURES:
        cells = [shown(mean_interval(*found[name][measure])) for name in asked.names]
        if len(asked.names) > 1:
            (one, clusters), (other, _) = (found[name][measure] for name in asked.names[:2])
            pairs = zip(one, other, strict=True)
            cells.append(shown(mean_interval([a - b for a, b in pairs], clusters)))
        cells += [""] * (len(asked.names) + 1 - len(cells))
        print(f"| {measure} | " + " | ".join(cells) + " |")
    print("| passages a processor second | " + " | ".join(costs[name] for name in asked.names) + " | |")
    sizes = [f"{models.find(name, 'embedder').bytes / 1e6:.0f}" for name in asked.names]
    print("| MB on disk | " + " | ".join(sizes) + " | |")


if __name__ == "__main__":
    main()
