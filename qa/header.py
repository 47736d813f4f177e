"""Facts of a cable's head, told from the catalog: who signed, when it was sent, what it refers to.

No chat model has a part in it. Each fact is one sentence, and cites the line of the header that
carries it. A fact that the head does not have is told as missing, and never guessed.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import date, time

from index.gazetteer import tag
from index.records import HEADER_ORDINAL, Addressee, Cable, Header, Reference, place_label
from qa.records import Citation, HeaderFact, Statement

Fact = tuple[str, str]
"""A sentence, and a pattern of the header's words that carry it."""


def header_statements(cable: Cable, facts: Sequence[HeaderFact], marker: int) -> tuple[Statement, ...]:
    """One sentence for each fact asked for, each citing its line of the header."""
    told = dict.fromkeys(pair for fact in facts if fact in _TELLERS for pair in _TELLERS[fact](cable.header))
    return tuple(Statement(sentence, (_cite(cable, pattern, marker),), "supported") for sentence, pattern in told)


def has_facts(header: Header, facts: Sequence[HeaderFact]) -> bool:
    """Whether a head has something to tell of each fact asked for."""
    told = [[pattern for _, pattern in _TELLERS[fact](header)] for fact in facts if fact in _TELLERS]
    return all(patterns and _WHOLE not in patterns for patterns in told)


def header_citation(cable: Cable, marker: int) -> Citation:
    """The header as a whole, by the line that names the cable."""
    return _cite(cable, _named(cable.header), marker)


def _cite(cable: Cable, pattern: str, marker: int) -> Citation:
    text = cable.header_paragraph().text
    found = re.search(pattern, text, re.IGNORECASE | re.MULTILINE)
    start, end = found.span() if found else (0, len(text))
    # Whole lines: a header is read by the line.
    start, end = text.rfind("\n", 0, start) + 1, len(text) if (stop := text.find("\n", end)) < 0 else stop
    label = place_label(HEADER_ORDINAL, None, 1)
    return Citation(marker, cable.cable_id, HEADER_ORDINAL, None, label, text[start:end], start, end)


_WHOLE = r"\A[\s\S]*\Z"
"""What carries that a fact is missing."""


# ── the facts ────────────────────────────────────────────────────────────────────────────────


def _named(header: Header) -> str:
    """The line that names the cable: `UNCLAS ASTANA 003162`."""
    return rf"^.*[A-Z].*\b0*{header.number}\s*$" if header.number else "^.*$"


def _signer(header: Header) -> Iterator[Fact]:
    if header.signer:
        yield f"{header.cable_id} is signed {header.signer}.", r"^Signed: .*"
    else:
        yield f"{header.cable_id} has no signature.", _WHOLE


def _sent(header: Header) -> Iterator[Fact]:
    if header.sent is None:
        yield f"The head of {header.cable_id} has no date that can be read.", _WHOLE
        return
    zulu = re.search(r"\d{4}\s?Z\b", header.text) or not _printed("Date", header)
    local = re.search(r"\d{1,2}(?::\d\d)? ?[ap]\.m\.|\bnoon\b|\bmidnight\b", _printed("Date", header))
    # A day printed without an hour is kept as its midnight.
    hour = "" if header.sent.time() == time() else f" at {header.sent:%H:%M} UTC" if zulu else ""
    hour = f" at {local.group()}, local time" if local else hour
    yield f"{header.cable_id} was sent on {day_in_words(header.sent)}{hour}.", r"\b\d{6}Z\b.*|^Date: .*"


def _classification(header: Header) -> Iterator[Fact]:
    if header.classification is None:
        yield f"The head of {header.cable_id} has no classification that can be read.", _WHOLE
        return
    spaced = r"[\s*.]*".join(re.escape(letter) for letter in header.classification.replace(" ", "")[:6])
    printed = _printed("Classification", header)
    if printed and header.classification not in printed.upper():  # `Official Use Only` is the old name of a level
        told = f"{header.cable_id} is classified {header.classification}, printed as {printed}."
        yield told, r"^Classification: .*"
    else:
        yield f"{header.cable_id} is classified {header.classification}.", rf"^(?:Classification:)?[\s*]*{spaced}.*"


def _classifier(header: Header) -> Iterator[Fact]:
    if header.classified_by and header.classified_by.name.strip(" ,"):
        line = re.escape(header.classified_by.name.strip(" ,").split(",")[0].split()[-1])
        yield f"{header.cable_id} was classified by {header.classified_by.name}.", rf"^.*\b{line}\b.*"
    else:
        yield f"The head of {header.cable_id} names nobody who classified it.", _WHOLE


def _captions(header: Header) -> Iterator[Fact]:
    if header.captions:
        yield f"{header.cable_id} carries {listed(header.captions)}.", rf"^.*\b{header.captions[0]}\b.*"
    else:
        yield f"{header.cable_id} carries no caption.", _WHOLE
        yield from _classification(header)


