"""Near-verbatim copies by their signatures: the texts that one text may stand for.

Only texts with many copies need this channel. Shingles of a text copied 500 times stand in 500 texts
and would not count as rare; so the rarity of shingles is counted over groups of copies.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cleaner.dedup.characters import U32, U64, Ints
from cleaner.dedup.keys import CHUNK, chosen, chunks, sort, window, windows
from cleaner.dedup.minhash import rows_of, shingle
from cleaner.dedup.postings import Owners
from cleaner.dedup.tokens import Tokens, distinct

NGRAM = 5  # words of a shingle for signatures: the usual choice for near-verbatim copies
COLUMNS = 32  # of the signature: enough to find one of hundreds of copies, a quarter of the time
ROWS = (
    2  # per band: two texts with Jaccard similarity .5 share one of 16 bands with probability .99
)
MANY = 10  # texts in one bucket; fewer copies than half of postings.RARE need no group
ALIKE = 0.5  # estimated Jaccard similarity of five-word shingles

# Which texts are worth a signature: one shingle in SAMPLE is looked at. A text with many copies shares half
# of its shingles with them at least, so that of those seen, but for WITHOUT, one in COMMON must stand in more
# than MANY places. Fewer do with a probability of .001 at most; and a group may lack as many copies as RARE.
SAMPLE, COMMON, WITHOUT = 8, 4, 6
FACTORS = tuple(map(U32, (0x9E3779B1, 0x85EBCA77, 0xC2B2AE3D, 0x27D4EB2F, 0x165667B1)))  # odd


def sketched(tokens: Tokens, owners: Owners) -> tuple[NDArray[np.uint32], Ints]:
    """Return a digest of each text's words, and which texts may have more than MANY copies."""
    digests = np.zeros(len(tokens), U32)
    seen, filled = np.empty(len(tokens.words) // SAMPLE * 5 // 4 + CHUNK, U64), 0
    for first, last in windows(tokens):
        some = window(tokens, first, last)
        words = some.words
        mixed = words * FACTORS[0]
        for place in range(1, NGRAM):
            mixed[:-place] += words[place:] * FACTORS[place]
        sampled = np.flatnonzero(mixed < U32((1 << 32) // SAMPLE))
        text = owners.texts(sampled + tokens.bounds[first])
        end = filled + len(sampled)
        if end > len(seen):  # a few words again and again
            seen = np.concatenate([seen, np.empty(end, U64)])
        seen[filled:end] = mixed.take(sampled).astype(U64) << U64(32) | text.view(U64)
        filled = end
        for place in range(1, NGRAM):  # the last shingles reach into the next text
            ends = some.bounds[1:][some.counts >= place] - place
            mixed[ends] = words[ends] * FACTORS[place]
        mixed ^= mixed >> U32(15)
        mixed *= FACTORS[0]
        full = np.flatnonzero(some.counts)
        if len(full):
            digests[first + full] = np.add.reduceat(mixed, some.bounds[full])
    keys = seen[:filled]
    sort(keys, (1 << 64) // SAMPLE)
    total, common = np.zeros(len(tokens), np.int64), np.zeros(len(tokens), np.int64)
    for part in chunks(keys, 32, max(CHUNK, len(tokens))):  # as each is counted for all texts
        fresh = np.ones(len(part), bool)
        np.greater_equal(part[1:] ^ part[:-1], U64(1 << 32), out=fresh[1:])
        times = np.diff(np.flatnonzero(fresh), append=len(part))
        text = (part & U64(0xFFFFFFFF)).view(np.int64)
        often = np.repeat(times > MANY, times)
        total += np.bincount(text, minlength=len(tokens))
        common += np.bincount(text.compress(often), minlength=len(tokens))
    return digests, np.flatnonzero(common >= least_common(total))


def least_common(seen: Ints) -> Ints:
    """Return how many of so many sampled shingles are common in a text with many copies, at the least."""
    return (seen - WITHOUT) // COMMON


def signed(tokens: Tokens, texts: Ints) -> NDArray[np.uint32]:
    """Return the first COLUMNS values of the signatures of some texts."""
    rows = np.empty((len(texts), COLUMNS), U32)
    if len(texts) < len(tokens):
        tokens = chosen(tokens, texts)
    for first, last in windows(tokens):
        rows[first:last] = rows_of(*shingle(window(tokens, first, last), NGRAM), first=COLUMNS)
    return rows


def stars(signatures: NDArray[np.uint32]) -> tuple[Ints, Ints]:
    """Return pairs (leader, copy) of texts that look like copies: leader < copy, each pair once.

    In each full bucket all texts are compared with the first one only, so the cost is linear.
    """
    count = len(signatures)
    found = [np.empty(0, np.int64)]
    for band in range(0, signatures.shape[1], ROWS):
        keys = signatures[:, band].astype(U64) << U64(32) | signatures[:, band + 1]
        order = np.argsort(keys, kind="stable")
        opens = (
            np.flatnonzero(np.diff(keys[order], prepend=~keys[order[:1]]) != 0) if count else order
        )
        sizes = np.diff(opens, append=count)
        full = sizes > MANY
        leaders = np.repeat(order[opens[full]], sizes[full] - 1)
        offsets = np.arange(len(leaders)) - np.repeat(
            np.cumsum(sizes[full] - 1) - sizes[full] + 1, sizes[full] - 1
        )
        copies = order[np.repeat(opens[full] + 1, sizes[full] - 1) + offsets]
        alike = (signatures[leaders] == signatures[copies]).mean(axis=1) >= ALIKE
        found.append(leaders[alike] << 32 | copies[alike])
    pairs = distinct(np.concatenate(found))
    return pairs >> 32, pairs & 0xFFFFFFFF


def roots(count: int, a: Ints, b: Ints) -> Ints:
    """Return for each of `count` texts the smallest text it is connected with by the pairs (a, b).

    Labels are passed along all edges at once and pointers are halved (Shiloach and Vishkin 1982), so
    the number of rounds is logarithmic.
    """
    parent = np.arange(count)
    while len(a):
        high, low = np.maximum(parent[a], parent[b]), np.minimum(parent[a], parent[b])
        different = high != low
        if not different.any():
            break
        a, b = a[different], b[different]
        np.minimum.at(parent, high[different], low[different])
        while True:
            jumped = parent[parent]
            if (jumped == parent).all():
                break
            parent = jumped
    return parent
