"""Query -> Passages: dense and BM25 search, fused; paragraphs compete, not chunks.

Three searches: chunks by meaning, chunks by words, whole cables by words. Each list of scores
is brought to 0…1 by its own best and worst; a paragraph takes the best of its chunks, and its
cable's score on top. The weighted sum beat each part and reciprocal-rank fusion wherever it
was measured (tests/benchmarks/retrieval.py): a question mostly names its cable's subject as
well as its paragraph's.

What was understood of the question lifts the cables that fit it. A firm clue also narrows the
search to them, and the search widens again, and says so, where something outside fits better.
"""

import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from index.catalog import Found
from index.conditions import BY_CATALOG
from index.embed import Encoder, Vectors
from index.home import Stores
from index.records import place_label
from index.terms import Within
from qa.expand import other_words
from qa.records import ClueKind, Filters, FoundBy, Passage, Passages, Query

CANDIDATES = 300
"""Chunks taken from each search before fusion."""

REACH, PLENTY = 1000, 100
"""Nearest chunks of the whole archive that are looked through for those that pass a filter, and how many of these are
enough; where fewer pass, what shares the question's words is compared as well."""

FEW = 400
"""Where no more chunks than this pass a filter, every one of them is compared."""

DENSE_WEIGHT = 0.4
"""Share of the dense score in the fused one; BM25 has the rest."""

CABLE_WEIGHT = 0.45
"""Share of its cable's score in a paragraph's."""

REFERRED = 0.9
"""What a cable that refers to another, or is referred to by it, has of the other's score."""

LEADERS, LINKS = 20, 400
"""So many of the best cables are followed to those they are linked with, over so many links at most."""

LIFTS: dict[ClueKind, float] = {"sent": 0.25}
"""What a fused score, of 0…1, gains where the cable fits a clue of this kind."""

HEADER_STEP, HEADER_LIFT = 0.001, 0.1
"""How far the head of a cable stands above its best paragraph, where a fact of one cable, or a list of cables is asked
for."""

SPARE = 2
"""So many times the passages wanted are looked at for those that say the same."""

SAME_SHARE, SAME_WORDS = 0.9, 12
"""Two paragraphs of at least so many words say the same when they share so many of them."""

ENOUGH = 0.9
"""The search stays inside what was firmly understood where its best scores so much of the best of all."""

NAMED_LIFT = 2.0
"""A cable named in the question stands above all others."""

Scores = dict[int, float]


@dataclass(slots=True)
class _Hits:
    """Fused scores of paragraphs, the searches that found each, its cable, the scores that cables have by a link only,
    and the paragraphs of cables named by id."""

    scores: Scores
    parts: Mapping[FoundBy, Scores]
    cable_of: dict[int, int]
    linked: Scores = field(default_factory=dict)
    named: frozenset[int] = frozenset()

    def best(self, n: int) -> list[int]:
        """The numbers of the best paragraphs, best first."""
        return sorted(self.scores, key=lambda key: (-self.scores[key], key))[:n]


def retrieve(query: Query, stores: Stores, encoder: Encoder, top_k: int) -> Passages:
    """The best `top_k` paragraphs for a query, those of a cable named in it first."""
    started = time.perf_counter()
    stores.follow()
    vector = encoder.encode_query(query.text)
    hits = _search(query, vector, query.filters, stores)
    widened = False
    if query.wanted != query.filters:
        inside = _search(query, vector, query.wanted, stores)
        widened = not inside.scores or not (is_bound(query) or _is_enough(query.wanted, hits, stores))
        if not widened:
            hits = inside
    best = hits.best(SPARE * top_k)
    found = stores.catalog.found(best)
    distinct = collapse([found[key] for key in best if key in found])[:top_k]
    passages = tuple(_to_passage(rank, each, copies, hits) for rank, (each, copies) in enumerate(distinct, 1))
    return Passages(query, passages, {"retrieve": round(time.perf_counter() - started, 4)}, widened)


# ── the searches ─────────────────────────────────────────────────────────────────────────────


