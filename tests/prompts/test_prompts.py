"""Templates are filled strictly, and never by what is put into them."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag import packaged, prompts
from rag.errors import PromptError
from rag.prompts import Prompt

ONE = Prompt("one", "Read: $evidence\nAsk: ${question}?")


def test_values_go_where_their_names_are() -> None:
    assert ONE.fill(evidence="a", question="b") == "Read: a\nAsk: b?"


@given(st.text(), st.text())
def test_no_text_can_reach_another_place(evidence: str, question: str) -> None:
    assert ONE.fill(evidence=evidence, question=question) == f"Read: {evidence}\nAsk: {question}?"


def test_dollars_and_names_inside_a_value_stay_text() -> None:
    assert ONE.fill(evidence="$question costs $5 ${evidence} $$", question="q") == (
        "Read: $question costs $5 ${evidence} $$\nAsk: q?"
    )


def test_a_place_without_a_value_is_an_error_that_names_it() -> None:
    with pytest.raises(PromptError, match=r"prompts/one\.md needs a value for question"):
        ONE.fill(evidence="a")


def test_a_value_without_a_place_is_an_error_that_names_it() -> None:
    with pytest.raises(PromptError, match="no place for history"):
        ONE.fill(evidence="a", question="b", history="c")


def test_a_stray_dollar_in_a_template_is_an_error() -> None:
    with pytest.raises(PromptError, match=r"\$\$"):
        Prompt("stray", "costs $5 for $who").fill(who="me")


def test_two_dollars_are_one() -> None:
    assert Prompt("price", "costs $$5").fill() == "costs $5"


def test_the_version_is_the_templates_digest() -> None:
    assert ONE.version == hashlib.sha256(ONE.template.encode()).hexdigest()[:12]
    assert Prompt("one", ONE.template + " ").version != ONE.version


def test_every_template_of_ours_is_well_formed() -> None:
    files = sorted(packaged.folder("prompts").glob("*.md"))
    assert files
    for file in files:
        prompt = prompts.load(file.stem)
        assert prompt.fill(**dict.fromkeys(prompt.places, "x"))


@pytest.mark.parametrize("name", ["nothing-of-the-kind", "../README", "/etc/passwd", "", "a/b"])
def test_a_template_that_does_not_exist_or_lies_elsewhere_is_refused(name: str) -> None:
    with pytest.raises(PromptError):
        prompts.load(name)


def test_the_files_of_an_installed_wheel_go_before_those_of_a_checkout(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(packaged, "_PACKAGE", tmp_path / "rag")
    assert packaged.folder("prompts") == tmp_path / "prompts"
    (tmp_path / "rag" / "_data" / "prompts").mkdir(parents=True)
    assert packaged.folder("prompts") == tmp_path / "rag" / "_data" / "prompts"
