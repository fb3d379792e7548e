"""In how many texts a shingle stands, roughly, in one byte each: what makes a shingle rare in an index."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from cleaner.dedup.characters import U8, U32, U64, Ints

CHUNK = 4032  # cells written to disk together: two fit a page of 8 kB
LOAD = 2  # shingles per cell at most: a count is too high by so many at worst, on average
SMALLEST = 1 << 18  # cells of an empty index
FULL = 255  # where a cell stays


@dataclass(slots=True)
class Counts:
    """A table of saturating counters, one cell per hash value; other hashes may share a cell.

    A count is never too low before something is removed, and too high by LOAD at most on average (a
    counting Bloom filter with one function, Fan and others 1998).
    """

    cells: NDArray[np.uint8]
    dirty: set[int] = field(default_factory=set)

    @classmethod
    def empty(cls, cells: int) -> Counts:
        """Return a table of so many cells that has nothing to write."""
        return cls(np.zeros(cells, U8))

    @classmethod
    def of_size(cls, size: int) -> Counts:
        cells = SMALLEST
        while cells < size:
            cells *= 2
        return cls(np.zeros(cells, U8), set(range(-(-cells // CHUNK))))

    def places(self, hashes: NDArray[np.uint64]) -> Ints:
        """Return the cell of each hash."""
        return (hashes & U64(len(self.cells) - 1)).astype(np.int64)

    def get(self, hashes: NDArray[np.uint64]) -> NDArray[np.uint8]:
        return self.cells.take(self.places(hashes))

    def change(self, hashes: NDArray[np.uint64], by: int) -> None:
        """Count hashes once more (by = 1) or once less (by = -1)."""
        ordered = np.sort(
            (hashes & U64(len(self.cells) - 1)).astype(U32)
        )  # half the time of 64 bits
        opens = np.ones(len(ordered), bool)
        np.not_equal(ordered[1:], ordered[:-1], out=opens[1:])
        first = np.flatnonzero(opens)
        cells, times = ordered.take(first).astype(np.int64), np.diff(first, append=len(ordered))
        old = self.cells.take(cells).astype(np.int64)
        new = np.clip(old + by * times, 0, FULL)
        self.cells[cells] = np.where(old == FULL, FULL, new)
        chunks = cells // CHUNK
        self.dirty.update(
            chunks[np.append(True, chunks[1:] != chunks[:-1])[: len(chunks)]].tolist()
        )
