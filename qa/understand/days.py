"""Days and periods named in a question: `in March 1974`, `between 9 and 25 January 1974`, `the last quarter of 1979`.

What is read is a stretch of days, both ends included. A month or a day without a year takes the
year named beside it, and is left alone where there is none, or more than one.
"""

import calendar
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

_MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_name) if number}
_MONTHS |= {name.lower(): number for number, name in enumerate(calendar.month_abbr) if number} | {"sept": 9}
_DECADES = {
    "twenties": 20, "thirties": 30, "forties": 40, "fifties": 50,
    "sixties": 60, "seventies": 70, "eighties": 80, "nineties": 90,
}  # fmt: skip
_PARTS = {
    "first half": (0, 5), "second half": (6, 11), "last half": (6, 11),
    "first quarter": (0, 2), "second quarter": (3, 5), "third quarter": (6, 8),
    "fourth quarter": (9, 11), "last quarter": (9, 11),
    "spring": (2, 4), "summer": (5, 7), "autumn": (8, 10), "fall": (8, 10),
    "beginning": (0, 1), "start": (0, 1), "early": (0, 3), "mid": (4, 7),
    "middle": (4, 7), "late": (8, 11), "end": (10, 11),
}  # fmt: skip
"""Parts of a year: first and last month, counted from 0."""

_SHARES = {
    "beginning": (1, 10), "start": (1, 10), "early": (1, 12), "mid": (9, 22),
    "middle": (9, 22), "late": (19, 31), "end": (21, 31), "first half": (1, 15), "second half": (16, 31),
    "first fortnight": (1, 14), "second fortnight": (15, 28), "first week": (1, 7), "second week": (8, 14),
    "third week": (15, 21), "fourth week": (22, 28), "last week": (25, 31),
}  # fmt: skip
"""Parts of a month: first and last day."""

_FEW = {name: number for number, name in enumerate("two three four five six seven eight nine ten eleven".split(), 2)}

