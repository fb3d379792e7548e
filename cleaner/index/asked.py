"""Texts as an index is asked about them: their words, shingles, and what to look for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Self

import numpy as np
from numpy.typing import NDArray

from cleaner.dedup.characters import U64, Ints
from cleaner.dedup.corpus import HEADLINE, mark_words
from cleaner.dedup.minhash import shingle
from cleaner.dedup.postings import NGRAM
from cleaner.dedup.sketches import FLAGS, digest, pack, unpack
from cleaner.dedup.tokens import MIX, Tokens

FACTORS = np.arange(1 << 12).astype(U64) * U64(2) + MIX  # of a digest


@dataclass(frozen=True, slots=True)
class Known:
    """What is stored of a document, or a text asked about, with the number of its own in the index or 0."""

    words: NDArray[np.uint64]
    marked: bool
    number: int = 0
    id: str = ""
    date: str = ""


@cache
def update_words() -> frozenset[int]:
    """Return the words by which a text calls itself an update."""
    return frozenset(map(int, mark_words()))


def documents_of(tokens: Tokens, names: Sequence[str], known: Mapping[str, int]) -> list[Known]:
    """Return texts to ask about; `known`: numbers of the documents that are in the index."""
    packed, edges = pack(tokens), tokens.bounds.tolist()
    heads = [tokens.words[start : start + HEADLINE] for start in edges[:-1]]
    return [
        Known(
            packed[start:end],
            not update_words().isdisjoint(head[: end - start].tolist()),
            known.get(name, 0),
            name,
        )
        for start, end, head, name in zip(edges, edges[1:], heads, names, strict=False)
    ]


@dataclass(frozen=True, slots=True)
class Asked:
    """Some documents and their shingles.

    `hashes`: those of document i, in order, stand at bounds[i]:bounds[i + 1]. `digests`: a number for
    all words of each. `known`: whether each is in the index.
    """

    hashes: NDArray[np.uint64]
    bounds: Ints
    digests: NDArray[np.uint64]
    known: NDArray[np.bool_]

    @classmethod
    def of(cls, some: Sequence[Known]) -> Self:
        known = np.array([one.number > 0 for one in some])
        if len(some) == 1:
            hashes = hashes_of(some[0].words)
            return cls(hashes, np.array([0, len(hashes)]), digest_of(hashes), known)
        edges = np.array([0, *(len(one.words) for one in some)]).cumsum()
        packed = np.concatenate([*(one.words for one in some), np.empty(0, U64)])
        hashes, bounds = shingle(unpack(packed, edges), NGRAM)
        return cls(hashes, bounds, digest(hashes, bounds), known)

    def __len__(self) -> int:
        return len(self.known)

    def owners(self, places: Ints) -> Ints:
        """Return which document each place in `hashes` belongs to."""
        return self.bounds.searchsorted(places, "right") - 1


def hashes_of(packed: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Return the shingles of one packed text: `shingle` at a third of its fixed cost."""
    size = len(packed) - NGRAM + 1
    if size < 1:
        return shingle(unpack(packed, np.array([0, len(packed)])), NGRAM)[0]
    words = packed >> U64(FLAGS)
    hashes = words[:size].copy()
    for place in range(1, NGRAM):
        hashes *= MIX
        hashes += words[place : size + place]
    hashes ^= hashes >> U64(32)
    hashes *= MIX
    return hashes


def digest_of(hashes: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Return what `digest` gives for one text."""
    size = len(hashes)
    factors = FACTORS[:size] if size <= len(FACTORS) else np.arange(size).astype(U64) * U64(2) + MIX
    result: NDArray[np.uint64] = np.multiply(hashes, factors).sum(keepdims=True)
    return result
