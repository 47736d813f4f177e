"""A paragraph as it stands in its file beside the paragraph as Reftel reads it, with what was repaired marked.

What was left out (page headers, broken words, blanks) is struck through in the original; what was put in its place is
underlined in the reading. See `ui.render.answers` for what makes it safe.
"""

import re
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher
from typing import Final

from index.records import Cable, Paragraph, paragraph_label
from ui.place import link
from ui.render.safe import words

_TOKEN = re.compile(r"\w+|[^\w\s]+")
_MOST_TOKENS: Final = 4000
"""Longer paragraphs stand side by side unmarked: comparing them would keep a reader waiting."""

Span = tuple[int, int]


def repairs(original: str, text: str) -> tuple[list[Span], list[Span]]:
    """Which stretches of the original have no counterpart in the text, and the other way round.

    White space does not count.
    """
    before, after = (list(_TOKEN.finditer(each)) for each in (original, text))
    if max(len(before), len(after)) > _MOST_TOKENS:
        return [], []
    matcher = SequenceMatcher(None, [each[0] for each in before], [each[0] for each in after], autojunk=False)
    gone: list[Span] = []
    new: list[Span] = []
    for kind, a, b, c, d in matcher.get_opcodes():
        if kind != "equal":
            gone += [(before[a].start(), before[b - 1].end())] if b > a else []
            new += [(after[c].start(), after[d - 1].end())] if d > c else []
    return gone, new


def side_by_side(cable: Cable, source: str) -> str:
    """Every paragraph twice: its lines in the file, and as Reftel reads them.

    Args:
        cable: whose paragraphs are shown.
        source: the text that their offsets count in.
    """
    rows = "".join(_row(cable, each, source[each.start : each.end]) for each in cable.paragraphs)
    head = '<p class="rt-label" aria-hidden="true"><span>In the file</span><span>As Reftel reads it</span></p>'
    told = "Struck through in the file: left out. Underlined in the reading: put in its place."
    return f'<p class="rt-note">{told}</p><div class="rt-sides">{head}{rows}</div>'


def _row(cable: Cable, each: Paragraph, original: str) -> str:
    gone, new = repairs(original, each.text)
    label = paragraph_label(each, cable.paragraphs)
    # The printed number, the portion mark and the heading are kept apart from the text: nothing was repaired there.
    kept = sum(len(part or "") for part in (each.label, each.mark, each.heading)) + 8
    gone = [span for span in gone if span[1] > kept or span[0] > kept]
    return (
        f'<section aria-label="{words(label)}"><pre dir="auto" tabindex="0" aria-label="{words(label)} in the file">'
        f"{_marked(original, gone, 'del')}</pre>"
        f'<p dir="auto"><a class="rt-number" href="{words(link(cable.cable_id, each.ordinal, each.number, label))}" '
        f'data-view="page">{words(label)}</a> {_marked(each.text, new, "ins")}</p></section>'
    )


def _marked(text: str, spans: Sequence[Span], tag: str) -> str:
    pieces, done = [], 0
    for start, end in _joined(spans):
        pieces.append(f"{words(text[done:start])}<{tag}>{words(text[start:end])}</{tag}>")
        done = end
    return "".join((*pieces, words(text[done:])))


def _joined(spans: Iterable[Span]) -> list[Span]:
    found: list[Span] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found
