"""The list of models, where they lie, and what is said when they are not right."""

from __future__ import annotations

import hashlib
import json
import os
import re
from dataclasses import replace
from pathlib import Path

import pytest

from rag import backends
from rag.backends import digests, models
from rag.errors import ModelError


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(digests, "_file", lambda: tmp_path / "cache" / "digests.json")
    monkeypatch.setattr(models, "downloads", lambda: tmp_path / "downloads")


def card_for(folder: Path, data: bytes = b"weights") -> models.ModelCard:
    (folder / "w.bin").write_bytes(data)
    file = models.WeightFile("w.bin", len(data), hashlib.sha256(data).hexdigest())
    return models.ModelCard("mine", "embedder", "onnx", (file,), path=str(folder))


def test_every_listed_model_says_where_it_comes_from_and_under_which_licence() -> None:
    cards = models.catalogue()
    assert {card.kind for card in cards} == {"embedder", "scorer", "generator"}
    assert len({card.name for card in cards}) == len(cards)
    for card in cards:
        assert sum(map(bool, (card.package, card.repository, card.bundled))) == 1, card.name
        assert card.licence in ("Apache-2.0", "MIT"), card.name
        assert card.good_for.endswith("."), card.name
        assert card.memory_mb > 0
        assert not card.repository or re.fullmatch(r"[0-9a-f]{40}", card.revision), card.name


def test_every_file_that_comes_from_elsewhere_has_a_full_digest_and_a_size() -> None:
    for card in models.catalogue():
        for file in card.files:
            assert re.fullmatch(r"[0-9a-f]{64}", file.sha256) or card.bundled, (card.name, file.name)
            assert file.bytes > 0 or card.bundled, (card.name, file.name)


def test_the_packages_that_carry_weights_are_pinned_with_hashes_in_requirements() -> None:
    lines = (Path(__file__).parents[2] / "models" / "requirements.txt").read_text("utf-8")
    pinned = dict(re.findall(r"^([\w.-]+==[\w.]+) --hash=sha256:([0-9a-f]{64})$", lines, re.MULTILINE))
    assert {card.package for card in models.catalogue() if card.package} == set(pinned)


def test_a_model_whose_files_are_right_is_ready_and_located(tmp_path: Path) -> None:
    card = card_for(tmp_path)
    assert models.check(card).state == "ready"
    assert models.locate(card) == tmp_path


@pytest.mark.parametrize(
    ("change", "state", "says"),
    [
        (lambda file: file.unlink(), "missing", "is not there"),
        (lambda file: file.write_bytes(b"weig"), "truncated", "has 4 of 7 bytes"),
        (lambda file: file.write_bytes(b""), "truncated", "has 0 of 7 bytes"),
        (lambda file: file.write_bytes(b"strange"), "changed", "another sha256"),
    ],
)
def test_what_is_wrong_with_a_file_is_said_with_its_model_and_the_next_command(
    change: object, state: str, says: str, tmp_path: Path
) -> None:
    card = replace(card_for(tmp_path), path="", package="")
    card = replace(card, path=str(tmp_path), repository="o/n")
    change(tmp_path / "w.bin")  # type: ignore[operator]
    assert models.check(card).state == state
    with pytest.raises(ModelError, match=says) as caught:
        models.locate(card)
    assert "mine" in caught.value.problem
    assert caught.value.remedy == "Run: rag models pull mine"


def test_a_package_that_is_not_installed_is_missing_and_the_remedy_installs_it(tmp_path: Path) -> None:
    card = replace(card_for(tmp_path), path="", package="no-such-package-at-all==1.0")
    assert models.check(card).state == "missing"
    with pytest.raises(ModelError, match=r"pip install --no-deps .*no-such-package-at-all==1\.0"):
        models.locate(card)


def test_a_download_that_never_happened_is_missing() -> None:
    card = next(card for card in models.catalogue() if card.repository)
    assert models.check(card).state == "missing"


def test_a_file_is_read_once_until_it_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "w.bin"
    file.write_bytes(b"one")
    first = digests.sha256(file)
    assert first == hashlib.sha256(b"one").hexdigest()
    with monkeypatch.context() as blind:
        blind.setattr(hashlib, "file_digest", None)
        assert digests.sha256(file) == first
    file.write_bytes(b"two")
    os.utime(file, ns=(1, 1))
    assert digests.sha256(file) == hashlib.sha256(b"two").hexdigest()


def test_a_cache_of_digests_that_is_damaged_or_cannot_be_written_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "w.bin"
    file.write_bytes(b"one")
    for content in ("not json", "[]", json.dumps({str(file): "x"})):
        digests._file().parent.mkdir(exist_ok=True)
        digests._file().write_text(content, "utf-8")
        assert digests.sha256(file) == hashlib.sha256(b"one").hexdigest()
    monkeypatch.setattr(digests, "_file", lambda: file / "under-a-file" / "digests.json")
    assert digests.sha256(file) == hashlib.sha256(b"one").hexdigest()


def test_the_identity_changes_with_the_weights_and_with_how_they_are_used(tmp_path: Path) -> None:
    card = card_for(tmp_path)
    other = card_for(tmp_path, b"others!")
    identities = {
        models.identity(card, tmp_path),
        models.identity(other, tmp_path),
        models.identity(replace(card, pooling="mean"), tmp_path),
        models.identity(replace(card, passage_prefix="passage: "), tmp_path),
    }
    assert len(identities) == 4


def test_a_name_of_another_kind_is_refused() -> None:
    with pytest.raises(ModelError, match="smollm2-135m is a generator, not a embedder"):
        backends.embedder("smollm2-135m")


def test_an_unknown_name_lists_the_known_ones() -> None:
    with pytest.raises(ModelError, match="bge-small-en, all-minilm-l6"):
        backends.embedder("word2vec")


def test_a_folder_without_weights_says_what_it_needs(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"model\.onnx"):
        backends.embedder(str(tmp_path))


def test_a_folder_whose_weights_are_rubbish_is_a_clean_error(tmp_path: Path) -> None:
    (tmp_path / "model.onnx").write_bytes(b"rubbish")
    (tmp_path / "tokenizer.json").write_text("{}")
    with pytest.raises(ModelError, match="cannot be loaded"):
        backends.embedder(str(tmp_path))


@pytest.mark.models
def test_the_models_that_packages_carry_are_ready_here() -> None:
    states = {card.name: models.check(card).state for card in models.catalogue() if card.package}
    assert set(states.values()) == {"ready"}, states


@pytest.mark.models
def test_an_embedder_can_be_used_from_a_folder_of_ones_own(tmp_path: Path) -> None:
    listed = models.find("bge-small-en", "embedder")
    folder = tmp_path / "my-bge"
    folder.mkdir()
    for file in listed.files:
        (folder / file.name).symlink_to(models.locate(listed) / file.name)
    mine = backends.embedder(str(folder))
    assert mine.name == "my-bge"
    assert mine.dimension == 384
