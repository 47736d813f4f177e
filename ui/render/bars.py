"""Numbers as bars: a column for each period, a row for each kind. Plain HTML, so every bar is a link and is read aloud.

See `ui.render.answers` for what makes it safe.
"""

from collections.abc import Callable, Mapping

from ui.render.safe import words


def columns(counts: Mapping[str, int], title: str, link: Callable[[str], str] | None = None) -> str:
    """A histogram over periods in order; the first, the last and the highest are written out.

    Args:
        counts: how many of each period, gaps included.
        title: what is counted: the caption.
        link: the address that a period leads to.
    """
    if not counts:
        return ""
    highest = max(counts.values()) or 1
    bars = "".join(_column(period, count, highest, link) for period, count in counts.items())
    first, last = next(iter(counts)), list(counts)[-1]
    ends = f"<span>{words(first)}</span>" + (f"<span>{words(last)}</span>" if last != first else "")
    return (
        f'<figure class="rt-columns"><figcaption class="rt-label">{words(title)}'
        f'<span class="rt-most">at most {highest:,}</span></figcaption>'
        f'<ol aria-label="{words(title)}">{bars}</ol><p class="rt-axis" aria-hidden="true">{ends}</p></figure>'
    )


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


def _column(period: str, count: int, highest: int, link: Callable[[str], str] | None) -> str:
    said = f"{words(period)}: {count:,}"
    bar = f'<i style="height:{100 * count / highest:.1f}%"></i>'
    if link is None or not count:
        return f'<li title="{said}"><span aria-label="{said}" role="img">{bar}</span></li>'
    return f'<li title="{said}"><a href="{words(link(period))}" data-view="page" aria-label="{said}">{bar}</a></li>'
