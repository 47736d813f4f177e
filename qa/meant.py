"""Question for a fact of a head + Passages -> Passages, those of the cable that it speaks of first.

Who asks when a cable was sent tells by its matter which one is meant, and no paragraph answers that. Of the cables that
the search finds near, each is weighed by how close its paragraphs come to the question, by whether it has the names
that the question has, and by whether a chat model, shown the nearest paragraph, takes it for the message that is spoken
of. The archive may not hold that message at all: where no cable weighs enough, none is meant.
"""

from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from index.catalog import Catalog
from index.errors import ChatError
from index.gazetteer import posts
from index.records import HEADER_ORDINAL, Cable
from qa.closeness import open_closeness
from qa.context import for_reading
from qa.discrepancies import missing_names
from qa.header import listed
from qa.reading import weigh_meant
from qa.records import Event, Passage, Passages, PassagesFound, Query, SourceOpened
from qa.words import names

REACH = 40
"""Passages among which the cables are looked for."""

MOST_NEAR = 5
"""Cables that may be meant, at most."""

LEAST_SCORE = 0.5
"""A cable whose score is so much of the best one's is held against the question."""

GAP = 0.4
"""A cable so far behind the nearest, by score, closeness and names, may be meant."""

CLOSENESS_WEIGHT = 2.0
"""What the closeness of its nearest paragraph, a cosine, adds to a cable's score."""

UNNAMED_WEIGHT = 1.5
"""What is taken off where a cable has none of many names in the question; in proportion where it has some, or where
there are few: a lone name may be said in another way."""

ODDS_WEIGHT = 0.9
"""What the log odds add that it is taken for the one spoken of. Of 53 questions over which several cables were weighed,
these three put the right one first for 41, where closeness and odds alone, at 0.6, did for 37; it was among them for
46 (tests/benchmarks/heads)."""

LEAST_WEIGHT = 1.25
"""A cable that weighs less is not the one meant. So it is with 79 of 134 questions for heads that the archive does not
hold (tests/benchmarks/heads/absent_….jsonl), and with 1 of 150 that it does and of which the search had the right one
first. Asked to the end, two of 36 over the sample that were answered rightly are declined for it."""

SURE_WEIGHT = 1.8
"""Where the chosen cable weighs less, it is told that it may not be the one: with 40 more of the 134, 19 of the 150."""

NONE_MEANT = "The archive has no cable that is surely the one meant. The passages nearest to the question are listed."

MOST_SHOWN = 600
"""Characters shown of a cable."""

DOUBTED = 0.4
"""Where another cable weighs within so much of the chosen one, it is told that it may be meant: of those 53 questions
with 11 of 12 that are answered from another head, and 15 of 41 from the right one."""

_COMPARED = 3
"""Paragraphs of a cable that are held against the question."""


@dataclass(frozen=True, slots=True)
class NearCable:
    """A cable that may be meant: its score in the search, the paragraph that comes nearest, and how near.

    `unnamed`: the share of the question's names that the cable has nowhere, lower where these are few. `odds`: the log
    odds that a chat model takes it for the one spoken of, 0 where none was asked.
    """

    cable_id: str
    score: float
    nearest: Passage
    closeness: float
    unnamed: float
    odds: float = 0.0

    @property
    def weight(self) -> float:
        """The greater, the more likely the cable is meant."""
        near = self.score + CLOSENESS_WEIGHT * self.closeness - UNNAMED_WEIGHT * self.unnamed
        return near + ODDS_WEIGHT * self.odds


def speaks_of_one(query: Query) -> bool:
    """Whether a question asks for a fact of one head, and names no cable by its id."""
    return bool(query.asks) and query.collection is None and not query.cable_ids


def put_meant_first(
    found: Passages, catalog: Catalog, chat_model: Any, wanted: int
) -> Generator[Event, None, tuple[Passages, Sequence[NearCable]]]:
    """The passages, those of the cable meant first, and the cables that may be meant, the likeliest first.

    None is weighed where only one is as the question says, and has every name in it.

    Args:
        chat_model: None where there is none.
        wanted: passages to keep.
    """
    near = near_cables(found, catalog)
    if _is_told_apart(found) and not any(each.unnamed for each in near):
        near = []
    if near and chat_model is not None:
        yield PassagesFound(replace(found, passages=found.passages[:wanted]))
        near = yield from weigh(chat_model, found.query.text, near)
    return replace(found, passages=meant_first(found, near)[:wanted]), near


