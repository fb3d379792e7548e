"""Votes of rare shingles for pairs of texts that have them, and the pairs with enough.

A vote is one number: the text with the smaller number, the other one, and in BITS what the vote weighs. Of
a large corpus most pairs get a single vote, by chance; so votes are kept in four bytes each.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache

import numpy as np
from numpy.typing import NDArray

from cleaner.dedup.characters import U8, U32, U64, Ints
from cleaner.dedup.keys import CHUNK, chunks
from cleaner.dedup.tokens import distinct

RARE = 20  # texts; more, and it is a template or a phrase. 50 costs a tenth of the precision
SMOOTH = 20  # shingles added to the smaller text: three of ten say less than thirty of a hundred

# Shingles of up to FULL texts vote in full. Others say less and make more pairs: of those of up to MANY
# texts one in SAMPLE, chosen by hash, votes for all of them; of the rest one in SAMPLE squared.
FULL, MANY, SAMPLE = 6, 10, 4
ENOUGH = 0.07  # of the smoothed share: below, not even a reworded excerpt of a translation

BITS = 2  # of a vote that say what it weighs, as a place in WEIGHTS: in full, heavy, heaviest
IN_FULL = 32  # where votes in full are counted, above the sum of weights
WEIGHTS = np.array([1 | 1 << IN_FULL, SAMPLE, SAMPLE**2])
HEAVY, HEAVIEST = U64(1), U64(2)
CUTS = 10  # bits: votes of several parts are cut into 2**CUTS runs at least, …
GROUP = CHUNK  # … so that about so many can be sorted at a time


@dataclass(frozen=True, slots=True)
class Candidates:
    """Pairs of texts that may be related, a < b, each pair once, in order.

    `votes`: how many different rare shingles they share that aren't marked OFTEN.
    """

    a: Ints
    b: Ints
    votes: Ints


@dataclass(slots=True)
class Votes:
    """Votes in one piece of memory, which is sorted where it is; `room` of it may be written now."""

    all: NDArray[np.uint64]
    room: int
    filled: int = 0

    def add(self, ballot: NDArray[np.uint64]) -> None:
        """Append votes."""
        end = self.filled + len(ballot)
        if end > self.room:
            self.room = end + end // 2 + CHUNK
            larger = np.empty(self.room, U64)
            larger[: self.filled] = self.all[: self.filled]
            self.all = larger
        self.all[self.filled : end] = ballot
        self.filled = end

    def sorted(self) -> NDArray[np.uint64]:
        """Return all votes, and start again in their memory."""
        votes = self.all[: self.filled]
        votes.view(np.int64).sort()  # as signed numbers, see keys.sort
        self.filled = 0
        return votes


@dataclass(slots=True)
class Urn:
    """Sorted votes of several parts: the lower 32 bits of each, and where those with equal upper bits begin.

    `text`: bits of the number of a text. Upper are those from `step` on, so that the others fit in 32.
    """

    text: int
    lower: list[NDArray[np.uint32]] = field(default_factory=list)
    cuts: list[Ints] = field(default_factory=list)

    @property
    def step(self) -> int:
        """How many bits of a vote are not among the upper ones."""
        return min(max(2 * self.text + BITS - CUTS, BITS), 32)

    def put(self, votes: NDArray[np.uint64]) -> None:
        """Keep the sorted votes of one part."""
        runs = np.arange(1 << (2 * self.text + BITS - self.step)).astype(U64) << U64(self.step)
        self.cuts.append(np.append(votes.searchsorted(runs), len(votes)))
        self.lower.append(votes.astype(U32))

    def sorted(self) -> Iterator[NDArray[np.uint64]]:
        """Yield all votes, some at a time, those of one pair together."""
        total = sum(self.cuts, np.zeros(1, np.int64))
        first = 0
        while first < len(total) - 1:
            last = int(total.searchsorted(total[first] + GROUP, "right")) - 1
            last = max(last, first + 1)
            uppers = np.arange(first, last).astype(U64) << U64(self.step) >> U64(32) << U64(32)
            some = [
                uppers.repeat(np.diff(cuts[first : last + 1])) | lower[cuts[first] : cuts[last]]
                for lower, cuts in zip(self.lower, self.cuts, strict=True)
            ]
            votes = np.concatenate(some)
            votes.view(np.int64).sort()
            yield votes
            first = last


def ballots(
    holders: Ints,
    starts: Ints,
    counts: Ints,
    rare: NDArray[np.bool_],
    hashes: NDArray[np.uint64],
    leader: Ints,
    *,
    text: int,
) -> Iterator[NDArray[np.uint64]]:
    """Yield votes for all pairs of holders of each rare shingle; `text`: bits of a text's number."""
    quarter = hashes & U64(SAMPLE - 1) == 0
    wanted = rare & (counts > 1) & (counts <= RARE) & ((counts <= FULL) | quarter)
    wanted &= (counts <= MANY) | (hashes & U64(SAMPLE * SAMPLE - 1) == 0)
    chosen = np.flatnonzero(wanted)
    times = counts.take(chosen).astype(U8)
    chosen = chosen.take(np.argsort(times, kind="stable"))
    edges = np.cumsum(np.bincount(times, minlength=RARE + 1))
    for count in range(2, RARE + 1):
        some = starts.take(chosen[edges[count - 1] : edges[count]])
        if not len(some):
            continue
        rows = holders.take(some + np.arange(count)[:, None]).view(U64)
        above, below = rows << U64(text + BITS), rows << U64(BITS)
        if count <= FULL:  # many: written where they are to stand
            ballot = np.empty((count * (count - 1) // 2, len(some)), U64)
            filled = 0
            for place in range(1, count):
                np.bitwise_or(above[:place], below[place], out=ballot[filled : filled + place])
                filled += place
        else:
            below |= HEAVY if count <= MANY else HEAVIEST
            first, second = pairs_of(count)
            ballot = above.take(first, axis=0)
            ballot |= below.take(second, axis=0)
        yield ballot.ravel()
    viral = np.flatnonzero(rare & (counts > RARE) & quarter)
    for run in viral.tolist():  # more holders than RARE, but few groups: their leaders vote
        chiefs = distinct(leader[holders[starts[run] : starts[run] + counts[run]]]).view(U64)
        for place in range(len(chiefs) - 1):
            others = chiefs[place + 1 :] << U64(BITS) | HEAVY
            yield chiefs[place] << U64(text + BITS) | others


@cache
def pairs_of(count: int) -> tuple[Ints, Ints]:
    """Return all pairs of `count` places, as two arrays."""
    return np.triu_indices(count, 1)


def elect(votes: Iterable[NDArray[np.uint64]], counts: Ints, text: int) -> Candidates:
    """Return the pairs with votes enough for the number of rare shingles in the smaller text.

    `votes`: sorted, all of one pair in one array. `counts`: rare shingles of each text.
    `text`: as in `ballots`.
    """
    none = np.empty(0, np.int64)
    elected = [(none, none, none)]
    for part in (some for all_votes in votes for some in chunks(all_votes, BITS)):
        pair = (part >> U64(BITS)).view(np.int64)
        starts = np.flatnonzero(np.append(True, pair[1:] != pair[:-1]))
        weight = WEIGHTS.take((part & U64((1 << BITS) - 1)).view(np.int64))
        won = np.add.reduceat(weight, starts)
        several = np.flatnonzero(won & ((1 << IN_FULL) - 1) > 1)
        pair, won = pair.take(starts.take(several)), won.take(several)
        a, b = pair >> text, pair & ((1 << text) - 1)
        smaller = np.minimum(counts.take(a), counts.take(b)) + SMOOTH
        enough = won & ((1 << IN_FULL) - 1) >= ENOUGH * smaller
        elected.append((a.compress(enough), b.compress(enough), won.compress(enough) >> IN_FULL))
    return Candidates(*(np.concatenate(column) for column in zip(*elected, strict=True)))
