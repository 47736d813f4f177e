"""What cables can be filtered by: one meaning for the catalog, which is believed, and for Tantivy, which is fast.

A condition names a field and the values of which any will do: `posts`, `tags`, `classifications`,
`captions`, `signers`, `addressees`, `matches` (cables, by `match_key`), and those of BY_CATALOG. Two more are
made of these: `countries` (codes as TAGS write them: its posts, or its TAG) and `cables` (ids in any name of the post).
`lacking` names parts of a head that must all be missing: `captions`, `signers`, `tags`, `references`,
`info_addressees`, `precedences`, `classifications`, `subjects`, `days`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from index.gazetteer import canonical_post, match_key, posts
from index.records import Header

BY_CATALOG = ("precedences", "action_addressees", "info_addressees", "lacking")
"""Fields by which the catalog alone can choose."""

Values = Mapping[str, Sequence[str]]
"""Values by field; a cable that has one of them, in whichever field, will do."""


@dataclass(frozen=True, slots=True)
class Conditions:
    """All that a cable must meet. Days are those of sending, from 0 to 24 h UTC, both included."""

    since: date | None
    until: date | None
    groups: tuple[Values, ...]


def to_conditions(since: date | None = None, until: date | None = None, **wanted: Sequence[str]) -> Conditions:
    """Conditions from filters as they are set; an empty one asks for nothing."""
    return Conditions(since, until, tuple(group for name, values in wanted.items() for group in _groups(name, values)))


def _groups(name: str, values: Sequence[str]) -> Iterator[Values]:
    """One group for a field with values; of what is to be missing one each, for all of it must be."""
    if name == "lacking":
        yield from ({name: [value]} for value in values)
    elif values:
        yield _group(name, values)


def _group(name: str, values: Sequence[str]) -> Values:
    if name == "countries":
        return {"posts": [each.post for each in posts().values() if each.geo_tag in values], "tags": values}
    if name == "cables":
        return {"matches": [match_key(each) for each in values]}
    return {name: values}


def marks_of(header: Header) -> dict[str, list[str]]:
    """What a cable has in each field."""
    return {
        "matches": [match_key(header.cable_id)],
        "posts": [header.origin],
        "tags": list(header.tags),
        "classifications": [header.classification] if header.classification else [],
        "captions": list(header.captions),
        "signers": [name for role, name in parties_of(header) if role == "signer"],
        "addressees": [name for role, name in parties_of(header) if role != "signer"],
    }


def parties_of(header: Header) -> Iterator[tuple[str, str]]:
    """Who signed, by surname, and to whom it went (`to`, `info`): posts as ids name them, others as printed."""
    if header.signer and header.signer.split():
        yield "signer", header.signer.upper().split()[-1]
    for role, addressees in (("to", header.to), ("info", header.info)):
        for each in addressees:
            yield role, canonical_post(each.name) or each.name.upper()
