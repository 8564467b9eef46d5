"""What counts as the same word."""

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.sentences import fold, name_key, words


@pytest.mark.parametrize(
    ("one", "other"),
    [("Łukašenka", "lukasenka"), ("Straße", "STRASSE"), ("Øresund", "oresund"), ("ŭ", "u"),
     ("naïve", "naive"),
     ("Đorđe", "dorde"), ("don’t", "dont"), ("ё", "е"), ("İzmir", "izmir"), ("ﬁne", "fine")],
)  # fmt: skip
def test_case_and_diacritics_do_not_matter(one: str, other: str) -> None:
    assert fold(one) == fold(other)


def test_vowel_signs_of_indic_scripts_are_kept() -> None:
    assert fold("की") != fold("का")


def test_folding_any_one_character_twice_changes_nothing_more() -> None:
    characters = [chr(code) for code in range(sys.maxunicode + 1) if not 0xD800 <= code < 0xE000]
    assert [one for one in characters if fold(fold(one)) != fold(one)] == []


@given(st.text(max_size=40))
def test_folding_twice_changes_nothing_more(word: str) -> None:
    assert fold(fold(word)) == fold(word)


@given(st.text(max_size=200))
def test_words_hold_no_white_space(text: str) -> None:
    assert all(word and not any(character.isspace() for character in word) for word in words(text))


def test_inflections_meet_and_function_words_go() -> None:
    assert words("The prisoners were negotiating") == words("a prisoner negotiated")


def test_numbers_keep_their_value() -> None:
    assert words("2,000 or 2000 or 3.14 or 1,234,567.5") == ["2000", "2000", "3.14", "1234567.5"]


def test_a_possessive_is_its_noun() -> None:
    assert words("Łukašenka’s regime") == words("Lukasenka regime")


def test_scripts_without_spaces_become_pairs() -> None:
    assert words("日本語", "ja") == ["日本", "本語"]


def test_other_languages_are_stemmed_by_their_own_rules() -> None:
    assert words("политические заключённые", "ru") == words("политических заключенных", "ru")
    assert words("die Häuser", "de") == words("ein Haus", "de")


@pytest.mark.parametrize(
    "spellings",
    [
        "Lukashenko Łukašenka Lukashenka Лукашенко",
        "Tsikhanouskaya Cichanoŭskaja Ціханоўская",
        "Kavaleuski Kavaleŭski Kovalevsky Кавалеўскі",
        "Zelensky Zelenskyy Zelenskij Зеленский",
        "Tchaikovsky Chaykovskiy Чайковский Čajkovskij",
        "Dostoevsky Dostoyevsky Достоевский",
        "Shevchenko Ševčenko Szewczenko Шевченко",
        "Zhukov Žukov Жуков",
    ],
)
def test_romanisations_of_one_name_share_a_key(spellings: str) -> None:
    assert len({name_key(word) for word in spellings.split()}) == 1, [name_key(w) for w in spellings.split()]


def test_different_names_keep_different_keys() -> None:
    names = "Putin Merkel Obama Johnson Macron Scholz Biden Smith Miller Walker Nixon Blair Novak".split()
    assert len({name_key(name) for name in names}) == len(names)


@given(st.text(max_size=30))
def test_any_word_has_a_key_without_spaces(word: str) -> None:
    assert " " not in name_key(word)
