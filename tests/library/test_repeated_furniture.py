"""Lines that the pages of one site repeat are furniture, whatever order the pages come in."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag import library
from rag.index import LocalStore
from rag.ingest import repeated
from rag.library import settling
from tests.library.test_keeping_in_step import WORDS, CountingEmbedder, embedder, store, write
from tests.library.test_killed import opened

__all__ = ["embedder", "store"]  # fixtures

MENU = ["Harbour desk", "Letters from abroad", "Weather at sea", "Puzzles"]
SAID = (
    "The {0} of the town was described by many travellers, who came to see the {0} from far away every year. "
)


def page(word: str, menu: list[str] = MENU) -> str:
    """A page with lines in its midst that nothing on it gives away as furniture."""
    lines = "".join(f"<p>{line}</p>" for line in menu)
    said = f"<p>{SAID.format(word) * 2}</p>"
    title = f"On the {word}"
    body = f"<nav>Home</nav><h1>{title}</h1>{said}{lines}{said * 2}<footer>Imprint</footer>"
    return f"<title>{title}</title>{body}"


def site(folder: Path, count: int) -> list[Path]:
    paths = [folder / f"{word}.html" for word in WORDS[:count]]
    for path in paths:
        write(path, page(path.stem))
    return paths


def quoted(store: LocalStore) -> str:
    return "\n".join(one.text for found in store.listings() for one in store.passages(found.document_id))


def test_what_pages_repeat_is_furniture_and_one_page_alone_keeps_it(
    store: LocalStore, tmp_path: Path, embedder: CountingEmbedder
) -> None:
    paths = site(tmp_path / "docs", 6)
    library.add([paths[0]], store, embedder)
    assert "Letters from abroad" in quoted(store)
    library.add([tmp_path / "docs"], store, embedder)
    assert not any(line in quoted(store) for line in MENU)
    assert quoted(store).count("On the castle") >= 1
    for listing in store.listings():
        document = store.document(listing.document_id)
        assert "Letters from abroad" in document.text
        passages = store.passages(document.id)
        assert passages
        assert all(document.text[one.start : one.end] == one.text for one in passages)
    assert store.status().embedded == store.status().passages


def test_order_interruption_and_removal_make_no_difference(
    tmp_path: Path, embedder: CountingEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    docs = tmp_path / "docs"
    slow = opened(tmp_path / "slow")
    for number in range(1, 8):
        site(docs, number)
        library.add([docs], slow, None)
    assert "Puzzles" not in quoted(slow)
    whole = opened(tmp_path / "whole")
    with monkeypatch.context() as patched:
        patched.setattr(settling, "_settle", interrupt)
        with pytest.raises(KeyboardInterrupt):
            library.add([docs], whole, None)
    assert "Puzzles" in quoted(whole)
    library.sync(whole, None)
    assert whole.fingerprint() == slow.fingerprint()
    shutil.copy(docs / "castle.html", docs / "copy.html")
    (docs / "river.html").rename(docs / "stream.html")
    for word in ("bridge", "market", "tower", "garden", "harbour"):
        write(docs / f"{word}.html", page(word, ["Sports", "Money", "Opinion"][: len(word) % 3]), age=5)
    library.sync(whole, None)
    fresh = opened(tmp_path / "fresh")
    library.add([docs], fresh, None)
    assert whole.fingerprint() == fresh.fingerprint()
    (docs / "castle.html").unlink()
    library.sync(whole, None)
    library.remove(whole, ["copy.html"])
    library.sync(whole, None)
    assert "Puzzles" in quoted(whole)


def interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def test_the_letterhead_of_a_folder_of_letters_is_left_alone(store: LocalStore, tmp_path: Path) -> None:
    for word in WORDS:
        letter = "Harbour Office\nQuay 4\nSkarvik\n\n" + f"{SAID.format(word)}\n\n" * 3
        write(tmp_path / "docs" / f"{word}.txt", letter)
    library.add([tmp_path / "docs"], store, None)
    assert quoted(store).count("Quay 4") == len(WORDS)


def test_nothing_changed_means_nothing_is_looked_at_again(
    store: LocalStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site(tmp_path / "docs", 6)
    library.add([tmp_path / "docs"], store, None)
    monkeypatch.setattr(settling, "_settle", interrupt)
    assert library.sync(store, None).unchanged == 6


@given(
    st.lists(
        st.lists(st.sampled_from([*MENU, "", "One.", " - x ", "# Head", "a" * 9]), max_size=12), max_size=8
    )
)
def test_spans_are_whole_lines_that_enough_texts_share(pages: list[list[str]]) -> None:
    texts = ["\n".join(lines) for lines in pages]
    known = repeated.repeated(texts)
    for text in texts:
        for span in repeated.spans(text, known):
            assert text[span.start : span.end].strip() == text[span.start : span.end] != ""
            assert (
                span.start == 0
                or text[: span.start].rstrip(" -").endswith("\n")
                or text[span.start - 1] in " \n"
            )
    if len(texts) < 4:
        assert not known
