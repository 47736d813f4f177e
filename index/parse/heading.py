"""The transmission heading: date-time group, precedence, who it is from and to (ACP 127; 5 FAH-2 H-320)."""

import re
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from index.gazetteer import full_year, post
from index.records import Addressee, Precedence

DTG = re.compile(
    r"\s*(?P<precedence>[ZOPR](?:\s+[ZOPR]){0,3})?\s*(?P<day>\d\d)(?P<hour>\d\d)(?P<minute>\d\d)\s?Z\s*"
    r"(?P<month>[A-Z]{3})[A-Z]{0,6}\.?\s*(?P<year>\d{4}|\d\d)(?=\D|$)(?P<rest>.{0,30})",
    re.IGNORECASE,
)
_DTG_STARTS = frozenset("ZOPRzopr0123456789")
STATION = re.compile(
    r"\s*DE\s+(?P<routing>R[A-Z]{3,7})\s*#\s?(?P<serial>\d{4})(?:/(?P<part>\d\d))?\s+(?P<day>\d{3})(?P<hour>\d\d)(?P<minute>\d\d)"
)
ROUTING = re.compile(r"\s*(ZZ|OO|PP|RR)(?:\s+R[A-Z]{3,7})+\s*")
ROUTING_MORE = re.compile(r"\s*R[A-Z]{3,7}(?:\s+R[A-Z]{3,7})*\s*")
START = re.compile(r"\s*VZCZ[A-Z]+\d*\s*")
SECURITY = re.compile(r"\s*ZN[RY]\s+([UCSTE])\1{2,4}\b.*")

_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_PRECEDENCES: dict[str, Precedence] = {"Z": "FLASH", "O": "IMMEDIATE", "P": "PRIORITY", "R": "ROUTINE"}
_PRECEDENCE_WORD = r"NIACT IMMEDIATE|IMMEDIATE NIACT|FLASH|IMMEDIATE|IMMED|PRIORITY|PIORITY|PRIORTY|ROUTINE|NIACT"
_ADDRESSEE = re.compile(
    rf"[:\s]*(?:(?P<routing>R[A-Z]{{3,7}})\s?/\s?)?\s*(?P<name>\S++(?:\s++\S++)*?)"
    rf"(?:\s+(?P<precedence>{_PRECEDENCE_WORD}))?(?:\s+(?P<serial>\d{{1,5}}))?(?:\s+(?P<late>{_PRECEDENCE_WORD}))?\s*"
)
_SPELLED_RIGHT = {
    "PIORITY": "PRIORITY",
    "PRIORTY": "PRIORITY",
    "IMMED": "IMMEDIATE",
    "IMMEDIATE NIACT": "NIACT IMMEDIATE",
}
_LEVEL_OF_SECURITY = {"U": "UNCLASSIFIED", "C": "CONFIDENTIAL", "S": "SECRET", "T": "TOP SECRET", "E": "UNCLASSIFIED"}


class DateTimeGroup(NamedTuple):
    """`O P 190243Z DEC 89`: the moment in UTC (None if it is no date), and the precedence letters."""

    sent: datetime | None
    precedence: Precedence | None
    year: int
    printed: str


def read_dtg(text: str) -> DateTimeGroup | None:
    """The date-time group that a line begins with."""
    match = DTG.match(text) if text.lstrip()[:1] in _DTG_STARTS and len(text) < 120 else None
    if match is None or match["month"].upper() not in _MONTHS:
        return None
    year = int(match["year"])
    year = full_year(year) if year < 100 else year
    printed = text[match.start("day") : match.end("year")]
    return DateTimeGroup(_moment(match, year), highest(match["precedence"] or ""), year, printed)


def _moment(match: re.Match[str], year: int) -> datetime | None:
    month = _MONTHS.index(match["month"].upper()) + 1
    try:
        return datetime(year, month, int(match["day"]), int(match["hour"]), int(match["minute"]), tzinfo=UTC)
    except ValueError:
        return None


def highest(letters: str) -> Precedence | None:
    """The highest precedence among its letters: Z before O, P and R."""
    return next((word for letter, word in _PRECEDENCES.items() if letter in letters.upper()), None)


class StationLine(NamedTuple):
    """`DE RUEHTA #3162 3241158`: the station's serial, and day of the year and time of filing."""

    serial: int
    part: int | None
    day: int
    hour: int
    minute: int

    def moment(self, year: int) -> datetime | None:
        """The time of filing in a year; None where there is no such day."""
        if not 1 <= self.day <= 366 or self.hour > 23 or self.minute > 59:
            return None
        return datetime(year, 1, 1, self.hour, self.minute, tzinfo=UTC) + timedelta(days=self.day - 1)


def read_station(text: str) -> StationLine | None:
    """The originating station's line."""
    match = STATION.match(text) if len(text) < 120 else None
    if match is None:
        return None
    part = int(match["part"]) if match["part"] else None
    return StationLine(int(match["serial"]), part, int(match["day"]), int(match["hour"]), int(match["minute"]))


def security_level(letter: str) -> str | None:
    """The level that the letter of the ZNR/ZNY line repeats (UUUUU, CCCCC …)."""
    return _LEVEL_OF_SECURITY.get(letter)


def read_addressee(text: str) -> Addressee | None:
    """One addressee: `RUEHC/SECSTATE WASHDC IMMEDIATE 1220`.

    The number counts messages to that addressee; it is no cable number.
    """
    match = _ADDRESSEE.fullmatch(text) if len(text) < 160 else None
    if match is None:
        return None
    name, serial = " ".join(match["name"].split()), match["serial"]
    precedence = match["precedence"] or match["late"]
    if serial and not (len(serial) >= 4 or precedence or match["routing"] or post(name)):
        # `JTF 160` is a name; a serial of fewer than four digits wants a post before it.
        name, serial = f"{name} {serial}", None
    return Addressee(
        name,
        match["routing"],
        _SPELLED_RIGHT.get(precedence, precedence) if precedence else None,
        int(serial) if serial else None,
    )


def precedence_of(addressees: list[Addressee]) -> Precedence | None:
    """The highest precedence given to any addressee."""
    given = {addressee.precedence for addressee in addressees}
    if "NIACT IMMEDIATE" in given or "NIACT" in given:
        given.add("IMMEDIATE")
    return next((word for word in _PRECEDENCES.values() if word in given), None)
