"""Cables whose source says outright what is what: JSON Lines with paragraphs, and the columns of a CSV."""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, time
from typing import Any

from index.errors import CableSyntaxError
from index.gazetteer import canonical_post, full_year, letters, to_cable_id
from index.parse.attributes import Attributes
from index.parse.closing import is_name
from index.parse.fields import date_in, read_subject
from index.parse.levels import to_level
from index.parse.lines import Line
from index.parse.mentions import labels_in
from index.parse.numbering import accept_labels
from index.parse.references import Citing, read_references
from index.parse.summary import comment_of, summary_of
from index.parse.tagline import read_tags
from index.records import Addressee, Anomaly, Cable, Header, Message, Paragraph, Reference

_ID = re.compile(r"(\d\d)([A-Z]+)(\d+)")
_ISO = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d))?)?")
_US = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})(?:\s+(\d{1,2}):(\d\d))?")
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
    if sent is None and (given := _first(fields, "date", "sent")):
        anomalies.append(Anomaly("other", f"the date {given!r} cannot be read"))
    paragraphs, signer = _paragraphs(message, anomalies)
    if not paragraphs:
        raise CableSyntaxError(f'{cable_id} has no paragraph of text; check the key "paragraphs".')
    senders = _strings(fields.get("from"))
    origin = match[2] if match else _origin(fields, senders)
    year = full_year(int(match[1])) if match else sent.year if sent else None
    number = int(match[3]) if match else None
    references = _references(fields, Citing(year % 100 if year else None, origin, number))
    labels = [reference.label for reference in references]
    paragraphs = tuple(_with(paragraph, labels) for paragraph in paragraphs)
    level = _first(fields, "classification")
    header = Header(
        cable_id=cable_id,
        origin=origin,
        number=number,
        year=year,
        sent=sent,
        from_="; ".join(senders) or None,
        to=tuple(Addressee(name) for name in _strings(fields.get("to"))),
        info=tuple(Addressee(name) for name in _strings(fields.get("info"))),
        classification=to_level(level) if level else None,
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
    return Cable(header, paragraphs, message.source, tuple(anomalies))


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
        classification=to_level(level.split("//")[0]) if level else None,
        anomalies=tuple(anomalies),
    )
    return None if found == Attributes() else found


def read_moment(text: str) -> datetime | None:
    """`2007-11-20T11:58:00Z`, `2007-11-20`, `11/20/2007 11:58`, or a date in words."""
    try:
        if match := _ISO.match(text.strip()):
            year, month, day, hour, minute, second = (int(group or 0) for group in match.groups())
            return datetime(year, month, day, hour, minute, second, tzinfo=UTC)
        if match := _US.match(text.strip()):
            month, day, year, hour, minute = (int(group or 0) for group in match.groups())
            return datetime(year, month, day, hour, minute, tzinfo=UTC)
    except ValueError:
        return None
    found = date_in(text[:100])
    return datetime.combine(found, time(), UTC) if found else None


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


def _tags(fields: Mapping[str, Any], anomalies: list[Anomaly]) -> tuple[str, ...]:
    tags, odd = read_tags([", ".join(_strings(fields.get("tags")))])
    anomalies += odd
    return tags


def _references(fields: Mapping[str, Any], citing: Citing) -> tuple[Reference, ...]:
    found: list[Reference] = []
    for text in _strings(fields.get("references")):
        whole = to_cable_id(text)
        found += [Reference(None, text, whole)] if whole else read_references([text], citing)
    return tuple(found)


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


def _paragraphs(message: Message, anomalies: list[Anomaly]) -> tuple[tuple[Paragraph, ...], str | None]:
    """Each item a paragraph; a signature is the signer, a headline the heading of what follows."""
    placed: list[tuple[Any, str, str | None, int]] = []
    signer, heading, position = None, None, 0
    for item in _items(message.fields):
        text = _text_of(item).strip()
        if not text:
            continue
        start = message.text.find(text, position)
        start = position if start < 0 else start
        position = start + len(text)
        kind = _kind_of(item)
        if kind in _SIGNED:
            signer = text
        elif kind == "head":
            heading = f"{heading} {text}" if heading else text
        else:
            placed.append((item, text, heading, start))
            heading = None
    if heading:
        placed.append((heading, heading, None, max(0, position - len(heading))))
    if signer is None and len(placed) > 1 and is_name(placed[-1][1]):
        signer = placed.pop()[1].strip(" .#")
    return _numbered(placed, anomalies), signer


def _numbered(placed: list[tuple[Any, str, str | None, int]], anomalies: list[Anomaly]) -> tuple[Paragraph, ...]:
    """Numbers as given, else as the texts begin; a telegram's own number (`1096. Since …`) is none of theirs."""
    lines: list[Line] = []
    for _, text, _, start in placed:
        lines += [Line(" ".join(text[:400].split()), start, start + len(text)), Line("", start, start)]
    accepted, odd = accept_labels(lines)
    labels = {found.label.at // 2: found for found in accepted}
    if not any(_given_number(item) is not None for item, *_ in placed):
        anomalies += odd
    paragraphs = []
    for place, (item, text, heading, start) in enumerate(placed):
        found = labels.get(place)
        number = _given_number(item)
        label = mark = None
        if found:
            label, mark = found.label.printed, found.label.mark
            number = number if number is not None else found.number
            text = re.sub(r"^[\s¶]*\d{1,2}\s*\.?\s*", "", text)
            if mark:
                text = re.sub(r"^¶?\(?[^)]{1,24}\)\s*", "", text)
        end = start + len(text)
        paragraphs.append(
            Paragraph(place + 1, text, number, label, mark, heading, (), start, max(end, lines[2 * place].end))
        )
    return tuple(paragraphs)


def _given_number(item: Any) -> int | None:
    number = item.get("number") if isinstance(item, dict) else None
    if isinstance(number, str) and number.isdigit():
        return int(number)
    return number if isinstance(number, int) and not isinstance(number, bool) and number > 0 else None


def _with(paragraph: Paragraph, labels: list[str | None]) -> Paragraph:
    found = labels_in(paragraph.text, labels)
    if not found:
        return paragraph
    return Paragraph(
        paragraph.ordinal, paragraph.text, paragraph.number, paragraph.label, paragraph.mark, paragraph.heading, found,
        paragraph.start, paragraph.end,
    )  # fmt: skip
