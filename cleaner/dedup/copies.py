"""Near-verbatim copies by their signatures: the texts that one text may stand for.

Only texts with many copies need this channel. Shingles of a text copied 500 times stand in 500 texts
and would not count as rare; so the rarity of shingles is counted over groups of copies.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cleaner.dedup.characters import U64, Ints

COLUMNS = 32  # of the signature: enough to find one of hundreds of copies, a quarter of the time
ROWS = (
    2  # per band: two texts with Jaccard similarity .5 share one of 16 bands with probability .99
)
MANY = 10  # texts in one bucket; fewer copies than half of postings.RARE need no group
ALIKE = 0.5  # estimated Jaccard similarity of five-word shingles


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
    pairs = np.unique(np.concatenate(found))
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
