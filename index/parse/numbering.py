"""Which lines begin a numbered paragraph (5 FAH-1 H-246): the label, what it may be, and what it repairs to.

A number at the head of a line is a paragraph's only if it follows: lists, tables and days of the month
(`ON MARCH` / `3. TURNOUT`) look the same. Numbers are never made consecutive; repeats and gaps stay.
"""

import re
from bisect import bisect_left
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from index.parse.lines import UNWRITTEN, Printed
from index.parse.prose import ends_sentence, is_rule, is_tabular
from index.records import Anomaly

_MARK = (
    r"(?:TS|SBU|LOU|U|C|S|L)(?:\s*(?:/{1,2}|-)\s*(?:NOFORN|NF|N|OC|ORCON|REL(?: TO)?[^)]{0,30}|SBU|FOUO|FGI|EX|"
    r"COMINT|SI|TK|NATO))*"
)
_MARKED = re.compile(rf"\s*¶?(?P<open>\()?\s*(?P<mark>{_MARK})\s*\)(?=[\s.:]|$|[A-Z])\s*", re.IGNORECASE)
_LABEL = re.compile(
    rf"(?P<label>\s*(?P<sign>¶)?\s*(?P<number>\d{{1,2}})\s*(?:\.(?!\d)\)?|(?=\s*¶?\(\s*{_MARK}\s*\))))\s*",
    re.IGNORECASE,
)
_ROUND_LABEL = re.compile(r"(?P<label>\s*(?P<sign>¶)?\s*\(?(?P<number>\d{1,2})\))\s*")
_MARK_FIRST = re.compile(
    rf"\s*(?P<sign>¶)?\s*\(\s*(?P<mark>{_MARK})\s*\)\s*¶?(?P<label>(?P<number>\d{{1,2}})\.(?=\s))\s*", re.IGNORECASE
)
_FIRST_ROUND = re.compile(r"\s*¶?\s*\(?0?1\)\s*\S")
_MARKED_TEXT = re.compile(rf"\s*¶?\(\s*(?P<mark>{_MARK})\s*\)(?=[\s.:]|$|[A-Z])\s*", re.IGNORECASE)
_END_OF_SUMMARY = re.compile(r"END (?:OF )?(?:SUMMARY|COMMENT|TEXT|QUOTE|UNCLASSIFIED|CONFIDENTIAL)\W*$", re.IGNORECASE)
_BEGIN_TEXT = re.compile(
    r"\bBEGIN (?:(?:UNOFFICIAL|EMBASSY|INFORMAL|ENGLISH) )?(?:TEXT|QUOTE|TRANSLATION|TRANSCRIPT)\b", re.IGNORECASE
)
_END_TEXT = re.compile(r"\bEND (?:OF )?(?:TEXT|QUOTE|TRANSLATION|TRANSCRIPT)\b|\bUNQUOTE\b", re.IGNORECASE)
# `ARTICLE NO.` / `3.`: the number is what is counted.
_COUNTED = re.compile(r"\b(?:NO|NOS|PARA|PARAS|ART|SEC)\.$", re.IGNORECASE)
_MAY_BE_LABEL = "NI"
_REACH = 100
_LARGEST_JUMP = 3
# Where a text begins with that many numbered rows of a table, its numbers are the table's.
_NUMBERED_ROWS = 3
_LONGEST_TABLE_ROW = 120


@dataclass(slots=True)
class Label:
    """A number at the head of a line, as printed. `end` is where the text after label and mark begins."""

    at: int
    number: int
    printed: str
    mark: str | None
    signed: bool
    end: int
    indent: int
    bracket_lost: bool = False


class Accepted(NamedTuple):
    """A label taken for a paragraph's. `number` is after repair."""

    label: Label
    number: int


@lru_cache(maxsize=256)
def clean_mark(mark: str) -> str:
    """A portion mark without blanks, in capitals: `( c )` -> `C`, `C-NF` as it stands."""
    mark = mark.strip().upper()
    return re.sub(r"\s*([/-])\s*", r"\1", mark) if len(mark) > 1 else mark


def read_label(text: str, at: int, *, rounded: bool = False) -> Label | None:
    """The number that a line begins with, if it can be a label.

    Args:
        rounded: labels are printed `1)` or `(1)`.
    """
    head = text[:12].lstrip(" ¶")[:1]
    if head == "(" and not rounded:
        return _label_after_mark(text, at)
    if not head.isdigit() and head != "(":
        return None
    match = (_ROUND_LABEL if rounded else _LABEL).match(text, 0, _REACH)
    if match is None:
        return None
    printed, sign, number = match.groups()
    end, bracket, mark = match.end(), None, None
    if ")" in text[end:_REACH] and (marked := _MARKED.match(text, match.end("label"), _REACH)):
        (bracket, mark), end = marked.groups(), marked.end()
    if mark and not bracket and len(mark) == 1 and mark.upper() not in "UCS":
        # `2. A) …` is a list; a lost bracket is believed for U, C and S only.
        mark, end = None, len(text) - len(text[match.end("label") :].lstrip())
    return Label(
        at,
        int(number),
        printed.strip(" ¶").replace(" ", ""),
        clean_mark(mark) if mark else None,
        sign is not None,
        end,
        len(text) - len(text.lstrip()),
        mark is not None and not bracket,
    )


