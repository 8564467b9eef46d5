from __future__ import annotations

import json
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from rag.errors import InputError
from rag.evaluate import export, failures, report
from rag.evaluate.run import Run

HOSTILE = "\"><script>alert(1)</script><img src=x onerror=alert(2)>'{{ }} [1] </style>"


class Page(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs


@pytest.fixture(scope="module")
def found(seeds_library, fixed_set, tmp_path_factory):
    from rag.evaluate import gold
    from tests.evaluate.conftest import SEEDS, Bench, assistant_over

    assistant = assistant_over(seeds_library)
    bench = Bench(assistant, gold.corpus(assistant.store, SEEDS))
    yield bench.run(fixed_set[::2], tmp_path_factory.mktemp("run"))
    assistant.close()


def hostile(run: Run) -> Run:
    def changed(row):
        citations = [{**c, "quote": HOSTILE, "title": HOSTILE, "speaker": HOSTILE} for c in row["citations"]]
        around = [{"before": HOSTILE, "after": HOSTILE} for _ in row["context"]]
        claims = [{**claim, "text": HOSTILE} for claim in row["claims"]]
        gold = {**row["gold"], "answers": [HOSTILE], "nuggets": [{"text": HOSTILE, "vital": True}]}
        return {
            **row, "question": HOSTILE, "id": row["id"] + HOSTILE, "reason": HOSTILE, "claims": claims,
            "gold": gold, "citations": citations, "context": around, "tags": [HOSTILE],
            "would_show": HOSTILE,
        }  # fmt: skip

    return replace(run, rows=[changed(row) for row in run.rows])


def test_the_report_asks_for_nothing_outside_itself(found):
    text = report.html(found)
    page = Page(text)
    assert not {"link", "img", "iframe", "object", "embed", "base", "form"} & set(page.tags)
    assert not [value for name, value in page.attributes if name in ("src", "href", "action", "background")]
    own = re.sub(r"<tbody.*</tbody>", "", text, flags=re.DOTALL)  # documents may speak of addresses
    assert not re.search(r"https?://|@import|url\(", own)


def test_nothing_in_a_run_becomes_markup(found):
    page = Page(report.html(hostile(found)))
    assert page.tags.count("script") == 1
    assert "img" not in page.tags
    assert not [name for name, _ in page.attributes if name.startswith("on")]


def test_the_report_opens_with_the_three_numbers_then_the_waterfall_then_the_questions(found):
    text = report.html(found)
    places = [text.index(mark) for mark in ('id="numbers"', 'id="waterfall"', 'id="questions"')]
    assert places == sorted(places)
    for kind in ("right", "abstained", "wrong"):
        assert f"{found.summary['outcomes'][kind]['value'] * 100:.0f}<small>%" in text


def test_every_question_stands_in_the_report_with_its_quotes_marked(found):
    text = report.html(found)
    assert text.count("<tbody id=") == len(found.rows)
    assert text.count("<mark>") == sum(len(row["citations"]) for row in found.rows) > 0
    assert text.count('<mark class="gold">') == sum(len(row["gold"]["evidence"]) for row in found.rows) > 0


def test_the_trec_files_are_read_by_trec_eval_with_the_same_result(found, tmp_path):
    import pytrec_eval

    export.export(found, "trec", tmp_path)
    with (tmp_path / "run.txt").open() as run, (tmp_path / "qrels.txt").open() as qrels:
        ranked, wanted = pytrec_eval.parse_run(run), pytrec_eval.parse_qrel(qrels)
    scores = pytrec_eval.RelevanceEvaluator(wanted, {"ndcg_cut.10"}).evaluate(ranked)
    ours = {row["id"]: row["measures"].get("document_ndcg_at_10") for row in found.rows}
    assert scores
    for identity, values in scores.items():
        assert ours[identity] == pytest.approx(values["ndcg_cut_10"], abs=1e-6)


def test_ragas_and_promptfoo_files_carry_every_question(found, tmp_path):
    (samples,) = export.export(found, "ragas", tmp_path)
    lines = [json.loads(line) for line in samples.read_text("utf-8").splitlines()]
    assert [line["user_input"] for line in lines] == [row["question"] for row in found.rows]
    assert all(isinstance(line["retrieved_contexts"], list) for line in lines)
    config, provider = export.export(found, "promptfoo", tmp_path)
    compile(provider.read_text("utf-8"), provider.name, "exec")
    tests = json.loads(config.read_text("utf-8"))["tests"]
    assert [test["description"] for test in tests] == [row["id"] for row in found.rows]
    assert all(test["assert"] for test in tests)
    with pytest.raises(InputError, match="nowhere"):
        export.export(found, "nowhere", tmp_path)


def row(**changes):
    gold = {"evidence": [[{"document": "d", "start": 10, "end": 20}]], "answers": ["red"], "nuggets": []}
    cited = {"document": "d", "start": 8, "end": 22, "quote": "it is red"}
    return {
        "answerable": True, "status": "answered", "outcome": "right", "gold": gold,
        "citations": [cited], "hits": [["d", 0, 100]], "evidence": [["d", 8, 22]],
        "measures": {"citation_validity": 1.0}, **changes,
    }  # fmt: skip


ELSEWHERE = {"document": "d", "start": 50, "end": 60}


@pytest.mark.parametrize(
    ("changes", "cause"),
    [
        ({}, "right"),
        ({"answerable": None}, "not judged"),
        ({"answerable": False, "status": "abstained", "outcome": "abstained"}, "rightly abstained"),
        ({"answerable": False, "outcome": "wrong"}, "wrongly answered"),
        ({"outcome": "wrong", "hits": [["d", 50, 90]]}, "not retrieved"),
        ({"outcome": "abstained", "status": "abstained", "hits": []}, "not retrieved"),
        ({"outcome": "wrong", "evidence": [["d", 30, 40]]}, "retrieved but not in evidence"),
        ({"outcome": "wrong"}, "in evidence but wrong"),
        ({"outcome": "abstained", "status": "abstained"}, "wrongly abstained"),
        ({"citations": []}, "right but uncited"),
        ({"measures": {"citation_validity": 0.5}}, "miscited"),
        ({"citations": [{**ELSEWHERE, "quote": "it is blue"}]}, "miscited"),
        ({"citations": [{**ELSEWHERE, "quote": "red, as said"}]}, "right"),
    ],
)
def test_a_failure_is_named_for_the_first_step_that_lost_the_gold(changes, cause):
    assert failures.cause(row(**changes)) == cause
