"""Postings in order of their hash: which shingles are common, and votes for pairs that share a rare one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from cleaner.dedup.characters import U64, Ints
from cleaner.dedup.postings import groups
from cleaner.dedup.votes import BITS, IN_FULL, RARE, WEIGHTS, ballots

if TYPE_CHECKING:
    import pyarrow as pa

COUNTED = (
    "common boolean, a long, b long, weight long"  # of a common shingle: a is its text, b its hash
)
LONGEST = 1 << 16  # postings of one shingle that are held at once
NONE = np.empty(0, np.int64)

Columns = tuple[Ints, Ints, Ints]


def count(rows: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Turn postings (hash, number, leader), sorted, into COUNTED.

    Of a shingle in a million texts no more than LONGEST postings are in memory, and they make no pair.
    """
    held: Columns = (NONE, NONE, NONE)
    passing: int | None = None  # a hash that is known to be common and only goes on
    for batch in rows:
        hashes, number, leader = (column.to_numpy() for column in batch.columns)
        if passing is not None:
            same = int(np.argmin(np.append(hashes == passing, False)))
            yield from written(True, number[:same], hashes[:same])
            if same == len(hashes):
                continue
            passing, hashes, number, leader = None, hashes[same:], number[same:], leader[same:]
        new = (hashes, number, leader)
        hashes, number, leader = (np.concatenate(pair) for pair in zip(held, new, strict=True))
        if not len(hashes):
            continue
        last = int(np.argmax(hashes == hashes[-1]))
        yield from decided(hashes[:last], number[:last], leader[:last])
        held = hashes[last:], number[last:], leader[last:]
        if len(held[0]) > LONGEST and len(np.unique(held[2])) > RARE:
            passing = int(hashes[-1])
            yield from written(True, held[1], held[0])
            held = (NONE, NONE, NONE)
    yield from decided(*held)


def written(common: bool, a: Ints, b: Ints, weight: Ints | None = None) -> Iterator[pa.RecordBatch]:  # noqa: FBT001
    """Rows of COUNTED."""
    import pyarrow as pa

    if len(a):
        weight = np.zeros(len(a), np.int64) if weight is None else weight
        columns = [np.full(len(a), common), a, b, weight]
        names = ["common", "a", "b", "weight"]
        yield pa.RecordBatch.from_arrays(list(map(pa.array, columns)), names)


def decided(hashes: Ints, number: Ints, leader: Ints) -> Iterator[pa.RecordBatch]:
    """Judge whole shingles, as `cleaner.dedup.postings.rare_shingles` does."""
    if not len(hashes):
        return
    known, where = np.unique(np.concatenate([number, leader]), return_inverse=True)
    holders, chiefs = where[: len(number)], where[len(number) :]
    leading = np.arange(len(known))
    leading[holders] = chiefs
    starts = np.flatnonzero(np.append(True, hashes[1:] != hashes[:-1]))
    counts = np.diff(starts, append=len(hashes))
    rare = counts <= RARE
    if not rare.all():
        alone = chiefs == holders
        rare[~rare] = groups(chiefs, alone, starts[~rare], counts[~rare]) <= RARE
    text, hashed = len(known).bit_length(), hashes[starts].view(U64)
    cast = list(ballots(holders, starts, counts, rare, hashed, leading, text=text))
    common = np.repeat(~rare, counts)
    yield from written(True, number[common], hashes[common])
    yield from written(False, *summed(cast, known, text))


def summed(cast: list[NDArray[np.uint64]], known: Ints, text: int) -> Columns:
    """Add up the votes for each pair, and name its texts by their numbers."""
    if not cast:
        return NONE, NONE, NONE
    votes = np.sort(np.concatenate(cast)).view(np.int64)
    pair = votes >> BITS
    starts = np.flatnonzero(np.append(True, pair[1:] != pair[:-1]))
    weights = WEIGHTS.take(votes & ((1 << BITS) - 1)) & ((1 << IN_FULL) - 1)
    pairs = pair[starts]
    return (
        known[pairs >> text],
        known[pairs & ((1 << text) - 1)],
        np.add.reduceat(weights, starts),
    )
