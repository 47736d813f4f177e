"""What a reader browses: a selection, the words searched for, the order, the page. All of it stands in the address."""

import calendar
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final, Self, cast, get_args
from urllib.parse import urlencode

from index.catalog import Selection
from index.catalog.browsing import Order
from ui.place import CABLES

PAGE_SIZE: Final = 25
"""Cables on a page."""

FACETS: Final = ("countries", "posts", "tags", "classifications", "captions")
"""The fields of a selection in which values are chosen, as they stand in the address."""

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True, slots=True)
class Browse:
    """A view of the archive. `page` counts from 1; `all_of` names the facet that is shown whole."""

    chosen: Selection = field(default_factory=Selection)
    words: str = ""
    order: Order | None = None
    page: int = 1
    all_of: str = ""

    @classmethod
    def from_link(cls, parameters: Mapping[str, Sequence[str]]) -> Self:
        """The view that an address names; what it says that cannot be is passed over."""
        last = {name: values[-1] for name, values in parameters.items() if values}
        lists: dict[str, Any] = {name: tuple(dict.fromkeys(parameters.get(name, ()))) for name in FACETS}
        refers = {"yes": True, "no": False}.get(last.get("refers", ""))
        order, page = last.get("order"), last.get("page", "")
        return cls(
            Selection(_day(last.get("since")), _day(last.get("until")), **lists, refers=refers),
            words=last.get("words", "").strip()[:200],
            order=cast(Order, order) if order in get_args(Order) else None,
            page=int(page) if re.fullmatch("[1-9][0-9]{0,5}", page) else 1,
            all_of=name if (name := last.get("all", "")) in FACETS else "",
        )

    @property
    def sorted_by(self) -> Order:
        """The order in force: what was chosen, else the best first where words were searched for, else the newest."""
        if self.order == "best" and not self.words:
            return "newest"
        return self.order or ("best" if self.words else "newest")

    @property
    def start(self) -> int:
        """Place of the first cable of the page in the list, from 0."""
        return (self.page - 1) * PAGE_SIZE

    def link(self) -> str:
        """The address of this view."""
        chosen, parameters = self.chosen, {}
        if self.words:
            parameters["words"] = [self.words]
        for name in ("since", "until"):
            if day := getattr(chosen, name):
                parameters[name] = [day.isoformat()]
        parameters |= {name: list(getattr(chosen, name)) for name in FACETS}
        if chosen.refers is not None:
            parameters["refers"] = ["yes" if chosen.refers else "no"]
        if self.order:
            parameters["order"] = [self.order]
        if self.page > 1:
            parameters["page"] = [str(self.page)]
        if self.all_of:
            parameters["all"] = [self.all_of]
        given = {name: each for name, each in parameters.items() if each}
        return f"{CABLES}?{urlencode(given, doseq=True, errors='replace')}".removesuffix("?")

    def toggled(self, facet: str, value: str) -> Self:
        """The same with a value of a facet chosen, or no longer chosen."""
        before: tuple[str, ...] = getattr(self.chosen, facet)
        after = tuple(each for each in before if each != value) if value in before else (*before, value)
        given: dict[str, Any] = {facet: after}
        return replace(self, chosen=replace(self.chosen, **given), page=1, all_of="")

    def referring(self, refers: bool | None) -> Self:
        """The same, of cables with references only, or without; None for either."""
        return replace(self, chosen=replace(self.chosen, refers=refers), page=1)

    def within(self, period: str) -> Self:
        """The same within a year (`1974`) or a month (`1974-03`); without days for an empty one."""
        if not period:
            return replace(self, chosen=replace(self.chosen, since=None, until=None), page=1)
        year, month = int(period[:4]), int(period[5:7] or 0)
        last = calendar.monthrange(year, month or 12)[1]
        days = date(year, month or 1, 1), date(year, month or 12, last)
        return replace(self, chosen=replace(self.chosen, since=days[0], until=days[1]), page=1)

    def on_page(self, page: int) -> Self:
        """The same on another page."""
        return replace(self, page=page)

    def ordered(self, order: Order) -> Self:
        """The same in another order."""
        return replace(self, order=order, page=1)

    def searching(self, text: str) -> Self:
        """The same for other words."""
        return replace(self, words=text.strip(), page=1, order=None)

    def showing_all(self, facet: str) -> Self:
        """The same with every value of a facet listed."""
        return replace(self, all_of=facet)


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text and _DAY.fullmatch(text) else None
    except ValueError:
        return None
