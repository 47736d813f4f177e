"""The parts of a cable sent in sections: each has its own head, and the body goes on after it (5 FAH-2 H-320)."""

import re
from dataclasses import dataclass

from index.parse.head import OFFICE, Head, read_head
from index.parse.heading import DTG, START, read_dtg, read_station
from index.parse.levels import classification_line
from index.parse.lines import BREAK, Line
from index.records import Anomaly

_WALK_BACK = 60
# A date-time group, or a line that begins like a level: all else costs no closer look.
_MAYBE_HEAD = re.compile(
    r"\s*(?:(?:[ZOPR] +){0,4}\d{6}|U ?N ?C|C ?O ?N|S ?E ?C|T ?O ?P|L ?I ?M|L ?O ?U)", re.IGNORECASE
)


@dataclass(slots=True)
class Part:
    """One section: its head, and the lines of its body."""

    head: Head
    lines: list[Line]

    @property
    def number(self) -> int:
        """Which section it is; 1 where the head does not say."""
        line = self.head.classification
        return (line.part if line else None) or 1


def split_parts(lines: list[Line]) -> list[Part]:
    """The parts of a message in the order of their sections. A text with one head is one part."""
    first = read_head(lines)
    parts = [Part(first, [])]
    starts = _later_starts(lines, first)
    bounds = [*starts, len(lines)]
    parts[0].lines = lines[first.body : bounds[0]]
    for place, start in enumerate(starts):
        head = read_head(lines, start, bounds[place + 1])
        parts.append(Part(head, lines[head.body : bounds[place + 1]]))
    return parts


def _later_starts(lines: list[Line], first: Head) -> list[int]:
    """Where the heads of later sections begin: the same date-time group and FM again, or the classification line."""
    own = first.classification
    repeated = [text for text in (first.dtg and first.dtg.printed, own and str(own.number)) if text]
    printed = "\n".join([line.text for line in lines[first.body :]])
    if not any(text in printed for text in repeated):
        return []
    starts: list[int] = []
    last = first.body
    for at in range(first.body, len(lines)):
        text = lines[at].text
        if not 6 <= len(text) <= 160 or not _MAYBE_HEAD.match(text):
            continue
        is_head = (
            first.dtg is not None
            and (dtg := read_dtg(text)) is not None
            and dtg.printed == first.dtg.printed
            and _from_follows(lines, at)
        )
        if not is_head and own is not None and own.number and (found := classification_line(text)):
            is_head = found.number == own.number and found.part is not None and found.part != own.part
            if is_head and starts and _one_head(lines, starts[-1], at):
                continue
        if is_head:
            start = _walk_back(lines, at, last)
            starts.append(start)
            last = at
    return starts


def _from_follows(lines: list[Line], at: int) -> bool:
    following = next((line.text for line in lines[at + 1 : at + 4] if line.text), "")
    return following.lstrip().startswith(("FM ", "FROM "))


def _one_head(lines: list[Line], start: int, at: int) -> bool:
    """Whether a classification line belongs to the heading that began at `start`."""
    return at - start < _WALK_BACK and any(DTG.match(line.text) for line in lines[start:at])


def _walk_back(lines: list[Line], at: int, last: int) -> int:
    """From the date-time group back over office copies and network lines to where this head begins."""
    start = at
    for before in range(at - 1, max(last, at - _WALK_BACK), -1):
        text = lines[before].text
        if not text or lines[before].is_break:
            continue
        heading = (
            OFFICE.fullmatch(text)
            or START.fullmatch(text)
            or read_station(text)
            or text.lstrip().startswith(("ZNR ", "ZNY ", "DRAFTED BY", "APPROVED BY", "-----", "ACTION ", "ORIGIN "))
            or text.split(" ", 1)[0] in ("ZZ", "OO", "PP", "RR")
            or (len(text.strip()) < 8 and text.strip().replace("/", "").isdigit())
        )
        if not heading:
            break
        start = before
    return start


def in_order(parts: list[Part]) -> tuple[list[Part], list[Anomaly]]:
    """The parts by their section numbers, each once; a second copy of a section is left out and reported."""
    anomalies: list[Anomaly] = []
    kept: dict[int, Part] = {}
    highest = 0
    for part in parts:
        number = part.number
        if number in kept:
            same = _words(part) == _words(kept[number])
            if same or (part.head.classification is not None and len(parts) > 1 and part.number > 1):
                anomalies.append(Anomaly("duplicate", f"section {number} stands here twice; the first copy is kept"))
                if same:
                    continue
            number = highest + 1
        kept[number] = part
        highest = max(highest, number)
    return [kept[number] for number in sorted(kept)], anomalies


def _words(part: Part) -> list[str]:
    return " ".join(line.text for line in part.lines if not line.is_break).split()


def body_lines(parts: list[Part]) -> list[Line]:
    """The bodies one after the other, with a break where one section ends."""
    lines: list[Line] = []
    for part in parts:
        if lines:
            lines.append(Line(BREAK, lines[-1].end, lines[-1].end))
        lines += _trimmed(part.lines)
    return lines


def _trimmed(lines: list[Line]) -> list[Line]:
    """Without blank lines and furniture at either end: those are the sheet's."""
    start, end = 0, len(lines)
    while start < end and (not lines[start].text or lines[start].is_break):
        start += 1
    while end > start and (not lines[end - 1].text or lines[end - 1].is_break):
        end -= 1
    return lines[start:end]
