"""Numbers as bars: a column for each period, a row for each kind. Plain HTML, so every bar is a link and is read aloud.

See `ui.render.answers` for what makes it safe.
"""

import calendar
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from ui.render.safe import words

_STEPS: Final = (1, 2, 5, 10, 20, 50, 100)
_MOST_NAMES: Final = 12
_APART: Final = 4
"""Columns at the left within which one name is enough."""


def columns(counts: Mapping[str, int], title: str, link: Callable[[str], str] | None = None) -> str:
    """A histogram over periods in order; round ones are named, and the highest is written out.

    Args:
        counts: how many of each period, gaps included.
        title: what is counted: the caption.
        link: the address that a period leads to.
    """
    if not counts:
        return ""
    highest, named = max(counts.values()) or 1, _named(list(counts))
    bars = "".join(_column(each, count, highest, link, named.get(each, "")) for each, count in counts.items())
    return (
        f'<figure class="rt-columns"><figcaption class="rt-label">{words(title)}'
        f'<span class="rt-most">highest: {highest:,}</span></figcaption>'
        f'<ol aria-label="{words(title)}">{bars}</ol></figure>'
    )


def _named(periods: Sequence[str]) -> dict[str, str]:
    """The periods whose names stand below their columns: round years, or Januaries as their year; and the first."""
    if len(periods[0]) > len("1974"):
        names = {each: each[:4] for each in periods if each.endswith("-01")}
    else:
        step = next((step for step in _STEPS if len(periods) <= _MOST_NAMES * step), _STEPS[-1])
        names = {each: each for each in periods if int(each) % step == 0}
    if not names.keys() & set(periods[:_APART]):
        first = periods[0]
        names[first] = f"{calendar.month_abbr[int(first[5:])]} {first[:4]}" if first[5:] else first
    return names


def rows(counts: Mapping[str, int], title: str, names: Mapping[str, str] | None = None) -> str:
    """A bar for each kind, with its number.

    Args:
        counts: how many of each kind.
        title: what is counted: the caption.
        names: what to call a kind, where not by itself.
    """
    highest = max(counts.values(), default=0) or 1
    items = "".join(
        f"<li><span>{words((names or {}).get(kind, kind))}</span><span>{count:,}</span>"
        f'<i style="width:{100 * count / highest:.1f}%"></i></li>'
        for kind, count in counts.items()
    )
    caption = f'<figcaption class="rt-label">{words(title)}</figcaption>'
    return f'<figure class="rt-rows">{caption}<ol>{items}</ol></figure>'


def _column(period: str, count: int, highest: int, link: Callable[[str], str] | None, name: str) -> str:
    said = f"{words(period)}: {count:,}"
    bar = f'<i style="height:{100 * count / highest:.1f}%"></i>' if count else ""
    below = f'<small aria-hidden="true">{words(name)}</small>' if name else ""
    if link is None or not count:
        return f'<li title="{said}"><span aria-label="{said}" role="img">{bar}</span>{below}</li>'
    to = words(link(period))
    return f'<li title="{said}"><a href="{to}" data-view="page" aria-label="{said}">{bar}</a>{below}</li>'
