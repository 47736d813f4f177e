"""A plain message -> Cable: the parts put together, the witnesses compared."""

import re
from dataclasses import replace
from typing import Any, cast

from index.errors import CableSyntaxError
from index.parse.attributes import Attributes, read_attributes
from index.parse.closing import Closing, drop_signature, take_closing
from index.parse.fields import read_authority, read_order, read_subject
from index.parse.furniture import Sheet, strip_furniture
from index.parse.head import Head
from index.parse.heading import highest, precedence_of, read_addressee, security_level
from index.parse.identity import Identity, identify, is_named
from index.parse.levels import to_level
from index.parse.lines import to_lines
from index.parse.mentions import labels_in
from index.parse.paragraphs import Body, read_body
from index.parse.preface import read_preface
from index.parse.prose import join
from index.parse.references import Citing, country_named, read_references
from index.parse.sections import Part, body_lines, in_order, split_parts
from index.parse.summary import comment_of, summary_of
from index.parse.tagline import read_tags
from index.records import (
    Addressee,
    Anomaly,
    Authority,
    Cable,
    Classification,
    Header,
    Message,
    Paragraph,
    Reference,
    Section,
)

_NAMES_CLASSIFIER = re.compile(r"\(?classified by[:\s]+(?=[^\n]{3,300}\b1\.[45])", re.IGNORECASE)
_SHORTEST_FULL_SECTION = 3000
"""Characters; sections of published cables hold 4,000 to 7,000."""


def parse_plain(message: Message, *, witness: Attributes | None = None, ignore_attributes: bool = False) -> Cable:
    """Parse the text of one cable.

    Args:
        witness: what a structured source says outright; taken like the attributes that stand in a text.

    Raises:
        CableSyntaxError: no head, no id, or no text.
    """
    lines, repaired = to_lines(message.text)
    preface, lines = read_preface(lines)
    sheet = strip_furniture(lines)
    attributes = None if ignore_attributes else (witness or preface or read_attributes(sheet.attributes))
    parts, anomalies = in_order(split_parts(sheet.lines))
    head = parts[0].head
    if not (head.recognised or is_named(head, sheet.levels, message.source.path)):
        raise CableSyntaxError(
            "no head of a cable was recognised (no date-time group, classification line or labelled fields); "
            "check that the text is a cable and begins with its heading; where only the level is left of it, "
            "name the file by the cable's id (07ASTANA3162.txt)."
        )
    anomalies += repaired
    if not head.recognised:
        anomalies.append(Anomaly("other", "only the level is left of the head; the id is that of the file's name"))
    identity = identify(head, sheet.pages, attributes, message.source.path)
    closing = _closing(parts)
    section, sections = _sections(parts, sheet, closing, anomalies)
    body = read_body(closing.lines, whole=parts[0].number == 1)
    paragraphs = _with_notes(body, closing)
    if not paragraphs:
        raise CableSyntaxError(
            f"{identity.cable_id} has no paragraph of text below its head; check that the file holds the whole cable."
        )
    header = _Header(head, parts, identity, attributes, sheet, anomalies, paragraphs).build(
        section=section,
        sections=sections,
        signer=closing.signer,
        summary=summary_of(paragraphs),
        comment=comment_of(paragraphs),
    )
    found = (*message.anomalies, *identity.anomalies, *anomalies, *body.anomalies)
    return Cable(header, _with_references(paragraphs, header.references), message.source, tuple(dict.fromkeys(found)))


# ── body ─────────────────────────────────────────────────────────────────────────────────────


def _closing(parts: list[Part]) -> Closing:
    """The body of all parts with the end taken off; a signature under each part is dropped from each."""
    last = take_closing(parts[-1].lines)
    if last.signer:
        for part in parts[:-1]:
            part.lines = drop_signature(part.lines, last.signer)
    parts[-1].lines = last.lines
    return last._replace(lines=body_lines(parts))


def _sections(
    parts: list[Part], sheet: Sheet, closing: Closing, anomalies: list[Anomaly]
) -> tuple[Section | None, int]:
    """The part, if only one was found, and how many the cable has."""
    lines = [part.head.classification for part in parts if part.head.classification]
    of = max([line.of or 1 for line in lines] + [page.of for page in sheet.pages] + [1])
    present = {part.number for part in parts}
    if of == 1 or len(present) >= of:
        return None, max(of, 1)
    if len(parts) == 1 and present == {1} and _is_merged(sheet, closing, of):
        return None, of
    missing = sorted(set(range(1, of + 1)) - present)
    if missing and of <= 100:
        anomalies += [Anomaly("missing_section", f"section {number} of {of} is missing") for number in missing]
    elif missing:
        anomalies.append(Anomaly("missing_section", f"{len(missing)} of {of} sections are missing"))
    return (Section(parts[0].number, of) if len(parts) == 1 else None), of


