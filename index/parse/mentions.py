"""`reftel`, `ref A`, `reftels B and C` in running text: which items of the REF line a paragraph speaks of."""

import re

_LABEL = r"\(?(?<![A-Z'’])[A-Z](?:['’]S)?(?![A-Z'’])\)?"
# The first letter is one that the engine can skip to; only then comes what must not stand before it.
_IN_TEXT = re.compile(
    r"[Rr](?<!\w[Rr])(?i:ef(?:erence|tel|air)?s?\.?\s*"
    rf"(?P<labels>{_LABEL}(?:\s*[,/]?\s*(?:and|or|&|through|thru|to|-|,)?\s*{_LABEL}){{0,25}}))"
)
_POSSESSIVE = re.compile(r"['’][Ss]\b")
_SIGNS = (")", "]", ",", ".", ";", ":", "?", "!", "")
_SEVERAL = re.compile(r"\b[a-z](?: and |, | & |/)[a-z]\b")
_PLAIN_REFTEL = re.compile(r"[Rr](?<!\w[Rr])(?i:ef(?:tel|erenced? (?:tel|cable|message))s?\b)")
_NUMBERED = re.compile(r"\bref(?:erence|tel)?s?\.?((?:\s*(?:,|and|&|/)?\s*(?:\(\d{1,2}\)|\d{1,2}\b))+)", re.IGNORECASE)
_JOINING = re.compile(r"\b(?:and|or|through|thru|to)\b", re.IGNORECASE)
_ONE_LABEL = re.compile(r"(?<![A-Z])[A-Z](?![A-Z])")
_RANGE = re.compile(r"\(?([A-Z])\)?\s*(?:-|through|thru|to)\s*\(?([A-Z])\)?(?![A-Z])", re.IGNORECASE)


def labels_in(text: str, known: list[str]) -> tuple[str, ...]:
    """The labels of REF items that a paragraph speaks of; a plain `reftel` is the only item there is.

    Args:
        known: the labels of the cable's REF line, each once.
    """
    if not known or ("ref" not in text and "REF" not in text and "Ref" not in text):
        return ()
    found: list[str] = []
    for match in _IN_TEXT.finditer(text):
        named = match["labels"]
        if "'" in named or "’" in named:
            named = _POSSESSIVE.sub("", named)
        # `ref a meeting` is an article; small letters count before a sign, and where there are several.
        if text[match.end() : match.end() + 1] in _SIGNS or _SEVERAL.search(named):
            named = named.upper()
        words = _JOINING.sub(" ", named)
        for span in _RANGE.finditer(named):
            found += [chr(code) for code in range(ord(span[1].upper()), ord(span[2].upper()) + 1)]
        found += [label[0] for label in _ONE_LABEL.finditer(words)]
    if known[0].isdigit():
        found += [number for match in _NUMBERED.finditer(text) for number in re.findall(r"\d+", match[1])]
    if not found and len(known) == 1 and _PLAIN_REFTEL.search(text):
        found = known
    return tuple(label for label in known if label in found)
