"""Routes for models and settings. Fetching is the one act that leaves this machine, and only as confirmed."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body
from fastapi.responses import HTMLResponse, JSONResponse

from rag.assistant import Assistant
from rag.backends import hub, models, processor
from rag.backends.models import ModelCard
from rag.errors import InputError, ModelError
from rag.journal import Journal
from rag.present import changing, findings, pace
from rag.present.ui import models_view, writers_view
from rag.present.ui.fetching import Fetch, Fetcher
from rag.present.ui.page import modes

RECENT = 20
"""Kept answers whose time is told."""


def router(assistant: Assistant, journal: Journal) -> APIRouter:
    routes = APIRouter()
    fetcher = Fetcher()

    @routes.get("/models")
    def shown() -> HTMLResponse:
        return HTMLResponse(_view(assistant, journal, fetcher))

    @routes.post("/models/settings")
    def choose(
        mode: Annotated[str, Body(max_length=20)] = "", risk: Annotated[float | None, Body()] = None
    ) -> JSONResponse:
        changing.answer_by(assistant, mode=mode or None, risk=risk)
        note = changing.overruled(assistant, "mode", mode) if mode else ""
        note = changing.overruled(assistant, "risk", risk) if risk is not None else note
        return JSONResponse({"modes": modes(assistant), "note": note})

    @routes.post("/models/use")
    def use(name: Annotated[str, Body(embed=True, max_length=1000)]) -> JSONResponse:
        changing.use_generator(assistant, name)
        return JSONResponse({"modes": modes(assistant)})

    @routes.post("/models/pace")
    def measured() -> HTMLResponse:
        return HTMLResponse(models_view.pace(pace.measure(assistant)))

    @routes.get("/models/confirm")
    def confirm(address: str) -> HTMLResponse:
        """What fetching would fetch; asks nothing of the network."""
        card = _card(address)
        return HTMLResponse(writers_view.confirm(card, address, hub.address(), _left(card)))

    @routes.post("/models/fetch")
    def fetch(
        address: Annotated[str, Body(max_length=400)], agreed: Annotated[str, Body(max_length=400)]
    ) -> JSONResponse:
        """Begin, when the address of the hub that the person was shown is the one that is used."""
        if agreed != hub.address():
            raise InputError("The hub's address has changed since it was shown.", "Look at it again.")
        card = _card(address)
        if not card.repository:
            raise ModelError(f"{card.name} does not come from the hub.", card.remedy)
        fetcher.start(card, address)
        return JSONResponse(_state(fetcher))

    @routes.get("/models/fetch")
    def state() -> JSONResponse:
        return JSONResponse(_state(fetcher))

    @routes.delete("/models/fetch")
    def stop() -> JSONResponse:
        fetcher.stop()
        return JSONResponse(_state(fetcher))

    return routes


def _view(assistant: Assistant, journal: Journal, fetcher: Fetcher) -> str:
    ports = (assistant.embedder, assistant.scorer, assistant.generator)
    names = [port.name if port is not None else "" for port in ports]
    known = {card.name: card for card in models.catalogue()}
    now = fetcher.now
    generators = _generators(now)
    memory = processor.memory_mb()
    found = [*findings.llama(), *findings.index_state(assistant.settings)]
    return (
        models_view.modes(assistant)
        + models_view.surety(assistant)
        + models_view.in_use(names, [known.get(name) for name in names])
        + models_view.machine(found, processor.cores(), memory, pace.recent(journal.recent(RECENT)))
        + writers_view.writers(
            [models.check(card, read=False) for card in generators],
            names[2],
            memory,
            hub.address(),
            [_left(card) for card in generators],
            now,
        )
    )


def _generators(now: Fetch | None) -> list[ModelCard]:
    """Those of the list, those that were fetched besides, and the one that is being fetched."""
    cards = {card.name: card for card in models.catalogue() if card.kind == "generator"}
    for file in sorted(models.downloads().glob("*/*.gguf")):
        if file.parent.name not in cards:
            cards[file.stem] = models.find(str(file), "generator")
    if now is not None and now.name not in cards:
        cards[now.name] = _card(now.address)
    return list(cards.values())


def _state(fetcher: Fetcher) -> dict[str, object]:
    return fetcher.now.record() if fetcher.now is not None else {"status": ""}


def _card(address: str) -> ModelCard:
    """The card of a listed generator, or of OWNER/NAME:FILE.gguf."""
    for card in models.catalogue():
        if card.name == address and card.kind == "generator":
            return card
    return hub.card_of(address)


def _left(card: ModelCard) -> int:
    """Bytes that an earlier download of this model has brought."""
    folder = models.downloads() / card.name
    parts = [folder / f"{file.name}.part" for file in card.files]
    return sum(part.stat().st_size for part in parts if part.is_file())
