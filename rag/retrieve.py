"""Question + Index → ranked Hits: dense and lexical search, fused, deduplicated, reranked."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from rag import spelling
from rag.ports import Embedder, Found, Index, Scorer
from rag.sentences import fold
from rag.spelling import Spellings
from rag.types import Hit, Scope

RANK_CONSTANT = 60
"""Cormack, Clarke, Büttcher 2009, "Reciprocal rank fusion outperforms Condorcet"."""

SAME_WORDING = 0.8
"""Jaccard similarity of word triples from which two passages count as one text."""

FUSION_WEIGHT = 20.0
"""What the logarithm of the fused score weighs beside the scorer's logit: where the subject is strange to the
scorer, its order alone is worse than the fusion's (evals/decisions/2026-11-22-order.md)."""

SCORED_TOGETHER = 4
"""Passages between two looks at the clock."""


@dataclass(frozen=True, slots=True)
class Retrieval:
    """Hits, best first, and what "how this was found" tells about them (JSON values).

    Attributes:
        scored: how many of the hits, the first ones, the scorer had time to read.
    """

    hits: tuple[Hit, ...]
    scored: int = 0
    spellings: Spellings = field(default_factory=dict)
    detail: Mapping[str, Any] = field(default_factory=dict)


def search(
    question: str,
    index: Index,
    embedder: Embedder | None,
    scorer: Scorer | None,
    *,
    candidates: int = 50,
    limit: int = 12,
    scope: Scope | None = None,
    budget_seconds: float = 2.0,
) -> Retrieval:
    """The passages that bear on the question, best first. The score of those that were read is the scorer's.

    Args:
        embedder: without one, or before passages are embedded, only words are searched.
        scorer: without one the order is that of the fusion.
        candidates: rows asked of each retriever.
        limit: passages given to the scorer, and returned at most.
        budget_seconds: no further passages are scored once this is spent; those keep their fused order.
    """
    scope = scope or Scope()
    spellings = spelling.variants(question, index)
    query = " ".join([question, *(variant for variants in spellings.values() for variant in variants)])
    ranked: dict[str, list[Found]] = {"words": index.search_words(query, candidates, scope)}
    if embedder is not None and index.status().embedded:
        ranked["dense"] = index.search_vectors(embedder.embed_question(question), candidates, scope)
    fused = fuse(ranked)
    distinct, repeated = drop_repeats(fused)
    hits, scored = _rerank(question, distinct[:limit], scorer, spellings, budget_seconds)
    detail = {
        "query": query,
        "spellings": spellings,
        "retrievers": {name: _summary(found) for name, found in ranked.items()},
        "fused": len(fused),
        "repeated": [hit.passage.id for hit in repeated[:10]],
        "scored": scored,
        "hits": [_hit_summary(hit) for hit in hits],
    }
    return Retrieval(tuple(hits), scored, spellings, detail)


def fuse(ranked: Mapping[str, Sequence[Found]], weights: Mapping[str, float] | None = None) -> list[Hit]:
    """Reciprocal rank fusion: each list adds `weight / (60 + rank)`. Ties by passage id."""
    hits: dict[str, Hit] = {}
    for name, found in ranked.items():
        weight = (weights or {}).get(name, 1.0)
        for rank, row in enumerate(found, start=1):
            hit = hits.get(row.passage.id) or Hit(row.passage, 0.0)
            hits[row.passage.id] = replace(
                hit,
                score=hit.score + weight / (RANK_CONSTANT + rank),
                found_by=(*hit.found_by, name),
                ranks={**hit.ranks, name: rank},
            )
    return sorted(hits.values(), key=lambda hit: (-hit.score, hit.passage.id))


def drop_repeats(hits: Sequence[Hit]) -> tuple[list[Hit], list[Hit]]:
    """(hits whose wording is new, hits that repeat an earlier one), both in order."""
    kept: list[Hit] = []
    repeated: list[Hit] = []
    shapes: list[frozenset[tuple[str, ...]]] = []
    for hit in hits:
        shape = _triples(hit.passage.text)
        if any(_alike(shape, other) >= SAME_WORDING for other in shapes):
            repeated.append(hit)
        else:
            kept.append(hit)
            shapes.append(shape)
    return kept, repeated


def ordered(scored: Sequence[Hit], fused: Mapping[str, float]) -> list[Hit]:
    """By the scorer's logit and the fused score (above 0) of each passage together."""

    def merit(hit: Hit) -> float:
        return hit.score + FUSION_WEIGHT * math.log(fused[hit.passage.id])

    return sorted(scored, key=lambda hit: (-merit(hit), hit.passage.id))


def _rerank(
    question: str,
    hits: Sequence[Hit],
    scorer: Scorer | None,
    spellings: Spellings,
    budget_seconds: float,
) -> tuple[list[Hit], int]:
    if scorer is None:
        return list(hits), 0
    started = time.perf_counter()
    scored: list[Hit] = []
    while len(scored) < len(hits) and (not scored or time.perf_counter() - started < budget_seconds):
        batch = hits[len(scored) : len(scored) + SCORED_TOGETHER]
        texts = [hit.passage.scored_text for hit in batch]
        logits = spelling.scores(scorer.relevance, question, texts, spellings)
        scored += [replace(hit, score=float(logit)) for hit, logit in zip(batch, logits, strict=True)]
    order = ordered(scored, {hit.passage.id: hit.score for hit in hits})
    floor = min((hit.score for hit in scored), default=0.0)
    unread = [replace(hit, score=floor - 1.0) for hit in hits[len(scored) :]]
    return order + unread, len(scored)


def _triples(text: str) -> frozenset[tuple[str, ...]]:
    tokens = [fold(word) for word in text.split()]
    return frozenset(tuple(tokens[i : i + 3]) for i in range(max(1, len(tokens) - 2)))


def _alike(one: frozenset[tuple[str, ...]], other: frozenset[tuple[str, ...]]) -> float:
    return len(one & other) / max(1, len(one | other))


def _summary(found: Sequence[Found]) -> list[dict[str, Any]]:
    return [{"passage": row.passage.id, "score": round(row.score, 4)} for row in found[:10]]


def _hit_summary(hit: Hit) -> dict[str, Any]:
    return {
        "passage": hit.passage.id,
        "title": hit.passage.source.title,
        "score": round(hit.score, 3),
        "ranks": dict(hit.ranks),
    }
