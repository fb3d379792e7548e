"""Compare one text with one other: what `dedup.compare` does for thousands of pairs at a time.

The numbers are the same. Whole arrays have a fixed cost, a hundred steps of it for two texts; here the
few runs that two texts share are walked through one by one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cleaner.dedup.characters import U64, Ints
from cleaner.dedup.compare import DRIFT, GAP, SLACK, Comparison
from cleaner.dedup.hashes import LONGEST, PLACE
from cleaner.dedup.postings import NGRAM
from cleaner.dedup.runs import STRAY
from cleaner.dedup.sketches import FLAGS
from cleaner.dedup.tokens import NAME, NUMBER
from cleaner.dedup.votes import SMOOTH

NUMBERS = np.arange(1 << 12).view(U64)
PLACES = U64(LONGEST)  # bits of a value that hold a place
SLOT, SLOTS = U64(48), 1 << 16  # what a shingle shares with one in so many
MET = U64(1 << PLACE)  # values that differ by less have the same hash


@dataclass(slots=True)
class Text:
    """One text as it is compared: its packed words, its shingles, and which of these are rare."""

    packed: NDArray[np.uint64]
    hashes: NDArray[np.uint64]
    rare: NDArray[np.bool_]
    scarce: int = -1
    _ordered: NDArray[np.uint64] | None = None
    twice: int = 0  # rare shingles in a slot that another one has, once `table` is made
    _table: NDArray[np.bool_] | None = None

    def __post_init__(self) -> None:
        self.scarce = int(np.count_nonzero(self.rare))

    @property
    def ordered(self) -> NDArray[np.uint64]:
        """The upper halves of its shingles, above the place of each, sorted.

        A text without a whole shingle has none.
        """
        if self._ordered is None:
            size = max(min(len(self.packed), LONGEST + 1) - NGRAM + 1, 0)
            self._ordered = self.hashes[:size] >> U64(32) << U64(PLACE)
            self._ordered |= NUMBERS[:size] if size <= len(NUMBERS) else np.arange(size).view(U64)
            self._ordered.sort()
        return self._ordered

    @property
    def slots(self) -> Ints:
        """The upper bits of its rare shingles."""
        return (self.hashes.compress(self.rare) >> SLOT).view(np.int64)

    @property
    def table(self) -> NDArray[np.bool_]:
        """Which of all `slots` its rare shingles have."""
        if self._table is None:
            self._table = np.zeros(SLOTS, bool)
            self._table[self.slots] = True
            self.twice = self.scarce - int(np.count_nonzero(self._table))
        return self._table

    def numbers(self, first: int, last: int) -> set[int]:
        """Return the different numbers between two places."""
        some = self.packed[first:last]
        return set(some[(some & U64(NUMBER)).view(np.int64) > 0].tolist())


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
    flows: bool  # its first shingle and the last of the run before follow one another in a, and are rare


def meetings(a: Text, b: Text) -> tuple[Ints, Ints]:
    """Return where shingles of a that b has stand in a, and where each stands first in b."""
    ours, theirs = a.ordered, b.ordered
    if not len(theirs):
        return np.empty(0, np.int64), np.empty(0, np.int64)
    # Looking for sorted keys takes a third of the time
    partner = theirs.take(theirs.searchsorted(ours & ~PLACES), mode="clip")
    met = ((partner ^ ours) < MET).nonzero()[0]
    both = ours.take(met) << U64(PLACE)
    both |= partner.take(met) & PLACES
    both &= U64((1 << 2 * PLACE) - 1)
    both.sort()
    places = both.view(np.int64)
    return places >> PLACE, places & LONGEST


def same(one: Text, other: Text) -> bool:
    """Whether two texts have the same words."""
    return len(one.packed) == len(other.packed) and not ((one.packed ^ other.packed) >> FLAGS).any()


def promising(hub: Text, other: Text, least: float) -> bool:
    """Whether two texts may share `least` of the rare shingles; the first one is asked again and again."""
    table = hub.table
    met = int(np.count_nonzero(table.take(other.slots))) + hub.twice
    return met >= least * (min(hub.scarce, other.scarce) + SMOOTH) or same(hub, other)


def row(a: Text, b: Text, *, least: float = 0) -> Row | None:
    """Compare two texts, of which b is no shorter.

    Return None for different texts that share less than `least` of the rare shingles.
    """
    x, y = meetings(a, b)
    is_rare = a.rare.take(x)
    scarce = is_rare.nonzero()[0]
    total = len(scarce)
    if total < least * (min(a.scarce, b.scarce) + SMOOTH) and not same(a, b):
        return None
    if not len(x):
        return Row()
    runs = runs_of(x, y, is_rare, scarce)
    covered, joined, backward, gaps = walked(runs)
    from_a, to_a, from_b, to_b = 0, 0, 0, 0
    if total:
        first, last = total // STRAY, total - 1 - total // STRAY
        places = y.take(scarce)
        if backward:
            places.sort()
        from_a, to_a = int(x[scarce[first]]), int(x[scarce[last]]) + NGRAM
        from_b, to_b = int(places[first]), int(places[last]) + NGRAM
    ours, theirs = a.numbers(from_a, to_a), b.numbers(from_b, to_b)
    return Row(
        covered,
        len(runs) - joined,
        total,
        from_a,
        to_a,
        from_b,
        to_b,
        *aligned(x, scarce, runs, SLACK + DRIFT * len(a.packed)),
        *replaced(a.packed, b.packed, gaps),
        len(ours & theirs),
        min(len(ours), len(theirs)),
    )


def runs_of(x: Ints, y: Ints, is_rare: NDArray[np.bool_], scarce: Ints) -> list[Run]:
    """Cut meetings where a shingle does not follow the one before in both texts."""
    size = len(x)
    cuts = ((x[1:] - x[:-1] != 1) | (y[1:] - y[:-1] != 1)).nonzero()[0]
    edges = np.empty(len(cuts) + 2, np.int64)
    edges[0], edges[1:-1], edges[-1] = 0, cuts, size
    edges[1:-1] += 1
    start, end = edges[:-1], edges[1:] - 1
    before = np.maximum(start - 1, 0)
    flows = is_rare.take(start) & is_rare.take(before) & (x.take(start) - x.take(before) == 1)
    held = scarce.searchsorted(edges)
    columns = (x.take(start), x.take(end), y.take(start), y.take(end), held[:-1])
    rare = held[1:] - held[:-1]
    listed = [*(column.tolist() for column in (*columns, rare, flows))]
    return [*map(Run._make, zip(*listed, strict=True))]


def walked(runs: Sequence[Run]) -> tuple[int, int, bool, list[tuple[int, int, int, int]]]:
    """Return what stands between runs.

    That is: tokens of a in shared shingles, how many runs join the one before in a, whether b ever goes
    backward, and small gaps: where each begins in both texts, and its length in both.
    """
    covered, joined, backward = NGRAM * len(runs), 0, False
    gaps = []
    x_end, y_end = -GAP - 2 * NGRAM, 0
    for run in runs:
        covered += run.x_end - run.x
        mine, other = run.x - x_end - NGRAM, run.y - y_end - NGRAM
        if mine < 0:
            covered += mine
        if mine == 1 - NGRAM:
            joined += 1
        elif mine <= GAP and -NGRAM < other <= GAP:
            gaps.append((x_end + NGRAM, y_end + NGRAM, mine, other))
        backward |= run.y < y_end
        x_end, y_end = run.x_end, run.y_end
    return covered, joined, backward, gaps


def replaced(
    a: NDArray[np.uint64], b: NDArray[np.uint64], gaps: Sequence[tuple[int, int, int, int]]
) -> tuple[int, int, int]:
    """Return how many words, numbers and names stand for others in small gaps between runs."""
    words, numbers, names = 0, 0, 0
    for x, y, mine, other in gaps:
        if mine != other:
            words += 1
            continue
        for place in range(mine):
            one, its = a.item(x + place), b.item(y + place)
            if (one ^ its) >> FLAGS:
                both = one & its
                numbers += bool(both & NUMBER)
                names += bool(both & NAME)
                words += not both & (NUMBER | NAME)
    return words, numbers, names


def aligned(x: Ints, scarce: Ints, runs: Sequence[Run], slack: float) -> tuple[int, int, int]:
    """Return how many rare shingles are in order, in how many passages, and what stretch of a they span."""
    if not len(scarce):
        return 0, 0, 0
    median = middle(runs, len(scarce) // 2)
    breaks = (scarce[1:] - scarce[:-1] != 1).cumsum().tolist()
    breaks.insert(0, 0)
    rare, passages, first, last, was_near = 0, 0, -1, -1, False
    for run in runs:
        near = run.rare > 0 and abs(run.y - run.x - median) <= slack
        if near:
            closes = run.held + run.rare - 1
            rare += run.rare
            passages += breaks[closes] - breaks[run.held] + 1 - (run.flows and was_near)
            first, last = run.held if first < 0 else first, closes
        was_near = near
    if first < 0:
        return 0, 0, 0
    return rare, passages, int(x[scarce[last]] - x[scarce[first]]) + NGRAM


def middle(runs: Sequence[Run], half: int) -> int:
    """Return the median of how far apart in both texts rare meetings stand."""
    shifts = sorted([(run.y - run.x, run.rare) for run in runs])
    reached = accumulate([rare for _, rare in shifts])
    return next(shift for (shift, _), so_far in zip(shifts, reached, strict=True) if so_far > half)


def table(rows: Mapping[tuple[int, int], Row]) -> Comparison:
    """Return compared pairs as `compare` does."""
    columns = np.array([(*pair, *found) for pair, found in rows.items()], np.int64)
    return Comparison(*columns.T)


def rows_of(found: Comparison) -> list[Row]:
    """Return the rows of compared pairs."""
    columns = (getattr(found, name).tolist() for name in Row._fields)
    return [*map(Row._make, zip(*columns, strict=True))]
