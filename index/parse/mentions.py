"""`reftel`, `ref A`, `reftels B and C` in running text: which items of the REF line a paragraph speaks of."""

import re
from collections.abc import Iterable

_IN_TEXT = re.compile(
    r"\bref(?:erence|tel|air)?s?\.?\s*(?P<labels>\(?(?<![A-Z])[A-Z]\)?(?:\s*[,/]?\s*(?:and|or|&|through|thru|to|-|,)?\s*"
    r"\(?(?<![A-Z'’])[A-Z](?![A-Z'’])\)?){0,25})(?![A-Z'’])",
    re.IGNORECASE,
)
_PLAIN_REFTEL = re.compile(r"\bref(?:tel|erenced? (?:tel|cable|message))s?\b", re.IGNORECASE)
_ONE_LABEL = re.compile(r"(?<![A-Z])[A-Z](?![A-Z])")
_RANGE = re.compile(r"\(?([A-Z])\)?\s*(?:-|through|thru|to)\s*\(?([A-Z])\)?(?![A-Z])", re.IGNORECASE)


def labels_in(text: str, labels: Iterable[str | None]) -> tuple[str, ...]:
    """The labels of REF items that a paragraph speaks of; a plain `reftel` is the only item there is."""
    known = list(dict.fromkeys(label for label in labels if label))
    if not known or ("ref" not in text and "REF" not in text and "Ref" not in text):
        return ()
    found: list[str] = []
    for match in _IN_TEXT.finditer(text):
        # `ref a meeting` is an article; a small letter counts only in brackets or before a comma.
        words = re.sub(r"(?i)\b(?:and|or|through|thru|to)\b", " ", match["labels"])
        for span in _RANGE.finditer(match["labels"]):
            found += [chr(code) for code in range(ord(span[1].upper()), ord(span[2].upper()) + 1)]
        found += [label[0] for label in _ONE_LABEL.finditer(words)]
    if not found and len(known) == 1 and _PLAIN_REFTEL.search(text):
        found = known
    return tuple(label for label in known if label in found)
