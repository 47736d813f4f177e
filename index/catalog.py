"""Cables <-> SQLite: the one place that holds cables and paragraphs, and what the other stores are believed by.

Every chunk has a number that is never given twice. Chroma and Tantivy know a chunk by that
number only, and what they return counts only if the catalog has the number under a cable that
is `ready`. So a cable is written in three steps, any of which may be the last before a crash:

1. its rows, not ready; 2. its chunks in Chroma and Tantivy; 3. ready, and its older self gone.

Rows that never became ready are cleared by the next writer; the numbers of chunks that went
away stay on the `gone` list until the derived stores have dropped them too.
"""

import json
import sqlite3
import threading
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from index.errors import StoreError, StoreMissing
from index.records import (
    Addressee,
    Anomaly,
    Authority,
    Cable,
    Chunk,
    ExecutiveOrder,
    Header,
    Paragraph,
    Problem,
    Reference,
    Section,
    Source,
    to_iso,
)

SCHEMA_VERSION = 1

_SCHEMA = """
CREATE TABLE manifest (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE file (
    path TEXT PRIMARY KEY, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, sha256 TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE problem (file TEXT NOT NULL, path TEXT NOT NULL, reason TEXT NOT NULL, left_out INTEGER NOT NULL);
CREATE INDEX problem_file ON problem (file);
CREATE TABLE copy (
    file TEXT NOT NULL, cable_id TEXT NOT NULL, path TEXT NOT NULL, format TEXT NOT NULL, sha256 TEXT NOT NULL
);
CREATE INDEX copy_file ON copy (file);
CREATE INDEX copy_cable ON copy (cable_id);
CREATE TABLE cable (
    id INTEGER PRIMARY KEY AUTOINCREMENT, cable_id TEXT NOT NULL, ready INTEGER NOT NULL DEFAULT 0,
    file TEXT NOT NULL, origin TEXT NOT NULL, number INTEGER, sent TEXT, classification TEXT, subject TEXT,
    header TEXT NOT NULL, source TEXT NOT NULL, anomalies TEXT NOT NULL
);
CREATE INDEX cable_name ON cable (cable_id, ready);
CREATE INDEX cable_post ON cable (origin, sent);
CREATE INDEX cable_sent ON cable (sent);
CREATE INDEX cable_file ON cable (file);
CREATE TABLE tag (cable INTEGER NOT NULL, tag TEXT NOT NULL, PRIMARY KEY (tag, cable)) WITHOUT ROWID;
CREATE INDEX tag_cable ON tag (cable);
CREATE TABLE reference (cable INTEGER NOT NULL, target TEXT NOT NULL, PRIMARY KEY (target, cable)) WITHOUT ROWID;
CREATE INDEX reference_cable ON reference (cable);
CREATE TABLE paragraph (
    id INTEGER PRIMARY KEY AUTOINCREMENT, cable INTEGER NOT NULL, ordinal INTEGER NOT NULL, number INTEGER,
    label TEXT, mark TEXT, heading TEXT, text TEXT NOT NULL, refs TEXT NOT NULL, start INTEGER, "end" INTEGER
);
CREATE UNIQUE INDEX paragraph_place ON paragraph (cable, ordinal);
CREATE TABLE chunk (
    id INTEGER PRIMARY KEY AUTOINCREMENT, paragraph INTEGER NOT NULL, start INTEGER NOT NULL, "end" INTEGER NOT NULL
);
CREATE INDEX chunk_paragraph ON chunk (paragraph);
CREATE TABLE gone (chunk INTEGER PRIMARY KEY);
"""

_PRESENT = "cable.ready = 1"


@dataclass(frozen=True, slots=True)
class CableSummary:
    """A cable in one line, for lists and links."""

    cable_id: str
    origin: str
    sent: str | None
    subject: str | None
    classification: str | None


@dataclass(frozen=True, slots=True)
class Facets:
    """What the archive holds: how many cables by post, tag and classification, and from when to when."""

    cables: int = 0
    paragraphs: int = 0
    first: date | None = None
    last: date | None = None
    posts: dict[str, int] = field(default_factory=dict)
    tags: dict[str, int] = field(default_factory=dict)
    classifications: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Found:
    """One citable paragraph of the archive, with the head of its cable: what a Passage is made from."""

    paragraph_id: int
    cable: CableSummary
    ordinal: int
    number: int | None
    place: int
    """Which of the paragraphs with this number it is in its cable, from 1."""
    text: str


