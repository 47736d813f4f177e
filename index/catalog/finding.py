"""Finding: which chunks meet a condition, which paragraph and cable a chunk belongs to, and counts over all.

`CROSS JOIN` is SQLite's way of saying in which order tables are gone through: what a search found comes first, for the
planner, which knows no counts, would rather look at every cable that is ready.
"""

import json
from collections.abc import Collection
from datetime import date

from index.catalog.database import Database
from index.catalog.schema import MEANT, PRESENT
from index.catalog.values import CableSummary, Facets, Found, Group
from index.conditions import Conditions
from index.gazetteer import match_key
from index.records import HEADER_ORDINAL


class Finding(Database):
    """What the question side asks before it reads a cable."""

    def places_of(self, chunk_ids: Collection[int]) -> dict[int, tuple[int, int]]:
        """The numbers of paragraph and cable of each chunk, for those chunks that belong to a ready cable."""
        rows = self._db.execute(
            "SELECT chunk.id, paragraph, cable.id FROM chunk CROSS JOIN cable ON cable.id = chunk.cable "
            f"WHERE {PRESENT} AND chunk.id IN {_LISTED}",
            (json.dumps(list(chunk_ids)),),
        )
        return {chunk: (paragraph, cable) for chunk, paragraph, cable in rows}

    def found(self, paragraph_ids: Collection[int]) -> dict[int, Found]:
        """These paragraphs with the heads of their cables, by paragraph number."""
        rows = self._db.execute(
            "SELECT paragraph.id, cable_id, origin, sent, subject, classification, ordinal, paragraph.number, "
            "(SELECT count(*) FROM paragraph AS twin WHERE twin.cable = paragraph.cable "
            " AND twin.number = paragraph.number AND twin.ordinal <= paragraph.ordinal), text "
            "FROM paragraph CROSS JOIN cable ON cable.id = paragraph.cable "
            f"WHERE {PRESENT} AND paragraph.id IN {_LISTED}",
            (json.dumps(list(paragraph_ids)),),
        )
        return {row[0]: Found(row[0], CableSummary(*row[1:6]), *row[6:]) for row in rows}

    def paragraphs_of(self, cable_ids: Collection[str], conditions: Conditions) -> dict[int, int]:
        """The numbers of all citable paragraphs of these cables, as far as they pass, and of the cable of each."""
        if not cable_ids:
            return {}
        where, values = _where(conditions)
        rows = self._db.execute(
            "SELECT paragraph.id, cable.id FROM paragraph JOIN cable ON cable.id = paragraph.cable "
            f"WHERE match IN {_LISTED} AND {where} ORDER BY cable_id, ordinal",
            (json.dumps([match_key(cable_id) for cable_id in cable_ids]), *values),
        )
        return dict(rows.fetchall())

    def headers_of(self, cables: Collection[int]) -> dict[int, int]:
        """The number of the paragraph that is the header, by the number of the cable."""
        rows = self._db.execute(
            f"SELECT cable, id FROM paragraph WHERE ordinal = {HEADER_ORDINAL} "
            "AND cable IN (SELECT value FROM json_each(?))",
            (json.dumps(list(cables)),),
        )
        return dict(rows.fetchall())

    def of_one_paragraph(self, cables: Collection[int]) -> set[int]:
        """Those of the cables, by number, whose text is one paragraph."""
        rows = self._db.execute(
            "SELECT value FROM json_each(?) "
            "WHERE NOT EXISTS (SELECT 1 FROM paragraph WHERE cable = value AND ordinal > 1)",
            (json.dumps(list(cables)),),
        )
        return {cable for (cable,) in rows}

    def linked(self, cables: Collection[int], at_most: int) -> list[tuple[int, int]]:
        """Pairs of one of these cables, by number, and one that it refers to or that refers to it.

        Args:
            at_most: stop after so many: some instructions are referred to by thousands.
        """
        listed = json.dumps(list(cables))
        rows = self._db.execute(
            "SELECT reference.cable, other.id FROM reference CROSS JOIN cable AS other ON other.match = target "
            f"WHERE reference.cable IN {_LISTED} AND other.ready = 1 AND {MEANT} "
            "UNION ALL SELECT other.id, cable.id FROM cable AS other CROSS JOIN reference ON target = other.match "
            "CROSS JOIN cable ON cable.id = reference.cable "
            f"WHERE other.id IN {_LISTED} AND {PRESENT} AND {MEANT} LIMIT ?",
            (listed, listed, at_most),
        )
        return rows.fetchall()

    def select(self, conditions: Conditions, among: Collection[int] | None = None, *, at_most: int = -1) -> set[int]:
        """The numbers of the chunks whose cable meets all conditions.

        Args:
            among: the only chunks that count; None for all.
            at_most: stop after so many.
        """
        where, values = _where(conditions)
        tables = "cable CROSS JOIN chunk ON chunk.cable = cable.id"
        if among is not None:
            tables = (
                "json_each(?) AS found CROSS JOIN chunk ON chunk.id = value CROSS JOIN cable ON cable.id = chunk.cable"
            )
            values = [json.dumps(list(among)), *values]
        rows = self._db.execute(f"SELECT chunk.id FROM {tables} WHERE {where} LIMIT ?", (*values, at_most))
        return {chunk for (chunk,) in rows}

    def select_cables(self, conditions: Conditions) -> dict[int, str]:
        """The cables that meet all conditions, by number, in the order of sending; those without a day come last."""
        where, values = _where(conditions)
        rows = self._db.execute(
            f"SELECT id, cable_id FROM cable WHERE {where} ORDER BY sent NULLS LAST, cable_id", values
        )
        return dict(rows.fetchall())

    def grouped(self, by: str, cables: Collection[int]) -> dict[str, Group]:
        """How many of these cables have what of one kind, the most first. One may be in several groups, or in none.

        Args:
            by: a key of KINDS.
        """
        kind, joined, condition = _kind(by)
        rows = self._db.execute(
            f"SELECT {kind}, count(DISTINCT cable.id), min(coalesce(sent, '9') || ' ' || cable.id) "
            f"FROM json_each(?) AS given CROSS JOIN cable ON cable.id = given.value {joined} "
            f"WHERE {kind} IS NOT NULL {condition} GROUP BY 1 ORDER BY 2 DESC, 1",
            (json.dumps(list(cables)),),
        )
        return {name: Group(count, int(first.split()[-1])) for name, count, first in rows}

    def in_group(self, by: str, name: str, cables: Collection[int], most: int) -> list[int]:
        """The first of these cables that are in a group, by number, in the order of sending."""
        kind, joined, condition = _kind(by)
        rows = self._db.execute(
            f"SELECT DISTINCT cable.id, sent FROM json_each(?) AS given "
            f"CROSS JOIN cable ON cable.id = given.value {joined} "
            f"WHERE {kind} = ? {condition} ORDER BY sent NULLS LAST, cable_id LIMIT ?",
            (json.dumps(list(cables)), name, most),
        )
        return [cable for cable, _ in rows]

    def count_undated(self, cables: Collection[int]) -> int:
        """How many of these cables have no day."""
        (count,) = self._db.execute(
            "SELECT count(*) FROM json_each(?) AS given CROSS JOIN cable ON cable.id = given.value WHERE sent IS NULL",
            (json.dumps(list(cables)),),
        ).fetchone()
        return int(count)

    def addressees_called(self, words: Collection[str]) -> list[str]:
        """The addressees, as heads print them, whose names begin with one of these words: `DEA` of `DEA HQS WASHDC`."""
        rows = self._db.execute(
            "SELECT DISTINCT name FROM json_each(?) AS given CROSS JOIN party ON role IN ('to', 'info') "
            "AND name >= given.value AND name < given.value || ' ~' CROSS JOIN cable ON cable.id = party.cable "
            f"WHERE (name = given.value OR name LIKE given.value || ' %') AND {PRESENT}",
            (json.dumps([word.upper() for word in words]),),
        )
        return [name for (name,) in rows]

    def passing(self, conditions: Conditions, cables: Collection[int]) -> set[int]:
        """Those of the cables, by number, that meet all conditions."""
        where, values = _where(conditions)
        rows = self._db.execute(
            f"SELECT cable.id FROM json_each(?) AS found CROSS JOIN cable ON cable.id = found.value WHERE {where}",
            (json.dumps(list(cables)), *values),
        )
        return {cable for (cable,) in rows}

    def chunks_by_cable(self) -> dict[str, list[int]]:
        """The numbers of the chunks of every ready cable."""
        rows = self._db.execute(
            "SELECT cable_id, json_group_array(chunk.id) FROM cable JOIN paragraph ON paragraph.cable = cable.id "
            f"JOIN chunk ON chunk.paragraph = paragraph.id WHERE {PRESENT} GROUP BY cable.id"
        )
        return {cable_id: sorted(json.loads(chunks)) for cable_id, chunks in rows}

    def chunks_among(self, chunk_ids: Collection[int]) -> dict[str, list[int]]:
        """The numbers of all chunks of the ready cables that have one of these."""
        rows = self._db.execute(
            "SELECT cable_id, json_group_array(chunk.id) FROM chunk JOIN cable ON cable.id = chunk.cable "
            f"WHERE {PRESENT} AND cable.id IN (SELECT cable FROM chunk WHERE id IN {_LISTED}) GROUP BY cable.id",
            (json.dumps(list(chunk_ids)),),
        )
        return {cable_id: sorted(json.loads(chunks)) for cable_id, chunks in rows.fetchall()}

    def spans_of(self, chunk_ids: Collection[int]) -> list[tuple[int, int, int]]:
        """Ordinal of its paragraph, start and end of each chunk, by its number."""
        rows = self._db.execute(
            'SELECT ordinal, chunk.start, chunk."end" FROM chunk JOIN paragraph ON paragraph.id = chunk.paragraph '
            f"WHERE chunk.id IN {_LISTED} ORDER BY chunk.id",
            (json.dumps(list(chunk_ids)),),
        )
        return rows.fetchall()

    def facets(self) -> Facets:
        """Counts over the whole archive."""
        cables, first, last = self._db.execute(
            f"SELECT count(*), min(sent), max(sent) FROM cable WHERE {PRESENT}"
        ).fetchone()
        (paragraphs,) = self._db.execute(
            f"SELECT count(*) FROM paragraph JOIN cable ON cable.id = paragraph.cable WHERE {PRESENT} AND ordinal > 0"
        ).fetchone()
        return Facets(
            cables=cables,
            paragraphs=paragraphs,
            first=date.fromisoformat(first[:10]) if first else None,
            last=date.fromisoformat(last[:10]) if last else None,
            posts=self._counts("SELECT origin, count(*) FROM cable WHERE {present} GROUP BY 1 ORDER BY 2 DESC, 1"),
            tags=self._counts(
                "SELECT tag, count(*) FROM tag JOIN cable ON cable.id = tag.cable WHERE {present} "
                "GROUP BY 1 ORDER BY 2 DESC, 1"
            ),
            signers=self._counts(
                "SELECT name, count(*) FROM party JOIN cable ON cable.id = party.cable "
                "WHERE role = 'signer' AND {present} GROUP BY 1 ORDER BY 2 DESC, 1"
            ),
            classifications=self._counts(
                "SELECT classification, count(*) FROM cable WHERE {present} AND classification IS NOT NULL GROUP BY 1"
            ),
            captions=self._counts(
                "SELECT caption, count(*) FROM caption JOIN cable ON cable.id = caption.cable "
                "WHERE printed AND {present} GROUP BY 1 ORDER BY 2 DESC, 1"
            ),
        )

    def revisioned_facets(self) -> Facets:
        """The same, counted once for each revision of the archive."""
        revision = self.revision()
        held = self._facets
        if held is None or held[0] != revision:
            self._facets = held = (revision, self.facets())
        return held[1]

    def _counts(self, sql: str) -> dict[str, int]:
        return dict(self._db.execute(sql.format(present=PRESENT)))


