"""Where one raw cable ends and the next begins, in a file that holds many.

A cable begins at `VZCZC…`, at the archive's `Message Text`, or at a new heading (date-time group and FM).
Sections of the same cable stay together: their date-time group and number are the same.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

# Without the beginning of the line, which costs a look at every line, and is looked at where the words are found.
_MESSAGE_TEXT = re.compile(r"Message Text[ \t]*\r?$", re.MULTILINE)
_ATTRIBUTES = re.compile(r"Message Attributes[ \t]*\r?$", re.MULTILINE)
_MARK = r"(?P<line>[ \t]*(?:VZCZ[A-Z]+\d*[ \t]*\r?$|(?:[ZOPR](?:[ \t]+[ZOPR])*[ \t]+)\d{6}Z[ \t]*[A-Z]{3}[ \t]*\d\d))"
_START = re.compile(_MARK, re.MULTILINE)
# By the end of the line above, which the engine can skip to.
_LATER_START = re.compile(rf"\n{_MARK}", re.MULTILINE)
_DTG = re.compile(r"\d{6}Z[ \t]*[A-Z]{3}[ \t]*\d\d")
_FROM = re.compile(r"^[ \t]*FM[ \t]+\S", re.MULTILINE)
# The beginnings of levels, spaced or not: an addressee with its serial (`SECSTATE WASHDC 1220`) has the form too.
_NUMBER = re.compile(
    r"^[ \t]*(?:U ?N ?C ?L ?A ?S|C ?O ?N ?F ?I|S ?E ?C ?R ?E|T ?O ?P +S|L ?I ?M ?I ?T|LIM |LOU\b)[A-Z/ ]{0,60}?"
    r"(?:SECT[A-Z]*[ \t]*(\d{1,2})[ \t]*O[FN][ \t]*\d{1,2})?"
    r"[ \t]+([A-Z][A-Z .'’-]{1,30}?)[ \t]+(\d{2,7})(?:/\d+)?[ \t]*\r?$",
    re.MULTILINE,
)
_ID_LINE = re.compile(r"\d{2}[A-Z]{3,20}\d{1,7}\s*")
_LEAD = re.compile(
    r"[ \t]*(?:(?:ZZ|OO|PP|RR)(?:[ \t]+R[A-Z]{3,7})+|R[A-Z]{3,7}(?:[ \t]+R[A-Z]{3,7})*|"
    r"DE[ \t]+R[A-Z]+[ \t]+#.*|ZN[RY][ \t].*|"
    r"PAGE[ \t]+\d\d?[ \t].*|-{6,}.*|(?:ACTION|ORIGIN|INFO)\b.*-\d\d.*|(?:[A-Z]{1,5}-\d\d\s*)+.*|/\d{3}[ \t]?[A-Z]|"
    r"(?:DRAFTED|APPROVED|CLEARED)[ \t]+BY.*|\d{1,3}(?:/\d+)?|"
    r"(?:UNCLAS(?:SIFIED)?|CONFIDENTIAL|SECRET|LIMITED OFFICIAL USE)[ \t]*|)\s*"
)
_HEADING_REACH = 6000
_LEAD_LINES = 40


@dataclass(frozen=True, slots=True)
class _Key:
    """What tells cables apart: date-time group, post, number; and the section, which does not."""

    dtg: str | None
    post: str | None
    number: int | None
    section: int | None


def split_cables(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of each raw cable in a text."""
    marks = [start for start, _ in _lines_of(text, _MESSAGE_TEXT)]
    starts = _archive_starts(text, marks) if marks else _heading_starts(text)
    first = len(text) - len(text.lstrip())
    bounds = [0, *[start for start in starts if start > first], len(text)]
    for start, end in pairwise(bounds):
        if text[start:end].strip():
            yield start, end


def _lines_of(text: str, words: re.Pattern[str]) -> Iterator[tuple[int, int]]:
    """Start and end of the lines that are nothing but these words, blanks aside."""
    for match in words.finditer(text):
        start = text.rfind("\n", 0, match.start()) + 1
        if not text[start : match.start()].strip(" \t"):
            yield start, match.end()


def _archive_starts(text: str, marks: list[int]) -> list[int]:
    """In the archive's print each `Message Text` begins a cable; the banner above it belongs to it."""
    ends = [end for _, end in _lines_of(text, _ATTRIBUTES)]
    starts = []
    for mark in marks:
        line = text.rfind("\n", 0, max(mark - 1, 0)) + 1
        banner = text[line:mark]
        starts.append(line if "Declassified/Released" in banner and not any(line < end for end in ends[-1:]) else mark)
    return starts


def _heading_starts(text: str) -> list[int]:
    starts: list[int] = []
    last: _Key | None = None
    last_mark = -1
    for match in _marks(text):
        is_wire = "VZCZ" in match["line"]
        start = match.start("line")
        if not is_wire and not _FROM.search(text, match.end(), match.end() + 300):
            continue
        if not is_wire and last_mark >= 0 and _same_heading(text, last_mark, start):
            continue
        key = _key(text, start)
        last_mark = start
        if last is not None and _is_same_cable(last, key):
            continue
        starts.append(_walk_back(text, start))
        last = key
    return starts


def _marks(text: str) -> Iterator[re.Match[str]]:
    """The lines that may begin a cable."""
    if first := _START.match(text):
        yield first
    yield from _LATER_START.finditer(text)


def _same_heading(text: str, mark: int, at: int) -> bool:
    """Whether a date-time group belongs to the `VZCZC` line above it."""
    between = text[mark:at]
    return len(between) < _HEADING_REACH and "VZCZ" in between[:40] and not _DTG.search(between)


def _key(text: str, at: int) -> _Key:
    dtg = _DTG.search(text, at, at + _HEADING_REACH)
    start = dtg.end() if dtg else at
    line = _NUMBER.search(text, start, start + _HEADING_REACH) if dtg else None
    return _Key(
        re.sub(r"\s+", " ", dtg[0]) if dtg else None,
        re.sub(r"[^A-Z]", "", line[2]) if line else None,
        int(line[3]) if line else None,
        int(line[1]) if line and line[1] else None,
    )


def _is_same_cable(last: _Key, key: _Key) -> bool:
    """Another section, or a copy, of the cable before: same number and post; section and time may differ."""
    if key.number is None or last.number is None:
        return key.dtg is not None and key.dtg == last.dtg and key.number == last.number
    return key.number == last.number and key.post == last.post and (key.section is not None or key.dtg == last.dtg)


def _walk_back(text: str, at: int) -> int:
    """Over network lines, office copies and a line with the id, which stand above the mark and belong to it."""
    start = at
    for _ in range(_LEAD_LINES):
        if start == 0:
            break
        line = text.rfind("\n", 0, start - 1) + 1
        content = text[line : start - 1].rstrip("\r")
        if len(content) > 200 or not (_LEAD.fullmatch(content) or _ID_LINE.fullmatch(content)):
            break
        start = line
    return start
