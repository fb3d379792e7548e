"""Rare shingles, and the pairs of texts that share them.

A three-word shingle that stands in at most RARE texts of a corpus is like a serial number: excerpts,
merged stories and reworded copies keep a share of them, templates and stock phrases have none. This
finds what MinHash misses, whose estimate falls with every word that differs.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache

import numpy as np
from numpy.typing import NDArray

from cleaner.dedup.characters import U8, U64, Ints
from cleaner.dedup.minhash import shingle
from cleaner.dedup.tokens import MIX, Tokens, distinct, ranges
from cleaner.errors import ConfigError

NGRAM = 3  # words; two are phrases anyone writes, four don't survive a synonym in every fifth word
RARE = 20  # texts; more, and it is a template or a phrase. 50 costs a tenth of the precision
SMOOTH = 20  # shingles added to the smaller text: three of ten say less than thirty of a hundred

# Shingles of up to FULL texts vote in full. Others say less and make more pairs: of those of up to MANY
# texts one in SAMPLE, chosen by hash, votes with the weight HEAVY; of the rest one in SAMPLE squared.
FULL, MANY, SAMPLE, HEAVY = 6, 10, 4, 3
ENOUGH = 0.07  # of the smoothed share: below, not even a reworded excerpt of a translation

PART = 1 << 23  # postings sorted at a time: 64 MB; of more, …
PARTS = 4  # … one in two or four: each part costs another look at all words
LAST = 0xFFFFFFFFFFFFFFFF  # sorts behind all postings
CHUNK = 1 << 18  # postings worked on at a time: temporaries stay in the second-level cache
TEXT, WEIGHT = 24, 16  # bits of a vote that hold a text (16 million), and its weight
BLOCK = 4  # bits: a table of the texts that every 16th token belongs to


SCARCE, SHARED, OFTEN = 1, 2, 4  # marks of a shingle


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
    more than FULL have it or one has it twice.
    """

    marks: NDArray[np.uint8]
    counts: Ints


def window(tokens: Tokens, first: int, last: int) -> Tokens:
    """Return the texts first:last, sharing memory."""
    start, end = tokens.bounds[first], tokens.bounds[last]
    bounds = tokens.bounds[first : last + 1] - start
    return Tokens(tokens.words[start:end], tokens.flags[start:end], bounds)


def chosen(tokens: Tokens, texts: Ints) -> Tokens:
    """Return some texts, copied."""
    sizes = tokens.counts[texts]
    at = ranges(tokens.bounds[texts], sizes)
    bounds = np.concatenate([np.zeros(1, np.int64), np.cumsum(sizes)])
    return Tokens(tokens.words.take(at), tokens.flags.take(at), bounds)


