from __future__ import annotations

import json
from pathlib import Path

import pytest

from rag.errors import InputError
from rag.evaluate import check, draft, gold, questions
from rag.evaluate.gold import Corpus
from rag.evaluate.questions import Nugget, Question, Reference
from rag.journal import Journal
from rag.types import Document, Place, Source, Turn


def write(file: Path, *rows: dict) -> Path:
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return file


def library(**texts: str) -> Corpus:
    """Documents by file name, without their suffix."""
    found = {name: Document(name, Source(f"/docs/{name}.txt", name), text) for name, text in texts.items()}
    return Corpus(found, {name: document.source.path for name, document in found.items()})


def test_only_the_question_is_required(tmp_path):
    (asked,) = questions.load(write(tmp_path / "q.jsonl", {"question": " How long? "}))
    assert (asked.question, asked.answerable, asked.evidence) == ("How long?", None, ())
    assert asked.id.startswith("q-")


def test_yaml_and_csv_say_the_same_as_jsonl(tmp_path):
    row = {"id": "a", "question": "How many?", "answerable": True, "answers": ["2,000"]}
    (tmp_path / "q.yaml").write_text(
        "- {id: a, question: 'How many?', answerable: true, answers: ['2,000']}", "utf-8"
    )
    (tmp_path / "q.csv").write_text('\ufeffid,question,answer\na,How many?,"2,000"\n,,\n', "utf-8")
    wanted = questions.load(write(tmp_path / "q.jsonl", row))
    assert questions.load(tmp_path / "q.yaml") == wanted
    assert questions.load(tmp_path / "q.csv") == wanted


def test_a_question_survives_writing_and_reading(tmp_path):
    asked = Question(
        "x", "And when?", True, ("May",), (Nugget("in May", False),),
        (Reference("a.txt", 1, 4), Reference("b.pdf", quote="May", page=3)), ("June",), ("date",),
        (Turn("What?", "That."),), one_of=True,
    )  # fmt: skip
    assert questions.load(write(tmp_path / "q.jsonl", questions.as_record(asked))) == [asked]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "holds no questions"),
        ("{", "line 1: not JSON"),
        ('{"id": 1}', "there is no 'question'"),
        ('{"question": "a", "answerable": "yes"}', "'answerable' must be"),
        ('{"question": "a", "id": "1"}\n{"question": "b", "id": "1"}', "more than once"),
        ('{"question": "a", "evidence": [{"doc": "x"}]}', "needs 'start' and 'end'"),
        ('{"question": "a", "answers": [["x"]]}', "list of texts"),
        ("[1]", "there is no 'question'"),
    ],
)
def test_a_malformed_set_is_named_with_its_place(tmp_path, content, said):
    file = tmp_path / "q.jsonl"
    file.write_text(content, "utf-8")
    with pytest.raises(InputError, match=said) as caught:
        questions.load(file)
    assert str(file) in str(caught.value)
    assert caught.value.exit_code == 2


def test_a_sample_is_the_same_for_a_seed_and_half_answerable():
    asked = [Question(str(n), "?", answerable=n % 4 != 0) for n in range(200)]
    first = questions.sample(asked, 40, seed=1)
    assert first == questions.sample(asked, 40, seed=1)
    assert first != questions.sample(asked, 40, seed=2)
    assert sum(q.answerable is True for q in first) == 20
    assert len(questions.sample(asked, 150, seed=1)) == 150
    assert questions.sample(asked, 900, seed=1) == asked


def test_a_quote_is_found_at_every_place_where_it_stands():
    corpus = library(a="Yes. It is yes.", b="no")
    asked = Question("q", "?", True, evidence=(Reference("a.txt", quote="s."),))
    assert gold.resolve(asked, corpus) == [[("a", 2, 4), ("a", 13, 15)]]


def test_a_quote_on_a_page_is_looked_for_on_that_page():
    document = Document(
        "a", Source("/docs/a.pdf", "a"), "same same", places=(Place(0, "page 1", 1), Place(5, "page 2", 2))
    )
    corpus = Corpus({"a": document}, {"a": "/docs/a.pdf"})
    asked = Question("q", "?", True, evidence=(Reference("a.pdf", quote="same", page=2),))
    assert gold.resolve(asked, corpus) == [[("a", 5, 9)]]


def test_alternative_spans_are_one_item():
    asked = Question(
        "q", "?", True, evidence=(Reference("a.txt", 0, 2), Reference("a.txt", 4, 5)), one_of=True
    )
    assert gold.resolve(asked, library(a="abcdef")) == [[("a", 0, 2), ("a", 4, 5)]]