def _is_merged(sheet: Sheet, closing: Closing, of: int) -> bool:
    """Whether a text under the head of section 1 holds the others too, as publishers merged them.

    The signature ends the last section. Page markers tell how far the text goes; where they are lost its length
    does, for every section but the last is sent full. Page headers repeat the head with each section.
    """
    if closing.signer is None:
        return False
    pages = [page.part for page in sheet.pages if page.of > 1]
    if pages:
        return max(pages) >= of
    return sum(len(line.text) for line in closing.lines) >= _SHORTEST_FULL_SECTION * (of - 1)


def _with_notes(body: Body, closing: Closing) -> tuple[Paragraph, ...]:
    """The paragraphs, and a note under the signature as the last of them."""
    if not closing.notes:
        return body.paragraphs
    note = Paragraph(
        ordinal=len(body.paragraphs) + 1,
        text=join([line.text for line in closing.notes]),
        start=closing.notes[0].start,
        end=closing.notes[-1].end,
    )
    return (*body.paragraphs, note)


def _with_references(paragraphs: tuple[Paragraph, ...], references: tuple[Reference, ...]) -> tuple[Paragraph, ...]:
    labels = list(dict.fromkeys(reference.label for reference in references if reference.label))
    if not labels:
        return paragraphs
    named = [(paragraph, labels_in(paragraph.text, labels)) for paragraph in paragraphs]
    return tuple(replace(paragraph, references=found) if found else paragraph for paragraph, found in named)


# ── header ───────────────────────────────────────────────────────────────────────────────────


class _Header:
    """Builds the header from the first part's head; a field that is missing there is taken from a later part."""

    def __init__(
        self,
        head: Head,
        parts: list[Part],
        identity: Identity,
        attributes: Attributes | None,
        sheet: Sheet,
        anomalies: list[Anomaly],
        body: tuple[Paragraph, ...],
    ) -> None:
        self._head = head
        self._parts = parts
        self._identity = identity
        self._attributes = attributes
        self._sheet = sheet
        self._anomalies = anomalies
        self._body = body

    def build(self, **of_the_body: Any) -> Header:
        """The header; what only the body tells is given by its name."""
        identity, head = self._identity, self._head
        to, info = _addressees(head.to), _addressees(head.info)
        order, classifier = read_order(self._field("order"))
        return Header(
            cable_id=identity.cable_id,
            origin=identity.origin,
            number=identity.number,
            year=identity.year,
            sent=identity.sent,
            precedence=(head.dtg.precedence if head.dtg else None)
            or highest(head.routing_precedence or "")
            or precedence_of([*to, *info]),
            from_=head.from_,
            to=to,
            info=info,
            classification=self._classification(),
            captions=self._captions(),
            classified_by=read_authority(self._field("authority")) or classifier or _authority_in(self._body),
            executive_order=order,
            tags=self._tags(),
            subject=self._subject(),
            references=self._references(),
            text="\n".join(line.rstrip() for line in head.printed),
            **of_the_body,
        )

    def _field(self, name: str) -> list[str]:
        for part in self._parts:
            values = cast(dict[str, list[str]], part.head.fields).get(name)
            if values and any(values):
                return values
        return []

    def _classification(self) -> Classification | None:
        head, attributes = self._head, self._attributes
        repeated = security_level(head.security or "")
        printed = head.classification.level if head.classification else to_level(head.level or "")
        level = printed or to_level(repeated or "") or to_level(next(iter(self._sheet.levels), ""))
        if head.classification and head.classification.damaged:
            line = head.classification
            self._report(f"the classification line is damaged; read as {line.level} {line.post} {line.number}")
        if printed and repeated and printed != repeated and {printed, head.security} != {"LIMITED OFFICIAL USE", "E"}:
            self._report(f"the classification line says {printed}, the ZNR/ZNY line {repeated}")
        if attributes and attributes.classification and attributes.classification != level:
            if level:
                self._report(f"the text is marked {level}, the attributes say {attributes.classification}")
            level = attributes.classification
        return level

    def _captions(self) -> tuple[str, ...]:
        given = self._attributes.captions if self._attributes else ()
        printed = [caption for part in self._parts for caption in part.head.captions]
        return tuple(dict.fromkeys([*printed, *given]))

    def _tags(self) -> tuple[str, ...]:
        printed, anomalies = read_tags(self._field("tags"))
        attributes = self._attributes
        if attributes is None or not attributes.tags:
            self._anomalies += anomalies
            return printed
        if left := [tag for tag in printed if tag not in attributes.tags]:
            self._report(f"TAGS printed but not in the attributes: {', '.join(left)}")
        return attributes.tags

    def _subject(self) -> str | None:
        printed = read_subject(self._field("subject"))
        given = self._attributes.subject if self._attributes else None
        given = read_subject([given]) if given else None
        if given is None or printed is None:
            return printed or given
        mine, theirs = _plain(printed), _plain(given)
        if mine == theirs or theirs.startswith(mine) or mine.startswith(theirs):
            # The attributes cut long subjects, and run the line below into them; the print does neither.
            return printed
        self._report(f"the subject is printed {printed!r}")
        return given

    def _references(self) -> tuple[Reference, ...]:
        identity, attributes = self._identity, self._attributes
        early = identity.sent is not None and identity.sent.month <= 2
        citing = Citing(identity.year % 100, identity.origin, identity.number, early)
        printed = read_references(self._field("references"), citing)
        for reference in printed:
            if reference.cable_id and (country := country_named(reference.text)):
                self._report(f"reference {reference.text}: the country {country} read as its embassy")
        if attributes is None or not attributes.reference:
            return printed
        given = read_references([attributes.reference], citing)
        if not printed:
            return given
        mine, theirs = ({each.cable_id for each in found if each.cable_id} for found in (printed, given))
        if mine != theirs:
            self._report(f"references printed {_listed(mine)}, the attributes say {_listed(theirs)}")
        dated = [self._with_given_year(reference, given) for reference in printed]
        return _completed(dated, given)

    def _with_given_year(self, reference: Reference, given: tuple[Reference, ...]) -> Reference:
        """The reference with the year that the attributes give, where the print gives none."""
        cable_id = reference.cable_id
        if cable_id is None or _has_year(reference.text):
            return reference
        for other in given:
            if (
                other.cable_id
                and other.cable_id[2:] == cable_id[2:]
                and other.cable_id != cable_id
                and _has_year(other.text)
            ):
                return replace(reference, cable_id=other.cable_id, year_inferred=False, last_year=None)
        return reference

    def _report(self, detail: str) -> None:
        self._anomalies.append(Anomaly("other", detail))


