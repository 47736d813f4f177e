"""The database file: a connection for each thread, transactions, the schema, and the manifest."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from index.catalog.ceiling import Ceiling
from index.catalog.connection import Connection, worded
from index.catalog.schema import SCHEMA, SCHEMA_VERSION
from index.catalog.values import Facets
from index.errors import StoreError, StoreMissing


class Database:
    """An open catalog file; what its tables hold is read and written by the classes built on it."""

    def __init__(self, path: Path, *, writable: bool = False, ceiling: Ceiling | None = None) -> None:
        if not path.exists() and not writable:
            raise StoreMissing(f"nothing is indexed in {path.parent}; run: reftel index PATH…")
        self.path = path
        self.ceiling = ceiling
        self.writable = writable
        self._connections: dict[threading.Thread, sqlite3.Connection] = {}
        self._opening = threading.Lock()
        self._facets: tuple[int, Facets] | None = None
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
            uri = f"{self.path.absolute().as_uri()}?mode={'rwc' if self.writable else 'ro'}"
            # Autocommit: every transaction in this module is opened by name.
            connection = self._open(uri)
            if self.writable:
                connection.execute("PRAGMA secure_delete = ON")  # a removed cable leaves no word in the file
            if self.ceiling:
                self.ceiling.bind(connection)
            self._connections[threading.current_thread()] = connection
        return connection

    def _open(self, uri: str) -> Connection:
        try:
            connection = sqlite3.connect(
                uri, uri=True, isolation_level=None, timeout=30, check_same_thread=False, factory=Connection
            )
        except sqlite3.Error as error:
            raise worded(error, self.path) from error
        connection.path = self.path
        return connection

    def _create_schema(self) -> None:
        self._db.execute("PRAGMA journal_mode = WAL")
        if not self._db.execute("SELECT 1 FROM sqlite_master WHERE name = 'manifest'").fetchone():
            with self.transaction():
                for statement in SCHEMA.split(";\n"):
                    self._db.execute(statement)
                self.write_manifest({"schema": str(SCHEMA_VERSION)})

    def _check_schema(self) -> None:
        if not self.writable and not self._db.execute("SELECT 1 FROM sqlite_master WHERE name = 'manifest'").fetchone():
            raise StoreMissing(f"nothing is indexed in {self.path.parent} yet; run: reftel index PATH…")
        found = self.manifest().get("schema")
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
            self._db.execute("COMMIT")
        except BaseException:
            if self._db.in_transaction:  # a full disk ends it by itself
                self._db.execute("ROLLBACK")
            raise

    def leave_no_trace(self) -> None:
        """What was removed leaves the log of writes too, as soon as no reader needs it."""
        self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def close(self) -> None:
        """Close the connections of all threads."""
        for connection in self._connections.values():
            connection.close()
        self._connections.clear()

    # ── the manifest ─────────────────────────────────────────────────────────────────────────

    def manifest(self) -> dict[str, str]:
        """What built this index: encoder, dtype, dimension, chunk length, versions, generation."""
        return dict(self._db.execute("SELECT key, value FROM manifest"))

    def is_empty(self) -> bool:
        """Whether no cable has been written whole."""
        return self._db.execute("SELECT 1 FROM cable WHERE ready > 0 LIMIT 1").fetchone() is None

    def revision(self) -> int:
        """A number that grows whenever chunks came or went: what a reader's view of the other stores is as old as."""
        row = self._db.execute("SELECT value FROM manifest WHERE key = 'revision'").fetchone()
        return int(row[0]) if row else 0

    def raise_revision(self) -> None:
        """Chunks came or went. Call inside the transaction that makes it so."""
        self.write_manifest({"revision": str(self.revision() + 1)})

    def write_manifest(self, values: dict[str, str]) -> None:
        """Set these keys; others stay."""
        self._db.executemany("INSERT OR REPLACE INTO manifest VALUES (?, ?)", values.items())