def windows(tokens: Tokens, size: int = CHUNK // 2) -> Iterator[tuple[int, int]]:
    """Cut the texts into ranges of about `size` tokens."""
    first = 0
    while first < len(tokens):
        last = int(np.searchsorted(tokens.bounds, tokens.bounds[first] + size, "right")) - 1
        last = min(max(last, first + 1), len(tokens))
        yield first, last
        first = last


def posting_keys(tokens: Tokens, bits: int, part: int, parts: int) -> NDArray[np.uint64]:
    """Return one part of the corpus's postings, sorted: the hash above, the token's place in `bits`.

    The lowest bits of its words say to which of `parts`, a power of two, a shingle belongs.
    """
    if parts == 1:
        return all_keys(tokens, bits)
    keys = np.empty(len(tokens.words) // parts + CHUNK, U64)
    brief = brief_keys(tokens, bits)[1] if not part else keys[:0]
    filled = len(brief)
    keys[:filled] = brief
    for first, last in windows(tokens):
        some = window(tokens, first, last)
        place = places_of(some, part, parts)
        hashes = some.words.take(place).astype(U64)
        for ahead in range(1, NGRAM):
            hashes *= MIX
            hashes += some.words.take(place + ahead)
        hashes ^= hashes >> U64(32)
        hashes *= MIX
        hashes >>= U64(bits)
        hashes <<= U64(bits)
        place += tokens.bounds[first]
        hashes |= place.view(U64)
        while filled + len(hashes) > len(keys):
            keys = np.concatenate([keys, np.empty_like(keys)])
        keys[filled : filled + len(hashes)] = hashes
        filled += len(hashes)
    keys = keys[:filled]
    keys.sort()
    return keys


def places_of(tokens: Tokens, part: int, parts: int) -> Ints:
    """Return where the shingles of one part start."""
    lowest = tokens.words.astype(U8)
    which = lowest.copy()
    for back in range(1, NGRAM):
        which[:-back] ^= lowest[back:]
    which &= U8(parts - 1)
    for back in range(1, NGRAM):
        which[last_tokens(tokens, back)] = parts
    return np.flatnonzero(which == U8(part))


def last_tokens(tokens: Tokens, back: int) -> Ints:
    """Return the places of the tokens so far back from the end of a text: no shingle starts there."""
    ends = tokens.bounds[1:]
    return ends[tokens.counts >= back] - back


def all_keys(tokens: Tokens, bits: int) -> NDArray[np.uint64]:
    """Do what `posting_keys` does for one part of one, without moving a key before they are sorted."""
    keys = np.empty(len(tokens.words), U64)
    for first, last in windows(tokens):
        start, end = int(tokens.bounds[first]), int(tokens.bounds[last])
        words, hashes = tokens.words[start:end].astype(U64), keys[start:end]
        np.multiply(words, MIX, out=hashes)
        for ahead in range(1, NGRAM):
            hashes[:-ahead] += words[ahead:]
            if ahead < NGRAM - 1:
                hashes *= MIX
        np.right_shift(hashes, U64(32), out=words)
        hashes ^= words
        hashes *= MIX
        hashes &= U64(-1 << bits & LAST)
        hashes |= np.arange(start, end, dtype=U64)
    ends = np.concatenate([last_tokens(tokens, back) for back in range(1, NGRAM)])
    keys[ends] = LAST
    short, brief = brief_keys(tokens, bits)
    keys[short] = brief
    keys.sort()
    return keys[: len(keys) - len(ends) + len(short)]


def brief_keys(tokens: Tokens, bits: int) -> tuple[Ints, NDArray[np.uint64]]:
    """Return the postings of texts with fewer than NGRAM tokens: one shingle each, of the first part."""
    short = np.flatnonzero((tokens.counts > 0) & (tokens.counts < NGRAM))
    place = tokens.bounds[short]
    return place, shingle(chosen(tokens, short), NGRAM)[0] >> U64(bits) << U64(bits) | place.view(
        U64
    )


def chunks(keys: NDArray[np.uint64], bits: int) -> Iterator[NDArray[np.uint64]]:
    """Cut sorted keys where the hash changes."""
    start = 0
    while start < len(keys):
        end = min(start + CHUNK, len(keys))
        if end < len(keys):
            boundary = (keys[end] >> U64(bits)) << U64(bits)
            lower = int(np.searchsorted(keys, boundary))
            end = lower if lower > start else int(np.searchsorted(keys, boundary + U64(1 << bits)))
        yield keys[start:end]
        start = end


@dataclass(frozen=True, slots=True)
class Owners:
    """Which text a token belongs to, by a small table instead of one entry per token."""

    bounds: Ints
    table: Ints

    @classmethod
    def of(cls, tokens: Tokens) -> Owners:
        places = np.arange(0, len(tokens.words) + 1, 1 << BLOCK)
        return cls(tokens.bounds, np.searchsorted(tokens.bounds, places, "right") - 1)

    def texts(self, places: Ints) -> Ints:
        """Return the text of each place."""
        text: Ints = self.table.take(places >> BLOCK)
        behind = np.flatnonzero(self.bounds[1:].take(text) <= places)
        while len(behind):
            text[behind] += 1
            behind = behind[self.bounds[text[behind] + 1] <= places[behind]]
        return text


def rare_shingles(tokens: Tokens, leader: Ints, owners: Owners) -> tuple[Rarity, Candidates]:
    """Find the rare shingles of a corpus and the pairs of texts that share enough of them.

    `leader` gives for each text the text that stands for its group of copies, itself for most: a
    shingle is rare when at most RARE groups have it, so a text copied 500 times keeps its shingles.
    """
    if len(tokens) >> TEXT:
        raise ConfigError(
            f"{len(tokens)} different texts are too many for one run, which takes {1 << TEXT}. "
            "Use an index, or split them by month."
        )
    size = len(tokens.words)
    marks = np.full(size, SCARCE, U8)
    bits, parts = max(size.bit_length(), 1), min(1 << (size // PART).bit_length(), PARTS)
    votes = Votes()
    grouped = bool((leader != np.arange(len(leader))).any())
    for part in range(parts):
        keys = posting_keys(tokens, bits, part, parts)
        if not part:
            votes.all = keys
        for chunk in chunks(keys, bits):
            if votes.all is keys:
                votes.room += len(chunk)
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
            if grouped and not rare.all():
                chiefs, frequent = leader[holders], np.flatnonzero(~rare)
                found = groups(chiefs, chiefs == holders, begin[frequent], counts[frequent])
                rare[frequent] = found <= RARE
            marks[place] = SCARCE | SHARED
            often = np.flatnonzero((counts > FULL) | (counts != sizes))
            mark = np.where(rare.take(often), U8(SCARCE | SHARED | OFTEN), U8(SHARED | OFTEN))
            times = sizes.take(often)
            marks[place.take(ranges(starts.take(often), times))] = np.repeat(mark, times)
            hashes = chunk.take(opens) >> U64(bits)
            for ballot in ballots(holders, begin, counts, rare, hashes, leader):
                votes.add(ballot)
    for back in range(1, NGRAM):  # the last tokens of a text start no shingle
        marks[tokens.bounds[1:][tokens.counts > back] - back] = 0
    scarcities = np.zeros(len(tokens), np.int64)
    for first, last in windows(tokens):
        scarce = marks[tokens.bounds[first] : tokens.bounds[last]] & U8(SCARCE)
        some = np.flatnonzero(tokens.counts[first:last] > 0)
        starts = tokens.bounds[first + some] - tokens.bounds[first]
        if len(starts):
            scarcities[first + some] = np.add.reduceat(scarce, starts, dtype=np.int64)
    return Rarity(marks, scarcities), elect(votes, scarcities)


@dataclass(slots=True)
class Votes:
    """Votes in one piece of memory, which is sorted where it is.

    At first that is what is left of the postings they come from: `room` of them have been read.
    """

    all: NDArray[np.uint64] = field(default_factory=lambda: np.empty(0, U64))
    filled: int = 0
    room: int = 0

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
        """Return all votes; nothing can be added after that."""
        votes = self.all[: self.filled]
        votes.sort()
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
    for part in chunks(votes.sorted(), WEIGHT):
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
