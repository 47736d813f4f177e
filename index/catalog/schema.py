"""The tables of the catalog, and when a row of them counts.

Cables are known by their `match` key (`gazetteer.match_key`), the same for every name of a post, so that
`05KIEV12` and `05KYIV12` are one cable; `cable_id` is the name under which it was read.
"""

SCHEMA_VERSION = 2

SCHEMA = """
CREATE TABLE manifest (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE file (
    path TEXT PRIMARY KEY, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, sha256 TEXT NOT NULL
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
    ready INTEGER NOT NULL DEFAULT 0,
    file TEXT NOT NULL, origin TEXT NOT NULL, number INTEGER, sent TEXT, classification TEXT, subject TEXT,
    header TEXT NOT NULL, source TEXT NOT NULL, anomalies TEXT NOT NULL, footnotes TEXT NOT NULL
);
CREATE INDEX cable_name ON cable (match, ready);
CREATE INDEX cable_post ON cable (origin, sent);
CREATE INDEX cable_sent ON cable (sent);
CREATE INDEX cable_file ON cable (file);
CREATE TABLE tag (cable INTEGER NOT NULL, tag TEXT NOT NULL, PRIMARY KEY (tag, cable)) WITHOUT ROWID;
CREATE INDEX tag_cable ON tag (cable);
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
    id INTEGER PRIMARY KEY AUTOINCREMENT, paragraph INTEGER NOT NULL, start INTEGER NOT NULL, "end" INTEGER NOT NULL
);
CREATE INDEX chunk_paragraph ON chunk (paragraph);
CREATE TABLE gone (chunk INTEGER PRIMARY KEY);
"""

PRESENT = "cable.ready = 1"
