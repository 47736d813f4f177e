"""The five lines that one publisher of Cablegate put above each text: id, title, date, classification, origin."""

import re
from datetime import UTC, datetime

from index.gazetteer import to_cable_id
from index.parse.attributes import Attributes
from index.parse.levels import captions_in, to_level
from index.parse.lines import Line

_DATE = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?: (\d\d):(\d\d)(?::\d\d)?)?")
_LINES = 5


def read_preface(lines: list[Line]) -> tuple[Attributes | None, list[Line]]:
    """What the five lines say, if the text begins with them, and the lines below them."""
    written = [(at, line.text.strip()) for at, line in enumerate(lines[: 3 * _LINES]) if line.text]
    if len(written) <= _LINES:
        return None, lines
    identity, title, date, level, _ = (text for _, text in written[:_LINES])
    moment = _moment(date)
    if moment is None or to_cable_id(identity) is None or to_level(level.split("//")[0]) is None:
        return None, lines
    found = Attributes(
        cable_id=to_cable_id(identity),
        day=moment.date(),
        moment=moment,
        subject=title,
        classification=to_level(level.split("//")[0]),
        captions=captions_in(level),
    )
    return found, lines[written[_LINES - 1][0] + 1 :]


def _moment(text: str) -> datetime | None:
    match = _DATE.fullmatch(text)
    if match is None:
        return None
    year, month, day, hour, minute = (int(group or 0) for group in match.groups())
    try:
        return datetime(year, month, day, hour, minute, tzinfo=UTC)
    except ValueError:
        return None
