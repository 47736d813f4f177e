"""Headings in a body: lines with a rule below them or on both sides, and lines of capitals between blank lines.

The telegrams of the seventies are all capitals; there a line without a rule is a heading only if it is short,
follows the end of a sentence and is no item of a list.
"""

import re

from index.parse.lines import BREAK, UNWRITTEN, WRITTEN, Printed
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
_ALONE = re.compile(rf"(?<![^{UNWRITTEN}])[^{UNWRITTEN}](?=[{UNWRITTEN}])")
# A line with none right above it; and what may be a rule, wherever it stands.
_MAY_STAND_OUT = re.compile(rf"(?P<drawn>[RI])|(?<![^{UNWRITTEN}])[^{UNWRITTEN}]")


def is_mixed_case(texts: list[str]) -> bool:
    """Whether the body is written in capitals and small letters: then a line of capitals stands out."""
    looked_at = texts[:: len(texts) // _LINES_THAT_TELL + 1]
    shown = [text for text in looked_at if len(text) > 20] or [text for text in looked_at if text]
    small = sum(not text.isupper() and _LOWER.search(text, 0, 300) is not None for text in shown)
    return small * 2 > len(shown)


def find_headings(printed: Printed) -> tuple[dict[int, str], set[int]]:
    """Lines that are headings, with their words; and the lines that are rules drawn around them."""
    headings: dict[int, str] = {}
    rules: set[int] = set()
    texts = printed.texts
    mixed = is_mixed_case(texts)
    plain = not mixed and _is_closely_printed(printed)
    for match in _MAY_STAND_OUT.finditer(printed.shape):
        at = match.start()
        text = texts[at]
        if match["drawn"] and is_rule(text):
            before, between = printed.above(at)
            if before >= 0 and len(between) <= 1 and not is_table_rule(text):
                for ruled in _ruled(texts, before):
                    headings.setdefault(ruled, _words(texts[ruled]))
            rules.add(at)
        elif (mixed and _stands_out(printed, at)) or (plain and _is_plain_heading(printed, at)):
            headings[at] = _words(text)
    # A rule belongs to a table where the line above it has columns; then both stay as they are.
    for at in list(rules):
        if at and (is_tabular(texts[at - 1]) or is_table_rule(texts[at])):
            rules.discard(at)
    return headings, rules


def _ruled(texts: list[str], last: int) -> range:
    """The lines that are a heading over a rule: the one above it, or up to three where a rule stands over them too."""
    first = last
    while first and last - first < _MOST_RULED and not _ends_above(texts, first):
        first -= 1
    if first == last or read_label(texts[last], last) is not None:
        first = last
    elif not (first and is_rule(texts[first - 1])):
        return range(0)
    ruled = range(first, last + 1)
    return ruled if all(_can_be_ruled(texts[at]) for at in ruled) else range(0)


def _ends_above(texts: list[str], at: int) -> bool:
    return not texts[at - 1] or texts[at - 1] == BREAK or is_rule(texts[at - 1])


def _can_be_ruled(text: str) -> bool:
    if len(text) > _LONGEST_HEADING or is_rule(text) or is_tabular(text):
        return False
    return text.isupper() or not text.rstrip().endswith((".", ",", ";"))


def _stands_out(printed: Printed, at: int) -> bool:
    """All capitals between blank lines, without a stop at its end."""
    if len(printed.texts[at]) > _LONGEST_HEADING or not _is_open(printed, at - 1) or at + 1 >= len(printed.texts):
        return False
    text = printed.texts[at].strip()
    if not _CAPITALS.fullmatch(text) or text.endswith((".", ",", ";", ":")) or read_label(printed.texts[at], at):
        return False
    return len(text) >= 4 and _is_followed(printed, at) and not is_tabular(text)


def _is_plain_heading(printed: Printed, at: int) -> bool:
    """The same in a text of capitals, where a line may stand alone because a page ended there."""
    if len(printed.texts[at]) > _LONGEST_PLAIN or not _is_open(printed, at - 1):
        return False
    text = printed.texts[at].strip()
    if len(text.split()) > _MOST_WORDS or _QUOTED_TEXT.match(text) or is_list_item(text):
        return False
    before, _ = printed.above(at)
    if before >= 0 and not ends_sentence(printed.texts[before]) and not is_tabular(printed.texts[before]):
        return False
    return _stands_out(printed, at)


def _is_open(printed: Printed, at: int) -> bool:
    return at < 0 or printed.shape[at] in UNWRITTEN


def _is_followed(printed: Printed, at: int) -> bool:
    """By a blank line, or at once by a numbered paragraph; over furniture only by the latter."""
    if printed.shape[at + 1] == "B":
        return True
    below = WRITTEN.search(printed.shape, at + 1, at + _FURNITURE_REACH)
    return below is not None and read_label(printed.texts[below.start()], below.start()) is not None


def _is_closely_printed(printed: Printed) -> bool:
    written = len(WRITTEN.findall(printed.shape))
    return len(_ALONE.findall(printed.shape)) < _SPACED_OUT * written or written < 10


def _words(text: str) -> str:
    return _MARK.sub("", " ".join(text.split()).strip(" -=_*:.")).strip()
