"""The body -> paragraphs: one for each accepted number; in a cable without numbers, one for each block of text."""

import re
from itertools import pairwise
from typing import NamedTuple

from index.parse.headings import find_headings
from index.parse.lines import UNWRITTEN, WRITTEN, Line, Printed, printed_of
from index.parse.numbering import Accepted, accept_labels, leading_mark
from index.parse.prose import is_list_item, is_tabular, join, noise_in, words_of
from index.records import Anomaly, Paragraph

_UNFINISHED = re.compile(r"[^.?!:;\"”’')\]*\s-]\s*$|[A-Za-z]-\s*$")
_FULL_LINE = 45
_SHOWN = 5
_OPENS_BLOCK = re.compile(
    r"\s*(?:BEGIN\b|END\b|SUMMARY|COMMENT|QUOTE\b|UNQUOTE\b|PART\b|SECTION\b|[IVX]+\.|FROM:|FOR:|SUBJECT)", re.I
)


class _Draft(NamedTuple):
    """A paragraph before it is made: where its lines stand, and the text of the first without number and mark."""

    first: int
    end: int
    opening: str
    heading: str | None = None
    mark: str | None = None
    accepted: Accepted | None = None


class Body(NamedTuple):
    """The paragraphs of a body, and what was odd in their numbers."""

    paragraphs: tuple[Paragraph, ...]
    anomalies: tuple[Anomaly, ...]


def read_body(lines: list[Line], *, whole: bool = True) -> Body:
    """Cut a body into paragraphs.

    Args:
        whole: whether the cable's first paragraph is in it; a later section begins with any number.
    """
    printed = printed_of(lines)
    accepted, anomalies = accept_labels(printed, whole=whole)
    headings, rules = find_headings(printed)
    if rules:
        printed = printed.without(rules)
    drafts = _Drafts(printed, accepted, headings).gather()
    known = words_of(printed.texts) if "-\n" in printed.whole else frozenset()
    paragraphs = [_finish(draft, printed, ordinal, known) for ordinal, draft in enumerate(drafts, 1)]
    dropped = _dropped_signs(drafts, printed) if "¶" in printed.whole else []
    return Body(tuple(paragraphs), (*anomalies, *dropped))


def _dropped_signs(drafts: list[_Draft], printed: Printed) -> list[Anomaly]:
    """A publisher put ¶ before every line that began with a letter or number; where lines were joined, it stayed."""
    found = [
        what
        for draft in drafts
        for text in (draft.opening, *printed.texts[draft.first + 1 : draft.end])
        if "¶" in text
        for what in noise_in(text)
    ]
    if not found:
        return []
    more = f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
    return [Anomaly("other", f"the sign ¶ in the text was dropped before {', '.join(found[:_SHOWN])}{more}")]


class _Drafts:
    """Goes from turn to turn: from one label or heading to the next. State: the heading that waits for its text."""

    def __init__(self, printed: Printed, accepted: list[Accepted], headings: dict[int, str]) -> None:
        self._printed = printed
        self._labels = {found.label.at: found for found in accepted}
        self._headings = headings
        self._drafts: list[_Draft] = []
        self._waiting: tuple[str, int] | None = None

    def gather(self) -> list[_Draft]:
        turns = sorted({0, *self._labels, *self._headings, len(self._printed.texts)})
        for at, end in pairwise(turns):
            if at in self._labels:
                self._open_numbered(self._labels[at], end)
            elif at in self._headings:
                # Two headings in a row are one of two lines.
                words = f"{self._waiting[0]} {self._headings[at]}" if self._waiting else self._headings[at]
                self._waiting = (words, at)
                self._open_blocks(at + 1, end)
            else:
                self._open_blocks(at, end)
        if self._waiting:
            # A heading with nothing below it is text after all.
            at = self._waiting[1]
            self._waiting = None
            self._open_block(at, at + 1)
        return self._drafts

    def _open_numbered(self, found: Accepted, end: int) -> None:
        """All lines below a number are its paragraph's."""
        label = found.label
        opening = self._printed.texts[label.at][label.end :]
        heading = self._waiting[0] if self._waiting else None
        self._waiting = None
        if label.at in self._headings:
            # `1. SUMMARY` inside rules: the number opens the paragraph, the word is its heading.
            heading = opening.strip(" -=_*:.") or heading
            opening = ""
        self._drafts.append(_Draft(label.at, end, opening.strip(), heading, label.mark, found))

    def _open_blocks(self, start: int, end: int) -> None:
        """Text without numbers: paragraphs begin where a block does, unless it goes on a sentence."""
        first: int | None = None
        for match in WRITTEN.finditer(self._printed.shape, start, end):
            at = match.start()
            if first is None:
                first = at
            elif self._begins_block(at):
                self._open_block(first, at)
                first = at
        if first is not None:
            self._open_block(first, end)

    def _open_block(self, first: int, end: int) -> None:
        mark, begin = leading_mark(self._printed.texts[first])
        heading = self._waiting[0] if self._waiting else None
        self._waiting = None
        self._drafts.append(_Draft(first, end, self._printed.texts[first][begin:], heading, mark))

    def _begins_block(self, at: int) -> bool:
        """In text without numbers: whether a line after a blank one begins a new paragraph, or goes on a sentence."""
        before, between = self._printed.above(at)
        if "B" not in between:
            return False
        last, text = self._printed.texts[before], self._printed.texts[at]
        if is_tabular(last) and is_tabular(text):
            return False
        cut = "F" in between
        unfinished = _UNFINISHED.search(last[-12:]) is not None and (cut or len(last) >= _FULL_LINE)
        return not unfinished or is_list_item(text) or _OPENS_BLOCK.match(text) is not None


def _finish(draft: _Draft, printed: Printed, ordinal: int, known: frozenset[str]) -> Paragraph:
    end = draft.first + len(printed.shape[draft.first : draft.end].rstrip(UNWRITTEN))
    first, accepted = printed.lines[draft.first], draft.accepted
    start = _first(first)
    return Paragraph(
        ordinal,
        join([draft.opening, *printed.texts[draft.first + 1 : end]], known),
        accepted.number if accepted else None,
        accepted.label.printed if accepted else None,
        draft.mark,
        draft.heading,
        (),
        start,
        max(printed.lines[end - 1].end, start),
    )


def _first(line: Line) -> int:
    """Where the printed text of a line begins in the source."""
    indent = len(line.text) - len(line.text.lstrip())
    return line.start + indent if line.end - line.start >= len(line.text) else line.start
