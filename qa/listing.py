"""`Which cables …?` -> the cables themselves, from the catalog, each told in a line and cited by what shows it.

What was firmly understood (days, posts, levels, signers …) is met exactly. Words that are left over
are a subject: the cables must share them, and those that share far less than the best are left out.
A cable is cited by its header. One that is to mention something must have every word of it in one place,
and is cited by the sentence that has most of them.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from index.home import Stores
from index.records import Cable, Paragraph
from index.sentences import Span, sentence_spans
from qa.records import Query
from qa.words import key_words

MOST = 20
"""Cables listed; where more fit, that is said."""

SHARE = 0.3
"""What the score of a cable must be of the best one's, for its subject to be the one asked for."""

_ALL = 1_000_000

_NO_SUBJECT = frozenset(
    key_words(
        "cable telegram message report airgram embtel collection archive list name identify send sent file originally "
        "many mark carry embassy post country concern refer reference mention speak tell written go went "
        "discuss describe quote contain say said cite deal touch "
        "date day month year"
    )
)


_TOLD_OF = re.compile(
    r"\b(?:mentions?|discuss(?:es)?|describes?|quotes?|names?|contains?|says?|cites?|refers? to|speaks? (?:of|about)|"
    r"tells? (?:of|about)|touch(?:es)? on|deals? with)\b",
    re.IGNORECASE,
)
"""What asks for cables by what they say: the paragraph shows it, and a header need not."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One cable of a list: what tells of it in a line, and the words that show that it belongs there."""

    cable: Cable
    line: str
    paragraph: Paragraph
    span: Span | None
    """Of the words in the paragraph; None where the header as a whole shows it."""


def list_cables(query: Query, stores: Stores) -> tuple[tuple[Listed, ...], int]:
    """The cables that fit, by day, at most MOST of them; and how many fit in all."""
    subject, told_of = subject_of(query), is_told_of(query)
    passing = stores.catalog.select_cables(query.wanted.conditions())
    if subject:
        fitting = (_with_every if told_of else _near)(subject, query, stores)
        passing = {number: cable_id for number, cable_id in passing.items() if number in fitting}
    cables = [cable for cable_id in list(passing.values())[:MOST] if (cable := stores.catalog.get(cable_id))]
    return tuple(_listed(cable, subject if told_of else ()) for cable in cables), len(passing)


def list_citing(query: Query, stores: Stores) -> tuple[tuple[Cable, ...], int]:
    """The cables whose head refers to one that is named, by day, at most MOST; and how many there are."""
    citing = {each.cable_id for named in query.cable_ids for each in stores.catalog.cited_by(named)}
    passing = stores.catalog.select_cables(query.wanted.conditions()).values()
    chosen = [cable_id for cable_id in passing if cable_id in citing]
    return tuple(cable for cable_id in chosen[:MOST] if (cable := stores.catalog.get(cable_id))), len(chosen)


def is_told_of(query: Query) -> bool:
    """Whether the cables are asked for by what they say."""
    return bool(_TOLD_OF.search(query.text))


def _with_every(subject: Sequence[str], query: Query, stores: Stores) -> set[int]:
    chunks = stores.terms.chunks_with(" ".join(subject), query.wanted.conditions())
    return {cable for _, cable in stores.catalog.places_of(chunks).values()}


def _near(subject: Sequence[str], query: Query, stores: Stores) -> set[int]:
    conditions = query.wanted.conditions()
    scores = stores.terms.search_cables(" ".join(subject), _ALL, conditions)
    places = stores.catalog.places_of(scores)
    by_cable = {places[chunk][1]: score for chunk, score in scores.items() if chunk in places}
    least = SHARE * max(by_cable.values(), default=0.0)
    return {cable for cable, score in by_cable.items() if score >= least}


def subject_of(query: Query) -> list[str]:
    """The words of the question, as written, that no clue has taken up, and that are no words about cables."""
    rest = query.text
    for clue in query.understood:
        if clue.firm:
            rest = rest.replace(clue.text, " ")
    stems = {word: stem for word in re.findall(r"[\w’'.-]*\w", rest) for stem in key_words(word)[:1]}
    return [word for word, stem in stems.items() if stem not in _NO_SUBJECT]


def _listed(cable: Cable, told_of: Sequence[str]) -> Listed:
    """The cable with its header, or with the paragraph that tells most of a subject."""
    day, subject = _day(cable.header.sent), (cable.header.subject or "no subject").rstrip(".")
    paragraph, span = _where_told(cable, set(key_words(" ".join(told_of))))
    if span is not None:
        line = f"{cable.cable_id} ({day}): “{paragraph.text[slice(*span)]}”"
        return Listed(cable, line, paragraph, span)
    facts = (day, (cable.header.classification or "").capitalize(), _signed(cable))
    return Listed(cable, f"{cable.cable_id} ({', '.join(filter(None, facts))}): {subject}.", paragraph, None)


def _where_told(cable: Cable, words: set[str]) -> tuple[Paragraph, Span | None]:
    """The first of the paragraphs with most of the words, and its sentence with most; the header where none has one."""
    paragraph = max(cable.paragraphs, key=lambda each: _shared(words, each.text), default=None)
    if paragraph is None or not _shared(words, paragraph.text):
        return cable.header_paragraph(), None
    spans = sentence_spans(paragraph.text)
    return paragraph, max(spans, key=lambda span: _shared(words, paragraph.text[slice(*span)]))


def _shared(words: set[str], text: str) -> int:
    return len(words & set(key_words(text)))


def _signed(cable: Cable) -> str:
    return f"signed {cable.header.signer}" if cable.header.signer else ""


def _day(day: datetime | None) -> str:
    return f"{day.day} {day:%B %Y}" if day else ""
