"""Where a citation or a passage stands, named as gold citations name it, so that the two can be compared."""

from collections.abc import Collection, Iterable
from dataclasses import replace

from index.catalog import Catalog
from qa.evaluation.check import name_of
from qa.evaluation.questions import WHOLE, GoldQuestion, Place
from qa.records import Citation, Passage


def place_of(cited: Citation | Passage, numbered: Collection[str] = ()) -> Place:
    """The cable and the number as printed; the ordinal in cables without numbers.

    Args:
        numbered: cables that print paragraph numbers: an unnumbered paragraph of theirs is no `3`.
    """
    return cited.cable_id, name_of(cited.number, cited.ordinal, numbered=cited.cable_id in numbered)


def gold_place_of(place: Place, gold: Collection[Place]) -> Place:
    """The place itself, or the whole cable where that is what the gold cites."""
    whole = (place[0], WHOLE)
    return whole if whole in gold else place


def numbered_cables(cable_ids: Iterable[str], catalog: Catalog) -> frozenset[str]:
    """Those of the cables that print paragraph numbers."""
    cables = (catalog.get(cable_id) for cable_id in set(cable_ids))
    return frozenset(
        cable.cable_id for cable in cables if cable and any(each.number is not None for each in cable.paragraphs)
    )


def as_archived(gold: GoldQuestion, catalog: Catalog) -> GoldQuestion:
    """The question with its cables named as the archive names them (`05KIEV12` may be held as `05KYIV12`)."""

    def held(place: Place) -> Place:
        return catalog.resolve(place[0]) or place[0], place[1]

    return replace(
        gold,
        citations=frozenset(map(held, gold.citations)),
        grades={held(place): grade for place, grade in gold.grades.items()},
        rejected_citations=frozenset(map(held, gold.rejected_citations)),
    )


def cited_by(gold: GoldQuestion, passages: Iterable[Passage]) -> set[str]:
    """The gold cables that are among the passages: only there can a place be mistaken for a gold one."""
    named = {cable_id for cable_id, _ in gold.citations | gold.rejected_citations}
    return named & {each.cable_id for each in passages}
