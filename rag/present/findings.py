"""What this installation needs, what it found, and what to do about it: for `rag doctor` and the page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from rag.settings import Settings

_LIBRARIES = ("sentence-transformers", "torch", "faiss-cpu", "onnxruntime", "tokenizers", "gradio")
_BUILD = (
    'CMAKE_ARGS="-DGGML_NATIVE=ON" pip install --force-reinstall --no-deps --no-binary :all: llama-cpp-python'
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    name: str
    state: Literal["ok", "note", "broken"]
    detail: str
    remedy: str = ""


def machine() -> Iterator[Finding]:
    import platform
    import shutil
    from importlib import metadata, util

    from rag.backends import processor

    python = f"{platform.python_version()} on {platform.system()} {platform.machine()}"
    yield Finding("python", "ok", python)
    compilers = ("cc", "gcc", "clang", "cl")
    compiler = next((found for name in compilers if (found := shutil.which(name))), "")
    if compiler or util.find_spec("llama_cpp"):
        yield Finding("compiler", "ok", compiler or "none, and none is needed: llama-cpp-python is built")
    else:
        remedy = "Install one (Debian: build-essential; macOS: xcode-select --install; Windows: Build Tools)."
        yield Finding("compiler", "note", "none, so llama-cpp-python cannot be built", remedy)
    yield Finding("processor", "ok", f"{processor.cores()} cores to compute on")
    for name in _LIBRARIES:
        try:
            yield Finding(name, "ok", metadata.version(name))
        except metadata.PackageNotFoundError:
            yield Finding(name, "broken", "not installed", f"Run: pip install {name}")


def llama() -> Iterator[Finding]:
    from rag.backends import processor

    try:
        from rag.backends.llama import system_info

        info = system_info()
    except (ImportError, OSError, RuntimeError) as error:
        yield Finding(
            "llama.cpp", "note", f"cannot be loaded ({error}); answers are quotes", f"Run: {_BUILD}"
        )
        return
    used = processor.used(info)
    missing = [name for name in processor.offered() if name not in used]
    if missing:
        detail = f"uses {', '.join(used)}; this processor also has {', '.join(missing)}"
        yield Finding(
            "llama.cpp", "note", detail, f"Build it for this processor, unset SOURCE_DATE_EPOCH: {_BUILD}"
        )
    else:
        yield Finding(
            "llama.cpp", "ok", f"uses {', '.join(used) or 'plain code'}, all that this processor has"
        )


def models_in_use(chosen: Settings) -> Iterator[Finding]:
    from rag.backends import models
    from rag.errors import ModelError

    for kind in ("embedder", "scorer", "generator"):
        name = getattr(chosen, kind)
        if kind == "generator" and name in ("", "none"):
            yield Finding(kind, "ok", "none: answers are quotes")
            continue
        try:
            card = models.find(name, kind)
        except ModelError as error:
            yield Finding(kind, "broken", error.problem, error.remedy)
            continue
        result = models.check(card)
        if result.state == "ready" and result.folder:
            digest = models.identity(card, result.folder)[:16]
            yield Finding(kind, "ok", f"{card.name}, digest {digest}, about {card.memory_mb} MB of memory")
        else:
            yield Finding(kind, "broken", f"{card.name}: {result.detail or result.state}", card.remedy)


def index_state(chosen: Settings) -> Iterator[Finding]:
    from rag import index
    from rag.backends import models
    from rag.errors import LibraryEmpty, RagError

    try:
        store = index.open(chosen.library, read_only=True)
    except LibraryEmpty as error:
        yield Finding("library", "note", error.problem, error.remedy)
        return
    except RagError as error:
        yield Finding("library", "broken", error.problem, error.remedy)
        return
    try:
        status = store.status()
        detail = f"{chosen.library}: {status.documents} documents, {status.passages} passages"
        yield Finding("library", "ok", f"{detail}, generation {status.generation}")
        if status.embedded < status.passages:
            missing = status.passages - status.embedded
            yield Finding(
                "vectors", "note", f"{missing} passages can be found by words only", "Run: rag sync"
            )
        try:
            card = models.find(chosen.embedder, "embedder")
            digest = models.identity(card, models.locate(card))
        except RagError:
            return  # told with the models
        if status.embedder_digest and status.embedder_digest != digest:
            problem = f"made by {status.embedder} ({status.embedder_digest[:12]}), in use is {card.name}"
            yield Finding(
                "index", "broken", problem, f"Run: rag rebuild, or: rag models use {status.embedder}"
            )
        languages = {listing.source.language for listing in store.listings()} - {"", *card.languages}
        if languages and "multilingual" not in card.languages and card.languages:
            others = ", ".join(sorted(languages))
            name = "multilingual-e5-small"
            remedy = f"Run: rag models pull {name}, rag models use {name}, rag rebuild"
            yield Finding(
                "languages", "note", f"{card.name} does not know {others}: found by words only", remedy
            )
    except RagError as error:
        yield Finding("library", "broken", error.problem, error.remedy)
    finally:
        store.close()
