"""Where the sentences of a text stand: what chunks are cut at, and what a citation quotes.

Written for cables: capitals throughout in the seventies, `U.S.`, `JAN. 8`, `3.5 MILLION`,
`M.T.`, lists with a line an item.
"""

import re
from collections.abc import Sequence

Span = tuple[int, int]

_ABBREVIATIONS = frozenset(
    "mr mrs ms dr gen col lt capt maj sgt adm amb min pres gov sen rep rev st sr jr prof hon no nos art para paras "
    "approx ca vs etc inc ltd co corp dept govt intl natl jan feb mar apr jun jul aug sep sept oct nov dec "
    "mon tue wed thu fri sat sun fig vol ed ref cf viz al dol pct tel ext ave blvd".split()
)
_END = re.compile(r"""[.!?]+["')\]”’]*(?=\s+["'(\[“‘]?[A-Z0-9¶-])|\n+""")
_LAST_WORD = re.compile(r"[A-Za-z.]+$")


def sentence_spans(text: str) -> list[Span]:
    """Start and end of each sentence, without the white space between; together they hold every word."""
    spans: list[Span] = []
    start = 0
    for match in _END.finditer(text):
        if match.group()[0] == "." and _is_abbreviation(text[start : match.start()]):
            continue
        _append(spans, text, start, match.end())
        start = match.end()
    _append(spans, text, start, len(text))
    return spans


def _is_abbreviation(before: str) -> bool:
    """Whether the full stop after `before` ends a short form, not a sentence: `JAN`, `U.S`, `M`."""
    last = _LAST_WORD.search(before)
    if last is None:
        # `1.` at the start of a sentence is a list number.
        return before.strip().isdigit() and len(before.strip()) <= 2
    word = last.group().lower().strip(".")
    return word in _ABBREVIATIONS or len(word) == 1 or "." in word


def _append(spans: list[Span], text: str, start: int, end: int) -> None:
    piece = text[start:end]
    stripped = piece.strip()
    if stripped:
        begin = start + len(piece) - len(piece.lstrip())
        spans.append((begin, begin + len(stripped)))


def run_around(spans: Sequence[Span], scores: Sequence[float], at: int, most: int) -> Span:
    """A sentence with those about it, the better neighbour first, as far as they stay within so many characters."""
    first = last = at
    while True:
        before = first > 0 and spans[last][1] - spans[first - 1][0] <= most
        after = last + 1 < len(spans) and spans[last + 1][1] - spans[first][0] <= most
        if before and (not after or scores[first - 1] >= scores[last + 1]):
            first -= 1
        elif after:
            last += 1
        else:
            return spans[first][0], spans[last][1]


def runs_within(spans: Sequence[Span], most: int) -> list[Span]:
    """From each sentence on, as many as stay within so many characters; one that is longer is cut."""
    runs = []
    for start, end in spans:
        within = (last for _, last in reversed(spans) if start < last <= start + most)
        runs.append((start, next(within, min(end, start + most))))
    return runs
