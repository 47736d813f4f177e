"""The tables of the catalog, and when a row of them counts.

Cables are known by their `match` key (`gazetteer.match_key`), the same for every name of a post, so that
`05KIEV12` and `05KYIV12` are one cable; `cable_id` is the name under which it was read.

`ready` is 0 for a cable that is being written, 1 for one that answers, 2 for one that is withdrawn: no file holds it
any more, unless one that is still to be read does. `parsed` and `chunked` say which versions made a cable what it is,
`built` with which a file was read. `next_chunk` holds the chunks of the generation that is being built.
"""

SCHEMA_VERSION = 5

SCHEMA = """
CREATE TABLE manifest (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE file (
    path TEXT PRIMARY KEY, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, sha256 TEXT NOT NULL,
    built TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE problem (file TEXT NOT NULL, path TEXT NOT NULL, reason TEXT NOT NULL, left_out INTEGER NOT NULL);
CREATE INDEX problem_file ON problem (file);
CREATE TABLE copy (
    file TEXT NOT NULL, match TEXT NOT NULL, path TEXT NOT NULL, format TEXT NOT NULL, sha256 TEXT NOT NULL
);
CREATE INDEX copy_file ON copy (file);
CREATE INDEX copy_cable ON copy (match);
CREATE TABLE cable (
    id INTEGER PRIMARY KEY AUTOINCREMENT, match TEXT NOT NULL, cable_id TEXT NOT NULL,
    ready INTEGER NOT NULL DEFAULT 0, level INTEGER, refers INTEGER NOT NULL DEFAULT 0,
    parsed TEXT NOT NULL, chunked TEXT NOT NULL,
    file TEXT NOT NULL, origin TEXT NOT NULL, number INTEGER, sent TEXT, classification TEXT, subject TEXT,
    header TEXT NOT NULL, source TEXT NOT NULL, anomalies TEXT NOT NULL, footnotes TEXT NOT NULL
);
CREATE INDEX cable_name ON cable (match, ready);
CREATE INDEX cable_post ON cable (origin, sent);
CREATE INDEX cable_sent ON cable (sent);
CREATE INDEX cable_kinds ON cable (ready, sent, origin, classification, refers, level, match);
CREATE INDEX cable_file ON cable (file);
CREATE TABLE tag (cable INTEGER NOT NULL, tag TEXT NOT NULL, PRIMARY KEY (tag, cable)) WITHOUT ROWID;
CREATE INDEX tag_cable ON tag (cable);
CREATE TABLE caption (
    cable INTEGER NOT NULL, caption TEXT NOT NULL, printed INTEGER NOT NULL, PRIMARY KEY (caption, cable)
) WITHOUT ROWID;
CREATE INDEX caption_cable ON caption (cable);
CREATE TABLE party (
    cable INTEGER NOT NULL, role TEXT NOT NULL, name TEXT NOT NULL, PRIMARY KEY (role, name, cable)
) WITHOUT ROWID;
CREATE INDEX party_cable ON party (cable);
CREATE TABLE reference (
    cable INTEGER NOT NULL, target TEXT NOT NULL, unless TEXT, PRIMARY KEY (target, cable)
) WITHOUT ROWID;
CREATE INDEX reference_cable ON reference (cable);
CREATE TABLE paragraph (
    id INTEGER PRIMARY KEY AUTOINCREMENT, cable INTEGER NOT NULL, ordinal INTEGER NOT NULL, number INTEGER,
    label TEXT, mark TEXT, heading TEXT, text TEXT NOT NULL, refs TEXT NOT NULL, start INTEGER, "end" INTEGER
);
CREATE UNIQUE INDEX paragraph_place ON paragraph (cable, ordinal);
CREATE TABLE chunk (
    id INTEGER PRIMARY KEY AUTOINCREMENT, cable INTEGER NOT NULL, paragraph INTEGER NOT NULL,
    start INTEGER NOT NULL, "end" INTEGER NOT NULL
);
CREATE INDEX chunk_cable ON chunk (cable);
CREATE INDEX chunk_paragraph ON chunk (paragraph);
CREATE TABLE next_chunk (
    id INTEGER PRIMARY KEY, cable INTEGER NOT NULL, paragraph INTEGER NOT NULL,
    start INTEGER NOT NULL, "end" INTEGER NOT NULL
);
CREATE INDEX next_chunk_cable ON next_chunk (cable);
CREATE TABLE gone (chunk INTEGER PRIMARY KEY);
"""

PRESENT = "cable.ready = 1"

MEANT = "(unless IS NULL OR NOT EXISTS (SELECT 1 FROM cable AS meant WHERE meant.match = unless AND meant.ready = 1))"
"""Whether a reference means its target: a number without a year means last year's cable unless this year's is here."""

SET_LEVEL = """
UPDATE cable SET level = max(
    CASE classification WHEN 'UNCLASSIFIED' THEN 0 WHEN 'LIMITED OFFICIAL USE' THEN 1 WHEN 'CONFIDENTIAL' THEN 2
        WHEN 'SECRET' THEN 3 WHEN 'TOP SECRET' THEN 4 END,
    coalesce((SELECT max(CASE substr(mark, 1, instr(mark || '/', '/') - 1)
        WHEN 'TS' THEN 4 WHEN 'S' THEN 3 WHEN 'C' THEN 2 WHEN 'LOU' THEN 1 ELSE 0 END)
        FROM paragraph WHERE cable = cable.id), 0)
) WHERE id = ?
"""
"""The level of a cable: the place in `CLASSIFICATIONS` of the highest of its header and its portion marks."""

SET_NOFORN = """
INSERT OR IGNORE INTO caption SELECT DISTINCT cable, 'NOFORN', 0 FROM paragraph
WHERE cable = ? AND '/' || mark || '/' LIKE '%/NF/%'
"""
"""A cable with a paragraph marked NF is kept from whom NOFORN is barred, whether or not its head prints it."""
