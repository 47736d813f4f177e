"""Statements -> Statements with Support: each is held against the paragraphs it cites.

Every number of the statement must stand in a cited paragraph, in whatever form; of its other
words, enough must. The header words of the cable count too: a statement may name the cable's
subject, post and day.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from qa.records import Citation, Passage, Statement, Support
from qa.words import key_words, numbers

SUPPORTED_SHARE = 0.6
"""Share of a statement's words that its paragraphs must hold for it to be supported."""

PARTLY_SHARE = 0.35
"""Below this share it is unsupported; between the two, partly supported."""


def verify(statements: Sequence[Statement], sources: Sequence[Passage]) -> tuple[Statement, ...]:
    """The statements with their support. `sources` are the passages they cite."""
    by_place = {(source.cable_id, source.ordinal): source for source in sources}
    return tuple(replace(each, support=_support(each, by_place)) for each in statements)


def _support(statement: Statement, sources: Mapping[tuple[str, int], Passage]) -> Support:
    if not statement.citations:
        return "unsupported"
    evidence = " ".join(_evidence(citation, sources) for citation in statement.citations)
    if numbers(statement.text) - numbers(evidence):
        return "unsupported"
    wanted = set(key_words(statement.text))
    share = len(wanted & set(key_words(evidence))) / len(wanted) if wanted else 0.0
    return "supported" if share >= SUPPORTED_SHARE else "partly" if share >= PARTLY_SHARE else "unsupported"


def _evidence(citation: Citation, sources: Mapping[tuple[str, int], Passage]) -> str:
    source = sources[citation.cable_id, citation.ordinal]
    day = f"{datetime.fromisoformat(source.sent):%-d %B %Y}" if source.sent else ""
    return f"{source.cable_id} {source.origin} {day} {source.subject or ''} {source.text}"
