"""Tables in the text of a telegram: lines whose columns stand apart by blanks, to be set in letters of one width."""

import re
from collections.abc import Iterator
from itertools import groupby
from typing import Final

_COLUMNS: Final = re.compile(r"\S {3,}\S")
_INDENTED: Final = re.compile(r" {3,}\S")
_FEWEST: Final = 2
"""Lines with columns that make a table."""


def blocks(text: str) -> list[tuple[str, bool]]:
    """The text cut between its lines into tables and what is none: each piece, and whether it is a table.

    Indented lines among or next to lines with columns belong to their table: headings, sums.
    """
    pieces: list[tuple[str, bool]] = []
    for piece, is_table in _runs(text):
        if pieces and pieces[-1][1] == is_table:
            pieces[-1] = (pieces[-1][0] + piece, is_table)
        else:
            pieces.append((piece, is_table))
    return pieces


def _runs(text: str) -> Iterator[tuple[str, bool]]:
    lines = text.splitlines(keepends=True)
    for could_be, run in groupby(lines, lambda line: bool(_COLUMNS.search(line) or _INDENTED.match(line))):
        found = list(run)
        yield "".join(found), could_be and sum(bool(_COLUMNS.search(line)) for line in found) >= _FEWEST
