"""Read the training sets into one shape, keep a development slice apart, and draw balanced rounds from the
rest.
"""

from __future__ import annotations

import csv
import hashlib
import json
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.train_judge.spoken import spoken
from benchmarks.train_judge.synthetic import claims_about
from benchmarks.train_judge.windows import (
    Marked,
    content_words,
    marked,
    sentences,
    window_near,
    window_with,
    window_without,
)

SUPPORT = ("support", "refute", "neutral")
FEVER_LABELS = {
    "SUPPORTS": "support",
    "REFUTES": "refute",
    "NOT_ENOUGH_INFO": "neutral",
    "SUPPORT": "support",
    "CONTRADICT": "refute",
}
CASED = ("squad2train_cased", "nq_answerability", "repliqa_windows")
_FULL_NAME = re.compile(r"(?<=[a-z,] )[A-Z][a-z]+ [A-Z][a-z]+")
_GLUED = re.compile(r"(?<=[a-z0-9%)\]])\.(?=[A-Z])")  # the abstracts lost the space between sentences
_TITLE = re.compile(r"^[^.:]{2,70}: ")
_NAME = re.compile(r"(?<=[a-z,] )[A-Z][a-z]+(?: [A-Z][a-z]+)*")

# Share of the pairs drawn in a round. Answerability pairs are some 2.5 times longer, so they are two
# thirds of the tokens.
SHARES = {
    "squad2train_pairs": 0.198, "squad2train_cased": 0.090, "nq_answerability": 0.040, "nomiracl_neg": 0.012,
    "repliqa_windows": 0.012, "musique": 0.005, "absent": 0.070, "elsewhere": 0.020, "topic": 0.040,
    "attributed": 0.030,
    "cad_nli": 0.100, "snli_devtest": 0.050, "infotabs": 0.070, "negnli": 0.030, "conjnli_auto": 0.030,
    "conjnli_dev": 0.010, "med": 0.020, "help_andor": 0.010, "breaking_nli": 0.010, "climate_fever": 0.060,
    "scifact": 0.013, "made": 0.080,
}  # fmt: skip


@dataclass(frozen=True)
class Pair:
    """A question and passage (`answerable` 0 or 1) or a claim and evidence (`support` an index into
    SUPPORT).
    """

    first: str
    second: str
    source: str
    group: str  # pairs of one group are in the same half: the whole passage, the evidence or the claim
    answerable: int | None = None
    support: int | None = None
    two_way: bool = False  # only support or not is known
    keep_rank: bool = False  # the original relevance logit is to be kept on this pair
    marked: Marked | None = None  # where the answer stands in `second`, if that is known


