"""Headings in a body: lines with a rule below them or on both sides, and lines of capitals in a text that is not.

The telegrams of the seventies are all capitals; in them only a rule makes a heading.
"""

import re

from index.parse.lines import Line
from index.parse.numbering import read_label
from index.parse.prose import is_rule, is_table_rule, is_tabular

_LONGEST_HEADING = 90
_CAPITALS = re.compile(r"[^a-z]*[A-Z]{3}[^a-z]*")
_MARK = re.compile(r"^\s*\((?:U|C|S|SBU|LOU|C/NF|S/NF)\)\s*|\s*\((?:U|C|S|SBU|LOU|C/NF|S/NF)\)\s*$")
_LOWER = re.compile(r"[a-z]{3}")


def is_mixed_case(lines: list[Line]) -> bool:
    """Whether the body is written in capitals and small letters: then a line of capitals stands out."""
    small = written = 0
    for line in lines[:400]:
        if len(line.text) > 20:
            written += 1
            small += _LOWER.search(line.text[:300]) is not None
    return small * 2 > written


def find_headings(lines: list[Line]) -> tuple[dict[int, str], set[int]]:
    """Lines that are headings, with their words; and the lines that are rules drawn around them."""
    headings: dict[int, str] = {}
    rules: set[int] = set()
    mixed = is_mixed_case(lines)
    written = [at for at, line in enumerate(lines) if line.text and not line.is_break]
    for place, at in enumerate(written):
        text = lines[at].text
        if is_rule(text):
            before = written[place - 1] if place else None
            if before is not None and at - before <= 2 and _can_be_ruled(lines, before) and not is_table_rule(text):
                headings.setdefault(before, _words(lines[before].text))
            rules.add(at)
        elif mixed and len(text) <= _LONGEST_HEADING and _stands_out(lines, at):
            headings[at] = _words(text)
    # A rule belongs to a table where the line above it has columns; then both stay as they are.
    for at in list(rules):
        if at and (is_tabular(lines[at - 1].text) or is_table_rule(lines[at].text)):
            rules.discard(at)
    return headings, rules


def _can_be_ruled(lines: list[Line], at: int) -> bool:
    text = lines[at].text
    if len(text) > _LONGEST_HEADING or is_rule(text) or is_tabular(text):
        return False
    if text.rstrip().endswith((".", ",", ";")) and not text.isupper():
        return False
    above = lines[at - 1] if at else None
    return (
        above is None
        or not above.text
        or above.is_break
        or is_rule(above.text)
        or read_label(lines[at], at) is not None
    )


def _stands_out(lines: list[Line], at: int) -> bool:
    """All capitals between blank lines, without a stop at its end."""
    text = lines[at].text.strip()
    if not _CAPITALS.fullmatch(text) or text.endswith((".", ",", ";", ":")) or read_label(lines[at], at):
        return False
    if at + 1 >= len(lines) or len(text) < 4:
        return False
    above = not at or not lines[at - 1].text or lines[at - 1].is_break
    return above and not lines[at + 1].text and not is_tabular(text)


def _words(text: str) -> str:
    return _MARK.sub("", " ".join(text.split()).strip(" -=_*:.")).strip()
