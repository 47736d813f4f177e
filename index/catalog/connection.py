"""SQLite, with failures that are ours: one sentence that says what is wrong and what to do."""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, TypeVar

from index.disk import FULL, NOT_WRITABLE, trouble
from index.errors import StoreBusy, StoreError

_REASONS = {
    "SQLITE_FULL": FULL,
    "SQLITE_READONLY": NOT_WRITABLE,
    "SQLITE_CANTOPEN": "it cannot be opened; check its permissions, those of its folder, and the disk.",
    "SQLITE_PERM": "it cannot be opened; check its permissions.",
    "SQLITE_IOERR": "the disk fails or is full; check it, then run the same command again.",
    "SQLITE_CORRUPT": "it is damaged; move it away and run: reftel index PATH…",
    "SQLITE_NOTADB": "it is damaged, no database any more; move it away and run: reftel index PATH…",
}

Cursor = TypeVar("Cursor", bound="_Cursor")


class Connection(sqlite3.Connection):
    """A connection to the catalog."""

    path: Path

    def execute(self, sql: str, parameters: Any = (), /) -> "_Cursor":
        """Run a statement; the cursor words its failures."""
        return self.cursor(_Cursor).execute(sql, parameters)

    def executemany(self, sql: str, parameters: Iterable[Any], /) -> "_Cursor":
        """Run a statement for each of the parameters."""
        return self.cursor(_Cursor).executemany(sql, parameters)


class _Cursor(sqlite3.Cursor):
    def execute(self: Cursor, sql: str, parameters: Any = (), /) -> Cursor:
        try:
            return super().execute(sql, parameters)
        except sqlite3.Error as error:
            raise worded(error, self.connection.path) from error  # type: ignore[attr-defined]

    def executemany(self: Cursor, sql: str, parameters: Iterable[Any], /) -> Cursor:
        try:
            return super().executemany(sql, parameters)
        except sqlite3.Error as error:
            raise worded(error, self.connection.path) from error  # type: ignore[attr-defined]

    def fetchone(self) -> Any:
        try:
            return super().fetchone()
        except sqlite3.Error as error:
            raise worded(error, self.connection.path) from error  # type: ignore[attr-defined]

    def fetchall(self) -> list[Any]:
        try:
            return super().fetchall()
        except sqlite3.Error as error:
            raise worded(error, self.connection.path) from error  # type: ignore[attr-defined]

    def __next__(self) -> Any:
        try:
            return super().__next__()
        except sqlite3.Error as error:
            raise worded(error, self.connection.path) from error  # type: ignore[attr-defined]


def vacuum(path: Path) -> None:
    """Write a database anew without the pages that hold nothing any more, and what once stood in them."""
    with _opened(path) as connection:
        connection.execute("VACUUM")


def copy(path: Path, target: Path) -> None:
    """Copy a database as it is at one moment, whoever else writes to it."""
    with _opened(path) as connection, _opened(target) as other:
        connection.backup(other)


def count_rows(path: Path, table: str) -> int:
    """How many rows a table of a database has."""
    with _opened(path) as connection:
        return int(connection.execute(f"SELECT COUNT(*) FROM {table}").fetchone()[0])


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    try:
        with closing(sqlite3.connect(path, isolation_level=None, timeout=30)) as connection:
            yield connection
    except sqlite3.Error as error:
        raise worded(error, path) from error


def worded(error: sqlite3.Error, path: Path) -> Exception:
    """The failure in one sentence; a mistake of ours stays what it is."""
    name = getattr(error, "sqlite_errorname", "")
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return StoreBusy(f"{path} is held by another program; wait for it, then run this again.")
    if name.startswith("SQLITE_IOERR") and (wrong := trouble(path, str(error))):
        return StoreError(f"{path}: {wrong}")
    for kind, reason in _REASONS.items():
        if name.startswith(kind):
            return StoreError(f"{path}: {reason}")
    return error