@dataclass(frozen=True, slots=True)
class IndexedFile:
    """A source file as it was when it was last indexed."""

    path: str
    size: int
    mtime_ns: int
    sha256: str


class Catalog:
    """The catalog of one home folder. Readers never write; `writable=True` is for the one writer."""

    def __init__(self, path: Path, *, writable: bool = False) -> None:
        if not path.exists() and not writable:
            raise StoreMissing(f"nothing is indexed in {path.parent}; run: reftel index PATH…")
        self.path = path
        self._writable = writable
        self._connections: dict[threading.Thread, sqlite3.Connection] = {}
        self._opening = threading.Lock()
        if writable:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._create_schema()
        self._check_schema()

    # ── opening and closing ──────────────────────────────────────────────────────────────────

    @property
    def _db(self) -> sqlite3.Connection:
        """The connection of this thread."""
        return self._connections.get(threading.current_thread()) or self._connect()

    def _connect(self) -> sqlite3.Connection:
        with self._opening:
            # The page starts a thread for every click: what ended threads left open is closed here.
            for thread in [thread for thread in self._connections if not thread.is_alive()]:
                self._connections.pop(thread).close()
            uri = f"{self.path.absolute().as_uri()}?mode={'rwc' if self._writable else 'ro'}"
            # Autocommit: every transaction in this module is opened by name.
            connection = sqlite3.connect(uri, uri=True, isolation_level=None, timeout=30, check_same_thread=False)
            if self._writable:
                connection.execute("PRAGMA secure_delete = ON")  # a removed cable leaves no word in the file
            self._connections[threading.current_thread()] = connection
        return connection

    def _create_schema(self) -> None:
        self._db.execute("PRAGMA journal_mode = WAL")
        if not self._db.execute("SELECT 1 FROM sqlite_master WHERE name = 'manifest'").fetchone():
            with self.transaction():
                for statement in _SCHEMA.split(";\n"):
                    self._db.execute(statement)
                self.write_manifest({"schema": str(SCHEMA_VERSION)})

    def _check_schema(self) -> None:
        try:
            found = self.manifest().get("schema")
        except sqlite3.DatabaseError as error:
            raise StoreError(f"{self.path} is damaged ({error}); move it away and run: reftel index PATH…") from None
        if found != str(SCHEMA_VERSION):
            raise StoreError(
                f"{self.path} has layout {found}, this Reftel reads {SCHEMA_VERSION}; "
                "move the folder away and run: reftel index PATH…"
            )

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All of the writes inside, or none of them."""
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    def close(self) -> None:
        """Close the connections of all threads."""
        for connection in self._connections.values():
            connection.close()
        self._connections.clear()

    # ── the manifest ─────────────────────────────────────────────────────────────────────────

    def manifest(self) -> dict[str, str]:
        """What built this index: encoder, dtype, dimension, chunk length, versions, generation."""
        return dict(self._db.execute("SELECT key, value FROM manifest"))

    def write_manifest(self, values: dict[str, str]) -> None:
        """Set these keys; others stay."""
        self._db.executemany("INSERT OR REPLACE INTO manifest VALUES (?, ?)", values.items())

    # ── reading cables ───────────────────────────────────────────────────────────────────────

    def get(self, cable_id: str) -> Cable | None:
        """The cable with this canonical id, whole."""
        row = self._db.execute(
            f"SELECT id, header, source, anomalies FROM cable WHERE cable_id = ? AND {_PRESENT}", (cable_id,)
        ).fetchone()
        if row is None:
            return None
        key, header, source, anomalies = row
        return Cable(
            header=_header_from(json.loads(header)),
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
        from index.gazetteer import to_cable_id, to_partial_id

        canonical = to_cable_id(text)
        for candidate in (text.strip(), canonical):
            if candidate and (self.present([candidate]) or self.cited_by(candidate)):
                return candidate
        partial = to_partial_id(text)
        if canonical or partial is None:
            return None
        rows = self._db.execute(
            f"SELECT cable_id FROM cable WHERE origin = ? AND number = ? AND {_PRESENT}", (partial.post, partial.number)
        ).fetchall()
        return rows[0][0] if len(rows) == 1 else None

    def present(self, cable_ids: Iterable[str]) -> set[str]:
        """Those of the ids that the archive holds."""
        wanted = json.dumps(list(cable_ids))
        rows = self._db.execute(
            f"SELECT cable_id FROM cable WHERE {_PRESENT} AND cable_id IN (SELECT value FROM json_each(?))", (wanted,)
        )
        return {cable_id for (cable_id,) in rows}

    def cited_by(self, cable_id: str) -> tuple[CableSummary, ...]:
        """The cables that refer to this one, by date; the cable itself may be absent."""
        rows = self._db.execute(
            "SELECT cable_id, origin, sent, subject, classification FROM reference "
            f"JOIN cable ON cable.id = reference.cable WHERE target = ? AND {_PRESENT} ORDER BY sent, cable_id",
            (cable_id,),
        )
        return tuple(CableSummary(*row) for row in rows)

    def facets(self) -> Facets:
        """Counts over the whole archive."""
        cables, first, last = self._db.execute(
            f"SELECT count(*), min(sent), max(sent) FROM cable WHERE {_PRESENT}"
        ).fetchone()
        (paragraphs,) = self._db.execute(
            f"SELECT count(*) FROM paragraph JOIN cable ON cable.id = paragraph.cable WHERE {_PRESENT} AND ordinal > 0"
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
        return dict(self._db.execute(sql.format(present=_PRESENT)))

    # ── finding paragraphs ───────────────────────────────────────────────────────────────────

    def places_of(self, chunk_ids: Collection[int]) -> dict[int, tuple[int, int]]:
        """The numbers of paragraph and cable of each chunk, for those chunks that belong to a ready cable."""
        rows = self._db.execute(
            "SELECT chunk.id, paragraph.id, cable.id FROM chunk JOIN paragraph ON paragraph.id = chunk.paragraph "
            f"JOIN cable ON cable.id = paragraph.cable WHERE {_PRESENT} "
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
            f"FROM paragraph JOIN cable ON cable.id = paragraph.cable WHERE {_PRESENT} "
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
            f"JOIN chunk ON chunk.paragraph = paragraph.id WHERE {_PRESENT} "
            "AND cable_id IN (SELECT value FROM json_each(?)) ORDER BY cable_id, ordinal",
            (json.dumps(list(cable_ids)),),
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
        conditions, values = [_PRESENT], []
        for condition, value in (
            ("sent >= ?", since and since.isoformat()),
            ("sent <= ?", until and f"{until.isoformat()}T23:59:59Z"),
            ("origin IN (SELECT value FROM json_each(?))", posts and json.dumps(list(posts))),
            (
                "classification IN (SELECT value FROM json_each(?))",
                classifications and json.dumps(list(classifications)),
            ),
            ("cable_id IN (SELECT value FROM json_each(?))", cables and json.dumps(list(cables))),
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
            f"JOIN chunk ON chunk.paragraph = paragraph.id WHERE {_PRESENT} GROUP BY cable.id"
        )
        return {cable_id: sorted(json.loads(chunks)) for cable_id, chunks in rows}

    # ── writing ──────────────────────────────────────────────────────────────────────────────

    def files(self) -> dict[str, IndexedFile]:
        """The files of the index as they were when they were read, by path."""
        return {row[0]: IndexedFile(*row) for row in self._db.execute("SELECT path, size, mtime_ns, sha256 FROM file")}

    def problems(self) -> list[Problem]:
        """What could not be read, or not read whole."""
        rows = self._db.execute("SELECT path, reason, left_out FROM problem ORDER BY path, reason")
        return [Problem(path, reason, bool(left_out)) for path, reason, left_out in rows]

    def add(self, cable: Cable, chunks: Sequence[Chunk], file: str) -> list[int]:
        """Write a cable that is not ready yet, and give the numbers of its chunks. Call inside a transaction."""
        header = cable.header
        key = self._db.execute(
            "INSERT INTO cable (cable_id, file, origin, number, sent, classification, subject, "
            "header, source, anomalies) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                header.cable_id, file, header.origin, header.number, to_iso(header.sent), header.classification,
                header.subject, json.dumps(asdict(header), default=str), json.dumps(asdict(cable.source)),
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

    def record_file(self, file: IndexedFile, copies: Sequence[tuple[str, Source]], problems: Sequence[Problem]) -> None:
        """This file has been read: it held these cables and these problems. Call inside a transaction."""
        self.forget_file(file.path)
        self._db.execute("INSERT INTO file VALUES (?, ?, ?, ?)", (file.path, file.size, file.mtime_ns, file.sha256))
        self._db.executemany(
            "INSERT INTO copy VALUES (?, ?, ?, ?, ?)",
            [(file.path, cable_id, source.path, source.format, source.sha256) for cable_id, source in copies],
        )
        self._db.executemany(
            "INSERT INTO problem VALUES (?, ?, ?, ?)",
            [(file.path, each.path, each.reason, each.left_out) for each in problems],
        )

    def forget_file(self, path: str) -> None:
        """Drop what is recorded of a file; its cables stay. Call inside a transaction."""
        for table, column in (("file", "path"), ("copy", "file"), ("problem", "file")):
            self._db.execute(f"DELETE FROM {table} WHERE {column} = ?", (path,))

    def touch_file(self, file: IndexedFile) -> None:
        """The file's time changed, its content did not."""
        self._db.execute("UPDATE file SET size = ?, mtime_ns = ? WHERE path = ?", (file.size, file.mtime_ns, file.path))

    def keep(self, cable_id: str, source: Source, file: str) -> bool:
        """Whether the archive has this very text of the cable; if so, it is known from now on by this source."""
        changed = self._db.execute(
            f"UPDATE cable SET file = ?, source = ? WHERE cable_id = ? AND {_PRESENT} "
            "AND json_extract(source, '$.sha256') = ?",
            (file, json.dumps(asdict(source)), cable_id, source.sha256),
        )
        return changed.rowcount > 0

    def copies_in(self, files: Collection[str]) -> set[str]:
        """The ids of the cables that these files hold, or hold a copy of."""
        rows = self._db.execute(
            "SELECT cable_id FROM copy WHERE file IN (SELECT value FROM json_each(?))", (json.dumps(list(files)),)
        )
        return {cable_id for (cable_id,) in rows}

    def sources_in(self, file: str) -> list[tuple[str, Source]]:
        """The cables that this file holds, or holds a copy of, and where in it each stands."""
        rows = self._db.execute("SELECT cable_id, path, format, sha256 FROM copy WHERE file = ?", (file,))
        return [(cable_id, Source(*source)) for cable_id, *source in rows]

    def file_of(self, cable_id: str) -> str | None:
        """The file that a cable of the archive was read from."""
        row = self._db.execute(f"SELECT file FROM cable WHERE cable_id = ? AND {_PRESENT}", (cable_id,)).fetchone()
        return row[0] if row else None

    def copied(self, cable_ids: Collection[str]) -> set[str]:
        """Those of the cables that some file holds."""
        rows = self._db.execute(
            "SELECT DISTINCT cable_id FROM copy WHERE cable_id IN (SELECT value FROM json_each(?))",
            (json.dumps(list(cable_ids)),),
        )
        return {cable_id for (cable_id,) in rows}

    def files_with(self, cable_ids: Collection[str]) -> set[str]:
        """The files that hold a copy of any of these cables."""
        rows = self._db.execute(
            "SELECT DISTINCT file FROM copy WHERE cable_id IN (SELECT value FROM json_each(?))",
            (json.dumps(list(cable_ids)),),
        )
        return {file for (file,) in rows}


def _header_from(values: dict[str, Any]) -> Header:
    """A Header from its JSON, every nested value in its own class again."""
    order, section, authority = values["executive_order"], values["section"], values["classified_by"]
    return Header(
        **{
            **values,
            "sent": datetime.fromisoformat(values["sent"]) if values["sent"] else None,
            "to": tuple(Addressee(**each) for each in values["to"]),
            "info": tuple(Addressee(**each) for each in values["info"]),
            "captions": tuple(values["captions"]),
            "tags": tuple(values["tags"]),
            "references": tuple(Reference(**each) for each in values["references"]),
            "classified_by": authority and Authority(authority["name"], tuple(authority["reasons"])),
            "executive_order": order
            and ExecutiveOrder(
                order["order"], date.fromisoformat(order["declassify_on"]) if order["declassify_on"] else None
            ),
            "section": section and Section(**section),
        }
    )
