"""The script a user would write in an afternoon, run by the same harness: an anchor for every result.

    python -m benchmarks.plain_script evals/questions.jsonl --docs seeds --sample 40 -o runs/plain

Chunks of 1,000 characters, all-MiniLM-L6-v2, a flat FAISS index, the five nearest chunks stuffed into one
prompt for SmolLM2-135M, which is asked for `[n]` and to say when it does not know. It cites whole chunks.
"""

from __future__ import annotations

import argparse
import re
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rag.evaluate import questions, run, subject
from rag.evaluate.gold import Corpus
from rag.evaluate.questions import Question
from rag.types import Answer, Claim, Document, Evidence, Hit, Passage, Step

CHUNK = 1000
NEAREST = 5
DO_NOT_KNOW = "I don't know"

PROMPT = """Answer the question using only the context. Cite the passages you use as [1], [2], and so on.
If the context does not contain the answer, say "{refusal}".

Context:
{context}

Question: {question}
Answer:"""


class PlainScript:
    """Everything in one place, nothing checked."""

    def __init__(self, library: Corpus, embedder: Any, generator: Any) -> None:
        import faiss

        self.embedder, self.generator = embedder, generator
        self.chunks = [chunk for document in library.texts.values() for chunk in chunks(document)]
        vectors = embedder.embed_passages([chunk.text for chunk in self.chunks])
        self.index = faiss.IndexFlatIP(vectors.shape[1])
        self.index.add(vectors)

    def ask(self, question: Question, _: Sequence[object] = ()) -> Answer:
        clock = time.perf_counter()
        scores, rows = self.index.search(self.embedder.embed_question(question.question)[None, :], NEAREST)
        found = [
            Hit(self.chunks[row], float(score))
            for score, row in zip(scores[0], rows[0], strict=True)
            if row >= 0
        ]
        searching = Step("searching", time.perf_counter() - clock)
        clock = time.perf_counter()
        context = "\n\n".join(f"[{n}] {hit.passage.text}" for n, hit in enumerate(found, 1))
        prompt = PROMPT.format(refusal=DO_NOT_KNOW, context=context, question=question.question)
        text = "".join(self.generator.stream(prompt, max_tokens=96)).strip()
        steps = (searching, Step("writing", time.perf_counter() - clock))
        evidence = tuple(_whole(hit) for hit in found)
        if not text or DO_NOT_KNOW.lower() in text.lower().replace("’", "'"):
            return Answer(
                question.question, "abstained", evidence=evidence, hits=tuple(found), reason=text, steps=steps
            )
        cited = [int(number) for number in re.findall(r"\[(\d+)\]", text)]
        quoted = tuple(evidence[n - 1] for n in dict.fromkeys(cited) if 1 <= n <= len(evidence))
        claim = Claim(re.sub(r"\s*\[\d+\]", "", text), quoted, "unsupported", 0.0)
        return Answer(
            question.question,
            "answered",
            (claim,),
            evidence,
            tuple(found),
            confidence=1.0,
            model=self.generator.name,
            steps=steps,
        )


def chunks(document: Document) -> list[Passage]:
    """A thousand characters at a time, wherever that cuts."""
    return [
        Passage(
            document.id,
            at,
            min(at + CHUNK, len(document.text)),
            document.text[at : at + CHUNK],
            "",
            document.source,
        )
        for at in range(0, len(document.text), CHUNK)
        if document.text[at : at + CHUNK].strip()
    ]


def measure(
    asked: Sequence[Question],
    docs: Path,
    folder: Path,
    *,
    threads: int = 0,
    budget_seconds: float | None = None,
    progress: Any = None,
) -> run.Run:
    """The script on a question set, with the harness's measures, intervals and anchors."""
    from rag import backends, ingest

    read = [d for file in sorted(docs.rglob("*")) if file.is_file() for d in ingest.read(file)]
    library = Corpus({d.id: d for d in read}, {d.id: d.source.path.replace("\\", "/") for d in read}, docs)
    embedder = backends.embedder("all-minilm-l6", threads)
    generator = backends.generator("smollm2-135m", threads)
    script = PlainScript(library, embedder, generator)
    manifest = {
        "identity": {
            "questions": questions.digest(asked),
            "documents": subject.documents_digest(library),
            "models": {
                "embedder": {"name": embedder.name, "sha256": embedder.digest},
                "generator": {"name": generator.name, "sha256": generator.digest},
            },
            "script": {"chunk": CHUNK, "nearest": NEAREST, "prompt": PROMPT},
        },
        "versions": subject.versions(),
    }
    return run.run(
        asked, script.ask, library, folder, manifest, budget_seconds=budget_seconds, progress=progress
    )


def _whole(hit: Hit) -> Evidence:
    passage = hit.passage
    return Evidence(passage, passage.start, passage.end, passage.text, hit.score)


def main() -> None:
    from rag.present.cli import evaluate_show as show

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("questions", type=Path)
    parser.add_argument("--docs", type=Path, required=True)
    parser.add_argument("--sample", type=int)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=0)
    parser.add_argument("-o", "--output", type=Path, required=True)
    given = parser.parse_args()
    asked = questions.load(given.questions)
    if given.sample:
        asked = questions.sample(asked, given.sample, given.seed)
    with show.Bar(False, "plain script") as bar:
        found = measure(asked, given.docs, given.output, threads=given.threads, progress=bar.asked)
    show.summary(found.summary)


if __name__ == "__main__":
    main()
