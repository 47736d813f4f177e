"""The Message Attributes that the National Archives print under a telegram: the better witness where present."""

import re
from dataclasses import dataclass
from datetime import date, datetime

from index.gazetteer import to_cable_id
from index.parse.fields import date_in
from index.parse.levels import captions_in, to_level
from index.parse.lines import Line
from index.parse.tagline import read_tags
from index.records import Anomaly, Classification

_ENTRY = re.compile(r"([A-Z][A-Za-z/ ()]{1,40}?):(?:\s+(.*)|$)")
_WANTED = frozenset(
    ("Document Number", "Draft Date", "Subject", "TAGS", "Reference", "Original Classification",
     "Original Handling Restrictions", "Executive Order", "From", "To", "Drafter")
)  # fmt: skip
_CELL = 36
_NOTHING = frozenset(("", "n/a", "N/A", "na", "NA"))


@dataclass(frozen=True, slots=True)
class Attributes:
    """What the attributes say of a cable; None and empty where they say nothing."""

    cable_id: str | None = None
    day: date | None = None
    moment: datetime | None = None
    subject: str | None = None
    tags: tuple[str, ...] = ()
    reference: str | None = None
    classification: Classification | None = None
    captions: tuple[str, ...] = ()
    anomalies: tuple[Anomaly, ...] = ()


def read_attributes(lines: list[Line]) -> Attributes | None:
    """The attributes of a message, or None where it has none."""
    values = _entries(lines)
    if not values:
        return None
    tags, anomalies = read_tags([values["TAGS"]], listed=True) if "TAGS" in values else ((), [])
    number = values.get("Document Number")
    level = values.get("Original Classification")
    return Attributes(
        to_cable_id(number) if number else None,
        date_in(values["Draft Date"]) if "Draft Date" in values else None,
        None,
        values.get("Subject"),
        tags,
        _rejoined(values["Reference"]) if "Reference" in values else None,
        to_level(level) if level else None,
        captions_in(values.get("Original Handling Restrictions", "")),
        tuple(anomalies),
    )


def _rejoined(text: str) -> str:
    """The field without the commas of the archive's cells.

    The archive cut references into cells of 36 characters, dropped the blanks at their ends, and joined them by a
    comma, in the middle of numbers too: `LA PAZ 161, 7`.
    """
    cells: list[str] = []
    while len(text) > _CELL:
        end = next((end for end in (_CELL, _CELL - 1) if text[end : end + 2] == ", "), None)
        if end is None:
            break
        cells.append(text[:end].ljust(_CELL))
        text = text[end + 2 :]
    return "".join([*cells, text])


def _entries(lines: list[Line]) -> dict[str, str]:
    """Name and value of each entry wanted; a line without a name goes on the one before."""
    values: dict[str, str] = {}
    name: str | None = None
    for line in lines:
        text = line.text.strip()
        if not text or len(text) > 2000:
            name = None
            continue
        match = _ENTRY.match(text)
        if match:
            name = match[1] if match[1] in _WANTED and match[1] not in values else None
            if name:
                values[name] = (match[2] or "").strip()
        elif name:
            values[name] = f"{values[name]} {text}"
    return {name: " ".join(value.split()) for name, value in values.items() if value.strip() not in _NOTHING}
