"""The id of a cable: year, post and number, each from the best witness there is, and what contradicts it.

Order of evidence: classification line, page header, FM line with the station's serial, the name of the file.
"""

import re
from datetime import UTC, datetime, time, timedelta
from typing import NamedTuple

from index.errors import CableSyntaxError
from index.gazetteer import canonical_post, full_year, letters, match_key, post, to_cable_id
from index.parse.attributes import Attributes
from index.parse.furniture import Page
from index.parse.head import Head
from index.records import CABLE_ID, Anomaly

_PARTS = re.compile(r"(\d\d)([A-Z]+)(\d+)")
_MOST_DAYS_APART = 2


class Identity(NamedTuple):
    """Who sent the cable, when, and under which number."""

    cable_id: str
    origin: str
    number: int
    year: int
    sent: datetime | None
    anomalies: tuple[Anomaly, ...] = ()


def identify(head: Head, pages: list[Page], attributes: Attributes | None, file_name: str) -> Identity:
    """Form the cable's id.

    Raises:
        CableSyntaxError: post, number or year cannot be found anywhere.
    """
    anomalies: list[Anomaly] = []
    # What the head says of its own is believed before any name.
    named = None if _is_complete(head) else _named_id(head, file_name)
    sent = _sent(head, attributes, named, anomalies)
    year = head.dtg.year if head.dtg else sent.year if sent else full_year(int(named[1])) if named else None
    origin = _origin(head, pages, named, anomalies)
    number = _number(head, pages, named, anomalies)
    witness = attributes.cable_id if attributes else None
    if witness and (match := _PARTS.fullmatch(witness)):
        origin, number, year = origin or match[2], number or int(match[3]), year or full_year(int(match[1]))
    if origin is None or number is None or year is None:
        missing = [name for name, value in (("post", origin), ("number", number), ("year", year)) if value is None]
        raise CableSyntaxError(
            f"no cable id can be formed: {' and '.join(missing)} not found in the classification line, the heading "
            "or the file name; name the file by the cable's id (07ASTANA3162.txt) or add the line."
        )
    cable_id = f"{year % 100:02d}{origin}{number}"
    if witness and match_key(witness) != match_key(cable_id):
        anomalies.append(_conflict(cable_id, witness))
        # Tools that made ids of damaged lines gave them posts that there are none of: 07SOIA828.
        cable_id = witness if _has_post(witness) or not _has_post(cable_id) else cable_id
    match = CABLE_ID.fullmatch(cable_id) and _PARTS.fullmatch(cable_id)
    if not match:
        raise CableSyntaxError(f"no cable id can be formed: {cable_id} is none; mend the classification line.")
    if post(match[2]) is None:
        anomalies.append(Anomaly("post_unknown", f"{match[2]} is not in the list of posts"))
    year = full_year(int(match[1])) if year % 100 != int(match[1]) else year
    return Identity(cable_id, match[2], int(match[3]), year, sent, tuple(anomalies))


def _is_complete(head: Head) -> bool:
    return head.dtg is not None and head.classification is not None and head.classification.post is not None


def _named_id(head: Head, file_name: str) -> re.Match[str] | None:
    """The id that the file's name or a line of its own gives."""
    stem = re.split(r"[/\\!]", file_name)[-1].rsplit(".", 1)[0]
    named = to_cable_id(head.found_id or "") or to_cable_id(stem)
    return _PARTS.fullmatch(named) if named else None


def is_named(head: Head, levels: list[str], file_name: str) -> bool:
    """Whether a text that has only its level left of a head is known for a cable by the id that its file bears."""
    named = _named_id(head, file_name)
    return bool(head.level or levels) and named is not None and post(named[2]) is not None


def _has_post(cable_id: str) -> bool:
    match = _PARTS.fullmatch(cable_id)
    return match is not None and post(match[2]) is not None


