"""Acronyms and TAGS with their meanings, shown on hover. See `ui.render.answers` for what makes it safe."""

import re
from collections.abc import Iterable
from typing import Final

from index import gazetteer
from ui.render.safe import words

_WORD = re.compile(r"(?<![\w/-])[A-Z][A-Za-z]*(?:/[A-Z]+)?(?![\w-])")
_SHORT: Final = frozenset({"UN", "EU", "PM", "FM", "VP"})
"""Acronyms of two letters that mean one thing wherever they stand; of the others that is not sure."""
_PLAIN_WORDS: Final = frozenset({"AID", "BIT", "COM", "ICE", "LES", "SAG", "TIP", "WHO"})
"""In a text all in capitals these are as likely plain words."""


def explained(text: str) -> str:
    """HTML of a text in which every acronym that the list knows says what it means."""
    capitals, pieces, done = text.isupper(), [], 0
    for match in _WORD.finditer(text):
        if meaning := _meaning(match[0], capitals=capitals):
            pieces.append(words(text[done : match.start()]))
            pieces.append(f'<abbr title="{words(meaning)}">{words(match[0])}</abbr>')
            done = match.end()
    return "".join((*pieces, words(text[done:])))


def tags(codes: Iterable[str]) -> str:
    """TAGS codes, each with its meaning where the list has one."""
    found = ((code, gazetteer.tag(code)) for code in codes)
    return ", ".join(
        f'<abbr title="{words(tag.meaning)}">{words(code)}</abbr>' if tag else words(code) for code, tag in found
    )


def _meaning(word: str, *, capitals: bool) -> str:
    if len(word) < 2 or (len(word) == 2 and word not in _SHORT) or (capitals and word in _PLAIN_WORDS):
        return ""
    if word[1:].islower():
        return ""  # a plain word at the head of a sentence
    return "; or ".join(each.meaning for each in gazetteer.acronym(word))
