"""The words of a library as they are written, to find other spellings of a name among them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rag import sentences

_LEAST_SIMILAR = 0.6
_LEAST_LETTERS = 3


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Words and their name keys at one generation of the library."""

    generation: int
    words: tuple[str, ...]
    keys: tuple[str, ...]

    def similar(self, word: str, limit: int) -> list[tuple[str, float]]:
        """Words that may be another spelling of `word`, best first, without the word itself.

        The similarity is the better of two normalised Levenshtein similarities, of the folded spellings
        and of the name keys; one that only the keys show is worth a little less than equality.
        """
        from rapidfuzz import process
        from rapidfuzz.distance import Levenshtein

        folded = sentences.fold(word)
        key = sentences.name_key(word)
        best: dict[str, float] = {}
        for asked, choices, weight in ((folded, self.words, 1.0), (key, self.keys, 0.98)):
            if len(asked) < _LEAST_LETTERS:
                continue
            found = process.extract(
                asked,
                choices,
                scorer=Levenshtein.normalized_similarity,
                score_cutoff=_LEAST_SIMILAR,
                limit=8 * limit,
            )
            for _, similarity, at in found:
                candidate = self.words[at]
                best[candidate] = max(best.get(candidate, 0.0), weight * similarity)
        best.pop(folded, None)
        return sorted(best.items(), key=lambda pair: (-pair[1], pair[0]))[:limit]


def load(connection: sqlite3.Connection, generation: int) -> Vocabulary:
    rows = connection.execute("SELECT word, name_key FROM vocabulary ORDER BY word, name_key").fetchall()
    return Vocabulary(generation, tuple(row[0] for row in rows), tuple(row[1] for row in rows))


def count_in(connection: sqlite3.Connection, pairs: Iterable[tuple[str, str]]) -> None:
    """One more document has these words."""
    connection.executemany(
        "INSERT INTO vocabulary (word, name_key, documents) VALUES (?, ?, 1) "
        "ON CONFLICT (word, name_key) DO UPDATE SET documents = documents + 1",
        pairs,
    )


def count_out(connection: sqlite3.Connection, pairs: Sequence[tuple[str, str]]) -> None:
    """One document fewer has these words."""
    here = "WHERE word = ? AND name_key = ?"
    connection.executemany(f"UPDATE vocabulary SET documents = documents - 1 {here}", pairs)  # noqa: S608  (own constants)
    connection.executemany(f"DELETE FROM vocabulary {here} AND documents <= 0", pairs)  # noqa: S608  (own constants)
