"""What was asked and answered, kept in the library: conversations, answers as they were shown, and reviews.

One SQLite file, `journal.sqlite`. A review is what evaluation turns into a question with a known answer.
"""

from __future__ import annotations

import json
import os
import sqlite3
import threading
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, get_args

from rag.errors import InputError, LibraryError

FILE = "journal.sqlite"

Verdict = Literal["right", "wrong", "wrong-citation", "should-answer", "should-abstain"]
"""should-answer: it abstained, and the documents do answer. should-abstain: the reverse."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS conversations (
    id TEXT PRIMARY KEY, title TEXT NOT NULL, started TEXT NOT NULL, changed TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS answers (
    number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE,
    conversation TEXT NOT NULL REFERENCES conversations(id) ON DELETE CASCADE,
    question TEXT NOT NULL, text TEXT NOT NULL, record TEXT NOT NULL, added TEXT NOT NULL,
    verdict TEXT NOT NULL DEFAULT '', correction TEXT NOT NULL DEFAULT '', reviewed TEXT NOT NULL DEFAULT ''
);
CREATE INDEX IF NOT EXISTS answers_by_conversation ON answers(conversation, number);
PRAGMA user_version = 1;
"""


@dataclass(frozen=True, slots=True)
class Conversation:
    id: str
    title: str
    started: str
    """ISO 8601, UTC."""
    changed: str
    """When the last answer was added, ISO 8601, UTC."""
    answers: int


@dataclass(frozen=True, slots=True)
class Entry:
    """One answer as it was shown."""

    id: str
    conversation: str
    question: str
    record: Mapping[str, Any]
    """The object of `rag ask --json`."""
    added: str
    """ISO 8601, UTC."""
    verdict: str = ""
    """A `Verdict`, or "" while nobody has reviewed it."""
    correction: str = ""
    """What a person says the answer should have been."""
    reviewed: str = ""
    """When, ISO 8601, UTC."""


