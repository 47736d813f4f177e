"""The labels of the head: which field a line begins (E.O., TAGS, SUBJECT, REF, Classified By), however misspelt."""

import re
from functools import lru_cache
from typing import Literal, NamedTuple

from index.parse.levels import distance

FieldName = Literal["order", "tags", "subject", "references", "authority"]


class FieldStart(NamedTuple):
    """A field's name, and what stands after its label on the line."""

    name: FieldName
    value: str


_ORDER = re.compile(
    r"\s*(?:EXECUTIVE ORDER|[EMO](?:[.,\s]{0,3}[EMO0]){0,3}[.,\s]{0,3})\s*:?\s*(?=1\d{4}(?![\dZ]))(?P<value>.*)",
    re.IGNORECASE,
)
# With a number that can only be an order's, any two or three letters will do: E.C. 11652, FO 12958.
_KNOWN_ORDER = re.compile(
    r"\s*[A-Z][.,]?\s?[A-Z](?:[.,]?\s?[A-Z])?[.,]?\s{0,3}:?\s*(?P<value>(?:11652|12065|12356|12958|13526)\b.*)",
    re.IGNORECASE,
)
_TAGS = re.compile(
    r"\s*(?:(?:T ?A ?G ?S?|TAGES|TAS|TABS|TGS|AGS)\s*[:;,.\-]+|TAGE?S?(?=\s|$)|"
    r"(?:AGS|TAS|TGS|TABS)(?=\s[A-Z]{2,4}[\s,]))[:;,.\-\s]*(?P<value>.*)",
    re.IGNORECASE,
)
_SUBJECT = re.compile(
    r"\s*(?:(?:SUBJ(?:ECTS?)?|SUB)\s*[:;.,\-]+|S U B J(?: E C T)?\s*[:;]|SUBJ(?:ECT)?(?=\s|$))[:;\s]*(?P<value>.*)",
    re.IGNORECASE,
)
_REFERENCES = re.compile(
    r"\s*[([]?(?:REF(?:ERENCES?|TELS?|['’]?S|\(S\)|AIRS?)?)\s*"
    r"(?:\.?[:;]+|[.\-]+(?=\s)|(?=[A-Z]?\s*[([]?[A-Z1][.):\]])|\s(?=\s*[A-Z][A-Z ]{2,20}\d))\s*(?P<value>.*)",
    re.IGNORECASE,
)
_AUTHORITY = re.compile(
    r"\s*(?:\((?:U|SBU|C|S|C/NF|S/NF)\)\s*|\(\s*)?(?:CLASSIFIED\s+BY|CLASSIFIED(?=\s*:)|CLASSFIED\s+BY)\b[:;\s]*(?P<value>.*)",
    re.IGNORECASE,
)
_ANY_LABEL = re.compile(r"\s*(?P<label>[A-Z]{3,10})\s{0,2}[:;]+\s*(?P<value>.*)")
_INNER = re.compile(
    r"(?<=[\s\w])(?=(?:TAGS|SUBJECT|SUBJ|REFS?|REFTELS?|REF\(S\)|CLASSIFIED BY)\s{0,2}:)", re.IGNORECASE
)

# By the sign that a label may begin with, so that other lines cost nothing; after `(` it may be either of two.
_PLAIN: dict[str, tuple[tuple[re.Pattern[str], FieldName], ...]] = {
    **dict.fromkeys("EeMmOo", ((_ORDER, "order"),)),
    **dict.fromkeys("TtAa", ((_TAGS, "tags"),)),
    **dict.fromkeys("Ss", ((_SUBJECT, "subject"),)),
    **dict.fromkeys("Rr[", ((_REFERENCES, "references"),)),
    **dict.fromkeys("Cc", ((_AUTHORITY, "authority"),)),
    "(": ((_REFERENCES, "references"), (_AUTHORITY, "authority")),
}
_MISSPELT: tuple[tuple[str, int, FieldName], ...] = (
    ("SUBJECT", 2, "subject"),
    ("SUBJ", 1, "subject"),
    ("TAGS", 1, "tags"),
    ("REFTEL", 1, "references"),
    ("REFTELS", 1, "references"),
    ("REFERENCE", 2, "references"),
)


def field_of(text: str) -> FieldStart | None:
    """The field that a line begins, or None."""
    first = text.lstrip()[:1]
    if not first:
        return None
    for pattern, name in _PLAIN.get(first, ()):
        if match := pattern.match(text):
            return FieldStart(name, match["value"].strip())
    if first.isupper() and "1" in text[:12] and (match := _KNOWN_ORDER.match(text)):
        return FieldStart("order", match["value"].strip())
    if first.isupper() and (":" in text or ";" in text) and (match := _ANY_LABEL.match(text)):
        found = _misspelt(match["label"])
        return FieldStart(found, match["value"].strip()) if found else None
    return None


@lru_cache(maxsize=1024)
def _misspelt(label: str) -> FieldName | None:
    # XIBJ, USBJ: what transmission leaves of SUBJ keeps its rare letters.
    if len(label) == 4 and label.endswith("BJ"):
        return "subject"
    for word, limit, name in _MISSPELT:
        if abs(len(label) - len(word)) <= limit and distance(label, word, limit) <= limit:
            return name
    return None


def split_labels(value: str) -> list[str]:
    """A line that holds several fields (`E.O. 12958: N/A TAGS: PREL SUBJECT: …`), cut before each label."""
    if ":" not in value:
        return [value]
    return [piece.strip() for piece in _INNER.split(value)]