_CENTURY = 40
"""Years of two digits from here on are of the twentieth century: `’74`."""
_YEAR = r"(?:1[789]\d\d|20\d\d)"
_YEAR_SAID = rf"(?:(?P<year>{_YEAR})|['’](?P<short>\d\d))\b"
_MONTH = rf"(?:{'|'.join(sorted(_MONTHS, key=len, reverse=True))})\b\.?"
_NUMBER = r"(?:0?[1-9]|[12]\d|3[01])"
_DAY = rf"(?:(?:the )?(?:first|{_NUMBER}(?:st|nd|rd|th))(?= of)|{_NUMBER}(?:st|nd|rd|th)?)"
_SHARE = (
    r"(?P<share>early|late|mid|(?:the )?(?:end|middle|beginning|start)(?= of)|(?:the )?(?:(?:first|second) half"
    r"|(?:first|second) fortnight|(?:first|second|third|fourth|last) week)(?= (?:of|in)\b))"
    r"(?: of|(?<=half|week) in|(?<=fortnight) in)?[ -](?:the )?"
)
_PATTERNS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\b(?P<year>{_YEAR})-(?P<month>0[1-9]|1[0-2])(?:-(?P<day>\d\d))?\b(?!-)",
        rf"\b(?P<day>{_DAY})(?: of)? (?P<month>{_MONTH})(?:,? {_YEAR_SAID})?",
        rf"\b(?P<month>{_MONTH}) (?P<day>{_DAY})\b(?:,? {_YEAR_SAID})?",
        rf"\b(?:{_SHARE})?(?P<month>{_MONTH})(?:(?: of)?,? {_YEAR_SAID})?",
        rf"\b(?P<edge>first|last) (?P<few>{'|'.join(_FEW)}|\d\d?) months (?:of|in) (?P<year>{_YEAR})\b",
        rf"\b(?P<part>(?:first|second|third|fourth|last) (?:half|quarter)) of (?P<year>{_YEAR})\b",
        r"\b(?P<part>(?:first|second|third|fourth|last) (?:half|quarter)|early|mid|late)[ -](?:of )?"
        r"['’](?P<short>\d\d)",
        rf"\bQ(?P<quarter>[1-4]) (?P<year>{_YEAR})\b",
        rf"\b(?P<part>spring|summer|autumn|fall)(?: of)? (?P<year>{_YEAR})\b",
        rf"\b(?P<first>{_YEAR})[-–/](?P<second>\d\d)\b(?!-)",
        r"\b(?P<decade>(?:1[789]|20)\d0)s\b",
        rf"\bthe (?P<decade_word>{'|'.join(_DECADES)})\b",
        rf"\b(?:{_SHARE})?(?P<year>{_YEAR})(?!\d|s\b|[.,]\d)",
        r"(?<!\w)['’](?P<short>[0-9]\d)\b(?!['’])",
        rf"\b(?P<day>{_DAY})(?=(?: (?:and|to|until|till|through) (?:the )?|[-–]){_DAY}(?: of)? {_MONTH})",
    )
)
_JOIN = re.compile(r"\s*(?:and|to|until|till|through|-|–)\s*(?:the )?", re.IGNORECASE)
_BEFORE = re.compile(
    r"\b(between|from|since|after|following|postdat(?:es?|ing)|(?:later|newer|more recent) than|before|"
    r"predat(?:es?|ing)|prior to|(?:earlier|older) than|until|till|by|up to|as of)\s+$",
    re.IGNORECASE,
)
_AND = re.compile(r",?(?: (?:and|but|yet))? ", re.IGNORECASE)
_ONWARDS = re.compile(r",? (?:(?:and )?onwards?|(?:and|or) later|on(?=[?.,;]|$))\b", re.IGNORECASE)
_OR_EARLIER = re.compile(r",? or (?:earlier|before)\b", re.IGNORECASE)
_FISCAL = re.compile(r"\b(?:FY|fiscal year|fiscal)\s?$", re.IGNORECASE)
_NOT_A_MONTH = re.compile(r"may|march|mar|dec|sep|jan|oct", re.ASCII)
"""Lower-case words that are rarely months unless a day or year stands with them."""


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of days named at `start:end` of a question; an open end is None."""

    start: int
    end: int
    since: date | None
    until: date | None

    @property
    def is_short(self) -> bool:
        """Whether one single day was named, or a week."""
        return self.since is not None and self.until is not None and self.until - self.since < timedelta(days=7)


@dataclass(frozen=True, slots=True)
class _Named:
    """One expression: what it says outright."""

    start: int
    end: int
    year: int | None = None
    month: int | None = None
    day: int | None = None
    months: tuple[int, int] | None = None
    days: tuple[int, int] | None = None
    years: tuple[int, int] | None = None

    def period(self) -> tuple[date, date] | None:
        """First and last day; None where there is no such day, or the year is not known."""
        try:
            if self.years:
                return date(self.years[0], 1, 1), date(self.years[1], 12, 31)
            if self.year is None:
                return None
            if self.months:
                return date(self.year, self.months[0] + 1, 1), _last_day(self.year, self.months[1] + 1)
            if self.month is None:
                return (date(self.year, 1, 1), date(self.year, 12, 31)) if self.day is None else None
            if self.day is not None:
                return (date(self.year, self.month, self.day),) * 2
            first, last = self.days or (1, 31)
            end = _last_day(self.year, self.month)
            return date(self.year, self.month, first), min(end, end.replace(day=min(last, end.day)))
        except ValueError:
            return None


def periods(question: str) -> list[Period]:
    """Every day and period that the question names, in order; ranges of two are one."""
    named = _with_years(_named(question))
    found = []
    place = 0
    while place < len(named):
        one = named[place]
        joined = place + 1 < len(named) and _is_range(question, one, named[place + 1])
        other = named[place + 1] if joined else one
        place += 2 if joined else 1
        first, last = one.period(), other.period()
        if first and last and first[0] <= last[1] and not _FISCAL.search(question[: one.start]):
            opening = _BEFORE.search(question[: one.start])
            period = _open(Period(one.start, other.end, first[0], last[1]), opening, ranged=joined)
            found.append(_opened_after(period, question))
    return _closed(found, question)


def _named(question: str) -> list[_Named]:
    taken: list[_Named] = []
    for pattern in _PATTERNS:
        for match in pattern.finditer(question):
            if any(match.start() < other.end and other.start < match.end() for other in taken):
                continue
            if (named := _read(match)) is not None:
                taken.append(named)
    return sorted(taken, key=lambda each: each.start)


def _read(match: re.Match[str]) -> _Named | None:
    said = {name: value for name, value in match.groupdict().items() if value}
    bare = _Named(match.start(), match.end(), year=_year(said))
    if "decade" in said or "decade_word" in said:
        decade = int(said["decade"]) if "decade" in said else 1900 + _DECADES[said["decade_word"].lower()]
        return replace(bare, years=(decade, decade + 9))
    if "first" in said:
        second = int(said["first"][:2] + said["second"])
        return replace(bare, years=(int(said["first"]), second)) if second > int(said["first"]) else None
    if "edge" in said:
        few = min(12, _FEW.get(said["few"].lower()) or int(said["few"]))
        return replace(bare, months=(0, few - 1) if said["edge"].lower() == "first" else (12 - few, 11))
    if "quarter" in said:
        return replace(bare, months=(3 * int(said["quarter"]) - 3, 3 * int(said["quarter"]) - 1))
    if "part" in said:
        return replace(bare, months=_PARTS[said["part"].lower()])
    share = said.get("share", "").lower().removeprefix("the ")
    day = int(re.sub(r"\D", "", said["day"]) or 1) if "day" in said else None
    if "month" not in said:
        if share and share not in _PARTS:
            return None  # `the first week of 1974` would be read as a year
        return replace(bare, day=day, months=_PARTS[share] if share else None)
    word = said["month"].rstrip(".")
    if not (day or bare.year or share) and (_NOT_A_MONTH.fullmatch(word) or match.start() == 0):
        return None
    month = int(word) if word.isdigit() else _MONTHS[word.lower()]
    return replace(bare, month=month, day=day, days=_SHARES[share] if share else None)


def _year(said: Mapping[str, str]) -> int | None:
    if "short" in said:
        return int(said["short"]) + (1900 if int(said["short"]) >= _CENTURY else 2000)
    return int(said["year"]) if "year" in said else None


def _with_years(named: Sequence[_Named]) -> list[_Named]:
    """The same, a missing month or year taken from what is named next, or from the only year there is."""
    years = {each.year for each in named if each.year}
    only = next(iter(years)) if len(years) == 1 else None
    whole: list[_Named] = []
    for each in reversed(named):
        after = whole[-1] if whole else None
        if each.month is None and each.day is not None and after is not None:
            each = replace(each, month=after.month)
        if each.year is None and each.years is None:
            close = after is not None and after.start - each.end <= 8
            each = replace(each, year=after.year if close and after is not None and after.year else only)
        whole.append(each)
    # A year that only lends itself to the months beside it says nothing of its own.
    lent = any(each.month is not None for each in whole)
    return [
        each
        for each in reversed(whole)
        if not (lent and each.year and each.month is None and not (each.months or each.years))
    ]


def _is_range(question: str, one: _Named, other: _Named) -> bool:
    between = question[one.end : other.start]
    if not _JOIN.fullmatch(between):
        return False
    opening = _BEFORE.search(question[: one.start])
    return not between.strip().lower().startswith("and") or (opening is not None and opening[1].lower() == "between")


def _open(period: Period, opening: re.Match[str] | None, *, ranged: bool) -> Period:
    """The period with the end left open that its preposition leaves open: `before March 1974`."""
    word = opening[1].lower() if opening and not ranged else ""
    start = opening.start() if opening else period.start
    day = timedelta(days=1)
    if word.startswith(("before", "predat", "prior to", "earlier than", "older than")):
        return replace(period, start=start, since=None, until=period.since and period.since - day)
    if word in ("until", "till", "by", "up to", "as of"):
        return replace(period, start=start, since=None)
    if word.startswith(("after", "following", "postdat", "later than", "newer than", "more recent than")):
        return replace(period, start=start, since=period.until and period.until + day, until=None)
    if word == "since":
        return replace(period, start=start, until=None)
    return replace(period, start=start if ranged else period.start)


def _closed(found: Sequence[Period], question: str) -> list[Period]:
    """The same, where two with an open end each make one: `after March 1974 but before May 1975`."""
    closed: list[Period] = []
    for each in found:
        last = closed[-1] if closed else None
        if (
            last and last.since and each.until and last.until is None and each.since is None
            and last.since <= each.until and _AND.fullmatch(question[last.end : each.start])
        ):  # fmt: skip
            closed[-1] = replace(last, end=each.end, until=each.until)
        else:
            closed.append(each)
    return closed


def _opened_after(period: Period, question: str) -> Period:
    """The period with the end left open that what follows leaves open: `2007 onwards`."""
    if onwards := _ONWARDS.match(question, period.end):
        return replace(period, end=onwards.end(), until=None)
    if earlier := _OR_EARLIER.match(question, period.end):
        return replace(period, end=earlier.end(), since=None)
    return period


def _last_day(year: int, month: int) -> date:
    return date(year, month, calendar.monthrange(year, month)[1])


def told(since: date | None, until: date | None) -> str:
    """A stretch of days in words: `9–25 March 1974`, `in March 1974`, `in 1974`, `since 3 May 1979`."""
    if since is None or until is None:
        return f"since {_day(since)}" if since else f"until {_day(until)}" if until else "at any time"
    if since == until:
        return f"on {_day(since)}"
    if (since.month, since.day, until.month, until.day) == (1, 1, 12, 31):
        return f"in {since.year}" if since.year == until.year else f"{since.year}–{until.year}"
    if since.day == 1 and until == _last_day(since.year, since.month):
        return f"in {since:%B %Y}"
    first = _day(since)
    if since.year == until.year:
        first = str(since.day) if since.month == until.month else f"{since.day} {since:%B}"
    return f"{first}–{_day(until)}" if first.isdigit() else f"{first} – {_day(until)}"


def _day(day: date) -> str:
    return f"{day.day} {day:%B} {day.year}"