class Journal:
    """The journal of one library. Safe to use from several threads, and from several processes.

    Args:
        folder: the library's folder; made when absent.

    Raises:
        LibraryError: the file is no journal, or was written by a later version.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / FILE
        # Questions are private: the file is made readable by its owner only.
        os.close(os.open(self.path, os.O_CREAT | os.O_RDWR, 0o600))
        self._lock = threading.RLock()
        self._database = sqlite3.connect(self.path, timeout=10, check_same_thread=False)
        try:
            self._prepare()
        except sqlite3.DatabaseError as error:
            self._database.close()
            raise LibraryError(
                f"{self.path} cannot be read as a journal ({error}).", "Move it away to start a new one."
            ) from error
        except LibraryError:
            self._database.close()
            raise

    def _prepare(self) -> None:
        (version,) = self._database.execute("PRAGMA user_version").fetchone()
        if version > 1:
            raise LibraryError(f"{self.path} was written by a later version of rag.", "Upgrade rag.")
        self._database.row_factory = sqlite3.Row
        self._database.execute("PRAGMA journal_mode = WAL")
        self._database.execute("PRAGMA foreign_keys = ON")
        if version == 0:
            self._database.executescript(_SCHEMA)

    def close(self) -> None:
        with self._lock:
            self._database.close()

    def start(self, title: str) -> str:
        """Open a conversation; returns its id."""
        identity, now = uuid.uuid4().hex, _now()
        with self._writing() as database:
            database.execute(
                "INSERT INTO conversations VALUES (?, ?, ?, ?)", (identity, _clean(title), now, now)
            )
        return identity

    def add(self, conversation: str, record: Mapping[str, Any]) -> str:
        """Keep an answer (`rag.citations.record`) at the end of a conversation; returns the answer's id."""
        identity, now = uuid.uuid4().hex, _now()
        with self._writing() as database:
            changed = database.execute(
                "UPDATE conversations SET changed = ? WHERE id = ?", (now, conversation)
            )
            _must_exist(changed.rowcount, "conversation", conversation)
            database.execute(
                "INSERT INTO answers (id, conversation, question, text, record, added)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                (
                    identity,
                    conversation,
                    _clean(str(record.get("question", ""))),
                    _clean(str(record.get("text", ""))),
                    json.dumps(record),
                    now,
                ),
            )
        return identity

    def conversations(self, search: str = "") -> list[Conversation]:
        """The one answered last first; with `search`, those whose title, questions or answers hold it."""
        query = (
            "SELECT c.*, (SELECT count(*) FROM answers a WHERE a.conversation = c.id) AS answers"
            " FROM conversations c"
        )
        parameters: tuple[str, ...] = ()
        if search.strip():
            pattern = "%" + _clean(search.strip()).translate(_LIKE) + "%"
            query += (
                " WHERE c.title LIKE ?1 ESCAPE '\\' OR EXISTS (SELECT 1 FROM answers a WHERE"
                " a.conversation = c.id AND (a.question LIKE ?1 ESCAPE '\\' OR a.text LIKE ?1 ESCAPE '\\'))"
            )
            parameters = (pattern,)
        with self._lock:
            rows = self._database.execute(f"{query} ORDER BY c.changed DESC, c.rowid DESC", parameters)
            return [Conversation(**dict(row)) for row in rows]

    def answers(self, conversation: str) -> list[Entry]:
        """The answers of a conversation, first to last."""
        return self._entries("WHERE conversation = ? ORDER BY number", (conversation,))

    def answer(self, answer_id: str) -> Entry:
        """Raises InputError when there is no such answer."""
        entries = self._entries("WHERE id = ?", (answer_id,))
        _must_exist(len(entries), "answer", answer_id)
        return entries[0]

    def recent(self, limit: int) -> list[Entry]:
        """The last answers of every conversation, newest first."""
        return self._entries("ORDER BY number DESC LIMIT ?", (limit,))

    def rename(self, conversation: str, title: str) -> None:
        with self._writing() as database:
            changed = database.execute(
                "UPDATE conversations SET title = ? WHERE id = ?", (_clean(title), conversation)
            )
            _must_exist(changed.rowcount, "conversation", conversation)

    def delete(self, conversation: str) -> None:
        """Remove a conversation with its answers and their reviews."""
        with self._writing() as database:
            changed = database.execute("DELETE FROM conversations WHERE id = ?", (conversation,))
            _must_exist(changed.rowcount, "conversation", conversation)

    def review(self, answer_id: str, verdict: Verdict | Literal[""], correction: str = "") -> None:
        """Say whether an answer was right. A later review replaces an earlier one, "" withdraws it."""
        if verdict and verdict not in get_args(Verdict):
            raise InputError(f"'{verdict}' is no verdict.", f"Use one of {', '.join(get_args(Verdict))}.")
        with self._writing() as database:
            changed = database.execute(
                "UPDATE answers SET verdict = ?, correction = ?, reviewed = ? WHERE id = ?",
                (verdict, _clean(correction), _now() if verdict else "", answer_id),
            )
            _must_exist(changed.rowcount, "answer", answer_id)

    def reviewed(self) -> list[Entry]:
        """Every answer that somebody reviewed, in the order they were asked."""
        return self._entries("WHERE verdict <> '' ORDER BY number", ())

    def _entries(self, where: str, parameters: tuple[str | int, ...]) -> list[Entry]:
        columns = "id, conversation, question, record, added, verdict, correction, reviewed"
        with self._lock:
            rows = self._database.execute(
                f"SELECT {columns} FROM answers {where}",  # noqa: S608  (both are literals of this file)
                parameters,
            ).fetchall()
        return [Entry(**{**dict(row), "record": json.loads(row["record"])}) for row in rows]

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._lock, self._database:
            yield self._database


_LIKE = str.maketrans({"%": r"\%", "_": r"\_", "\\": r"\\"})


def _clean(text: str) -> str:
    """Lone surrogates cannot be stored as UTF-8."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _must_exist(count: int, kind: str, identity: str) -> None:
    if not count:
        raise InputError(f"There is no {kind} '{identity}' in this library.")


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
