"""What an index keeps of a document: its words in 16 bits each, and the shingles it is found by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from cleaner.dedup.characters import U8, U16, U32, U64, Ints
from cleaner.dedup.duplicates import updates
from cleaner.dedup.minhash import shingle
from cleaner.dedup.postings import NGRAM
from cleaner.dedup.tokens import MIX, Tokens, tokenise_all

ALGORITHM = 2  # of tokens, shingles and their hashes; another one gives other numbers for one text
SAMPLE = 5  # one shingle in so many has postings


def pack(tokens: Tokens) -> NDArray[np.uint16]:
    """Return the tokens in 16 bits each: 14 of hash, 2 of flags."""
    return (tokens.words >> U32(18) << U32(2) | tokens.flags).astype(U16)


def unpack(packed: Sequence[NDArray[np.uint16]]) -> Tokens:
    """Return the tokens of packed texts."""
    bounds = np.cumsum([0, *map(len, packed)])
    joined = np.concatenate([np.empty(0, U16), *packed])
    return Tokens((joined >> U16(2)).astype(U32), (joined & U16(3)).astype(U8), bounds)


@dataclass(frozen=True, slots=True)
class Stored:
    """What can be read back: packed words, and whether the text calls itself an update."""

    words: NDArray[np.uint16]
    marked: bool


@dataclass(frozen=True, slots=True)
class Sketch:
    """A document as an index looks for it: its different shingles, sorted, and a key of all its words."""

    stored: Stored
    hashes: NDArray[np.uint64]
    digest: int

    @property
    def sampled(self) -> NDArray[np.uint64]:
        """The shingles that can have postings."""
        sampled: NDArray[np.uint64] = self.hashes[self.hashes % U64(SAMPLE) == 0]
        return sampled


def keys_of(hashes: NDArray[np.uint64]) -> list[int]:
    """Return the upper halves of hashes as signed numbers, which SQLite stores in four bytes."""
    keys: list[int] = (hashes >> U64(32)).astype(U32).view(np.int32).tolist()
    return keys


def sketch_texts(texts: Sequence[str]) -> list[Sketch]:
    """Return the sketches of some texts."""
    whole = tokenise_all(texts)
    packed, marked = pack(whole), updates(whole).tolist()
    bounds = whole.bounds.tolist()
    parts = [packed[start:end] for start, end in pairwise(bounds)]
    return sketch([Stored(words, mark) for words, mark in zip(parts, marked, strict=True)])


def sketch(stored: Sequence[Stored]) -> list[Sketch]:
    """Compute again what isn't stored."""
    hashes, bounds = shingle(unpack([one.words for one in stored]), NGRAM)
    digests = digest(hashes, bounds).view(np.int64).tolist()
    parts = [distinct(hashes[start:end]) for start, end in pairwise(bounds.tolist())]
    return [Sketch(*fields) for fields in zip(stored, parts, digests, strict=True)]


def distinct(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Return the different values, sorted."""
    ordered: NDArray[np.uint64] = np.sort(values)
    keep = np.ones(len(ordered), bool)
    keep[1:] = ordered[1:] != ordered[:-1]
    different: NDArray[np.uint64] = ordered[keep]
    return different


def digest(hashes: NDArray[np.uint64], bounds: Ints) -> NDArray[np.uint64]:
    """Return a number per text that depends on its shingles and their order."""
    result = np.zeros(len(bounds) - 1, U64)
    filled = np.flatnonzero(np.diff(bounds))
    if len(filled):
        places = np.arange(len(hashes)) - np.repeat(bounds[:-1], np.diff(bounds))
        mixed = hashes * (places.astype(U64) * U64(2) + MIX)
        result[filled] = np.add.reduceat(mixed, bounds[:-1][filled])
    return result
