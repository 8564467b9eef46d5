from __future__ import annotations

from itertools import islice

from rag.backends.fakes import FakeGenerator
from rag.evaluate.cache import CachedGenerator


def counting(calls: list[str]) -> FakeGenerator:
    def script(prompt: str, system: str) -> str:
        calls.append(prompt)
        return f"one two {prompt} three"

    return FakeGenerator(script)


def test_the_same_prompt_runs_the_model_once(tmp_path):
    calls: list[str] = []
    first = "".join(CachedGenerator(counting(calls), tmp_path).stream("p"))
    again = CachedGenerator(counting(calls), tmp_path)
    assert "".join(again.stream("p")) == first == "one two p three"
    assert calls == ["p"]
    assert (again.kept, again.run) == (1, 0)


def test_another_prompt_system_length_or_model_runs_again(tmp_path):
    calls: list[str] = []
    generator = CachedGenerator(counting(calls), tmp_path)
    list(generator.stream("p"))
    list(generator.stream("q"))
    list(generator.stream("p", system="s"))
    list(generator.stream("p", max_tokens=2))
    other = counting(calls)
    other.digest = "other"
    list(CachedGenerator(other, tmp_path).stream("p"))
    assert len(calls) == 5


def test_a_stream_that_was_closed_early_is_kept_as_far_as_it_came(tmp_path):
    calls: list[str] = []
    generator = CachedGenerator(counting(calls), tmp_path)
    stream = generator.stream("p")
    assert list(islice(stream, 2)) == ["one", " two"]
    stream.close()
    replay = generator.stream("p")
    assert list(islice(replay, 2)) == ["one", " two"]
    replay.close()
    assert len(calls) == 1
    assert "".join(generator.stream("p")) == "one two p three"
    assert "".join(generator.stream("p")) == "one two p three"
    assert len(calls) == 2


def test_a_damaged_entry_is_written_again(tmp_path):
    calls: list[str] = []
    generator = CachedGenerator(counting(calls), tmp_path)
    list(generator.stream("p"))
    for file in tmp_path.iterdir():
        file.write_text("{")
    assert "".join(generator.stream("p")) == "one two p three"
    assert len(calls) == 2
