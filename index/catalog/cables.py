"""Whole cables in and out: written in steps, found by their ids, linked by their references."""

import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import asdict, replace

from index.catalog.codec import header_from_json, to_json
from index.catalog.database import Database
from index.catalog.schema import MEANT, PRESENT, SET_LEVEL, SET_NOFORN
from index.catalog.values import UNKNOWN, CableSummary, Versions
from index.conditions import parties_of
from index.gazetteer import match_key, to_cable_id, to_partial_id
from index.records import Anomaly, Cable, Chunk, Footnote, Header, Paragraph, Source, to_iso

_WHOLE = "SELECT id, header, source, anomalies, footnotes FROM cable"


class Cables(Database):
    """The cables and what refers to what."""

    def get(self, cable_id: str) -> Cable | None:
        """The cable with this canonical id, whole, under whatever name of its post it is asked for."""
        row = self._db.execute(f"{_WHOLE} WHERE match = ? AND {PRESENT}", (match_key(cable_id),)).fetchone()
        if row is None:
            return None
        cable = replace(self._stored(*row), sources=self.sources(cable_id))
        found = (*_duplicates(cable), *self._turn_of_the_year(cable))
        return replace(cable, anomalies=(*cable.anomalies, *found)) if found else cable

    def stored(self) -> Iterator[Cable]:
        """Every cable as it was read, in the order of writing, all as of one moment; what else holds it is left out."""
        for row in self._db.execute(f"{_WHOLE} WHERE {PRESENT} ORDER BY id"):
            yield self._stored(*row)

    def _stored(self, key: int, header: str, source: str, anomalies: str, footnotes: str) -> Cable:
        return Cable(
            header=header_from_json(header),
            paragraphs=tuple(self._paragraphs(key)),
            source=Source(**json.loads(source)),
            anomalies=tuple(Anomaly(**each) for each in json.loads(anomalies)),
            footnotes=tuple(Footnote(**each) for each in json.loads(footnotes)),
        )

    def _paragraphs(self, key: int) -> Iterator[Paragraph]:
        rows = self._db.execute(
            'SELECT ordinal, text, number, label, mark, heading, refs, start, "end" FROM paragraph '
            "WHERE cable = ? AND ordinal > 0 ORDER BY ordinal",
            (key,),
        )
        for ordinal, text, number, label, mark, heading, refs, start, end in rows:
            yield Paragraph(ordinal, text, number, label, mark, heading, tuple(json.loads(refs)), start, end)

    def sources(self, cable_id: str) -> tuple[Source, ...]:
        """Every place where the files hold this cable, or a copy of it, by path."""
        rows = self._db.execute(
            "SELECT path, format, sha256 FROM copy WHERE match = ? ORDER BY path", (match_key(cable_id),)
        )
        return tuple(Source(*row) for row in rows)

    def _turn_of_the_year(self, cable: Cable) -> Iterator[Anomaly]:
        """References without a year whose number the archive holds for last year only: both are named."""
        for reference in cable.header.references:
            this, last = reference.cable_id, reference.last_year
            if this and last and self.present([last]) and not self.present([this]):
                detail = f"reference {reference.text} without a year: {this} is not here, {last} of the year before is"
                yield Anomaly("other", detail)

    # ── by their ids ─────────────────────────────────────────────────────────────────────────

    def resolve(self, text: str) -> str | None:
        """The id that `text` spells, if the archive holds that cable or refers to it: `1979LAPAZ02423`, `Astana 3162`.

        A cable held under another name of its post has that name. A spelling without a year (`La Paz 604`)
        counts if it fits one cable only.
        """
        canonical = to_cable_id(text)
        for candidate in (text.strip(), canonical):
            if not candidate:
                continue
            if held := self._held(candidate):
                return held
            if self.cited_by(candidate):
                return candidate
        partial = to_partial_id(text)
        if canonical or partial is None:
            return None
        # Every year is tried: that many look-ups are far cheaper than a look at every cable.
        named = json.dumps([match_key(partial.with_year(year)) for year in range(100)])
        rows = self._db.execute(
            f"SELECT match, cable_id FROM cable WHERE match IN (SELECT value FROM json_each(?)) AND {PRESENT} "
            "UNION ALL SELECT target, target FROM reference JOIN cable ON cable.id = reference.cable "
            f"WHERE target IN (SELECT value FROM json_each(?)) AND {PRESENT}",
            (named, named),
        )
        found: dict[str, str] = {}
        for match, cable_id in rows:
            found.setdefault(match, cable_id)
        return next(iter(found.values())) if len(found) == 1 else None

    def _held(self, cable_id: str) -> str | None:
        row = self._db.execute(
            f"SELECT cable_id FROM cable WHERE match = ? AND {PRESENT}", (match_key(cable_id),)
        ).fetchone()
        return row[0] if row else None

    def present(self, cable_ids: Iterable[str]) -> set[str]:
        """Those of the ids, as they are given, that the archive holds under any name of their post."""
        wanted: dict[str, list[str]] = {}
        for cable_id in cable_ids:
            wanted.setdefault(match_key(cable_id), []).append(cable_id)
        rows = self._db.execute(
            f"SELECT match FROM cable WHERE {PRESENT} AND match IN (SELECT value FROM json_each(?))",
            (json.dumps(list(wanted)),),
        )
        return {cable_id for (match,) in rows for cable_id in wanted[match]}

    def cited_by(self, cable_id: str) -> tuple[CableSummary, ...]:
        """The cables that refer to this one, by date; the cable itself may be absent.

        A number without a year at the turn of the year means last year's cable unless this year's is here.
        """
        rows = self._db.execute(
            "SELECT cable_id, origin, sent, subject, classification FROM reference "
            f"JOIN cable ON cable.id = reference.cable WHERE target = ? AND {PRESENT} AND {MEANT} "
            "ORDER BY sent, cable_id",
            (match_key(cable_id),),
        )
        return tuple(CableSummary(*row) for row in rows)

    # ── writing ──────────────────────────────────────────────────────────────────────────────

    def add(self, cable: Cable, chunks: Sequence[Chunk], file: str, versions: Versions = UNKNOWN) -> list[int]:
        """Write a cable that is not ready yet, and give the numbers of its chunks. Call inside a transaction."""
        header = cable.header
        key = self._db.execute(
            "INSERT INTO cable (match, cable_id, file, origin, number, sent, classification, subject, "
            "refers, parsed, chunked, source, header, anomalies, footnotes) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                match_key(header.cable_id), header.cable_id, file, header.origin, header.number, to_iso(header.sent),
                header.classification, header.subject, any(each.cable_id for each in header.references),
                versions.parsed, versions.chunked, json.dumps(asdict(cable.source)), *_told(cable),
            ),
        ).lastrowid  # fmt: skip
        self._db.executemany("INSERT OR IGNORE INTO tag VALUES (?, ?)", [(key, tag) for tag in header.tags])
        self._db.executemany(
            "INSERT OR IGNORE INTO caption VALUES (?, ?, 1)", [(key, each) for each in header.captions]
        )
        self._db.executemany(
            "INSERT OR IGNORE INTO party VALUES (?, ?, ?)", [(key, *party) for party in parties_of(header)]
        )
        self._db.executemany("INSERT OR IGNORE INTO reference VALUES (?, ?, ?)", _links(key, header))
        paragraphs = {each.ordinal: self._add_paragraph(key, each) for each in cable.citable()}
        self._db.execute(SET_LEVEL, (key,))
        self._db.execute(SET_NOFORN, (key,))
        insert = 'INSERT INTO chunk (cable, paragraph, start, "end") VALUES (?, ?, ?, ?)'
        return [
            self._db.execute(insert, (key, paragraphs[chunk.ordinal], chunk.start, chunk.end)).lastrowid or 0
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

    def keep(self, cable: Cable, file: str, versions: Versions) -> bool:
        """Whether the archive has this very cable; if so, it is known from now on by this source and these versions.

        The same text read by the same parser is the same cable; so is what reads the same to the last letter.
        """
        row = self._db.execute(
            "SELECT id, cable_id = ? AND parsed = ? AND json_extract(source, '$.sha256') = ?, "
            "header, anomalies, footnotes FROM cable WHERE match = ? AND ready > 0 AND chunked = ?",
            (cable.cable_id, versions.parsed, cable.source.sha256, match_key(cable.cable_id), versions.chunked),
        ).fetchone()
        if row is None:
            return False
        key, is_same_text, *told = row
        if not is_same_text and (tuple(told) != _told(cable) or tuple(self._paragraphs(key)) != cable.paragraphs):
            return False
        self._db.execute(
            "UPDATE cable SET ready = 1, file = ?, source = ?, parsed = ? WHERE id = ?",
            (file, json.dumps(asdict(cable.source)), versions.parsed, key),
        )
        return True

    def make_ready(self, cable_ids: Collection[str]) -> None:
        """The newest rows of these cables become the cables; their older selves go. Call inside a transaction."""
        wanted = _match_keys(cable_ids)
        newest = "SELECT max(id) FROM cable WHERE match IN (SELECT value FROM json_each(?)) GROUP BY match"
        self._drop(f"match IN (SELECT value FROM json_each(?)) AND id NOT IN ({newest})", (wanted, wanted))
        self._db.execute(
            "UPDATE cable SET ready = 1 WHERE ready = 0 AND match IN (SELECT value FROM json_each(?))", (wanted,)
        )

    def remove(self, cable_ids: Collection[str]) -> None:
        """These cables go. Call inside a transaction."""
        self._drop("match IN (SELECT value FROM json_each(?))", (_match_keys(cable_ids),))

    def clear_unready(self) -> None:
        """What an interrupted run had begun goes. Call inside a transaction."""
        self._drop("ready = 0", ())

    def _drop(self, condition: str, values: Sequence[str]) -> None:
        cables = f"SELECT id FROM cable WHERE {condition}"
        for table in ("chunk", "next_chunk"):
            self._db.execute(f"INSERT OR IGNORE INTO gone SELECT id FROM {table} WHERE cable IN ({cables})", values)
        for table in ("chunk", "next_chunk", "paragraph", "tag", "caption", "party", "reference"):
            self._db.execute(f"DELETE FROM {table} WHERE cable IN ({cables})", values)
        self._db.execute(f"DELETE FROM cable WHERE {condition}", values)

    def gone(self) -> list[int]:
        """Chunks that went away and may still lie in the derived stores."""
        return [chunk for (chunk,) in self._db.execute("SELECT chunk FROM gone")]

    def add_gone(self, chunk_ids: Collection[int]) -> None:
        """The derived stores are to drop these. Call inside a transaction."""
        self._db.executemany("INSERT OR IGNORE INTO gone VALUES (?)", [(chunk,) for chunk in chunk_ids])

    def forget_gone(self, chunk_ids: Collection[int]) -> None:
        """The derived stores have dropped these."""
        self._db.executemany("DELETE FROM gone WHERE chunk = ?", [(chunk,) for chunk in chunk_ids])


def _told(cable: Cable) -> tuple[str, str, str]:
    """What is kept of a cable beside its paragraphs, as it is kept."""
    return (
        to_json(cable.header),
        json.dumps([asdict(anomaly) for anomaly in cable.anomalies]),
        json.dumps([asdict(footnote) for footnote in cable.footnotes]),
    )


def _match_keys(cable_ids: Collection[str]) -> str:
    return json.dumps([match_key(cable_id) for cable_id in cable_ids])


def _links(key: int | None, header: Header) -> Iterator[tuple[int | None, str, str | None]]:
    """What a cable refers to, and what it may refer to unless this year's cable is in the archive."""
    for reference in header.references:
        if reference.cable_id:
            yield key, match_key(reference.cable_id), None
    for reference in header.references:
        if reference.cable_id and reference.last_year:
            yield key, match_key(reference.last_year), match_key(reference.cable_id)


def _duplicates(cable: Cable) -> Iterator[Anomaly]:
    """The other places where the archive has the cable, each named."""
    for source in cable.sources:
        if source.path != cable.source.path:
            text = "the same text" if source.sha256 == cable.source.sha256 else "another text of it, which is not shown"
            yield Anomaly("duplicate", f"{source.path} holds {text}")
