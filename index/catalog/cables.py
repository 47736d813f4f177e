"""Whole cables in and out: written in steps, found by their ids, linked by their references."""

import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import asdict

from index.catalog.codec import header_from_json, to_json
from index.catalog.database import Database
from index.catalog.schema import PRESENT
from index.catalog.values import CableSummary
from index.gazetteer import to_cable_id, to_partial_id
from index.records import Anomaly, Cable, Chunk, Paragraph, Source, to_iso


class Cables(Database):
    """The cables and what refers to what."""

    def get(self, cable_id: str) -> Cable | None:
        """The cable with this canonical id, whole."""
        row = self._db.execute(
            f"SELECT id, header, source, anomalies FROM cable WHERE cable_id = ? AND {PRESENT}", (cable_id,)
        ).fetchone()
        if row is None:
            return None
        key, header, source, anomalies = row
        return Cable(
            header=header_from_json(header),
            paragraphs=tuple(self._paragraphs(key)),
            source=Source(**json.loads(source)),
            anomalies=tuple(Anomaly(**each) for each in json.loads(anomalies)),
        )

    def _paragraphs(self, key: int) -> Iterator[Paragraph]:
        rows = self._db.execute(
            'SELECT ordinal, text, number, label, mark, heading, refs, start, "end" FROM paragraph '
            "WHERE cable = ? AND ordinal > 0 ORDER BY ordinal",
            (key,),
        )
        for ordinal, text, number, label, mark, heading, refs, start, end in rows:
            yield Paragraph(ordinal, text, number, label, mark, heading, tuple(json.loads(refs)), start, end)

    def resolve(self, text: str) -> str | None:
        """The id that `text` spells, if the archive holds that cable or refers to it: `1979LAPAZ02423`, `Astana 3162`.

        A spelling without a year (`La Paz 604`) counts if it fits one cable only.
        """
        canonical = to_cable_id(text)
        for candidate in (text.strip(), canonical):
            if candidate and (self.present([candidate]) or self.cited_by(candidate)):
                return candidate
        partial = to_partial_id(text)
        if canonical or partial is None:
            return None
        named = f"__{partial.post}{partial.number}"  # any year before the post and number
        rows = self._db.execute(
            f"SELECT cable_id FROM cable WHERE origin = ? AND number = ? AND {PRESENT} "
            "UNION SELECT target FROM reference JOIN cable ON cable.id = reference.cable "
            f"WHERE target LIKE ? AND {PRESENT}",
            (partial.post, partial.number, named),
        ).fetchall()
        return rows[0][0] if len(rows) == 1 else None

    def present(self, cable_ids: Iterable[str]) -> set[str]:
        """Those of the ids that the archive holds."""
        wanted = json.dumps(list(cable_ids))
        rows = self._db.execute(
            f"SELECT cable_id FROM cable WHERE {PRESENT} AND cable_id IN (SELECT value FROM json_each(?))", (wanted,)
        )
        return {cable_id for (cable_id,) in rows}

    def cited_by(self, cable_id: str) -> tuple[CableSummary, ...]:
        """The cables that refer to this one, by date; the cable itself may be absent."""
        rows = self._db.execute(
            "SELECT cable_id, origin, sent, subject, classification FROM reference "
            f"JOIN cable ON cable.id = reference.cable WHERE target = ? AND {PRESENT} ORDER BY sent, cable_id",
            (cable_id,),
        )
        return tuple(CableSummary(*row) for row in rows)

    # ── writing ──────────────────────────────────────────────────────────────────────────────

    def add(self, cable: Cable, chunks: Sequence[Chunk], file: str) -> list[int]:
        """Write a cable that is not ready yet, and give the numbers of its chunks. Call inside a transaction."""
        header = cable.header
        key = self._db.execute(
            "INSERT INTO cable (cable_id, file, origin, number, sent, classification, subject, "
            "header, source, anomalies) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                header.cable_id, file, header.origin, header.number, to_iso(header.sent), header.classification,
                header.subject, to_json(header), json.dumps(asdict(cable.source)),
                json.dumps([asdict(anomaly) for anomaly in cable.anomalies]),
            ),
        ).lastrowid  # fmt: skip
        self._db.executemany("INSERT OR IGNORE INTO tag VALUES (?, ?)", [(key, tag) for tag in header.tags])
        self._db.executemany(
            "INSERT OR IGNORE INTO reference VALUES (?, ?)",
            [(key, reference.cable_id) for reference in header.references if reference.cable_id],
        )
        paragraphs = {each.ordinal: self._add_paragraph(key, each) for each in cable.citable()}
        insert = 'INSERT INTO chunk (paragraph, start, "end") VALUES (?, ?, ?)'
        return [
            self._db.execute(insert, (paragraphs[chunk.ordinal], chunk.start, chunk.end)).lastrowid or 0
            for chunk in chunks
        ]

    def _add_paragraph(self, key: int | None, each: Paragraph) -> int | None:
        return self._db.execute(
            'INSERT INTO paragraph (cable, ordinal, number, label, mark, heading, text, refs, start, "end") '
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                key, each.ordinal, each.number, each.label, each.mark, each.heading, each.text,
                json.dumps(each.references), each.start, each.end,
            ),
        ).lastrowid  # fmt: skip

    def make_ready(self, cable_ids: Collection[str]) -> None:
        """The newest rows of these cables become the cables; their older selves go. Call inside a transaction."""
        wanted = json.dumps(list(cable_ids))
        newest = "SELECT max(id) FROM cable WHERE cable_id IN (SELECT value FROM json_each(?)) GROUP BY cable_id"
        self._drop(f"cable_id IN (SELECT value FROM json_each(?)) AND id NOT IN ({newest})", (wanted, wanted))
        self._db.execute(
            "UPDATE cable SET ready = 1 WHERE ready = 0 AND cable_id IN (SELECT value FROM json_each(?))", (wanted,)
        )

    def remove(self, cable_ids: Collection[str]) -> None:
        """These cables go. Call inside a transaction."""
        self._drop("cable_id IN (SELECT value FROM json_each(?))", (json.dumps(list(cable_ids)),))

    def clear_unready(self) -> None:
        """What an interrupted run had begun goes. Call inside a transaction."""
        self._drop("ready = 0", ())

    def _drop(self, condition: str, values: Sequence[str]) -> None:
        cables = f"SELECT id FROM cable WHERE {condition}"
        paragraphs = f"SELECT id FROM paragraph WHERE cable IN ({cables})"
        self._db.execute(f"INSERT OR IGNORE INTO gone SELECT id FROM chunk WHERE paragraph IN ({paragraphs})", values)
        self._db.execute(f"DELETE FROM chunk WHERE paragraph IN ({paragraphs})", values)
        for table in ("paragraph", "tag", "reference"):
            self._db.execute(f"DELETE FROM {table} WHERE cable IN ({cables})", values)
        self._db.execute(f"DELETE FROM cable WHERE {condition}", values)

    def gone(self) -> list[int]:
        """Chunks that went away and may still lie in the derived stores."""
        return [chunk for (chunk,) in self._db.execute("SELECT chunk FROM gone")]

    def forget_gone(self, chunk_ids: Collection[int]) -> None:
        """The derived stores have dropped these."""
        self._db.executemany("DELETE FROM gone WHERE chunk = ?", [(chunk,) for chunk in chunk_ids])
