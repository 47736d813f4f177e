"""Question for a fact of a head + Passages -> Passages, those of the cable that it speaks of first.

Who asks when a cable was sent tells by its matter which one is meant, and no paragraph answers that. Of the cables that
the search finds near, each is weighed by how close its paragraphs come to the question, and by whether a chat model,
shown the nearest of them, takes it for the message that is spoken of.
"""

from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from index.errors import ChatError
from index.records import HEADER_ORDINAL
from qa.closeness import open_closeness
from qa.context import for_reading
from qa.header import listed
from qa.reading import weigh_meant
from qa.records import Event, Passage, Passages, PassagesFound, Query, SourceOpened

REACH = 40
"""Passages among which the cables are looked for."""

MOST_NEAR = 5
"""Cables that may be meant, at most."""

LEAST_SCORE = 0.5
"""A cable whose score is so much of the best one's is held against the question."""

GAP = 0.4
"""A cable so far behind the nearest, by score and closeness, may be meant."""

CLOSENESS_WEIGHT = 2.0
"""What the closeness of its nearest paragraph, a cosine, adds to a cable's score."""

ODDS_WEIGHT = 0.6
"""What the log odds add that it is taken for the one spoken of. Of 96 questions over real and sample cables, the right
head is cited for 80, where it was for 62 by the search alone (tests/benchmarks/heads); of 65, nothing changes between
0.4 and 1."""

MOST_SHOWN = 600
"""Characters shown of a cable."""

DOUBTED = 0.3
"""Where another cable weighs within so much of the chosen one, it is told that it may be meant. Of 96 questions over
real and sample cables so it is with 10 of 13 that are answered from another head, and 16 of 78 from the right one."""

_COMPARED = 3
"""Paragraphs of a cable that are held against the question."""


@dataclass(frozen=True, slots=True)
class NearCable:
    """A cable that may be meant: its score in the search, the paragraph that comes nearest, and how near.

    `odds`: the log odds that a chat model takes it for the one spoken of, 0 where none was asked.
    """

    cable_id: str
    score: float
    nearest: Passage
    closeness: float
    odds: float = 0.0

    @property
    def weight(self) -> float:
        """The greater, the more likely the cable is meant."""
        return self.score + CLOSENESS_WEIGHT * self.closeness + ODDS_WEIGHT * self.odds


def speaks_of_one(query: Query) -> bool:
    """Whether a question asks for a fact of one head, and names no cable by its id."""
    return bool(query.asks) and "cables" not in query.asks and not query.cable_ids


def put_meant_first(
    found: Passages, chat_model: Any, wanted: int
) -> Generator[Event, None, tuple[Passages, Sequence[NearCable]]]:
    """The passages, those of the cable meant first, and the cables that may be meant, the likeliest first.

    Args:
        chat_model: None where there is none.
        wanted: passages to keep.
    """
    near = near_cables(found)
    if chat_model is not None and len(near) > 1:
        yield PassagesFound(replace(found, passages=found.passages[:wanted]))
        near = yield from weigh(chat_model, found.query.text, near)
    return replace(found, passages=meant_first(found, near)[:wanted]), near


def near_cables(found: Passages) -> list[NearCable]:
    """The cables that may be meant, as the search has them and their paragraphs come close, the nearest first."""
    by_cable: dict[str, list[Passage]] = {}
    for each in found:
        by_cable.setdefault(each.cable_id, []).append(each)
    least = LEAST_SCORE * found[0].score if len(found) else 0.0
    held = [_near_cable(found.query.text, of_it) for of_it in by_cable.values() if of_it[0].score >= least]
    held.sort(key=lambda each: -each.weight)
    return [each for each in held if each.weight >= held[0].weight - GAP][:MOST_NEAR]


def _near_cable(question: str, found: Sequence[Passage]) -> NearCable:
    # A head is found for what its paragraphs tell; where none of them was found, it stands for itself.
    paragraphs = [each for each in found if each.ordinal != HEADER_ORDINAL][:_COMPARED] or found[:1]
    closeness = [beside.closeness() for beside in open_closeness().compare(question, paragraphs)]
    nearest = max(range(len(paragraphs)), key=closeness.__getitem__)
    return NearCable(found[0].cable_id, found[0].score, paragraphs[nearest], closeness[nearest])


def weigh(chat_model: Any, question: str, near: Sequence[NearCable]) -> Generator[Event, None, list[NearCable]]:
    """Each paragraph as the chat model begins to read it; gives the cables with its odds, the likeliest first.

    As they are where the chat model fails: the search knows without it.
    """
    weighed = []
    try:
        for each in near:
            yield SourceOpened(each.nearest)
            shown = for_reading(each.nearest, question, MOST_SHOWN)
            weighed.append(replace(each, odds=weigh_meant(chat_model, question, each.nearest, shown)))
    except ChatError:
        return list(near)
    return sorted(weighed, key=lambda each: -each.weight)


def meant_first(found: Passages, near: Sequence[NearCable]) -> tuple[Passage, ...]:
    """The passages of the cable most likely meant, then those of the next, then the others as they are."""
    place = {each.cable_id: n for n, each in enumerate(near)}
    return tuple(sorted(found, key=lambda each: place.get(each.cable_id, len(near))))


def doubt(near: Sequence[NearCable], chosen: str) -> str | None:
    """What to tell beside the answer where another cable than the chosen one may be meant as well."""
    weight = next((each.weight for each in near if each.cable_id == chosen), None)
    if weight is None:
        return None
    others = [each.cable_id for each in near if each.cable_id != chosen and each.weight > weight - DOUBTED]
    return f"Which cable is meant is not certain: {listed(others, 'or')} may be as well." if others else None


def trace_of(near: Sequence[NearCable]) -> dict[str, Any]:
    """The cables weighed, for the trace; empty where there was nothing to weigh."""
    if len(near) < 2:
        return {}
    names = ("score", "closeness", "odds", "weight")
    told = {each.cable_id: {name: round(getattr(each, name), 3) for name in names} for each in near}
    return {"cables_weighed": told}
