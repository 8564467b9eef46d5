"""What costs nothing to reach: always abstain, always show a sentence, the best BM25 sentence.

Printed beside every result: a figure says little until one knows what silence or a count of words scores.
"""

from __future__ import annotations

import json
import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rag.evaluate.gold import Corpus
from rag.evaluate.grade import is_right
from rag.evaluate.measures.answers import truthfulness
from rag.evaluate.questions import Question
from rag.evaluate.statistics import mean_interval
from rag.sentences import sentences, words

K1, B = 1.2, 0.75
"""Robertson & Zaragoza 2009; the values of Lucene."""


class BestSentence:
    """The best sentence of all documents by BM25 over stemmed words without stop words."""

    def __init__(self, library: Corpus) -> None:
        self._texts: list[str] = []
        self._lengths: list[int] = []
        self._rows: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for identity in sorted(library.texts):
            document = library.texts[identity]
            for span in sentences(document.text, document.source.language or "en"):
                text = document.text[span.start : span.end]
                counts = Counter(words(text))
                for word, count in counts.items():
                    self._rows[word].append((len(self._texts), count))
                self._texts.append(text)
                self._lengths.append(counts.total())
        self._mean = max(1.0, sum(self._lengths) / max(1, len(self._lengths)))

    def best(self, question: str) -> str:
        """Verbatim, or "" when no word of the question occurs."""
        scores: dict[int, float] = defaultdict(float)
        for word in dict.fromkeys(words(question)):
            rows = self._rows.get(word, ())
            weight = math.log(1 + (len(self._texts) - len(rows) + 0.5) / (len(rows) + 0.5))
            for row, count in rows:
                norm = K1 * (1 - B + B * self._lengths[row] / self._mean)
                scores[row] += weight * count * (K1 + 1) / (count + norm)
        return self._texts[min(scores, key=lambda row: (-scores[row], row))] if scores else ""


def anchors(
    questions: Sequence[Question], rows: Sequence[Mapping[str, Any]], library: Corpus
) -> dict[str, dict[str, Any]]:
    """Right, abstained, wrong and truthfulness of each anchor, on the questions that can be judged."""
    by_id = {row["id"]: row for row in rows}
    judged = [q for q in questions if q.answerable is not None and q.id in by_id]
    if not judged:
        return {}
    clusters = [q.cluster for q in judged]
    sentence = BestSentence(library)
    shown = {
        "always abstain": ["abstained"] * len(judged),
        "never abstain": [
            _shown(bool(q.answerable and is_right(q, by_id[q.id]["best_sentence"]))) for q in judged
        ],
        "best BM25 sentence": [
            _shown(bool(q.answerable and is_right(q, sentence.best(q.question)))) for q in judged
        ],
    }
    return {name: _described(outcomes, clusters) for name, outcomes in shown.items()}


def stored(folder: Path, rows: Sequence[Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """Runs kept as anchors below a folder, each on those of the asked questions that it answered."""
    found = {}
    for file in sorted(folder.glob("*/results.jsonl")):
        kept = {row["id"]: row for row in map(json.loads, file.read_text("utf-8").splitlines())}
        mine = [
            kept[row["id"]]
            for row in rows
            if row["outcome"] and kept.get(row["id"], {}).get("question") == row["question"]
        ]
        if mine:
            name = f"{file.parent.name.replace('-', ' ')} ({len(mine)} questions)"
            found[name] = _described([row["outcome"] for row in mine], [row["cluster"] for row in mine])
    return found


def _shown(right: bool) -> str:
    return "right" if right else "wrong"


def _described(outcomes: Sequence[str], clusters: Sequence[str]) -> dict[str, Any]:
    score = {"right": 1.0, "abstained": 0.0, "wrong": -1.0}
    interval = mean_interval([score[outcome] for outcome in outcomes], clusters)
    return {
        **{kind: outcomes.count(kind) for kind in score},
        "truthfulness": round(truthfulness(outcomes), 4),
        "low": round(interval.low, 4),
        "high": round(interval.high, 4),
    }
