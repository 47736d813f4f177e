"""The thread of a cable: what it refers to, what refers to it, and so on, as far as a page can show."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from index.catalog import CableSummary, Catalog

MOST: Final = 40
"""Cables in a thread; what lies farther away is left out, and the page says so."""


@dataclass(frozen=True, slots=True)
class Thread:
    """Cables and the references between them, the ids by date, those without one last.

    Ids that `heads` lacks are of cables that the archive does not hold. `is_cut` says that more hang on it.
    """

    cable_id: str
    ids: tuple[str, ...]
    links: tuple[tuple[str, str], ...]
    heads: Mapping[str, CableSummary]
    is_cut: bool = False


def thread_of(catalog: Catalog, cable_id: str, most: int = MOST) -> Thread:
    """The thread that a cable hangs in, the nearest cables first until there are `most`."""
    ids, links, edge, is_cut = {cable_id: 0}, set[tuple[str, str]](), [cable_id], False
    while edge:
        found = catalog.links(edge)
        links.update(found)
        near = [end for link in found for end in link if end not in ids]
        new = list(dict.fromkeys(near))[: most - len(ids)]
        is_cut = is_cut or len(set(near)) > len(new)
        ids |= dict.fromkeys(new, 1)
        edge = list(catalog.summaries(new))
    heads = catalog.summaries(ids)
    by_date = sorted(ids, key=lambda each: ((heads[each].sent if each in heads else None) or "9", each))
    kept = tuple(sorted(link for link in links if link[0] in ids and link[1] in ids))
    return Thread(cable_id, tuple(by_date), kept, heads, is_cut)
