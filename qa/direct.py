"""Questions that the catalog answers itself, exactly and without a chat model: facts of a head, and lists of cables."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from index.home import Stores
from index.records import HEADER_ORDINAL, Cable, Paragraph, paragraph_label, to_iso
from qa.cite import to_citation
from qa.header import has_facts, header_citation, header_statements
from qa.listing import Listed, is_told_of, list_cables, list_citing, subject_of
from qa.records import Citation, Passage, Passages, Query, Statement
from qa.retrieve import is_bound

NEAR = 0.9
"""A cable whose score is so much of the best one's may be the one that is meant."""

_HOW_MANY = re.compile(r"\bhow many\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Direct:
    """Statements from the catalog, the headers they cite as passages, and what to tell beside them."""

    statements: tuple[Statement, ...]
    passages: tuple[Passage, ...]
    notice: str | None = None


def direct_answer(found: Passages, stores: Stores) -> Direct | None:
    """The catalog's answer; None where the question asks for what only paragraphs tell."""
    query = found.query
    if "cables" in query.asks:
        return _list(query, stores)
    if not query.asks:
        return None
    cable = _cable_meant(found, stores)
    if cable is None:
        return Direct((), found.passages, _nothing_fits(query))
    header = _to_passage(cable, cable.header_paragraph(), 1)
    others = [each for each in found if (each.cable_id, each.ordinal) != (cable.cable_id, HEADER_ORDINAL)]
    ranked = (replace(each, rank=rank) for rank, each in enumerate(others, 2))
    return Direct(header_statements(cable, query.asks, 1), (header, *ranked))


def _cable_meant(found: Passages, stores: Stores) -> Cable | None:
    """The cable named by its id, or the one found first; none where no cable is as the question says.

    Who asks when a cable is to be declassified takes it that its head says so: of the cables that come near to the
    first, the first that has what is asked for is meant.
    """
    held = [cable for cable_id in found.query.cable_ids if (cable := stores.catalog.get(cable_id))]
    if held or not len(found) or (found.widened and is_bound(found.query)):
        return held[0] if held else None
    near = dict.fromkeys(each.cable_id for each in found if each.score >= NEAR * found[0].score)
    cables = [cable for cable_id in near if (cable := stores.catalog.get(cable_id))]
    # A cable may have been removed since it was found.
    return next((cable for cable in cables if has_facts(cable.header, found.query.asks)), next(iter(cables), None))


def _list(query: Query, stores: Stores) -> Direct | None:
    """The cables asked for; None where they may say in other words what they are asked to mention."""
    if query.cable_ids and is_told_of(query):
        return _list_citing(query, stores)
    listed, fitting = list_cables(query, stores)
    if not listed:
        subject = subject_of(query)
        in_other_words = is_told_of(query) and not any(word[0].isupper() for word in subject)
        return None if in_other_words else Direct((), (), _nothing_fits(query, subject))
    passages = tuple(_to_passage(each.cable, each.paragraph, rank) for rank, each in enumerate(listed, 1))
    statements = tuple(
        Statement(each.line, (_cited(each, passage),), "supported")
        for each, passage in zip(listed, passages, strict=True)
    )
    return _counted(query, statements, passages, fitting)


def _list_citing(query: Query, stores: Stores) -> Direct:
    cables, fitting = list_citing(query, stores)
    if not cables:
        return Direct((), (), f"No cable of the archive refers to {' or '.join(query.cable_ids)}.")
    statements = (each for n, cable in enumerate(cables, 1) for each in header_statements(cable, ("references",), n))
    passages = (_to_passage(cable, cable.header_paragraph(), rank) for rank, cable in enumerate(cables, 1))
    return _counted(query, tuple(statements), tuple(passages), fitting)


def _counted(query: Query, statements: Sequence[Statement], passages: Sequence[Passage], fitting: int) -> Direct:
    """A list with the number of cables before it, where that is asked, and told where not all are listed."""
    if _HOW_MANY.search(query.text):
        citations = tuple(citation for each in statements for citation in each.citations)
        counted = f"{fitting} cable{'s' * (fitting != 1)} of the archive fit{'s' * (fitting == 1)}."
        statements = (Statement(counted, citations, "supported"), *statements)
    listed = len(passages)
    more = f"{fitting} cables fit; the first {listed} by day are listed." if fitting > listed else None
    return Direct(tuple(statements), tuple(passages), more)


def _cited(listed: Listed, passage: Passage) -> Citation:
    if listed.span is None:
        return header_citation(listed.cable, passage.rank)
    return to_citation(passage.rank, passage, listed.span)


def _nothing_fits(query: Query, subject: Sequence[str] = ()) -> str:
    said = [clue.value for clue in query.understood if clue.firm]
    if subject:
        return (
            f"No cable of the archive{' that is ' * bool(said)}{' and '.join(said)} has the words: {' '.join(subject)}."
        )
    return f"No cable of the archive is {' and '.join(said)}." if said else "No cable of the archive fits."


def _to_passage(cable: Cable, paragraph: Paragraph, rank: int) -> Passage:
    header = cable.header
    return Passage(
        rank=rank,
        score=1.0,
        cable_id=cable.cable_id,
        ordinal=paragraph.ordinal,
        number=paragraph.number,
        label=paragraph_label(paragraph, cable.paragraphs),
        sent=to_iso(header.sent),
        origin=header.origin,
        subject=header.subject,
        classification=header.classification,
        text=paragraph.text,
        found_by=("reference",),
    )
