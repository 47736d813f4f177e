"""Where in a cable a reader stands: made from a citation, a passage, a click or a link."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Self
from urllib.parse import urlencode

from index.catalog import Catalog
from index.records import Cable, paragraph_label
from qa.filters import to_filters
from qa.records import Citation, Filters, Passage

ASK, CABLES, THREADS, INDEX, EVALUATION = "", "cables", "threads", "index", "evaluation"
"""The path of each view, as the address has it."""

_NUMBER = re.compile("[0-9]{1,9}")


@dataclass(frozen=True, slots=True)
class Place:
    """A paragraph of a cable, and the words in it that are meant (none where `end` is 0).

    `ordinal` is None where the whole cable is meant.
    """

    cable_id: str
    ordinal: int | None = None
    start: int = 0
    end: int = 0

    @classmethod
    def of(cls, source: Citation | Passage) -> Self:
        """Where a citation or a passage points."""
        if isinstance(source, Citation):
            return cls(source.cable_id, source.ordinal, source.start, source.end)
        return cls(source.cable_id, source.ordinal)

    @classmethod
    def from_click(cls, sent: object) -> Self | None:
        """The place in a message from the browser; None for anything that is not one."""
        if not isinstance(sent, Mapping) or not isinstance(cable_id := sent.get("cable"), str) or not cable_id:
            return None
        ordinal = sent.get("ordinal")
        return cls(
            cable_id,
            ordinal if isinstance(ordinal, int) else None,
            *(value if isinstance(value := sent.get(name), int) and value > 0 else 0 for name in ("start", "end")),
        )


def link(cable_id: str, ordinal: int | None = None, number: int | None = None, label: str = "") -> str:
    """The link that opens a cable at a paragraph: `?cable=07ASTANA3162&paragraph=2`.

    The printed number says which paragraph; the ordinal is added where that is not enough
    (a number printed twice, an unnumbered paragraph, the header).
    """
    parameters: dict[str, str | int] = {"cable": cable_id}
    if number is not None:
        parameters["paragraph"] = number
    if ordinal is not None and label != f"¶{number}":
        parameters["ordinal"] = ordinal
    return "?" + urlencode(parameters, errors="replace")


def ask_link(
    question: str, filters: Filters | None = None, ignore: Sequence[str] = (), *, literally: bool = False
) -> str:
    """The link that asks a question, with the filters set: `?ask=Who+chaired+it%3F&posts=ASTANA`.

    `ignore` are the texts of clues that shall not count, as `without`; `literally` reads it by itself.
    """
    given = {name: value for name, value in (filters or Filters()).to_dict().items() if value}
    given |= {"without": list(ignore)} if ignore else {}
    given |= {"literally": "1"} if literally else {}
    return "?" + urlencode({"ask": question, **given}, doseq=True, errors="replace")


def filters_asked(catalog: Catalog, parameters: Mapping[str, Sequence[str]]) -> Filters:
    """The filters that such a link sets.

    Raises:
        QueryError: a day that is none, or a name that is not known.
    """
    given: dict[str, Any] = {each.name: parameters[each.name] for each in fields(Filters) if parameters.get(each.name)}
    days = {name: given[name][-1] for name in ("since", "until") if name in given}
    return to_filters(catalog, **(given | days))


def thread_link(cable_id: str) -> str:
    """The link that opens the thread of a cable."""
    return "?" + urlencode({"thread": cable_id}, errors="replace")


def link_to(source: Citation | Passage) -> str:
    """The link that opens the paragraph of a citation or a passage."""
    return link(source.cable_id, source.ordinal, source.number, source.label)


def ordinal_asked(cable: Cable, parameters: Mapping[str, Any]) -> int | None:
    """The ordinal that a link asks for, by `ordinal` or by the printed number; None if the cable has no such."""
    given = {name: str(parameters.get(name, "")) for name in ("ordinal", "paragraph")}
    asked = {name: int(value) for name, value in given.items() if _NUMBER.fullmatch(value)}
    for paragraph in cable.citable():
        if paragraph.ordinal == asked.get("ordinal", -1):
            return paragraph.ordinal
    if "ordinal" in asked:
        return None
    wanted = asked.get("paragraph", -1)
    return next((each.ordinal for each in cable.paragraphs if each.number == wanted), None)


def place_label(cable: Cable, ordinal: int) -> str:
    """How the paragraph of that ordinal is named: `¶2 (second)`."""
    return next((paragraph_label(each, cable.paragraphs) for each in cable.citable() if each.ordinal == ordinal), "")
