"""The cables that one item of a REF block names: post, number, and a year in any of its places.

A reference is found by a closed list of posts before a number, not by a clever pattern: `300 TROOPS`
and `SEPTEMBER 9` are none. Forms after the fixtures of heuer/cablemap.
"""

import re
from typing import NamedTuple

from index.gazetteer import canonical_post, letters

# A zero is a letter's where a letter or nothing follows it: T0KYO, 0SLO, but 06STATE001234.
_WORD = r"(?:(?<!\d)0(?=[A-Z]))?[A-Z](?:[A-Z]|0(?!\d))*(?:['’.-][A-Z]+)*\.?"
_TOKEN = re.compile(rf"(?P<word>{_WORD})|(?P<number>\d+)|(?P<other>[^\sA-Z\d])", re.IGNORECASE)
_MOST_POST_WORDS = 8
_LONGEST_ITEM = 2000
_DATED = re.compile(
    r"(?:[\s,(]*(?:(?:DTD|DATED|OF|DTG|,)\s*)?(?:\d{6}Z\s+[A-Z]{3}\s+(\d\d(?:\d\d)?)(?!\d)|"
    r"[A-Z]{3,9}\.?\s+\d{1,2},?\s+((?:19|20)\d\d)(?!\d)|\d{1,2}\s+[A-Z]{3,9}\.?\s+((?:19|20)\d\d)(?!\d)|"
    r"(?<=[\s,(])\d{1,2}/\d{1,2}/((?:19|20)?\d\d)(?!\d))|\s*(?:DTD|DATED|OF)\s+((?:19|20)\d\d)(?!\d))",
    re.IGNORECASE,
)
_MONTH = re.compile(r"JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC", re.IGNORECASE)


class Found(NamedTuple):
    """A cable named in an item: its year as printed, if one is, and where its words stand."""

    post: str
    number: int
    year: int | None
    start: int
    end: int


