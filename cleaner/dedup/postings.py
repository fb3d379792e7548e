"""Rare shingles, and the pairs of texts that share them.

A three-word shingle that stands in at most RARE texts of a corpus is like a serial number: excerpts,
merged stories and reworded copies keep a share of them, templates and stock phrases have none. This
finds what MinHash misses, whose estimate falls with every word that differs.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from cleaner.dedup.minhash import shingle
from cleaner.dedup.tokens import U64, Ints, Tokens

NGRAM = 3  # words; two are phrases anyone writes, four don't survive a synonym in every fifth word
RARE = 20  # texts; more, and it is a template or a phrase. 50 costs a tenth of the precision
SMOOTH = 20  # shingles added to the smaller text: three of ten say less than thirty of a hundred

FULL = 4  # shingles of up to this many texts vote in full; of the others, which say less and make
SAMPLE = 4  # more pairs, one in SAMPLE, chosen by hash, votes with the weight HEAVY
HEAVY = 3
ENOUGH = 0.07  # of the smoothed share: below, not even a reworded excerpt of a translation

PART = 1 << 24  # postings sorted at a time: 128 MB
CHUNK = 1 << 18  # postings worked on at a time: temporaries stay in the second-level cache
BLOCK = 6  # bits: a table of the texts that every 64th token belongs to


@dataclass(frozen=True, slots=True)
class Candidates:
    """Pairs of texts that may be related, a < b, each pair once, in order."""

    a: Ints
    b: Ints


@dataclass(frozen=True, slots=True)
class Rarity:
    """What is known of the shingle that starts at each token, and how many rare ones each text has.

    `flags`: it is rare. `shared`: more than one text has it.
    """

    flags: NDArray[np.bool_]
    shared: NDArray[np.bool_]
    counts: Ints


def window(tokens: Tokens, first: int, last: int) -> Tokens:
    """Return the texts first:last, sharing memory."""
    start, end = tokens.bounds[first], tokens.bounds[last]
    bounds = tokens.bounds[first : last + 1] - start
    return Tokens(tokens.words[start:end], tokens.flags[start:end], bounds)


def windows(tokens: Tokens, size: int = CHUNK // 2) -> Iterator[tuple[int, int]]:
    """Cut the texts into ranges of about `size` tokens."""
    first = 0
    while first < len(tokens):
        last = int(np.searchsorted(tokens.bounds, tokens.bounds[first] + size, "right")) - 1
        last = min(max(last, first + 1), len(tokens))
        yield first, last
        first = last


def posting_keys(tokens: Tokens, bits: int, part: int, parts: int) -> NDArray[np.uint64]:
    """Return one part of the corpus's postings, sorted: the hash above, the token's place in `bits`."""
    keys = np.empty(len(tokens.words) // parts + CHUNK, U64)
    filled = 0
    for first, last in windows(tokens):
        hashes, bounds = shingle(window(tokens, first, last), NGRAM)
        place = np.repeat(tokens.bounds[first:last] - bounds[:-1], np.diff(bounds))
        place += np.arange(len(place))
        if parts > 1:
            chosen = np.flatnonzero((hashes & U64(0xFFFF)) % U64(parts) == U64(part))
            hashes, place = hashes[chosen], place[chosen]
        hashes >>= U64(bits)
        hashes <<= U64(bits)
        hashes |= place.view(U64)
        while filled + len(hashes) > len(keys):
            keys = np.concatenate([keys, np.empty_like(keys)])
        keys[filled : filled + len(hashes)] = hashes
        filled += len(hashes)
    keys = keys[:filled]
    keys.sort()
    return keys


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
        text = self.table[places >> BLOCK]
        behind = np.flatnonzero(self.bounds[text + 1] <= places)
        while len(behind):
            text[behind] += 1
            behind = behind[self.bounds[text[behind] + 1] <= places[behind]]
        return text


def rare_shingles(tokens: Tokens, leader: Ints) -> tuple[Rarity, Candidates]:
    """Find the rare shingles of a corpus and the pairs of texts that share enough of them.

    `leader` gives for each text the text that stands for its group of copies, itself for most: a
    shingle is rare when at most RARE groups have it, so a text copied 500 times keeps its shingles.
    """
    size = len(tokens.words)
    flags, shared = np.ones(size, bool), np.zeros(size, bool)
    bits, parts = max(size.bit_length(), 1), -(-size // PART) or 1
    votes = [np.empty(0, U64)]
    grouped = bool((leader != np.arange(len(leader))).any())
    owners = Owners.of(tokens)
    for part in range(parts):
        for chunk in chunks(posting_keys(tokens, bits, part, parts), bits):
            hashes = chunk >> U64(bits)
            again = np.flatnonzero(hashes[1:] == hashes[:-1])
            several = np.zeros(len(chunk), bool)
            several[again] = True
            several[again + 1] = True
            hashes = hashes[several]
            place = chunk[several].view(np.int64)
            place &= (1 << bits) - 1
            text = owners.texts(place)
            opens = np.ones(len(hashes), bool)
            np.not_equal(hashes[1:], hashes[:-1], out=opens[1:])
            fresh = opens.copy()
            fresh[1:] |= text[1:] != text[:-1]
            kept = np.flatnonzero(fresh)
            holders = text[kept]
            starts = np.flatnonzero(opens[kept])
            counts = np.diff(starts, append=len(kept))
            rare = counts <= RARE
            if grouped and not rare.all():
                chiefs = leader[holders]
                rare[~rare] = groups(chiefs, chiefs == holders, starts[~rare], counts[~rare]) <= RARE
            shared[place] = True
            flags[place[np.repeat(~rare, np.diff(kept[starts], append=len(hashes)))]] = False
            votes += ballots(holders, starts, counts, rare, hashes[kept[starts]], leader)
    short = np.flatnonzero(tokens.counts > 0)
    counted = np.zeros(len(tokens), np.int64)
    for place in range(1, NGRAM):  # the last tokens of a text start no shingle
        flags[tokens.bounds[1:][tokens.counts > place] - place] = False
    if len(short):
        counted[short] = np.add.reduceat(flags, tokens.bounds[short], dtype=np.int64)
    rarity = Rarity(flags, shared, counted)
    return rarity, elect(votes, counted)


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
) -> list[NDArray[np.uint64]]:
    """Return votes for all pairs of holders of each rare shingle: a << 40 | b << 16 | weight."""
    found = []
    sampled = rare & ((counts <= FULL) | (hashes % U64(SAMPLE) == 0))
    for count in range(2, RARE + 1):
        run = starts[sampled & (counts == count)]
        if not len(run):
            continue
        weight = U64(1 if count <= FULL else HEAVY)
        columns = [holders[run + place].view(U64) for place in range(count)]
        found += [a << U64(40) | b << U64(16) | weight for a, b in combinations(columns, 2)]
    viral = np.flatnonzero(sampled & (counts > RARE))
    for run in viral.tolist():  # more holders than RARE, but few groups: their leaders vote
        chiefs = np.unique(leader[holders[starts[run] : starts[run] + counts[run]]]).astype(U64)
        for place in range(len(chiefs) - 1):
            found.append(chiefs[place] << U64(40) | chiefs[place + 1 :] << U64(16) | U64(HEAVY))
    return found


def elect(votes: list[NDArray[np.uint64]], counts: Ints) -> Candidates:
    """Return the pairs with votes enough for the number of rare shingles in the smaller text."""
    ballot = np.concatenate(votes)
    votes.clear()
    ballot.sort()
    pair = ballot >> U64(16)
    starts = np.flatnonzero(
        np.concatenate([np.ones(min(len(pair), 1), bool), pair[1:] != pair[:-1]])
    )
    if not len(starts):
        return Candidates(np.empty(0, np.int64), np.empty(0, np.int64))
    ballot &= U64(0xFFFF)
    won = np.add.reduceat(ballot, starts).astype(np.int64)
    pair = pair[starts[won > 1]].astype(np.int64)
    won = won[won > 1]
    a, b = pair >> 24, pair & 0xFFFFFF
    enough = won >= ENOUGH * (np.minimum(counts[a], counts[b]) + SMOOTH)
    return Candidates(a[enough], b[enough])
