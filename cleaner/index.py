"""A persistent index of documents: today's scrape against all earlier ones, in one SQLite file.

For each document it keeps its words as 16-bit hashes (not the text), and of its three-word shingles
one in SAMPLE; how common each shingle is stands in a table of counters. So a query finds the same
pairs as `deduplicate`, with the same comparison and the same thresholds.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Self

import numpy as np

from cleaner.dedup.characters import U8, U16, U32, U64
from cleaner.dedup.compare import Comparison, compare
from cleaner.dedup.counts import CHUNK, LOAD, Counts
from cleaner.dedup.duplicates import same
from cleaner.dedup.evidence import Evidence
from cleaner.dedup.kinds import DEFAULT, KINDS, UNRELATED, Kind, Thresholds, judge, merged, share
from cleaner.dedup.minhash import SCHEME, shingle
from cleaner.dedup.pairs import Pair
from cleaner.dedup.postings import ENOUGH, FULL, NGRAM, RARE, SCARCE, SHARED, SMOOTH, Rarity
from cleaner.dedup.sketches import (
    ALGORITHM,
    SAMPLE,
    Sketch,
    Stored,
    keys_of,
    sketch,
    sketch_texts,
    unpack,
)
from cleaner.dedup.tokens import Tokens
from cleaner.document import Document
from cleaner.errors import ConfigError, IndexMismatch, ReadError

FORMAT = "cleaner index"
SMALL, LEAST = 200, 3  # with more rare shingles than SMALL a look takes LEAST votes, else two
BATCH = 10_000  # documents per transaction: a crash loses at most these
FRESH, SHARE = 200_000, 4  # postings that wait for a merge: so many, or one in SHARE of all
CROWDED, MOSTLY = 10, 0.5  # shingles in so many documents, and most of a text: perhaps a viral copy
VIRAL = 32  # of its postings are looked up to find a copy
COUNTED = 8  # documents counted at a time: with CROWDED, fewer copies than make a shingle common
ASKED = 16  # keys are asked for in multiples of it, so that SQLite prepares few statements
LOOK = 32  # documents compared with one query at most, those with most shared shingles

PARAMETERS = {
    "format": FORMAT,
    "algorithm": str(ALGORITHM),
    "scheme": SCHEME,
    "ngram": str(NGRAM),
    "rare": str(RARE),
    "sample": str(SAMPLE),
}

SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE document (
    n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, date TEXT NOT NULL, counted INTEGER NOT NULL,
    marked INTEGER NOT NULL, words BLOB NOT NULL
);
CREATE TABLE posting (hash INTEGER, n INTEGER, PRIMARY KEY (hash, n)) WITHOUT ROWID;
CREATE TABLE fresh (hash INTEGER, n INTEGER, PRIMARY KEY (hash, n)) WITHOUT ROWID;
CREATE TABLE counts (chunk INTEGER PRIMARY KEY, version INTEGER NOT NULL, cells BLOB NOT NULL);
"""


