"""E.O., SUBJECT and Classified By: what their lines say (5 FAH-2 H-320; Executive Orders 11652 to 13526)."""

import re
from collections.abc import Sequence
from datetime import date

from index.gazetteer import full_year
from index.parse.prose import join
from index.records import Authority, ExecutiveOrder

_ORDER = re.compile(r"\s*(1\d{4})\s*[:;,.\-]*\s*(.*)", re.DOTALL)
_NUMERIC_DATE = re.compile(r"(?<!\d)(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d{2})(?!\d)")
_ISO_DATE = re.compile(r"(?<!\d)(\d{4})[/.-](\d{1,2})[/.-](\d{1,2})(?!\d)")
_PACKED_DATE = re.compile(r"(?<!\d)((?:19|20)\d\d)(\d\d)(\d\d)(?!\d)")
_DAY_MONTH = re.compile(r"(?<!\d)(\d{1,2})\s*([A-Z]{3})[A-Z]*\.?,?\s*(\d{4}|\d{2})(?!\d)", re.IGNORECASE)
_MONTH_DAY = re.compile(r"\b([A-Z]{3})[A-Z]*\.?\s+(\d{1,2}),?\s+(\d{4})(?!\d)", re.IGNORECASE)
_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_CLASSIFIER = re.compile(r"\(([A-Z][A-Z'’-]+,\s*[A-Z][A-Z .'’-]*?)\)", re.IGNORECASE)


def read_order(lines: Sequence[str]) -> tuple[ExecutiveOrder | None, Authority | None]:
    """The executive order with its date of declassification; and the classifier, whom orders before 1982 name in it."""
    text = " ".join(" ".join(lines).split())
    match = _ORDER.match(text)
    if match is None:
        return None, None
    classifier = _CLASSIFIER.search(match[2])
    authority = Authority(classifier[1].strip()) if classifier and match[1] in ("11652", "12065") else None
    return ExecutiveOrder(match[1], date_in(match[2])), authority


def date_in(text: str) -> date | None:
    """The first date of a text: `6/3/18`, `2020/02/23`, `19850316`, `01 JAN 2018`, `June 3, 2018`."""
    if match := _ISO_DATE.search(text) or _PACKED_DATE.search(text):
        return _date(int(match[1]), int(match[2]), int(match[3]))
    if match := _NUMERIC_DATE.search(text):
        return _date(_year(match[3]), int(match[1]), int(match[2])) or _date(
            _year(match[3]), int(match[2]), int(match[1])
        )
    if (match := _DAY_MONTH.search(text)) and match[2].upper() in _MONTHS:
        return _date(_year(match[3]), _MONTHS.index(match[2].upper()) + 1, int(match[1]))
    if (match := _MONTH_DAY.search(text)) and match[1].upper() in _MONTHS:
        return _date(int(match[3]), _MONTHS.index(match[1].upper()) + 1, int(match[2]))
    return None


def _year(digits: str) -> int:
    return full_year(int(digits)) if len(digits) == 2 else int(digits)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


_SUBJECT_MARK = re.compile(
    r"^\s*[([]\s*(?:U|SBU|LOU|L|C|S|TS)(?:\s*[/-]{1,2}\s*(?:NF|NOFORN|N|REL[^)]{0,20}))?\s*[)\]]\s*[:;.-]*\s*",
    re.IGNORECASE,
)


def read_subject(lines: Sequence[str]) -> str | None:
    """The subject in one line, without its portion mark."""
    broken = any(line.rstrip().endswith("-") for line in lines[:-1])
    text = join(lines) if broken else " ".join(lines)
    text = " ".join(text.replace("¶", "").split())
    text = _SUBJECT_MARK.sub("", text).lstrip(":;., ").rstrip()
    return text or None


_REASONS = re.compile(r"[,.;:]?\s*\(?\s*\b(?:for\s+)?(?:E\.?O\.?\s*\d{5}\s*,?\s*)?reasons?\b[\s:.]*", re.IGNORECASE)
_REASON_NUMBER = re.compile(r"\b1\.[45]\s*\(?|\bsection\s+1\.[45]", re.IGNORECASE)
_REASON = re.compile(
    r"(1\.[45])((?:[\s,;:/]*(?:and|or|&)?\s*(?:\([a-h](?:\s*(?:[,/&-]|and|or)\s*[a-h])*\)|\b[a-h]\b\)?))*)",
    re.IGNORECASE,
)
_BEFORE_REASON = re.compile(r"[\s,.;:]+(?:per|under|for|pursuant to|in accordance with)$", re.IGNORECASE)
_LONGEST_AUTHORITY = 1000


def read_authority(lines: Sequence[str]) -> Authority | None:
    """`DCM Jane Roe. Reason: 1.4 (b), (d)` -> name, and the reasons one by one."""
    text = " ".join(" ".join(lines).split())[:_LONGEST_AUTHORITY].rstrip()
    if not text:
        return None
    cut = _REASONS.search(text) or _REASON_NUMBER.search(text)
    name = text[: cut.start()] if cut else text
    name = re.split(r"(?i)\s*(?:\bDeclassify on|\bDerived from|\bE\.O\.)", name)[0]
    name = _BEFORE_REASON.sub("", name.rstrip(" ,.;:("))
    return Authority(name.strip(" ,.;:()-"), _reasons_in(text[cut.start() :] if cut else ""))


def _reasons_in(text: str) -> tuple[str, ...]:
    reasons: list[str] = []
    for match in _REASON.finditer(text):
        listed = re.sub(r"(?i)\b(?:and|or)\b", " ", match[2]).lower()
        named = re.findall(r"(?<![a-z])[a-h](?![a-z])", listed)
        if span := re.search(r"\(?([a-h])\)?\s*-\s*\(?([a-h])\)?", listed):
            named = [chr(code) for code in range(ord(span[1]), ord(span[2]) + 1)]
        reasons += [f"{match[1]} ({letter})" for letter in named] or [match[1]]
    return tuple(dict.fromkeys(reasons))
