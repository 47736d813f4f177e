"""The text of a message -> its lines, cleaned of what publishing did to them, each knowing where it stands."""

import html
import re
from collections import Counter
from itertools import accumulate
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

# What Line(…) comes down to; there is one for every line of an archive.
_new_line = tuple.__new__
_SIGNS_OF_DAMAGE = ("&", "[", "\\", "Â", "â", ",S")
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
    lines = [
        _new_line(Line, (content := raw.rstrip(), start, start + len(content or raw.rstrip("\r\n"))))
        for raw, start in zip(printed, accumulate(map(len, printed), initial=0), strict=False)
    ]
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


def _may_be_damaged(text: str) -> bool:
    """Whether a closer look can find anything: few texts hold such signs, and to see it costs less than a pattern."""
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