def _tags(header: Header) -> Iterator[Fact]:
    if header.tags:
        meanings = [known.meaning for code in header.tags if (known := tag(code))]
        meant = f": {'; '.join(meanings)}" if meanings else ""
        yield f"{header.cable_id} is filed under the TAGS {', '.join(header.tags)}{meant}.", r"^\W*TAGS?\b.*"
    else:
        yield f"{header.cable_id} has no TAGS.", _WHOLE


def _references(header: Header) -> Iterator[Fact]:
    if header.references:
        named = [_reference(each) for each in header.references]
        yield f"{header.cable_id} refers to {listed(named)}.", r"^\W*REFS?\b.*"
    else:
        yield f"{header.cable_id} names no reference in its head.", _WHOLE


def _reference(reference: Reference) -> str:
    label = f"{reference.label}) " if reference.label else ""
    printed = " ".join(reference.text.split())
    return f"{label}{printed}" + (f" ({reference.cable_id})" if reference.cable_id else "")


def _addressees(header: Header) -> Iterator[Fact]:
    if header.to:
        yield f"{header.cable_id} was addressed for action to {listed(_names(header.to))}.", r"^TO\b.*"
    if header.info:
        yield f"Copies for information went to {listed(_names(header.info))}.", r"^INFO\b(?!.*\b[A-Z]{1,5}-\d\d).*"
    elif header.to:
        yield f"No post is named for information in the head of {header.cable_id}.", r"^TO\b.*"


def _names(addressees: Sequence[Addressee]) -> list[str]:
    return list(dict.fromkeys(each.name for each in addressees))


def _origin(header: Header) -> Iterator[Fact]:
    if place := _printed("Place", header):
        by = f" by {header.from_}" if header.from_ else ""
        yield f"{header.cable_id} was sent from {place}{by}.", r"^Place: .*"
    else:
        yield f"{header.cable_id} was sent from {header.from_ or header.origin}.", r"^(?:FM\b|From:).*"


def _precedence(header: Header) -> Iterator[Fact]:
    if header.precedence:
        yield f"{header.cable_id} was sent {header.precedence}.", r"^.*\b\d{6}Z\b.*"
    else:
        yield f"The head of {header.cable_id} has no precedence that can be read.", _WHOLE
    for each in header.to:
        if each.precedence and each.precedence != header.precedence:
            yield f"To {each.name} it went {each.precedence}.", rf"^.*{re.escape(each.name)}\b.*{each.precedence}.*"


def _subject(header: Header) -> Iterator[Fact]:
    if header.subject:
        yield f"The subject of {header.cable_id} is: {header.subject.rstrip('.')}.", r"^\W*SUBJ(?:ECT)?\b.*"
    else:
        yield f"{header.cable_id} has no subject line.", _WHOLE


def _drafter(header: Header) -> Iterator[Fact]:
    lines = re.findall(r"^\s*(?:DRAFTED|APPROVED|CLEARED)\b[^\n]*", header.text, re.IGNORECASE | re.MULTILINE)
    for line in lines:
        verb, _, who = " ".join(line.split()).partition(" BY ")
        yield f"{header.cable_id} was {verb.lower()} by {who or line}.", re.escape(line.strip())
    if not lines:
        yield f"The head of {header.cable_id} names no drafter.", _WHOLE


def _declassify(header: Header) -> Iterator[Fact]:
    order = header.executive_order
    if order is None:
        yield f"{header.cable_id} has no line of an executive order.", _WHOLE
        return
    yield f"{header.cable_id} stands under Executive Order {order.order}.", (line := r"^\W*E\.?\s?O\.?\b.*")
    if order.declassify_on:
        yield f"It is to be declassified on {day_in_words(order.declassify_on)}.", line
    else:
        yield f"{header.cable_id} names no day of declassification.", _WHOLE


def _number(header: Header) -> Iterator[Fact]:
    yield f"The cable is {header.cable_id}.", _named(header)


_TELLERS: dict[HeaderFact, Callable[[Header], Iterator[Fact]]] = {
    "signer": _signer,
    "sent": _sent,
    "classification": _classification,
    "classifier": _classifier,
    "captions": _captions,
    "tags": _tags,
    "references": _references,
    "addressees": _addressees,
    "origin": _origin,
    "precedence": _precedence,
    "subject": _subject,
    "drafter": _drafter,
    "declassify": _declassify,
    "number": _number,
}


def _printed(name: str, header: Header) -> str:
    """What stands after a name in a head that is printed line by line (`Place: Rabat`)."""
    found = re.search(rf"^{name}: (.*)$", header.text, re.MULTILINE)
    return found.group(1).strip() if found else ""


def day_in_words(day: date) -> str:
    """`3 May 1979`."""
    return f"{day.day} {day:%B %Y}"


def listed(words: Sequence[str], last: str = "and") -> str:
    """`A`, `A and B`, `A, B and C`; `last` stands before the last of several."""
    return f" {last} ".join(filter(None, (", ".join(words[:-1]), words[-1])))
