"""How many documents have a shingle: a table of bytes, kept in the file."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from cleaner.dedup.characters import U8, Ints
from cleaner.dedup.sketches import Sketches
from cleaner.index.counts import CHUNK, LOAD, TEXTS, Counts


@dataclass(slots=True)
class Counters:
    """Counts of shingles, as of the last change this process has seen."""

    database: sqlite3.Connection
    counts: Counts = field(default_factory=lambda: Counts.of_size(0))
    total: int = 0
    version: int = -1

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
        self.counts.dirty[:] = False
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
        for chunk in np.flatnonzero(self.counts.dirty).tolist():
            cells = self.counts.cells[chunk * CHUNK : (chunk + 1) * CHUNK]
            yield chunk, self.version, cells.tobytes()
        self.counts.dirty[:] = False

    def add(self, hashes: NDArray[np.uint64], bounds: Ints) -> None:
        """Count the shingles of some texts once more; those of text i stand at bounds[i]:bounds[i + 1]."""
        edges = bounds.tolist()
        for start, end in pairwise([*edges[:-1:TEXTS], edges[-1]]):
            self.counts.add(hashes[start:end])
        self.total += len(hashes)

    def remove(self, hashes: NDArray[np.uint64]) -> None:
        """Count shingles once less."""
        self.counts.remove(hashes)
        self.total = max(self.total - len(hashes), 0)

    def grow(self, more: int, counted: Iterable[tuple[NDArray[np.uint64], Ints]]) -> None:
        """Make room for `more` shingles; when the table is full, double it and count again."""
        if self.total + more <= LOAD * len(self.counts.cells):
            return
        self.counts, self.total = Counts.of_size(self.total + more), 0
        self.database.execute("DELETE FROM counts")
        for packed, bounds in counted:
            again = Sketches.stored(packed, bounds)
            self.add(again.hashes, again.bounds)