@pytest.mark.parametrize(
    "reference",
    [
        Reference("a.txt", quote="changed"),
        Reference("a.txt", 2, 99),
        Reference("a.txt", 0, 3, quote="xyz"),
        Reference("gone.txt", quote="abc"),
    ],
)
def test_evidence_that_does_not_fit_the_document_any_more_fails_loudly(reference):
    asked = Question("q-7", "?", True, evidence=(reference,))
    with pytest.raises(InputError, match="q-7"):
        gold.resolve(asked, library(a="abcdef"))


def test_a_document_name_that_fits_two_is_refused():
    documents = {i: Document(i, Source(f"/docs/{i}/a.txt", "a"), "abc") for i in ("x", "y")}
    corpus = Corpus(documents, {i: d.source.path for i, d in documents.items()})
    with pytest.raises(InputError, match="fits 2 documents"):
        gold.resolve(Question("q", "?", True, evidence=(Reference("a.txt", 0, 1),)), corpus)
    assert gold.resolve(Question("q", "?", True, evidence=(Reference("y/a.txt", 0, 1),)), corpus) == [
        [("y", 0, 1)]
    ]


def test_offsets_follow_a_text_that_the_reader_shortened(tmp_path):
    (tmp_path / "a.txt").write_text("\ufeffHEAD it is here", "utf-8")
    document = Document("a", Source(str(tmp_path / "a.txt"), "a"), "it is here")
    corpus = Corpus({"a": document}, {"a": (tmp_path / "a.txt").as_posix()}, tmp_path)
    asked = Question("q", "?", True, evidence=(Reference("a.txt", 12, 16),))
    assert gold.resolve(asked, corpus) == [[("a", 6, 10)]]


def test_the_fixed_set_is_sound(corpus):
    from tests.evaluate.conftest import ROOT

    assert check.check(questions.load(ROOT / "evals" / "questions.jsonl"), corpus) == []


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"answers": ("blue",)}, "“blue” stands in none"),
        ({"nuggets": (Nugget("seven blue boats"),)}, "is not in its documents"),
        ({"evidence": (Reference("a.txt", quote="blue"),)}, "does not stand in"),
        ({"must_not": ("red",)}, "must not be said"),
        ({"answers": (), "evidence": ()}, "no gold"),
        ({"answerable": False}, "unanswerable and carries gold"),
    ],
)
def test_a_check_says_what_is_wrong_with_a_question(changes, said):
    sound = {"answerable": True, "answers": ("red",), "evidence": (Reference("a.txt", quote="red"),)}
    corpus = library(a="It is red.")
    assert check.check([Question("q", "?", **sound)], corpus) == []
    (problem,) = check.check([Question("q", "?", **{**sound, **changes})], corpus)
    assert said in problem.problem


def entry_record(question: str, status: str = "answered", standalone: str = "") -> dict:
    quote = {"source": "/home/me/a.txt", "quote": "It is red.", "page": None}
    return {
        "question": question,
        "standalone": standalone,
        "status": status,
        "text": "It is red. [1]" if status == "answered" else "",
        "claims": [{"text": "It is red."}] if status == "answered" else [],
        "citations": [quote] if status == "answered" else [],
    }


def test_reviews_become_questions(tmp_path):
    journal = Journal(tmp_path)
    talk = journal.start("t")
    for verdict, correction, record in [
        ("right", "", entry_record("Which colour?")),
        ("wrong", "Blue", entry_record("Which colour is the sky?")),
        ("wrong", "", entry_record("Which colour is the sea?")),
        ("should-abstain", "", entry_record("Which colour is sound?")),
        ("should-answer", "Green", entry_record("Which colour is grass?", "abstained")),
        ("right", "", entry_record("Which colour is time?", "abstained")),
        ("wrong-citation", "", entry_record("and the door?", standalone="Which colour is the door?")),
    ]:
        journal.review(journal.add(talk, record), verdict, correction)
    journal.add(talk, entry_record("Not reviewed?"))
    drafted = draft.draft(journal.reviewed(), {talk: journal.answers(talk)})
    journal.close()
    by_text = {question.question: question for question in drafted}
    assert len(drafted) == 7
    right = by_text["Which colour?"]
    assert right.answerable is True
    assert right.nuggets == (Nugget("It is red."),)
    assert right.evidence == (Reference("a.txt", quote="It is red."),)
    assert by_text["Which colour is the sky?"].answers == ("Blue",)
    assert draft.DRAFT in by_text["Which colour is the sea?"].tags
    assert by_text["Which colour is the sea?"].answerable is None
    assert by_text["Which colour is sound?"].answerable is False
    assert by_text["Which colour is grass?"].answers == ("Green",)
    assert by_text["Which colour is time?"].answerable is False
    follow_up = by_text["and the door?"]
    assert follow_up.history[0].question == "Which colour?"
    assert follow_up.evidence == ()
    file = write(tmp_path / "q.jsonl", *map(questions.as_record, drafted))
    assert questions.load(file) == drafted
