"""Compare pairs of texts word by word, thousands of pairs at a time.

The three-word shingles of both texts are sorted together; what meets is shared. From where it stands
in each text follow the runs (unbroken shared passages), their order, and the gaps between them, in
which single words, numbers or names were replaced.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cleaner.dedup.characters import U8, U64, Ints
from cleaner.dedup.hashes import ROOM, Hashes, at_most_shared, meetings, rare_hashes, rounds
from cleaner.dedup.postings import NGRAM, OFTEN, SCARCE, Rarity
from cleaner.dedup.runs import Runs
from cleaner.dedup.tokens import NAME, NUMBER, Tokens, distinct, ranges
from cleaner.dedup.votes import SMOOTH

ELEMENTS = 1 << 17  # shingles compared at a time: arrays stay in the second-level cache
BLOCK = 1 << 15  # pairs whose texts are hashed at a time

GAP = 10  # tokens between two runs that still read as a replacement, not as another passage
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


def compare(
    tokens: Tokens,
    rarity: Rarity,
    a: Ints,
    b: Ints,
    *,
    least: float = 0,
    votes: Ints | None = None,
) -> Comparison:
    """Compare the texts a[i] and b[i] for all i; the result may swap the two and has its own order.

    Pairs that share less than `least` of the rare shingles, smoothed, are left out. `votes`: how many
    they share at least; where it is given, they share no others but those marked OFTEN.
    """
    counts = tokens.counts
    swap = (counts[a] > counts[b]) | ((counts[a] == counts[b]) & (a > b))
    a, b = np.where(swap, b, a), np.where(swap, a, b)
    order = np.lexsort((a, b))  # neighbours share a text: fewer are hashed at a time
    a, b, parts = a[order], b[order], []
    votes = votes if votes is None else votes[order]
    for first in range(0, len(a), BLOCK):
        some = slice(first, first + BLOCK)
        ours, theirs = a[some], b[some]
        if least:
            kept = promising(
                tokens,
                rarity,
                ours,
                theirs,
                least=least,
                votes=None if votes is None else votes[some],
            )
            ours, theirs = ours[kept], theirs[kept]
        hashes = Hashes.of(tokens, rarity, distinct(np.concatenate([ours, theirs])))
        for pairs, bits in rounds(hashes.shared.count, ours, theirs, ROOM, ELEMENTS):
            one, other = ours[pairs], theirs[pairs]
            runs = Runs.of(meetings(hashes.shared, one, other, bits))
            parts.append(compared(tokens, one, other, runs, hashes.numbers))
    empty = np.empty(0, np.int64)
    joined = (
        np.concatenate([empty, *(getattr(part, f.name) for part in parts)])
        for f in fields(Comparison)
    )
    return Comparison(*joined)


def promising(
    tokens: Tokens, rarity: Rarity, a: Ints, b: Ints, *, least: float, votes: Ints | None
) -> NDArray[np.bool_]:
    """Return which pairs may share `least` of the rare shingles, or have equally many tokens."""
    wanted = least * (np.minimum(rarity.counts[a], rarity.counts[b]) + SMOOTH)
    kept: NDArray[np.bool_] = tokens.counts[a] == tokens.counts[b]
    known = np.zeros(len(a), np.int64) if votes is None else votes
    kept |= known >= wanted
    asked = np.flatnonzero(~kept)
    texts = distinct(np.concatenate([a[asked], b[asked]]))
    rare = rare_hashes(tokens, rarity, texts, SCARCE if votes is None else OFTEN)
    kept[asked] = known[asked] + at_most_shared(rare, a[asked], b[asked]) >= wanted[asked]
    return kept


def marks(values: NDArray[Any]) -> NDArray[np.bool_]:
    """Where a sorted array has a value for the first time."""
    opens = np.ones(len(values), bool)
    np.not_equal(values[1:], values[:-1], out=opens[1:])
    return opens


def shared_numbers(
    tokens: Tokens, at: Ints, sides: tuple[tuple[Ints, Ints], tuple[Ints, Ints]]
) -> tuple[Ints, Ints]:
    """Return how many different numbers both sides have, and how many the one with fewer has.

    Each side is one (start, end) per pair, as positions in `tokens`; `at` are those of all numbers.
    """
    start = np.searchsorted(at, np.concatenate([sides[0][0], sides[1][0]]))
    counts = np.searchsorted(at, np.concatenate([sides[0][1], sides[1][1]])) - start
    size = len(sides[0][0])
    words = tokens.words[at[ranges(start, counts)]].astype(U64)
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
    even = np.flatnonzero((mine == other) & (mine > 0))
    counts = mine[even]
    x, y = ranges(ours[even], counts), ranges(theirs[even], counts)
    differs = np.flatnonzero(tokens.words[x] != tokens.words[y])
    common = tokens.flags[x[differs]] & tokens.flags[y[differs]]
    where = np.repeat(pair[even], counts)[differs]
    number, name = (common & U8(NUMBER)) != 0, (common & U8(NAME)) != 0
    words = np.bincount(pair[mine != other], minlength=size)
    words += np.bincount(where[~(number | name)], minlength=size)
    return (
        words,
        np.bincount(where[number], minlength=size),
        np.bincount(where[name], minlength=size),
    )


def compared(tokens: Tokens, a: Ints, b: Ints, runs: Runs, numbers: Ints) -> Comparison:
    """Say what some pairs have in common, by their runs; `numbers`: where their texts have any."""
    size = len(a)
    begin_a, begin_b = tokens.bounds[a], tokens.bounds[b]

    gap = np.flatnonzero(runs.again & ~runs.joined)
    mine, other = runs.x[gap] - runs.x_end[gap - 1], runs.y[gap] - runs.y_end[gap - 1]
    small = (mine <= GAP + NGRAM) & (other <= GAP + NGRAM) & (mine > 0) & (other > 0)
    gap, mine, other = gap[small], mine[small] - NGRAM, other[small] - NGRAM
    pair = runs.pair[gap]
    ours = begin_a[pair] + runs.x_end[gap - 1] + NGRAM
    theirs = begin_b[pair] + runs.y_end[gap - 1] + NGRAM
    replaced_ones = replaced(tokens, pair, ours, theirs, (mine, other), size)

    backward = runs.again[1:] & (runs.y[1:] < runs.y_end[:-1])
    ordered = np.bincount(runs.pair[1:][backward], minlength=size) == 0
    from_a, to_a = runs.reach(runs.met.x)
    from_b, to_b = runs.reach(runs.met.y, ordered=ordered)
    parts = (begin_a + from_a, begin_a + to_a), (begin_b + from_b, begin_b + to_b)

    held = np.flatnonzero(runs.rare)
    shift = runs.y[held] - runs.x[held] - runs.medians(held)[runs.pair[held]]
    near = held[np.abs(shift) <= SLACK + DRIFT * tokens.counts[a][runs.pair[held]]]
    is_near = np.zeros(len(runs), bool)
    is_near[near] = True
    follows = near[runs.flows[near] & is_near[near - 1]]
    span = np.zeros(size, np.int64)
    edge = marks(runs.pair[near])
    closes = np.append(edge[1:], True)[: len(edge)]
    first = runs.scarce[runs.held[near[edge]]]
    last = runs.scarce[(runs.held + runs.rare - 1)[near[closes]]]
    span[runs.pair[near[edge]]] = runs.met.x[last] - runs.met.x[first] + NGRAM
    return Comparison(
        a,
        b,
        runs.covered(),
        runs.count(~runs.joined),
        runs.total,
        from_a,
        to_a,
        from_b,
        to_b,
        runs.count(near, runs.rare[near]),
        runs.count(near, runs.passages(near)) - runs.count(follows),
        span,
        *replaced_ones,
        *shared_numbers(tokens, numbers, parts),
    )
