"""The ledger of files: what each held when it was last read, and what in it could not be read.

Cables are named by their match keys here, for a copy may call its post by another name.
"""

import json
from collections.abc import Collection, Sequence
from dataclasses import astuple

from index.catalog.database import Database
from index.catalog.schema import PRESENT
from index.catalog.values import IndexedFile
from index.gazetteer import match_key
from index.records import Problem, Source

_FILE = "path, size, mtime_ns, sha256, built"


class Files(Database):
    """Files, the copies of cables in them, and their problems."""

    def files(self) -> dict[str, IndexedFile]:
        """The files of the index as they were when they were read, by path."""
        return {row[0]: IndexedFile(*row) for row in self._db.execute(f"SELECT {_FILE} FROM file")}

    def cables_by_file(self) -> dict[str, int]:
        """Every file of the index, and how many cables it holds, or holds a copy of."""
        rows = self._db.execute(
            "SELECT file.path, count(copy.match) FROM file LEFT JOIN copy ON copy.file = file.path "
            "GROUP BY 1 ORDER BY 1"
        )
        return dict(rows.fetchall())

    def problems(self) -> list[Problem]:
        """What could not be read, or not read whole."""
        rows = self._db.execute("SELECT path, reason, left_out FROM problem ORDER BY path, reason")
        return [Problem(path, reason, bool(left_out)) for path, reason, left_out in rows]

    def record_file(self, file: IndexedFile, copies: Sequence[tuple[str, Source]], problems: Sequence[Problem]) -> None:
        """This file has been read: it held these cables and these problems. Call inside a transaction."""
        self.forget_file(file.path)
        self._db.execute(f"INSERT INTO file ({_FILE}) VALUES (?, ?, ?, ?, ?)", astuple(file))
        self._db.executemany(
            "INSERT INTO copy VALUES (?, ?, ?, ?, ?)",
            [(file.path, match_key(each), source.path, source.format, source.sha256) for each, source in copies],
        )
        self._db.executemany(
            "INSERT INTO problem VALUES (?, ?, ?, ?)",
            [(file.path, each.path, each.reason, each.left_out) for each in problems],
        )

    def record_path(self, path: str, problem: Problem | None) -> None:
        """What is wrong with a path that was to be indexed and is no file: not there, or an empty folder."""
        self._db.execute("DELETE FROM problem WHERE file = ?", (path,))
        if problem is not None:
            self._db.execute(
                "INSERT INTO problem VALUES (?, ?, ?, ?)", (path, problem.path, problem.reason, problem.left_out)
            )

    def paths_with_problems(self) -> set[str]:
        """The files, and the paths given, of which something is told."""
        return {row[0] for row in self._db.execute("SELECT DISTINCT file FROM problem")}

    def forget_file(self, path: str) -> None:
        """Drop what is recorded of a file; its cables stay. Call inside a transaction."""
        for table, column in (("file", "path"), ("copy", "file"), ("problem", "file")):
            self._db.execute(f"DELETE FROM {table} WHERE {column} = ?", (path,))

    def read_again(self, paths: Collection[str]) -> None:
        """The next run takes these files for changed. Call inside a transaction."""
        self._db.executemany("UPDATE file SET size = -1, sha256 = '' WHERE path = ?", [(path,) for path in paths])

    def touch_file(self, file: IndexedFile) -> None:
        """The file's time changed, its content did not."""
        self._db.execute("UPDATE file SET size = ?, mtime_ns = ? WHERE path = ?", (file.size, file.mtime_ns, file.path))

    def move_file(self, old: str, new: IndexedFile) -> None:
        """The file lies elsewhere now, with all that was read from it. Call inside a transaction."""
        moved = "? || substr(path, length(?) + 1)"
        self._db.execute("DELETE FROM file WHERE path = ?", (old,))
        self._db.execute(f"INSERT OR REPLACE INTO file ({_FILE}) VALUES (?, ?, ?, ?, ?)", astuple(new))
        for table in ("copy", "problem"):
            self._db.execute(f"DELETE FROM {table} WHERE file = ?", (new.path,))
            self._db.execute(
                f"UPDATE {table} SET file = ?, path = {moved} WHERE file = ?", (new.path, new.path, old, old)
            )
        self._db.execute(
            "UPDATE cable SET file = ?, source = json_set(source, '$.path', "
            "? || substr(json_extract(source, '$.path'), length(?) + 1)) WHERE file = ?",
            (new.path, new.path, old, old),
        )

    def copies_in(self, files: Collection[str]) -> set[str]:
        """The ids of the cables that these files hold, or hold a copy of."""
        rows = self._db.execute(
            "SELECT match FROM copy WHERE file IN (SELECT value FROM json_each(?))", (json.dumps(list(files)),)
        )
        return {cable_id for (cable_id,) in rows}

    def sources_in(self, file: str) -> list[tuple[str, Source]]:
        """The cables that this file holds, or holds a copy of, and where in it each stands."""
        rows = self._db.execute("SELECT match, path, format, sha256 FROM copy WHERE file = ?", (file,))
        return [(cable_id, Source(*source)) for cable_id, *source in rows]

    def file_of(self, cable_id: str) -> str | None:
        """The file that a cable of the archive was read from."""
        row = self._db.execute(
            f"SELECT file FROM cable WHERE match = ? AND {PRESENT}", (match_key(cable_id),)
        ).fetchone()
        return row[0] if row else None

    def unrecorded(self) -> dict[str, str]:
        """The match keys of cables that no file is recorded to hold, and the file that each was read from."""
        rows = self._db.execute(
            "SELECT match, file FROM cable WHERE ready > 0 "
            "AND NOT EXISTS (SELECT 1 FROM copy WHERE copy.match = cable.match)"
        )
        return dict(rows.fetchall())

    def held(self, cable_ids: Collection[str]) -> set[str]:
        """The match keys of those of the cables that the archive holds, withdrawn ones too."""
        rows = self._db.execute(
            "SELECT match FROM cable WHERE ready > 0 AND match IN (SELECT value FROM json_each(?))",
            (json.dumps([match_key(cable_id) for cable_id in cable_ids]),),
        )
        return {match for (match,) in rows}

    def copied(self, cable_ids: Collection[str]) -> set[str]:
        """Those of the cables that some file holds."""
        keys = {match_key(cable_id): cable_id for cable_id in cable_ids}
        rows = self._db.execute(
            "SELECT DISTINCT match FROM copy WHERE match IN (SELECT value FROM json_each(?))", (json.dumps(list(keys)),)
        )
        return {keys[match] for (match,) in rows}

    def withdraw(self, files: Collection[str]) -> None:
        """Cables that these files alone hold stop answering; those withdrawn before answer again. In a transaction."""
        self._db.execute("UPDATE cable SET ready = 1 WHERE ready = 2")
        self._db.execute(
            "WITH gone AS (SELECT value FROM json_each(?)) UPDATE cable SET ready = 2 WHERE ready = 1 "
            "AND match IN (SELECT match FROM copy WHERE file IN gone) "
            "AND NOT EXISTS (SELECT 1 FROM copy WHERE copy.match = cable.match AND file NOT IN gone)",
            (json.dumps(list(files)),),
        )

    def forget_withdrawn(self) -> None:
        """Cables that are withdrawn now are not kept if they come back, but written anew. In a transaction."""
        self._db.execute("UPDATE cable SET chunked = '' WHERE ready = 2")

    def files_with(self, cable_ids: Collection[str]) -> set[str]:
        """The files that hold a copy of any of these cables."""
        rows = self._db.execute(
            "SELECT DISTINCT file FROM copy WHERE match IN (SELECT value FROM json_each(?))",
            (json.dumps([match_key(cable_id) for cable_id in cable_ids]),),
        )
        return {file for (file,) in rows}
