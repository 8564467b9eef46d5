"""What measures the open sets, on a small set of the same shape."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks import open_sets, open_table, open_verifier, plain_script
from rag.backends.fakes import FakeEmbedder, FakeGenerator, FakeScorer
from rag.evaluate import run as running
from rag.evaluate.gold import Corpus
from rag.evaluate.questions import Question, Reference
from rag.types import Document, Source
from tests.evaluate.conftest import assistant_over

TEXT = (
    "The mill was built in 1820. It burned down in 1911. "
    + "The river is wide here. " * 60
    + "It sells flour."
)


@pytest.fixture
def fake_models(monkeypatch):
    import rag.assistant

    monkeypatch.setattr(rag.assistant, "build", lambda settings: assistant_over(settings.library))


def lines(file: Path, *rows: dict) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")


@pytest.fixture
def data(tmp_path) -> Path:
    """Every set, with two documents and a few questions."""
    texts = {"mill": TEXT, "barn": "The barn is red. It holds hay for forty cows."}
    asked = [
        {"id": "a", "question": "When was the mill built?", "answerable": True, "answers": ["1820"],
         "answer_type": "span", "evidence": [{"doc": "mill.txt", "start": 22, "end": 26}]},
        {"id": "b", "question": "How many cows does the barn hold hay for?", "answerable": True,
         "answers": ["forty"], "evidence": [{"doc": "barn.txt", "start": 34, "end": 39}]},
        {"id": "c", "question": "Who owns the mill?", "answerable": False},
    ]  # fmt: skip
    for name in ("squad2_a", "clapnq", "chunking"):
        for document, text in texts.items():
            file = tmp_path / name / "docs" / f"{document}.txt"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, "utf-8", newline="")
        for size in ("all", "200", "60"):
            lines(tmp_path / name / f"questions_{size}.jsonl", *asked)
    lines(
        tmp_path / "scifact" / "corpus.jsonl",
        *({"_id": name, "title": name, "text": text} for name, text in texts.items()),
    )
    lines(tmp_path / "scifact" / "queries.jsonl", {"_id": "1", "text": "The barn holds hay."})
    (tmp_path / "scifact" / "qrels").mkdir()
    (tmp_path / "scifact" / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\n1\tbarn\t1\n")
    lines(
        tmp_path / "out_of_corpus" / "questions_100.jsonl",
        *({"id": f"o{n}", "question": f"Who won the cup in {n}?", "answerable": False} for n in range(5)),
    )
    pairs = [
        ("The barn is red.", "SUPPORTS", "supported"),
        ("The barn is 9 m high.", "REFUTES", "not_supported"),
    ]
    lines(
        tmp_path / "verifier" / "fever_symmetric_dev.jsonl",
        *({"claim": claim, "evidence": "The barn is red.", "gold_label": label} for claim, label, _ in pairs),
    )
    lines(
        tmp_path / "verifier" / "wice_dev.jsonl",
        *(
            {"claim": claim, "evidence": ["Hay.", "The barn is red."], "label": label}
            for claim, _, label in pairs
        ),
    )
    return tmp_path


def test_absent_data_is_said_and_skipped(tmp_path, capsys):
    open_sets.main(["--data", str(tmp_path / "nowhere"), "--results", str(tmp_path / "results")])
    assert "skipped" in capsys.readouterr().out
    assert not (tmp_path / "results").exists()


def test_every_set_is_measured_and_the_table_written_and_renewed(data, fake_models, monkeypatch, capsys):
    from rag import backends

    monkeypatch.setattr(backends, "scorer", lambda name, threads=0: FakeScorer())
    readme = data / "README.md"
    readme.write_text("# Mine\n\nKept.\n", "utf-8")
    arguments = [
        "--data",
        str(data),
        "--keep",
        str(data / "keep"),
        "--results",
        str(data / "results"),
        "--all",
    ]
    open_sets.main(arguments)
    found = {file.stem: json.loads(file.read_text("utf-8")) for file in (data / "results").glob("*.json")}
    assert set(found) == {name.replace(" ", "_") for name in open_sets.SETS}
    assert found["scifact"]["values"]["document_ndcg_at_10, words"]["value"] == 1
    assert found["squad2_a"]["values"]["citation_validity"]["value"] == 1
    assert found["squad2_a"]["anchors"]["always abstain"]["truthfulness"] == 0
    assert 0 <= found["out_of_corpus"]["values"]["false refusals at 95 % rejection"]["value"] <= 1
    assert found["verifier"]["values"]["wice: balanced accuracy"]["value"] == 1
    text = readme.read_text("utf-8")
    assert "Kept." in text
    assert "| `squad2_a` | truthfulness" in text
    open_sets.main([*arguments, "--only", "verifier"])
    assert readme.read_text("utf-8") == text


def test_the_sentences_nearest_a_claim_keep_their_order():
    evidence = ["Cows eat hay.", "Nothing.", "The barn is red.", "The red barn holds cows."]
    assert open_verifier.nearest("the red barn", evidence, 2) == "The barn is red. The red barn holds cows."


def script(library: Corpus, said: str) -> plain_script.PlainScript:
    return plain_script.PlainScript(library, FakeEmbedder(), FakeGenerator(lambda prompt, system: said))


def test_the_plain_script_runs_by_the_same_harness(tmp_path):
    document = Document("d", Source("/docs/mill.txt", "mill"), TEXT)
    library = Corpus({"d": document}, {"d": "/docs/mill.txt"})
    asked = [
        Question("q", "When was the mill built?", True, ("1820",), evidence=(Reference("mill.txt", 22, 26),))
    ]
    manifest = {"identity": {}}
    told = running.run(
        asked,
        script(library, "It was built in 1820 [1].").ask,
        library,
        tmp_path / "a",
        manifest,
        resamples=50,
    )
    (row,) = told.rows
    assert row["outcome"] == "right"
    assert row["citations"][0]["end"] - row["citations"][0]["start"] == plain_script.CHUNK
    assert row["measures"]["citation_validity"] == 1
    silent = running.run(
        asked, script(library, "I don’t know.").ask, library, tmp_path / "b", manifest, resamples=50
    )
    assert silent.rows[0]["outcome"] == "abstained"


def test_chunks_cover_a_document_without_gaps():
    document = Document("d", Source("/d", "d"), TEXT)
    assert "".join(chunk.text for chunk in plain_script.chunks(document)) == TEXT


def test_a_value_that_is_not_defined_is_a_dash():
    assert "–" in open_table.short({"values": {"x": {"value": None, "n": 0}}})


def test_generated_answers_stand_beside_the_plain_script(data, fake_models, monkeypatch):
    from rag import backends

    monkeypatch.setattr(backends, "embedder", lambda name, threads=0: FakeEmbedder())
    monkeypatch.setattr(backends, "generator", lambda name, threads=0: FakeGenerator())
    open_sets.main(
        ["--data", str(data), "--keep", str(data / "keep"), "--results", str(data / "results"), "--generated"]
    )
    found = json.loads((data / "results" / "squad2_a_generated.json").read_text("utf-8"))
    assert found["values"]["citation_validity"]["value"] == 1
    assert found["anchors"]["plain script"]["n"] == 3
