"""Browsing: the cables that meet a selection, a page at a time, and how many there are of each kind.

Counts of a facet leave out what is selected in that facet itself, so that they say what choosing another of its
values would show.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from index.catalog.database import Database
from index.catalog.schema import MEANT, PRESENT
from index.catalog.values import CableSummary
from index.gazetteer import match_key, posts
from index.records import CLASSIFICATIONS

Order = Literal["newest", "oldest", "post", "referred", "best"]
"""`referred`: those that most cables refer to first; `best`: as `Selection.chunks` has them."""

_ORDERS: dict[Order, str] = {
    "newest": "sent DESC, cable.id DESC",
    "oldest": "sent NULLS LAST, cable.id",
    "post": "origin, sent, cable.id",
    "referred": "(SELECT count(*) FROM reference WHERE target = cable.match) DESC, sent DESC, cable.id DESC",
    "best": "place",
}
_YEARS_BY_MONTH = 4
"""Spans of up to so many years are counted by month, longer ones by year."""


@dataclass(frozen=True, slots=True)
class Selection:
    """What the browsed cables must be. Within a field any value will do; between fields all must hold.

    `chunks` are numbers of chunks, best first: only their cables count (None: all). `refers` asks for cables with
    references, or without any. Days are both included.
    """

    since: date | None = None
    until: date | None = None
    posts: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    classifications: tuple[str, ...] = ()
    captions: tuple[str, ...] = ()
    refers: bool | None = None
    chunks: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True)
class Counts:
    """How many cables of each kind, the most first; `dates` by month (`1974-03`) or year (`1974`), in order."""

    cables: int = 0
    dates: dict[str, int] = field(default_factory=dict)
    posts: dict[str, int] = field(default_factory=dict)
    countries: dict[str, int] = field(default_factory=dict)
    tags: dict[str, int] = field(default_factory=dict)
    classifications: dict[str, int] = field(default_factory=dict)
    captions: dict[str, int] = field(default_factory=dict)
    refers: dict[bool, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Listed:
    """A cable in a list: its head, its captions and TAGS, and how many cables here refer to it."""

    cable: CableSummary
    captions: tuple[str, ...]
    tags: tuple[str, ...]
    referred: int


_COLUMNS = "cable_id, origin, sent, subject, classification"


class Browsing(Database):
    """Lists and counts of cables."""

    def listed(self, selection: Selection, *, order: Order = "newest", start: int = 0, most: int = 25) -> list[Listed]:
        """The cables of a selection from place `start` on, at most `most` of them."""
        where, values = _where(selection)
        chosen = self._db.execute(
            f"SELECT cable.id FROM cable {_join(selection)} WHERE {where} ORDER BY {_ORDERS[order]} LIMIT ? OFFSET ?",
            [*values, most, start],
        )
        keys = [key for (key,) in chosen]
        rows = self._db.execute(
            f"SELECT cable.id, {_COLUMNS}, (SELECT count(*) FROM reference CROSS JOIN cable AS citing "
            "ON citing.id = reference.cable WHERE target = cable.match AND citing.ready = 1) "
            "FROM json_each(?) AS given CROSS JOIN cable ON cable.id = given.value ORDER BY given.key",
            (json.dumps(keys),),
        ).fetchall()
        captions, tags = self._words("caption", keys, "AND printed"), self._words("tag", keys)
        return [
            Listed(CableSummary(*row[1:6]), tuple(captions.get(row[0], ())), tuple(tags.get(row[0], ())), row[6])
            for row in rows
        ]

    def _words(self, table: str, keys: Sequence[int], condition: str = "") -> dict[int, list[str]]:
        found: dict[int, list[str]] = {}
        sql = f"SELECT cable, {table} FROM {table} WHERE cable IN (SELECT value FROM json_each(?)) {condition}"
        for key, word in self._db.execute(sql, (json.dumps(keys),)):
            found.setdefault(key, []).append(word)
        return found

    def counts(self, selection: Selection) -> Counts:
        """How many cables of each kind a selection holds."""
        by_level = self._count("classification", selection, "classifications", "AND classification IS NOT NULL")
        refers = self._count("refers", selection, "refers")
        return Counts(
            cables=sum(self._count("ready", selection).values()),
            dates=self._dates(selection),
            posts=self._count("origin", selection, "posts"),
            countries=_by_country(self._count("origin", selection, "countries")),
            tags=self._count("tag", selection, "tags", table="tag"),
            classifications={level: by_level[level] for level in CLASSIFICATIONS if level in by_level},
            captions=self._count("caption", selection, "captions", "AND printed", table="caption"),
            refers={bool(value): count for value, count in refers.items()},
        )

    def _count(
        self, what: str, selection: Selection, but: str = "", condition: str = "", *, table: str = ""
    ) -> dict[str, int]:
        """Cables by `what`, the most first; the selection's field `but` is left out."""
        where, values = _where(selection, but)
        kinds = f"JOIN {table} AS kind ON kind.cable = cable.id" if table else ""
        rows = self._db.execute(
            f"SELECT {f'kind.{what}' if table else what}, count(*) FROM cable {kinds} {_join(selection)} "
            f"WHERE {where} {condition} GROUP BY 1 ORDER BY 2 DESC, 1",
            values,
        )
        return dict(rows.fetchall())

    def _dates(self, selection: Selection) -> dict[str, int]:
        """By month where the selected days span a few years, else by year; days selected do count here."""
        where, values = _where(selection)
        first, last = self._db.execute(
            f"SELECT min(sent), max(sent) FROM cable {_join(selection)} WHERE {where}", values
        ).fetchone()
        if not first:
            return {}
        length = 7 if int(last[:4]) - int(first[:4]) < _YEARS_BY_MONTH else 4
        found = self._count(f"substr(sent, 1, {length})", selection, "", "AND sent IS NOT NULL")
        return {period: found.get(period, 0) for period in _periods(first[:length], last[:length])}

    def neighbours(self, cable_id: str) -> tuple[CableSummary | None, CableSummary | None]:
        """The cables of the same post sent before and after this one; None at either end."""
        row = self._db.execute(
            f"SELECT origin, sent, id FROM cable WHERE match = ? AND {PRESENT}", (match_key(cable_id),)
        ).fetchone()
        if row is None or row[1] is None:
            return None, None
        return self._next(row, "<", "DESC"), self._next(row, ">", "ASC")

    def _next(self, row: tuple[str, str, int], sign: str, direction: str) -> CableSummary | None:
        found = self._db.execute(
            f"SELECT {_COLUMNS} FROM cable WHERE origin = ? AND (sent, id) {sign} (?, ?) AND {PRESENT} "
            f"ORDER BY sent {direction}, id {direction} LIMIT 1",
            row,
        ).fetchone()
        return CableSummary(*found) if found else None

    def summaries(self, cable_ids: Iterable[str]) -> dict[str, CableSummary]:
        """The heads of those of the cables that the archive holds, by the ids as they are given."""
        wanted = {match_key(cable_id): cable_id for cable_id in cable_ids}
        rows = self._db.execute(
            f"SELECT match, {_COLUMNS} FROM cable WHERE {PRESENT} AND match IN (SELECT value FROM json_each(?))",
            (json.dumps(list(wanted)),),
        )
        return {wanted[match]: CableSummary(*summary) for match, *summary in rows}

    def links(self, cable_ids: Iterable[str]) -> list[tuple[str, str]]:
        """References that lead from these cables or to them: the id that refers, the id referred to.

        A cable that is not in the archive has the id under which it is referred to.
        """
        wanted = json.dumps([match_key(cable_id) for cable_id in cable_ids])
        chosen = "IN (SELECT value FROM json_each(?))"
        rows = self._db.execute(
            "SELECT DISTINCT citing.cable_id, coalesce(held.cable_id, target) FROM reference "
            "JOIN cable AS citing ON citing.id = reference.cable AND citing.ready = 1 "
            "LEFT JOIN cable AS held ON held.match = target AND held.ready = 1 "
            f"WHERE (target {chosen} OR reference.cable IN (SELECT id FROM cable WHERE match {chosen} AND {PRESENT})) "
            f"AND {MEANT} ORDER BY 1, 2",
            (wanted, wanted),
        )
        return rows.fetchall()


