"""Which documents have a shingle: postings in an index file.

A posting is the 32-bit key of a shingle and the number of a document. Postings come in any order of
key, so that each batch would rewrite most of a large table: new ones wait in sorted pieces until they are
many, and are then merged into the rows of the table.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from cleaner.dedup.characters import U32, U64, Ints
from cleaner.dedup.tokens import ranges
from cleaner.index.rows import FEWEST, HELD, MOST, WAITING, Found, Layout, Packed, Rows

SAMPLE = 5  # of a long text one shingle in so many has postings, …
POSTED = 80  # … of a shorter one about so many at least: its pairs share few
# Postings that wait: one in SHARE of all, but FRESH at least and WAITING at most
FRESH, SHARE = 1 << 21, 2
OFTEN = 8  # look-ups without a change after which waiting postings are put into one piece


def limits(shingles: Ints) -> NDArray[np.uint64]:
    """Return for texts with so many shingles below what the lower half of a hash is in the sample.

    So of the shingles two texts share, those in the sample of the longer one are in that of the other, too.
    """
    share = np.clip(POSTED / np.maximum(shingles, 1), 1 / SAMPLE, 1)
    return (share * (1 << 32)).astype(U64)


def limit(shingles: int) -> np.uint64:
    """Return what `limits` gives for one text, without the fixed cost of arrays."""
    return U64(min(max(POSTED / max(shingles, 1), 1 / SAMPLE), 1) * (1 << 32))


def sampled(hashes: NDArray[np.uint64], below: NDArray[np.uint64] | np.uint64) -> NDArray[np.bool_]:
    """Return which shingles can have postings; `below`: see `limits`, of the text of each or of all."""
    chosen: NDArray[np.bool_] = hashes & U64(0xFFFFFFFF) < below
    return chosen


def sample_of(hashes: NDArray[np.uint64], bounds: Ints) -> NDArray[np.bool_]:
    """Return which shingles of some texts can have postings; text i has hashes[bounds[i]:bounds[i + 1]]."""
    if len(bounds) == 2:
        return sampled(hashes, limit(len(hashes)))
    sizes = bounds[1:] - bounds[:-1]
    return sampled(hashes, limits(sizes).repeat(sizes))


def keys_of(hashes: NDArray[np.uint64]) -> NDArray[np.uint32]:
    """Return the upper halves of hashes."""
    return (hashes >> U64(32)).astype(U32)


def joined(pieces: Sequence[Packed]) -> Packed:
    """Return the postings of some sorted pieces as one."""
    if len(pieces) == 1:
        return pieces[0]
    piece = np.concatenate(pieces)
    piece.sort()
    return piece


@dataclass(slots=True)
class Postings:
    """The postings of an index file; those that wait are held in memory, and the rows that were read."""

    database: sqlite3.Connection
    rows: Rows = field(default_factory=lambda: Rows(Layout.of(0)))
    pieces: list[Packed] = field(default_factory=list)
    seen: int = 0
    merges: int = -1
    asked: int = 0
    writing: bool = False  # more postings are coming: what waits is not put in order for look-ups

    def refresh(self) -> None:
        """Read the waiting postings that another process has added."""
        run = self.database.execute
        (merges,) = run("SELECT value FROM meta WHERE key = 'merges'").fetchone()
        if int(merges) != self.merges:
            self._start(int(merges), Layout.stored(self.database))
        rows = run("SELECT batch, data FROM fresh WHERE batch > ?", (self.seen,)).fetchall()
        if rows:
            self._hold(joined([np.frombuffer(data, U64) for _, data in rows]))
            self.seen = max(batch for batch, _ in rows)

    def _start(self, merges: int, layout: Layout) -> None:
        """Start again: the file has been merged so many times."""
        self.merges, self.seen, self.asked = merges, 0, 0
        self.pieces, self.rows = [], Rows(layout)

    def _hold(self, piece: Packed) -> None:
        """Keep a sorted piece; join it with the last ones until each is twice as long as the next."""
        self.asked, self.rows.piece = 0, None
        while self.pieces and len(self.pieces[-1]) < 2 * len(piece):
            piece = joined([self.pieces.pop(), piece])
        self.pieces.append(piece)

    def add(self, keys: NDArray[np.uint32], numbers: Ints) -> None:
        """Add postings."""
        if not len(keys):
            return
        piece = keys.astype(U64) << U64(32) | numbers.astype(U64)
        piece.sort()
        self.seen += 1
        self.database.execute("INSERT INTO fresh VALUES (?, ?)", (self.seen, piece.tobytes()))
        self._hold(piece)
        merged = self.rows.layout.total
        if sum(map(len, self.pieces)) > min(max(FRESH, merged // SHARE), WAITING):
            self._merge()

    def _merge(self) -> None:
        """Move the waiting postings to the rows; drop those of removed documents."""
        run, old = self.database.execute, self.rows.layout
        fresh = joined(self.pieces)
        gone = np.array([n for (n,) in run("SELECT n FROM removed")], U64)
        layout = Layout.of(old.total + len(fresh))
        cuts = fresh.searchsorted(np.arange(1 << FEWEST).astype(U64) << U64(64 - FEWEST)).tolist()
        span = 1 << (MOST - FEWEST)
        for top, (low, high) in enumerate(zip(cuts, [*cuts[1:], len(fresh)], strict=True)):
            names = top * span, (top + 1) * span
            rows = run("SELECT first, data FROM posting WHERE first >= ? AND first < ?", names)
            parts = [old.parsed(first >> (MOST - old.bits), data) for first, data in rows]
            some = np.concatenate([*parts, fresh[low:high]])
            some.sort()
            if len(gone):
                some = some.compress(~np.isin(some & U64(0xFFFFFFFF), gone))
            run("DELETE FROM posting WHERE first >= ? AND first < ?", names)
            self.database.executemany(
                "INSERT INTO posting VALUES (?, ?)", layout.written(top, some)
            )
        layout.store(self.database)
        run("DELETE FROM fresh")
        run("DELETE FROM removed")
        run("UPDATE meta SET value = ? WHERE key = 'merges'", (str(self.merges + 1),))
        self._start(self.merges + 1, layout)

    def holders(self, keys: NDArray[np.uint32]) -> Found:
        """Return for all holders of the keys which key it is (its place) and the document."""
        self.asked += 1
        if self.asked >= OFTEN and self.pieces and self.rows.piece is None and not self.writing:
            piece = joined(self.pieces)
            self.pieces = [piece]
            if len(piece) <= WAITING and self.rows.layout.total <= HELD:
                self.rows.hold(piece)
        found = [*self.rows.holders(self.database, keys)]
        if self.rows.piece is None:
            found += waiting(self.pieces, keys)
        if len(found) == 1:
            return found[0]
        places, numbers = zip(*found, strict=True)
        return np.concatenate(places), np.concatenate(numbers)


def waiting(pieces: Iterable[Packed], keys: NDArray[np.uint32]) -> Iterator[Found]:
    """Look keys up in sorted pieces."""
    wanted = keys.astype(U64) << U64(32)
    for piece in pieces:
        low = piece.searchsorted(wanted)
        some = (piece.take(low, mode="clip") ^ wanted < U64(1 << 32)).nonzero()[0]
        low = low.take(some)
        counts = piece.searchsorted(wanted.take(some) | U64(0xFFFFFFFF), "right") - low
        yield some.repeat(counts), piece.take(ranges(low, counts)).astype(U32)