def _label_after_mark(text: str, at: int) -> Label | None:
    """`(U) 1. One.`: the mark before the number."""
    match = _MARK_FIRST.match(text[:60])
    if match is None:
        return None
    indent = len(text) - len(text.lstrip())
    signed = match["sign"] is not None
    return Label(at, int(match["number"]), match["label"], clean_mark(match["mark"]), signed, match.end(), indent)


def leading_mark(text: str) -> tuple[str | None, int]:
    """The portion mark that an unnumbered paragraph begins with, and where its text begins."""
    match = _MARKED_TEXT.match(text[:60])
    return (clean_mark(match["mark"]), match.end()) if match else (None, 0)


def accept_labels(
    printed: Printed, *, whole: bool = True, rounded: bool = True
) -> tuple[list[Accepted], list[Anomaly]]:
    """The labels that begin paragraphs, in order, and the anomalies of their numbers.

    Args:
        whole: whether the text begins with the cable's first paragraph; a later part begins with any number.
        rounded: whether the paragraphs may be numbered `1)`, where nothing is numbered `1.`.
    """
    candidates = _candidates(printed)
    if rounded and not candidates and _begins_rounded(printed):
        # `1)` is a list's, but in a text that begins so and has no other numbers.
        candidates = _candidates(printed, rounded=True)
    return _Acceptance(printed, candidates, whole=whole).run()


def _candidates(printed: Printed, *, rounded: bool = False) -> list[Label]:
    begun = [at for at, letter in enumerate(printed.shape) if letter in _MAY_BE_LABEL]
    labels = [read_label(printed.texts[at], at, rounded=rounded) for at in begun]
    return [label for label in labels if label and label.number]


def _begins_rounded(printed: Printed) -> bool:
    first = len(printed.shape) - len(printed.shape.lstrip(UNWRITTEN))
    return first < len(printed.texts) and _FIRST_ROUND.match(printed.texts[first]) is not None


def _is_table_row(text: str, label: Label) -> bool:
    return len(text) <= _LONGEST_TABLE_ROW and is_tabular(text[label.end :])