def _where(conditions: Conditions) -> tuple[str, list[str]]:
    """The condition on `cable`, and the values of its placeholders, in their order."""
    since, until = conditions.since, conditions.until
    days = (("sent >= ?", since and since.isoformat()), ("sent <= ?", until and f"{until}T23:59:59Z"))
    looked_up = not (since or until) and any(
        len(group) == 1 and next(iter(group)) in _INDEXED for group in conditions.groups
    )
    # The plus keeps the planner from going through all that is ready where an index leads straight to what is wanted.
    where = [f"+{PRESENT}" if looked_up else PRESENT, *(condition for condition, day in days if day)]
    values = [day for _, day in days if day]
    for group in conditions.groups:
        where.append(f"({' OR '.join(_IN[field] for field in group)})")
        values += [json.dumps(list(wanted)) for wanted in group.values()]
    return " AND ".join(where), values


KINDS = {
    "posts": ("cable.origin", "", ""),
    "signers": ("kind.name", "party", "AND kind.role = 'signer'"),
    "addressees": ("kind.name", "party", "AND kind.role IN ('to', 'info')"),
    "action_addressees": ("kind.name", "party", "AND kind.role = 'to'"),
    "info_addressees": ("kind.name", "party", "AND kind.role = 'info'"),
    "tags": ("kind.tag", "tag", ""),
    "captions": ("kind.caption", "caption", "AND kind.printed"),
    "classifications": ("cable.classification", "", ""),
    "precedences": ("json_extract(cable.header, '$.precedence')", "", ""),
    "years": ("substr(sent, 1, 4)", "", ""),
    "months": ("substr(sent, 1, 7)", "", ""),
}
"""By what cables can be grouped: the column, the table that has it where `cable` has not, and a condition."""


