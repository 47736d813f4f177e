"""`Which cables …?` -> the cables themselves, from the catalog, each told in a line and cited by its header.

What was firmly understood (days, posts, levels, signers …) is met exactly. Words that are left over
are a subject: the cables must share them, and those that share far less than the best are left out.
"""

from collections.abc import Sequence
from datetime import datetime

from index.home import Stores
from index.records import Cable
from qa.header import header_citation
from qa.records import Query, Statement
from qa.words import key_words

MOST = 20
"""Cables listed; where more fit, that is said."""

SHARE = 0.3
"""What the score of a cable must be of the best one's, for its subject to be the one asked for."""

_NO_SUBJECT = frozenset(
    key_words(
        "cable telegram message report airgram embtel collection archive list name identify send sent file originally "
        "many mark carry embassy post country concern refer reference mention speak tell written go went "
        "date day month year"
    )
)


def list_cables(query: Query, stores: Stores) -> tuple[tuple[Cable, ...], int]:
    """The cables that fit, by day, at most MOST of them; and how many fit in all."""
    conditions = query.wanted.conditions()
    subject = subject_of(query)
    passing = stores.catalog.select_cables(conditions)
    if subject:
        scores = stores.terms.search_cables(" ".join(subject), len(passing) or 1, conditions)
        places = stores.catalog.places_of(scores)
        by_cable = {places[chunk][1]: score for chunk, score in scores.items() if chunk in places}
        least = SHARE * max(by_cable.values(), default=0.0)
        passing = {number: cable_id for number, cable_id in passing.items() if by_cable.get(number, -1.0) >= least}
    cables = [cable for cable_id in list(passing.values())[:MOST] if (cable := stores.catalog.get(cable_id))]
    return tuple(cables), len(passing)


def subject_of(query: Query) -> list[str]:
    """The words of the question that no clue has taken up, and that are no words about cables."""
    rest = query.text
    for clue in query.understood:
        if clue.firm:
            rest = rest.replace(clue.text, " ")
    return [word for word in dict.fromkeys(key_words(rest)) if word not in _NO_SUBJECT]


def listing_statements(cables: Sequence[Cable]) -> tuple[Statement, ...]:
    """One line for each cable: its id, day, level, and subject."""
    return tuple(
        Statement(_line(cable), (header_citation(cable, n),), "supported") for n, cable in enumerate(cables, 1)
    )


def _line(cable: Cable) -> str:
    header = cable.header
    facts = (_day(header.sent), (header.classification or "").capitalize(), header.signer and f"signed {header.signer}")
    told = ", ".join(fact for fact in facts if fact)
    return f"{cable.cable_id} ({told}): {(header.subject or 'no subject').rstrip('.')}."


def _day(day: datetime | None) -> str:
    return f"{day.day} {day:%B %Y}" if day else ""
