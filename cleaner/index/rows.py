"""Postings as the file keeps them: rows of neighbouring keys, each read when it is first asked for.

A row holds all postings whose keys have the same upper bits. It stores where each of its SLOTS begins, the
lower bits of the keys and the documents, so that nothing is computed when it is read.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Self

import numpy as np
from numpy.typing import NDArray

from cleaner.dedup.characters import U16, U32, U64, Ints
from cleaner.dedup.tokens import distinct, ranges
from cleaner.index.statements import rows_in

FEWEST, MOST = 8, 16  # bits of a key that say which row it is in
ROW = 1 << 14  # postings in a row, at most on average
SLOT = 10  # bits of a key that say which slot of the row it is in; the rest are at most 16
SLOTS = 1 << SLOT
EDGES = SLOTS + 1  # where the slots of a row begin, and the last one ends
WAITING = 1 << 23  # postings that wait to be put into rows, at most
HELD = 1 << 26  # postings kept in memory at most: 400 MB

Packed = NDArray[np.uint64]  # postings: a key of 32 bits above the number of a document
Found = tuple[Ints, NDArray[np.uint32]]


@dataclass(frozen=True, slots=True)
class Layout:
    """How the postings of a file are cut into 2**bits rows: `sizes` says how many each row has."""

    bits: int
    sizes: Ints

    @classmethod
    def of(cls, postings: int) -> Self:
        """Return how to cut so many postings, with empty rows."""
        bits = min(max((postings // ROW).bit_length(), FEWEST), MOST)
        return cls(bits, np.zeros(1 << bits, np.int64))

    @classmethod
    def stored(cls, database: sqlite3.Connection) -> Self:
        """Read the layout of a file."""
        stored = database.execute("SELECT bits, sizes FROM layout").fetchone()
        if stored is None:
            return cls.of(0)
        return cls(stored[0], np.frombuffer(stored[1], U32).astype(np.int64))

    def store(self, database: sqlite3.Connection) -> None:
        """Write the layout to the file."""
        database.execute("DELETE FROM layout")
        sizes = self.sizes.astype(U32).tobytes()
        database.execute("INSERT INTO layout VALUES (?, ?)", (self.bits, sizes))

    @property
    def rest(self) -> int:
        """How many bits of a key stand with its posting."""
        return 32 - self.bits - SLOT

    @property
    def total(self) -> int:
        """How many postings are in all rows."""
        return int(self.sizes.sum())

    def rows(self, keys: NDArray[np.uint32]) -> Ints:
        """Return which row each key is in."""
        return (keys >> U32(32 - self.bits)).astype(np.int64)

    def first(self, row: int) -> int:
        """Return the upper MOST bits of the lowest key of a row: what it is called in the file."""
        return row << (MOST - self.bits)

    def written(self, top: int, some: Packed) -> Iterator[tuple[int, bytes]]:
        """Yield the names of rows and what is stored of them, and note their sizes.

        `some`: all postings, sorted, whose keys have the upper FEWEST bits `top`.
        """
        span = 1 << (self.bits - FEWEST)
        slots = np.arange(top * span << SLOT, (top + 1) * span << SLOT).astype(U64)
        cuts = np.append(some.searchsorted(slots << U64(32 + self.rest)), len(some))
        keys = ((some >> U64(32)).astype(U32) & U32((1 << self.rest) - 1)).astype(U16)
        numbers = some.astype(U32)
        for place in range(span):
            edges = cuts[place << SLOT : (place << SLOT) + EDGES]
            held = slice(edges[0], edges[-1])
            if edges[-1] == edges[0]:
                continue
            row = top * span + place
            self.sizes[row] = edges[-1] - edges[0]
            stored = (edges - edges[0]).astype(U32), keys[held], numbers[held]
            yield self.first(row), b"".join(part.tobytes() for part in stored)

    def parsed(self, row: int, data: bytes) -> Packed:
        """Return the postings of a stored row."""
        edges, keys, numbers = parts(data)
        slots = np.arange(row << SLOT, (row + 1) << SLOT).astype(U64) << U64(32 + self.rest)
        upper = slots.repeat((edges[1:] - edges[:-1]).astype(np.int64))
        return upper | keys.astype(U64) << U64(32) | numbers


def parts(data: bytes) -> tuple[NDArray[np.uint32], NDArray[np.uint16], NDArray[np.uint32]]:
    """Return what a stored row is made of: where its slots begin, lower bits of keys, documents."""
    edges = np.frombuffer(data, U32, EDGES)
    size = int(edges[-1])
    keys = np.frombuffer(data, U16, size, 4 * EDGES)
    return edges, keys, np.frombuffer(data, U32, size, 4 * EDGES + 2 * size)


@dataclass(slots=True)
class Rows:
    """The rows of a file that have been read, and a piece of postings that wait.

    Memory is reserved for all rows, which costs nothing until a row is written to its place, and behind
    them for the piece. `starts`: EDGES places for each row, where the keys of its slots begin; then as
    many for what the piece has of each.
    """

    layout: Layout
    keys: NDArray[np.uint16] = field(init=False)
    numbers: NDArray[np.uint32] = field(init=False)
    starts: Ints = field(init=False)
    offsets: Ints = field(init=False)
    known: NDArray[np.bool_] = field(init=False)
    held: int = 0
    piece: Packed | None = None

    def __post_init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """Forget all rows, and keep the piece."""
        sizes = self.layout.sizes
        ends = sizes.cumsum()
        self.offsets = ends - sizes
        room = ends[-1] + WAITING
        self.keys, self.numbers = np.empty(room, U16), np.empty(room, U32)
        self.starts = np.zeros(2 * len(sizes) * EDGES, np.int64)
        self.known = sizes == 0
        self.held = 0
        if self.piece is not None:
            self.hold(self.piece)

    def hold(self, piece: Packed) -> None:
        """Keep a sorted piece of at most WAITING postings, instead of the one before."""
        self.piece, first = piece, len(self.keys) - WAITING
        slot = (piece >> U64(32 + self.layout.rest)).view(np.int64)
        sizes = np.bincount(slot, minlength=1 << (self.layout.bits + SLOT)).reshape(-1, SLOTS)
        edges = self.starts[len(self.starts) // 2 :].reshape(-1, EDGES)
        edges[:, 1:] = sizes.cumsum().reshape(sizes.shape)
        edges[1:, 0] = edges[:-1, -1]
        edges += first
        end = first + len(piece)
        self.keys[first:end] = (piece >> U64(32)) & U64((1 << self.layout.rest) - 1)
        self.numbers[first:end] = piece & U64(0xFFFFFFFF)

    def read(self, database: sqlite3.Connection, rows: Ints) -> None:
        """Read some rows that aren't known."""
        names = [self.layout.first(row) for row in rows.tolist()]
        select = "SELECT first, data FROM posting WHERE first IN (?)"
        for first, data in rows_in(database, select, names):
            self.put(first >> (MOST - self.layout.bits), data)
        self.known[rows] = True
        self.held += int(self.layout.sizes[rows].sum())

    def put(self, row: int, data: bytes) -> None:
        """Keep a stored row."""
        edges, keys, numbers = parts(data)
        first = int(self.offsets[row])
        self.keys[first : first + len(keys)] = keys
        self.numbers[first : first + len(keys)] = numbers
        np.add(edges, first, out=self.starts[row * EDGES : (row + 1) * EDGES])

    def holders(self, database: sqlite3.Connection, keys: NDArray[np.uint32]) -> Iterator[Found]:
        """Yield for all holders of the keys which key it is (its place) and the document."""
        rows = self.layout.rows(keys)
        missing = rows.compress(~self.known.take(rows))
        if len(missing):
            missing = distinct(missing)
            more = int(self.layout.sizes[missing].sum())
            if self.held + more > HELD and self.held:
                self.clear()
                yield from self.holders(database, keys)
                return
            if more > HELD and len(missing) > 1:
                upper = rows >= missing[len(missing) // 2]
                for some in (np.flatnonzero(~upper), np.flatnonzero(upper)):
                    for places, numbers in self.holders(database, keys.take(some)):
                        yield some.take(places), numbers
                return
            self.read(database, missing)
        yield self._holders(keys, rows)

    def _holders(self, keys: NDArray[np.uint32], rows: Ints) -> Found:
        at = (keys >> U32(self.layout.rest)).astype(np.int64)  # of which the slot's edges …
        at += rows  # … stand here, as there is one more in each row
        lower = (keys & U32((1 << self.layout.rest) - 1)).astype(U16)
        size = len(keys)
        if self.piece is not None:
            at = np.concatenate([at, at + len(self.starts) // 2])
            lower = np.concatenate([lower, lower])
        start = self.starts.take(at)
        at += 1
        sizes = self.starts.take(at) - start
        ends, at = sizes.cumsum(), ranges(start, sizes)
        found = (self.keys.take(at) == lower.repeat(sizes)).nonzero()[0]
        places = ends.searchsorted(found, "right")
        if self.piece is not None:
            places %= size
        return places, self.numbers.take(at.take(found))
