"""The body -> paragraphs: one for each accepted number; in a cable without numbers, one for each block of text."""

import re
from dataclasses import dataclass, field
from itertools import pairwise

from index.parse.headings import find_headings
from index.parse.lines import BREAK, Line
from index.parse.numbering import Accepted, accept_labels, leading_mark
from index.parse.prose import is_list_item, is_tabular, join, noise_in, words_of
from index.records import Anomaly, Paragraph

_UNFINISHED = re.compile(r"[^.?!:;\"”’')\]*\s-]\s*$|[A-Za-z]-\s*$")
_FULL_LINE = 45
_SHOWN = 5
_OPENS_BLOCK = re.compile(
    r"\s*(?:BEGIN\b|END\b|SUMMARY|COMMENT|QUOTE\b|UNQUOTE\b|PART\b|SECTION\b|[IVX]+\.|FROM:|FOR:|SUBJECT)", re.I
)


@dataclass(slots=True)
class _Draft:
    """A paragraph while its lines are gathered."""

    lines: list[Line] = field(default_factory=list)
    accepted: Accepted | None = None
    heading: str | None = None
    mark: str | None = None
    start: int = 0

    def is_empty(self) -> bool:
        return not any(line.text and not line.is_break for line in self.lines)


@dataclass(frozen=True, slots=True)
class Body:
    """The paragraphs of a body, and what was odd in their numbers."""

    paragraphs: tuple[Paragraph, ...]
    anomalies: tuple[Anomaly, ...]


def read_body(lines: list[Line], *, whole: bool = True) -> Body:
    """Cut a body into paragraphs.

    Args:
        whole: whether the cable's first paragraph is in it; a later section begins with any number.
    """
    accepted, anomalies = accept_labels(lines, whole=whole)
    headings, rules = find_headings(lines)
    drafts = _Drafts(lines, {label.label.at: label for label in accepted}, headings, rules).gather()
    printed = "\n".join([line.text for line in lines])
    known = words_of(lines) if "-\n" in printed else frozenset()
    paragraphs = [_finish(draft, ordinal, known) for ordinal, draft in enumerate(drafts, 1)]
    dropped = _dropped_signs(drafts) if "¶" in printed else []
    return Body(tuple(paragraphs), (*anomalies, *dropped))


def _dropped_signs(drafts: list["_Draft"]) -> list[Anomaly]:
    """A publisher put ¶ before every line that began with a letter or number; where lines were joined, it stayed."""
    found = [what for draft in drafts for line in draft.lines if "¶" in line.text for what in noise_in(line.text)]
    if not found:
        return []
    more = f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
    return [Anomaly("other", f"the sign ¶ in the text was dropped before {', '.join(found[:_SHOWN])}{more}")]


class _Drafts:
    """Gathers lines into drafts. State: the draft at hand, the heading that waits for one."""

    def __init__(
        self, lines: list[Line], labels: dict[int, Accepted], headings: dict[int, str], rules: set[int]
    ) -> None:
        self._lines = lines
        self._labels = labels
        self._headings = headings
        self._rules = rules
        self._drafts: list[_Draft] = []
        self._draft = _Draft()
        self._waiting: tuple[str, Line] | None = None

    def gather(self) -> list[_Draft]:
        turns = sorted({*self._labels, *self._headings, *self._rules, len(self._lines)})
        self._add_run(0, turns[0])
        for at, following in pairwise(turns):
            line = self._lines[at]
            if at in self._labels:
                self._open_numbered(at, line)
            elif at in self._headings:
                self._close()
                self._waiting = (self._joined_heading(self._headings[at]), line)
            else:
                self._draft.lines.append(line._replace(text="", end=line.start))
            self._add_run(at + 1, following)
        self._close()
        if self._waiting:
            # A heading with nothing below it is text after all.
            self._draft = _Draft([self._waiting[1]], start=self._waiting[1].start)
            self._waiting = None
            self._close()
        return self._drafts

    def _joined_heading(self, words: str) -> str:
        """Two headings in a row are one of two lines."""
        return f"{self._waiting[0]} {words}" if self._waiting else words

    def _open_numbered(self, at: int, line: Line) -> None:
        accepted = self._labels[at]
        heading = self._waiting[0] if self._waiting else None
        self._waiting = None
        text = line.text[accepted.label.end :]
        if at in self._headings:
            # `1. SUMMARY` inside rules: the number opens the paragraph, the word is its heading.
            heading = text.strip(" -=_*:.") or heading
            text = ""
        opened = Line(text.strip(), line.start, line.end)
        self._close(_Draft([opened], accepted, heading, accepted.label.mark, _first(line)))

    def _add_run(self, start: int, end: int) -> None:
        """Lines up to the next label, heading or rule; all those below a number are its paragraph's."""
        for at in range(start, end):
            if self._waiting is None and self._draft.accepted is not None:
                self._draft.lines += self._lines[at:end]
                return
            self._add(self._lines[at])

    def _add(self, line: Line) -> None:
        blank = not line.text or line.is_break
        if self._waiting and not blank:
            self._close(_Draft([line], heading=self._waiting[0], start=_first(line)))
            self._waiting = None
            return
        if not blank and self._draft.accepted is None and self._begins_block(line):
            self._close(_Draft([line], start=_first(line)))
            return
        if not blank and self._draft.accepted is None and self._draft.is_empty():
            self._draft.start = _first(line)
        self._draft.lines.append(line)

    def _begins_block(self, line: Line) -> bool:
        """In text without numbers: whether a line after a blank one begins a new paragraph, or goes on a sentence."""
        blank, cut, last = False, False, None
        for before in reversed(self._draft.lines):
            if before.is_break:
                cut = True
            elif before.text:
                last = before
                break
            else:
                blank = True
        if last is None or not blank:
            return False
        if is_tabular(last.text) and is_tabular(line.text):
            return False
        unfinished = _UNFINISHED.search(last.text[-12:]) is not None and (cut or len(last.text) >= _FULL_LINE)
        return not unfinished or is_list_item(line.text) or _OPENS_BLOCK.match(line.text) is not None

    def _close(self, following: _Draft | None = None) -> None:
        draft, self._draft = self._draft, following or _Draft()
        if draft.accepted is None and draft.is_empty():
            return
        self._drafts.append(draft)


def _first(line: Line) -> int:
    """Where the printed text of a line begins in the source."""
    return (
        line.start + len(line.text) - len(line.text.lstrip()) if line.end - line.start >= len(line.text) else line.start
    )


def _finish(draft: _Draft, ordinal: int, known: frozenset[str]) -> Paragraph:
    lines, mark = draft.lines, draft.mark
    last = len(lines) - 1
    while last and (not lines[last].text or lines[last].text == BREAK):
        last -= 1
    end = lines[last].end
    if draft.accepted is None:
        at = next(at for at, line in enumerate(lines) if line.text and line.text != BREAK)
        mark, text_start = leading_mark(lines[at].text)
        if text_start:
            lines = [*lines[:at], lines[at]._replace(text=lines[at].text[text_start:]), *lines[at + 1 :]]
    accepted = draft.accepted
    return Paragraph(
        ordinal=ordinal,
        text=join(lines[: last + 1], known),
        number=accepted.number if accepted else None,
        label=accepted.label.printed if accepted else None,
        mark=mark,
        heading=draft.heading,
        start=draft.start,
        end=max(end, draft.start),
    )
