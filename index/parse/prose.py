"""Printed lines -> running text: wraps undone, broken words mended, tables and lists left as lines."""

import re
from collections.abc import Iterable, Sequence

from index.parse.lines import BREAK

_GAP = re.compile(r"[^\s.?!:;)\"'] {2,}(?=\S)")
_WIDE_GAP = re.compile(r"\S {3,}(?=\S)")
_RULE = re.compile(r"\s*(?:[-=_*~]\s?){3,}")
_DRAWN = frozenset("-=_*~")
_RULE_STARTS = frozenset(" -=_*~")
_DASHES = re.compile(r"\s*(?:-+|=+|_+)(?:\s+(?:-+|=+|_+))+\s*")
_FIGURES = re.compile(r"(?:\s\$?\(?-?\d[\d,.]*%?\)?){3,}\s*$")
_LIST_ITEM = re.compile(
    r"\s*(?:--?\s*[A-Za-z0-9(\"]|[*•·o]\s+\S|[([]?[A-Za-z][.)\]]\s+\S|\(?\d{1,2}[.)]\s+\S|\([ivx]{1,4}\)\s|Q[.:]\s|A[.:]\s)"
)
_FINISHES = frozenset(".?!:;\"”’')]*")
_STOPS = frozenset(".?!")
_CLOSING_SIGNS = " \t\"”’')]"
_NOISE_SIGN = re.compile(
    r"¶\s?(?=(?:\d{1,2}|[A-Z])[.)])|(?<=ref )¶\s?(?=[A-Z]\b)|(?<=reftel )¶\s?(?=[A-Z]\b)|(?<=re[fl]s )¶\s?(?=[A-Z]\b)|"
    r"(?<=reftels )¶\s?(?=[A-Z]\b)",
    re.IGNORECASE,
)
_BROKEN = re.compile(r"(?<![\d\W])[A-Za-z]+-$")
_WORD = re.compile(r"[A-Za-z][A-Za-z'’]*(?:-[A-Za-z'’]+)*")
_NAMED_VALUE = re.compile(r"\s*[A-Z][A-Z /().-]{1,30}+:(?:\s|$)")
# What may not simply go on with the line above: a named value, a blank line, a list; two small letters begin none.
_TURNING = rf"(?![a-z]{{2}})(?:(?={_NAMED_VALUE.pattern})|(?![\"“$]?[^\W\d_]{{2}})(?:[\n\f ]|(?={_LIST_ITEM.pattern})))"
# The end of a line before such a one, or in a broken word; and, most often in vain, that of what may be a table's row.
_TURN = re.compile(rf"\n(?:(?<=-\n)|{_TURNING})")
_TURN_OR_FIGURE = re.compile(rf"\n(?:(?<=[-\d]\n)|{_TURNING})")
_SPACES = re.compile(r" {2,}")
_INDENT = re.compile(r" {2,}")
_CLOCK_ROW = re.compile(r" {2,}(?:(?:[01]\d|2[0-4])[0-5]\d|\d{1,2}[:.][0-5]\d)(?!\w)(?![.,]\d)")
_WIDEST_PROSE = 400
# So many rows that begin with the time of day are a schedule; one may be a year.
_SCHEDULE_ROWS = 2
_SHORT_LINE = 45

# Compounds that keep their hyphen at the end of a line.
_COMPOUND_HEADS = frozenset(
    "SELF WELL NON ANTI VICE EX LONG SHORT HIGH LOW MID PRO MULTI HALF SEMI QUASI POST PRE CROSS ALL FULL PART "
    "SO TWO THREE FOUR FIVE SIX SEVEN EIGHT NINE TEN TWENTY THIRTY FORTY FIFTY SIXTY SEVENTY EIGHTY NINETY "
    "FIRST SECOND THIRD LARGE SMALL BROAD NORTH SOUTH EAST WEST AFRO ANGLO SINO RUSSO LATIN FOLLOW WORLD OIL".split()
)


def ends_sentence(text: str) -> bool:
    """Whether a line ends a sentence, quotation marks and brackets aside."""
    return text[-12:].rstrip(_CLOSING_SIGNS)[-1:] in _STOPS


def is_finished(text: str) -> bool:
    """Whether what follows may be something new: after a stop, a colon, a closed bracket."""
    return text.rstrip()[-1:] in _FINISHES


def is_rule(text: str) -> bool:
    """Whether a line is drawn, not written: `-----`, `= = =`."""
    return (
        text[:1] in _RULE_STARTS
        and text.lstrip()[:1] in _DRAWN
        and len(text) < 200
        and _RULE.fullmatch(text) is not None
    )


def is_table_rule(text: str) -> bool:
    """Whether a drawn line has several parts, one below each column."""
    return len(text) < 200 and "  " in text and _DASHES.fullmatch(text) is not None


def is_tabular(text: str) -> bool:
    """Whether a line has columns: gaps of three blanks, two gaps of two, or several figures at its end."""
    spaced = "  " in text
    if (not spaced and not text[-1:].isdigit()) or len(text) > _WIDEST_PROSE:
        return False
    stripped = text.lstrip()
    if spaced and "  " in stripped:
        if _WIDE_GAP.search(stripped):
            return True
        gaps = _GAP.findall(stripped)
        if len(gaps) >= 2:
            return True
    return stripped[-1:].isdigit() and _FIGURES.search(stripped[-60:]) is not None


