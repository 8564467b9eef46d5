"""The list of models: what each is, where its files lie, and whether they are what they claim to be."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any, Literal, get_args

from rag import packaged
from rag.backends import digests
from rag.errors import ModelError

Kind = Literal["embedder", "scorer", "generator"]
State = Literal["ready", "missing", "truncated", "changed"]


@dataclass(frozen=True, slots=True)
class WeightFile:
    """One file of a model. An empty sha256 means that nothing is known of it beforehand."""

    name: str
    bytes: int = 0
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class ModelCard:
    """One entry of models/models.toml, or a file or folder that a person named."""

    name: str
    kind: Kind
    format: str
    """"onnx", "judge", "sentence-transformers" or "gguf"."""
    files: tuple[WeightFile, ...]
    package: str = ""
    """NAME==VERSION of the Python package that carries the files."""
    repository: str = ""
    """OWNER/NAME on the Hugging Face hub."""
    revision: str = "main"
    bundled: str = ""
    """Folder beside models.toml."""
    path: str = ""
    """Folder, absolute, of a model that is in no list."""
    folder: str = ""
    licence: str = ""
    memory_mb: int = 0
    context: int = 512
    """Tokens the model reads at most."""
    dimension: int = 0
    pooling: str = "cls"
    question_prefix: str = ""
    passage_prefix: str = ""
    family: str = ""
    """Chat format."""
    languages: tuple[str, ...] = ()
    good_for: str = ""

    @property
    def bytes(self) -> int:
        return sum(file.bytes for file in self.files)

    @property
    def remedy(self) -> str:
        """The command that brings this model."""
        if self.package:
            return f"Run: pip install --no-deps --force-reinstall {self.package}"
        if self.repository:
            return f"Run: rag models pull {self.name}"
        if self.bundled:
            return "Install rag again: this model comes with it."
        return "Check the path, or choose another model: rag models list"


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What a look at the files of one model found."""

    card: ModelCard
    state: State
    folder: Path | None
    detail: str = ""


@cache
def catalogue() -> list[ModelCard]:
    """Every model of models/models.toml, in the order of the file.

    Raises:
        ModelError: the list is missing or not as expected.
    """
    file = packaged.folder("models") / "models.toml"
    try:
        entries = tomllib.loads(file.read_text("utf-8"))
        return [_card(name, entry) for name, entry in entries.items()]
    except (OSError, ValueError, TypeError) as error:
        problem = f"The list of models {file} cannot be read: {error}."
        raise ModelError(problem, "Install rag again.") from error


def find(name: str, kind: Kind) -> ModelCard:
    """The card of a listed name, of a GGUF file, or of a folder with an embedder.

    Raises:
        ModelError: neither a name in the list nor a path that holds such a model.
    """
    for card in catalogue():
        if card.name == name:
            if card.kind != kind:
                raise ModelError(f"{name} is a {card.kind}, not a {kind}.", "Run: rag models list")
            return card
    path = Path(name).expanduser()
    if kind == "generator" and (path.suffix.lower() == ".gguf" or path.is_file()):
        return ModelCard(path.stem, kind, "gguf", (WeightFile(path.name),), path=str(path.resolve().parent))
    if kind == "embedder" and path.is_dir():
        return _embedder_folder(path.resolve())
    known = ", ".join(card.name for card in catalogue() if card.kind == kind)
    raise ModelError(f"There is no {kind} called {name!r}.", f"Known: {known}; or give a path.")


def downloads() -> Path:
    """Where `rag models pull` keeps what it brings."""
    from platformdirs import user_data_path

    return user_data_path("rag-models", appauthor=False)


def check(card: ModelCard, *, read: bool = True) -> CheckResult:
    """Look for every file of a model and compare sizes and digests.

    Args:
        read: without it, only sizes are compared. With it, a file is read once per size and mtime.
    """
    folder = _folder(card)
    if folder is None:
        return CheckResult(card, "missing", None, f"the package {card.package} is not installed")
    if card.repository and not folder.is_dir():
        return CheckResult(card, "missing", folder, "it has not been downloaded")
    for file in card.files:
        path = folder / file.name
        try:
            size = path.stat().st_size
        except OSError:
            return CheckResult(card, "missing", folder, f"{path} is not there")
        if size == 0 or size < file.bytes:
            wanted = f" of {file.bytes:,}" if file.bytes else ""
            return CheckResult(card, "truncated", folder, f"{path} has {size:,}{wanted} bytes")
        if read and file.sha256 and digests.sha256(path) != file.sha256:
            return CheckResult(card, "changed", folder, f"{path} has another sha256 than models.toml names")
    return CheckResult(card, "ready", folder)


def locate(card: ModelCard) -> Path:
    """The folder with the checked files of a model.

    Raises:
        ModelError: a file is missing, truncated or has another digest; says which, and how to bring it.
    """
    result = check(card)
    if result.state != "ready" or result.folder is None:
        raise ModelError(f"The model {card.name} cannot be used: {result.detail}.", card.remedy)
    return result.folder


def identity(card: ModelCard, folder: Path) -> str:
    """sha256 (hex) over the weights and over what else decides the numbers that come out."""
    recipe = [card.format, card.pooling, str(card.context), card.passage_prefix, card.question_prefix]
    recipe += [f"{file.name}={file.sha256 or digests.sha256(folder / file.name)}" for file in card.files]
    return hashlib.sha256("\n".join(recipe).encode()).hexdigest()


def _folder(card: ModelCard) -> Path | None:
    if card.path:
        return Path(card.path)
    if card.bundled:
        return packaged.folder("models") / card.bundled
    if card.package:
        package = card.package.partition("==")[0]
        try:
            distribution = metadata.distribution(package)
        except metadata.PackageNotFoundError:
            return None
        return Path(str(distribution.locate_file(card.folder)))
    return downloads() / card.name


def _card(name: str, entry: Mapping[str, Any]) -> ModelCard:
    values = dict(entry)
    if values.get("kind") not in get_args(Kind):
        raise ValueError(f"{name} has kind {values.get('kind')!r}")
    values["files"] = tuple(WeightFile(**file) for file in values["files"])
    values["languages"] = tuple(values.get("languages", ()))
    return ModelCard(name=name, **values)


def _embedder_folder(folder: Path) -> ModelCard:
    if (folder / "modules.json").is_file():
        names = ["modules.json", "config.json", "tokenizer.json", "model.safetensors"]
        known = [WeightFile(name) for name in names if (folder / name).is_file()]
        if any(file.name == "model.safetensors" for file in known):
            return ModelCard(folder.name, "embedder", "sentence-transformers", tuple(known), path=str(folder))
    if (folder / "model.onnx").is_file() and (folder / "tokenizer.json").is_file():
        files = (WeightFile("model.onnx"), WeightFile("tokenizer.json"))
        card = ModelCard(folder.name, "embedder", "onnx", files, path=str(folder), pooling="mean")
        return replace(card, pooling="cls") if "bge" in folder.name.lower() else card
    raise ModelError(
        f"{folder} holds no embedder.",
        "It needs modules.json and model.safetensors (sentence-transformers), or model.onnx, tokenizer.json.",
    )
