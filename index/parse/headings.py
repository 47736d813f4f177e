"""Headings in a body: lines with a rule below them or on both sides, and lines of capitals between blank lines.

The telegrams of the seventies are all capitals; there a line without a rule is a heading only if it is short,
follows the end of a sentence and is no item of a list.
"""

import re

from index.parse.lines import BREAK, Line
from index.parse.numbering import read_label
from index.parse.prose import ends_sentence, is_list_item, is_rule, is_table_rule, is_tabular

_LONGEST_HEADING = 90
_MOST_RULED = 3
_CAPITALS = re.compile(r"[^a-z]*[A-Z]{3}[^a-z]*")
_MARK = re.compile(r"^\s*\((?:U|C|S|SBU|LOU|C/NF|S/NF)\)\s*|\s*\((?:U|C|S|SBU|LOU|C/NF|S/NF)\)\s*$")
_LOWER = re.compile(r"[a-z]{3}")
_LINES_THAT_TELL = 40
_MOST_WORDS = 8
_FURNITURE_REACH = 12
_LONGEST_PLAIN = 55
_QUOTED_TEXT = re.compile(r"(?:BEGIN|END|QUOTE|UNQUOTE|TEXT)\b|.*[?!()\"]|.*--$|\d")
# Printed with a blank line after every line, blank lines say nothing.
_SPACED_OUT = 0.3


def is_mixed_case(lines: list[Line]) -> bool:
    """Whether the body is written in capitals and small letters: then a line of capitals stands out."""
    small = written = 0
    for line in lines[:: len(lines) // _LINES_THAT_TELL + 1]:
        if len(line.text) > 20:
            written += 1
            small += not line.text.isupper() and _LOWER.search(line.text, 0, 300) is not None
    return small * 2 > written


def find_headings(lines: list[Line]) -> tuple[dict[int, str], set[int]]:
    """Lines that are headings, with their words; and the lines that are rules drawn around them."""
    headings: dict[int, str] = {}
    rules: set[int] = set()
    mixed = is_mixed_case(lines)
    written = [at for at, line in enumerate(lines) if line.text and line.text != BREAK]
    plain = not mixed and _is_closely_printed(lines, written)
    for place, at in enumerate(written):
        text = lines[at].text
        before = written[place - 1] if place else None
        if is_rule(text):
            if before is not None and at - before <= 2 and not is_table_rule(text):
                for ruled in _ruled(lines, before):
                    headings.setdefault(ruled, _words(lines[ruled].text))
            rules.add(at)
        elif before is not None and before == at - 1:
            # Only what has no line right above it can stand out.
            continue
        elif (mixed and len(text) <= _LONGEST_HEADING and _stands_out(lines, at)) or (
            plain and len(text) <= _LONGEST_PLAIN and _is_plain_heading(lines, at, before)
        ):
            headings[at] = _words(text)
    # A rule belongs to a table where the line above it has columns; then both stay as they are.
    for at in list(rules):
        if at and (is_tabular(lines[at - 1].text) or is_table_rule(lines[at].text)):
            rules.discard(at)
    return headings, rules


def _ruled(lines: list[Line], last: int) -> range:
    """The lines that are a heading over a rule: the one above it, or up to three where a rule stands over them too."""
    first = last
    while first and last - first < _MOST_RULED and not _ends_above(lines, first):
        first -= 1
    if first == last or read_label(lines[last], last) is not None:
        first = last
    elif not (first and is_rule(lines[first - 1].text)):
        return range(0)
    ruled = range(first, last + 1)
    return ruled if all(_can_be_ruled(lines[at].text) for at in ruled) else range(0)


def _ends_above(lines: list[Line], at: int) -> bool:
    return _is_open(lines, at - 1) or is_rule(lines[at - 1].text)


def _can_be_ruled(text: str) -> bool:
    if len(text) > _LONGEST_HEADING or is_rule(text) or is_tabular(text):
        return False
    return text.isupper() or not text.rstrip().endswith((".", ",", ";"))


def _stands_out(lines: list[Line], at: int) -> bool:
    """All capitals between blank lines, without a stop at its end."""
    if at + 1 >= len(lines) or not _is_open(lines, at - 1):
        return False
    text = lines[at].text.strip()
    if not _CAPITALS.fullmatch(text) or text.endswith((".", ",", ";", ":")) or read_label(lines[at], at):
        return False
    return len(text) >= 4 and _is_followed(lines, at) and not is_tabular(text)


def _is_plain_heading(lines: list[Line], at: int, before: int | None) -> bool:
    """The same in a text of capitals, where a line may stand alone because a page ended there."""
    if not _is_open(lines, at - 1):
        return False
    text = lines[at].text.strip()
    if len(text.split()) > _MOST_WORDS or _QUOTED_TEXT.match(text) or is_list_item(text):
        return False
    if before is not None and not ends_sentence(lines[before].text) and not is_tabular(lines[before].text):
        return False
    return _stands_out(lines, at)


def _is_open(lines: list[Line], at: int) -> bool:
    return at < 0 or lines[at].text in ("", BREAK)


def _is_followed(lines: list[Line], at: int) -> bool:
    """By a blank line, or at once by a numbered paragraph; over furniture only by the latter."""
    below = lines[at + 1]
    if not below.text:
        return True
    for after in range(at + 1, min(at + _FURNITURE_REACH, len(lines))):
        if lines[after].text and not lines[after].is_break:
            return read_label(lines[after], after) is not None
    return False


def _is_closely_printed(lines: list[Line], written: list[int]) -> bool:
    alone = sum(_is_open(lines, at - 1) and at + 1 < len(lines) and _is_open(lines, at + 1) for at in written)
    return alone < _SPACED_OUT * len(written) or len(written) < 10


def _words(text: str) -> str:
    return _MARK.sub("", " ".join(text.split()).strip(" -=_*:.")).strip()
