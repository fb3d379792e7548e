"""Compare one text with one other: what `dedup.compare` does for thousands of pairs at a time.

The numbers are the same. Whole arrays have a fixed cost, a hundred steps of it for two texts; here the
few runs that two texts share are walked through one by one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cleaner.dedup.characters import U16, U64, Ints
from cleaner.dedup.compare import DRIFT, GAP, SLACK, Comparison
from cleaner.dedup.hashes import LONGEST, PLACE
from cleaner.dedup.postings import NGRAM, SMOOTH
from cleaner.dedup.runs import STRAY
from cleaner.dedup.tokens import NAME, NUMBER
from cleaner.index.asked import FLAGS

PLACES = np.arange(1 << 12).astype(U64)
MET = U64(1 << PLACE)  # values that differ by less have the same hash


@dataclass(slots=True)
class Text:
    """One text as it is compared: its packed words, its shingles, and which of these are rare."""

    packed: NDArray[np.uint16]
    hashes: NDArray[np.uint64]
    rare: NDArray[np.bool_]
    scarce: int = -1
    _keys: NDArray[np.uint64] | None = None
    _ordered: NDArray[np.uint64] | None = None

    def __post_init__(self) -> None:
        self.scarce = int(np.count_nonzero(self.rare))

    @property
    def keys(self) -> NDArray[np.uint64]:
        """The upper halves of its shingles, above room for a place; none of a text without a whole one."""
        if self._keys is None:
            whole = max(min(len(self.packed), LONGEST + 1) - NGRAM + 1, 0)
            self._keys = self.hashes[:whole] >> U64(32) << U64(PLACE)
        return self._keys

    @property
    def ordered(self) -> NDArray[np.uint64]:
        """The keys with the place of each, sorted."""
        if self._ordered is None:
            size = len(self.keys)
            places = PLACES[:size] if size <= len(PLACES) else np.arange(size).astype(U64)
            self._ordered = self.keys | places
            self._ordered.sort()
        return self._ordered

    def numbers(self, first: int, last: int) -> set[int]:
        """Return the different numbers between two places."""
        some = self.packed[first:last]
        return set(some[(some & U16(NUMBER)).view(np.int16) > 0].tolist())


class Row(NamedTuple):
    """What two texts have in common: a row of a `Comparison`, see there."""

    covered_a: int = 0
    runs: int = 0
    rare: int = 0
    from_a: int = 0
    to_a: int = 0
    from_b: int = 0
    to_b: int = 0
    aligned: int = 0
    aligned_runs: int = 0
    aligned_a: int = 0
    words: int = 0
    numbers: int = 0
    names: int = 0
    numbers_shared: int = 0
    numbers_least: int = 0


class Run(NamedTuple):
    """A run: places of its first and last shingle in both texts, and the rare meetings it holds."""

    x: int
    x_end: int
    y: int
    y_end: int
    held: int  # the first of its rare meetings
    rare: int  # how many it has
    joins: bool  # its first shingle and the last of the run before follow one another
    flows: bool  # and both are rare


def meetings(a: Text, b: Text) -> tuple[Ints, Ints]:
    """Return where shingles of a that b has stand in a, and where each stands first in b."""
    ordered = b.ordered
    if not len(ordered):
        return np.empty(0, np.int64), np.empty(0, np.int64)
    partner = ordered.take(ordered.searchsorted(a.keys), mode="clip")
    x = ((partner ^ a.keys) < MET).nonzero()[0]
    return x, partner.take(x).view(np.int64) & LONGEST


def row(a: Text, b: Text, *, least: float = 0) -> Row | None:
    """Compare two texts, of which b is no shorter.

    Return None for texts of different lengths that share less than `least` of the rare shingles.
    """
    x, y = meetings(a, b)
    is_rare = a.rare.take(x)
    scarce = is_rare.nonzero()[0]
    total = len(scarce)
    if total < least * (min(a.scarce, b.scarce) + SMOOTH) and len(a.packed) != len(b.packed):
        return None
    if not len(x):
        return Row()
    runs = runs_of(x, y, is_rare, scarce)
    words, numbers, names = replaced(a, b, runs)
    from_a, to_a, from_b, to_b = 0, 0, 0, 0
    if total:
        first, last = total // STRAY, total - 1 - total // STRAY
        rare_x, rare_y = x.take(scarce[[first, last]]), y.take(scarce)
        if any(after.y < before.y_end for before, after in pairwise(runs)):
            rare_y.sort()
        from_a, to_a = int(rare_x[0]), int(rare_x[1]) + NGRAM
        from_b, to_b = int(rare_y[first]), int(rare_y[last]) + NGRAM
    ours, theirs = a.numbers(from_a, to_a), b.numbers(from_b, to_b)
    overlaps = (max(NGRAM - after.x + before.x_end, 0) for before, after in pairwise(runs))
    return Row(
        sum(run.x_end - run.x + NGRAM for run in runs) - sum(overlaps),
        sum(not run.joins for run in runs),
        total,
        from_a,
        to_a,
        from_b,
        to_b,
        *aligned(x, scarce, runs, SLACK + DRIFT * len(a.packed)),
        words,
        numbers,
        names,
        len(ours & theirs),
        min(len(ours), len(theirs)),
    )


def runs_of(x: Ints, y: Ints, is_rare: NDArray[np.bool_], scarce: Ints) -> list[Run]:
    """Cut meetings where a shingle does not follow the one before in both texts."""
    follows = x[1:] - x[:-1] == 1
    broken = ~follows | (y[1:] - y[:-1] != 1)
    last = broken.nonzero()[0]
    start = np.append(0, last + 1)
    end = np.append(last, len(x) - 1)
    joins = np.append(False, follows.take(last))
    flows = joins & is_rare.take(start) & is_rare.take(start - 1)
    held = scarce.searchsorted(start)
    rare = np.append(held[1:], len(scarce)) - held
    columns = (x.take(start), x.take(end), y.take(start), y.take(end), held, rare, joins, flows)
    return [*map(Run._make, zip(*(column.tolist() for column in columns), strict=True))]


def replaced(a: Text, b: Text, runs: Sequence[Run]) -> tuple[int, int, int]:
    """Return how many words, numbers and names stand for others in small gaps between runs."""
    words, numbers, names = 0, 0, 0
    for before, after in pairwise(runs):
        mine, other = after.x - before.x_end - NGRAM, after.y - before.y_end - NGRAM
        if after.joins or mine > GAP or not -NGRAM < other <= GAP:
            continue
        if mine != other:
            words += 1
            continue
        ours, theirs = before.x_end + NGRAM, before.y_end + NGRAM
        ahead = zip(
            a.packed[ours : after.x].tolist(), b.packed[theirs : after.y].tolist(), strict=True
        )
        for one, its in ahead:
            if one >> FLAGS != its >> FLAGS:
                numbers += bool(one & its & NUMBER)
                names += bool(one & its & NAME)
                words += not one & its & (NUMBER | NAME)
    return words, numbers, names


def aligned(x: Ints, scarce: Ints, runs: Sequence[Run], slack: float) -> tuple[int, int, int]:
    """Return how many rare shingles are in order, in how many passages, and what stretch of a they span."""
    held = [run for run in runs if run.rare]
    if not held:
        return 0, 0, 0
    median = middle(held, len(scarce) // 2)
    near = [abs(run.y - run.x - median) <= slack and run.rare > 0 for run in runs]
    some = [run for run, is_near in zip(runs, near, strict=True) if is_near]
    if not some:
        return 0, 0, 0
    breaks = np.append(0, (scarce[1:] - scarce[:-1] != 1).cumsum()).tolist()
    passages = sum(breaks[run.held + run.rare - 1] - breaks[run.held] + 1 for run in some)
    passages -= sum(
        run.flows and one and other
        for run, one, other in zip(runs[1:], near, near[1:], strict=False)
    )
    first, last = x.take(scarce[[some[0].held, some[-1].held + some[-1].rare - 1]]).tolist()
    return sum(run.rare for run in some), passages, last - first + NGRAM


def middle(runs: Sequence[Run], half: int) -> int:
    """Return the median of how far apart in both texts rare meetings stand."""
    shifts = sorted((run.y - run.x, run.rare) for run in runs)
    reached = accumulate(rare for _, rare in shifts)
    return next(shift for (shift, _), so_far in zip(shifts, reached, strict=True) if so_far > half)


def table(rows: Mapping[tuple[int, int], Row]) -> Comparison:
    """Return compared pairs as `compare` does."""
    columns = np.array([(*pair, *found) for pair, found in rows.items()], np.int64)
    return Comparison(*columns.T)


def rows_of(found: Comparison) -> list[Row]:
    """Return the rows of compared pairs."""
    columns = (getattr(found, name).tolist() for name in Row._fields)
    return [*map(Row._make, zip(*columns, strict=True))]
