"""A view of the archive -> safe HTML: facets, the list, the pages. Everything to choose is a link: see `ui.browse`."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from index import gazetteer
from index.catalog import Counts, Listed
from index.catalog.browsing import Order
from ui.browse import FACETS, PAGE_SIZE, Browse
from ui.place import link
from ui.render import bars
from ui.render.safe import one_line, words
from ui.render.text import long_day

TITLES: Final = {
    "countries": "Country", "posts": "Post", "tags": "TAGS", "classifications": "Classification", "captions": "Caption",
}  # fmt: skip
ORDERS: Final[dict[Order, str]] = {
    "best": "best match", "newest": "newest", "oldest": "oldest", "post": "post", "referred": "most referred to",
}  # fmt: skip
_FEW: Final = 7


def histogram(view: Browse, counts: Counts) -> str:
    """How many cables were sent when; a bar leads to its year or month."""
    period = "month" if any("-" in each for each in counts.dates) else "year"
    return bars.columns(counts.dates, f"Cables by {period}", lambda each: view.within(each).link())


def facets(view: Browse, counts: Counts) -> str:
    """Every kind with its values and their counts, the chosen ones first."""
    found = "".join(_facet(view, name, getattr(counts, name)) for name in FACETS)
    refers = "".join(
        _choice(view.referring(None if view.chosen.refers is value else value), said, counts.refers.get(value, 0),
                is_chosen=view.chosen.refers is value)
        for value, said in ((True, "with references"), (False, "without"))
    )  # fmt: skip
    refers = _titled("References", refers) if counts.cables else ""
    return f'<nav class="rt-facets" aria-label="Narrow the list">{found}{refers}</nav>'


def chosen(view: Browse) -> str:
    """What the list is narrowed to, each a link that removes it."""
    picked = view.chosen
    chips = [_chip(view.searching(""), f"“{view.words}”")] if view.words else []
    if picked.since or picked.until:
        days = " to ".join(long_day(each) or "…" for each in (picked.since, picked.until))
        chips.append(_chip(view.within(""), days))
    for name in FACETS:
        chips += [_chip(view.toggled(name, value), name_of(name, value)) for value in getattr(picked, name)]
    if picked.refers is not None:
        chips.append(_chip(view.referring(None), "with references" if picked.refers else "without references"))
    return f'<ul class="rt-limits" aria-label="Narrowed to">{"".join(chips)}</ul>' if chips else ""


def head(view: Browse, counts: Counts) -> str:
    """How many there are, and the orders to choose from."""
    offered = [order for order in ORDERS if order != "best" or view.words]
    orders = " ".join(
        f'<a href="{words(view.ordered(order).link())}" data-view="page"'
        f"{_current(order == view.sorted_by)}>{ORDERS[order]}</a>"
        for order in offered
    )
    return (
        f'<div class="rt-listhead"><h2>{counts.cables:,} {"cable" if counts.cables == 1 else "cables"}</h2>'
        f'<p aria-label="Order">{orders}</p></div>'
    )


def listed(cables: Sequence[Listed], address: Callable[[str], str] = link) -> str:
    """Cables as a list; `address` makes the link of each from its id."""
    return f'<ol class="rt-list">{"".join(_listed(each, address(each.cable.cable_id)) for each in cables)}</ol>'


def most(view: Browse, counts: Counts) -> str:
    """The posts and TAGS that most cables have, each a link to those."""
    found = "".join(_facet(view, name, getattr(counts, name), few=5) for name in ("posts", "tags"))
    return f'<nav class="rt-facets rt-glance" aria-label="What the archive holds">{found}</nav>'


def referred(cables: Sequence[Listed]) -> str:
    """The cables that most others refer to, in short."""
    items = "".join(
        f'<li><a href="{words(link(each.cable.cable_id))}" data-view="page">{words(each.cable.cable_id)}</a> '
        f'<span dir="auto">{words(one_line(each.cable.subject or "")[:120])}</span></li>'
        for each in cables
    )
    title = '<h2 class="rt-label">Most referred to</h2>'
    return f'<nav aria-label="Most referred to">{title}<ul class="rt-cables">{items}</ul></nav>' if items else ""


def pages(view: Browse, counts: Counts) -> str:
    """Links to the page before, the next, the first and the last."""
    last = -(-counts.cables // PAGE_SIZE)
    if last <= 1:
        return ""
    steps = (("First", 1), ("Previous", view.page - 1), ("Next", view.page + 1), ("Last", last))
    links = "".join(
        f'<a href="{words(view.on_page(page).link())}" data-view="page">{name}</a>'
        if 1 <= page <= last and page != view.page
        else f"<span>{name}</span>"
        for name, page in steps
    )
    return f'<nav class="rt-pages" aria-label="Pages">{links}<span>Page {view.page:,} of {last:,}</span></nav>'


def name_of(facet: str, value: str) -> str:
    """What a value is called: a post by its place, a TAG with its meaning."""
    if facet == "posts" and (post := gazetteer.posts().get(value)):
        return post.name
    if facet == "tags" and (tag := gazetteer.tag(value)):
        return f"{value} · {tag.meaning}"
    return value if facet in ("tags", "captions", "countries", "posts") else value.capitalize()


def _facet(view: Browse, name: str, counts: Mapping[str, int], *, few: int = _FEW) -> str:
    picked: tuple[str, ...] = getattr(view.chosen, name)
    ranked = [*picked, *(value for value in counts if value not in picked)]
    shown = ranked if view.all_of == name else ranked[: max(few, len(picked))]
    items = "".join(
        _choice(view.toggled(name, each), name_of(name, each), counts.get(each, 0), is_chosen=each in picked)
        for each in shown
    )
    if len(ranked) > len(shown):
        more = words(view.showing_all(name).link())
        items += f'<li><a class="rt-more" href="{more}" data-view="page">all {len(ranked):,}</a></li>'
    elif view.all_of == name:
        fewer = words(replace(view, all_of="").link())
        items += f'<li><a class="rt-more" href="{fewer}" data-view="page">fewer</a></li>'
    return _titled(TITLES[name], items) if items else ""


def _titled(title: str, items: str) -> str:
    return f'<section><h2 class="rt-label">{title}</h2><ul>{items}</ul></section>'


def _choice(to: Browse, said: str, count: int, *, is_chosen: bool) -> str:
    sign = '<span class="rt-check" aria-hidden="true">✓</span>' if is_chosen else ""
    return (
        f'<li><a href="{words(to.link())}" data-view="page" title="{words(one_line(said))}"'
        f"{' aria-current=true' if is_chosen else ''}>{sign}<span>{words(one_line(said))}</span>"
        f'<span class="rt-number">{count:,}</span></a></li>'
    )


def _chip(without: Browse, said: str) -> str:
    return (
        f'<li><a href="{words(without.link())}" data-view="page" aria-label="Remove {words(one_line(said))}">'
        f'{words(one_line(said))} <span aria-hidden="true">×</span></a></li>'
    )


def _listed(each: Listed, address: str) -> str:
    cable = each.cable
    marks = " // ".join(part for part in (cable.classification or "", *each.captions) if part)
    referred = f"referred to by {each.referred:,}" if each.referred else ""
    foot = " · ".join(part for part in (", ".join(each.tags), referred) if part)
    return (
        f'<li><a class="rt-entry" href="{words(address)}" data-view="page">'
        f'<span class="rt-where">{words(cable.cable_id)}</span><span class="rt-about">'
        f"{words(long_day(cable.sent) or 'undated')} · {words(name_of('posts', cable.origin))}</span>"
        f'<span class="rt-subject" dir="auto">{words(one_line(cable.subject or "No subject")[:300])}</span>'
        f'<span class="rt-about">{words(marks)}{" · " if marks and foot else ""}{words(foot)}</span></a></li>'
    )


def _current(is_current: bool) -> str:
    return ' aria-current="true"' if is_current else ""
