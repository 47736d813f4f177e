"""Cable ids named in a question, in any spelling: `07ASTANA3162`, `74 la paz 0604`, `telegram 604 from La Paz`.

A number is taken for a cable's where a post stands beside it and the archive holds, or refers to, that cable; an id
that is written whole, whether it does or not.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from index.catalog import Catalog
from index.gazetteer import letters, post, to_cable_id

_YEAR = r"(?:19|20)\d\d"
_GLUED = re.compile(
    rf"(?<![\w/])(?:{_YEAR}|\d\d)?[A-Z]{{2,24}}\d{{1,7}}(?:_[A-Z]\d?)?(?![\w/])|\bfrus[\w-]+/d\d+\b", re.IGNORECASE
)
_NUMBER = re.compile(r"(?<![\w,:$€£%])(?<!\d\.)\d{1,7}(?:_[A-Za-z]\d?)?(?![\w%]|[.,:]\d)")
_CALLED = r"(?:cables?|telegrams?|tels?|messages?|airgrams?|embtels?|reftels?|numbers?|no|nos|nr|nbr)"
_LINK = re.compile(rf"(?:['’]s)?[\s#/_-]*(?:\b{_CALLED}\b[\s.#:-]*)*$", re.IGNORECASE)
"""What may stand between a post and its number: `La Paz's cable no. 604`."""

_POST_WORDS = re.compile(r"[^\W\d_][\w.'’]*(?:[ -][^\W\d_][\w.'’]*){0,4}$")
_YEAR_BEFORE = re.compile(rf"(?<![\w/.-])['’]?(?P<year>{_YEAR}|\d\d)[\s/_-]*$")
_YEAR_AFTER = re.compile(rf"(?:,? (?:of|in|from) | ?[(/]|, )['’]?(?P<year>{_YEAR})\b\)?|/(?P<short>\d\d)\b")
_CALLED_BEFORE = re.compile(rf"\b{_CALLED}\b[\s.#:-]*$", re.IGNORECASE)
_FROM = re.compile(
    rf"(?: (?:of|in) (?P<year>{_YEAR}))?,? (?:sent )?(?:from|of|by) (?:the )?"
    r"(?:embassy |consulate |mission |post )?(?:in |at )?",
    re.IGNORECASE,
)
_NAME_AFTER = re.compile(r"[^\W\d_][\w.’]*(?:[ -][^\W\d_][\w.’]*){0,4}")
_WHOLE = re.compile(r"(?:(?:19|20)\d\d|\d\d)(?P<post>[A-Za-z]{3,24})\d{1,6}")
_GAP = re.compile(r"[ -]")
_NEXT_NUMBER = re.compile(r"(?:, and |, or |, ?| and | or | & )#?(?P<number>\d{1,7})(?![\w%]|[.,:]\d)", re.IGNORECASE)


_REACH = 90
"""So many characters before a number are looked at for its post."""


@dataclass(frozen=True, slots=True)
class NamedCable:
    """A cable named at `start:end` of a question."""

    start: int
    end: int
    cable_id: str


@dataclass(frozen=True, slots=True)
class _Post:
    """A post named at `start:end`, as ids write it, and the year said with it, if any."""

    start: int
    end: int
    name: str
    year: str = ""


def cable_ids(question: str, catalog: Catalog) -> list[NamedCable]:
    """Every cable that the question names, in order."""
    found = [
        NamedCable(match.start(), match.end(), cable_id)
        for match in _GLUED.finditer(question)
        if (
            cable_id := catalog.resolve(match.group())
            or catalog.resolve(match.group().upper())
            or _whole(match.group())
        )
    ]
    for match in _NUMBER.finditer(question):
        if not any(each.start < match.end() and match.start() < each.end for each in found):
            found += _numbered(question, match, catalog)
    return sorted(found, key=lambda each: each.start)


def _whole(text: str) -> str | None:
    """The id that is written with its year and a known post: a cable that the archive may lack."""
    written = _WHOLE.fullmatch(text)
    return to_cable_id(text.upper()) if written and post(written["post"].upper()) else None


def _numbered(question: str, number: re.Match[str], catalog: Catalog) -> Iterator[NamedCable]:
    """The cable with this number, of a post named before or behind it, and those whose numbers follow."""
    for named in (*_before(question, number.start()), *_behind(question, number)):
        resolve = partial(_resolve, catalog, named)
        end = max(number.end(), named.end)
        later = _YEAR_AFTER.match(question, end) if not named.year else None
        year = later and (later["year"] or later["short"])
        if year and (cable_id := resolve(number.group(), year)):
            end = later.end() if later else end
        elif not (cable_id := resolve(number.group(), named.year)):
            continue
        yield NamedCable(min(number.start(), named.start), end, cable_id)
        while (more := _NEXT_NUMBER.match(question, end)) and (cable_id := resolve(more["number"], year or named.year)):
            yield NamedCable(more.start("number"), more.end(), cable_id)
            end = more.end()
        return


def _resolve(catalog: Catalog, named: _Post, number: str, year: str) -> str | None:
    number = number.partition("_")[0]
    return catalog.resolve(f"{year}{named.name}{number}" if year else f"{named.name} {number}")


def _before(question: str, place: int) -> Iterator[_Post]:
    """The posts that the words before a number may name, the longest first, with the year before them."""
    first = max(0, place - _REACH)
    link = _LINK.search(question, first, place)
    words = _POST_WORDS.search(question, first, link.start() if link else place)
    if words is None:
        return
    gaps = (each.end() for each in _GAP.finditer(question, words.start(), words.end()))
    for start in (words.start(), *gaps):
        name = question[start : words.end()]
        said = _YEAR_BEFORE.search(question, first, start)
        if post(name) or said:
            yield _Post(said.start() if said else start, words.end(), letters(name), said["year"] if said else "")


def _behind(question: str, number: re.Match[str]) -> Iterator[_Post]:
    """The posts that the words behind `telegram 604 from` may name, the longest first."""
    first = max(0, number.start() - _REACH)
    called, opening = _CALLED_BEFORE.search(question, first, number.start()), _FROM.match(question, number.end())
    words = _NAME_AFTER.match(question, opening.end()) if called and opening else None
    if words is None:
        return
    gaps = [each.start() for each in _GAP.finditer(question, words.start(), words.end())]
    for end in (words.end(), *reversed(gaps)):
        name = question[words.start() : end]
        if post(name):
            yield _Post(words.start(), end, letters(name), opening["year"] or "" if opening else "")
