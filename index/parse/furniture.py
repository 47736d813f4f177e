"""Page furniture: the lines that belong to the sheet, not to the cable.

Page headers (`PAGE 02  LA PAZ 00146  091410Z`) with the classification repeated above and below them,
page markers (`ASTANA 00003162  002 OF 002`), end-of-message signs (`NNNN`, `BT`, `#3162`), and the
banners of the archive. Forms after heuer/cablemap and the telegrams of 1973-79 in the National Archives.
"""

import re
from dataclasses import dataclass, field
from typing import NamedTuple

from index.gazetteer import canonical_post
from index.parse.levels import LEVEL_STARTS, level_of
from index.parse.lines import BREAK, Line, line_numbers

PAGE_HEADER = re.compile(
    r"\s*(?P<lead>.*?\b)?PAGE\s+\d\d?\s+(?P<post>[A-Z][A-Z .'’-]{0,24}?)\s+(?P<number>\d{4,8})"
    r"(?:\s+(?P<part>\d\d)\s+OF\s+(?P<of>\d\d))?(?:\s+\d{1,6}Z?)?(?P<rest>(?:\s+POSS\s+DUPE)?)\s*$"
)
_MARKER_TAIL = re.compile(r"\b(?P<number>\d{8})\s{1,9}(?P<part>\d{3})(?:\.\d)?\s{1,9}OF\s{1,9}(?P<of>\d{3})\b")
# Where a page marker or header may stand; the words are looked for first, which costs less.
_MARKS = ((" OF ", re.compile(r" OF {1,9}\d{3}\b")), ("PAGE ", re.compile(r"PAGE ")))
_POST_WORDS = re.compile(r"(?:[A-Z][A-Z.'’-]*\s){1,4}\s*$")
_LONGEST_MARKER = 60
_LONGEST_HEADER = 200
_LEAD_WORDS = re.compile(r"\s*(?:TO|INFO|TAGS:?|SUBJ(?:ECT)?:?|REF:?)?\s*")

_END = re.compile(
    r"\s*(?:N{3,5}|N{4}[A-Z]{3}\d{4}|BT|#\d{3,5}|#{2,}|"
    r"<<\s*END OF DOCUMENT\s*>>|(?:E ){3,}E?|\*+ ?END OF MESSAGE ?\*+)\s*"
)
_BANNER = re.compile(
    r"(?:(?:Margaret P\. Grafeld|Sheryl P\. Walter|Declassified/Released|US Department of State|"
    r"EO Systematic Review|\d\d \w{3} \d{4}) *){1,6}"
)
_LONGEST_SIGN = 60
_LONGEST_BANNER = 140
_BANNER_STARTS = frozenset(("Mar", "She", "Dec", "US ", "EO ", *(f"{day:02d} " for day in range(1, 32))))
_END_STARTS = frozenset(
    ("NNN", "BT", "##", "###", "<<E", "<< ", "E E", "***", "** ", "* E", "**E", "*EN", "Mes",
     *(f"#{number:02d}" for number in range(100)))
)  # fmt: skip
MESSAGE_TEXT = re.compile(r"\s*Message Text\s*")
ATTRIBUTES = re.compile(r"\s*Message Attributes\s*")


class _Kind:
    """What a line is, in a letter, so that all of them together can be searched."""

    TEXT = "T"
    BLANK = "B"
    PAGE = "P"
    LEVEL = "L"
    END = "E"
    OPEN = "?"
    """What the first signs do not tell."""


# The first three signs of furniture, so that other lines cost nothing.
_FIRST_LOOK = {
    "": _Kind.BLANK,
    BREAK: _Kind.PAGE,
    **dict.fromkeys(("PAG", *LEVEL_STARTS, *_END_STARTS, *_BANNER_STARTS), _Kind.OPEN),
}
_OPEN = re.compile(r"\?")
_BLANK = re.compile(r"B")
_LEVEL_OVER_TEXT = re.compile(r"L(?=B*T)")
_FURNITURE = re.compile(r"[PLE][PLEB]*")


class Page(NamedTuple):
    """What a page header or marker says: post (cut short), number, and part of how many sections."""

    post: str
    number: int
    part: int = 1
    of: int = 1


@dataclass(slots=True)
class Sheet:
    """A message without its furniture, and what the furniture said."""

    lines: list[Line]
    pages: list[Page] = field(default_factory=list)
    levels: list[str] = field(default_factory=list)
    attributes: list[Line] = field(default_factory=list)


