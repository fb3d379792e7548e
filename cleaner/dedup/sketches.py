"""What an index keeps of documents: their words as numbers, and the shingles they are found by."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Self

import numpy as np
from numpy.typing import NDArray

from cleaner.dedup.characters import U8, U32, U64, Ints
from cleaner.dedup.corpus import updates
from cleaner.dedup.minhash import shingle
from cleaner.dedup.postings import NGRAM
from cleaner.dedup.tokens import MIX, Tokens, batches, tokenise

ALGORITHM = 6  # of tokens, shingles and their hashes, and of how an index counts and stores them
FLAGS = 2  # bits of a packed word that hold its flags
LOWEST = U8((1 << FLAGS) - 1)


def pack(tokens: Tokens) -> NDArray[np.uint64]:
    """Return the tokens as one number each: 32 bits of hash above FLAGS of flags."""
    packed = tokens.words.astype(U64)
    packed <<= U64(FLAGS)
    packed |= tokens.flags
    return packed


def unpack(packed: NDArray[np.uint64], bounds: Ints) -> Tokens:
    """Return the tokens of packed texts."""
    return Tokens((packed >> U64(FLAGS)).astype(U32), packed.astype(U8) & LOWEST, bounds)


@dataclass(frozen=True, slots=True)
class Sketches:
    """Some texts as an index looks for them.

    `hashes`: the different shingles of text i, sorted, stand at bounds[i]:bounds[i + 1]. `digests`: a
    number for all words of a text. `marked`: texts that call themselves an update.
    """

    packed: NDArray[np.uint64]
    tokens: Tokens
    hashes: NDArray[np.uint64]
    bounds: Ints
    digests: NDArray[np.uint64]
    marked: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.tokens)

    @classmethod
    def of(cls, texts: Sequence[str]) -> Self:
        """Read a batch of texts."""
        whole = tokenise(texts)
        return cls._of(whole, pack(whole), updates(whole))

    @classmethod
    def stored(cls, packed: NDArray[np.uint64], bounds: Ints) -> Self:
        """Compute again what isn't stored; none is marked."""
        return cls._of(unpack(packed, bounds), packed, np.zeros(len(bounds) - 1, bool))

    @classmethod
    def _of(cls, tokens: Tokens, packed: NDArray[np.uint64], marked: NDArray[np.bool_]) -> Self:
        hashes, edges = shingle(tokens, NGRAM)
        digests = digest(hashes, edges)
        for start, end in pairwise(edges.tolist()):
            hashes[start:end].sort()
        new = np.ones(len(hashes), bool)
        np.not_equal(hashes[1:], hashes[:-1], out=new[1:])
        new[edges[:-1][edges[:-1] < len(hashes)]] = True
        kept = np.concatenate([np.zeros(1, np.int64), np.cumsum(new)])
        return cls(packed, tokens, hashes[new], kept[edges], digests, marked)

    @property
    def owners(self) -> Ints:
        """Which text each shingle belongs to."""
        return np.repeat(np.arange(len(self)), np.diff(self.bounds))


def read(texts: Sequence[str]) -> Iterator[Sketches]:
    """Sketch texts in batches that stay in a core's cache."""
    return map(Sketches.of, batches(texts))


def digest(hashes: NDArray[np.uint64], bounds: Ints) -> NDArray[np.uint64]:
    """Return a number per text that depends on its shingles and their order."""
    result = np.zeros(len(bounds) - 1, U64)
    sizes = bounds[1:] - bounds[:-1]
    filled = np.flatnonzero(sizes)
    if len(filled):
        places = np.arange(len(hashes)) - np.repeat(bounds[:-1], sizes)
        mixed = hashes * (places.astype(U64) * U64(2) + MIX)
        result[filled] = np.add.reduceat(mixed, bounds[:-1][filled])
    return result
