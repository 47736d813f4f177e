"""The words of a text that carry its meaning, folded so that like meets like.

Used wherever a sentence is held against a paragraph: to find the words that support it, to
check it, to choose what to quote. `3,000` meets `three thousand`, `officers` meets `officer`.
"""

import calendar
import re
from functools import cache
from typing import Any

from index.gazetteer import acronyms

_WORD = re.compile(r"\d+(?:[.,/-]\d+)*|[^\W\d_]+(?:['’][^\W\d_]+)?")
_NUMBER = re.compile(r"\d+(?:[.,/-]\d+)*")

_FIGURE = re.compile(
    r"(?P<digits>\d+(?:[.,/-]\d+)*)(?:[ -]?(?P<large>thousand|million|billion|mn|bn|mil)\b)?", re.IGNORECASE
)
_MAGNITUDES = {word: word for word in ("thousand", "million", "billion")} | {
    "mn": "million", "mil": "million", "bn": "billion",
}  # fmt: skip
_NAME = re.compile(r"(?<![.!?:“\"] )(?<!^)(?<![\w.])[A-Z][A-Za-z'’-]*[A-Za-z]|\b[A-Z]{2,}\b", re.MULTILINE)
_SHORT_MONTHS = {
    name.lower(): full for name, full in zip(calendar.month_abbr, calendar.month_name, strict=True) if name
} | {"sept": "September"}

_STOP = frozenset(
    "a an the of in on at to for from by with and or but not no nor as is are was were be been being it its this that "
    "these those there he she they we you i his her their our your my him them us who whom whose which what when where "
    "why how did do does done had has have having will would can could may might shall should must than then so such "
    "into over under about after before during between up out off also any all some more most other only own "
    "same".split()
)

_UNITS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen"
).split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_SMALL = {word: value for value, word in enumerate(_UNITS)} | {
    word: value for value, word in enumerate(_TENS, start=2) for value in (value * 10,)
}
_LARGE = {"thousand": 1_000, "million": 1_000_000, "billion": 1_000_000_000}


def key_words(text: str) -> list[str]:
    """Stems of the words that carry meaning, in order; numbers in digits without separators."""
    words = []
    for match in _WORD.finditer(text):
        word = match.group().lower()
        if word[0].isdigit():
            words.append(_plain_number(word))
        elif word not in _STOP:
            words.append(_stem(re.sub(r"['’]s$", "", word)))
    return words


def numbers(text: str) -> set[str]:
    """Every number in the text, whether in digits or in words, as digits: `97`, `3000`, `12.5`, `1400000`."""
    return set().union(*figures(text).values()) | _spelt_numbers(text)


def figures(text: str) -> dict[str, set[str]]:
    """The numbers in digits, as printed, with every form that says the same: `1.4 million` is 1.4 and 1400000."""
    found: dict[str, set[str]] = {}
    for match in _FIGURE.finditer(text):
        ends = [each for each in re.split(r"[-/]", match["digits"]) if len(each) > 1]
        parts = {_plain_number(match["digits"]), *map(_plain_number, ends)}
        size = _LARGE[_MAGNITUDES[match["large"].lower()]] if match["large"] else 1
        scaled = {f"{float(each) * size:.0f}" for each in parts if size > 1 and re.fullmatch(r"\d+(?:\.\d+)?", each)}
        found[match.group().strip()] = parts | scaled
    return found


def names(text: str) -> list[str]:
    """Words written as names: with a capital, not at the start of a sentence; or all in capitals."""
    return [match.group() for match in _NAME.finditer(text) if not text.isupper()]


def in_full(text: str) -> str:
    """What the acronyms and the short months of the text stand for: `NOV` is November, `GOB` a government."""
    words = dict.fromkeys(re.findall(r"[A-Za-z]{2,}", text))
    full = [_SHORT_MONTHS[word.lower()] for word in words if word.lower() in _SHORT_MONTHS]
    full += [each.meaning for word in words for each in acronyms().get(word.upper(), ())]
    return " ".join(full)


def _plain_number(text: str) -> str:
    """`3,000` -> `3000`, `007` -> `7`; fractions and ranges keep their signs."""
    plain = re.sub(r",(?=\d{3}\b)", "", text)
    return plain.lstrip("0") or "0" if plain.isdigit() else plain


def _spelt_numbers(text: str) -> set[str]:
    """Numbers written in words: `ninety-seven` -> 97, `three thousand two hundred` -> 3200."""
    found: set[str] = set()
    done, current = 0, None
    for word in [*re.findall(r"[a-z]+", text.lower()), ""]:
        if word == "and" and current is not None and current % 100 == 0:
            continue
        if word in _SMALL and (current is None or _may_follow(current, _SMALL[word])):
            current = (current or 0) + _SMALL[word]
        elif word == "hundred" and current:
            current *= 100
        elif word in _LARGE and current:
            done, current = done + current * _LARGE[word], 0
        else:
            if current is not None:
                found.add(str(done + current))
            done, current = 0, _SMALL.get(word)
    return found


def _may_follow(total: int, small: int) -> bool:
    """Whether `small` goes on with the number so far: `twenty` `one`, `three hundred` `five`."""
    room = 100 if total % 100 == 0 else 10 if total % 10 == 0 and total % 100 != 10 else 0
    return small < room


@cache
def _stemmer() -> Any:
    import tantivy

    return tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.raw()).filter(tantivy.Filter.stemmer("english")).build()


@cache
def _stem(word: str) -> str:
    stems: list[str] = _stemmer().analyze(word)
    return stems[0] if stems else word
