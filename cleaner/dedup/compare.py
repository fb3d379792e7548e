"""Compare pairs of texts word by word, thousands of pairs at a time.

The three-word shingles of both texts are sorted together; what meets is shared. From where it stands
in each text follow the runs (unbroken shared passages), their order, and the gaps between them, in
which single words, numbers or names were replaced.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cleaner.dedup.characters import U8, U64, Ints
from cleaner.dedup.hashes import LONGEST, PLACE, Hashes, at_most_shared, shared_shingles
from cleaner.dedup.postings import NGRAM, SCARCE, SMOOTH, Rarity
from cleaner.dedup.tokens import NAME, NUMBER, Tokens, ranges

PAIRS = 1 << 11  # compared at a time, and at most …
ELEMENTS = 1 << 17  # … this many tokens: arrays stay in the second-level cache
BLOCK = 1 << 15  # pairs whose texts are hashed at a time

GAP = 10  # tokens between two runs that still read as a replacement, not as another passage
STRAY = 20  # one shared shingle in so many may stand at each end, away from the rest, by chance
DRIFT, SLACK = 0.1, 15  # a reworded copy stays within 10 % of its source's pace, and a line

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Comparison:
    """What n pairs have in common; each field is an array of n. `a` has no more tokens than `b`.

    `covered_a`: tokens of `a` in shared shingles. `runs`: unbroken shared passages.
    `rare`: rare shingles of `a` that `b` has; `from_a`, `to_a`, `from_b`, `to_b`: the tokens between
    which they stand in each text, strays left out. `aligned`: those in the order and at the pace of
    `b`; `aligned_runs`: the passages they stand in; `aligned_a`: tokens of `a` from the first to the
    last of them. `words`, `numbers`, `names`: replaced in small gaps between runs. `numbers_shared`,
    `numbers_least`: different numbers in the related part of both texts; in the one with fewer.
    """

    a: Ints
    b: Ints
    covered_a: Ints
    runs: Ints
    rare: Ints
    from_a: Ints
    to_a: Ints
    from_b: Ints
    to_b: Ints
    aligned: Ints
    aligned_runs: Ints
    aligned_a: Ints
    words: Ints
    numbers: Ints
    names: Ints
    numbers_shared: Ints
    numbers_least: Ints

    def __len__(self) -> int:
        return len(self.a)


def compare(tokens: Tokens, rarity: Rarity, a: Ints, b: Ints, *, least: float = 0) -> Comparison:
    """Compare the texts a[i] and b[i] for all i; the result may swap the two and has its own order.

    Pairs that share less than `least` of the rare shingles, smoothed, are left out.
    """
    counts = tokens.counts
    swap = (counts[a] > counts[b]) | ((counts[a] == counts[b]) & (a > b))
    a, b = np.where(swap, b, a), np.where(swap, a, b)
    order = np.lexsort((a, b))  # neighbours share a text: fewer cache misses
    a, b = a[order], b[order]
    figures, parts = Figures.of(tokens), []
    for first in range(0, len(a), BLOCK):
        ours, theirs = a[first : first + BLOCK], b[first : first + BLOCK]
        hashes = Hashes.of(tokens, rarity, np.unique(np.concatenate([ours, theirs])))
        if least:
            smaller = np.minimum(rarity.counts[ours], rarity.counts[theirs])
            kept = at_most_shared(hashes, ours, theirs) >= least * (smaller + SMOOTH)
            kept |= counts[ours] == counts[theirs]
            ours, theirs = ours[kept], theirs[kept]
        parts += [
            compare_batch(tokens, rarity, ours[batch], theirs[batch], hashes, figures)
            for batch in batches(counts[ours] + counts[theirs])
        ]
    empty = np.empty(0, np.int64)
    joined = (
        np.concatenate([empty, *(getattr(part, f.name) for part in parts)])
        for f in fields(Comparison)
    )
    return Comparison(*joined)


@dataclass(frozen=True, slots=True)
class Figures:
    """Positions of all numbers in a corpus, in order."""

    at: Ints

    @classmethod
    def of(cls, tokens: Tokens) -> Figures:
        return cls(np.flatnonzero(tokens.flags & U8(NUMBER)))


def batches(sizes: Ints) -> Iterator[slice]:
    """Cut pairs of so many tokens into batches of at most PAIRS pairs and about ELEMENTS tokens."""
    ends = np.cumsum(sizes)
    start = 0
    while start < len(sizes):
        limit = int(np.searchsorted(ends, (ends[start - 1] if start else 0) + ELEMENTS, "right"))
        end = min(max(limit, start + 1), start + PAIRS)
        yield slice(start, end)
        start = end


def marks(values: NDArray[Any]) -> NDArray[np.bool_]:
    """Where a sorted array has a value for the first time."""
    opens = np.ones(len(values), bool)
    np.not_equal(values[1:], values[:-1], out=opens[1:])
    return opens


def coverage(pair: Ints, place: Ints, size: int) -> Ints:
    """Return per pair how many tokens stand in the shingles at the sorted places."""
    step = np.full(len(pair), NGRAM)
    same = pair[1:] == pair[:-1]
    step[:-1][same] = np.minimum(place[1:] - place[:-1], NGRAM)[same]
    return np.bincount(pair, step, size).astype(np.int64)


def reach(pair: Ints, place: Ints, counts: Ints) -> tuple[Ints, Ints]:
    """Return per pair the places between which nine tenths of the given places lie."""
    ordered = np.sort(pair << PLACE | place)
    starts = np.cumsum(counts) - counts
    low, high = np.zeros(len(counts), np.int64), np.zeros(len(counts), np.int64)
    held = np.flatnonzero(counts)
    stray = counts[held] // STRAY
    low[held] = ordered[starts[held] + stray] & LONGEST
    high[held] = (ordered[starts[held] + counts[held] - 1 - stray] & LONGEST) + NGRAM
    return low, high


def shared_numbers(
    tokens: Tokens, figures: Figures, sides: tuple[tuple[Ints, Ints], tuple[Ints, Ints]]
) -> tuple[Ints, Ints]:
    """Return how many different numbers both sides have, and how many the one with fewer has.

    Each side is one (start, end) per pair, as positions in `tokens`.
    """
    start = np.searchsorted(figures.at, np.concatenate([sides[0][0], sides[1][0]]))
    counts = np.searchsorted(figures.at, np.concatenate([sides[0][1], sides[1][1]])) - start
    size = len(sides[0][0])
    words = tokens.words[figures.at[ranges(start, counts)]].astype(U64)
    pairs = np.arange(size) << 33
    keys = words << U64(1) | np.repeat(np.concatenate([pairs, pairs | 1]), counts).astype(U64)
    keys.sort()
    keys = keys[marks(keys)]
    which = (keys >> U64(33)).astype(np.int64) << 1 | (keys & U64(1)).astype(np.int64)
    per = np.bincount(which, minlength=2 * size).reshape(-1, 2)
    twice = np.flatnonzero((keys[1:] >> U64(1)) == (keys[:-1] >> U64(1)))
    return np.bincount(which[twice] >> 1, minlength=size), per.min(axis=1)


def replaced(
    tokens: Tokens, pair: Ints, ours: Ints, theirs: Ints, sizes: tuple[Ints, Ints], size: int
) -> tuple[Ints, Ints, Ints]:
    """Return per pair how many words, numbers and names were replaced in gaps.

    `ours`, `theirs`: where the gaps begin, as positions in `tokens`; `sizes`: their lengths, which may
    be negative where shingles overlap. A gap of two lengths counts as one reworded place.
    """
    mine, other = sizes
    words = np.bincount(pair[mine != other], minlength=size)
    numbers, names = np.zeros(size, np.int64), np.zeros(size, np.int64)
    even = np.flatnonzero((mine == other) & (mine > 0))
    for place in range(GAP):
        even = even[mine[even] > place]
        if not len(even):
            break
        x, y = ours[even] + place, theirs[even] + place
        differs = tokens.words[x] != tokens.words[y]
        common = tokens.flags[x] & tokens.flags[y]
        number, name = (common & U8(NUMBER)) != 0, (common & U8(NAME)) != 0
        where = pair[even]
        numbers += np.bincount(where[differs & number], minlength=size)
        names += np.bincount(where[differs & name], minlength=size)
        words += np.bincount(where[differs & ~number & ~name], minlength=size)
    return words, numbers, names


def compare_batch(
    tokens: Tokens, rarity: Rarity, a: Ints, b: Ints, hashes: Hashes, figures: Figures
) -> Comparison:
    """Compare some pairs, of which `a` has no more tokens than `b`."""
    size = len(a)
    met = shared_shingles(hashes, a, b).view(np.int64)
    pair, x, y = met >> (2 * PLACE), (met >> PLACE) & LONGEST, met & LONGEST
    begin_a, begin_b = tokens.bounds[a], tokens.bounds[b]

    same = pair[1:] == pair[:-1]
    runs = np.bincount(pair, minlength=size)
    unbroken = same & (x[1:] - x[:-1] == 1)
    runs -= np.bincount(pair[1:][unbroken], minlength=size)
    inner = np.flatnonzero(same & ~unbroken)
    mine, other = x[inner + 1] - x[inner] - NGRAM, y[inner + 1] - y[inner] - NGRAM
    small = (mine <= GAP) & (other <= GAP) & (mine > -NGRAM) & (other > -NGRAM)
    inner, mine, other = inner[small], mine[small], other[small]
    where = pair[inner]
    ours, theirs = begin_a[where] + x[inner] + NGRAM, begin_b[where] + y[inner] + NGRAM
    words, numbers, names = replaced(tokens, where, ours, theirs, (mine, other), size)

    scarce = (rarity.marks[begin_a[pair] + x] & U8(SCARCE)) != 0
    pair_r, x_r, y_r = pair[scarce], x[scarce], y[scarce]
    rare = np.bincount(pair_r, minlength=size)
    from_a, to_a = reach(pair_r, x_r, rare)
    from_b, to_b = reach(pair_r, y_r, rare)
    pace = aligned(tokens.counts[a], pair_r, x_r, y_r, rare)
    pair_r, x_r = pair_r[pace], x_r[pace]
    hits = np.bincount(pair_r, minlength=size)
    opens = marks(pair_r)
    closes = np.append(opens[1:], True)[: len(opens)]
    opens[1:] |= x_r[1:] - x_r[:-1] > 1
    edge = np.flatnonzero(marks(pair_r))
    span = np.zeros(size, np.int64)
    span[pair_r[edge]] = x_r[closes] - x_r[edge] + NGRAM
    parts = (begin_a + from_a, begin_a + to_a), (begin_b + from_b, begin_b + to_b)
    return Comparison(
        a,
        b,
        coverage(pair, x, size),
        runs,
        rare,
        from_a,
        to_a,
        from_b,
        to_b,
        hits,
        np.bincount(pair_r[opens], minlength=size),
        span,
        words,
        numbers,
        names,
        *shared_numbers(tokens, figures, parts),
    )


def aligned(lengths: Ints, pair: Ints, x: Ints, y: Ints, counts: Ints) -> NDArray[np.bool_]:
    """Return which of the sorted places lie near the median offset between the two texts of the pair.

    A reworded copy keeps the order of its source; two reports of one event share phrases here and there.
    """
    shift = y - x + (1 << PLACE)
    ordered = np.sort(pair << (PLACE + 2) | shift)
    starts = np.cumsum(counts) - counts
    held = np.flatnonzero(counts)
    median = np.zeros(len(counts), np.int64)
    median[held] = ordered[starts[held] + counts[held] // 2] & ((1 << (PLACE + 2)) - 1)
    near: NDArray[np.bool_] = np.abs(shift - median[pair]) <= SLACK + DRIFT * lengths[pair]
    return near
