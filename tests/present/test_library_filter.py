"""What narrows the list of documents, held against what narrows a question."""

from __future__ import annotations

import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.index.rows import pack
from rag.index.scopes import condition, sortable_date
from rag.ports import Listing
from rag.present.ui import library_filter, library_view
from rag.present.ui.library_filter import Filter, chosen, facets, folders
from rag.types import Scope, Source


def listed(path: str = "/a/b.txt", embedded: int = 2, notes: tuple[str, ...] = (), **source: str) -> Listing:
    about = Source(path, source.pop("title", "A title"), **source)
    return Listing(path, about, 600, 2, embedded, "2026-01-01T00:00:00Z", None, notes)


SHELF = [
    listed("/home/a/laws/one.pdf", title="Łukašenka's law", format="pdf", language="en", date="2023-12-05"),
    listed("/home/a/laws/old/two.txt", embedded=1, language="be", date="2023"),
    listed("/home/a/mail/three.eml", format="email", language="en", notes=("2 attachments were left out",)),
]


@pytest.mark.parametrize(
    ("by", "left"),
    [
        (Filter(), [0, 1, 2]),
        (Filter(search="lukasenka"), [0]),
        (Filter(search="title THREE"), [2]),
        (Filter(kind="pdf"), [0]),
        (Filter(language="en"), [0, 2]),
        (Filter(state="words"), [1]),
        (Filter(state="ready"), [0, 2]),
        (Filter(state="noted"), [2]),
        (Filter(folder="/home/a/laws"), [0, 1]),
        (Filter(folder="/home/a/law"), []),
        (Filter(after="2023-06-01"), [0, 1]),
        (Filter(before="2023-06-01"), [1]),
        (Filter(language="en", after="2020-01-01"), [0]),
    ],
)
def test_each_field_narrows_the_list(by: Filter, left: list[int]) -> None:
    assert chosen(SHELF, by) == [SHELF[at] for at in left]


DATES = st.one_of(
    st.just(""),
    st.dates().map(str),
    st.dates().map(lambda day: str(day)[:7]),
    st.dates().map(lambda day: str(day)[:4]),
    st.text(max_size=6),
)
BOUNDS = st.one_of(st.just(""), st.dates().map(str))
PATHS = st.lists(st.sampled_from(["a", "b", "a b", "ü"]), min_size=2, max_size=4).map(
    lambda p: "/" + "/".join(p)
)


@given(DATES, PATHS, BOUNDS, BOUNDS, st.sampled_from(["", "/a", "/a/b", "/a b"]))
def test_the_list_and_the_question_agree_on_what_lies_in_a_folder_and_in_a_time(
    date: str, path: str, after: str, before: str, folder: str
) -> None:
    with sqlite3.connect(":memory:") as database:
        database.execute("CREATE TABLE documents (id, path, date)")
        database.execute("INSERT INTO documents VALUES ('x', ?, ?)", (pack(path), sortable_date(date)))
        where, values = condition(Scope(folder=folder, after=after, before=before))
        asked = database.execute(f"SELECT count(*) FROM documents AS d WHERE {where}", values).fetchone()[0]  # noqa: S608
    database.close()
    by = Filter(folder=folder, after=after, before=before)
    assert len(chosen([listed(path, date=date)], by)) == asked


def test_folders_are_offered_where_they_divide_the_library() -> None:
    assert folders(["/a/b/c/one", "/a/b/c/two"]) == ()
    assert folders(["/a/b/c/one", "/a/b/d/two", "/a/b/d/e/f/three"]) == (
        ("/a/b/c", 1),
        ("/a/b/d", 2),
        ("/a/b/d/e/f", 1),
    )
    assert folders(["https://one.example/x/a", "/b/c"]) == (("/b", 1), ("https://one.example/x", 1))


def test_a_field_with_one_value_is_not_shown() -> None:
    assert [kind for kind, _ in facets(SHELF).kinds] == ["email", "pdf", "text"]
    assert 'name="language"' in library_view.filters(SHELF, Filter())
    assert 'name="kind"' not in library_view.filters(SHELF[1:2], Filter())


def test_what_could_not_be_read_is_listed_with_its_reason_once() -> None:
    html = library_view.unread([("/a/<b>.pdf", "<b>.pdf is encrypted. Save it without a password.")])
    assert "&lt;b&gt;.pdf</strong> is encrypted." in html
    assert "<b>" not in html.replace("<b>.", "")
    assert library_filter.folder_of("/a/b.txt") == "/a"