class _Acceptance:
    """Goes through the candidates once. State: the last number, the list at hand, quoted text, what stands above."""

    def __init__(self, printed: Printed, candidates: list[Label], *, whole: bool) -> None:
        self._printed = printed
        self._candidates = candidates
        self._whole = whole
        self._signs = sum([label.signed for label in candidates]) >= 2
        self._last: int | None = None
        self._list: int | None = None
        self._list_spaced = False
        self._rows = 0
        self._quoted_to = -1
        self._quotes = _quoted_spans(printed.texts) if _may_quote(printed.whole) else []
        self._indent = 0
        self._last_at = {label.number: label.at for label in candidates}
        self._above: str | None = None
        self._after_blank = self._after_break = False
        self._accepted: list[Accepted] = []
        self._anomalies: list[Anomaly] = []

    def run(self) -> tuple[list[Accepted], list[Anomaly]]:
        for place, label in enumerate(self._candidates):
            if self._quotes and self._in_quote(label):
                continue
            if _is_table_row(self._printed.texts[label.at], label):
                self._list = label.number if self._list is None or label.number in (1, self._list + 1) else self._list
                self._rows += 1
                continue
            self._look_above(label)
            number = self._judge(label, place)
            if number is not None:
                self._take(label, number)
            elif self._jumps(label):
                due = f"paragraph {self._last_or_0() + 1} is due"
                self._anomalies.append(
                    Anomaly("numbering", f"{label.printed} stands where {due}; it is left in the text")
                )
        return self._accepted, self._anomalies

    def _in_quote(self, label: Label) -> bool:
        """Inside BEGIN TEXT … END TEXT, numbers that begin again at 1 are the quoted text's own."""
        if label.at <= self._quoted_to:
            return True
        place = bisect_left(self._quotes, (label.at, 0)) - 1
        if label.number != 1 or self._last is None or place < 0 or label.at > self._quotes[place][1]:
            return False
        self._quoted_to = self._quotes[place][1]
        return True

    def _judge(self, label: Label, place: int) -> int | None:
        """The number of the paragraph that this label begins, or None."""
        if self._last is None:
            return self._judge_first(label)
        expected = self._last + 1
        opens = self._opens(label)
        if label.number != expected and opens and (repaired := self._repaired(label, place, expected)) is not None:
            return repaired
        if self._list is not None and label.number == self._list + 1 and not self._is_main(label, expected, place):
            self._list = label.number
            return None
        if label.number == 1 and (self._last > 1 or self._after_colon()):
            self._list, self._list_spaced = 1, self._after_blank
            return None
        if not opens or label.indent > self._indent + 8:
            return None
        if label.number == expected:
            return label.number
        # A repeat or a gap wants a clean start; below a table row it is a row itself.
        if self._last <= label.number <= self._last + _LARGEST_JUMP and not self._below_table():
            return label.number
        return None

    def _judge_first(self, label: Label) -> int | None:
        if not self._opens(label) or self._rows >= _NUMBERED_ROWS:
            return None
        if self._whole and label.number > _LARGEST_JUMP:
            return label.number if label.signed or label.mark else None
        return label.number

    def _is_main(self, label: Label, expected: int, place: int) -> bool:
        """Whether a number that would go on a list goes on the paragraphs instead."""
        if label.number != expected or not self._opens(label):
            return False
        if label.mark or (label.signed and self._signs):
            return True
        if self._after_blank and not self._list_spaced:
            return True
        # The same number comes again: then this one is the list's.
        return self._last_at[label.number] == label.at

    def _repaired(self, label: Label, place: int, expected: int) -> int | None:
        """A label that transmission or publishing damaged, read as the number that must stand here.

        `14.` for `¶4.`: the sign read as a one. `1.` for `11.`: a figure lost, and the next paragraph is 12.
        """
        number = label.number
        if (
            self._signs
            and not label.signed
            and 10 < number < 20
            and number - 10 == expected
            and number > self._last_or_0()
        ):
            return expected
        lost = str(expected)
        if len(lost) == 2 and number < 10 and str(number) in lost and self._after_blank:
            following = self._candidates[place + 1].number if place + 1 < len(self._candidates) else None
            if following == expected + 1:
                return expected
        return None

    def _last_or_0(self) -> int:
        return self._last or 0

    def _jumps(self, label: Label) -> bool:
        """Whether a number begins a block after a whole sentence, and is too high to be believed."""
        if self._last is None or self._list is not None or not self._after_blank or self._above is None:
            return False
        return label.number > self._last + _LARGEST_JUMP and ends_sentence(self._above) and not self._after_break

    def _take(self, label: Label, number: int) -> None:
        printed = label.printed
        if number != label.number:
            self._anomalies.append(Anomaly("numbering", f"paragraph printed {printed} read as {number}"))
        elif self._last is not None and number == self._last:
            self._anomalies.append(Anomaly("numbering", f"paragraph number {number} is printed more than once"))
        elif number > (self._last or 0) + 1 and (self._last is not None or self._whole):
            self._anomalies.append(Anomaly("numbering", f"paragraph number {number} follows {self._last or 'none'}"))
        if label.bracket_lost:
            self._anomalies.append(
                Anomaly("other", f"paragraph {number}: portion mark {label.mark}) read as ({label.mark})")
            )
        self._accepted.append(Accepted(label, number))
        self._indent = label.indent if len(self._accepted) == 1 else min(self._indent, label.indent)
        self._last, self._list = number, None

    # ── where the label stands ───────────────────────────────────────────────────────────────

    def _look_above(self, label: Label) -> None:
        """The written line above a label, and whether blank lines or furniture lie between."""
        at, between = self._printed.above(label.at)
        self._above = self._printed.texts[at] if at >= 0 else None
        self._after_blank = at < 0 or "B" in between
        self._after_break = "F" in between

    def _after_colon(self) -> bool:
        return self._above is not None and self._above.rstrip().endswith(":")

    def _below_table(self) -> bool:
        return self._above is not None and not self._after_blank and is_tabular(self._above)

    def _opens(self, label: Label) -> bool:
        """Whether a paragraph can begin here: at the start of a block, or after the end of a sentence."""
        above = self._above
        if above is None:
            return True
        if self._after_blank:
            # Furniture may have brought the blank line into a sentence: `on March`, `3. Turnout was low`.
            follows = self._last is None or label.number == self._last + 1 or not self._after_break
            begun = self._printed.texts[label.at][label.end : label.end + 1]
            return ends_sentence(above) or (follows and not begun.islower())
        return (
            ends_sentence(above)
            or is_rule(above)
            or is_tabular(above)
            or _END_OF_SUMMARY.search(above[-40:]) is not None
        ) and not _COUNTED.search(above[-8:])


def _may_quote(text: str) -> bool:
    """Whether BEGIN may stand there as a word: what costs less than a pattern."""
    return "BEGIN " in text or "egin " in text


def _quoted_spans(texts: list[str]) -> list[tuple[int, int]]:
    """From a line with BEGIN TEXT to the next line with END TEXT."""
    spans: list[tuple[int, int]] = []
    start: int | None = None
    for at, text in enumerate(texts):
        if start is None:
            if not _may_quote(text) or len(text) > 2000 or not _BEGIN_TEXT.search(text):
                continue
            start = at
        if len(text) <= 2000 and _END_TEXT.search(text):
            spans.append((start, at))
            start = None
    return spans
