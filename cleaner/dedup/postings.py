"""Rare shingles, and the pairs of texts that share them.

A three-word shingle that stands in at most RARE texts of a corpus is like a serial number: excerpts,
merged stories and reworded copies keep a share of them, templates and stock phrases have none. This
finds what MinHash misses, whose estimate falls with every word that differs.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cleaner.dedup.characters import U8, U32, U64, Ints
from cleaner.dedup.keys import CHUNK, NGRAM, chunks, posting_keys, sort, space_for, windows
from cleaner.dedup.tokens import Tokens, distinct, ranges
from cleaner.errors import ConfigError

# fmt: off
__all__ = [
    "ENOUGH", "FULL", "MANY", "NGRAM", "OFTEN", "RARE", "SCARCE", "SHARED", "SMOOTH", "TEXT", "WEIGHT",
    "Candidates", "Owners", "Rarity", "Votes", "ballots", "groups", "rare_shingles",
]
# fmt: on

RARE = 20  # texts; more, and it is a template or a phrase. 50 costs a tenth of the precision
SMOOTH = 20  # shingles added to the smaller text: three of ten say less than thirty of a hundred

# Shingles of up to FULL texts vote in full. Others say less and make more pairs: of those of up to MANY
# texts one in SAMPLE, chosen by hash, votes with the weight HEAVY; of the rest one in SAMPLE squared.
FULL, MANY, SAMPLE, HEAVY = 6, 10, 4, 3
ENOUGH = 0.07  # of the smoothed share: below, not even a reworded excerpt of a translation

PART = 1 << 23  # postings sorted at a time: 64 MB; of more, …
PARTS = 8  # … one in two, four or eight: each part costs another look at all words
TEXT, WEIGHT = 24, 16  # bits of a vote that hold a text (16 million), and its weight
BLOCK, ENTRIES = (
    4,
    19,
)  # bits: a table of the texts that every 16th token belongs to, at most so long


SCARCE, SHARED, OFTEN = 4, 8, 16  # marks of a shingle, in bits that the flags of a token leave free
MARK, FLAG = 3, 2  # bits of marks, and of flags below them
FLAGS = U8((1 << FLAG) - 1)


@dataclass(frozen=True, slots=True)
class Candidates:
    """Pairs of texts that may be related, a < b, each pair once, in order.

    `votes`: how many different rare shingles they share that aren't marked OFTEN.
    """

    a: Ints
    b: Ints
    votes: Ints


@dataclass(frozen=True, slots=True)
class Rarity:
    """What is known of the shingle that starts at each token, and how many rare ones each text has.

    `marks`: uint8, SCARCE when at most RARE texts have it, SHARED when more than one has it, OFTEN when
    more than FULL have it or one has it twice. The two lowest bits can be the flags of the token.
    """

    marks: NDArray[np.uint8]
    counts: Ints


@dataclass(frozen=True, slots=True)
class Owners:
    """Which text a token belongs to, by a table that stays in the second-level cache.

    `ends` of the texts; `table`: the texts that every token belongs to whose place is divisible by 2**block.
    """

    ends: NDArray[Any]
    table: NDArray[Any]
    block: int

    @classmethod
    def of(cls, tokens: Tokens) -> Owners:
        size = len(tokens.words)
        kind = np.int32 if size < 1 << 31 else np.int64
        block = max(BLOCK, (size >> ENTRIES).bit_length())
        places = np.arange(0, size + 1, 1 << block)
        table = np.searchsorted(tokens.bounds, places, "right") - 1
        return cls(tokens.bounds[1:].astype(kind), table.astype(kind), block)

    def texts(self, places: Ints) -> Ints:
        """Return the text of each place."""
        text = self.table.take(places >> self.block).astype(np.int64)
        behind = np.flatnonzero(self.ends.take(text) <= places)
        while len(behind):
            text[behind] += 1
            behind = behind[self.ends.take(text[behind]) <= places[behind]]
        return text


def rare_shingles(tokens: Tokens, leader: Ints, owners: Owners) -> tuple[Rarity, Candidates]:
    """Find the rare shingles of a corpus and the pairs of texts that share enough of them.

    `leader` gives for each text the text that stands for its group of copies, itself for most: a
    shingle is rare when at most RARE groups have it, so a text copied 500 times keeps its shingles. Of a
    large corpus the marks are written to `tokens.flags`, to save a byte for each token.
    """
    if len(tokens) >> TEXT:
        raise ConfigError(
            f"{len(tokens)} different texts are too many for one run, which takes {1 << TEXT}. "
            "Use an index, or split them by month."
        )
    size = len(tokens.words)
    bits, parts = max(size.bit_length(), 1), min(1 << (size // PART).bit_length(), PARTS)
    kind = U32 if bits + MARK <= 32 else U64
    marks = np.zeros(size, U8) if parts == 1 else tokens.flags
    marks &= FLAGS
    marks |= U8(SCARCE)
    space = space_for(tokens, parts)
    # Memory that is reserved costs nothing until it is written
    votes = Votes(space, 0) if parts == 1 else Votes(np.empty(size, U64), size)
    leading = leader if (leader != np.arange(len(leader))).any() else None
    for part in range(parts):
        keys = posting_keys(tokens, bits, part, parts, space)
        notes, filled = keys.view(kind), 0  # in the memory of those that have been read
        for chunk in chunks(keys, bits):
            place, mark, found = counted(chunk, bits, owners, leading)
            if parts == 1:
                marks[place] = mark
                votes.room += len(chunk) if votes.all is space else 0
            else:
                notes[filled : filled + len(place)] = place << MARK | mark >> U8(FLAG)
                filled += len(place)
            for ballot in ballots(*found, leader):
                votes.add(ballot)
        note(marks, notes[:filled])
    for back in range(1, NGRAM):  # the last tokens of a text start no shingle
        marks[tokens.bounds[1:][tokens.counts > back] - back] &= FLAGS
    scarcities = np.zeros(len(tokens), np.int64)
    for first, last in windows(tokens):
        scarce = marks[tokens.bounds[first] : tokens.bounds[last]] & U8(SCARCE) != 0
        some = np.flatnonzero(tokens.counts[first:last] > 0)
        starts = tokens.bounds[first + some] - tokens.bounds[first]
        if len(starts):
            scarcities[first + some] = np.add.reduceat(scarce, starts, dtype=np.int64)
    return Rarity(marks, scarcities), elect(votes, scarcities)


def note(marks: NDArray[np.uint8], notes: NDArray[Any]) -> None:
    """Write marks above flags, in the order of their places: else each would wait for the main memory."""
    notes.sort()
    for first in range(0, len(notes), CHUNK):
        some = notes[first : first + CHUNK].astype(np.int64)
        place = some >> MARK
        marks[place] = marks.take(place) & FLAGS | (some << FLAG & (1 << MARK + FLAG) - 1).astype(
            U8
        )


Asked = tuple[Ints, Ints, Ints, NDArray[np.bool_], NDArray[np.uint64]]


def counted(
    chunk: NDArray[np.uint64], bits: int, owners: Owners, leader: Ints | None
) -> tuple[Ints, NDArray[np.uint8], Asked]:
    """Return places and marks of the sorted postings that several have, and what `ballots` asks of them.

    `leader`: as in `rare_shingles`; None where each text leads itself.
    """
    several = np.zeros(len(chunk) + 1, bool)
    np.less(chunk[1:] ^ chunk[:-1], U64(1 << bits), out=several[1:-1])
    edges = np.flatnonzero(several[1:] != several[:-1])
    opens, sizes = edges[0::2], edges[1::2] - edges[0::2] + 1
    several[:-1] |= several[1:]
    place = chunk.compress(several[:-1]).view(np.int64)
    place &= (1 << bits) - 1
    text = owners.texts(place)
    starts = np.cumsum(sizes) - sizes
    holders, counts = text, sizes
    again = np.zeros(len(text), bool)
    np.equal(text[1:], text[:-1], out=again[1:])
    again[starts] = False
    if again.any():  # a text counts once
        twice = np.flatnonzero(again)
        holders = text.compress(~again)
        counts = sizes - np.bincount(
            np.searchsorted(starts, twice, "right") - 1, minlength=len(sizes)
        )
    begin = np.cumsum(counts) - counts
    rare = counts <= RARE
    if leader is not None and not rare.all():
        frequent = np.flatnonzero(~rare)
        times = counts.take(frequent)
        some = holders.take(ranges(begin.take(frequent), times))
        chiefs = leader.take(some)
        found = groups(chiefs, chiefs == some, np.cumsum(times) - times, times)
        rare[frequent] = found <= RARE
    mark = np.where(rare, U8(SCARCE | SHARED), U8(SHARED))
    mark |= ((counts > FULL) | (counts != sizes)).view(U8) * U8(OFTEN)
    hashes = chunk.take(opens) >> U64(bits)
    return place, np.repeat(mark, sizes), (holders, begin, counts, rare, hashes)


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

    def sorted(self, texts: int = 1 << TEXT) -> NDArray[np.uint64]:
        """Return all votes, of so many texts; nothing can be added after that."""
        votes = self.all[: self.filled]
        sort(votes, texts << (TEXT + WEIGHT))
        return votes


def groups(leaders: Ints, alone: NDArray[np.bool_], starts: Ints, counts: Ints) -> Ints:
    """Return how many groups of copies each run of holders has, exactly if there are at most RARE.

    `leaders`: of each holder. `alone`: holders that lead their group.
    """
    run = np.repeat(np.arange(len(starts)), counts)
    place = np.arange(len(run)) + np.repeat(starts - np.cumsum(counts) + counts, counts)
    found = np.bincount(run[alone[place]], minlength=len(starts))
    unclear = found[run] <= RARE
    keys = np.sort(run[unclear] << 32 | leaders[place[unclear]])
    distinct = keys[np.append(True, keys[1:] != keys[:-1])[: len(keys)]] >> 32
    return np.maximum(found, np.bincount(distinct, minlength=len(starts)))


def ballots(
    holders: Ints,
    starts: Ints,
    counts: Ints,
    rare: NDArray[np.bool_],
    hashes: NDArray[np.uint64],
    leader: Ints,
) -> Iterator[NDArray[np.uint64]]:
    """Yield votes for all pairs of holders of each rare shingle: a, b and a weight, in one number."""
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
        weight = 1 if count <= FULL else HEAVY if count <= MANY else HEAVY * HEAVY
        rows = holders.take(some + np.arange(count)[:, None]).view(U64)
        above, below = rows << U64(TEXT + WEIGHT), rows << U64(WEIGHT) | U64(weight)
        if count <= FULL:  # many: written where they are to stand
            ballot = np.empty((count * (count - 1) // 2, len(some)), U64)
            filled = 0
            for place in range(1, count):
                np.bitwise_or(above[:place], below[place], out=ballot[filled : filled + place])
                filled += place
        else:
            first, second = pairs_of(count)
            ballot = above.take(first, axis=0)
            ballot |= below.take(second, axis=0)
        yield ballot.ravel()
    viral = np.flatnonzero(rare & (counts > RARE) & quarter)
    for run in viral.tolist():  # more holders than RARE, but few groups: their leaders vote
        chiefs = distinct(leader[holders[starts[run] : starts[run] + counts[run]]]).view(U64)
        for place in range(len(chiefs) - 1):
            others = chiefs[place + 1 :] << U64(WEIGHT) | U64(HEAVY)
            yield chiefs[place] << U64(TEXT + WEIGHT) | others


@cache
def pairs_of(count: int) -> tuple[Ints, Ints]:
    """Return all pairs of `count` places, as two arrays."""
    return np.triu_indices(count, 1)


def elect(votes: Votes, counts: Ints) -> Candidates:
    """Return the pairs with votes enough for the number of rare shingles in the smaller text."""
    none = np.empty(0, np.int64)
    elected = [(none, none, none)]
    for part in chunks(votes.sorted(len(counts)), WEIGHT):
        pair = (part >> U64(WEIGHT)).view(np.int64)
        starts = np.flatnonzero(np.append(True, pair[1:] != pair[:-1]))
        weight = (part & U64((1 << WEIGHT) - 1)).view(np.int64)
        weight |= (weight == 1).astype(
            np.int64
        ) << 32  # how many votes are in full, above their sum
        won = np.add.reduceat(weight, starts)
        several = np.flatnonzero(won & 0xFFFFFFFF > 1)
        pair, won = pair.take(starts.take(several)), won.take(several)
        a, b = pair >> TEXT, pair & ((1 << TEXT) - 1)
        smaller = np.minimum(counts.take(a), counts.take(b)) + SMOOTH
        enough = won & 0xFFFFFFFF >= ENOUGH * smaller
        elected.append((a.compress(enough), b.compress(enough), won.compress(enough) >> 32))
    return Candidates(*(np.concatenate(column) for column in zip(*elected, strict=True)))