def _search(query: Query, vector: Vectors, filters: Filters, stores: Stores) -> _Hits:
    """All three searches among the cables that pass the filters, fused and lifted."""
    within = _within(filters, stores)
    terms = stores.terms.search(query.text, CANDIDATES, within, other_words=other_words(query.text))
    cables = stores.terms.search_cables(query.text, CANDIDATES, within)
    dense = _dense(vector, terms, filters, stores)
    places = stores.catalog.places_of({*dense, *terms, *cables})
    parts: dict[FoundBy, Scores] = {"dense": _by_paragraph(dense, places), "terms": _by_paragraph(terms, places)}
    hits = _Hits({}, parts, dict(places.values()))
    wholes = _normalise(_by_cable(cables, places))
    hits.linked = _linked(wholes, stores)
    short = stores.catalog.of_one_paragraph(set(hits.cable_of.values()))
    hits.scores = fuse(parts, wholes | hits.linked, hits.cable_of, short)
    _lift_fitting(hits, query, stores)
    _lift_headers(hits, query, stores)
    _lift_named(hits, query, stores)
    return hits


def _linked(wholes: Scores, stores: Stores) -> Scores:
    """What cables have of the better score of one that they refer to, or that refers to them.

    A question that names a matter in the words of one cable is often answered by the next in the exchange.
    """
    best = sorted(wholes, key=lambda cable: -wholes[cable])[:LEADERS]
    found: Scores = {}
    for cable, other in stores.catalog.linked(best, LINKS):
        score = REFERRED * wholes[cable]
        if score > max(wholes.get(other, 0.0), found.get(other, 0.0)):
            found[other] = score
    return found


def _within(filters: Filters, stores: Stores) -> Within | None:
    """What the word searches keep to; None where there is neither a filter nor a ceiling."""
    if stores.catalog.ceiling is not None or any(getattr(filters, name) for name in BY_CATALOG):
        return stores.catalog.select(filters.conditions())
    return filters.conditions() if filters else None


def _dense(vector: Vectors, terms: Scores, filters: Filters, stores: Stores) -> Scores:
    """The nearest chunks among those that pass the filters.

    A filter that few pass is met by comparing them all; another by the nearest of the whole archive, as far as they
    pass. Where that leaves little, what shares the question's words is compared as well, however far off it lies.
    """
    catalog = stores.catalog
    if not filters and catalog.ceiling is None:
        return stores.vectors.search(vector, CANDIDATES)
    few = catalog.select(filters.conditions(), at_most=FEW + 1)
    if len(few) <= FEW:
        return stores.vectors.cosines(vector, few)
    near = stores.vectors.search(vector, REACH)
    passing = catalog.select(filters.conditions(), near)
    inside = {chunk: score for chunk, score in near.items() if chunk in passing}
    if len(inside) >= PLENTY:
        return inside
    return inside | stores.vectors.cosines(vector, [chunk for chunk in terms if chunk not in inside])


def fuse(
    parts: Mapping[FoundBy, Scores], wholes: Scores, cable_of: Mapping[int, int], short: Collection[int]
) -> Scores:
    """Scores of paragraphs from those of each search.

    Args:
        parts: scores of paragraphs by `dense` and by `terms`.
        wholes: scores of whole cables, of 0…1.
        cable_of: from paragraph to cable.
        short: cables of one paragraph. The words of the whole are those of the paragraph, so that the cable's score
            takes its share from that of the words alone, and the meaning keeps its own.
    """
    dense, terms = _normalise(parts["dense"]), _normalise(parts["terms"])
    fused: Scores = {}
    for key in {*dense, *terms}:
        meaning, words, cable = dense.get(key, 0.0), terms.get(key, 0.0), cable_of[key]
        whole = wholes.get(cable, 0.0)
        if cable in short:
            fused[key] = _share(DENSE_WEIGHT, meaning, _share(CABLE_WEIGHT, whole, words))
        else:
            fused[key] = _share(CABLE_WEIGHT, whole, _share(DENSE_WEIGHT, meaning, words))
    return fused


def _share(weight: float, one: float, other: float) -> float:
    return weight * one + (1 - weight) * other


def _normalise(scores: Scores) -> Scores:
    """Brought to 0…1 by the best and the worst."""
    if not scores:
        return {}
    low, high = min(scores.values()), max(scores.values())
    return {key: (score - low) / (high - low) if high > low else 1.0 for key, score in scores.items()}


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


# ── what was understood ──────────────────────────────────────────────────────────────────────


