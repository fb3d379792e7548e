"""Rare shingles, and the pairs of texts that share them.

A three-word shingle that stands in at most RARE texts of a corpus is like a serial number: excerpts,
merged stories and reworded copies keep a share of them, templates and stock phrases have none. This
finds what MinHash misses, whose estimate falls with every word that differs.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cleaner.dedup.characters import U8, U32, U64, Ints
from cleaner.dedup.keys import (
    ALL,
    CHUNK,
    FLAG,
    FLAGS,
    MARK,
    NGRAM,
    OFTEN,
    SCARCE,
    SHARED,
    brief,
    chunks,
    divide,
    posting_keys,
    space_for,
    windows,
)
from cleaner.dedup.tokens import Tokens, ranges
from cleaner.dedup.votes import FULL, RARE, Candidates, Urn, Votes, ballots, elect
from cleaner.errors import ConfigError

__all__ = ["NGRAM", "OFTEN", "SCARCE", "SHARED", "Owners", "Rarity", "groups", "rare_shingles"]

TEXT = 24  # bits of the number of a text, at most: 16 million
WHOLE = 1 << 25  # postings sorted at once: 256 MB; of more, …
PARTS = 8  # … one in so many at a time, to save memory: each part costs another look at all words
# Bits: a table of the texts that every 16th token belongs to, at most so long
BLOCK, ENTRIES = 4, 19


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
    parts = 1 if size < WHOLE else PARTS
    marks = np.zeros(size, U8) if parts == 1 else tokens.flags
    marks &= FLAGS
    marks |= U8(SCARCE)
    text = len(tokens).bit_length()
    votes = polled(tokens, leader, owners, marks, parts=parts, text=text)
    for back in range(1, NGRAM):  # the last tokens of a text start no shingle
        marks[tokens.bounds[1:][tokens.counts > back] - back] &= FLAGS
    scarcities = np.zeros(len(tokens), np.int64)
    for first, last in windows(tokens):
        scarce = marks[tokens.bounds[first] : tokens.bounds[last]] & U8(SCARCE) != 0
        some = np.flatnonzero(tokens.counts[first:last] > 0)
        starts = tokens.bounds[first + some] - tokens.bounds[first]
        if len(starts):
            scarcities[first + some] = np.add.reduceat(scarce, starts, dtype=np.int64)
    return Rarity(marks, scarcities), elect(votes, scarcities, text)


def polled(
    tokens: Tokens,
    leader: Ints,
    owners: Owners,
    marks: NDArray[np.uint8],
    *,
    parts: int,
    text: int,
) -> Iterable[NDArray[np.uint64]]:
    """Mark the shingles that several texts have, some parts one after the other; return votes for `elect`.

    `leader`: as in `rare_shingles`. `marks`: where all are SCARCE. `text`: bits of a text's number.
    """
    bits = max(len(marks).bit_length(), 1)
    kind = U32 if bits + MARK <= 32 else U64
    space = space_for(tokens, parts)
    votes, urn = Votes(space, 0) if parts == 1 else Votes(np.empty(0, U64), 0), Urn(text)
    leading = leader if (leader != np.arange(len(leader))).any() else None
    if parts > 1:
        divide(tokens, marks, parts)
    for part in range(parts):
        keys = posting_keys(tokens, bits, space, (part, parts, marks))
        notes, filled = keys.view(kind), 0  # in the memory of those that have been read
        for chunk in chunks(keys, bits):
            place, mark, found = counted(chunk, bits, owners, leading)
            if parts == 1:
                marks[place] = mark
                votes.room += len(chunk) if votes.all is space else 0
            else:
                notes[filled : filled + len(place)] = place << MARK | mark >> U8(FLAG)
                filled += len(place)
            for ballot in ballots(*found, leader, text=text):
                votes.add(ballot)
        note(marks, notes[:filled])
        if parts > 1:
            urn.put(votes.sorted())
    if parts == 1:
        return [votes.sorted()]
    marks &= ALL
    short = tokens.bounds[brief(tokens)]
    marks[short[marks[short] & U8(SHARED) == 0]] |= U8(SCARCE)  # `divide` took it away
    return urn.sorted()


def note(marks: NDArray[np.uint8], notes: NDArray[Any]) -> None:
    """Write marks above flags, in the order of their places: else each would wait for the main memory."""
    notes.sort()
    for first in range(0, len(notes), CHUNK):
        some = notes[first : first + CHUNK].astype(np.int64)
        place = some >> MARK
        some = some << FLAG & (1 << (MARK + FLAG)) - 1
        marks[place] = marks.take(place) & FLAGS | some.astype(U8)


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
