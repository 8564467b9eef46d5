"""The whole flow on one screen: a question in, checked claims out. `build` wires backends to ports."""

from __future__ import annotations

import time
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from rag import answer as answering
from rag import evidence as evidencing
from rag import followup, gate, retrieve, verify
from rag.errors import LibraryEmpty, QuestionError
from rag.ports import Embedder, Generator, Scorer, Store
from rag.settings import Settings
from rag.types import Answer, Claim, Event, Evidence, Scope, Step, StepStarted, Turn
from rag.verify import disagreement


class Assistant:
    """Answers questions from one library. Safe to ask from several threads; models serialise themselves."""

    def __init__(
        self,
        settings: Settings,
        store: Store,
        embedder: Embedder | None,
        scorer: Scorer,
        generator: Generator | None = None,
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

        yield StepStarted("searching")
        clock = time.perf_counter()
        found = retrieve.search(
            asked,
            self.store,
            self.embedder,
            self.scorer,
            candidates=settings.candidates,
            limit=settings.hits,
            scope=scope,
            budget_seconds=settings.budget_seconds,
        )
        searching = _step("searching", clock, found.detail)
        yield searching

        yield StepStarted("reading")
        clock = time.perf_counter()
        wider = {"passages": 6, "read": 20} if answering.asks_for_several(asked) else {}
        selection = evidencing.select(asked, found.hits, self.scorer, **wider)
        selection = replace(selection, evidence=self._placed(selection.evidence))
        features = gate.features(asked, found.hits, selection)
        reading = _step("reading", clock, _reading_detail(selection, features))
        yield reading

        draft = Answer(
            question=question,
            status="answered",
            evidence=selection.evidence,
            hits=found.hits,
            confidence=self.gate.confidence(features),
            standalone="" if asked == question else asked,
            steps=(searching, reading),
        )
        if not selection.evidence or draft.confidence < settings.risk:
            why = gate.reason(asked, found.hits, selection.evidence)
            near = tuple(item for item in selection.evidence if item.score > gate.FAR)
            yield replace(draft, status="abstained", reason=why, evidence=near)
            return
        yield from self._compose(draft, asked, mode or settings.mode)

    def answer_from(
        self, question: str, evidence: Sequence[Evidence], *, mode: str | None = None
    ) -> Iterator[Event]:
        """Compose and check over given evidence, without searching or abstaining: what evaluation uses to
        tell a fault of finding from a fault of saying."""
        question = self._checked(question)
        draft = Answer(question, "answered", evidence=tuple(evidence), confidence=1.0)
        yield from self._compose(draft, question, mode or self.settings.mode)

    def close(self) -> None:
        self.store.close()

    def _placed(self, evidence: Sequence[Evidence]) -> tuple[Evidence, ...]:
        """Each quote with the page it begins on: its passage may have begun on the page before."""
        placed = []
        for item in evidence:
            if item.passage.place is not None:
                places = self.store.document(item.passage.document_id).places
                at = bisect_right([place.start for place in places], item.start) - 1
                if at >= 0 and places[at] != item.passage.place:
                    item = replace(item, passage=replace(item.passage, place=places[at]))
            placed.append(item)
        return tuple(placed)

    def _compose(self, draft: Answer, asked: str, mode: str) -> Iterator[Event]:
        """Quotes, or verified sentences in their place. Yields claims as they pass, then the Answer."""
        quotes = answering.quote(asked, draft.evidence, limit=self.settings.quotes)
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


def _step(name: str, since: float, detail: Mapping[str, Any]) -> Step:
    return Step(name, time.perf_counter() - since, detail)


def _reading_detail(selection: evidencing.Selection, features: Mapping[str, float]) -> dict[str, Any]:
    return {
        "sentences": [
            {
                "document": item.passage.document_id,
                "start": item.start,
                "end": item.end,
                "score": round(item.score, 3),
                "answerability": round(carries, 3),
            }
            for item, carries in zip(selection.evidence, selection.answerability, strict=True)
        ],
        "dropped": selection.dropped,
        "features": {name: round(value, 4) for name, value in features.items()},
    }
