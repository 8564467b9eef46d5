"""One answer, measured: the line that a run writes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rag import answer as answering
from rag.citations import record
from rag.evaluate import failures
from rag.evaluate.gold import Corpus
from rag.evaluate.measures import answers, citations, retrieval
from rag.evaluate.measures.retrieval import Place
from rag.evaluate.measures.text import count_words
from rag.evaluate.questions import Question, as_record
from rag.types import Answer, Evidence

BUDGET = 512
"""Tokens (words and marks) of evidence coverage."""

CONTEXT = 240
"""Characters shown on either side of a quote in the report."""


def grade(
    question: Question, answer: Answer, gold: Sequence[Sequence[Place]], library: Corpus
) -> dict[str, Any]:
    """The object of `rag ask --json`, with `id`, gold, outcome, measures and the cause of a failure."""
    shown = record(answer)
    for quote in (*shown["citations"], *shown["nearest"]):
        quote["source"] = _below(quote["source"], library)
    texts = {identity: document.text for identity, document in library.texts.items()}
    hits = [(hit.passage.document_id, hit.passage.start, hit.passage.end) for hit in answer.hits]
    evidence = [_place(item) for item in answer.evidence]
    cited = [(c["document"], c["start"], c["end"]) for c in shown["citations"]]
    text = " ".join(claim.text for claim in answer.claims)
    right = _right(question, text, cited, gold)
    claims = (
        answer.claims if answer.status == "answered" else answering.quote(answer.question, answer.evidence)
    )
    anyway = " ".join(claim.text for claim in claims)
    anyway_cited = [_place(item) for claim in claims for item in claim.evidence]
    row: dict[str, Any] = {
        "id": question.id,
        **shown,
        "answerable": question.answerable,
        "tags": list(question.tags),
        "cluster": question.cluster,
        "gold": {
            **{
                k: v
                for k, v in as_record(question).items()
                if k in ("answers", "nuggets", "must_not", "history")
            },
            "evidence": [[_quoted(place, library) for place in item] for item in gold],
        },
        "outcome": _outcome(question, answer, right),
        "would_be_right": bool(question.answerable and _right(question, anyway, anyway_cited, gold)),
        "would_show": anyway,
        "hits": [list(place) for place in hits],
        "evidence": [list(place) for place in evidence],
        "context": [_context(c, texts.get(c["document"], "")) for c in shown["citations"]],
        "best_sentence": answer.evidence[0].quote if answer.evidence else "",
        "seconds": round(sum(step.seconds for step in answer.steps), 4),
        "measures": {
            "words_shown": count_words(text),
            "citation_validity": citations.validity(shown["citations"], texts),
            "cited_characters": citations.cited_characters(cited),
            **_retrieval(answer, hits, evidence, gold),
        },
    }
    if question.answerable and question.answers:
        row["measures"]["containment_if_shown"] = _containment(question, anyway)
        row["measures"]["words_if_shown"] = count_words(anyway)
    if answer.status == "answered" and question.answerable:
        row["measures"] |= _answered(question, text, cited, gold)
    row["failure"] = failures.cause(row)
    return row


def failed(question: Question, problem: str) -> dict[str, Any]:
    """The line of a question on which the assistant itself failed: it counts as wrong."""
    return {
        "id": question.id,
        "question": question.question,
        "status": "error",
        "reason": problem,
        "text": "",
        "claims": [],
        "citations": [],
        "confidence": 0.0,
        "model": "",
        "steps": [],
        "answerable": question.answerable,
        "tags": list(question.tags),
        "cluster": question.cluster,
        "outcome": "wrong",
        "would_be_right": False,
        "failure": "error",
        "measures": {},
        "seconds": 0.0,
        "gold": {},
        "hits": [],
        "evidence": [],
        "context": [],
        "best_sentence": "",
        "would_show": "",
    }


def is_right(question: Question, text: str) -> bool | None:
    """`measures.answers.is_right` with the gold of a question."""
    return answers.is_right(
        text,
        answers=question.answers,
        vital=[nugget.text for nugget in question.nuggets if nugget.vital],
        okay=[nugget.text for nugget in question.nuggets if not nugget.vital],
        must_not=question.must_not,
    )


def _right(
    question: Question, text: str, cited: Sequence[Place], gold: Sequence[Sequence[Place]]
) -> bool | None:
    """Where there is gold evidence only, an answer is right when it cites some of it."""
    right = is_right(question, text)
    return citations.gold_precision(cited, gold) > 0 if right is None and gold else right


def _outcome(question: Question, answer: Answer, right: bool | None) -> str | None:
    if question.answerable is None:
        return None
    if answer.status == "abstained":
        return "abstained"
    return "right" if question.answerable and right else "wrong"


def _retrieval(
    answer: Answer, hits: Sequence[Place], evidence: Sequence[Place], gold: Sequence[Sequence[Place]]
) -> dict[str, float]:
    if not gold:
        return {}
    ranked = [(place, hit.passage.text) for place, hit in zip(hits, answer.hits, strict=True)]
    documents = list(dict.fromkeys(place[0] for place in hits))
    wanted = {place[0]: 1.0 for item in gold for place in item}
    return {
        "recall_at_1": retrieval.gold_recall(hits[:1], gold),
        "recall_at_5": retrieval.gold_recall(hits[:5], gold),
        "recall_at_10": retrieval.gold_recall(hits[:10], gold),
        "mrr_at_10": retrieval.gold_reciprocal_rank(hits, gold),
        "document_ndcg_at_10": retrieval.ndcg(documents, wanted),
        f"evidence_coverage_at_{BUDGET}": retrieval.evidence_coverage(
            retrieval.within_budget(ranked, BUDGET), gold
        ),
        "evidence_selected": retrieval.gold_recall(evidence, gold),
    }


def _answered(
    question: Question, text: str, cited: Sequence[Place], gold: Sequence[Sequence[Place]]
) -> dict[str, float]:
    measures: dict[str, float] = {}
    if question.answers:
        measures["exact_match"] = answers.exact_match(text, question.answers)
        measures["token_f1"] = answers.token_f1(text, question.answers)
        measures["containment"] = _containment(question, text)
    if question.nuggets:
        measures["nugget_recall"] = answers.nugget_recall(text, [nugget.text for nugget in question.nuggets])
    if gold:
        measures["gold_citation_precision"] = citations.gold_precision(cited, gold)
        measures["gold_citation_recall"] = citations.citation_recall(cited, gold)
    return measures


def _below(path: str, library: Corpus) -> str:
    """A path below the documents' folder, so that a run can be kept and compared on another machine."""
    if library.folder is None:
        return path
    try:
        return Path(path).relative_to(library.folder.resolve()).as_posix()
    except ValueError:
        return path


def _containment(question: Question, text: str) -> float:
    return float(any(answers.holds_answer(text, alias) for alias in question.answers))


def _place(evidence: Evidence) -> Place:
    return (evidence.passage.document_id, evidence.start, evidence.end)


def _quoted(place: Place, library: Corpus) -> dict[str, Any]:
    document = library.texts[place[0]]
    return {
        "document": document.id,
        "title": document.source.title,
        "start": place[1],
        "end": place[2],
        "quote": document.text[place[1] : place[2]],
    }


def _context(citation: Mapping[str, Any], text: str) -> dict[str, str]:
    start, end = citation["start"], citation["end"]
    return {"before": text[max(0, start - CONTEXT) : start], "after": text[end : end + CONTEXT]}
