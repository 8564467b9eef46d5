from __future__ import annotations

import sqlite3
import threading
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rag.errors import InputError, LibraryError
from rag.journal import FILE, Journal


@pytest.fixture
def journal(tmp_path: Path):
    opened = Journal(tmp_path)
    yield opened
    opened.close()


def record(question: str, text: str = "Ninety days. [1]") -> dict:
    return {"question": question, "text": text, "status": "answered", "citations": []}


def test_an_answer_is_read_back_as_it_was_kept(journal):
    conversation = journal.start("Refunds")
    kept = record("How long?")
    entry = journal.answer(journal.add(conversation, kept))
    assert entry.record == kept
    assert (entry.question, entry.conversation, entry.verdict) == ("How long?", conversation, "")


def test_answers_come_in_the_order_they_were_asked(journal):
    conversation = journal.start("Order")
    for number in range(20):
        journal.add(conversation, record(f"Question {number}?"))
    assert [e.question for e in journal.answers(conversation)] == [f"Question {n}?" for n in range(20)]


def test_the_conversation_answered_last_comes_first(journal):
    first, second = journal.start("First"), journal.start("Second")
    journal.add(second, record("?"))
    journal.add(first, record("?"))
    journal.add(first, record("?"))
    assert [(c.title, c.answers) for c in journal.conversations()] == [("First", 2), ("Second", 1)]


def test_a_search_looks_into_titles_questions_and_answers(journal):
    for title, question, text in [("Rivers", "a", "b"), ("x", "Which river?", "b"), ("y", "a", "The river.")]:
        journal.add(journal.start(title), record(question, text))
    journal.add(journal.start("Hills"), record("a", "b"))
    assert len(journal.conversations("river")) == 3


@pytest.mark.parametrize("search", ["%", "_", "\\", "'", '"; DROP TABLE answers; --'])
def test_a_search_is_never_a_pattern_or_a_query(journal, search):
    journal.add(journal.start("Plain"), record("plain", "plain"))
    assert journal.conversations(search) == []
    journal.start(f"with {search} inside")
    assert [c.title for c in journal.conversations(search)] == [f"with {search} inside"]


def test_deleting_a_conversation_leaves_nothing_of_its_answers(journal):
    conversation = journal.start("Secret")
    answer = journal.add(conversation, record("?"))
    journal.review(answer, "wrong")
    journal.delete(conversation)
    assert journal.conversations() == []
    assert journal.reviewed() == []
    with pytest.raises(InputError):
        journal.answer(answer)


def test_a_later_review_takes_the_place_of_an_earlier_one_and_can_be_withdrawn(journal):
    answer = journal.add(journal.start("t"), record("?"))
    journal.review(answer, "wrong", "Sixty days")
    journal.review(answer, "right")
    assert [(e.verdict, e.correction) for e in journal.reviewed()] == [("right", "")]
    journal.review(answer, "")
    assert journal.reviewed() == []


def test_an_unknown_verdict_answer_or_conversation_is_named(journal):
    answer = journal.add(journal.start("t"), record("?"))
    with pytest.raises(InputError, match="splendid"):
        journal.review(answer, "splendid")
    for act in (
        lambda: journal.review("gone", "right"),
        lambda: journal.add("gone", record("?")),
        lambda: journal.rename("gone", "t"),
        lambda: journal.delete("gone"),
    ):
        with pytest.raises(InputError, match="gone"):
            act()


def test_what_was_kept_is_there_after_reopening(tmp_path):
    first = Journal(tmp_path)
    conversation = first.start("t")
    first.add(conversation, record("?"))
    first.rename(conversation, "Renamed")
    first.close()
    again = Journal(tmp_path)
    assert [(c.title, c.answers) for c in again.conversations()] == [("Renamed", 1)]
    again.close()


def test_many_threads_and_two_openings_lose_nothing(tmp_path):
    journals = [Journal(tmp_path), Journal(tmp_path)]
    conversation = journals[0].start("Busy")
    errors: list[Exception] = []

    def work(number: int) -> None:
        try:
            for turn in range(10):
                answer = journals[number % 2].add(conversation, record(f"{number}-{turn}"))
                journals[(number + 1) % 2].review(answer, "right")
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert {e.question for e in journals[0].reviewed()} == {f"{n}-{t}" for n in range(6) for t in range(10)}
    for journal in journals:
        journal.close()


def test_a_file_that_is_no_journal_is_an_error_that_names_it(tmp_path):
    (tmp_path / FILE).write_bytes(b"not a database, but long enough to be looked at " * 40)
    with pytest.raises(LibraryError, match=FILE):
        Journal(tmp_path)


def test_a_journal_of_a_later_version_is_refused_and_left_as_it_is(tmp_path):
    database = sqlite3.connect(tmp_path / FILE)
    database.execute("PRAGMA user_version = 9")
    database.close()
    with pytest.raises(LibraryError, match="later version"):
        Journal(tmp_path)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(st.text(alphabet=st.characters(codec=None, exclude_categories=[]), max_size=60))
def test_any_text_can_be_kept_and_searched(journal, text):
    answer = journal.add(journal.start(text), record(text, text))
    journal.review(answer, "wrong", text)
    assert journal.answer(answer).record["text"] == text
    journal.conversations(text)
