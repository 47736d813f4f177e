"""Finding: which chunks meet a condition, which paragraph and cable a chunk belongs to, and counts over all."""

import json
from collections.abc import Collection, Sequence
from datetime import date

from index.catalog.database import Database
from index.catalog.schema import PRESENT
from index.catalog.values import CableSummary, Facets, Found
from index.gazetteer import match_key


class Finding(Database):
    """What the question side asks before it reads a cable."""

    def places_of(self, chunk_ids: Collection[int]) -> dict[int, tuple[int, int]]:
        """The numbers of paragraph and cable of each chunk, for those chunks that belong to a ready cable."""
        rows = self._db.execute(
            "SELECT chunk.id, paragraph.id, cable.id FROM chunk JOIN paragraph ON paragraph.id = chunk.paragraph "
            f"JOIN cable ON cable.id = paragraph.cable WHERE {PRESENT} "
            "AND chunk.id IN (SELECT value FROM json_each(?))",
            (json.dumps(list(chunk_ids)),),
        )
        return {chunk: (paragraph, cable) for chunk, paragraph, cable in rows}

    def found(self, paragraph_ids: Collection[int]) -> dict[int, Found]:
        """These paragraphs with the heads of their cables, by paragraph number."""
        rows = self._db.execute(
            "SELECT paragraph.id, cable_id, origin, sent, subject, classification, ordinal, paragraph.number, "
            "(SELECT count(*) FROM paragraph AS twin WHERE twin.cable = paragraph.cable "
            " AND twin.number = paragraph.number AND twin.ordinal <= paragraph.ordinal), text "
            f"FROM paragraph JOIN cable ON cable.id = paragraph.cable WHERE {PRESENT} "
            "AND paragraph.id IN (SELECT value FROM json_each(?))",
            (json.dumps(list(paragraph_ids)),),
        )
        return {row[0]: Found(row[0], CableSummary(*row[1:6]), *row[6:]) for row in rows}

    def paragraph_ids(self, cable_ids: Collection[str], within: Collection[int] | None = None) -> list[int]:
        """The numbers of all citable paragraphs of these cables that have a chunk among `within` (None: any)."""
        if not cable_ids:
            return []
        rows = self._db.execute(
            "SELECT paragraph.id, chunk.id FROM paragraph JOIN cable ON cable.id = paragraph.cable "
            f"JOIN chunk ON chunk.paragraph = paragraph.id WHERE {PRESENT} "
            "AND match IN (SELECT value FROM json_each(?)) ORDER BY cable_id, ordinal",
            (json.dumps([match_key(cable_id) for cable_id in cable_ids]),),
        )
        return list(dict.fromkeys(paragraph for paragraph, chunk in rows if within is None or chunk in within))

    def select(
        self,
        *,
        since: date | None = None,
        until: date | None = None,
        posts: Sequence[str] = (),
        tags: Sequence[str] = (),
        classifications: Sequence[str] = (),
        cables: Sequence[str] = (),
    ) -> set[int]:
        """The numbers of the chunks whose cable meets every condition given; days count from 0 to 24 h UTC."""
        conditions, values = [PRESENT], []
        for condition, value in (
            ("sent >= ?", since and since.isoformat()),
            ("sent <= ?", until and f"{until.isoformat()}T23:59:59Z"),
            ("origin IN (SELECT value FROM json_each(?))", posts and json.dumps(list(posts))),
            (
                "classification IN (SELECT value FROM json_each(?))",
                classifications and json.dumps(list(classifications)),
            ),
            ("match IN (SELECT value FROM json_each(?))", cables and json.dumps([match_key(each) for each in cables])),
            (
                "cable.id IN (SELECT cable FROM tag WHERE tag IN (SELECT value FROM json_each(?)))",
                tags and json.dumps(list(tags)),
            ),
        ):
            if value:
                conditions.append(condition)
                values.append(value)
        rows = self._db.execute(
            "SELECT chunk.id FROM cable JOIN paragraph ON paragraph.cable = cable.id "
            f"JOIN chunk ON chunk.paragraph = paragraph.id WHERE {' AND '.join(conditions)}",
            values,
        )
        return {chunk for (chunk,) in rows}

    def chunks_by_cable(self) -> dict[str, list[int]]:
        """The numbers of the chunks of every ready cable."""
        rows = self._db.execute(
            "SELECT cable_id, json_group_array(chunk.id) FROM cable JOIN paragraph ON paragraph.cable = cable.id "
            f"JOIN chunk ON chunk.paragraph = paragraph.id WHERE {PRESENT} GROUP BY cable.id"
        )
        return {cable_id: sorted(json.loads(chunks)) for cable_id, chunks in rows}

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
            classifications=self._counts(
                "SELECT classification, count(*) FROM cable WHERE {present} AND classification IS NOT NULL GROUP BY 1"
            ),
        )

    def _counts(self, sql: str) -> dict[str, int]:
        return dict(self._db.execute(sql.format(present=PRESENT)))
