"""The TAGS line: splitting it into its items, and repairing them against the list (5 FAH-3 H-110)."""

import re
from collections.abc import Sequence

from index.gazetteer import tags
from index.records import Anomaly

_BRACKETED = re.compile(r"\(([^()]*)\)|\[([^\[\]]*)\]")
_SEPARATOR = re.compile(r"\s*[,;:\n]\s*|\s+[-–—]+\s+")
_LOOKS_LIKE_CODE = re.compile(r"[A-Z]{2}|[ABCEMOPSTK][A-Z]{3}|[A-Z]{2,6}-\d{1,2}|G-\d{1,2}")
_NOT_TAGS = frozenset(("SIPDIS", "SENSITIVE", "NOFORN", "TAGS", "N/A", "NA", "NONE", "AND"))
_LINE = re.compile(r"[\s,;]*[A-Z0-9/*'’&().-]+(?:[\s,;:]+[A-Z0-9/*'’&().-]+)*[\s,;]*")
_CODE_WORD = re.compile(r"[A-Z][A-Z0-9/-]{1,9}")
_SMALL_L = re.compile(r"\b[A-Z]*[A-Z]l[A-Zl]*\b|\bl[A-Z]{3}\b")
_LONGEST_LINE = 400


def continues_tags(last: str, text: str, *, after_blank: bool) -> bool:
    """Whether a line goes on with the TAGS of the line before: after a comma or an open bracket, or all codes."""
    if len(text) > _LONGEST_LINE:
        return False
    if last.count("(") > last.count(")"):
        return True
    words = re.split(r"[\s,;]+", re.sub(r"\([^()]*\)", " ", text).strip(" ,;"))
    known = tags()
    all_known = bool(words) and all(word in known for word in words)
    if after_blank:
        return all_known
    if all_known:
        return True
    wrapped = not last.strip() or last.rstrip().endswith((",", ";", "/"))
    coded = sum(word in known or bool(_LOOKS_LIKE_CODE.fullmatch(word)) for word in words)
    return (
        wrapped and bool(_LINE.fullmatch(text)) and (2 * coded >= len(words) or "," in text) and not text.endswith(".")
    )


def read_tags(lines: Sequence[str], *, listed: bool = False) -> tuple[tuple[str, ...], list[Anomaly]]:
    """Every item of the TAGS line, once, in order, and what was repaired or could not be read.

    Args:
        listed: the items are parted by commas and nothing else, as in a catalogue's own field.
    """
    items: list[str] = []
    anomalies: list[Anomaly] = []
    text = _with_capital_i("\n".join(lines), anomalies).upper()
    for piece, bracketed in _pieces(text):
        if bracketed:
            # `OEXC (JOHN ROE AND MARY DOE)`: two persons, where none is turned round with a comma.
            names = [piece] if "," in piece else re.split(r"\sAND\s", piece)
            items += [" ".join(name.split()).strip(" ,") for name in names]
            continue
        for element in _SEPARATOR.split(piece):
            if listed and " " in element.strip():
                items.append(" ".join(element.split()))
            else:
                items += _split_element(element.strip(" .-–—/"), anomalies)
    kept = [item for item in items if item and item not in _NOT_TAGS]
    return tuple(dict.fromkeys(kept)), anomalies


def _with_capital_i(text: str, anomalies: list[Anomaly]) -> str:
    """The text with I for a small l among capitals (KTlP), where the list knows the outcome."""
    for word in dict.fromkeys(_SMALL_L.findall(text)):
        if (mended := word.replace("l", "I")) in tags():
            anomalies.append(Anomaly("other", f"TAGS: {word} read as {mended}"))
            text = text.replace(word, mended)
    return text


def _pieces(text: str) -> list[tuple[str, bool]]:
    """What stands outside brackets, and what stands in them: a name in brackets is one item."""
    pieces, position = [], 0
    for match in _BRACKETED.finditer(text):
        pieces.append((text[position : match.start()], False))
        pieces.append((match[1] or match[2] or "", True))
        position = match.end()
    pieces.append((re.sub(r"[()\[\]]", " ", text[position:]), False))
    return pieces


def _split_element(element: str, anomalies: list[Anomaly]) -> list[str]:
    """The items between two commas: codes by themselves, free words as the phrase they are (`HUMAN RIGHTS`)."""
    known = tags()
    if not element or element in known:
        return [element] if element else []
    words = element.split()
    if len(words) == 1:
        return _repair(words[0], anomalies, alone=True)
    if len(words) == 2 and (joined := "".join(words)) in known and len(joined) == 4 and not known.keys() & set(words):
        anomalies.append(Anomaly("other", f"TAGS: {element} read as {joined}"))
        return [joined]
    if not any(word.strip(".") in known or _repaired(word) for word in words):
        if all(_LOOKS_LIKE_CODE.fullmatch(word) for word in words):
            return words
        return [" ".join(words)]
    items: list[str] = []
    free: list[str] = []
    for word in (word.strip(".") for word in words):
        if word in known or _repaired(word) or _LOOKS_LIKE_CODE.fullmatch(word):
            items += _phrase(free)
            free = []
            items += _repair(word, anomalies)
        elif word:
            free.append(word)
    return items + _phrase(free)


def _phrase(words: list[str]) -> list[str]:
    """Words between codes: short ones are unknown codes, each an item; with a long one among them, a phrase."""
    if any(len(word) > 5 for word in words):
        return [" ".join(words)]
    return list(words)


def _repair(word: str, anomalies: list[Anomaly], *, alone: bool = False) -> list[str]:
    if word in tags():
        return [word]
    if "/" in word and all(piece in tags() for piece in word.split("/")):
        return word.split("/")
    mended = _repaired(word) or (_without_a_letter(word) if alone else None)
    if mended:
        anomalies.append(Anomaly("other", f"TAGS: {word} read as {', '.join(mended)}"))
        return mended
    if not _CODE_WORD.fullmatch(word) and not re.search(r"[A-Z]{3}", word):
        anomalies.append(Anomaly("other", f"TAGS: {word} cannot be read"))
        return []
    return [word]


def _repaired(word: str) -> list[str] | None:
    """Digits read for letters (PG0V, KT1P), and codes run together (SMIGEG); only where the list knows the outcome."""
    known = tags()
    if word in known:
        return [word]
    if any(map(str.isdigit, word)):
        letters = word.replace("0", "O").replace("1", "I")
        return [letters] if letters in known else None
    return _unglued(word)


def _unglued(word: str) -> list[str] | None:
    """Four-letter codes with at most one two-letter code, at the end: elsewhere POLITICS would be PO LI TI CS."""
    known = tags()
    if len(word) < 6 or len(word) % 2 or not word.isalpha():
        return None
    pieces = [word[at : at + 4] for at in range(0, len(word), 4)]
    return pieces if len(word) <= 80 and all(piece in known for piece in pieces) else None


def _without_a_letter(word: str) -> list[str] | None:
    """A four-letter code with one letter too many (PFORN, POINT), where just one code answers."""
    if len(word) != 5 or not word.isalpha():
        return None
    found = {word[:at] + word[at + 1 :] for at in range(1, 5)} & tags().keys()
    return list(found) if len(found) == 1 else None
