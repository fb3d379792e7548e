"""Runs: stretches of shared shingles that follow one another in both texts of a pair.

Copies share hundreds of shingles in a few runs, so what a comparison counts is counted over runs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from cleaner.dedup.characters import U32, Ints
from cleaner.dedup.hashes import LONGEST, PLACE, Meetings
from cleaner.dedup.postings import NGRAM
from cleaner.dedup.tokens import ranges

STRAY = 20  # one shared shingle in so many may stand at each end, away from the rest, by chance
SHIFT = PLACE + 1  # bits of how far apart two places are, and of a number of shingles


@dataclass(frozen=True, slots=True)
class Runs:
    """The runs of n pairs, in the order of a.

    `x`, `y`, `x_end`, `y_end`: places of the first and the last shingle of each run. `again`: the run
    before is of the same pair; `joined`: and its last shingle in a is the one before; `flows`: both are rare.
    `scarce`: which meetings are rare. `rare`: how many of them are in each run, from `held` on;
    `total`: in each pair.
    """

    met: Meetings
    pair: Ints
    x: Ints
    y: Ints
    x_end: Ints
    y_end: Ints
    again: NDArray[np.bool_]
    joined: NDArray[np.bool_]
    flows: NDArray[np.bool_]
    scarce: Ints
    held: Ints
    rare: Ints
    total: Ints

    @classmethod
    def of(cls, met: Meetings) -> Self:
        """Find the runs."""
        x, y, size = met.x, met.y, len(met.x)
        joined = np.zeros(size, bool)
        np.equal(x[1:] - x[:-1], 1, out=joined[1:])
        opens = met.bounds[:-1]
        joined[opens[opens < met.bounds[1:]]] = False
        broken = ~joined
        broken[1:] |= y[1:] - y[:-1] != 1
        start = np.flatnonzero(broken)
        end = np.append(start, size)[1:] - 1
        pair = np.repeat(np.arange(len(opens)), np.diff(np.searchsorted(start, met.bounds)))
        again = np.zeros(len(start), bool)
        np.equal(pair[1:], pair[:-1], out=again[1:])
        before = np.zeros(size + 1, np.int64)
        np.cumsum(met.rare, out=before[1:])
        held = before[start]
        return cls(
            met,
            pair,
            x[start],
            y[start],
            x[end],
            y[end],
            again,
            joined[start],
            joined[start] & met.rare[start] & met.rare[start - 1],
            np.flatnonzero(met.rare),
            held,
            before[end + 1] - held,
            np.diff(before[met.bounds]),
        )

    def __len__(self) -> int:
        return len(self.pair)

    def count(self, runs: NDArray[np.bool_] | Ints, weights: Ints | None = None) -> Ints:
        """Return per pair how many of these runs it has, or the sum of their weights."""
        counted = np.bincount(self.pair[runs], weights, len(self.total))
        return counted.astype(np.int64, copy=False)

    def covered(self) -> Ints:
        """Return per pair how many tokens of a stand in shared shingles."""
        words = self.x_end - self.x + NGRAM
        words[:-1] -= np.where(
            self.again[1:], np.maximum(NGRAM - self.x[1:] + self.x_end[:-1], 0), 0
        )
        return self.count(np.arange(len(self)), words)

    def reach(self, places: Ints, *, ordered: NDArray[np.bool_] | None = None) -> tuple[Ints, Ints]:
        """Return per pair the places between which nine tenths of the rare meetings lie.

        `places`: of all meetings. `ordered`: pairs whose places ascend; by default all.
        """
        ends = np.cumsum(self.total)
        starts = ends - self.total
        stray = self.total // STRAY
        some = np.flatnonzero(self.total if ordered is None else self.total * ordered)
        low, high = np.zeros(len(ends), np.int64), np.zeros(len(ends), np.int64)
        low[some] = places[self.scarce[(starts + stray)[some]]]
        high[some] = places[self.scarce[(ends - 1 - stray)[some]]] + NGRAM
        if ordered is not None:
            rest = np.flatnonzero(self.total * ~ordered)
            sizes = self.total[rest]
            keys = np.repeat(np.arange(len(rest), dtype=U32) << U32(PLACE), sizes)  # at most PAIRS
            keys |= places[self.scarce[ranges(starts[rest], sizes)]].astype(U32)
            keys.sort()
            ends = np.cumsum(sizes)
            low[rest] = keys[ends - sizes + stray[rest]] & U32(LONGEST)
            high[rest] = (keys[ends - 1 - stray[rest]] & U32(LONGEST)).astype(np.int64) + NGRAM
        return low, high

    def medians(self, runs: Ints) -> Ints:
        """Return per pair the median of y - x, over its rare meetings; `runs` are those that have any."""
        keys = (self.y - self.x + (1 << PLACE))[runs] << SHIFT | self.rare[runs]
        keys |= self.pair[runs] << (2 * SHIFT)
        keys.sort()
        reached = np.cumsum(keys & ((1 << SHIFT) - 1))
        middle = np.cumsum(self.total) - self.total + self.total // 2
        some = np.flatnonzero(self.total)
        found = np.zeros(len(self.total), np.int64)
        at = np.searchsorted(reached, middle[some], "right")
        found[some] = (keys[at] >> SHIFT & ((1 << SHIFT) - 1)) - (1 << PLACE)
        return found

    def passages(self, runs: Ints) -> Ints:
        """Return in how many unbroken rare passages the rare meetings of some runs stand."""
        breaks = np.zeros(len(self.scarce), np.int64)
        np.cumsum(self.scarce[1:] - self.scarce[:-1] != 1, out=breaks[1:])
        first = self.held[runs]
        found: Ints = breaks[first + self.rare[runs] - 1] - breaks[first] + 1
        return found