def _conflict(cable_id: str, witness: str) -> Anomaly:
    mine, theirs = _PARTS.fullmatch(cable_id), _PARTS.fullmatch(witness)
    same_post = bool(mine and theirs and match_key(f"00{mine[2]}1") == match_key(f"00{theirs[2]}1"))
    return Anomaly("other" if same_post else "post_conflict", f"the text says {cable_id}, the attributes {witness}")


# ── post ─────────────────────────────────────────────────────────────────────────────────────


def _origin(head: Head, pages: list[Page], named: re.Match[str] | None, anomalies: list[Anomaly]) -> str | None:
    printed = head.classification.post if head.classification else None
    sender = canonical_post(head.from_) if head.from_ else None
    if printed is None:
        paged = next((found for page in pages if (found := canonical_post(page.post, cut=True))), None)
        unknown = letters(_without_office(head.from_)) if head.from_ else None
        return paged or sender or (named[2] if named else None) or unknown or None
    known = canonical_post(printed) or canonical_post(printed, cut=True)
    if known is None:
        if sender:
            anomalies.append(Anomaly("post_conflict", f"post printed {printed}; read as {sender}, from the FM line"))
            return sender
        return letters(printed)
    if sender and (ours := post(known)) and (theirs := post(sender)) and ours.post != theirs.post:
        anomalies.append(
            Anomaly("post_conflict", f"the classification line says {known}, the FM line {sender}; the first is kept")
        )
    return known


def _without_office(name: str) -> str:
    return re.sub(r"^(?:AMEMBASSY|AMCONSUL|USMISSION|USINT|USOFFICE|SECSTATE|EMBASSY)\s+", "", name)


# ── number ───────────────────────────────────────────────────────────────────────────────────


def _number(head: Head, pages: list[Page], named: re.Match[str] | None, anomalies: list[Anomaly]) -> int | None:
    number = head.classification.number if head.classification else None
    if number is None:
        number = next((page.number for page in pages), None)
    if number is None and named:
        number = int(named[3])
    serial = head.station.serial if head.station else None
    if number is None:
        return serial or None
    if serial is not None and number % 10_000 != serial:
        anomalies.append(Anomaly("other", f"the cable's number is {number}, the station's serial {serial:04d}"))
    if other := next((page.number for page in pages if page.number != number), None):
        anomalies.append(Anomaly("other", f"the cable's number is {number}, a page header says {other}"))
    return number


# ── date ─────────────────────────────────────────────────────────────────────────────────────


def _sent(
    head: Head, attributes: Attributes | None, named: re.Match[str] | None, anomalies: list[Anomaly]
) -> datetime | None:
    """When it was sent: the date-time group, checked against the station's line and the attributes."""
    sent = head.dtg.sent if head.dtg else None
    if head.dtg and sent is None:
        anomalies.append(Anomaly("date_conflict", f"the date-time group {head.dtg.printed} is no date"))
    day = attributes.day if attributes else None
    year = head.dtg.year if head.dtg else day.year if day else full_year(int(named[1])) if named else None
    filed = head.station.moment(year) if head.station and year else None
    if head.station and year and filed is None:
        anomalies.append(
            Anomaly("date_conflict", f"the station's line gives day {head.station.day:03d}, which is none")
        )
    if sent and filed and _apart(sent, filed):
        anomalies.append(
            Anomaly("date_conflict", f"date-time group {_say(sent)}, station's line day {filed:%j} at {filed:%H%M}")
        )
    sent = sent or filed
    if day is None:
        return sent
    if sent is None:
        return attributes.moment if attributes and attributes.moment else datetime.combine(day, time(), UTC)
    if sent.date() != day:
        anomalies.append(Anomaly("date_conflict", f"date-time group {_say(sent)}, attributes {day.isoformat()}"))
        if abs((sent.date() - day).days) > _MOST_DAYS_APART:
            return datetime.combine(day, sent.timetz())
    return sent


def _apart(sent: datetime, filed: datetime) -> timedelta:
    """Time between the two, over the turn of the year too."""
    apart = abs(sent - filed)
    return min(apart, abs(apart - timedelta(days=365)), abs(apart - timedelta(days=366)))


def _say(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M}"