def _where(selection: Selection, but: str = "") -> tuple[str, list[str]]:
    """The condition of a selection, and its values; the field `but` is left out."""
    conditions, values = [PRESENT], _join_values(selection)
    for name, condition, value in _conditions(selection):
        if name != but:
            conditions.append(condition)
            values.append(value)
    return " AND ".join(conditions), values


def _conditions(selection: Selection) -> Iterator[tuple[str, str, str]]:
    if selection.since:
        yield "dates", "sent >= ?", selection.since.isoformat()
    if selection.until:
        yield "dates", "sent <= ?", f"{selection.until.isoformat()}T23:59:59Z"
    for name, column in (("posts", "origin"), ("classifications", "classification")):
        if chosen := getattr(selection, name):
            yield name, f"{column} IN (SELECT value FROM json_each(?))", json.dumps(chosen)
    if selection.countries:
        named = [each.post for each in posts().values() if each.country in selection.countries]
        yield "countries", "origin IN (SELECT value FROM json_each(?))", json.dumps(named)
    for name, table in (("tags", "tag"), ("captions", "caption")):
        if chosen := getattr(selection, name):
            having = f"SELECT cable FROM {table} WHERE {table} IN (SELECT value FROM json_each(?))"
            yield name, f"cable.id IN ({having})", json.dumps(chosen)
    if selection.refers is not None:
        yield "refers", "refers = ?", str(int(selection.refers))


def _join(selection: Selection) -> str:
    """Where only the cables of some chunks count: their numbers, with the place of the best chunk of each."""
    if selection.chunks is None:
        return ""
    return (
        "JOIN (SELECT paragraph.cable AS holder, min(given.key) AS place FROM json_each(?) AS given "
        "JOIN chunk ON chunk.id = given.value JOIN paragraph ON paragraph.id = chunk.paragraph GROUP BY 1) "
        "ON holder = cable.id"
    )


def _join_values(selection: Selection) -> list[str]:
    return [] if selection.chunks is None else [json.dumps(selection.chunks)]


def _by_country(by_post: dict[str, int]) -> dict[str, int]:
    known, found = posts(), Counter[str]()
    for post, count in by_post.items():
        if post in known and known[post].country:
            found[known[post].country] += count
    return dict(found.most_common())


def _periods(first: str, last: str) -> Iterator[str]:
    """Every year or month from the first to the last: a gap in an archive is seen as a gap."""
    if len(first) == len("1974"):
        yield from (str(year) for year in range(int(first), int(last) + 1))
        return
    months = range(int(first[:4]) * 12 + int(first[5:]) - 1, int(last[:4]) * 12 + int(last[5:]))
    yield from (f"{month // 12:04d}-{month % 12 + 1:02d}" for month in months)
