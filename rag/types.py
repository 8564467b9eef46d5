"""The nouns. Frozen dataclasses that every room shares; no behaviour beyond small properties.

Offsets are character offsets (Python `str` indices) into `Document.text`, half open: `text[start:end]`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

Vectors: TypeAlias = NDArray[np.float32]
"""Shape (n, dimension), rows of unit length."""

Scores: TypeAlias = NDArray[np.float32]
"""Shape (n,), higher is better."""


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a document's text: `text[start:end]`."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Pointed:
    """Words that answer, as a scorer points at them."""

    span: Span
    margin: float
    """Logits by which pointing here beats "no answer"; below 0 the text does not answer."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the original a stretch of text begins: "page 37", "sheet Budget", "slide 4", "00:01:23".

    A place reaches from `start` to the next place's `start`.
    """

    start: int
    label: str
    page: int | None = None
    """1-based page number, for formats that have pages."""


@dataclass(frozen=True, slots=True)
class Source:
    """What is known of where a document came from, as it is shown beside a quote."""

    path: str
    """Absolute path or URL."""
    title: str
    author: str = ""
    publisher: str = ""
    date: str = ""
    """As the document gives it, ISO 8601 where it could be read as a date."""
    language: str = ""
    """ISO 639-1 code, or "" when unknown."""
    format: str = "text"


@dataclass(frozen=True, slots=True)
class Document:
    """One file, read. `text` is stored as it is and never changed: every quote is a slice of it."""

    id: str
    """16 hex digits, derived from the source path: the same file keeps its id when its text changes."""
    source: Source
    text: str
    places: tuple[Place, ...] = ()
    furniture: tuple[Span, ...] = ()
    """Menus, cookie notices, share buttons: part of the text, never part of a passage. Sorted, disjoint."""
    notes: tuple[str, ...] = ()
    """What a person should know of how it was read ("3 scanned pages have no text")."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of one document that follows its sentences and structure: what is indexed and retrieved."""

    document_id: str
    start: int
    end: int
    text: str
    """Verbatim: `document.text[start:end]`."""
    context: str
    """Title, heading, speaker, date: embedded and scored with the text, never quoted."""
    source: Source
    heading: str = ""
    place: Place | None = None
    speaker: str = ""
    """Who speaks, in an interview, a dialogue or a letter."""

    @property
    def id(self) -> str:
        return f"{self.document_id}:{self.start}-{self.end}"

    @property
    def scored_text(self) -> str:
        """What embedders and scorers see: the context line, then the verbatim text."""
        return f"{self.context}\n{self.text}" if self.context else self.text


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that retrieval brought, and how."""

    passage: Passage
    score: float
    found_by: tuple[str, ...] = ()
    """The retrievers that brought it: "dense", "words", "names"."""
    ranks: Mapping[str, int] = field(default_factory=dict)
    """1-based rank by retriever, for "how this was found"."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One sentence or a few neighbouring ones, verbatim, that bear on the question."""

    passage: Passage
    start: int
    end: int
    quote: str
    """Verbatim: `document.text[start:end]`."""
    score: float = 0.0
    speaker: str = ""
    """Who says it, when the document is an interview or a dialogue."""
    answer: Span | None = None
    """The words of the quote that answer, where a scorer can point at them."""
    margin: float = 0.0
    """Logits by which words of the quote beat "no answer here"; 0 where nothing can point."""


Support = Literal["quoted", "supported", "unsupported"]
"""quoted: the claim is its evidence, verbatim. supported: generated, and verified against its evidence."""


@dataclass(frozen=True, slots=True)
class Claim:
    """One sentence of an answer, and the evidence it rests on."""

    text: str
    evidence: tuple[Evidence, ...]
    support: Support = "quoted"
    score: float = 1.0
    """How strongly the evidence carries the claim, 0 to 1."""
    reason: str = ""
    """Why verification decided so, in words a person can read."""


@dataclass(frozen=True, slots=True)
class Step:
    """One stage of an answer: what the page shows as "how this was found" and evaluation reads."""

    name: str
    seconds: float
    detail: Mapping[str, Any] = field(default_factory=dict)
    """JSON values only."""


Status = Literal["answered", "abstained"]


@dataclass(frozen=True, slots=True)
class Answer:
    """What is shown to a person. `status` says whether the documents answer; `reason` says why not."""

    question: str
    status: Status
    claims: tuple[Claim, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    hits: tuple[Hit, ...] = ()
    reason: str = ""
    confidence: float = 0.0
    """Calibrated probability that the documents answer the question and the answer carries it, 0 to 1."""
    model: str = "quotes"
    """Name of the generator that wrote the claims, or "quotes"."""
    standalone: str = ""
    """The question as it was searched, when a follow-up had to be completed from the conversation."""
    disagreement: str = ""
    """Set when the evidence contradicts itself: which sources differ, in words."""
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class Turn:
    """One earlier question of a conversation and the text it was answered with."""

    question: str
    answer: str = ""


@dataclass(frozen=True, slots=True)
class StepStarted:
    """Sent before a stage begins: "searching", "reading", "writing", "checking"."""

    name: str


Event: TypeAlias = StepStarted | Step | Claim | Answer
"""What `Assistant.stream` yields, in order; the last one is the Answer."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Which documents a question may be answered from. Empty means all."""

    documents: tuple[str, ...] = ()
    """Document ids."""
    folder: str = ""
    """An absolute folder path that the source must lie in."""
    after: str = ""
    before: str = ""
    """ISO dates that bound `Source.date`, inclusive."""

    @property
    def is_everything(self) -> bool:
        return not (self.documents or self.folder or self.after or self.before)
