"""Which documents have a shingle: postings in an index file.

A posting is the 32-bit key of a shingle and the number of a document. Postings come in any order of
key, so that each batch would rewrite most of a large table: new ones wait in sorted pieces until they are
many. The table has a row per bucket of keys, whose postings stand in six bytes each.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from cleaner.dedup.characters import U16, U32, U64, Ints
from cleaner.dedup.tokens import ranges

SAMPLE = 5  # one shingle in so many has postings
REST = 16  # bits of a key that stand in a bucket
BUCKETS = 1 << (32 - REST)
UNITS = 3  # of 16 bits in a stored posting: the rest of the key, then the number
# Postings that wait: one in SHARE of all, within these bounds
FRESH, MOST, SHARE = 1 << 21, 1 << 23, 2
OFTEN = 8  # look-ups without a change after which waiting postings are put into one piece
HALF = (
    BUCKETS // 2
)  # of the keys one can have: after so many, reading all postings would have cost less
HELD = 1 << 26  # postings kept in memory at most: 400 MB
SLOT = 12  # bits of a key that stand in a slot of what is kept
GROUP = 1 << 10  # buckets worked on at a time
ASKED = 500  # keys or numbers in one statement

Packed = NDArray[np.uint64]
Found = tuple[Ints, NDArray[np.uint32]]


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
        size = min(1 << (len(some) - 1).bit_length(), ASKED)  # so that few statements are prepared
        some += some[-1:] * (size - len(some))
        yield from database.execute(listing(statement, size), some)


@cache
def listing(statement: str, size: int) -> str:
    """Return a statement with room for so many values."""
    return statement.replace("(?)", f"({','.join('?' * size)})")


@contextmanager
def snapshot(database: sqlite3.Connection) -> Iterator[Callable[..., sqlite3.Cursor]]:
    """Let several statements see one state of the file, whatever another process writes meanwhile."""
    database.execute("BEGIN")
    try:
        yield database.execute
    finally:
        database.execute("COMMIT")


@dataclass(frozen=True, slots=True)
class Table:
    """Postings in the order of their keys: the lower halves of these, and the documents.

    `starts`: where the keys of each slot begin.
    """

    keys: NDArray[np.uint16]
    numbers: NDArray[np.uint32]
    starts: NDArray[np.int32]

    @classmethod
    def of(cls, groups: Iterable[tuple[int, Packed]], size: int) -> Self:
        """Keep so many postings: for the first bucket of each group, in order, those of all its buckets."""
        keys, numbers = np.empty(size, U16), np.empty(size, U32)
        starts = np.full((1 << (32 - SLOT)) + 1, size, np.int32)
        slots = np.arange(GROUP << (REST - SLOT)).astype(U64) << U64(32 + SLOT)
        filled = 0
        for first, some in groups:
            end = filled + len(some)
            keys[filled:end], numbers[filled:end] = some >> U64(32), some
            place = first << (REST - SLOT)
            edges = slots + (U64(first) << U64(32 + REST))
            starts[place : place + len(slots)] = some.searchsorted(edges) + filled
            filled = end
        return cls(keys, numbers, starts)

    def holders(self, keys: NDArray[np.uint32]) -> Found:
        """Return for all holders of the keys which key it is (its place) and the document."""
        slot = keys >> U32(SLOT)
        start = self.starts.take(slot)
        sizes = self.starts.take(slot + U32(1)) - start
        ends = sizes.cumsum()
        at = (start - ends + sizes).repeat(sizes)
        at += np.arange(len(at))
        found = (self.keys.take(at) == keys.astype(U16).repeat(sizes)).nonzero()[0]
        return ends.searchsorted(found, "right"), self.numbers.take(at.take(found))


@dataclass(slots=True)
class Postings:
    """The postings of an index file; those that wait are held in memory."""

    database: sqlite3.Connection
    pieces: list[Packed] = field(default_factory=list)
    seen: int = 0
    merges: int = -1
    table: Table | None = None  # of all postings, when all were read
    recent: list[Packed] = field(default_factory=list)  # pieces that are not in the table
    asked: int = 0
    read: int = 0

    def refresh(self) -> None:
        """Read the waiting postings that another process has added."""
        run = self.database.execute
        (merges,) = run("SELECT value FROM meta WHERE key = 'merges'").fetchone()
        if int(merges) != self.merges:
            self._forget(int(merges))
        for batch, data in run("SELECT batch, data FROM fresh WHERE batch > ?", (self.seen,)):
            self._hold(np.frombuffer(data, U64))
            self.seen = batch

    def _hold(self, piece: Packed) -> None:
        """Keep a sorted piece."""
        self.asked = 0
        for pieces in (self.pieces, self.recent) if self.table else (self.pieces,):
            join(pieces, piece)

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
        for first, some in self._groups(fresh):
            kept = some
            if len(gone):
                kept = some[~np.isin(some & U64(0xFFFFFFFF), gone)]
                run("DELETE FROM posting WHERE bucket >= ? AND bucket < ?", (first, first + GROUP))
            total += len(kept)
            self.database.executemany("INSERT OR REPLACE INTO posting VALUES (?, ?)", written(kept))
        self.merges += 1
        run("DELETE FROM fresh")
        run("DELETE FROM removed")
        values = {"merges": self.merges, "merged": total}
        self.database.executemany(
            "INSERT OR REPLACE INTO meta VALUES (?, ?)", [(k, str(v)) for k, v in values.items()]
        )
        self._forget(self.merges)

    def _forget(self, merges: int) -> None:
        """Start again: the file has been merged so many times."""
        self.merges, self.seen, self.read = merges, 0, 0
        self.pieces, self.recent, self.table = [], [], None

    def _groups(self, fresh: Packed) -> Iterator[tuple[int, Packed]]:
        """Yield the first of some buckets, and the postings of all of them with the fresh ones."""
        select = "SELECT bucket, data FROM posting WHERE bucket >= ? AND bucket < ?"
        firsts = range(0, BUCKETS, GROUP)
        cuts = fresh.searchsorted(np.array(firsts, U64) << U64(32 + REST)).tolist()
        for first, low, high in zip(firsts, cuts, [*cuts[1:], len(fresh)], strict=True):
            rows = self.database.execute(select, (first, first + GROUP)).fetchall()
            some = np.concatenate([*parsed(rows), fresh[low:high]])
            some.sort(kind="stable")  # two sorted runs are merged
            yield first, some

    def holders(self, keys: NDArray[np.uint32]) -> Found:
        """Return for all holders of the keys which key it is (its place) and the document."""
        if not self.database.in_transaction:  # what a writer prepares would not last
            self._prepare(len(keys))
        if self.table is None:
            found = [self._stored(keys), *waiting(self.pieces, keys)]
        else:
            found = [self.table.holders(keys), *waiting(self.recent, keys)]
        if len(found) == 1:
            return found[0]
        places, numbers = zip(*found, strict=True)
        return np.concatenate(places), np.concatenate(numbers)

    def _prepare(self, keys: int) -> None:
        """Make look-ups cheaper when there are many; this one is of so many keys."""
        self.asked += 1
        if self.asked == OFTEN and len(self.pieces) > 1:
            self.pieces = [np.sort(np.concatenate(self.pieces))]
        if self.table is None:
            self.read += keys
            if self.read > HALF:
                self._keep()

    def _keep(self) -> None:
        """Keep all postings in memory, if they are not too many and the file is as it was when last read."""
        self.read = 0
        with snapshot(self.database) as run:
            (merges,) = run("SELECT value FROM meta WHERE key = 'merges'").fetchone()
            (merged,) = run("SELECT value FROM meta WHERE key = 'merged'").fetchone()
            size = int(merged) + sum(map(len, self.pieces))
            if int(merges) == self.merges and size <= HELD:
                fresh = np.sort(np.concatenate([*self.pieces, np.empty(0, U64)]))
                self.table = Table.of(self._groups(fresh), size)

    def _stored(self, keys: NDArray[np.uint32]) -> Found:
        """Look keys up in the file."""
        buckets = (keys >> U32(REST)).tolist()
        select = "SELECT bucket, data FROM posting WHERE bucket IN (?)"
        rows = dict(rows_in(self.database, select, [*dict.fromkeys(buckets)]))
        data = [rows.get(bucket, b"") for bucket in buckets]
        sizes = np.array([*map(len, data)], np.int64) // (2 * UNITS)
        units = np.frombuffer(b"".join(data), U16).reshape(-1, UNITS)
        found = (units[:, 0] == keys.astype(U16).repeat(sizes)).nonzero()[0]
        return sizes.cumsum().searchsorted(found, "right"), numbers_of(units.take(found, axis=0))


def join(pieces: list[Packed], piece: Packed) -> None:
    """Add a sorted piece; join it with the last ones until each is twice as long as the next."""
    while pieces and len(pieces[-1]) < 2 * len(piece):
        piece = np.concatenate([pieces.pop(), piece])
        piece.sort()
    pieces.append(piece)


def waiting(pieces: Iterable[Packed], keys: NDArray[np.uint32]) -> Iterator[Found]:
    """Look keys up in sorted pieces."""
    wanted = keys.astype(U64) << U64(32)
    for piece in pieces:
        low = piece.searchsorted(wanted)
        some = (piece.take(low, mode="clip") ^ wanted < U64(1 << 32)).nonzero()[0]
        low = low.take(some)
        counts = piece.searchsorted(wanted.take(some) | U64(0xFFFFFFFF), "right") - low
        yield some.repeat(counts), piece.take(ranges(low, counts)).astype(U32)


def numbers_of(units: NDArray[np.uint16]) -> NDArray[np.uint32]:
    """Return the documents of stored postings."""
    return units[:, 2].astype(U32) << U32(16) | units[:, 1]


def units_of(postings: Packed) -> NDArray[np.uint16]:
    """Return postings as they are stored, a row for each."""
    units = np.empty((len(postings), UNITS), U16)
    units[:, 0] = postings >> U64(32) & U64(0xFFFF)
    units[:, 1] = postings & U64(0xFFFF)
    units[:, 2] = postings >> U64(16) & U64(0xFFFF)
    return units


def parsed(rows: Sequence[tuple[int, bytes]]) -> list[Packed]:
    """Read stored buckets."""
    if not rows:
        return []
    sizes = np.array([len(data) // (2 * UNITS) for _, data in rows])
    units = np.frombuffer(b"".join(data for _, data in rows), U16).reshape(-1, UNITS)
    keys = np.repeat(np.array([bucket for bucket, _ in rows], U64) << U64(REST), sizes)
    return [(keys | units[:, 0]) << U64(32) | numbers_of(units)]


def written(postings: Packed) -> Iterator[tuple[int, bytes]]:
    """Write sorted postings as buckets."""
    if not len(postings):
        return
    bucket = postings >> U64(32 + REST)
    opens = np.flatnonzero(np.append(True, bucket[1:] != bucket[:-1])[: len(bucket)])
    packed = units_of(postings).tobytes()
    edges = [*(opens * 2 * UNITS).tolist(), len(packed)]
    for one, (start, end) in zip(bucket[opens].tolist(), pairwise(edges), strict=True):
        yield one, packed[start:end]
