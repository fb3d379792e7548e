"""The shingles of texts that are compared, hashed once for all pairs they are in.

Rare ones stand apart: how many of them two texts share can be bounded at a tenth of the cost of a
comparison, which most candidates don't need.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from cleaner.dedup.characters import U8, U32, U64, Ints
from cleaner.dedup.postings import NGRAM, SCARCE, SHARED, Rarity
from cleaner.dedup.tokens import MIX, Tokens, ranges

PLACE = 19  # bits of a sort key for a token's place: texts are compared up to half a million tokens
LONGEST = (1 << PLACE) - 1
TEXTS = 1 << 9  # hashed at a time: arrays stay in the second-level cache
TOP = 52  # bits of a hash with its place; the pair stands above

SLOTS = 32  # per rare shingle of a text, in a table of what it has: one in SLOTS is found by chance
FEWEST = 10  # bits of the smallest table
TABLES = 1 << 20  # slots in use at a time


@dataclass(frozen=True, slots=True)
class Part:
    """Some shingles of all texts: text i has `count[i]` of them, from `start[i]` on.

    Each value holds 32 bits of hash, a bit left free, and the place of the shingle in its text.
    """

    values: NDArray[np.uint64]
    start: Ints
    count: Ints

    @classmethod
    def of(
        cls, texts: Ints, counts: list[Ints], values: list[NDArray[np.uint64]], size: int
    ) -> Self:
        start, count = np.zeros(size, np.int64), np.zeros(size, np.int64)
        count[texts] = np.concatenate([np.empty(0, np.int64), *counts])
        start[texts] = np.cumsum(count[texts]) - count[texts]
        return cls(np.concatenate([np.empty(0, U64), *values]), start, count)

    def at(self, texts: Ints) -> NDArray[np.uint64]:
        """Return the values of some texts, one after the other."""
        return self.values.take(ranges(self.start[texts], self.count[texts]))


@dataclass(frozen=True, slots=True)
class Hashes:
    """Shingles of some texts that other texts may have, the rare ones and all others."""

    rare: Part
    common: Part

    @classmethod
    def of(cls, tokens: Tokens, rarity: Rarity, texts: Ints) -> Self:
        """Hash the shingles of the texts, given in order, each once."""
        held: tuple[list[NDArray[np.uint64]], ...] = ([], [])
        counts: tuple[list[Ints], ...] = ([], [])
        for first in range(0, len(texts), TEXTS):
            some = texts[first : first + TEXTS]
            begin, sizes = tokens.bounds[some], tokens.counts[some]
            bounds = np.concatenate([np.zeros(1, np.int64), np.cumsum(sizes)])
            words, marks = adjacent(tokens, rarity, some, begin, sizes)
            values = hashed(words)
            place = np.arange(len(words)) - np.repeat(bounds[:-1], sizes)
            values |= place.view(U64) & U64(LONGEST)
            marks = marks & U8(SCARCE | SHARED)
            marks[bounds[1:] - 1] = 0  # the last tokens of a text start no shingle
            marks[np.maximum(bounds[1:] - 2, bounds[:-1])[sizes > 0]] = 0
            if len(sizes) and sizes.max() > LONGEST:
                marks[place > LONGEST - NGRAM] = 0
            for part, wanted in enumerate((SCARCE | SHARED, SHARED)):
                chosen = np.flatnonzero(marks == U8(wanted))
                held[part].append(values.take(chosen))
                counts[part].append(np.diff(np.searchsorted(chosen, bounds)))
        return cls(*(Part.of(texts, counts[i], held[i], len(tokens)) for i in (0, 1)))


def adjacent(
    tokens: Tokens, rarity: Rarity, texts: Ints, begin: Ints, sizes: Ints
) -> tuple[NDArray[np.uint32], NDArray[np.uint8]]:
    """Return the words and marks of texts in one piece, without a copy when they stand in a row."""
    if texts[-1] - texts[0] + 1 == len(texts):
        whole = slice(int(begin[0]), int(begin[-1] + sizes[-1]))
        return tokens.words[whole], rarity.marks[whole]
    at = ranges(begin, sizes)
    return tokens.words.take(at), rarity.marks.take(at)


def hashed(words: NDArray[np.uint32]) -> NDArray[np.uint64]:
    """Return 32 bits of hash for the shingle that starts at each word, above the bits for its place."""
    mixed = words.astype(U64)
    for place in range(1, NGRAM):
        mixed *= MIX
        mixed[:-place] += words[place:]
    mixed ^= mixed >> U64(32)
    mixed *= MIX
    mixed >>= U64(32)
    mixed <<= U64(PLACE + 1)
    return mixed


def at_most_shared(hashes: Hashes, a: Ints, b: Ints) -> Ints:
    """Return how many rare shingles of a[i] stand in b[i] at most; the pairs come sorted by b.

    Each b has a table with a mark for every shingle, many times larger than what it has (a Bloom
    filter with one function, Bloom 1970).
    """
    rare, found = hashes.rare, np.zeros(len(a), np.int64)
    opens = np.flatnonzero(np.append(True, b[1:] != b[:-1])[: len(b)])
    texts = b[opens]
    bits = np.maximum(np.ceil(np.log2(rare.count[texts] * SLOTS + 1)).astype(np.int64), FEWEST)
    filled, edges = np.cumsum(1 << bits), np.append(opens, len(b))
    first = 0
    while first < len(texts):
        reached = int(filled[first - 1]) if first else 0
        last = max(int(np.searchsorted(filled, reached + TABLES, "right")), first + 1)
        some, pairs = texts[first:last], slice(int(edges[first]), int(edges[last]))
        base = (filled - (1 << bits))[first:last] - reached
        shift = (TOP - bits[first:last]).view(U64)
        table = np.zeros(int(filled[last - 1]) - reached, U8)
        table[slots(rare, some, shift, base)] = 1
        which = np.repeat(np.arange(last - first), np.diff(edges[first : last + 1]))
        met = table.take(slots(rare, a[pairs], shift[which], base[which]))
        ends = np.cumsum(rare.count[a[pairs]])
        total = np.concatenate([np.zeros(1, U32), np.cumsum(met, dtype=U32)])
        found[pairs] = total[ends] - total[ends - rare.count[a[pairs]]]
        first = last
    return found


def slots(rare: Part, texts: Ints, shift: NDArray[np.uint64], base: Ints) -> Ints:
    """Return the places of the texts' shingles in tables that begin at `base`."""
    count = rare.count[texts]
    values = rare.at(texts)
    values >>= np.repeat(shift, count)
    places = values.view(np.int64)
    places += np.repeat(base, count)
    return places


