"""Passages -> what the chat model is shown of each: the stretch that matters, in sentence case.

A small model on a small machine reads some eighty tokens a second, so that every word shown costs
time. Long paragraphs are cut to the sentences nearest to the question; capitals, which a tokenizer
shreds into half as many tokens again, become small letters. Citations are held against the whole
paragraph all the same.
"""

import calendar
import re
from functools import cache

from index.gazetteer import acronyms, posts
from index.sentences import runs_within, sentence_spans
from qa.closeness import open_closeness
from qa.orders import for_model, without_orders
from qa.records import Passage
from qa.words import names

MOST_CHARACTERS = 1000
"""Shown of one paragraph, where several are shown at once."""

_WORD = re.compile(r"[A-Za-z][A-Za-z'’]*")
_CAPITALS_SHARE = 0.7
_ORDINARY = {"hue", "male", "nice"}
"""Places whose names are mostly words."""
_PEOPLE = r"\w*?ans?"
"""What follows the name of a country, but for its last letter: Bolivian, Sierra Leoneans."""
_LIKE_A_WORD = {"Chad"}
"""Countries with whose name a word begins that ends like that of a people: chairman."""
_PEOPLES = (
    "Africans? Afghans? Americans? Arabs? Asians? British Chinese Christians? Danish Dutch English Europeans? "
    "Filipinos? Finnish French Germans? Greeks? Iraqis? Irish Israelis? Japanese Jews? Jewish Kurds? "
    "Kurdish Kuwaitis? Lebanese Muslims? Pakistanis? Portuguese Saudis? Senegalese Somalis? Soviets? "
    "Spanish Sudanese Swedish Swiss Thais? Turks? Turkish Vietnamese Yemenis?"
)
"""Those that do not go so, each as a pattern."""
_TOLD_US = re.compile(
    r"\b((?:told|informed|advised|asked|assured|gave|given|shown?|showed|reminded|warned|invited|thanked|urged)\s+)us"
    r"(?=\s*[.,;:!?)]|\s+(?:that|to|in|on|at|about|as|if|whether|how|why|he|she|it|they|this|these|\w+ \d+)\b)",
    re.IGNORECASE,
)
"""`INFORMED US AUGUST 21` is of the embassy, `ASKED US EXPERTS` of the country."""


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
    start, end = max(runs_within(spans, most), key=beside.closeness_of)
    return text[start:end]


def sentence_case(text: str, question: str) -> str:
    """Text in capitals as it would be printed today; what is not in capitals stays as it is.

    Acronyms keep their capitals, places and their peoples, days and months have one, and so does what the question
    capitalises.
    """
    letters = [letter for letter in text if letter.isalpha()]
    if not letters or sum(letter.isupper() for letter in letters) < _CAPITALS_SHARE * len(letters):
        return text
    named = {word.lower(): word for word in names(question)}
    kept = acronyms().keys() - {"WHO"} | {"US"}

    def cased_word(found: re.Match[str]) -> str:
        word = found.group()
        is_initial = len(word) == 1 and text[found.end() : found.end() + 1] == "."
        return word if word in kept or is_initial else named.get(word.lower(), word.lower())

    text = _TOLD_US.sub(r"\1us", text)
    cased = _WORD.sub(cased_word, text)
    cased = _proper().sub(lambda found: _printed(found.group()), cased)
    begins = {start for start, _ in sentence_spans(text)}
    return "".join(letter.upper() if place in begins else letter for place, letter in enumerate(cased))


@cache
def _proper() -> re.Pattern[str]:
    """What is printed with a capital wherever it stands: posts, countries and their peoples, months and days."""
    places = "|".join(re.escape(name).replace(r"\ ", r"\s+") for name in sorted(_places(), key=len, reverse=True))
    peoples = "|".join(name[:-1] for name in sorted(_countries() - _LIKE_A_WORD) if name.replace(" ", "").isalpha())
    days = "|".join([*calendar.day_name, *(each for each in calendar.month_name if each not in ("", "March", "May"))])
    dated = r"(?<=\d )(?:march|may)|(?:march|may)(?= \d)"
    peoples = rf"(?:{peoples}){_PEOPLE}|{'|'.join(_PEOPLES.split())}"
    return re.compile(rf"\b(?:{places}|{peoples}|{days}|{dated})\b", re.IGNORECASE)


def _printed(name: str) -> str:
    """A name with the capitals it has, and the white space that it came with."""
    words = iter(_places().get(" ".join(name.lower().split()), name.title()).split())
    return re.sub(r"\S+", lambda _: next(words), name)


@cache
def _places() -> dict[str, str]:
    """Posts and countries as they are printed, by their small letters."""
    towns = {entry.name.split(" (")[0] for entry in posts().values() if entry.kind != "agency"}
    printed = {name.lower(): name for name in towns | _countries() if "," not in name}
    return {name: printed[name] for name in printed.keys() - _ORDINARY}


@cache
def _countries() -> set[str]:
    return {entry.country.split(" (")[0] for entry in posts().values() if entry.country}
