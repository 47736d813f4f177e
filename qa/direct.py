"""Questions that the catalog answers itself, exactly and without a chat model: facts of a head, and the collection."""

from dataclasses import dataclass, replace

from index.home import Stores
from index.records import HEADER_ORDINAL, Cable
from qa.collection import tell_of
from qa.header import has_facts, header_statements
from qa.records import Passage, Passages, Query, Statement
from qa.retrieve import is_bound

NEAR = 0.9
"""A cable whose score is so much of the best one's may be the one that is meant."""


@dataclass(frozen=True, slots=True)
class Direct:
    """Statements from the catalog, the headers they cite as passages, and what to tell beside them."""

    statements: tuple[Statement, ...]
    passages: tuple[Passage, ...]
    notice: str | None = None


def direct_answer(found: Passages, stores: Stores) -> Direct | None:
    """The catalog's answer; None where the question asks for what only paragraphs tell."""
    query = found.query
    if query.collection is not None:
        told = tell_of(query, stores)
        return None if told.in_other_words else Direct(told.statements, told.passages, told.notice)
    if not query.asks:
        return None
    cables = _cables_meant(found, stores)
    if not cables:
        return Direct((), found.passages, _nothing_fits(query))
    headers = [Passage.of(cable, cable.header_paragraph(), rank) for rank, cable in enumerate(cables, 1)]
    heads = {(each.cable_id, HEADER_ORDINAL) for each in headers}
    others = [each for each in found if (each.cable_id, each.ordinal) not in heads]
    ranked = (replace(each, rank=rank) for rank, each in enumerate(others, len(headers) + 1))
    statements = (header_statements(cable, query.asks, rank) for rank, cable in enumerate(cables, 1))
    return Direct(tuple(each for facts in statements for each in facts), (*headers, *ranked))


def _cables_meant(found: Passages, stores: Stores) -> list[Cable]:
    """The cables named by their ids, or the one found first; none where no cable is as the question says.

    Who asks when a cable is to be declassified takes it that its head says so: of the cables that come near to the
    first, the first that has what is asked for is meant.
    """
    held = [cable for cable_id in found.query.cable_ids if (cable := stores.catalog.get(cable_id))]
    if held or not len(found) or (found.widened and is_bound(found.query)):
        return held
    near = dict.fromkeys(each.cable_id for each in found if each.score >= NEAR * found[0].score)
    cables = [cable for cable_id in near if (cable := stores.catalog.get(cable_id))]
    # A cable may have been removed since it was found.
    return [cable for cable in cables if has_facts(cable.header, found.query.asks)][:1] or cables[:1]


def _nothing_fits(query: Query) -> str:
    said = [clue.value for clue in query.understood if clue.firm]
    return f"No cable of the archive is {' and '.join(said)}." if said else "No cable of the archive fits."
