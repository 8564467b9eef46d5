"""How much titles, headings and speakers should weigh in search by words.

    python -m benchmarks.words

Ranks of the passage that carries the gold evidence, by BM25 alone, for several weights of the context
column; on our own questions over `seeds/` and on every fourth answerable question of `squad2_a`, each
among twenty other articles where those are here.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from rag import index, library
from rag.index import words
from rag.types import Passage

REPOSITORY = Path(__file__).resolve().parents[1]
SHARED = REPOSITORY.parent / "shared" / "evaldata"
WEIGHTS = (0.0, 0.2, 0.4, 0.6, 1.0, 1.5)


def main() -> None:
    measure("seeds", REPOSITORY / "seeds", questions(REPOSITORY / "evals/questions.jsonl"), carries_quote)
    squad = SHARED / "squad2_a"
    if squad.is_dir():
        measure("squad2_a", squad / "docs", questions(squad / "questions_all.jsonl")[::4], carries_offsets)


def measure(
    name: str, docs: Path, asked: list[dict[str, Any]], carries: Callable[[Passage, dict[str, Any]], bool]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(docs, Path(folder) / "docs")
        for article in sorted(SHARED.glob("haystack/transformed_squad/articles/*.txt"))[::25]:
            shutil.copy(article, Path(folder) / "docs")
        store = index.open(Path(folder) / "library")
        library.add([Path(folder) / "docs"], store, None)
        print(f"{name}: {len(asked)} questions, {store.status().passages} passages")
        print("weight  first  in 5   in 20  MRR")
        for weight in WEIGHTS:
            words.CONTEXT_WEIGHT = weight
            ranks = []
            for question in asked:
                found = enumerate(store.search_words(question["question"], 20), start=1)
                gold = question["evidence"]
                ranks.append(
                    next((n for n, hit in found if any(carries(hit.passage, one) for one in gold)), None)
                )
            shares = [
                sum(rank is not None and rank <= most for rank in ranks) / len(ranks) for most in (1, 5, 20)
            ]
            mrr = sum(1 / rank for rank in ranks if rank) / len(ranks)
            print(f"{weight:<7} " + "  ".join(f"{share:.3f}" for share in (*shares, mrr)), flush=True)
        store.close()


def questions(file: Path) -> list[dict[str, Any]]:
    parsed = [json.loads(line) for line in file.read_text("utf-8").splitlines() if line.strip()]
    return [one for one in parsed if one.get("answerable", True) and one.get("evidence")]


def carries_quote(passage: Passage, gold: dict[str, Any]) -> bool:
    return passage.source.path.endswith(f"/{gold['doc']}") and gold["quote"][:60] in passage.text


def carries_offsets(passage: Passage, gold: dict[str, Any]) -> bool:
    inside = passage.start <= gold["start"] and gold["end"] <= passage.end
    return passage.source.path.endswith(f"/{gold['doc']}") and inside


if __name__ == "__main__":
    main()
