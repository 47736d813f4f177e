"""The text of a message -> its lines, cleaned of what publishing did to them, each knowing where it stands."""

import html
import re
from typing import NamedTuple


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

_SUSPECT = re.compile(r"[&\[\\\t\x00-\x08\x0b-\x1f\x7f\xa0\u00ad\u200b\ufeffÂâ]")
_LINK = re.compile(r"\[([^\[\]\n]{1,80})\]\([^()\n]{0,300}\)")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u00ad\u200b\ufeff]")
_POSSESSIVE = re.compile(r"(?<=[A-Z]{2}),S(?= )")

# UTF-8 read as cp1252 and written again: Â¶ is ¶, â€™ is ’.
_MOJIBAKE = (
    ("Â¶", "¶"), ("Â§", "§"), ("Â ", " "), ("Â\xa0", " "), ("â€™", "’"), ("â€˜", "‘"), ("â€œ", "“"),
    ("â€\x9d", "”"), ("â€“", "–"), ("â€”", "—"), ("â€¦", "…"),
)  # fmt: skip


def to_lines(text: str) -> tuple[list[Line], int]:
    """Every line of a text, and how many were damaged in encoding and repaired."""
    lines, position, repaired = [], 0, 0
    for raw in text.splitlines(keepends=True):
        content = raw.rstrip()
        cleaned = content
        if not content:
            lines.append(Line("", position, position + len(raw.rstrip("\r\n"))))
            position += len(raw)
            continue
        if _SUSPECT.search(content):
            cleaned, mended = _clean(content)
            repaired += mended
        if ",S " in cleaned:
            # POST,S for POST'S: a lost apostrophe of some publishers.
            cleaned = _POSSESSIVE.sub("'S", cleaned)
        lines.append(Line(cleaned, position, position + len(content)))
        position += len(raw)
    return lines, repaired


def _clean(content: str) -> tuple[str, bool]:
    mended = False
    if "Â" in content or "â€" in content:
        before = content
        for bad, good in _MOJIBAKE:
            content = content.replace(bad, good)
        mended = content != before
    if "&" in content:
        content = html.unescape(content).replace("\n", " ").replace("\r", " ")
    if "](" in content:
        content = _LINK.sub(r"\1", content)
    content = content.replace("\t", "    ").replace("\xa0", " ")
    content = _CONTROL.sub("", content).rstrip()
    # A backslash at the end of the line is an escape of the file that the text came from.
    return content.rstrip("\\").rstrip(), mended
