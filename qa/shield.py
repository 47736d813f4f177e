"""Untrusted words -> words a chat model may be shown: no control token, no marker, no hidden character, no markup.

A chat template's control tokens (`<|im_start|>`, `</s>`, `[INST]`) count as control wherever they stand, a cable's
text included, for the whole prompt is cut into tokens at once. All are written with angle or square brackets, and so
are the markers that number our sources; no such bracket is left in what is shown. Nor is a line break: each source is
one line after its head, so that no text can begin a source, a question or an answer of its own. The citation still
ends at the paragraph as it stands.
"""

import re
import unicodedata

LONGEST_WORD = 80
"""Characters without a space that are shown of one word; more is a blob that nobody reads."""

_HIDDEN_CATEGORIES = frozenset(("Cf", "Cs", "Co", "Cn"))
_SELECTORS = (range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0))
"""Variation selectors: they choose a glyph, or smuggle one byte each."""

_UNSEEN_MARKUP = re.compile(r"<!--.*?(?:-->|$)|<(script|style)\b.*?(?:</\1\s*>|$)", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(r"</?[a-zA-Z][^<>|]{0,400}>")
_IMAGE = re.compile(r"!\[([^\]]*)\]\([^)]*\)")
_SOURCE_MARKER = re.compile(r"\(\s*(sources?)\s*(\d)", re.IGNORECASE)
_BRACKETS = str.maketrans("<>[]【】〈〉《》＜＞［］｛｝{}", "‹›()()‹›‹›‹›()()()")
_LINE_BREAK = re.compile(r"(?<=[^\s.,:;!?])[^\S\n]*\n\s*")


def shown(text: str) -> str:
    """What a chat model is shown of a text that anybody may have written: one line, every word of it plain."""
    text = _UNSEEN_MARKUP.sub(" ", visible(text))
    text = _IMAGE.sub(r"\1", _TAG.sub(" ", text))
    # `(source 2)` is read as a marker in a draft, and a model copies what it reads.
    text = _SOURCE_MARKER.sub(r"(\1 no. \2", text).translate(_BRACKETS)
    return " ".join(_cut(word) for word in _LINE_BREAK.sub("; ", text.strip()).split())


def visible(text: str) -> str:
    """The text without characters that a reader cannot see; line breaks and tabs stay."""
    return "".join(letter for letter in text if not is_hidden(letter))


def is_hidden(letter: str) -> bool:
    """Whether a character has no shape of its own: zero-width, of direction, of control, a tag, no character at all."""
    if letter < "\x7f":
        return letter < " " and letter not in "\n\t\r"
    return (
        unicodedata.category(letter) in _HIDDEN_CATEGORIES
        or "\x7f" <= letter < "\xa0"
        or any(ord(letter) in selectors for selectors in _SELECTORS)
    )


def _cut(word: str) -> str:
    return word if len(word) <= LONGEST_WORD else f"{word[:LONGEST_WORD]}…"
