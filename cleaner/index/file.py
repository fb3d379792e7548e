"""The file of an index: its tables, and what is checked when it is opened."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cleaner.dedup.minhash import SCHEME
from cleaner.dedup.postings import NGRAM
from cleaner.dedup.sketches import ALGORITHM
from cleaner.dedup.votes import RARE
from cleaner.errors import IndexMismatch, ReadError
from cleaner.index.postings import POSTED, SAMPLE

FORMAT = "cleaner index"
PARAMETERS = {
    "format": FORMAT,
    "algorithm": str(ALGORITHM),
    "scheme": SCHEME,
    "ngram": str(NGRAM),
    "rare": str(RARE),
    "sample": f"{SAMPLE}, {POSTED}",
}
STATE = (
    "cells",
    "shingles",
    "version",
    "merges",
    "last",
)  # numbers in `meta`, 0 at first

SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE document (
    n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, date TEXT NOT NULL, counted INTEGER NOT NULL,
    marked INTEGER NOT NULL, length INTEGER NOT NULL, checksum INTEGER NOT NULL, words BLOB NOT NULL,
    more BLOB NOT NULL
);
CREATE TABLE vocabulary (first INTEGER PRIMARY KEY, words BLOB NOT NULL);
CREATE TABLE removed (n INTEGER PRIMARY KEY);
CREATE TABLE posting (first INTEGER PRIMARY KEY, data BLOB NOT NULL);
CREATE TABLE layout (bits INTEGER NOT NULL, sizes BLOB NOT NULL);
CREATE TABLE fresh (batch INTEGER PRIMARY KEY, data BLOB NOT NULL);
CREATE TABLE counts (chunk INTEGER PRIMARY KEY, version INTEGER NOT NULL, cells BLOB NOT NULL);
"""


def tables(database: sqlite3.Connection) -> set[str]:
    """Return the names of all tables."""
    rows = database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
    return {name for (name,) in rows}


@contextmanager
def opening(path: Path) -> Iterator[None]:
    """Say in one sentence why a file can't be read."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        raise ReadError(
            f"{path} can't be used as an index ({error}). If it is another file, give another path; "
            "if it is damaged, delete it and add the documents again."
        ) from error


def connect(path: Path) -> tuple[sqlite3.Connection, bool]:
    """Open a file and check that it is an index of this version; say whether it is new and empty."""
    database = sqlite3.connect(path, isolation_level=None, timeout=60)
    run = database.execute
    run("PRAGMA busy_timeout = 60000")
    empty = not tables(database)
    if empty:
        run("PRAGMA page_size = 8192")
        run("PRAGMA journal_mode = WAL")
    else:
        check(database, path)
    run("PRAGMA synchronous = NORMAL")
    run("PRAGMA cache_size = -65536")
    return database, empty


def create(database: sqlite3.Connection) -> None:
    """Make the tables."""
    for statement in SCHEMA.split(";"):
        database.execute(statement)
    known = {**PARAMETERS, **dict.fromkeys(STATE, "0")}
    database.executemany("INSERT INTO meta VALUES (?, ?)", known.items())


def check(database: sqlite3.Connection, path: Path) -> None:
    """Refuse a database of something else, and an index with other parameters."""
    known = {}
    if "meta" in tables(database):
        columns = [name for _, name, *_ in database.execute("PRAGMA table_info(meta)")]
        if columns == ["key", "value"]:
            known = dict(database.execute("SELECT key, value FROM meta"))
    if known.get("format") != FORMAT:
        raise ReadError(f"{path} is a SQLite file, but no index of cleaner. Give another path.")
    for key, ours in PARAMETERS.items():
        if known.get(key) != ours:
            raise IndexMismatch(
                f"{path} was built with {key} = {known.get(key)}, this version uses {ours}. "
                "Delete the file and add the documents again, or use the version that built it."
            )