def read_lines(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def held_out(text: str, share: float = 0.05) -> bool:
    """True for a fixed share of texts; decided by the text itself, so that no passage is in both halves."""
    return int(hashlib.sha256(text.strip().lower().encode()).hexdigest()[:8], 16) < share * 2**32


def support_pairs(folder: Path) -> Iterator[Pair]:
    for path in sorted(folder.glob("*.jsonl")):
        for row in read_lines(path):
            label = SUPPORT.index(row["label"])
            yield Pair(
                row["claim"],
                row["premise"],
                path.stem,
                row["premise"],
                support=label,
                two_way=bool(row.get("two_way")),
            )


def climate_pairs(path: Path) -> Iterator[Pair]:
    for row in read_lines(path):
        for evidence in row["evidences"]:
            label = SUPPORT.index(FEVER_LABELS[evidence["evidence_label"]])
            yield Pair(row["claim"], evidence["evidence"], "climate_fever", row["claim"], support=label)


def scifact_pairs(claims: Path, corpus: Path) -> Iterator[Pair]:
    """Evidence sentences with one neighbour for labelled claims; the nearest sentences of the cited
    abstract else.
    """
    abstracts = {str(row["_id"]): sentences(_GLUED.sub(". ", row["text"])) for row in read_lines(corpus)}
    with claims.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            claim = row["claim"]
            parts = abstracts.get(row["evidence_doc_id"] or re.findall(r"\d+", row["cited_doc_ids"])[0], [])
            if not parts:
                continue
            if row["evidence_label"]:
                chosen = [
                    number
                    for number in map(int, re.findall(r"\d+", row["evidence_sentences"]))
                    if number < len(parts)
                ]
                if not chosen:
                    continue
                numbers = {near for number in chosen[:2] for near in (number - 1, number) if near >= 0}
                label = SUPPORT.index(FEVER_LABELS[row["evidence_label"]])
            else:
                words = content_words(claim)
                ranked = sorted(range(len(parts)), key=lambda n: -len(words & content_words(parts[n])))
                numbers, label = set(ranked[:2]), SUPPORT.index("neutral")
            yield Pair(claim, " ".join(parts[n] for n in sorted(numbers)), "scifact", claim, support=label)


def _context_line(passage: str, chance: random.Random) -> str:
    """A stand-in for a title: a name from the passage, on a line of its own, in a third of the cased
    passages.
    """
    names = _NAME.findall(passage) if chance.random() < 0.35 else []
    return f"{max(set(names), key=lambda name: (names.count(name), name))}\n" if names else ""


def answerability_pairs(folder: Path, chance: random.Random) -> Iterator[Pair]:
    """Windows of the passages, with and without the answer, and some questions beside foreign passages."""
    foreign: list[str] = []
    for path in sorted(folder.glob("*.jsonl")):
        for row in read_lines(path):
            question, passage, answer = row["question"], row["passage"], str(row["answer"] or "")
            if path.stem == "nomiracl_neg":
                passage = _TITLE.sub("", passage)
            line = _context_line(passage, chance)
            known = {"source": path.stem, "group": row["passage"], "keep_rank": chance.random() < 0.3}
            if path.stem in ("repliqa_windows", "musique"):
                where = marked(passage, question, answer) if path.stem == "repliqa_windows" else None
                yield Pair(question, passage, **known, answerable=int(row["answerable"]), marked=where)
            elif not row["answerable"]:
                yield Pair(question, line + window_near(passage, question, chance), **known, answerable=0)
            elif held := window_with(passage, question, answer, chance):
                where = marked(held, question, answer, len(line))
                yield Pair(question, line + held, **known, answerable=1, marked=where)
                if without := window_without(passage, question, answer, chance):
                    yield Pair(question, line + without, **{**known, "source": "absent"}, answerable=0)
            if foreign and chance.random() < 0.2:
                away = window_near(chance.choice(foreign), question, chance)
                yield Pair(question, away, "elsewhere", row["passage"], answerable=0, keep_rank=True)
            if len(foreign) < 5000:
                foreign.append(passage)


def spoken_pairs(folder: Path, chance: random.Random) -> Iterator[Pair]:
    """Questions made by rule about a subject, or about what a named speaker said."""
    rows = [row for name in CASED for row in read_lines(folder / f"{name}.jsonl")]
    speakers = sorted({name for row in rows for name in _FULL_NAME.findall(row["passage"])})
    for row in rows:
        for question, second, label, where, source in spoken(row, speakers, chance):
            yield Pair(question, second, source, row["passage"], answerable=label, marked=where)


def made_pairs(folder: Path, chance: random.Random) -> Iterator[Pair]:
    for name in CASED:
        for row in read_lines(folder / f"{name}.jsonl"):
            for evidence, claim, label in claims_about(row["passage"], chance):
                yield Pair(claim, evidence, "made", row["passage"], support=SUPPORT.index(label))


def all_pairs(evaldata: Path, seed: int = 0) -> list[Pair]:
    """Every training pair; for support the pair is (claim, evidence), as a question goes before its
    passage.
    """
    train = evaldata / "verifier" / "train"
    chance = random.Random(seed)
    return [
        *support_pairs(train / "support"),
        *climate_pairs(train / "climate_fever.jsonl"),
        *scifact_pairs(train / "scifact_claims_train.csv", evaldata / "scifact" / "corpus.jsonl"),
        *made_pairs(train / "answerability", chance),
        *answerability_pairs(train / "answerability", chance),
        *spoken_pairs(train / "answerability", chance),
    ]


def split(pairs: list[Pair]) -> tuple[list[Pair], list[Pair]]:
    """(training, development): no passage, and no evidence of a claim, is in both."""
    kept: tuple[list[Pair], list[Pair]] = ([], [])
    for pair in pairs:
        kept[held_out(pair.group)].append(pair)
    return kept


def rounds(pairs: list[Pair], size: int, seed: int) -> Iterator[list[Pair]]:
    """Endless rounds of `size` pairs, each balanced by SHARES; a source is shuffled anew when it is used
    up.
    """
    chance = random.Random(seed)
    by_source: dict[str, list[Pair]] = {}
    for pair in pairs:
        by_source.setdefault(pair.source, []).append(pair)
    names = sorted(by_source)
    queues: dict[str, list[Pair]] = {name: [] for name in names}
    while True:
        drawn = []
        for name in chance.choices(names, [SHARES[name] for name in names], k=size):
            if not queues[name]:
                queues[name] = chance.sample(by_source[name], len(by_source[name]))
            drawn.append(queues[name].pop())
        yield drawn
