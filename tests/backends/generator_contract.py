"""What every Generator must keep, fake or real."""

from __future__ import annotations

import threading

import pytest

from rag.errors import ModelError
from rag.ports import Generator

PROMPT = "The treaty was signed in Madrid on 4 May 1998.\n\nAnswer in one sentence: where was it signed?"


class GeneratorContract:
    @pytest.fixture(scope="class")
    @classmethod
    def generator(cls) -> Generator:
        raise NotImplementedError

    def test_it_has_a_name_a_digest_and_a_context(self, generator: Generator) -> None:
        assert generator.name
        assert len(generator.digest) == 64
        assert generator.context_tokens > 100

    def test_the_same_prompt_gives_the_same_text_whatever_came_before(self, generator: Generator) -> None:
        first = "".join(generator.stream(PROMPT, max_tokens=12))
        "".join(generator.stream("Something else.", system="Be brief.", max_tokens=3))
        assert first
        assert "".join(generator.stream(PROMPT, max_tokens=12)) == first

    def test_closing_the_stream_stops_it_and_the_next_one_runs(self, generator: Generator) -> None:
        stream = generator.stream(PROMPT, max_tokens=50)
        next(stream)
        stream.close()  # type: ignore[attr-defined]
        assert list(stream) == []
        assert "".join(generator.stream(PROMPT, max_tokens=3))

    def test_a_stream_that_nobody_reads_does_not_block_another(self, generator: Generator) -> None:
        waiting = generator.stream(PROMPT, max_tokens=5)
        next(waiting)
        assert "".join(generator.stream(PROMPT, max_tokens=5))
        assert "".join(waiting)

    def test_several_threads_get_whole_and_equal_texts(self, generator: Generator) -> None:
        texts: list[str] = []
        threads = [
            threading.Thread(target=lambda: texts.append("".join(generator.stream(PROMPT, max_tokens=6))))
            for _ in range(4)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert texts == ["".join(generator.stream(PROMPT, max_tokens=6))] * 4

    def test_a_prompt_longer_than_the_context_is_refused_with_the_numbers(self, generator: Generator) -> None:
        with pytest.raises(ModelError, match=str(generator.context_tokens)):
            generator.stream("word " * generator.context_tokens)

    def test_more_text_has_more_tokens_and_no_text_has_none(self, generator: Generator) -> None:
        assert generator.count_tokens("") == 0
        assert (
            0
            < generator.count_tokens("two words")
            < generator.count_tokens("two words and five more of them")
        )