class Index:
    """An index file, open. Use `Index.open`, as a context manager.

    One process writes at a time; others read meanwhile and see whole batches.
    """

    def __init__(self, database: sqlite3.Connection, path: Path, thresholds: Thresholds) -> None:
        self.path = path
        self.thresholds = thresholds
        self.database = database
        self.counts = Counts.of_size(0)
        self.version = -1
        self.seen = -1

    @classmethod
    def open(cls, path: str | Path, *, thresholds: Thresholds = DEFAULT) -> Self:
        """Open an index, creating it when there is no file.

        Raise IndexMismatch for an index with other parameters or of another version, ReadError for a
        file that is no index or is damaged.
        """
        path = Path(path)
        try:
            database = sqlite3.connect(path, isolation_level=None, timeout=60)
            index = cls(database, path, thresholds)
            index._prepare()
        except sqlite3.DatabaseError as error:
            raise ReadError(
                f"{path} can't be used as an index ({error}). If it is another file, give another path; "
                "if it is damaged, delete it and add the documents again."
            ) from error
        return index

    def _prepare(self) -> None:
        run = self.database.execute
        run("PRAGMA busy_timeout = 60000")
        tables = {name for (name,) in run("SELECT name FROM sqlite_master WHERE type = 'table'")}
        if not tables:
            run("PRAGMA page_size = 8192")
            run("PRAGMA journal_mode = WAL")
            with self._writing():
                if not list(run("SELECT name FROM sqlite_master WHERE type = 'table'")):
                    for statement in SCHEMA.split(";"):
                        run(statement)
                    known = {
                        **PARAMETERS,
                        "cells": str(len(self.counts.cells)),
                        "shingles": "0",
                        "fresh": "0",
                        "merged": "0",
                        "version": "0",
                    }
                    self.database.executemany("INSERT INTO meta VALUES (?, ?)", known.items())
                    self._flush()
        elif "meta" not in tables:
            raise ReadError(
                f"{self.path} is a SQLite file, but no index of cleaner. Give another path."
            )
        known = dict(run("SELECT key, value FROM meta"))
        if known.get("format") != FORMAT:
            raise ReadError(
                f"{self.path} is a SQLite file, but no index of cleaner. Give another path."
            )
        for key, ours in PARAMETERS.items():
            if known.get(key) != ours:
                raise IndexMismatch(
                    f"{self.path} was built with {key} = {known.get(key)}, this version uses {ours}. "
                    "Delete the file and add the documents again, or use the version that built it."
                )
        run("PRAGMA synchronous = NORMAL")
        run("PRAGMA cache_size = -65536")
        self._refresh()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        self.database.close()

    def __len__(self) -> int:
        """How many documents are in it."""
        return int(self.database.execute("SELECT count(*) FROM document").fetchone()[0])

    def __contains__(self, name: str) -> bool:
        return bool(
            self.database.execute("SELECT 1 FROM document WHERE id = ?", (name,)).fetchone()
        )

    @contextmanager
    def _writing(self) -> Iterator[None]:
        self.database.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self.database.execute("ROLLBACK")
            self.seen = self.version = -1
            raise
        self.database.execute("COMMIT")

    def _refresh(self) -> None:
        """Read the counters that another process has changed."""
        (seen,) = self.database.execute("PRAGMA data_version").fetchone()
        if seen == self.seen:
            return
        known = dict(
            self.database.execute("SELECT key, value FROM meta WHERE key IN ('cells', 'version')")
        )
        cells, version = int(known["cells"]), int(known["version"])
        if cells != len(self.counts.cells):
            self.counts, self.version = Counts(np.zeros(cells, U8)), -1
        changed = self.database.execute(
            "SELECT chunk, cells FROM counts WHERE version > ?", (self.version,)
        )
        for chunk, blob in changed:
            self.counts.cells[chunk * CHUNK : (chunk + 1) * CHUNK] = np.frombuffer(blob, U8)
        self.counts.dirty.clear()
        self.seen, self.version = seen, version

    def _flush(self) -> None:
        """Write the counters that have changed."""
        self.version += 1
        rows = (
            (chunk, self.version, self.counts.cells[chunk * CHUNK : (chunk + 1) * CHUNK].tobytes())
            for chunk in sorted(self.counts.dirty)
        )
        self.database.executemany("INSERT OR REPLACE INTO counts VALUES (?, ?, ?)", rows)
        self.database.execute(
            "UPDATE meta SET value = ? WHERE key = 'version'", (str(self.version),)
        )
        self.counts.dirty.clear()

    def _grow(self, more: int) -> None:
        """Note `more` shingles; double the table of counters when it is full, and count again."""
        run = self.database.execute
        (value,) = run("SELECT value FROM meta WHERE key = 'shingles'").fetchone()
        total = max(int(value) + more, 0)
        run("UPDATE meta SET value = ? WHERE key = 'shingles'", (str(total),))
        if total <= LOAD * len(self.counts.cells):
            return
        self.counts = Counts.of_size(total)
        run("DELETE FROM counts")
        run("UPDATE meta SET value = ? WHERE key = 'cells'", (str(len(self.counts.cells)),))
        rows = run("SELECT words FROM document WHERE counted")
        while batch := list(islice(rows, BATCH)):
            again = sketch([Stored(np.frombuffer(words, U16), marked=False) for (words,) in batch])
            self.counts.change(np.concatenate([one.hashes for one in again]), 1)

    def add(self, documents: Iterable[Document]) -> int:
        """Add documents, in one transaction per batch; return how many.

        A document whose id is there already takes the place of the earlier one. Raise ConfigError when
        one id comes twice in a batch.
        """
        stream, added = iter(documents), 0
        while batch := list(islice(stream, BATCH)):
            names = [document.id for document in batch]
            if len(set(names)) < len(names):
                twice = next(name for place, name in enumerate(names) if name in names[:place])
                raise ConfigError(
                    f"two documents have the id {twice!r}. Give every document its own id, "
                    "for example its URL or its line number."
                )
            made = sketch_texts([document.text for document in batch])
            with self._writing():
                self._refresh()
                self._remove(names)
                self._insert(batch, made)
                self._flush()
            added += len(batch)
        return added

    def _insert(self, batch: Sequence[Document], made: Sequence[Sketch]) -> None:
        (last,) = self.database.execute("SELECT coalesce(max(n), 0) FROM document").fetchone()
        self._grow(sum(len(one.hashes) for one in made))
        waiting = 0
        for first in range(0, len(made), COUNTED):
            group = made[first : first + COUNTED]
            new = [not self._is_copy(one) for one in group]
            hashes = [one.hashes for one, counted in zip(group, new, strict=True) if counted]
            self.counts.change(np.concatenate([np.empty(0, U64), *hashes]), 1)
            rows = list(
                zip(range(last + 1 + first, last + 1 + first + len(group)), group, new, strict=True)
            )
            self.database.executemany(
                "INSERT INTO document VALUES (?, ?, ?, ?, ?, ?)",
                (
                    (
                        n,
                        document.id,
                        document.date or "",
                        counted,
                        one.stored.marked,
                        one.stored.words.tobytes(),
                    )
                    for document, (n, one, counted) in zip(batch[first:], rows, strict=False)
                ),
            )
            postings = [
                (key, n)
                for n, one, counted in rows
                if counted
                for key in (*self._useful(one), one.digest)
            ]
            postings.sort()
            self.database.executemany("INSERT OR IGNORE INTO fresh VALUES (?, ?)", postings)
            waiting += len(postings)
        self._merge(waiting)

    def _merge(self, more: int) -> None:
        """Note `more` fresh postings; when they are many, move them to the others.

        Postings come in any order of hash, so that each batch would rewrite most pages of a large table.
        Gathered in a small one first, all of it is rewritten a few times only, as the table grows.
        """
        run = self.database.execute
        known = dict(run("SELECT key, value FROM meta WHERE key IN ('fresh', 'merged')"))
        fresh, merged_before = int(known["fresh"]) + more, int(known["merged"])
        if fresh > max(FRESH, merged_before // SHARE):
            run("INSERT OR IGNORE INTO posting SELECT hash, n FROM fresh ORDER BY hash, n")
            run("DELETE FROM fresh")
            fresh, merged_before = 0, merged_before + fresh
        values = [(str(fresh), "fresh"), (str(merged_before), "merged")]
        self.database.executemany("UPDATE meta SET value = ? WHERE key = ?", values)

    def _useful(self, one: Sketch) -> list[int]:
        """Return the keys to store: a shingle that is common already will not be rare again."""
        sampled = one.sampled
        return keys_of(sampled[self.counts.get(sampled) <= RARE])

    def _is_copy(self, one: Sketch) -> bool:
        """Whether a text is a near-verbatim copy of one that already has many.

        Copies aren't counted, or the shingles of a text copied often would no longer be rare.
        """
        if not len(one.hashes) or (self.counts.get(one.hashes) >= CROWDED).mean() < MOSTLY:
            return False
        keys = keys_of(one.sampled[:VIRAL])
        near = self._holders({**dict.fromkeys(keys, 1), one.digest: len(keys)}, least=2)[:1]
        if not near:
            return False
        stored = {0: one.stored, **self._load(near)}
        _, code = self._judge(stored, [(0, n) for n in near], everything=True)
        return any(KINDS[kind] in (Kind.EXACT, Kind.REPOST) for kind in code if kind != UNRELATED)

    def _near(self, one: Sketch, *, known: bool) -> list[int]:
        """Return the documents that share enough rare shingles with a text, or all its words.

        `known`: the text is in the index itself, so what is counted once is only its own.
        """
        counts = self.counts.get(one.hashes)
        rare = one.hashes[counts <= RARE]
        present = (counts <= RARE) & (counts > known) & (one.hashes % U64(SAMPLE) == 0)
        keys = (one.hashes[present] >> U64(32)).astype(U32).view(np.int32).tolist()
        weights = np.where(counts[present] <= FULL, 2, 1).tolist()
        votes = {**dict(zip(keys, weights, strict=True)), one.digest: LEAST}
        holders = self._holders(votes, least=LEAST if len(rare) > SMALL else 2)
        if not holders:
            return []
        stored = self._load(holders)
        tokens = unpack([other.words for other in stored.values()])
        hashes, bounds = shingle(tokens, NGRAM)
        place = np.minimum(np.searchsorted(rare, hashes), max(len(rare) - 1, 0))
        shared = rare[place] == hashes if len(rare) else np.zeros(len(hashes), bool)
        text = np.repeat(np.arange(len(tokens)), np.diff(bounds))
        met = np.bincount(text[shared], minlength=len(tokens))
        theirs = np.bincount(text, self.counts.get(hashes) <= RARE, len(tokens))
        enough = met >= ENOUGH * (np.minimum(theirs, len(rare)) + SMOOTH)
        enough |= tokens.counts == len(one.stored.words)
        return [n for n, yes in zip(stored, enough.tolist(), strict=True) if yes]

    def _holders(self, weights: dict[int, int], *, least: int) -> list[int]:
        """Return the documents that have keys of the most weight, at least `least`."""
        keys = list(weights)
        asked = [*keys, *[keys[-1]] * (-len(keys) % ASKED)]
        marks = ",".join(f"?{place}" for place in range(1, len(asked) + 1))
        rows = self.database.execute(
            f"SELECT hash, n FROM posting WHERE hash IN ({marks}) UNION ALL "  # noqa: S608 - question marks
            f"SELECT hash, n FROM fresh WHERE hash IN ({marks})",
            asked,
        )
        votes: dict[int, int] = {}
        for key, n in rows:
            votes[n] = votes.get(n, 0) + weights[key]
        order = sorted((n for n in votes if votes[n] >= least), key=lambda n: (-votes[n], n))
        return order[:LOOK]

    def _load(self, numbers: Sequence[int]) -> dict[int, Stored]:
        """Return what is stored of documents, by number."""
        marks = ",".join("?" * len(numbers))
        rows = self.database.execute(
            f"SELECT n, marked, words FROM document WHERE n IN ({marks})",  # noqa: S608 - question marks
            list(numbers),
        )
        return {n: Stored(np.frombuffer(words, U16), bool(marked)) for n, marked, words in rows}

    def _judge(
        self,
        stored: dict[int, Stored],
        pairs: Sequence[tuple[int, int]],
        *,
        everything: bool = False,
    ) -> tuple[Comparison, list[int]]:
        """Compare pairs of sketches; the comparison names them by their place in `stored`."""
        place = {n: i for i, n in enumerate(stored)}
        tokens = unpack([one.words for one in stored.values()])
        rarity = self._rarity(tokens, everything=everything)
        known = [(place[a], place[b]) for a, b in pairs if a in place and b in place]
        a, b = np.array(known, np.int64).reshape(-1, 2).T
        found = compare(tokens, rarity, a, b)
        marked = np.array([one.marked for one in stored.values()])
        equal = same(tokens, found.a, found.b)
        judged = judge(found, tokens, rarity, marked=marked, equal=equal, limits=self.thresholds)
        return found, merged(found, tokens, judged.code).tolist()

    def _rarity(self, tokens: Tokens, *, everything: bool) -> Rarity:
        """Say of each shingle whether it is rare in the index."""
        marks = np.full(len(tokens.words), SHARED, U8)
        hashes, bounds = shingle(tokens, NGRAM)
        rare = np.ones(len(hashes), bool) if everything else self.counts.get(hashes) <= RARE
        counts = np.diff(bounds)
        places = np.arange(len(hashes)) + np.repeat(tokens.bounds[:-1] - bounds[:-1], counts)
        marks[places[rare]] |= U8(SCARCE)
        per = np.bincount(np.repeat(np.arange(len(tokens)), counts), rare, len(tokens)).astype(
            np.int64
        )
        return Rarity(marks, per)

    def query(self, document: Document) -> list[Pair]:
        """Return the indexed documents that are related to this one, by id; itself left out.

        The pair's ids are in order; the evidence shows offsets in this document, and places counted in
        words for the other, whose text the index doesn't have.
        """
        self._refresh()
        (one,) = sketch_texts([document.text])
        itself = self.database.execute(
            "SELECT n FROM document WHERE id = ?", (document.id,)
        ).fetchone()
        own = {0, *(itself or ())}
        near = (
            [n for n in self._near(one, known=itself is not None) if n not in own]
            if len(one.stored.words)
            else []
        )
        if not near:
            return []
        stored = {0: one.stored, **self._load(near)}
        asked = [(0, n) for n in near]
        found, code = self._judge(stored, asked)
        names = list(stored)
        parts = sorted(
            names[max(a, b)]
            for a, b, kind in zip(found.a.tolist(), found.b.tolist(), code, strict=True)
            if kind != UNRELATED and KINDS[kind] in (Kind.EXCERPT, Kind.MERGED)
        )
        if (
            parts
        ):  # whether a text is merged from several shows in what else its partners are related to
            for n in parts:
                further = [
                    m for m in self._near(sketch([stored[n]])[0], known=True) if m not in {n, *own}
                ]
                stored |= self._load([m for m in further if m not in stored])
                asked += [(n, m) for m in further]
            found, code = self._judge(stored, sorted({(min(pair), max(pair)) for pair in asked}))
            names = list(stored)
        covered = share(
            found.covered_a, np.array([len(stored[names[a]].words) for a in found.a.tolist()])
        )
        rows = [
            (names[a + b], KINDS[kind], round(similarity, 4))
            for a, b, kind, similarity in zip(
                found.a.tolist(), found.b.tolist(), code, covered.tolist(), strict=True
            )
            if kind != UNRELATED and not (a and b)
        ]
        return sorted(
            (self._pair(document, n, stored[n], kind, similarity) for n, kind, similarity in rows),
            key=lambda pair: (pair.a, pair.b),
        )

    def _pair(
        self, document: Document, n: int, other: Stored, kind: Kind, similarity: float
    ) -> Pair:
        name, date = self.database.execute(
            "SELECT id, date FROM document WHERE n = ?", (n,)
        ).fetchone()
        text, words = document.text, other.words
        if document.id < name:
            evidence = Evidence.against_stored(text, words, document.date, date, stored_first=False)
            return Pair(document.id, name, kind, similarity, evidence)
        evidence = Evidence.against_stored(text, words, date, document.date, stored_first=True)
        return Pair(name, document.id, kind, similarity, evidence)

    def remove(self, ids: Iterable[str]) -> int:
        """Remove documents by id, in one transaction; return how many were there."""
        with self._writing():
            self._refresh()
            removed = self._remove(list(ids))
            self._flush()
        return removed

    def _remove(self, names: Sequence[str]) -> int:
        run = self.database.execute
        removed = 0
        for name in names:
            row = run("SELECT n, counted, words FROM document WHERE id = ?", (name,)).fetchone()
            if row is None:
                continue
            n, counted, words = row
            packed = np.frombuffer(words, U16)
            (one,) = sketch([Stored(packed, marked=False)])
            if counted:
                self.counts.change(one.hashes, -1)
                keys = [*keys_of(one.sampled), one.digest]
                for table in ("posting", "fresh"):
                    delete = f"DELETE FROM {table} WHERE hash = ? AND n = ?"  # noqa: S608 - a name above
                    self.database.executemany(delete, [(key, n) for key in keys])
                self._grow(-len(one.hashes))
            run("DELETE FROM document WHERE n = ?", (n,))
            removed += 1
        return removed
