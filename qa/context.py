"""Passages -> what the chat model is shown of each: the stretch that matters, in sentence case.

A small model on a small machine reads some eighty tokens a second, so that every word shown costs
time. Long paragraphs are cut to the sentences nearest to the question; capitals, which a tokenizer
shreds into half as many tokens again, become small letters. Citations are held against the whole
paragraph all the same.
"""

import re
from collections.abc import Sequence
from functools import cache

from index.gazetteer import acronyms, posts
from index.sentences import run_around, sentence_spans
from qa.closeness import open_closeness
from qa.orders import for_model, without_orders
from qa.records import Passage
from qa.words import names

MOST_CHARACTERS = 1000
"""Shown of one paragraph. With three of them, 90 % of the gold quotes of 68 questions over real cables are in sight."""

_WORD = re.compile(r"[A-Za-z][A-Za-z'’]*")
_CAPITALS_SHARE = 0.7
_SHORTEST = 3


def for_reading(source: Passage, question: str, most: int = MOST_CHARACTERS) -> str:
    """What a chat model is shown of a paragraph: the stretch that matters, in sentence case, and no order in it."""
    return for_model(sentence_case(excerpt(source, question, most), question))


def excerpt(source: Passage, question: str, most: int = MOST_CHARACTERS) -> str:
    """The run of sentences of the paragraph, within so many characters, that comes closest to the question.

    Orders in it are left out.
    """
    text = without_orders(source.text)
    spans = sentence_spans(text)
    if len(text) <= most or not spans:
        return text.rstrip()
    (beside,) = open_closeness().compare(question, [source])
    closeness = [beside.closeness_of(span) for span in spans]
    start, end = run_around(spans, closeness, max(range(len(spans)), key=closeness.__getitem__), most)
    return text[start : min(end, start + most)]


def sentence_case(text: str, question: str) -> str:
    """Text in capitals as it would be printed today; what is not in capitals stays as it is.

    Acronyms and places of the gazetteer keep their capitals, and so does what the question capitalises.
    """
    letters = [letter for letter in text if letter.isalpha()]
    if not letters or sum(letter.isupper() for letter in letters) < _CAPITALS_SHARE * len(letters):
        return text
    named = {word.lower(): word for word in names(question)} | _places()
    kept = acronyms().keys() | {"US"}

    def cased_word(found: re.Match[str]) -> str:
        word = found.group()
        return word if word in kept else named.get(word.lower(), word.lower())

    cased = _WORD.sub(cased_word, text)
    return "".join(
        cased[start : start + 1].upper() + cased[start + 1 : end] + cased[end:stop]
        for (start, end), stop in _with_gaps(sentence_spans(cased), len(cased))
    )


def _with_gaps(spans: Sequence[tuple[int, int]], length: int) -> list[tuple[tuple[int, int], int]]:
    """Each span, and where the next one begins."""
    starts = [start for start, _ in spans[1:]] + [length]
    return list(zip(spans, starts, strict=True))


@cache
def _places() -> dict[str, str]:
    """Words of the names of posts and countries, by their small letters."""
    printed = [name for entry in posts().values() for name in (entry.name.split("(")[0], entry.country)]
    words = [word for name in printed for word in _WORD.findall(name)]
    return {word.lower(): word for word in words if word[0].isupper() and len(word) > _SHORTEST}
