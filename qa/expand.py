"""The words of a question -> other words that cables use for the same: acronyms, by the gazetteer.

`the Bolivian government` is GOB to a drafter, `the foreign minister` FONMIN; and who asks of the
GOB is shown what says it in full.
"""

import re
from functools import cache

from index.gazetteer import acronyms

_GOVERNMENT = re.compile(r"\b([A-Z])\w+(?:['’]s)? [Gg]overnment\b|\b[Gg]overnment of (?:the )?([A-Z])")
_IN_CAPITALS = re.compile(r"\b[A-Z]{2,10}\b")
_SHORTEST = 6
"""Meanings below so many letters are too common to stand for anything."""


def other_words(question: str) -> str:
    """What else to look for: acronyms of what the question says in full, the meanings of its acronyms."""
    found = [acronym for match in _meaning_pattern().finditer(question) for acronym in _by_meaning()[_key(match)]]
    found += [f"GO{match[1] or match[2]}" for match in _GOVERNMENT.finditer(question)]
    if not question.isupper():
        for match in _IN_CAPITALS.finditer(question):
            found += [_plain(each.meaning) for each in acronyms().get(match.group(), ())]
    return " ".join(dict.fromkeys(found))


@cache
def _by_meaning() -> dict[str, tuple[str, ...]]:
    """Acronyms by each of their meanings, in small letters: `foreign minister` -> FM, FONMIN."""
    found: dict[str, tuple[str, ...]] = {}
    for acronym, entries in acronyms().items():
        for entry in entries:
            # Words about the message itself stand in every cable and tell nothing.
            for meaning in (
                re.split(r"; | or ", _plain(entry.meaning).lower()) if entry.category != "cable terms" else ()
            ):
                if len(meaning) >= _SHORTEST:
                    found[meaning] = (*found.get(meaning, ()), acronym)
    return found


def _plain(meaning: str) -> str:
    return meaning.split(" (")[0].strip()


@cache
def _meaning_pattern() -> re.Pattern[str]:
    words = "|".join(re.escape(meaning) for meaning in sorted(_by_meaning(), key=len, reverse=True))
    return re.compile(rf"\b({words})(?:['’]?s)?\b", re.IGNORECASE)


def _key(match: re.Match[str]) -> str:
    return match[1].lower()
