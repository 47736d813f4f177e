"""Whether a line of the head goes on with the field above it: fields wrap, with and without a sign of it."""

import re
from collections.abc import Sequence

from index.parse.labels import FieldName
from index.parse.levels import caption_line
from index.parse.tagline import continues_tags

_PASSED_ON = re.compile(
    r"\s*(?:(?:FOR|FROM)\s*:|(?:DEPT|DEPARTMENT|STATE|PLEASE|PLS)\b.{0,40}?\bPASS\b|INFORM CONSULS?\b)"
)
_UNFINISHED = re.compile(r"(?:[,&/-]|\b(?:AND|OF|THE|FOR|TO|IN|ON|WITH|A|AN|BY|FROM|AT|AS|OR))$", re.IGNORECASE)
_REF_ITEM = re.compile(
    r"\s*-?\s*(?:¶?\s*[([]?[A-Z][.):\]]|[([]\d[)\]]|¶?\d\)|[A-Z]\s--?\s|REF\s+[A-Z]\b)", re.IGNORECASE
)
_NUMBERED_ITEM = re.compile(r"\s*(\d{1,2})\.\s+[A-Z0-9'’]")
_AUTHORITY_MORE = re.compile(r"\s*(?:REASONS?|DECLASSIFY|DERIVED|DECL|FOR REASONS?|E\.?O\.?|\(?1\.[45])", re.IGNORECASE)
_ORDER_MORE = re.compile(
    r"\s*(?:DECL|DNG|AFTER|X\d|25X|REASONS?:|\d{1,2}[/-]\d|\d{4}[/-]|\(|GDS|XGDS|RDS)", re.IGNORECASE
)


def continues(name: FieldName, last: str, text: str, *, after_blank: bool) -> bool:
    """Whether `text` belongs to the field whose last line is `last`."""
    match name:
        case "subject":
            if not after_blank:
                return not _PASSED_ON.match(text) and not caption_line(text)
            return bool(last and _UNFINISHED.search(last)) and len(text) < 75
        case "tags":
            return continues_tags(last, text, after_blank=after_blank)
        case "references":
            return _continues_references(last.rstrip(), text, after_blank=after_blank)
        case "authority":
            return not after_blank or bool(_AUTHORITY_MORE.match(text))
        case "order":
            return not after_blank and bool(_ORDER_MORE.match(text))


def is_reference_item(text: str, known: Sequence[str] = ()) -> bool:
    """Whether a line begins with the label of a REF item; `2.` is one where the lines `known` begin with `1.`."""
    if _REF_ITEM.match(text):
        return True
    numbered = _NUMBERED_ITEM.match(text) if known and _NUMBERED_ITEM.match(known[0]) else None
    # The paragraphs begin with 1 again.
    return numbered is not None and int(numbered[1]) > 1


def _continues_references(last: str, text: str, *, after_blank: bool) -> bool:
    if is_reference_item(text):
        return True
    if after_blank:
        return False
    if not last or last.endswith((",", ";", "(", "-", "/", "&", ":")) or last.upper().endswith((" AND", " OF")):
        return True
    return (bool(re.search(r"\d", text)) and len(text) < 75) or text.startswith("   ") or len(last) > 52
