"""Cables whose source says outright what is what: JSON Lines with paragraphs, and the columns of a CSV."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any, NamedTuple

from index.errors import CableSyntaxError
from index.gazetteer import canonical_post, full_year, letters, to_cable_id
from index.parse.attributes import Attributes
from index.parse.closing import is_name
from index.parse.fields import date_in, read_subject
from index.parse.heading import precedence_of, read_addressee
from index.parse.levels import captions_in, to_level
from index.parse.lines import Line, printed_of
from index.parse.mentions import labels_in
from index.parse.numbering import accept_labels
from index.parse.references import Citing, read_references
from index.parse.summary import comment_of, summary_of
from index.parse.tagline import read_tags
from index.records import (
    Addressee,
    Anomaly,
    Cable,
    Classification,
    Footnote,
    Header,
    Message,
    Paragraph,
    Precedence,
    Reference,
)

_ID = re.compile(r"(\d\d)([A-Z]+)(\d+)")
_ISO = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d))?(?:\.\d+)?(?P<zone>[+-]\d\d:?\d\d)?)?")
_NO_DAY = re.compile(r"([12]\d{3})(?:-(\d\d))?")
_US = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})(?:\s+(\d{1,2}):(\d\d))?")
_FRUS_ID = re.compile(r"frus[\w.-]{1,40}/d\d+[a-z]?\d*")
_PRINTED_LABEL = re.compile(r"^[\s¶]*(?:\([^)]{1,24}\)\s*¶?(?=\d))?\(?\d{1,2}\)?\s*\.?\)?\s*")
_OWN_NUMBER = re.compile(r"(?!1\b)\d{1,2}\.\s")
_BEFORE_FIRST = re.compile(r"(?:[A-Z][A-Za-z]{1,9} )?\d{1,6}(?:-\d\d)?\.\s+(?=1\.\s)")
_LABELLED = re.compile(r"[(\[]?[A1][.):\]]\s*\S")
_SIGNED = frozenset(("signed", "signature"))


def parse_structured(message: Message) -> Cable:
    """A cable from a line of JSON with `paragraphs`.

    Raises:
        CableSyntaxError: no id, or no paragraph of text.
    """
    fields = message.fields
    identity = _first(fields, "id", "cable_id")
    if not identity:
        raise CableSyntaxError('the line has no id; add the key "id".')
    anomalies = list(message.anomalies)
    cable_id = to_cable_id(identity) or identity
    match = _ID.fullmatch(cable_id)
    sent = read_moment(_first(fields, "date", "sent") or "")
    if sent and (given := _first(fields, "date", "sent")) and _NO_DAY.fullmatch(given):
        anomalies.append(Anomaly("other", f"the date {given} names no day; the first it may mean is taken"))
    if sent is None and (given := _first(fields, "date", "sent")):
        anomalies.append(Anomaly("other", f"the date {given!r} cannot be read"))
    paragraphs, signer, ordinals = _paragraphs(message, anomalies)
    if not paragraphs:
        raise CableSyntaxError(f'{cable_id} has no paragraph of text; check the key "paragraphs".')
    senders = _strings(fields.get("from"))
    origin = match[2] if match else _origin(fields, senders)
    year = full_year(int(match[1])) if match else sent.year if sent else None
    number = int(match[3]) if match else None
    references = _references(
        fields, Citing(year % 100 if year else None, origin, number, bool(sent and sent.month <= 2))
    )
    labels = list(dict.fromkeys(reference.label for reference in references if reference.label))
    paragraphs = tuple(_with(paragraph, labels) for paragraph in paragraphs)
    level = _first(fields, "classification")
    header = Header(
        cable_id=cable_id,
        origin=origin,
        number=number,
        year=year,
        sent=sent,
        precedence=_precedence(fields),
        from_="; ".join(senders) or None,
        to=_addressees(fields.get("to")),
        info=_addressees(fields.get("info")),
        classification=_level(level),
        captions=tuple(
            dict.fromkeys([*captions_in(level or ""), *captions_in(" ".join(_strings(fields.get("captions"))))])
        ),
        tags=_tags(fields, anomalies),
        subject=_subject(fields),
        references=references,
        summary=_first(fields, "summary") or summary_of(paragraphs),
        comment=comment_of(paragraphs),
        signer=signer or _first(fields, "signer"),
        text=header_text(fields),
    )
    if level and header.classification is None and not level.lower().startswith("no classification"):
        anomalies.append(Anomaly("other", f"the classification {level!r} is not one of the five levels"))
    return Cable(header, paragraphs, message.source, tuple(anomalies), _footnotes(fields, ordinals))


def header_text(fields: Mapping[str, Any]) -> str:
    """The head of a structured cable as lines that can be quoted."""
    lines = [
        ("Subject", _subject(fields)),
        ("Date", _first(fields, "date_text", "date", "sent")),
        ("Place", _first(fields, "place")),
        ("From", "; ".join(_strings(fields.get("from")))),
        ("To", "; ".join(_strings(fields.get("to")))),
        ("Classification", _first(fields, "classification")),
        ("TAGS", ", ".join(_strings(fields.get("tags")))),
        ("References", "; ".join(_strings(fields.get("references")))),
    ]
    return "\n".join(f"{name}: {value}" for name, value in lines if value)


def structured_text(fields: Mapping[str, Any]) -> str:
    """The text of a structured cable, for reading and for offsets: its head, then its paragraphs."""
    texts = [text for item in _items(fields) if (text := _text_of(item).strip())]
    return "\n\n".join([header_text(fields), *texts])


def witness_of(fields: Mapping[str, Any]) -> Attributes | None:
    """What a source with columns or keys beside the text says of the cable."""
    moment = read_moment(_first(fields, "date", "sent") or "")
    level = _first(fields, "classification")
    named = _first(fields, "refid", "cable_id", "id")
    tags, anomalies = read_tags(_strings(fields.get("tags")))
    given = " ; ".join(filter(None, re.split(r"[|;]", " | ".join(_strings(fields.get("references"))))))
    found = Attributes(
        cable_id=to_cable_id(named) if named else None,
        day=moment.date() if moment else None,
        moment=moment,
        subject=_subject(fields),
        tags=tags,
        reference=given or None,
        classification=_level(level),
        captions=captions_in(level or ""),
        anomalies=tuple(anomalies),
    )
    return None if found == Attributes() else found


def read_moment(text: str) -> datetime | None:
    """`2007-11-20T11:58:00Z`, `2007-11-20`, `11/20/2007 11:58`, or a date in words."""
    try:
        if match := _ISO.match(text.strip()):
            year, month, day, hour, minute, second = (int(group or 0) for group in match.groups()[:6])
            return datetime(year, month, day, hour, minute, second, tzinfo=UTC) - _offset(match["zone"])
        if match := _US.match(text.strip()):
            month, day, year, hour, minute = (int(group or 0) for group in match.groups())
            return datetime(year, month, day, hour, minute, tzinfo=UTC)
        if match := _NO_DAY.fullmatch(text.strip()):
            return datetime(int(match[1]), int(match[2] or 1), 1, tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
    found = date_in(text[:100])
    return datetime.combine(found, time(), UTC) if found else None


def _offset(zone: str | None) -> timedelta:
    """How far a clock of that zone (`-05:00`) is ahead of UTC."""
    if not zone:
        return timedelta()
    ahead = timedelta(hours=int(zone[1:3]), minutes=int(zone[-2:]))
    return -ahead if zone[0] == "-" else ahead


# ── fields ───────────────────────────────────────────────────────────────────────────────────


def _first(fields: Mapping[str, Any], *names: str) -> str | None:
    """The first of these keys that holds something, as a string."""
    for name in names:
        value = fields.get(name)
        if isinstance(value, (str, int, float)) and not isinstance(value, bool) and str(value).strip():
            return str(value).strip()
    return None


def _strings(value: Any) -> list[str]:
    """A string or a list of them, as a list."""
    if isinstance(value, (str, int)) and not isinstance(value, bool):
        return [str(value).strip()] if str(value).strip() else []
    if isinstance(value, list):
        return [text for item in value for text in _strings(item.get("name") if isinstance(item, dict) else item)]
    return []


def _subject(fields: Mapping[str, Any]) -> str | None:
    found = _first(fields, "subject", "title") or " ".join(_strings(fields.get("subject")))
    return read_subject([found]) if found else None


def _level(given: str | None) -> Classification | None:
    """The level of `UNCLASSIFIED//FOR OFFICIAL USE ONLY`; what follows the strokes are captions."""
    return to_level(given.split("/")[0]) if given else None


def _addressees(value: Any) -> tuple[Addressee, ...]:
    return tuple(read_addressee(name) or Addressee(name) for name in _strings(value))


def _tags(fields: Mapping[str, Any], anomalies: list[Anomaly]) -> tuple[str, ...]:
    tags, odd = read_tags([", ".join(_strings(fields.get("tags")))])
    anomalies += odd
    return tags


def _references(fields: Mapping[str, Any], citing: Citing) -> tuple[Reference, ...]:
    found: list[Reference] = []
    given = _strings(fields.get("references"))
    if len(given) > 1 and _LABELLED.match(given[0]):
        return read_references(given, citing)
    for text in given:
        whole = to_cable_id(text) or (text if _FRUS_ID.fullmatch(text) else None)
        found += [Reference(None, text, whole)] if whole else read_references([text], citing)
    return tuple(found)


def _precedence(fields: Mapping[str, Any]) -> Precedence | None:
    given = _first(fields, "precedence") or ""
    return precedence_of([Addressee("", precedence=given.upper())])


def _origin(fields: Mapping[str, Any], senders: list[str]) -> str:
    """Where an id is no cable id, the place or the sender says where it is from."""
    for name in (_first(fields, "origin"), *senders):
        if name and (found := canonical_post(name.removeprefix("Embassy in ").removeprefix("Consulate in "))):
            return found
    place = _first(fields, "place", "origin") or (senders[0] if senders else "")
    return canonical_post(place) or letters(place) or "UNKNOWN"


# ── paragraphs ───────────────────────────────────────────────────────────────────────────────


def _items(fields: Mapping[str, Any]) -> Iterator[Any]:
    items = fields.get("paragraphs")
    yield from items if isinstance(items, list) else []


def _text_of(item: Any) -> str:
    if isinstance(item, str):
        return item
    text = item.get("text") if isinstance(item, dict) else None
    return text if isinstance(text, str) else ""


def _kind_of(item: Any) -> str:
    kind = item.get("kind") if isinstance(item, dict) else None
    return kind if isinstance(kind, str) else "p"


def _paragraphs(message: Message, anomalies: list[Anomaly]) -> tuple[tuple[Paragraph, ...], str | None, dict[int, int]]:
    """Each item a paragraph; a signature is the signer, a headline the heading of what follows.

    Returns the ordinal of each item beside, items counted from 1.
    """
    placed: list[_Placed] = []
    signers: list[str] = []
    ordinals: dict[int, int] = {}
    heading: str | None = None
    position = 0
    for count, item in enumerate(_items(message.fields), 1):
        ordinals[count] = len(placed) + 1
        text = _text_of(item).strip()
        if not text:
            continue
        start = message.text.find(text, position)
        start = position if start < 0 else start
        position = start + len(text)
        kind = _kind_of(item)
        if kind in _SIGNED:
            signers.append(text)
        elif kind == "head":
            heading = f"{heading} {text}" if heading else text
        else:
            placed.append(_Placed(text, heading, start, _given_number(item)))
            heading = None
    if heading:
        placed.append(_Placed(heading, None, max(0, position - len(heading)), None))
    if not signers and len(placed) > 1 and is_name(placed[-1].text):
        signers = [placed.pop().text.strip(" .#")]
    return _numbered(placed, anomalies), "; ".join(dict.fromkeys(signers)) or None, ordinals


class _Placed(NamedTuple):
    """An item with text, and where that stands in the message."""

    text: str
    heading: str | None
    start: int
    number: int | None


def _numbered(placed: list[_Placed], anomalies: list[Anomaly]) -> tuple[Paragraph, ...]:
    """Numbers as given, else as the texts begin."""
    lines: list[Line] = []
    # `1361. 1. Today`: the telegram's own number, then the first paragraph's, unless that is the next one's.
    next_is_first = any(each.text.startswith("1.") for each in placed[1:2])
    own = _BEFORE_FIRST.match(placed[0].text) if placed and not next_is_first else None
    for place, each in enumerate(placed):
        text = placed[0].text[own.end() :] if own and place == 0 else each.text
        line = Line(_labelled(text, place), each.start, each.start + len(each.text))
        lines += [line, Line("", each.start, each.start)]
    accepted, odd = accept_labels(printed_of(lines), rounded=False)
    labels = {found.label.at // 2: found for found in accepted}
    if not any(each.number is not None for each in placed):
        anomalies += odd
    paragraphs = []
    for place, each in enumerate(placed):
        found = labels.get(place)
        text, number, label, mark = each.text, each.number, None, None
        if found:
            label, mark = found.label.printed, found.label.mark
            number = number if number is not None else found.number
            kept = own[0] if own and place == 0 else ""
            text = kept + _PRINTED_LABEL.sub("", text[len(kept) :])
            if mark:
                text = re.sub(r"^¶?\(?[^)]{1,24}\)\s*", "", text)
        end = each.start + len(each.text)
        paragraphs.append(Paragraph(place + 1, text, number, label, mark, each.heading, (), each.start, end))
    return tuple(paragraphs)


def _labelled(text: str, place: int) -> str:
    """The text as far as its number matters; a telegram's own (`3. Since my …`) is no paragraph's."""
    text = " ".join(text[:400].split())
    return re.sub(r"^\d+", "", text) if place == 0 and _OWN_NUMBER.match(text) else text


def _footnotes(fields: Mapping[str, Any], ordinals: dict[int, int]) -> tuple[Footnote, ...]:
    """The editors' notes of a published document, each at the paragraph that its sign stands in."""
    items = fields.get("footnotes")
    found = []
    for item in items if isinstance(items, list) else []:
        text = _text_of(item).strip()
        if not text or text == _first(fields, "source_note"):
            continue
        block = item.get("block") if isinstance(item, dict) else None
        ordinal = 0 if block == 0 else ordinals.get(block) if isinstance(block, int) else None
        label = _first(item, "label", "n") if isinstance(item, dict) else None
        found.append(Footnote(label, text, ordinal))
    return tuple(found)


def _given_number(item: Any) -> int | None:
    number = item.get("number") if isinstance(item, dict) else None
    if isinstance(number, str) and number.isdigit():
        return int(number)
    return number if isinstance(number, int) and not isinstance(number, bool) and number > 0 else None


def _with(paragraph: Paragraph, labels: list[str]) -> Paragraph:
    found = labels_in(paragraph.text, labels)
    return replace(paragraph, references=found) if found else paragraph
