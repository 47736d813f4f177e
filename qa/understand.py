"""A question -> Query: the cable ids spelt in its words, beside the filters a person set.

A cable named in a question is looked up, not searched for: `What does Astana 3162 say?`
"""

import re

from index.catalog import Catalog
from index.errors import QueryError
from qa.records import Filters, Query

MAX_QUESTION = 2000
"""Longest question, in characters: an encoder reads about 1,000 of them."""

_ID_LIKE = re.compile(
    r"\b(?:19|20)?\d{2} ?[A-Z][A-Z.' -]{1,24}? ?0*\d{1,7}(?:_[a-z]\d?)?\b"  # 07ASTANA3162, 1979 LA PAZ 02423_b
    r"|\b[A-Z][A-Za-z.']{2,}(?: [A-Z][A-Za-z.']+){0,2} 0*\d{1,6}\b"  # Astana 3162, La Paz 604
)
_FRUS_ID = re.compile(r"\bfrus[\w-]+/d\d+\b")


def understand(question: str, catalog: Catalog, filters: Filters | None = None) -> Query:
    """Read a question.

    Raises:
        QueryError: it is empty or too long.
    """
    text = " ".join(question.split())
    if not text:
        raise QueryError("the question is empty; ask in a few words, such as: Who chaired the third Civic Forum?")
    if len(text) > MAX_QUESTION:
        raise QueryError(f"the question has {len(text):,} characters, at most {MAX_QUESTION:,} are read; shorten it.")
    return Query(text=text, filters=filters or Filters(), cable_ids=_cable_ids(text, catalog))


def _cable_ids(text: str, catalog: Catalog) -> tuple[str, ...]:
    """Ids of cables that the archive holds or refers to, in the order in which they are named."""
    spelt = [match.group() for pattern in (_ID_LIKE, _FRUS_ID) for match in pattern.finditer(text)]
    ids = [_resolve(each, catalog) for each in spelt]
    return tuple(dict.fromkeys(cable_id for cable_id in ids if cable_id))


def _resolve(spelt: str, catalog: Catalog) -> str | None:
    """The cable, with or without the words caught before its name: `Did La Paz 604` is La Paz 604."""
    words = spelt.split()
    tries = (catalog.resolve(" ".join(words[start:])) for start in range(len(words)))
    return next((cable_id for cable_id in tries if cable_id), None)