def _kind(by: str) -> tuple[str, str, str]:
    """The column of a kind, what is to be joined for it, and a condition."""
    column, table, condition = KINDS[by]
    return column, f"JOIN {table} AS kind ON kind.cable = cable.id" if table else "", condition


_LISTED = "(SELECT value FROM json_each(?))"
_IN = {
    "posts": f"cable.origin IN {_LISTED}",
    "matches": f"cable.match IN {_LISTED}",
    "classifications": f"cable.classification IN {_LISTED}",
    "tags": f"cable.id IN (SELECT cable FROM tag WHERE tag IN {_LISTED})",
    "captions": f"cable.id IN (SELECT cable FROM caption WHERE printed AND caption IN {_LISTED})",
    "signers": f"cable.id IN (SELECT cable FROM party WHERE role = 'signer' AND name IN {_LISTED})",
    "addressees": f"cable.id IN (SELECT cable FROM party WHERE role IN ('to', 'info') AND name IN {_LISTED})",
    "action_addressees": f"cable.id IN (SELECT cable FROM party WHERE role = 'to' AND name IN {_LISTED})",
    "info_addressees": f"cable.id IN (SELECT cable FROM party WHERE role = 'info' AND name IN {_LISTED})",
    "precedences": f"json_extract(cable.header, '$.precedence') IN {_LISTED}",
    "lacking": """EXISTS (SELECT 1 FROM json_each(?) AS part WHERE CASE part.value
        WHEN 'captions' THEN json_array_length(cable.header, '$.captions') = 0
        WHEN 'signers' THEN json_extract(cable.header, '$.signer') IS NULL
        WHEN 'tags' THEN json_array_length(cable.header, '$.tags') = 0
        WHEN 'references' THEN json_array_length(cable.header, '$.references') = 0
        WHEN 'info_addressees' THEN json_array_length(cable.header, '$.info') = 0
        WHEN 'subjects' THEN json_extract(cable.header, '$.subject') IS NULL
        WHEN 'precedences' THEN json_extract(cable.header, '$.precedence') IS NULL
        WHEN 'classifications' THEN cable.classification IS NULL
        WHEN 'days' THEN sent IS NULL END)""",
}
"""How each field of a condition reads in SQL."""
_INDEXED = _IN.keys() - {"classifications", "precedences", "lacking"}
"""The fields whose values lead to few cables by an index of their own."""
