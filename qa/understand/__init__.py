"""A question -> Query: what its words say of the cables wanted, beside the filters a person set.

Days and periods, posts, countries, TAGS, classifications, captions, signers, addressees and cable
ids become clues; a firm clue narrows the search, another lifts what fits it. A cable named in a
question is looked up, not searched for: `What does Astana 3162 say?` No chat model is needed.
"""

import re
from collections.abc import Collection
from datetime import timedelta

from index.catalog import Catalog
from index.errors import QueryError
from qa.records import Clue, Filters, Query, Strength
from qa.shield import visible
from qa.understand.collection import asks_what_is_said, may_be_of_many, of_collection
from qa.understand.days import Period, periods, told
from qa.understand.header_facts import header_facts
from qa.understand.ids import cable_ids
from qa.understand.names import CABLE, MESSAGE, names
from qa.understand.wording import KNOWN

MAX_QUESTION = 2000
"""Longest question, in characters: an encoder reads about 1,000 of them."""

AFTERMATH = timedelta(days=14)
"""What happened on a day is reported within so many days."""

_THEN = r"(?: (?:of|on|dated|sent|filed|from|in|for|during))*\s*$"
_SENT_THEN = re.compile(
    rf"\b(?:{CABLE}(?: [\w'’-]+){{0,4}}? (?:sent|dated|filed)|{CABLE}|cabled){_THEN}", re.IGNORECASE
)
"""`The telegram sent on …`; neither the note dated then, nor the tents sent then."""
_POSSESSED, _NOUN_NEXT = (
    re.compile(r"(?:\b(?:the|its|his|her|their|our|an?)|['’]s) $", re.IGNORECASE),
    re.compile(r" [a-z]"),
)
"""`its November 1979 economic package` tells when that was, not when a cable spoke of it."""

_OF_FIGURES = re.compile(r"\bmonths (?:of|in)\b", re.IGNORECASE)
"""`In the first six months of 1979`: the figures for it come after it."""

_OF_THE_CABLE = re.compile(rf"^(?:['’]s)? (?:[\w'’-]+ ){{0,2}}{CABLE}\b", re.IGNORECASE)
_MESSAGE_THEN = re.compile(rf"\b(?:{MESSAGE}|sent|dated|filed){_THEN}", re.IGNORECASE)
_OF_THE_MESSAGE = re.compile(rf"^(?:['’]s)? (?:[\w'’-]+ ){{0,2}}{MESSAGE}\b", re.IGNORECASE)
"""The same where the question is for a fact of a head, in other words for a cable."""

_UNKNOWN_FACT = re.compile(
    rf"\b(?:longest|shortest|biggest|largest|smallest) {CABLE}\b|\b(?:most|fewest|how many|number of) "
    r"(?:paragraphs|pages|words|lines|sections)\b|\bpage count\b|\bhow long is\b",
    re.IGNORECASE,
)
"""What no head says."""

_CITED = re.compile(r"(?:to |in )?(?:which|what)\b.{0,80}?\b(?:do(?:es)?|did|is|was|are|were)\b", re.IGNORECASE)
"""`Which message from Tokyo does it cite?` begins with where that message came from, not the cable that is meant."""


def understand(
    question: str,
    catalog: Catalog,
    filters: Filters | None = None,
    *,
    ignore: Collection[str] = (),
    known: float = KNOWN,
) -> Query:
    """Read a question.

    Args:
        ignore: the texts of clues that the person has removed.
        known: how sure it must be that a fact of a head is asked for.

    Raises:
        QueryError: it has no words, or is too long.
    """
    text = " ".join(visible(question).split())
    if not any(letter.isalnum() for letter in text):
        raise QueryError("the question has no words; ask in a few words, such as: Who chaired the third Civic Forum?")
    if len(text) > MAX_QUESTION:
        raise QueryError(f"the question has {len(text):,} characters, at most {MAX_QUESTION:,} are read; shorten it.")
    if understood := of_collection(text, catalog, ignore):
        return Query(
            text=text,
            filters=filters or Filters(),
            understood=understood.clues,
            asks=understood.facts,
            collection=understood.asked,
        )
    named = cable_ids(text, catalog)
    clues = [Clue("cable", text[each.start : each.end], each.cable_id, Filters()) for each in named]
    # The words of an id are no clues of their own: `07 ASTANA 3162` names no post and no year.
    rest = text
    for each in named:
        rest = rest[: each.start] + " " * (each.end - each.start) + rest[each.end :]
    of_many = asks_what_is_said(text) or (may_be_of_many(text) and not named) or bool(_UNKNOWN_FACT.search(text))
    asks = () if of_many else header_facts(text, known)
    clues += [_sent(rest, period, of_a_head=bool(asks)) for period in periods(rest)]
    cited = _CITED.match(rest) if "references" in asks else None
    clues += names(rest[cited.end() :] if cited else rest, catalog.revisioned_facets())
    kept = tuple(clue for clue in dict.fromkeys(clues) if clue.text not in ignore)
    return Query(
        text=text,
        filters=filters or Filters(),
        cable_ids=tuple(dict.fromkeys(clue.value for clue in kept if clue.kind == "cable")),
        understood=kept,
        asks=asks,
    )


def _sent(question: str, period: Period, *, of_a_head: bool) -> Clue:
    """When the cables wanted were sent, as far as a period in a question tells.

    Args:
        of_a_head: whether the question asks for a fact of a cable's head.
    """
    before, said, after = question[: period.start], question[period.start : period.end], question[period.end :]
    of_the_cable = bool(_SENT_THEN.search(before) or _OF_THE_CABLE.match(after))
    of_the_message = of_a_head and bool(_MESSAGE_THEN.search(before) or _OF_THE_MESSAGE.match(after))
    since, until = period.since, period.until
    if period.is_short and not of_the_cable and not of_the_message and until:
        until += AFTERMATH
    of_an_event = bool(_POSSESSED.search(before) and _NOUN_NEXT.match(after))
    if _OF_FIGURES.search(said) and until and not of_the_cable:
        until = until.replace(month=12, day=31)
    hint = (period.is_short or of_an_event) and not of_the_message
    strength: Strength = "binding" if of_the_cable else "hint" if hint else "firm"
    return Clue("sent", said, f"sent {told(since, until)}", Filters(since=since, until=until), strength)
