"""How a question ends, and what is told to the person where it ends without an answer."""

from collections.abc import Sequence

from index.catalog import Catalog
from qa.records import Outcome, Passages, Query, Statement

NOT_FOUND = "The cables do not say. The passages nearest to the question are listed."


def missing_reference(query: Query, catalog: Catalog) -> str | None:
    """What to tell where a cable asked about is not there; None where none is missing."""
    absent = [each for each in query.cable_ids if not catalog.present([each])]
    if not absent:
        return None
    referring = ", ".join(each.cable_id for each in catalog.cited_by(absent[0])[:5])
    told = f"it is referred to by {referring}" if referring else "no cable that is there refers to it"
    return f"{absent[0]} is not in the archive; {told}."


def outcome_of(
    found: Passages, statements: Sequence[Statement], withheld: int, catalog: Catalog
) -> tuple[Outcome, str | None]:
    """The outcome, and a plain sentence where there is something to say beside the answer, or instead of it.

    Args:
        withheld: statements of the draft that nothing carries.
    """
    if missing := missing_reference(found.query, catalog):
        return "missing_reference", missing
    if not len(found) and not statements:
        if found.query.filters:
            return "no_match", "No cable passes the filters; widen or remove one."
        return "not_found", "No cable in the archive has anything near these words."
    if not statements:
        return "not_found", NOT_FOUND
    notes = [_withheld(withheld), _widened(found)]
    return "answered", " ".join(note for note in notes if note) or None


def _withheld(count: int) -> str | None:
    if not count:
        return None
    return (
        f"{'One sentence was' if count == 1 else f'{count} sentences were'} withheld: no source carries what was said."
    )


def _widened(found: Passages) -> str | None:
    """What to tell where the search let go of what it had understood."""
    if not found.widened:
        return None
    read = ", ".join(clue.value for clue in found.query.understood if clue.firm)
    return f"Too little was found in cables {read}; the search was widened to the others."
