"""Untrusted words -> words that can be shown.

Cables, chat models and questions are not trusted: whatever they say reaches a reader as words,
never as markup, formula, link, image, escape sequence or a change of direction.
"""

import re
from html import escape
from typing import Final

_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
_SEEN_AS_DAMAGE = (
    *range(0x00, 0x09), 0x0B, 0x0C, *range(0x0E, 0x20), *range(0x7F, 0xA0),  # control characters
    0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A),  # changes of direction
    *range(0xD800, 0xE000), 0xFFFE, 0xFFFF, *range(0xE0000, 0xE0080),  # no characters at all, or unseen ones
)  # fmt: skip
_CLEAN: Final[dict[int, str | None]] = {
    **dict.fromkeys(_SEEN_AS_DAMAGE, _REPLACEMENT),
    **dict.fromkeys((0x0D, 0x200B, 0x2060, 0xFEFF), None),
    0x2028: "\n",
    0x2029: "\n",
}

_ENDLESS = re.compile(r"\S{1000}")
_MARKDOWN = re.compile(
    r"[\\`*_{}\[\]<>#|$~&!]"  # wherever it stands
    r"|(?<=[0-9])[.)](?=\s)|(?:(?<=\s)|^)[-+=](?=[\s=-])"  # lists and ruled headings
    r"|:(?=\S)|@(?=\w)|(?<=www)\."  # addresses that some readers make links of
)


def clean(text: str) -> str:
    """Text that can be shown: control and direction characters become the sign for damage.

    A lone surrogate goes the same way, because it cannot be sent as UTF-8.
    """
    return text.translate(_CLEAN)


def one_line(text: str) -> str:
    """Clean text without line breaks or runs of spaces."""
    return " ".join(clean(text).split())


def escape_markdown(text: str) -> str:
    r"""One line of Markdown that shows the text and nothing else: `$x$` becomes `\$x\$`."""
    return _MARKDOWN.sub(lambda found: "\\" + found[0], one_line(text))


def words(text: str | None) -> str:
    """HTML that shows the text and does nothing else, in an element or in a quoted attribute."""
    return escape(clean(text or ""), quote=True)


def looks(text: str) -> str:
    """Classes by which a text is set: telegrams in capitals a little smaller; a word without end without kerning.

    Chromium takes minutes to break a word of a megabyte whose letters are kerned, and a moment otherwise.
    """
    return (" rt-capitals" if text.isupper() else "") + (" rt-endless" if _ENDLESS.search(text) else "")
