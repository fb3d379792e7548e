"""How many documents have a shingle: a table of bytes, kept in the file."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from cleaner.dedup.characters import U8, U16
from cleaner.dedup.counts import CHUNK, LOAD, Counts
from cleaner.dedup.postings import RARE
from cleaner.dedup.sketches import Sketches

RECOUNTED = 512  # documents read at a time


@dataclass(slots=True)
class Counters:
    """Counts of shingles, as of the last change this process has seen."""

    database: sqlite3.Connection
    counts: Counts = field(default_factory=lambda: Counts.of_size(0))
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
            self.version = -1
        changed = run("SELECT chunk, cells FROM counts WHERE version > ?", (self.version,))
        for chunk, cells in changed:
            self.counts.cells[chunk * CHUNK : (chunk + 1) * CHUNK] = np.frombuffer(cells, U8)
        self.counts.dirty.clear()
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
        for chunk in sorted(self.counts.dirty):
            cells = self.counts.cells[chunk * CHUNK : (chunk + 1) * CHUNK]
            yield chunk, self.version, cells.tobytes()
        self.counts.dirty.clear()

    def change(self, hashes: NDArray[np.uint64], by: int) -> None:
        """Count shingles once more or once less."""
        self.counts.change(hashes, by)
        self.total = max(self.total + by * len(hashes), 0)

    def grow(self, more: int) -> None:
        """Make room for `more` shingles; when the table is full, double it and count again."""
        if self.total + more <= LOAD * len(self.counts.cells):
            return
        self.counts = Counts.of_size(self.total + more)
        self.database.execute("DELETE FROM counts")
        rows = self.database.execute("SELECT words FROM document WHERE counted")
        while batch := rows.fetchmany(RECOUNTED):
            bounds = np.cumsum([0, *(len(words) // 2 for (words,) in batch)])
            packed = np.frombuffer(b"".join(words for (words,) in batch), U16)
            again = Sketches.stored(packed, bounds, np.zeros(len(batch), bool))
            self.counts.change(again.hashes, 1)
