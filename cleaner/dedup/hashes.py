"""The shingles of texts that are compared, hashed once for all pairs they are in, and where they meet.

Rare ones stand apart: how many of them two texts share can be bounded at a tenth of the cost of a
comparison, which most candidates don't need.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Self, TypeVar

import numpy as np
from numpy.typing import NDArray

from cleaner.dedup.characters import U8, U32, U64, Ints
from cleaner.dedup.postings import NGRAM, SCARCE, SHARED, Rarity
from cleaner.dedup.tokens import MIX, NUMBER, Tokens

PLACE = 19  # bits for a token's place: texts are compared up to half a million tokens
LONGEST = (1 << PLACE) - 1
PAIRS = 1 << (32 - PLACE)  # in one round: their number and a place are sorted as 32 bits
RARE = 1 << PLACE  # set in the value of a rare shingle; its hash stands above
HASH = 32  # bits of a hash
NOTHING = U64(0xFFFFFFFFFFFFFFFF)  # in an empty slot
FIRST = U64(1 << (PLACE + 1))  # values that differ by as much or more have different hashes
TEXTS = 1 << 9  # hashed at a time: arrays stay in the second-level cache

SLOTS = 32  # per rare shingle of a text, in a table of what it has: one in SLOTS is found by chance
ROOM = 4  # per shingle, in a table of where it stands: one in ROOM has to go on to the next table
FEWEST = 10  # bits of the smallest table
TABLES = 1 << 20  # slots in use at a time

Value = TypeVar("Value", np.uint8, np.uint32, np.uint64)


@dataclass(frozen=True, slots=True)
class Part(Generic[Value]):
    """Some shingles of all texts, in their order: text i has `count[i]`, from `start[i]` on."""

    values: NDArray[Value]
    start: Ints
    count: Ints

    @classmethod
    def of(cls, texts: Ints, counts: list[Ints], values: list[NDArray[Value]], size: int) -> Self:
        start, count = np.zeros(size, np.int64), np.zeros(size, np.int64)
        count[texts] = np.concatenate(counts)
        start[texts] = np.cumsum(count[texts]) - count[texts]
        return cls(np.concatenate(values), start, count)

    def at(self, texts: Ints) -> NDArray[Value]:
        """Return the values of some texts, one after the other."""
        return pieces(self.values, self.start[texts], self.count[texts])


def pieces(values: NDArray[Value], start: Ints, count: Ints) -> NDArray[Value]:
    """Return count[i] values from start[i] on, for all i in a row: two thirds of the time as bytes."""
    size, raw = values.itemsize, values.view(U8).data
    edges = zip((start * size).tolist(), ((start + count) * size).tolist(), strict=True)
    return np.frombuffer(bytearray().join([raw[i:j] for i, j in edges]), values.dtype)


@dataclass(frozen=True, slots=True)
class Hashes:
    """What of some texts is compared: shingles that other texts may have, and numbers.

    `shared`: of shingles the hash, RARE and the place. `numbers`: positions in the tokens of the corpus.
    """

    shared: Part[np.uint64]
    numbers: Ints

    @classmethod
    def of(cls, tokens: Tokens, rarity: Rarity, texts: Ints) -> Self:
        """Hash the shingles of the texts, given in order, each once."""
        none = np.empty(0, np.int64)
        numbers, counts, values = [none], [none], [np.empty(0, U64)]
        for begin, bounds, marks in marked(tokens, rarity, texts):
            chosen = np.flatnonzero(marks >= SHARED)
            sizes = np.diff(np.searchsorted(chosen, bounds))
            held = np.diff(bounds)
            hashes = hashed(pieces(tokens.words, begin, held)).take(chosen)
            hashes <<= U64(PLACE + 1)
            place = chosen - np.repeat(bounds[:-1], sizes)
            place |= (marks.take(chosen) & U8(SCARCE)).astype(np.int64) * (RARE // SCARCE)
            hashes |= place.view(U64)
            values.append(hashes)
            counts.append(sizes)
            flags = pieces(tokens.flags, begin, held)
            figures = np.flatnonzero((flags & U8(NUMBER)).view(bool))
            moved = np.repeat(begin - bounds[:-1], np.diff(np.searchsorted(figures, bounds)))
            numbers.append(figures + moved)
        return cls(Part.of(texts, counts, values, len(tokens)), np.concatenate(numbers))


def rare_hashes(tokens: Tokens, rarity: Rarity, texts: Ints, mark: int) -> Part[np.uint32]:
    """Return the hashes of rare shingles of the texts, given in order: those that also have a mark."""
    counts, values = [np.empty(0, np.int64)], [np.empty(0, U32)]
    for begin, bounds, marks in marked(tokens, rarity, texts):
        chosen = np.flatnonzero(marks & U8(SCARCE | mark) == U8(SCARCE | mark))
        counts.append(np.diff(np.searchsorted(chosen, bounds)))
        words = pieces(tokens.words, begin, np.diff(bounds))
        values.append(mixed([words.take(chosen + ahead) for ahead in range(NGRAM)]).astype(U32))
    return Part.of(texts, counts, values, len(tokens))


def marked(
    tokens: Tokens, rarity: Rarity, texts: Ints
) -> Iterator[tuple[Ints, Ints, NDArray[np.uint8]]]:
    """Yield TEXTS texts at a time: where their tokens begin, their bounds when joined, and the marks."""
    for first in range(0, len(texts), TEXTS):
        some = texts[first : first + TEXTS]
        begin, sizes = tokens.bounds[some], tokens.counts[some]
        bounds = np.concatenate([np.zeros(1, np.int64), np.cumsum(sizes)])
        marks = pieces(rarity.marks, begin, sizes)
        marks[bounds[1:] - 1] = 0  # the last tokens of a text start no shingle
        marks[np.maximum(bounds[1:] - 2, bounds[:-1])[sizes > 0]] = 0
        if len(sizes) and sizes.max() > LONGEST:
            place = np.arange(len(marks)) - np.repeat(bounds[:-1], sizes)
            marks[place > LONGEST - NGRAM] = 0
        yield begin, bounds, marks


def hashed(words: NDArray[np.uint32]) -> NDArray[np.uint64]:
    """Return 32 bits of hash for the shingle that starts at each word but the last ones."""
    wide = words.astype(U64)
    return mixed([wide[ahead : len(wide) - NGRAM + 1 + ahead] for ahead in range(NGRAM)])


def mixed(words: Sequence[NDArray[Any]]) -> NDArray[np.uint64]:
    """Return 32 bits of hash for shingles, given by their first words, their second words and so on."""
    hashes = words[0].astype(U64)
    for one in words[1:]:
        hashes *= MIX
        hashes += one
    hashes ^= hashes >> U64(32)
    hashes *= MIX
    hashes >>= U64(32)
    return hashes


def rounds(sizes: Ints, a: Ints, b: Ints, room: int, most: int) -> Iterator[tuple[Ints, int]]:
    """Cut pairs into rounds of about `most` shingles of a, all b of which take tables of 2**bits slots.

    Yield the places of the pairs, sorted by b, and the bits.
    """
    bits = np.ceil(np.log2(sizes[b] * room + 1)).astype(np.int64)
    np.maximum(bits, FEWEST, out=bits)
    if len(b) and sizes[a].sum() <= most and len(b) << int(bits.max()) <= TABLES:
        bits[:] = bits.max()  # a few pairs are one round
    order = np.argsort((bits << 24 | b) << 24 | a)
    bits, theirs = bits[order], b[order]
    tables = np.cumsum(np.append(0, theirs[1:] != theirs[:-1])[: len(order)])
    filled = np.cumsum(sizes[a[order]])
    start = 0
    while start < len(order):
        held, size = int(filled[start - 1]) if start else 0, int(bits[start])
        ends = (
            np.searchsorted(filled, held + most, "right"),
            np.searchsorted(tables, tables[start] + max(TABLES >> size, 1)),
            np.searchsorted(bits, size, "right"),
            start + PAIRS,
        )
        end = max(int(min(ends)), start + 1)
        yield order[start:end], size
        start = end


def numbered(b: Ints) -> tuple[Ints, Ints]:
    """Return the different texts of a sorted list, and for each place which of them it is."""
    fresh = np.append(True, b[1:] != b[:-1])[: len(b)]
    return b[fresh], np.cumsum(fresh) - 1


def at_most_shared(rare: Part[np.uint32], a: Ints, b: Ints) -> Ints:
    """Return how many rare shingles of a[i] stand in b[i] at most.

    Each b has a table with a mark for every shingle, many times larger than what it has (a Bloom
    filter with one function, Bloom 1970).
    """
    found = np.zeros(len(a), np.int64)
    for pairs, bits in rounds(rare.count, a, b, SLOTS, TABLES):
        ours = a[pairs]
        texts, which = numbered(b[pairs])
        shift, base = U32(HASH - bits), np.arange(len(texts)) << bits
        table = np.zeros(len(texts) << bits, bool)
        slots = (rare.at(texts) >> shift).astype(np.int64)
        slots += np.repeat(base, rare.count[texts])
        table[slots] = True
        slots = (rare.at(ours) >> shift).astype(np.int64)
        slots += np.repeat(base[which], rare.count[ours])
        met = np.flatnonzero(table.take(slots))
        found[pairs] = np.diff(np.searchsorted(met, np.append(0, np.cumsum(rare.count[ours]))))
    return found


@dataclass(frozen=True, slots=True)
class Meetings:
    """Shingles of a that b has: those of pair i stand at bounds[i]:bounds[i + 1], in the order of a.

    `x`, `y`: their places; of several in b, the first. `rare`: whether they are rare.
    """

    bounds: Ints
    x: Ints
    y: Ints
    rare: NDArray[np.bool_]


def meetings(shared: Part[np.uint64], a: Ints, b: Ints, bits: int) -> Meetings:
    """Return where the pairs of one round meet."""
    texts, which = numbered(b)
    shift, base = U64(PLACE + 1 + HASH - bits), (np.arange(len(texts)) << bits).view(U64)
    theirs, ours = shared.at(texts), shared.at(a)
    slots = theirs >> shift
    slots += np.repeat(base, shared.count[texts])
    table = np.full(len(texts) << bits, NOTHING)
    table[slots[::-1].view(np.int64)] = theirs[
        ::-1
    ]  # so the first of several is the one that stays
    lost = np.flatnonzero((table.take(slots.view(np.int64)) ^ theirs) >= FIRST)
    wanted = ours >> shift
    wanted += np.repeat(base[which], shared.count[a])
    partner = table.take(wanted.view(np.int64))
    met = (partner ^ ours) < FIRST
    if len(lost):
        astray = np.flatnonzero((partner != NOTHING) & ~met)
        keys, asked = (
            (place >> U64(bits)) << U64(HASH) | value >> U64(PLACE + 1)
            for place, value in ((slots[lost], theirs[lost]), (wanted[astray], ours[astray]))
        )
        again = partners(keys, asked)
        found = np.flatnonzero(again)
        met[astray[found]] = True
        partner[astray[found]] = theirs[lost[again[found] - 1]]
    at = np.flatnonzero(met)
    bounds = np.searchsorted(at, np.append(0, np.cumsum(shared.count[a])))
    ours, y = ours.take(at), partner.take(at).view(np.int64)
    y &= LONGEST
    return Meetings(bounds, ours.view(np.int64) & LONGEST, y, (ours & U64(RARE)) != 0)


def standing(slots: NDArray[np.uint64], size: int) -> NDArray[np.int32]:
    """Return a table of which value came to each slot first, counted from 1; 0 where none did."""
    table = np.zeros(size, np.int32)
    table[slots[::-1].view(np.int64)] = np.arange(len(slots), 0, -1, dtype=np.int32)
    return table


def partners(keys: NDArray[np.uint64], asked: NDArray[np.uint64]) -> NDArray[np.int32]:
    """Return where each asked number stands first among the keys, counted from 1; 0 if nowhere."""
    bits = max(len(keys).bit_length() + 3, FEWEST)
    keys, asked = scattered(keys), scattered(asked)
    slots = keys >> U64(64 - bits)
    table = standing(slots, 1 << bits)
    partner = table.take((asked >> U64(64 - bits)).view(np.int64))
    wrong = np.flatnonzero(keys.take(partner - 1) != asked)
    partner[wrong] = 0
    lost = np.flatnonzero(keys.take(table.take(slots.view(np.int64)) - 1) != keys)
    if len(lost):
        again = partners(keys[lost], asked[wrong])
        partner[wrong] = np.where(again, lost[again - 1] + 1, 0)
    return partner


def scattered(keys: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Return other numbers for different keys, their upper bits shuffled."""
    other = keys ^ keys >> U64(32)
    other *= MIX
    other ^= other >> U64(29)
    other *= MIX
    return other