def _is_told_apart(found: Passages) -> bool:
    """Whether what the question says of the cable, such as its day and post, leaves only one."""
    firm = any(clue.firm for clue in found.query.understood) and not found.widened
    return firm and len({each.cable_id for each in found}) == 1


def near_cables(found: Passages, catalog: Catalog) -> list[NearCable]:
    """The cables that may be meant, as the search has them and their paragraphs come close, the nearest first."""
    by_cable: dict[str, list[Passage]] = {}
    for each in found:
        by_cable.setdefault(each.cable_id, []).append(each)
    least = LEAST_SCORE * found[0].score if len(found) else 0.0
    held = [_near_cable(found.query.text, of_it, catalog) for of_it in by_cable.values() if of_it[0].score >= least]
    held.sort(key=lambda each: -each.weight)
    return [each for each in held if each.weight >= held[0].weight - GAP][:MOST_NEAR]


def _near_cable(question: str, found: Sequence[Passage], catalog: Catalog) -> NearCable:
    # A head is found for what its paragraphs tell; where none of them was found, it stands for itself.
    paragraphs = [each for each in found if each.ordinal != HEADER_ORDINAL][:_COMPARED] or found[:1]
    closeness = [beside.closeness() for beside in open_closeness().compare(question, paragraphs)]
    nearest = max(range(len(paragraphs)), key=closeness.__getitem__)
    # A cable may have been removed since it was found.
    cable = catalog.get(found[0].cable_id)
    unnamed = _unnamed(question, cable) if cable else 0.0
    return NearCable(found[0].cable_id, found[0].score, paragraphs[nearest], closeness[nearest], unnamed)


def _unnamed(question: str, cable: Cable) -> float:
    """The share of the question's names that stand nowhere in the cable, and are not those of the post that sent it.

    As if the question had one more name, which the cable has.
    """
    sender = posts().get(cable.header.origin)
    said = [cable.header_paragraph().text, *(each.text for each in cable.paragraphs)]
    said += [f"{sender.name} {sender.country}"] if sender else []
    missing = dict(missing_names(question, "\n".join(said)))
    return len(missing) / (1 + len(set(names(question))))


def weigh(chat_model: Any, question: str, near: Sequence[NearCable]) -> Generator[Event, None, list[NearCable]]:
    """Each paragraph as the chat model begins to read it; gives the cables with its odds, the likeliest first.

    As they are where the chat model fails: the search knows without it.
    """
    from qa.chat import chat_errors

    weighed = []
    try:
        for each in near:
            yield SourceOpened(each.nearest)
            shown = for_reading(each.nearest, question, MOST_SHOWN)
            with chat_errors():
                weighed.append(replace(each, odds=weigh_meant(chat_model, question, each.nearest, shown)))
    except ChatError:
        return list(near)
    return sorted(weighed, key=lambda each: -each.weight)


def meant_first(found: Passages, near: Sequence[NearCable]) -> tuple[Passage, ...]:
    """The passages of the cable most likely meant, then those of the next, then the others as they are."""
    place = {each.cable_id: n for n, each in enumerate(near)}
    return tuple(sorted(found, key=lambda each: place.get(each.cable_id, len(near))))


def is_meant(likeliest: NearCable) -> bool:
    """Whether it is sure enough that the question speaks of this cable."""
    return likeliest.weight >= LEAST_WEIGHT


def doubt(near: Sequence[NearCable], chosen: str) -> str | None:
    """What to tell beside the answer where another cable than the chosen one may be meant as well, or none."""
    weight = next((each.weight for each in near if each.cable_id == chosen), None)
    if weight is None:
        return None
    others = [each.cable_id for each in near if each.cable_id != chosen and each.weight > weight - DOUBTED]
    if others:
        return f"Which cable is meant is not certain: {listed(others, 'or')} may be as well."
    return "It is not certain that this is the cable meant." if weight < SURE_WEIGHT else None


def trace_of(near: Sequence[NearCable]) -> dict[str, Any]:
    """The cables weighed, for the trace; empty where there was nothing to weigh."""
    facts = ("score", "closeness", "unnamed", "odds", "weight")
    told = {each.cable_id: {fact: round(getattr(each, fact), 3) for fact in facts} for each in near}
    return {"cables_weighed": told} if told else {}
