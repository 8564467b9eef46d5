"""Is a question set sound? Each gold answer and each piece of evidence really is in the documents."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.errors import InputError
from rag.evaluate import gold
from rag.evaluate.gold import Corpus
from rag.evaluate.measures.answers import contains, holds_answer, holds_nugget
from rag.evaluate.questions import Question


@dataclass(frozen=True, slots=True)
class Problem:
    id: str
    problem: str


def check(questions: Sequence[Question], library: Corpus) -> list[Problem]:
    """What is wrong with a set, question by question.

    An answer has to stand in a document of the evidence (in any, without evidence); a nugget has to be held
    by them; nothing that must not be said may stand in the evidence; an unanswerable question carries no
    gold; no question is asked twice in the same conversation.
    """
    found = [Problem(q.id, problem) for q in questions for problem in _problems(q, library)]
    asked = Counter((q.question.casefold(), q.history) for q in questions)
    twice = [q for q in questions if asked[q.question.casefold(), q.history] > 1]
    return found + [Problem(q.id, "the same question is asked twice") for q in twice]


def _problems(question: Question, library: Corpus) -> Iterator[str]:
    if question.answerable is False:
        if question.answers or question.nuggets or question.evidence:
            yield "it is unanswerable and carries gold"
        return
    try:
        places = [place for item in gold.resolve(question, library) for place in item]
    except InputError as error:
        yield error.problem
        return
    if question.answerable and not (question.answers or question.nuggets or question.evidence):
        yield "it is answerable and carries no gold to tell by"
    documents = {place[0] for place in places} or set(library.texts)
    texts = [library.texts[identity].text for identity in sorted(documents)]
    for answer in question.answers:
        if not any(holds_answer(text, answer) for text in texts):
            yield f"the answer “{answer}” stands in none of its documents"
    whole = "\n".join(texts)
    for nugget in question.nuggets:
        if not holds_nugget(whole, nugget.text):
            yield f"the nugget “{nugget.text}” is not in its documents"
    quotes = "\n".join(library.texts[d].text[start:end] for d, start, end in places)
    for phrase in question.must_not:
        if contains(quotes, phrase):
            yield f"“{phrase}” must not be said and stands in the evidence"