def strip_furniture(lines: list[Line]) -> Sheet:
    """Take the furniture out; a line BREAK is left where it stood."""
    printed = "\n".join([line.text for line in lines])
    lines, attributes = _cut_attributes(lines) if "Message Attr" in printed else (lines.copy(), [])
    sheet = Sheet([], attributes=attributes)
    places = [found.start() for word, mark in _MARKS if word in printed for found in mark.finditer(printed)]
    for at in dict.fromkeys(line_numbers(printed, sorted(places))):
        if at < len(lines):
            lines[at] = _without_marker(lines[at], sheet)
    lines, kinds = _without_sheet_ends(lines, _kinds_of(lines, sheet))
    done = 0
    # Blank lines among furniture, and those after it, are the sheet's; those before it are the text's.
    for run in _FURNITURE.finditer(kinds):
        first, end = run.span()
        sheet.lines += lines[done:first]
        sheet.levels += [level for line in lines[first:end] if (level := level_of(line.text))]
        sheet.lines.append(Line(BREAK, lines[first].start, lines[end - 1].end))
        done = end
    sheet.lines += lines[done:]
    return sheet


def _cut_attributes(lines: list[Line]) -> tuple[list[Line], list[Line]]:
    for at in range(len(lines) - 1, -1, -1):
        text = lines[at].text
        if "Message Attr" in text and ATTRIBUTES.fullmatch(text):
            return lines[:at], lines[at + 1 :]
    return lines, []


def _without_sheet_ends(lines: list[Line], kinds: str) -> tuple[list[Line], str]:
    """Drop the empty lines at the archive's own sheet ends, which may stand in mid-sentence.

    Its print gives a blank line of the text as a space, so where both kinds occur the empty ones are the print's.
    """
    blank = [found.start() for found in _BLANK.finditer(kinds)]
    empty = {at for at in blank if lines[at].end == lines[at].start}
    spaced = len(blank) - len(empty)
    if spaced < 3 or not empty or 2 * len(empty) > spaced:
        return lines, kinds
    kept = [at for at in range(len(lines)) if at not in empty]
    return [lines[at] for at in kept], "".join([kinds[at] for at in kept])


def _without_marker(line: Line, sheet: Sheet) -> Line:
    """The line without a page marker or header that stands in its middle."""
    text = line.text
    if " OF " in text and (markers := _markers(text, sheet)):
        pieces, position = [], 0
        for start, end in markers:
            pieces.append(text[position:start].strip())
            position = end
        pieces.append(text[position:].strip())
        return line._replace(text=" ".join(filter(None, pieces)) or BREAK)
    header = PAGE_HEADER.fullmatch(text) if len(text) <= _LONGEST_HEADER and "PAGE " in text else None
    if header and header["lead"] and _LEAD_WORDS.fullmatch(header["lead"]):
        # A page header on a line of the head: `TO PAGE 02  STATE 015113  182333Z`.
        return line._replace(text=header["lead"].rstrip())
    return line


def _markers(text: str, sheet: Sheet) -> list[tuple[int, int]]:
    """Where page markers of a known post stand in a line."""
    spans: list[tuple[int, int]] = []
    for tail in _MARKER_TAIL.finditer(text):
        start = max(spans[-1][1] if spans else 0, tail.start() - _LONGEST_MARKER)
        words = _POST_WORDS.search(text, start, tail.start())
        found = _known_end(words[0]) if words else None
        if found:
            sheet.pages.append(Page(found, int(tail["number"]), int(tail["part"]), int(tail["of"])))
            before = text[: tail.start()].rstrip()
            spans.append((len(before) - len(found), tail.end()))
    return spans


def _known_end(words: str) -> str | None:
    """The post that some words end in, in the most words that are one: in capitals the text before it runs on."""
    parts = words.rstrip()
    while parts:
        if canonical_post(parts, cut=True):
            return parts
        parts = parts.partition(" ")[2].lstrip()
    return None


def _kinds_of(lines: list[Line], sheet: Sheet) -> str:
    """The kind of every line, as one text."""
    looks = "".join([_FIRST_LOOK.get(line.text.lstrip(" ")[:3], _Kind.TEXT) for line in lines])
    kinds = _OPEN.sub(lambda found: _kind_of(lines[found.start()].text, sheet), looks)
    return _LEVEL_OVER_TEXT.sub(lambda found: _settled(kinds, found.start()), kinds)


def _settled(kinds: str, at: int) -> str:
    """A level on a line of its own is furniture only beside furniture, or at either end of the message."""
    before = at - 1
    while before >= 0 and kinds[before] == _Kind.BLANK:
        before -= 1
    return _Kind.TEXT if before >= 0 and kinds[before] == _Kind.TEXT else _Kind.LEVEL


def _kind_of(text: str, sheet: Sheet) -> str:
    start = text.lstrip()[:3]
    if start == "PAG" and (match := PAGE_HEADER.fullmatch(text)) and not match["lead"]:
        sheet.pages.append(
            Page(match["post"].strip(), int(match["number"]), int(match["part"] or 1), int(match["of"] or 1))
        )
        return _Kind.PAGE
    if len(text) < _LONGEST_SIGN:
        if start in LEVEL_STARTS and level_of(text):
            return _Kind.LEVEL
        if start in _END_STARTS and (_END.fullmatch(text) or MESSAGE_TEXT.fullmatch(text)):
            return _Kind.END
    if len(text) < _LONGEST_BANNER and start in _BANNER_STARTS and _BANNER.fullmatch(text.lstrip()):
        return _Kind.END
    return _Kind.TEXT