def _completed(printed: list[Reference], given: tuple[Reference, ...]) -> tuple[Reference, ...]:
    """The printed references; what they cannot be read to mean, or lack, is taken from the attributes.

    A number that is printed stays as it is read: where the two differ in post or year, the print is nearer to the
    drafter. What the attributes alone have was lost in the print.
    """
    numbers = {int(number) for reference in printed for number in re.findall(r"\d{1,7}", reference.text)}
    read = {reference.cable_id for reference in printed if reference.cable_id}
    found = list(printed)
    for other in given:
        if other.cable_id is None or other.cable_id in read:
            continue
        number = int(re.sub(r"^\d\d\D+", "", other.cable_id))
        unread = next(
            (
                place
                for place, reference in enumerate(found)
                if reference.cable_id is None and re.search(rf"(?<!\d)0*{number}(?!\d)", reference.text)
            ),
            None,
        )
        if unread is not None:
            found[unread] = replace(found[unread], cable_id=other.cable_id, kind="cable")
        elif number not in numbers:
            found.append(other)
    return tuple(found)


def _addressees(lines: list[str]) -> tuple[Addressee, ...]:
    return tuple(addressee for line in lines if (addressee := read_addressee(line)))


def _authority_in(paragraphs: tuple[Paragraph, ...]) -> Authority | None:
    """The classifier where a first paragraph names him: `1. (U) Classified by DCM Jane Roe. Reason: 1.4 (b).`"""
    for paragraph in paragraphs[:2]:
        if match := _NAMES_CLASSIFIER.match(paragraph.text):
            return read_authority([paragraph.text[match.end() :]])
    return None


def _listed(cable_ids: set[str]) -> str:
    return ", ".join(sorted(cable_ids)) or "none"


def _plain(text: str) -> str:
    return re.sub(r"[^A-Z0-9]+", "", text.upper())


def _has_year(text: str) -> bool:
    return bool(
        re.search(
            r"(?<!\d)(?:(?:19|20)\d\d|\d\d)[)'’ -]*[A-Z]|\d\s*(?:/|-|\()\d\d\b|\b(?:19|20)\d\d\b|Z [A-Z]{3} \d\d", text
        )
    )