def is_list_item(text: str) -> bool:
    """Whether a line begins an item: `-- …`, `A. …`, `(1) …`."""
    # Three letters begin a word: that costs less to see than a pattern.
    return not text[:3].isalpha() and _LIST_ITEM.match(text) is not None


def words_of(texts: Iterable[str]) -> frozenset[str]:
    """The whole words of a body in capitals, those with hyphens in one: what tells a broken word from a compound."""
    whole: list[str] = []
    broken = False
    for text in texts:
        if not text or text == BREAK or len(text) > _WIDEST_PROSE:
            continue
        # The halves of a word broken at a line's end are no words.
        start = len(text.split(None, 1)[0]) if broken else 0
        broken = text.endswith("-") and _BROKEN.search(text[-40:]) is not None
        whole.append(text[start : text.rfind(" ") + 1] if broken else text[start:])
    return frozenset("\n".join(_WORD.findall("\n".join(whole))).upper().split("\n"))


def join(texts: Sequence[str], known: frozenset[str] = frozenset()) -> str:
    """The text of a paragraph from its lines. A blank line ends its line only after a sentence; furniture never does.

    Args:
        known: words of the whole message, as `words_of` finds them.
    """
    if _is_prose(texts):
        return " ".join(texts).strip()
    scheduled = sum(text[:2] == "  " and _CLOCK_ROW.match(text) is not None for text in texts) >= _SCHEDULE_ROWS
    pieces: list[str] = []
    last, table, blank, cut = "", False, False, False
    for text in texts:
        if not text:
            blank = True
            continue
        if text == BREAK:
            cut = True
            continue
        if "¶" in text:
            text = _NOISE_SIGN.sub("", text)
        tabular = is_tabular(text) or ("  " in text and is_table_rule(text))
        if not pieces:
            pieces.append(text if tabular else _squeezed(text))
        elif tabular or table or (scheduled and _CLOCK_ROW.match(text)) or _breaks(last, text, blank=blank, cut=cut):
            pieces.append("\n" + (text.rstrip() if tabular else _squeezed(text)))
        else:
            pieces.append(_glue(last, _squeezed(text), known, pieces))
        last, table, blank, cut = text, tabular, False, False
    return "".join(pieces).strip()


def _is_prose(texts: Sequence[str]) -> bool:
    """Whether each line plainly goes on with the one above, with nothing of a table or list: most paragraphs do."""
    whole = "\n".join([*texts, ""])
    if "  " in whole or "¶" in whole:
        return False
    return not _TURN_OR_FIGURE.search(whole) or not (_TURN.search(whole) or any(map(is_tabular, texts)))


def noise_in(text: str) -> list[str]:
    """The letters and numbers of a line before which such a sign stands."""
    return [re.split(r"\W", text[match.end() : match.end() + 3])[0] for match in _NOISE_SIGN.finditer(text)]


def _squeezed(text: str) -> str:
    return _SPACES.sub(" ", text.strip()) if "  " in text or text[:1] == " " else text


def _breaks(last: str, text: str, *, blank: bool, cut: bool) -> bool:
    """Whether the line ends here: at lists, and blank lines that no furniture brought into a sentence."""
    if blank:
        return is_finished(last) or (len(last) < _SHORT_LINE and not cut)
    if len(last) < _SHORT_LINE and _NAMED_VALUE.match(text):
        return True
    if text[:2] == "  " and _goes_back(last, text):
        return True
    return is_list_item(text) and (is_finished(last) or last.endswith(",") or is_list_item(last))


def _goes_back(last: str, text: str) -> bool:
    """Whether an indented line begins less far in than the one above, which had come to an end: a row of its own."""
    before, here = _INDENT.match(last), _INDENT.match(text)
    deeper = before is not None and here is not None and before.end() > here.end()
    return deeper and (len(last) < _SHORT_LINE or is_finished(last))


def _glue(last: str, text: str, known: frozenset[str], pieces: list[str]) -> str:
    """The next line with what joins it on: a blank, or nothing where a word was broken at the end of the line."""
    if not last.endswith("-") or not _BROKEN.search(last[-40:]) or not text[:1].isalpha():
        return f" {text}"
    head = re.split(r"[^A-Za-z'’-]", last[-60:])[-1][:-1]
    tail_match = re.match(r"[A-Za-z'’]+", text)
    tail = tail_match[0] if tail_match else ""
    if _is_broken_word(head, tail, known):
        pieces[-1] = pieces[-1][:-1]
    return text


def _is_broken_word(head: str, tail: str, known: frozenset[str]) -> bool:
    """Whether `head-` and `tail` are one word: the rest of the message tells, else the common compounds."""
    left, right = head.upper(), tail.upper()
    if f"{left}{right}" in known:
        return True
    if f"{left}-{right}" in known or len(left) < 2 or "-" in head or left in _COMPOUND_HEADS:
        return False
    if tail[:1].isupper() and not head.isupper():
        return False
    return not (left in known and right in known)
