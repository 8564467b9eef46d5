"""The whole flow on one screen: a question in, checked claims out. `build` wires backends to ports."""

from __future__ import annotations

import time
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain, zip_longest
from typing import Any, TypeVar

from rag import answer as answering
from rag import comparison, followup, gate, ports, verify
from rag.errors import LibraryEmpty, QuestionError
from rag.ports import Embedder, Scorer, Store
from rag.reading import Reading, reading_of
from rag.settings import Settings
from rag.types import Answer, Claim, Event, Evidence, Scope, Step, StepStarted, Turn
from rag.verify import disagreement

Item = TypeVar("Item")


class Assistant:
    """Answers questions from one library. Safe to ask from several threads; models serialise themselves."""

    def __init__(
        self,
        settings: Settings,
        store: Store,
        embedder: Embedder | None,
        scorer: Scorer,
        generator: ports.Generator | None = None,
        answerable: gate.Gate | None = None,
    ) -> None:
        self.settings = settings
        self.store = store
        self.embedder = embedder
        self.scorer = scorer
        self.generator = generator
        self.gate = answerable or gate.untrained()

    def ask(
        self,
        question: str,
        *,
        history: Sequence[Turn] = (),
        scope: Scope | None = None,
        mode: str | None = None,
    ) -> Answer:
        """The last event of `stream`.

        Raises:
            QuestionError: an empty question, or one longer than the settings allow.
            LibraryEmpty: nothing has been added.
        """
        return _last(self.stream(question, history=history, scope=scope, mode=mode))

    def stream(
        self,
        question: str,
        *,
        history: Sequence[Turn] = (),
        scope: Scope | None = None,
        mode: str | None = None,
    ) -> Iterator[Event]:
        """Events in order: each stage as it starts and ends, each claim once it is checked, the Answer last.

        Closing the iterator stops the model at once.
        """
        question = self._checked(question)
        if not self.store.status().documents:
            raise LibraryEmpty("The library is empty.", "Add files first: rag add PATH")
        settings = self.settings
        asked = followup.standalone(question, history)

        parts = comparison.parts(asked)
        readings = yield from self._read(parts or (asked,), scope)
        unnamed = [
            reading for reading in readings if parts and gate.unnamed(reading.question, reading.found.hits)
        ]
        if parts and not unnamed and min(reading.confidence for reading in readings) < settings.risk:
            whole = yield from self._read((asked,), scope)
            readings = whole if whole[0].confidence >= settings.risk else readings
        weakest = min(unnamed or readings, key=lambda reading: reading.confidence)

        draft = Answer(
            question=question,
            status="answered",
            evidence=_in_turn(reading.selection.evidence for reading in readings),
            hits=_in_turn(reading.found.hits for reading in readings),
            confidence=weakest.confidence,
            standalone="" if asked == question else asked,
            steps=tuple(step for reading in readings for step in reading.steps),
        )
        if unnamed or not weakest.selection.evidence or draft.confidence < settings.risk:
            why = gate.reason(weakest.question, weakest.found.hits, weakest.selection.evidence)
            if len(readings) > 1:
                why = f"Read as {len(readings)} questions; for “{weakest.question}”: {why}"
            near = tuple(item for item in draft.evidence if item.score > gate.FAR)
            yield replace(draft, status="abstained", reason=why, evidence=near)
            return
        most = settings.quotes if len(readings) == 1 else 2
        quotes = _once(
            claim
            for reading in readings
            for claim in answering.quote(reading.question, reading.selection.evidence, limit=most)
        )
        how = "quotes" if parts else mode or settings.mode
        yield from self._compose(draft, asked, quotes, how)

    def _read(
        self, questions: Sequence[str], scope: Scope | None
    ) -> Generator[Event, None, tuple[Reading, ...]]:
        """Search and read for each question in turn."""
        readings: tuple[Reading, ...] = ()
        for question in questions:
            reading = yield from reading_of(
                question, self.store, self.embedder, self.scorer, self.gate, self.settings, scope
            )
            readings = (*readings, reading)
        return readings

    def answer_from(
        self, question: str, evidence: Sequence[Evidence], *, mode: str | None = None
    ) -> Iterator[Event]:
        """Compose and check over given evidence, without searching or abstaining: what evaluation uses to
        tell a fault of finding from a fault of saying."""
        question = self._checked(question)
        draft = Answer(question, "answered", evidence=tuple(evidence), confidence=1.0)
        quotes = answering.quote(question, draft.evidence, limit=self.settings.quotes)
        yield from self._compose(draft, question, quotes, mode or self.settings.mode)

    def close(self) -> None:
        self.store.close()

    def _compose(self, draft: Answer, asked: str, quotes: tuple[Claim, ...], mode: str) -> Iterator[Event]:
        """Quotes, or verified sentences in their place. Yields claims as they pass, then the Answer."""
        differing = disagreement.disagreeing(draft.evidence, self.scorer)
        if differing:
            one, other = differing
            quotes = verify.quotes_of([one, other], quotes)
            draft = replace(draft, disagreement=disagreement.told(one, other))
            mode = "quotes"
        steps = draft.steps
        claims: list[Claim] = []
        model = "quotes"
        if mode != "quotes" and self.generator is not None and not answering.asks_for_several(asked):
            yield StepStarted("writing")
            clock = time.perf_counter()
            given = [claim.evidence[0] for claim in quotes]
            written: list[Claim] = []
            for claim in answering.generate(
                asked, given, self.generator, max_tokens=self.settings.answer_tokens
            ):
                if claim is None:
                    yield StepStarted("writing")
                else:
                    written.append(claim)
            writing = _step(
                "writing",
                clock,
                {"prompt": answering.prompt(asked, given), "draft": [claim.text for claim in written]},
            )
            yield writing
            yield StepStarted("checking")
            clock = time.perf_counter()
            passed, objections = verify.keep(asked, written, quotes, self.scorer, strict=mode == "balanced")
            checking = _step("checking", clock, {"objections": objections})
            yield checking
            steps = (*steps, writing, checking)
            if passed:
                claims, model = list(passed), self.generator.name
        claims = claims or list(quotes)
        yield from claims
        yield replace(draft, claims=tuple(claims), model=model, steps=steps)

    def _checked(self, question: str) -> str:
        question = " ".join(question.split())
        if not question:
            raise QuestionError("The question is empty.", 'Type a question, for example: rag ask "What ...?"')
        if len(question) > self.settings.max_question_characters:
            raise QuestionError(
                f"The question has {len(question):,} characters; "
                f"{self.settings.max_question_characters:,} are read at most.",
                "Ask it in a sentence or two.",
            )
        return question


