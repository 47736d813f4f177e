"""Query -> Passages: dense and BM25 search, fused; paragraphs compete, not chunks.

Three searches: chunks by meaning, chunks by words, whole cables by words. Each list of scores
is brought to 0…1 by its own best and worst; a paragraph takes the best of its chunks, and its
cable's score on top. The weighted sum beat each part and reciprocal-rank fusion wherever it
was measured (tests/benchmarks/retrieval.py): a question mostly names its cable's subject as
well as its paragraph's.
"""

import time
from collections.abc import Collection, Mapping

from index.catalog import Found
from index.embed import Encoder
from index.home import Stores
from index.records import place_label
from qa.records import Filters, FoundBy, Passage, Passages, Query

CANDIDATES = 300
"""Chunks taken from each search before fusion."""

DENSE_WEIGHT = 0.4
"""Share of the dense score in the fused one; BM25 has the rest."""

CABLE_WEIGHT = 0.45
"""Share of its cable's score in a paragraph's."""

Scores = dict[int, float]


def retrieve(query: Query, stores: Stores, encoder: Encoder, top_k: int) -> Passages:
    """The best `top_k` paragraphs for a query, those of a cable named in it first."""
    started = time.perf_counter()
    catalog = stores.catalog
    stores.vectors.follow(catalog.revision())
    within = _allowed(query.filters, stores)
    dense = stores.vectors.search(encoder.encode_query(query.text), CANDIDATES, within)
    terms = stores.terms.search(query.text, CANDIDATES, within)
    cables = stores.terms.search_cables(query.text, CANDIDATES, within)
    places = catalog.places_of({*dense, *terms, *cables})
    parts: dict[FoundBy, Scores] = {"dense": _by_paragraph(dense, places), "terms": _by_paragraph(terms, places)}
    scores = fuse(parts, _by_cable(cables, places), dict(places.values()))
    named = set(catalog.paragraph_ids(query.cable_ids, within))
    found = catalog.found({*scores, *named})
    scores = _lift({key: score for key, score in scores.items() if key in found}, named, found)
    best = sorted(scores, key=lambda key: (-scores[key], key))[:top_k]
    passages = tuple(
        _to_passage(rank, scores[key], found[key], _found_by(key, parts, named)) for rank, key in enumerate(best, 1)
    )
    return Passages(query, passages, {"retrieve": round(time.perf_counter() - started, 4)})


def fuse(parts: Mapping[FoundBy, Scores], cables: Scores, cable_of: Mapping[int, int]) -> Scores:
    """Scores of paragraphs from those of each search.

    Args:
        parts: scores of paragraphs by `dense` and by `terms`.
        cables: scores of whole cables.
        cable_of: from paragraph to cable.
    """
    dense, terms, wholes = _normalise(parts["dense"]), _normalise(parts["terms"]), _normalise(cables)
    fused: Scores = {}
    for key in {*dense, *terms}:
        own = DENSE_WEIGHT * dense.get(key, 0.0) + (1 - DENSE_WEIGHT) * terms.get(key, 0.0)
        fused[key] = (1 - CABLE_WEIGHT) * own + CABLE_WEIGHT * wholes.get(cable_of[key], 0.0)
    return fused


def _normalise(scores: Scores) -> Scores:
    """Brought to 0…1 by the best and the worst."""
    if not scores:
        return {}
    low, high = min(scores.values()), max(scores.values())
    return {key: (score - low) / (high - low) if high > low else 1.0 for key, score in scores.items()}


def _allowed(filters: Filters, stores: Stores) -> set[int] | None:
    """The chunks that pass the filters and the reader's ceiling; None where there is neither."""
    if not filters and stores.catalog.ceiling is None:
        return None
    return stores.catalog.select(
        since=filters.since,
        until=filters.until,
        posts=filters.posts,
        tags=filters.tags,
        classifications=filters.classifications,
        cables=filters.cables,
    )


def _by_paragraph(chunks: Scores, places: Mapping[int, tuple[int, int]]) -> Scores:
    """From scores of chunks to scores of paragraphs; chunks that the catalog does not know are no more."""
    best: Scores = {}
    for chunk, score in chunks.items():
        if chunk in places:
            paragraph, _ = places[chunk]
            best[paragraph] = max(score, best.get(paragraph, score))
    return best


def _by_cable(chunks: Scores, places: Mapping[int, tuple[int, int]]) -> Scores:
    return {places[chunk][1]: score for chunk, score in chunks.items() if chunk in places}


def _lift(scores: Scores, named: Collection[int], found: Mapping[int, Found]) -> Scores:
    """The paragraphs of a cable named in the question come before all others, in their own order of score."""
    lifted = dict(scores)
    for key in named:
        if key in found:
            # What no search found stands in the order of the cable, after what a search found.
            lifted[key] = 1.0 + scores.get(key, -0.001 * found[key].ordinal)
    return lifted


def _found_by(key: int, parts: Mapping[FoundBy, Scores], named: Collection[int]) -> tuple[FoundBy, ...]:
    ways = [name for name, scores in parts.items() if key in scores]
    return (*ways, "reference") if key in named else tuple(ways)


def _to_passage(rank: int, score: float, found: Found, found_by: tuple[FoundBy, ...]) -> Passage:
    cable = found.cable
    return Passage(
        rank=rank,
        score=round(score, 6),
        cable_id=cable.cable_id,
        ordinal=found.ordinal,
        number=found.number,
        label=place_label(found.ordinal, found.number, found.place),
        sent=cable.sent,
        origin=cable.origin,
        subject=cable.subject,
        classification=cable.classification,
        text=found.text,
        found_by=found_by,
    )
