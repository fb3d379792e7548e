"""How many documents have a shingle, and which keys have postings: tables of bytes, kept in the file."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from cleaner.dedup.characters import U8, U16, U64
from cleaner.dedup.counts import CHUNK, LOAD, Counts
from cleaner.dedup.postings import RARE
from cleaner.dedup.sketches import Sketches
from cleaner.index.postings import keys_of, sampled

RECOUNTED = 512  # documents read at a time
SPARSE = 4  # counters per byte of the filter: five bits or more per posting


@dataclass(slots=True)
class Counters:
    """Counts of shingles and a filter of keys, as of the last change this process has seen.

    The filter is a Bloom filter with two functions: of the keys without postings it lets pass one in ten
    at most. So a new document asks the file for little.
    """

    database: sqlite3.Connection
    counts: Counts = field(default_factory=lambda: Counts.of_size(0))
    filter: Counts = field(default_factory=lambda: Counts.empty(0))
    total: int = 0
    version: int = -1

    @property
    def rare(self) -> int:
        """The count up to which a shingle is rare."""
        return RARE + self.noise

    @property
    def noise(self) -> int:
        """By how much counts are too high, on average: the load of the table."""
        return round(self.total / len(self.counts.cells))

    def create(self) -> None:
        """Start empty tables."""
        self.counts = Counts.of_size(0)
        self.filter = Counts.empty(len(self.counts.cells) // SPARSE)
        self.version = 0

    def refresh(self) -> None:
        """Read what another process has changed."""
        run = self.database.execute
        known = {
            key: int(value)
            for key, value in run(
                "SELECT key, value FROM meta WHERE key IN ('cells', 'shingles', 'version')"
            )
        }
        if known["version"] == self.version:
            return
        if known["cells"] != len(self.counts.cells) or self.version < 0:
            self.counts = Counts.empty(known["cells"])
            self.filter = Counts.empty(known["cells"] // SPARSE)
            self.version = -1
        changed = run("SELECT chunk, cells FROM counts WHERE version > ?", (self.version,))
        for chunk, cells in changed:
            table, place = (self.counts, chunk) if chunk >= 0 else (self.filter, -1 - chunk)
            table.cells[place * CHUNK : (place + 1) * CHUNK] = np.frombuffer(cells, U8)
        self.counts.dirty.clear()
        self.filter.dirty.clear()
        self.version, self.total = known["version"], known["shingles"]

    def flush(self) -> None:
        """Write what has changed."""
        self.version += 1
        self.database.executemany("INSERT OR REPLACE INTO counts VALUES (?, ?, ?)", self._rows())
        values = {
            "version": self.version,
            "shingles": self.total,
            "cells": len(self.counts.cells),
        }
        self.database.executemany(
            "INSERT OR REPLACE INTO meta VALUES (?, ?)", [(k, str(v)) for k, v in values.items()]
        )

    def _rows(self) -> Iterator[tuple[int, int, bytes]]:
        for table, sign, shift in ((self.filter, -1, 1), (self.counts, 1, 0)):
            for chunk in sorted(table.dirty, reverse=sign < 0):
                cells = table.cells[chunk * CHUNK : (chunk + 1) * CHUNK]
                yield sign * (chunk + shift), self.version, cells.tobytes()
            table.dirty.clear()

    def change(self, hashes: NDArray[np.uint64], by: int) -> None:
        """Count shingles once more or once less."""
        self.counts.change(hashes, by)
        self.total = max(self.total + by * len(hashes), 0)

    def grow(self, more: int) -> None:
        """Make room for `more` shingles; when the table is full, double it and count again."""
        if self.total + more <= LOAD * len(self.counts.cells):
            return
        self.counts = Counts.of_size(self.total + more)
        self.filter = Counts.empty(len(self.counts.cells) // SPARSE)
        self.filter.dirty.update(range(-(-len(self.filter.cells) // CHUNK)))
        self.database.execute("DELETE FROM counts")
        rows = self.database.execute("SELECT words FROM document WHERE counted")
        while batch := rows.fetchmany(RECOUNTED):
            bounds = np.cumsum([0, *(len(words) // 2 for (words,) in batch)])
            packed = np.frombuffer(b"".join(words for (words,) in batch), U16)
            again = Sketches.stored(packed, bounds, np.zeros(len(batch), bool))
            self.counts.change(again.hashes, 1)
            self.note(keys_of(again.hashes[sampled(again.hashes)]))
            self.note(keys_of(again.digests))

    def note(self, keys: NDArray[np.uint32]) -> None:
        """Put keys into the filter."""
        for place, bit in self._bits(keys):
            np.bitwise_or.at(self.filter.cells, place, bit)  # a cell may come twice
            self.filter.dirty.update(np.flatnonzero(np.bincount(place // CHUNK)).tolist())

    def noted(self, keys: NDArray[np.uint32]) -> NDArray[np.bool_]:
        """Return which keys may have postings."""
        found = np.ones(len(keys), bool)
        for place, bit in self._bits(keys):
            found &= (self.filter.cells.take(place) & bit) != 0
        return found

    def _bits(
        self, keys: NDArray[np.uint32]
    ) -> Iterator[tuple[NDArray[np.int64], NDArray[np.uint8]]]:
        size = len(self.filter.cells) - 1
        for factor in (0x9E3779B1, 0x85EBCA77):
            mixed = keys.astype(U64) * U64(factor) + U64(factor)
            mixed ^= mixed >> U64(29)
            bit = U8(1) << (mixed & U64(7)).astype(U8)
            yield (mixed >> U64(3) & U64(size)).astype(np.int64), bit