def build(settings: Settings) -> Assistant:
    """The assistant over the library and models that the settings name.

    Raises:
        ModelError: weights are missing or not what they claim to be (`rag doctor` tells more).
        LibraryStale: the library was built by another embedder or splitter.
    """
    from rag import backends, index, ingest

    embedder = backends.embedder(settings.embedder, settings.threads)
    store = index.open(
        settings.library,
        embedder_name=embedder.name,
        embedder_digest=embedder.digest,
        dimension=embedder.dimension,
        splitter=ingest.splitter(settings.passage_tokens),
        vectors=backends.vector_store,
    )
    scorer = backends.scorer(settings.scorer, settings.threads)
    return Assistant(
        settings,
        store,
        embedder,
        scorer,
        None if settings.mode == "quotes" else backends.generator(settings.generator, settings.threads),
        gate.load(scorer.name),
    )


def _last(events: Iterator[Event]) -> Answer:
    for event in events:
        if isinstance(event, Answer):
            return event
    raise AssertionError("a stream ends with an Answer")


def _in_turn(several: Iterable[Sequence[Item]]) -> tuple[Item, ...]:
    """The first of each, then the second of each."""
    return _once(item for item in chain.from_iterable(zip_longest(*several)) if item is not None)


def _once(items: Iterable[Item]) -> tuple[Item, ...]:
    """Without repetitions; a claim or a hit is compared by value, since it cannot be hashed."""
    kept: list[Item] = []
    for item in items:
        if item not in kept:
            kept.append(item)
    return tuple(kept)


def _step(name: str, since: float, detail: Mapping[str, Any]) -> Step:
    return Step(name, time.perf_counter() - since, detail)
