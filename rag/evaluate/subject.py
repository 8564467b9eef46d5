"""What is measured: an assistant over the documents of a question set, and all that its answers depend on."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cache
from importlib import metadata, resources
from pathlib import Path
from typing import Any

import rag
from rag import assistant as assistants
from rag.assistant import Assistant
from rag.errors import InputError
from rag.evaluate import questions as sets
from rag.evaluate.cache import CachedGenerator
from rag.evaluate.gold import Corpus
from rag.evaluate.measures.retrieval import Place
from rag.evaluate.questions import Question
from rag.evaluate.run import Respond
from rag.ports import Embedder
from rag.sentences import sentences
from rag.settings import Settings
from rag.types import Answer, Document, Evidence, Hit, Passage, Step

UNHURRIED = 3600.0
"""Seconds for scoring passages: what is measured must not depend on how busy the machine is."""

PACKAGES = (
    "numpy", "onnxruntime", "tokenizers", "faiss-cpu", "sentence-transformers", "torch", "llama-cpp-python",
    "snowballstemmer",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Options:
    """What `rag eval run` was asked for."""

    quote_only: bool = False
    oracle_evidence: bool = False
    sample: int | None = None
    seed: int = 0


def folder_digest(folder: Path) -> str:
    """sha256 (hex) over the paths and bytes of the files below a folder.

    Raises:
        InputError: it is no folder, or holds no files.
    """
    if not folder.is_dir():
        raise InputError(f"{folder} is no folder.", "Give --docs the folder of the documents.")
    lines = [
        f"{file.relative_to(folder).as_posix()} {hashlib.sha256(file.read_bytes()).hexdigest()}"
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    ]
    if not lines:
        raise InputError(f"{folder} holds no files.", "Give --docs the folder of the documents.")
    return hashlib.sha256("\n".join(lines).encode("utf-8", "surrogatepass")).hexdigest()


@cache
def code_digest(rooms: tuple[str, ...] = ("",)) -> str:
    """sha256 (hex) over the package's source: a run is not continued by other code, an index not reused."""
    root = resources.files(rag)
    if not isinstance(root, Path):
        return rag.__version__
    files = {
        file
        for room in rooms
        for file in ([root / room] if room.endswith(".py") else (root / room).rglob("*.py"))
        if "present" not in file.relative_to(root).parts
    }
    content = [
        f"{f.relative_to(root).as_posix()} {f.read_text('utf-8')}" for f in sorted(files) if f.is_file()
    ]
    return hashlib.sha256("\n".join(content).encode()).hexdigest()


def over_folder(
    settings: Settings,
    docs: Path,
    kept: Path,
    progress: Callable[[Any], None] | None = None,
    remember: Callable[[Embedder], Embedder] | None = None,
) -> Assistant:
    """An assistant over a temporary library of `docs`, built once and used again while nothing changed.

    The library's folder is named for the digest of the documents, the embedder, the passage size and the code
    that reads and splits.
    """
    docs = docs.expanduser().resolve()
    reading = code_digest(("ingest", "index", "sentences", "library.py", "library"))
    name = digest([str(docs), folder_digest(docs), settings.embedder, settings.passage_tokens, reading])[:24]
    folder = kept / "libraries" / name
    assistant = assistants.build(replace(settings, library=folder))
    done = folder / "complete"
    if not done.exists():
        from rag import library

        library.add(
            [docs],
            assistant.store,
            remember(assistant.embedder) if remember and assistant.embedder else assistant.embedder,
            passage_tokens=settings.passage_tokens,
            progress=progress,
        )
        done.touch()
    return assistant


def respond(assistant: Assistant, options: Options, generations: Path | None = None) -> Respond:
    """How the harness asks an assistant. With a folder, its generations are kept there and reused."""
    kept: CachedGenerator | None = None
    if generations is not None and assistant.generator is not None:
        kept = CachedGenerator(assistant.generator, generations)
        assistant.generator = kept
    mode = "quotes" if options.quote_only else None

    def answer(question: Question, gold: Sequence[Sequence[Place]]) -> Answer:
        before = kept.kept if kept else 0
        if options.oracle_evidence and gold:
            evidence = [oracle(assistant.store.document(p[0]), p) for p in (item[0] for item in gold)]
            events = list(assistant.answer_from(question.question, evidence, mode=mode))
            found = next(event for event in events if isinstance(event, Answer))
            found = replace(found, hits=tuple(Hit(item.passage, item.score) for item in evidence))
        else:
            found = assistant.ask(question.question, history=question.history, mode=mode)
        if kept and kept.kept > before:
            found = replace(found, steps=(*found.steps, Step("cached", 0.0)))
        return found

    return answer


def oracle(document: Document, place: Place) -> Evidence:
    """The gold place as evidence: the whole sentences that it touches."""
    spans = sentences(document.text, document.source.language or "en")
    touched = [span for span in spans if span.start < place[2] and place[1] < span.end]
    start = min([place[1], *(span.start for span in touched)])
    end = max([place[2], *(span.end for span in touched)])
    text = document.text[start:end]
    passage = Passage(document.id, start, end, text, document.source.title, document.source)
    return Evidence(passage, start, end, text, score=1.0)


def manifest(
    assistant: Assistant, questions: Sequence[Question], options: Options, library: Corpus
) -> dict[str, Any]:
    """`manifest.json`. `identity` is what the answers depend on, the rest is for a reader."""
    settings = {k: v for k, v in asdict(assistant.settings).items() if k != "library"}
    return {
        "identity": {
            "questions": sets.digest(questions),
            "documents": documents_digest(library),
            "options": asdict(options),
            "models": _models(assistant),
            "prompts": _prompts(),
            "settings": settings,
            "code": code_digest(),
        },
        "index": dict(assistant.store.status().manifest),
        "versions": versions(),
        "machine": {"system": platform.system(), "processor": platform.machine()},
    }


def documents_digest(library: Corpus) -> str:
    """sha256 (hex) over the stored texts, whatever folder they came from."""
    texts = sorted(
        hashlib.sha256(d.text.encode("utf-8", "replace")).hexdigest() for d in library.texts.values()
    )
    return digest(texts)


def versions() -> dict[str, str]:
    """Versions of Python, of this package and of the libraries that the answers pass through."""
    found = {"python": platform.python_version(), "rag": rag.__version__}
    for name in PACKAGES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found


def _models(assistant: Assistant) -> dict[str, Mapping[str, str]]:
    parts = {"embedder": assistant.embedder, "scorer": assistant.scorer, "generator": assistant.generator}
    return {
        role: {"name": part.name, "sha256": part.digest} for role, part in parts.items() if part is not None
    }


def _prompts() -> dict[str, str]:
    from rag import packaged, prompts

    return {file.stem: prompts.version(file.stem) for file in sorted(packaged.folder("prompts").glob("*.md"))}


def digest(values: Any) -> str:
    """sha256 (hex) over JSON values."""
    return hashlib.sha256(json.dumps(values).encode("utf-8", "replace")).hexdigest()
