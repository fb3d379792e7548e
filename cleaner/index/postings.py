"""Which documents have a shingle: postings in an index file.

A posting is the 32-bit key of a shingle and the number of a document. Postings come in any order of
key, so that each batch would rewrite most of a large table: new ones wait in sorted pieces until they are
many. The table has a row per bucket of keys, whose postings stand in six bytes each.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cleaner.dedup.characters import U16, U32, U64, Ints
from cleaner.dedup.tokens import ranges

SAMPLE = 5  # one shingle in so many has postings
REST = 14  # bits of a key that stand in a bucket: 262,144 buckets, sixty postings each at 200,000 documents
FRESH, MOST, SHARE = (
    1 << 21,
    1 << 23,
    2,
)  # postings that wait: one in SHARE of all, within these bounds
OFTEN = 8  # look-ups without a change after which waiting postings are put into one piece
GROUP = 1 << 12  # buckets merged at a time
ASKED = 500  # keys or numbers in one statement

Packed = NDArray[np.uint64]


def sampled(hashes: NDArray[np.uint64]) -> NDArray[np.bool_]:
    """Return which shingles can have postings."""
    chosen: NDArray[np.bool_] = hashes % U64(SAMPLE) == 0
    return chosen


def keys_of(hashes: NDArray[np.uint64]) -> NDArray[np.uint32]:
    """Return the upper halves of hashes."""
    return (hashes >> U64(32)).astype(U32)


def rows_in(
    database: sqlite3.Connection, statement: str, values: Sequence[int | str]
) -> Iterator[tuple[Any, ...]]:
    """Run a statement with `IN (?)` for any number of values."""
    for first in range(0, len(values), ASKED):
        some = list(values[first : first + ASKED])
        if len(some) > 1:
            some += some[-1:] * (-len(some) % 16)  # so that SQLite prepares few statements
        yield from database.execute(
            statement.replace("(?)", f"({','.join('?' * len(some))})"), some
        )


@dataclass(slots=True)
class Postings:
    """The postings of an index file; those that wait are held in memory."""

    database: sqlite3.Connection
    pieces: list[Packed] = field(default_factory=list)
    seen: int = 0
    merges: int = -1
    asked: int = 0

    def refresh(self) -> None:
        """Read the waiting postings that another process has added."""
        run = self.database.execute
        (merges,) = run("SELECT value FROM meta WHERE key = 'merges'").fetchone()
        if int(merges) != self.merges:
            self.pieces, self.seen, self.merges = [], 0, int(merges)
        for batch, data in run("SELECT batch, data FROM fresh WHERE batch > ?", (self.seen,)):
            self._hold(np.frombuffer(data, U64))
            self.seen = batch

    def _hold(self, piece: Packed) -> None:
        """Keep a sorted piece; join it with the last ones until each is twice as long as the next."""
        while self.pieces and len(self.pieces[-1]) < 2 * len(piece):
            piece = np.concatenate([self.pieces.pop(), piece])
            piece.sort()
        self.pieces.append(piece)
        self.asked = 0

    def add(self, keys: NDArray[np.uint32], numbers: Ints) -> None:
        """Add postings."""
        if not len(keys):
            return
        piece = keys.astype(U64) << U64(32) | numbers.astype(U64)
        piece.sort()
        self.seen += 1
        self.database.execute("INSERT INTO fresh VALUES (?, ?)", (self.seen, piece.tobytes()))
        self._hold(piece)
        (merged,) = self.database.execute("SELECT value FROM meta WHERE key = 'merged'").fetchone()
        if sum(map(len, self.pieces)) > min(max(FRESH, int(merged) // SHARE), MOST):
            self._merge()

    def _merge(self) -> None:
        """Move the waiting postings to the table; drop those of removed documents."""
        run = self.database.execute
        fresh = np.sort(np.concatenate(self.pieces))
        gone = np.array([n for (n,) in run("SELECT n FROM removed")], U64)
        total = 0
        for first in range(0, 1 << (32 - REST), GROUP):
            edges = np.array([first, first + GROUP], U64) << U64(32 + REST)
            low = int(np.searchsorted(fresh, edges[0]))
            high = (
                int(np.searchsorted(fresh, edges[1])) if first + GROUP < 1 << (32 - REST) else None
            )
            buckets = run(
                "SELECT bucket, data FROM posting WHERE bucket >= ? AND bucket < ?",
                (first, first + GROUP),
            )
            all_of = np.concatenate([*parsed(list(buckets)), fresh[low:high]])
            if len(gone):
                all_of = all_of[~np.isin(all_of & U64(0xFFFFFFFF), gone)]
                run("DELETE FROM posting WHERE bucket >= ? AND bucket < ?", (first, first + GROUP))
            all_of.sort()
            total += len(all_of)
            self.database.executemany(
                "INSERT OR REPLACE INTO posting VALUES (?, ?)", written(all_of)
            )
        self.merges += 1
        run("DELETE FROM fresh")
        run("DELETE FROM removed")
        values = {"merges": self.merges, "merged": total}
        self.database.executemany(
            "INSERT OR REPLACE INTO meta VALUES (?, ?)", [(k, str(v)) for k, v in values.items()]
        )
        self.pieces, self.seen = [], 0

    def look_up(self, keys: NDArray[np.uint32]) -> tuple[Ints, Ints]:
        """Return for all holders of the sorted keys which key it is (its place) and the document."""
        self.asked += 1
        if self.asked == OFTEN and len(self.pieces) > 1:
            self.pieces = [np.sort(np.concatenate(self.pieces))]
        buckets = list(dict.fromkeys((keys >> U32(REST)).tolist()))
        select = "SELECT bucket, data FROM posting WHERE bucket IN (?) ORDER BY bucket"
        tables = parsed(list(rows_in(self.database, select, buckets)))
        places, numbers = [np.empty(0, np.int64)], [np.empty(0, U64)]
        wanted = keys.astype(U64) << U64(32)
        for table in [*tables, *self.pieces]:
            low, high = (
                np.searchsorted(table, wanted),
                np.searchsorted(table, wanted | U64(0xFFFFFFFF), "right"),
            )
            places.append(np.repeat(np.arange(len(keys)), high - low))
            numbers.append(table[ranges(low, high - low)])
        joined = np.concatenate(numbers) & U64(0xFFFFFFFF)
        return np.concatenate(places), joined.astype(np.int64)


def parsed(rows: list[tuple[Any, ...]]) -> list[Packed]:
    """Read buckets: the numbers of all documents, then the lower bits of all keys."""
    if not rows:
        return []
    data = [bytes(row[1]) for row in rows]
    sizes = np.array([len(one) // 6 for one in data])
    numbers = np.frombuffer(b"".join(one[: 4 * (len(one) // 6)] for one in data), U32)
    rest = np.frombuffer(b"".join(one[4 * (len(one) // 6) :] for one in data), U16)
    keys = np.repeat(np.array([row[0] for row in rows], U64) << U64(REST), sizes) | rest
    return [keys << U64(32) | numbers]


def written(postings: Packed) -> Iterator[tuple[int, bytes]]:
    """Write sorted postings as buckets."""
    if not len(postings):
        return
    bucket = postings >> U64(32 + REST)
    opens = np.flatnonzero(np.append(True, bucket[1:] != bucket[:-1])[: len(bucket)])
    numbers = postings.astype(U32).tobytes()
    rest = (postings >> U64(32) & U64((1 << REST) - 1)).astype(U16).tobytes()
    ends = [*opens[1:].tolist(), len(postings)]
    for one, start, end in zip(bucket[opens].tolist(), opens.tolist(), ends, strict=True):
        yield one, numbers[4 * start : 4 * end] + rest[2 * start : 2 * end]