class Scanner:
    """Finds cables in the tokens of one item. `post` is carried over for `AND 2764` and number-only items."""

    def __init__(self, text: str, post: str | None) -> None:
        self._source = text[:_LONGEST_ITEM]
        self._tokens = list(_TOKEN.finditer(self._source))
        self.post = post
        self.found: list[Found] = []

    def scan(self) -> list[Found]:
        """Every cable of the item, in order."""
        at = 0
        while at < len(self._tokens):
            token = self._tokens[at]
            at = self._take_number(at) if token["number"] else at + 1
        return self.found

    def _take_number(self, at: int) -> int:
        """A cable whose number, or the year before its number, stands at `at`; the place to go on from."""
        first, post = self._post_before(at)
        if post is not None:
            return self._take_cable(at, first, post)
        if self._goes_on(at) and not self._is_year_of_next(at):
            return self._add(at, at, self.found[-1].post, self.found[-1].year)
        if (reversed_ := self._post_after(at)) and len(self._text(at)) >= 3:
            # `870 ULAANBAATAR`
            self._add(at, at, reversed_[0], None, last=at + reversed_[1])
        return at + 1

    def _take_cable(self, at: int, first: int, post: str) -> int:
        year, first = self._year_before(first)
        number_at, inner = self._number_after_year(at)
        return self._add(number_at, first, post, inner if inner is not None else year)

    def _add(self, at: int, first: int, post: str, year: int | None, *, last: int | None = None) -> int:
        """Record the cable with its number at `at`, and what follows it: a year behind a slash or in brackets."""
        after, later = self._year_after(at)
        number = int(self._text(at))
        if number and len(self._text(at)) <= 7:
            start, end = self._tokens[first].start(), self._tokens[last or after - 1].end()
            dated = _DATED.match(self._source, end)
            given = next((value for value in (later, year, _year_of(dated)) if value is not None), None)
            while dated and after < len(self._tokens) and self._tokens[after].start() < dated.end():
                after += 1
            self.found.append(Found(post, number, given, start, end))
            self.post = post
        return after

    def _post_before(self, at: int) -> tuple[int, str | None]:
        """The post whose words end right before the token at `at`, the longest that is known."""
        last = at - 1
        while last >= 0 and (
            self._text(last) in "#-:.('’" or self._text(last).upper() in ("NO", "NO.", "NR", "NUMBER", "TEL")
        ):
            last -= 1
        first = last
        while first > 0 and self._tokens[first - 1]["word"] and last - first + 1 < _MOST_POST_WORDS:
            if not self._joined(first - 1):
                break
            first -= 1
        if last < 0 or not self._tokens[last]["word"]:
            return at, None
        for begin in range(first, last + 1):
            words = " ".join(self._text(place) for place in range(begin, last + 1))
            # Short aliases (BA, HK) are believed alone, not as the tail of another word.
            if (post := canonical_post(words)) and len(letters(words)) >= 2:
                return begin, post
        return at, None

    def _joined(self, at: int) -> bool:
        """Whether only blanks, hyphens or stops stand between a token and the next: `PORT - AU - PRINCE`."""
        return self._tokens[at + 1].start() - self._tokens[at].end() <= 3

    def _post_after(self, at: int) -> tuple[str, int] | None:
        """The post that follows a number, and of how many words it is; none where it has a number of its own."""
        words: list[str] = []
        for place in range(at + 1, min(at + 5, len(self._tokens))):
            if not self._tokens[place]["word"]:
                break
            words.append(self._text(place))
        follows = at + 1 + len(words) < len(self._tokens) and self._tokens[at + 1 + len(words)]["number"]
        if not words or follows or (at and self._text(at - 1) in "/-"):
            return None
        return next(
            ((post, n) for n in range(len(words), 0, -1) if (post := canonical_post(" ".join(words[:n])))), None
        )

    def _is_year_of_next(self, at: int) -> bool:
        """`STATE 5678, 06 ASTANA 12`: 06 goes with what follows."""
        following = [self._text(place) for place in range(at + 1, min(at + 5, len(self._tokens)))]
        words = [word for word in following if word[0].isalpha()]
        known = any(canonical_post(" ".join(words[:n])) for n in range(1, len(words) + 1))
        return _to_year(self._text(at)) is not None and bool(following) and following[0][0].isalpha() and known

    def _year_before(self, first: int) -> tuple[int | None, int]:
        """A year before the post: `06 STATE 1`, `'08 STATE 1`, `(99) STATE 1`, `2006 STATE 1`, `10-STATE 1`."""
        at = first - 1
        while at >= 0 and self._text(at) in ")-'’":
            at -= 1
        if at < 0 or not self._tokens[at]["number"] or (at and self._text(at - 1) in "/."):
            return None, first
        year = _to_year(self._text(at))
        if year is None or (at and self._tokens[at - 1]["word"] and _MONTH.match(self._text(at - 1))):
            return None, first
        if self.found and self._tokens[at].start() < self.found[-1].end:
            return None, first
        while at and self._text(at - 1) in "('’":
            at -= 1
        return year, at

    def _number_after_year(self, at: int) -> tuple[int, int | None]:
        """`STATE 07 12345`, `STATE 07-12345`, `STATE (07) 12345`: the number is the second one."""
        year = _to_year(self._text(at))
        place = at + 1
        while place < len(self._tokens) and self._text(place) in ")-":
            place += 1
        if year is None or place >= len(self._tokens) or not self._tokens[place]["number"]:
            return at, None
        if place == at + 1 and self._tokens[place].start() - self._tokens[at].end() > 2:
            return at, None
        # `ASTANA 3162-07`: there the first number is no year.
        if len(self._text(place)) < 3 and len(self._text(at)) > 2:
            return at, None
        return place, year

    def _year_after(self, at: int) -> tuple[int, int | None]:
        """`STATE 12345/08`, `12345 (08)`, `12345-01`, `12345 '08`, `12345 99`; after a slash only two digits."""
        signs = ""
        place = at + 1
        while place < len(self._tokens) and self._text(place) in "/('’-" and len(signs) < 2:
            signs += self._text(place)
            place += 1
        if place >= len(self._tokens) or not self._tokens[place]["number"]:
            return at + 1, None
        text = self._text(place)
        year = _to_year(text) if len(text) in (2, 4) else None
        bare = not signs and self._tokens[place].start() - self._tokens[place - 1].end() == 1
        if year is None or not (signs or (bare and len(text) == 2)) or (signs == "/" and len(text) != 2):
            return at + 1, None
        following = self._text(place + 1) if place + 1 < len(self._tokens) else ""
        if bare and self._tokens[place + 1 : place + 2] and self._tokens[place + 1]["word"]:
            # `STATE 2764 06 ASTANA 12`: the year is the next cable's.
            return at + 1, None
        return place + 1 + (following == ")"), year

    def _goes_on(self, at: int) -> bool:
        """Whether a number continues a list: `2799 AND 2764`, `188314, 259032`, `936/935`."""
        if not self.found or len(self._text(at)) < 2:
            return False
        place = at - 1
        while place >= 0 and (self._text(place) in ",&/-#;" or self._text(place).upper() == "AND"):
            place -= 1
        return place < at - 1 and self._tokens[place].end() <= self.found[-1].end and self._is_number_end(place)

    def _is_number_end(self, place: int) -> bool:
        return self._tokens[place]["number"] is not None or self._text(place) == ")"

    def number_only(self) -> int | None:
        """The number of an item that is nothing but one: `B. 2962`."""
        numbers = [token for token in self._tokens if token["number"]]
        rest = [
            token for token in self._tokens if token["word"] and token[0].upper() not in ("NOTAL", "AND", "PREVIOUS")
        ]
        return int(numbers[0][0]) if len(numbers) == 1 and not rest and 2 < len(numbers[0][0]) <= 7 else None

    def _text(self, at: int) -> str:
        return self._tokens[at][0]


def _year_of(dated: re.Match[str] | None) -> int | None:
    """The year of a date that follows: `STATE 207984 310241Z AUG 77`, `LA PAZ 3641 OF JUNE 5, 1974`."""
    return int(next(filter(None, dated.groups()))) % 100 if dated else None


def _to_year(digits: str) -> int | None:
    """Two digits of a year in which cables were numbered; None if the number is none."""
    if len(digits) == 2:
        return int(digits)
    return int(digits) % 100 if len(digits) == 4 and 1950 <= int(digits) <= 2049 else None
