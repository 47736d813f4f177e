"""Sentences of a cable that tell whoever answers what to answer. The cables are data: such words are never followed.

Two kinds. An order is addressed to a machine, or to whoever answers (`ignore all previous instructions`, `respond
only with`, `system:`): no chat model is shown it. A line is what somebody is to say if asked, as in guidance for the
press (`if asked, you should say that …`): it is shown, for cables are full of them. Neither is evidence that what it
wants said is so; that it was told, and to whom, is.

Hidden characters, letters of other alphabets that look Latin, and letters set apart do not hide an order. The words
that make one are in orders.toml.
"""

import re
import tomllib
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache
from importlib.resources import files

from index.sentences import Span, sentence_spans
from qa.shield import is_hidden, shown

_END_OF_QUOTE = re.compile(r"[”\"»]|\b(?:end|un)\s?quote\b|\bend (?:of )?(?:text|message)\b", re.IGNORECASE)
_BEFORE_A_WORD = re.compile(r"[“\"'‘(:,;.!?\s]*")
_STOP = re.compile(r"[.!?][\"'”’)\]]*\s+")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_SET_APART = re.compile(r"\b\w(?: \w){4,}\b")
_ALIKE = str.maketrans(
    "АВЕЅІЈКМНОРСТУХЗаеѕіјорсухԁһклмнтвԛԝɡɑΑΒΕΖΗΙΚΜΝΟΡΤΥΧαεικνορτυχ",
    "ABESIJKMHOPCTYX3aesijopcyxdhklmhtbqwgaABEZHIKMNOPTYXaeiknoptux",
)
"""Letters of other alphabets that look Latin."""


def for_model(text: str) -> str:
    """What a chat model is shown of a text that anybody may have written: no order, no token of control."""
    return shown(without_orders(text))


def without_orders(text: str, *, lines: bool = False) -> str:
    """The text with blanks in place of its orders, as long as before, so that places in it stay what they were.

    Args:
        lines: what somebody is to say if asked is blanked as well.
    """
    for start, end in _orders(text, lines):
        text = text[:start] + re.sub(r"\S", " ", text[start:end]) + text[end:]
    return text


def evidence(text: str, statement: str) -> str:
    """What of a paragraph may carry a statement: all of it for one that tells of an order, else all but the orders."""
    return text if tells_of_orders(statement) else without_orders(text, lines=True)


def tells_of_orders(statement: str) -> bool:
    """Whether a statement, or a question, speaks of something being told, ordered or claimed."""
    return bool(_pattern("telling").search(statement))


@lru_cache(maxsize=4096)
def _orders(text: str, lines: bool) -> tuple[Span, ...]:
    """Start and end of each order in the text as it stands, in order."""
    folded, places = _folded(text)
    return tuple((places[start], places[end - 1] + 1) for start, end in _found(folded, lines) if end > start)


def _found(text: str, lines: bool) -> Iterator[Span]:
    reach = 0
    alike = text.translate(_ALIKE)
    # A line may be broken anywhere, in the middle of an order too.
    for start, end in sentence_spans(text.replace("\n", " ")):
        latin = alike[start:end]
        if start < reach:
            yield start, min(end, reach)
        elif match := _takes_over(latin, text[start:end]):
            # What follows is what the order wants said: as far as the quotation goes, or the paragraph.
            closing = None if match.re is _pattern("forged") else _END_OF_QUOTE.search(text, start + match.end())
            reach = closing.start() if closing else len(text)
            yield start + _first_word(match), min(end, reach)
        elif match := _pattern("addressed").search(latin) or (_pattern("line").search(latin) if lines else None):
            yield start + _beginning(latin, match.start()), end


def _takes_over(latin: str, sentence: str) -> re.Match[str] | None:
    tried = (("forged", latin), ("override", latin), ("tongues", sentence))
    return next((found for name, text in tried if (found := _pattern(name).search(text))), None)


def _first_word(match: re.Match[str]) -> int:
    """Where an order begins, behind the quotation mark or the stop before it."""
    before = _BEFORE_A_WORD.match(match.group())
    return match.start() + (before.end() if before else 0)


def _beginning(sentence: str, place: int) -> int:
    """Where the words at a place begin: after the last stop before them, though no capital may follow it."""
    stops = [each.end() for each in _STOP.finditer(sentence, 0, place + 1)]
    return stops[-1] if stops else 0


def _folded(text: str) -> tuple[str, list[int]]:
    """The text as it looks: without hidden characters and in plain forms; and the place of each letter."""
    if text.isascii() and not _CONTROL.search(text):
        return _set_together(text, [*range(len(text))])
    forms = [
        (form, place)
        for place, letter in enumerate(text)
        if not is_hidden(letter)
        for form in unicodedata.normalize("NFKC", letter)
    ]
    return _set_together("".join(form for form, _ in forms), [place for _, place in forms])


def _set_together(folded: str, places: list[int]) -> tuple[str, list[int]]:
    """The same with `i g n o r e` as one word."""
    for found in reversed([*_SET_APART.finditer(folded)]):
        kept = [place for place in range(*found.span()) if folded[place] != " "]
        places[slice(*found.span())] = [places[each] for each in kept]
        folded = folded[: found.start()] + "".join(folded[each] for each in kept) + folded[found.end() :]
    return folded, places


@cache
def _pattern(name: str) -> re.Pattern[str]:
    table = tomllib.loads((files("qa") / "orders.toml").read_text(encoding="utf-8"))
    text = _any_of(table["patterns"][name])
    # Words may stand for others that are named before or after them; two rounds reach all.
    for _ in range(2):
        for word, forms in table["words"].items():
            text = text.replace(f"{{{word}}}", _any_of(forms))
    bounded = rf"\b{text}\b" if name == "telling" else text
    spaced = re.sub(r" (?![?*])", r"\\s+", bounded).replace(" ", r"\s")
    return re.compile(spaced, re.IGNORECASE | re.DOTALL)


def _any_of(forms: list[str]) -> str:
    return f"(?:{'|'.join(forms)})"
