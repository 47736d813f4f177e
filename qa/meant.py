"""Question for a fact of a head + Passages -> Passages, those of the cable that it speaks of first.

Who asks when a cable was sent tells by its matter which one is meant, and no paragraph answers that. Of the cables that
the search finds near, each is weighed by how close its paragraphs come to the question, and by whether a chat model,
shown the nearest of them, takes it for the message that is spoken of.
"""

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from index.errors import ChatError
from index.records import HEADER_ORDINAL
from qa.closeness import open_closeness
from qa.context import for_reading
from qa.reading import weigh_meant
from qa.records import Event, Passage, Passages, PassagesFound, Query, SourceOpened

REACH = 40
"""Passages among which the cables are looked for."""

MOST_NEAR = 5
"""Cables that may be meant, at most."""

NEAR = 0.75
"""A cable whose score is so much of the best one's may be meant."""

CLOSENESS_WEIGHT = 2.0
"""What the closeness of its nearest paragraph, a cosine, adds to a cable's score."""

ODDS_WEIGHT = 0.6
"""What the log odds add that it is taken for the one spoken of. Of 96 questions over real and sample cables, the right
head is cited for 79, where it was for 62 by the search alone (tests/benchmarks/heads); of 65, nothing changes between
0.4 and 1."""

MOST_SHOWN = 600
"""Characters shown of a cable."""

_COMPARED = 3
"""Paragraphs of a cable that are held against the question."""


@dataclass(frozen=True, slots=True)
class NearCable:
    """A cable that may be meant: its score in the search, and the paragraph that comes nearest, and how near."""

    cable_id: str
    score: float
    nearest: Passage
    closeness: float


def speaks_of_one(query: Query) -> bool:
    """Whether a question asks for a fact of one head, and names no cable by its id."""
    return bool(query.asks) and "cables" not in query.asks and not query.cable_ids


def put_meant_first(
    found: Passages, chat_model: Any, wanted: int
) -> Generator[Event, None, tuple[Passages, Mapping[str, float]]]:
    """The passages, those of the cable meant first, and what the chat model made of each that is near.

    Args:
        chat_model: None where there is none.
        wanted: passages to keep.
    """
    near = near_cables(found)
    odds: Mapping[str, float] = {}
    if chat_model is not None and len(near) > 1:
        yield PassagesFound(replace(found, passages=found.passages[:wanted]))
        odds = yield from weigh(chat_model, found.query.text, near)
    return replace(found, passages=meant_first(found, near, odds)[:wanted]), odds


def near_cables(found: Passages) -> list[NearCable]:
    """The cables that may be meant, as the search has them."""
    by_cable: dict[str, list[Passage]] = {}
    for each in found:
        by_cable.setdefault(each.cable_id, []).append(each)
    least = NEAR * found[0].score if len(found) else 0.0
    near = [of_it for of_it in by_cable.values() if of_it[0].score >= least][:MOST_NEAR]
    return [_near_cable(found.query.text, of_it) for of_it in near]


def _near_cable(question: str, found: Sequence[Passage]) -> NearCable:
    # A head is found for what its paragraphs tell; where none of them was found, it stands for itself.
    paragraphs = [each for each in found if each.ordinal != HEADER_ORDINAL][:_COMPARED] or found[:1]
    closeness = [beside.closeness() for beside in open_closeness().compare(question, paragraphs)]
    nearest = max(range(len(paragraphs)), key=closeness.__getitem__)
    return NearCable(found[0].cable_id, found[0].score, paragraphs[nearest], closeness[nearest])


def weigh(chat_model: Any, question: str, near: Sequence[NearCable]) -> Generator[Event, None, dict[str, float]]:
    """Each paragraph as the chat model begins to read it; gives what `meant_first` takes as `odds`.

    None where the chat model fails: the search knows without it.
    """
    odds = {}
    try:
        for each in near:
            yield SourceOpened(each.nearest)
            shown = for_reading(each.nearest, question, MOST_SHOWN)
            odds[each.cable_id] = round(weigh_meant(chat_model, question, each.nearest, shown), 3)
    except ChatError:
        return {}
    return odds


def meant_first(found: Passages, near: Sequence[NearCable], odds: Mapping[str, float]) -> tuple[Passage, ...]:
    """The passages of the cable most likely meant, then those of the next, then the others as they are.

    Args:
        odds: by the id of a cable, the log odds that it is taken for the one spoken of; empty where none was read.
    """
    weights = {
        each.cable_id: each.score + CLOSENESS_WEIGHT * each.closeness + ODDS_WEIGHT * odds.get(each.cable_id, 0.0)
        for each in near
    }
    return tuple(sorted(found, key=lambda each: -weights.get(each.cable_id, float("-inf"))))
