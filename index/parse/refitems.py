"""The REF block cut at the labels of its items: `A.`, `A)`, `(A)`, `[A]`, `A -`, `(1)`, `REF A`, doubled or not."""

import re
from typing import NamedTuple


class Item(NamedTuple):
    """What stands under one label; a block without labels is one item."""

    label: str | None
    text: str


_LABEL = re.compile(
    r"(?:^|(?<=[\s;,.:&]))(?:-\s+)?(?:¶?[(\[](?:REF(?:TEL)?\s)?(?P<a>[A-Z]|\d{1,2})[)\]][.,:]?|¶?(?P<b>[A-Z])[.):](?=\s|\(?[A-Z0-9'’])"
    r"|(?P<c>[A-Z])\s--?\s|(?P<d>\d{1,2})\)|(?P<f>\d{1,2})\.(?=\s)|REF(?:TEL)?\s(?P<e>[A-Z])\b[.:)]?)\s*",
    re.IGNORECASE,
)
_AND = re.compile(r"^AND\s+|\s+AND$", re.IGNORECASE)
_EDGE = " \t\n;,.:&-#"


def items_of(text: str) -> list[Item]:
    """The labelled items of a block; a label counts only if it follows the last one or repeats it."""
    cuts: list[tuple[int, int, str]] = []
    last = ""
    for match in _LABEL.finditer(text):
        label = next(group for group in match.groups() if group).upper()
        if match["f"] and not (cuts[0][2] == "1" if cuts else match.start() == 0):
            # `STATE 1. ASTANA 2`: a number that ends a sentence; labels of this form begin with the first item.
            continue
        if label == last:
            # `A. A) STATE 1`: the same label twice. What stands between must be nothing.
            if not text[cuts[-1][1] : match.start()].strip(_EDGE):
                cuts[-1] = (cuts[-1][0], match.end(), label)
            continue
        if _follows(label, last):
            cuts.append((match.start(), match.end(), label))
            last = label
    if not cuts:
        return [Item(None, tidy(text))]
    items = [Item(None, head)] if (head := tidy(text[: cuts[0][0]])) and re.search(r"\d", head) else []
    for place, (_, start, label) in enumerate(cuts):
        end = cuts[place + 1][0] if place + 1 < len(cuts) else len(text)
        items.append(Item(label, tidy(text[start:end])))
    return items


def _follows(label: str, last: str) -> bool:
    if not last:
        return label in ("A", "1")
    if label.isdigit():
        return last.isdigit() and int(label) == int(last) + 1
    return last.isalpha() and ord(label) == ord(last) + 1


def tidy(text: str) -> str:
    """In one line, without the signs and the AND that joined it to its neighbours."""
    tidied = " ".join(text.split()).strip(" ;,&-.")
    return _AND.sub("", tidied)
