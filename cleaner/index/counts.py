"""In how many texts a shingle stands, roughly, in one byte each: what makes a shingle rare in an index."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from cleaner.dedup.characters import U8, U64, Ints

CHUNK = 4032  # cells written to disk together: two fit a page of 8 kB
LOAD = 2  # shingles per cell at most
SMALLEST = 1 << 18  # cells of an empty index
FULL, TEXTS = (
    64,
    64,
)  # where a cell stays, and texts counted at a time: three times as many wouldn't overflow it


@dataclass(slots=True)
class Counts:
    """A table of saturating counters; a shingle has two, and its count is the smaller one.

    Other shingles may share a cell, but seldom both: a count is never too low before something is removed,
    and seldom much too high (a count-min sketch in one row, Cormode and Muthukrishnan 2005). `dirty`: which
    chunks were not written yet.
    """

    cells: NDArray[np.uint8]
    dirty: NDArray[np.bool_]

    @classmethod
    def empty(cls, cells: int) -> Self:
        """Return a table of so many cells that has nothing to write."""
        return cls(np.zeros(cells, U8), np.zeros(-(-cells // CHUNK), bool))

    @classmethod
    def of_size(cls, size: int) -> Self:
        """Return a table for so many shingles, all of which is to be written."""
        cells = SMALLEST
        while cells < size:
            cells *= 2
        table = cls.empty(cells)
        table.dirty[:] = True
        return table

    def places(self, hashes: NDArray[np.uint64]) -> tuple[Ints, Ints]:
        """Return both cells of each hash: by its lower and by its upper bits."""
        size = len(self.cells)
        low, high = hashes & U64(size - 1), hashes >> U64(65 - size.bit_length())
        return low.view(np.int64), high.view(np.int64)

    def get(self, hashes: NDArray[np.uint64]) -> NDArray[np.uint8]:
        """Return in how many texts each shingle stands, roughly."""
        one, other = self.places(hashes)
        return np.minimum(self.cells.take(one), self.cells.take(other))

    def add(self, hashes: NDArray[np.uint64]) -> None:
        """Count the shingles of at most TEXTS texts once more."""
        places = np.concatenate(self.places(hashes))
        places = places.compress(self.cells.take(places) < FULL)
        np.add.at(self.cells, places, U8(1))
        self.dirty[places // CHUNK] = True

    def remove(self, hashes: NDArray[np.uint64]) -> None:
        """Count shingles once less."""
        places, times = np.unique(np.concatenate(self.places(hashes)), return_counts=True)
        old = self.cells.take(places)
        self.cells[places] = np.where(old < FULL, np.maximum(old - times, 0), old)
        self.dirty[places // CHUNK] = True