def shared_shingles(hashes: Hashes, a: Ints, b: Ints) -> NDArray[np.uint64]:
    """Return the shingles of a that b has: pair, place in a and in b, packed in 64 bits and sorted."""
    texts = np.concatenate([a, b])
    pairs = np.arange(len(a)).astype(U64) << U64(TOP)
    pairs = np.concatenate([pairs, pairs | U64(1 << PLACE)])
    sizes = np.concatenate([hashes.rare.count[texts], hashes.common.count[texts]])
    keys = np.concatenate([hashes.rare.at(texts), hashes.common.at(texts)])
    keys |= np.repeat(np.concatenate([pairs, pairs]), sizes)
    keys.sort()
    # Where one shingle of one pair goes over from a to b; within a and within b it is a repetition
    step = keys[1:] ^ keys[:-1]
    step >>= U64(PLACE)
    ours = np.flatnonzero(step == U64(1))
    meets = keys[ours + 1] & U64(LONGEST)
    repeated = step == 0
    repeated &= (keys[1:] & U64(1 << PLACE)) == 0
    places, partners = [ours], [meets]
    while len(ours):
        again = repeated[ours - 1] & (ours > 0)
        ours, meets = ours[again] - 1, meets[again]
        places.append(ours)
        partners.append(meets)
    ours, meets = np.concatenate(places), np.concatenate(partners)
    met: NDArray[np.uint64] = keys[ours]
    met = (met >> U64(TOP) << U64(2 * PLACE)) | (met & U64(LONGEST)) << U64(PLACE) | meets
    met.sort()
    return met