def _lift_fitting(hits: _Hits, query: Query, stores: Stores) -> None:
    """The paragraphs of cables that fit what was understood gain by it, once for each kind of clue."""
    by_kind: dict[ClueKind, set[int]] = {}
    cables = set(hits.cable_of.values())
    for clue in query.understood:
        if clue.kind in LIFTS:
            fitting = stores.catalog.passing(clue.filters.conditions(), cables)
            by_kind[clue.kind] = by_kind.get(clue.kind, set()) | fitting
    for kind, fitting in by_kind.items():
        for key in hits.scores:
            if hits.cable_of[key] in fitting:
                hits.scores[key] += LIFTS[kind]


def _lift_headers(hits: _Hits, query: Query, stores: Stores) -> None:
    """Where a question asks for what stands in a head, the heads of the best cables come before their paragraphs."""
    if not (query.asks or query.collection):
        return
    best: Scores = {}
    for key in hits.best(CANDIDATES):
        best.setdefault(hits.cable_of[key], hits.scores[key])
    lift = HEADER_LIFT if query.collection else HEADER_STEP
    for cable, header in stores.catalog.headers_of(best).items():
        hits.scores[header] = best[cable] + lift
        hits.cable_of[header] = cable


def _lift_named(hits: _Hits, query: Query, stores: Stores) -> None:
    """The paragraphs of a cable named in the question come before all others, in their own order of score.

    Only what a person set keeps one out: what is guessed from the words beside an id must not.
    """
    named = stores.catalog.paragraphs_of(query.cable_ids, query.filters.conditions())
    for order, (key, cable) in enumerate(named.items()):
        # What no search found stands in the order of the cable, after what a search found.
        hits.scores[key] = NAMED_LIFT + hits.scores.get(key, -0.001 * order)
        hits.cable_of[key] = cable
    hits.named = frozenset(named)


def is_bound(query: Query) -> bool:
    """Whether something was said of the cables themselves, outside which there is no answer."""
    return any(clue.strength == "binding" for clue in query.understood)


def _is_enough(filters: Filters, hits: _Hits, stores: Stores) -> bool:
    """Whether the best of all that passes the filters comes near enough to the best of all."""
    passing = stores.catalog.passing(filters.conditions(), set(hits.cable_of.values()))
    inside = [score for key, score in hits.scores.items() if hits.cable_of[key] in passing]
    return max(inside, default=0.0) >= ENOUGH * max(hits.scores.values())


# ── passages ─────────────────────────────────────────────────────────────────────────────────


def collapse(found: Sequence[Found]) -> list[tuple[Found, tuple[str, ...]]]:
    """The paragraphs without those that say the same as a better one, in another cable; with the cables of these.

    The same telegram is sent, repeated and quoted; a reader wants it once, and to be told where else it stands.
    """
    kept: list[tuple[Found, frozenset[str], list[str]]] = []
    for each in found:
        words = frozenset(each.text.lower().split())
        for other, said, copies in kept if len(words) >= SAME_WORDS else ():
            # Sets of too different a size cannot share enough: most are told apart without a comparison.
            near = SAME_SHARE * len(words) <= len(said) <= len(words) / SAME_SHARE
            alike = near and len(words & said) >= SAME_SHARE * len(words | said)
            if alike and other.cable.cable_id != each.cable.cable_id:
                copies.append(each.cable.cable_id)
                break
        else:
            kept.append((each, words, []))
    return [(each, tuple(dict.fromkeys(copies))) for each, _, copies in kept]


def _to_passage(rank: int, found: Found, copies: tuple[str, ...], hits: _Hits) -> Passage:
    cable, key = found.cable, found.paragraph_id
    ways: list[FoundBy] = [name for name, scores in hits.parts.items() if key in scores]
    if key in hits.named or hits.cable_of[key] in hits.linked or not ways:
        ways.append("reference")
    return Passage(
        rank=rank,
        score=round(hits.scores[key], 6),
        cable_id=cable.cable_id,
        ordinal=found.ordinal,
        number=found.number,
        label=place_label(found.ordinal, found.number, found.place),
        sent=cable.sent,
        origin=cable.origin,
        subject=cable.subject,
        classification=cable.classification,
        text=found.text,
        found_by=tuple(ways),
        also_in=copies,
    )
