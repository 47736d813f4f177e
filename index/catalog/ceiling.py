"""What one reader may see, enforced in the one place that everything read goes through.

A connection opened under a ceiling has temporary views that stand before the tables of the same names: whatever a
query of the catalog says about `cable`, it says about the permitted cables only. What lies above is not there: it is
not found, counted, linked or named, and a reference to it reads as one to a cable that the archive does not hold.
"""

import sqlite3
from dataclasses import dataclass

from index.records import CLASSIFICATIONS, Classification


@dataclass(frozen=True, slots=True)
class Ceiling:
    """The highest classification a reader may see, and the captions of cables that are kept from them.

    A cable counts as the highest of its header and its portion marks. One whose classification is not known is
    above every ceiling but the highest.
    """

    level: Classification = "TOP SECRET"
    barred: tuple[str, ...] = ()

    def bind(self, connection: sqlite3.Connection) -> None:
        """Let this connection see nothing above the ceiling."""
        connection.executescript(_VIEWS)
        connection.execute("INSERT INTO highest VALUES (?)", (CLASSIFICATIONS.index(self.level),))
        connection.executemany(
            "INSERT OR IGNORE INTO barred VALUES (?)", [(caption.upper(),) for caption in self.barred]
        )


# Files and their problems name cables in their paths, so a bounded reader has none of them.
_VIEWS = """
CREATE TEMP TABLE highest (level INTEGER NOT NULL);
CREATE TEMP TABLE barred (caption TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TEMP VIEW cable AS SELECT * FROM main.cable
    WHERE coalesce(level, 4) <= (SELECT level FROM highest)
    AND id NOT IN (SELECT cable FROM main.caption WHERE caption IN (SELECT caption FROM barred));
CREATE TEMP VIEW copy AS SELECT * FROM main.copy
    WHERE match IN (SELECT cable.match FROM cable WHERE ready = 1);
CREATE TEMP VIEW file AS SELECT * FROM main.file WHERE 0;
CREATE TEMP VIEW problem AS SELECT * FROM main.problem WHERE 0;
"""
