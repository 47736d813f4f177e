"""The REF line -> References: cables with the ids they mean, and all else by its kind (nine in heuer/cablemap)."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from index.gazetteer import embassy_in
from index.parse.refitems import Item, items_of, tidy
from index.parse.refscan import Found, Scanner
from index.records import Reference, ReferenceKind


class Citing(NamedTuple):
    """The cable that refers: its year (two digits), post and number decide what an unmarked reference means."""

    year: int | None
    post: str | None
    number: int | None
    early: bool = False
    """Whether it was sent in January or February: other posts' numbers may still be last year's."""


_KIND_WORDS: dict[ReferenceKind, str] = {
    "web": r"https?://|\bWWW\.|\bWEB ?SITE\b",
    "email": r"\bE-?MAILS?\b|@",
    "telcon": r"\bTELE?CONS?\b|\bPHONE|\bTELEPHONE|\bPHONCON|\bCONVERSATIONS?\b",
    "fax": r"\bFAX(?:ES|ED)?\b|\bFACSIMILE\b",
    "manual": r"\b\d+ F(?:AM|AH)\b|\bFAM\b|\bFAH\b|\bHANDBOOK\b|\bMANUAL\b",
    "report": r"\bIIR\b|\bTDX?[- ]?\d|\bOSC\b|\bFBIS\b|\bREPORTS?\b|\bEUP\d",
    "memo": r"\bMEMO(?:RANDUM|S|RANDA)?\b|\bLETTERS?\b|\bMEMCONS?\b|\bAIDE[- ]MEMOIRE\b|\bDIPLOMATIC NOTE\b",
    "meeting": r"\bMEETINGS?\b|\bMTGS?\b|\bDISCUSSIONS?\b|\bBRIEFINGS?\b",
}
_LABELS = re.compile(r"^(?:REF(?:TEL)?S?\s*[:.]\s*)+", re.IGNORECASE)
_WORD = re.compile(r"\w{2}")
_SEPARATOR = re.compile(r"[;:,]")
_NUMBERED_WORD = re.compile(r"[A-Z](?:-\d|[A-Z].*?\d)", re.IGNORECASE)
_OF_THE_CABLE = re.compile(r"(?:OF|DATED|DTD|TO|REPEATED)\b", re.IGNORECASE)
_KINDS = {kind: re.compile(words, re.IGNORECASE) for kind, words in _KIND_WORDS.items()}


# Countries and years look alike (`IRAN 1979`): nothing but the country and a number that is no year will do.
_COUNTRY = re.compile(
    r"(?:['’(]?(?P<year>(?:19|20)?\d\d)\)?[ -])?(?P<country>[A-Z][A-Z .'’-]{2,30}?) "
    r"(?!(?:19|20)\d\d\b)(?P<number>\d{2,7})(?: \(NOTAL\))?",
    re.IGNORECASE,
)


def country_named(text: str) -> str | None:
    """The country that an item names where a post should stand: `BRAZIL 1280`."""
    match = _COUNTRY.fullmatch(text)
    return match["country"] if match and embassy_in(match["country"]) else None


def _of_country(text: str) -> Found | None:
    match = _COUNTRY.fullmatch(text)
    post = embassy_in(match["country"]) if match else None
    if match is None or post is None:
        return None
    return Found(post, int(match["number"]), int(match["year"]) % 100 if match["year"] else None, 0, len(text))


def read_references(lines: Sequence[str], citing: Citing) -> tuple[Reference, ...]:
    """Every item of the REF line in order; an item that names several cables gives one reference for each."""
    text = " ".join(" ".join(lines).split())
    text = _LABELS.sub("", text)
    references: list[Reference] = []
    post: str | None = None
    for item in items_of(text):
        scanner = Scanner(item.text, post)
        found = scanner.scan()
        if not found and post and (number := scanner.number_only()) is not None:
            found = [Found(post, number, None, 0, len(item.text))]
        if not found and (of_country := _of_country(item.text)):
            found = [of_country]
        references += _of_item(item, found, citing)
        post = scanner.post or post
    return tuple(references)


def _of_item(item: Item, found: list[Found], citing: Citing) -> list[Reference]:
    if not found:
        if item.label is None:
            return [
                Reference(None, piece, None, _kind_of(piece))
                for piece in map(tidy, item.text.split(";"))
                if _WORD.search(piece) and piece.upper() not in ("N/A", "NA", "NONE", "AND PREVIOUS")
            ]
        return [Reference(item.label, item.text, None, _kind_of(item.text))] if item.text else []
    references = []
    if item.label is None and (before := _other_piece(item.text[: found[0].start])):
        references.append(Reference(None, before, None, _kind_of(before)))
    for place, cable in enumerate(found):
        cable_id, inferred = _to_id(cable, citing)
        if citing.number == cable.number and cable_id == f"{(citing.year or 0):02d}{citing.post}{citing.number}":
            continue
        end = found[place + 1].start if place + 1 < len(found) else len(item.text)
        text = item.text if item.label else tidy(item.text[cable.start : cable.end])
        references.append(Reference(item.label, text, cable_id, "cable", inferred, _last_year(cable, citing)))
        if item.label is None and (between := _other_piece(item.text[cable.end : end])):
            references.append(Reference(None, between, None, _kind_of(between)))
    return references


def _other_piece(text: str) -> str | None:
    """What stands between cables without a label and is a reference of its own: `; BINNS LETTER OF FEBRUARY 5;`."""
    parts = [tidy(part) for part in _SEPARATOR.split(text)]
    pieces = [part for part in parts if _NUMBERED_WORD.match(part)]
    return pieces[0] if pieces and not _OF_THE_CABLE.match(pieces[0]) else None


def _to_id(cable: Found, citing: Citing) -> tuple[str | None, bool]:
    """The id, and whether its year is a conclusion: a number of the cable's own post above its own is last year's."""
    if cable.year is not None:
        return f"{cable.year:02d}{cable.post}{cable.number}", False
    if citing.year is None:
        return None, False
    if cable.post == citing.post and citing.number is not None and cable.number > citing.number:
        return f"{(citing.year - 1) % 100:02d}{cable.post}{cable.number}", True
    return f"{citing.year:02d}{cable.post}{cable.number}", False


def _last_year(cable: Found, citing: Citing) -> str | None:
    """The other thing that a number without a year may mean at the turn of the year."""
    if not citing.early or cable.year is not None or citing.year is None or cable.post == citing.post:
        return None
    return f"{(citing.year - 1) % 100:02d}{cable.post}{cable.number}"


def _kind_of(text: str) -> ReferenceKind:
    return next((kind for kind, pattern in _KINDS.items() if pattern.search(text)), "cable")
