-- Every text once, by its SHA-256: plans and prompts alike.
CREATE TABLE texts (
    id INTEGER PRIMARY KEY,
    sha256 BLOB NOT NULL UNIQUE,
    text TEXT NOT NULL
) STRICT;

-- What was done, in order. An id is never used twice.
CREATE TABLE revisions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    label TEXT NOT NULL,
    field TEXT,
    at TEXT NOT NULL,
    format INTEGER NOT NULL,
    plan INTEGER NOT NULL REFERENCES texts (id)
) STRICT;

CREATE INDEX revisions_by_plan ON revisions (plan);

-- The named texts of a revision.
CREATE TABLE files (
    revision INTEGER NOT NULL REFERENCES revisions (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    text INTEGER NOT NULL REFERENCES texts (id),
    PRIMARY KEY (revision, name)
) STRICT, WITHOUT ROWID;

CREATE INDEX files_by_text ON files (text);

-- The revision that stands. Those after it have been undone.
CREATE TABLE head (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    revision INTEGER NOT NULL REFERENCES revisions (id)
) STRICT;

-- What a shell keeps about its view.
CREATE TABLE kept (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
