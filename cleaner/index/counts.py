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
FULL = 64  # where a cell stays
TEXTS = 64  # counted at a time: their shingles stay in the second-level cache


@dataclass(slots=True)
class Counts:
    """A table of saturating counters; a shingle has two, and its count is the smaller one.

    Other shingles may share a cell, but seldom both: a count is never too low before something is removed,
    and seldom too high (a count-min sketch in one row, Cormode and Muthukrishnan 2005). Adding raises
    only the cells that would be too low (the conservative update of Estan and Varghese 2002), which makes
    as few counts too high as sixteen times as many cells would. `dirty`: which chunks were not written yet.
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
        """Count the shingles of some texts once more."""
        ordered = np.sort(hashes)
        fresh = np.ones(len(ordered), bool)
        np.not_equal(ordered[1:], ordered[:-1], out=fresh[1:])
        first = fresh.nonzero()[0]
        times = np.empty(len(first), np.int64)
        np.subtract(first[1:], first[:-1], out=times[:-1])
        times[-1:] = len(ordered) - first[-1:]
        places = self.places(ordered.take(first))
        both = [*map(self.cells.take, places)]
        counts = np.minimum(times, FULL).astype(U8)
        counts += np.minimum(*both)
        np.minimum(counts, FULL, out=counts)
        for some, old in zip(places, both, strict=True):
            low = (old < counts).nonzero()[0]
            self._raise(some.take(low), counts.take(low))

    def _raise(self, places: Ints, counts: NDArray[np.uint8]) -> None:
        """Raise cells that are below a count: `np.maximum.at` in a third of the time."""
        self.dirty[places // CHUNK] = True
        while len(places):
            self.cells[places] = counts  # of several for one the last; a larger one comes again
            low = (self.cells.take(places) < counts).nonzero()[0]
            places, counts = places.take(low), counts.take(low)

    def remove(self, hashes: NDArray[np.uint64]) -> None:
        """Count the shingles of one text once less.

        Where both cells say the same, it isn't known which of them adding it has raised, and both are
        lowered: a count that shares one is then too low by one.
        """
        places = self.places(hashes)
        both = [*map(self.cells.take, places)]
        counts = np.minimum(*both)
        counted = (counts > 0) & (counts < FULL)
        for some, old in zip(places, both, strict=True):
            lower = counted & (old == counts)
            self.cells[some.compress(lower)] = counts.compress(lower) - U8(1)
            self.dirty[some // CHUNK] = True
