"""The text of a message -> its lines, cleaned of what publishing did to them, each knowing where it stands."""

import html
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import accumulate, repeat
from operator import add
from typing import NamedTuple

from index.records import Anomaly


class Line(NamedTuple):
    """One line: its cleaned text, free of blanks at the end, and its place in the source text.

    A blank line has no text; its place tells whether it held spaces.
    """

    text: str
    start: int
    end: int

    @property
    def is_break(self) -> bool:
        """Whether furniture stood here: the text before and after may be one sentence."""
        return self.text == BREAK


BREAK = "\f"
"""The text of a line that stands for removed furniture."""


class Printed(NamedTuple):
    """Lines ready to be searched: their texts, all of them as one, and a letter for each that tells what it may be."""

    lines: list[Line]
    texts: list[str]
    whole: str
    shape: str

    def above(self, at: int) -> tuple[int, str]:
        """The written line above a line, -1 if there is none; and the letters of those between the two."""
        written = at - 1
        while written >= 0 and self.shape[written] in UNWRITTEN:
            written -= 1
        return written, self.shape[written + 1 : at]

    def without(self, blanked: Iterable[int]) -> "Printed":
        """The same with some lines made blank."""
        texts, shape = self.texts.copy(), list(self.shape)
        for at in blanked:
            texts[at], shape[at] = "", "B"
        return Printed(self.lines, texts, "\n".join(texts), "".join(shape))


UNWRITTEN = "BF"
"""The letters of blank lines, and of those that stand for furniture."""
WRITTEN = re.compile(rf"[^{UNWRITTEN}]")
"""The letter of a line that is neither."""

# By the first sign: N may be a number, R a rule, I (indented) either; T is any other text.
_LETTERS = {"": "B", BREAK: "F", " ": "I", **dict.fromkeys("0123456789(¶", "N"), **dict.fromkeys("-=_*~", "R")}

_SIGNS_OF_DAMAGE = ("&", "[", "\\", "Â", "â", ",S")
_UNDAMAGED = bytes(code for code in range(128) if chr(code) not in "&[\\" and chr(code).isprintable()) + b"\n\r"
_SUSPECT = re.compile(r"[&\[\\\t\x00-\x08\x0b-\x1f\x7f\xa0\u00ad\u200b\ufeffÂâ]")
_LINK = re.compile(r"\[([^\[\]\n]{1,80})\]\([^()\n]{0,300}\)")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u00ad\u200b\ufeff]")
_POSSESSIVE = re.compile(r"(?<=[A-Z]{2}),S(?=[ .;:?!)]|$)")

# UTF-8 read as cp1252 and written again: Â¶ is ¶, â€™ is ’.
_MOJIBAKE = (
    ("Â¶", "¶"), ("Â§", "§"), ("Â ", " "), ("Â\xa0", " "), ("â€™", "’"), ("â€˜", "‘"), ("â€œ", "“"),
    ("â€\x9d", "”"), ("â€“", "–"), ("â€”", "—"), ("â€¦", "…"),
)  # fmt: skip


def to_lines(text: str) -> tuple[list[Line], list[Anomaly]]:
    """Every line of a text, and what of publishing's damage was undone: one anomaly a kind."""
    printed = text.splitlines(keepends=True)
    contents = list(map(str.rstrip, printed))
    widths = [len(content or raw.rstrip("\r\n")) for content, raw in zip(contents, printed, strict=True)]
    starts = list(accumulate(map(len, printed), initial=0))
    places = zip(contents, starts, map(add, starts, widths), strict=False)
    # There is one for every line of an archive: what Line(…) does is done without a step in Python.
    lines = list(map(tuple.__new__, repeat(Line), places))
    if not _may_be_damaged(text):
        return lines, []
    repairs: Counter[str] = Counter()
    lines = [line._replace(text=_mended(line.text, repairs)) if line.text else line for line in lines]
    found = [
        Anomaly("encoding", f"{count} line{'s' if count > 1 else ''} with {what} repaired")
        for what, count in repairs.items()
        if count
    ]
    return lines, found


def printed_of(lines: list[Line]) -> Printed:
    """Lines with what is searched in them."""
    texts = [line.text for line in lines]
    return Printed(lines, texts, "\n".join(texts), "".join([_LETTERS.get(text[:1], "T") for text in texts]))


def line_numbers(whole: str, places: Iterable[int]) -> Iterator[int]:
    """The number of the line of each place in a text; the places in order."""
    at = seen = 0
    for place in places:
        at += whole.count("\n", seen, place)
        seen = place
        yield at


def _may_be_damaged(text: str) -> bool:
    """Whether a closer look can find anything: few texts hold such signs, and to see it costs less than a pattern."""
    if text.isascii():
        return bool(text.encode().translate(None, _UNDAMAGED)) or ",S" in text
    flat = text.replace("\n", "").replace("\r", "")
    return not flat.isprintable() or any(sign in flat for sign in _SIGNS_OF_DAMAGE)


def _mended(content: str, repairs: Counter[str]) -> str:
    if _SUSPECT.search(content):
        content = _clean(content, repairs)
    if ",S" in content and _POSSESSIVE.search(content):
        content = _POSSESSIVE.sub("'S", content)
        repairs["a comma for an apostrophe"] += 1
    return content


def _clean(content: str, repairs: Counter[str]) -> str:
    if "Â" in content or "â€" in content:
        before = content
        for bad, good in _MOJIBAKE:
            content = content.replace(bad, good)
        repairs["signs damaged in encoding"] += content != before
    if "&" in content:
        plain = html.unescape(content).replace("\n", " ").replace("\r", " ")
        repairs["HTML entities"] += plain != content
        content = plain
    if "](" in content:
        content, links = _LINK.subn(r"\1", content)
        repairs["residue of links"] += links > 0
    content = content.replace("\t", "    ").replace("\xa0", " ")
    content = _CONTROL.sub("", content).rstrip()
    if content.endswith("\\"):
        # An escape of the file that the text came from.
        content = content.rstrip("\\").rstrip()
        repairs["a backslash at the end"] += 1
    return content
