"""Shingles and MinHash signatures, bit for bit those of datasketch's `affine32` scheme.

A signature row is a datasketch `LeanMinHash`: see `to_lean` and `from_lean`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from random import Random
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cleaner.dedup.characters import U32, U64, Ints
from cleaner.dedup.tokens import MIX, Tokens, batches, tokenise
from cleaner.errors import ConfigError

SCHEME = "affine32"  # datasketch's name: min over shingles of a * fmix32(h) + b mod 2**32, a odd
STATE = 624  # words of a Mersenne Twister
EMPTY = U32(0xFFFFFFFF)  # the row of a text without words, as in datasketch


def shingle(tokens: Tokens, ngram: int) -> tuple[NDArray[np.uint64], Ints]:
    """64-bit hashes of all runs of `ngram` tokens, and the n + 1 bounds of the texts in them.

    A text with fewer tokens gives one shingle of all it has; a text without tokens gives none.
    """
    counts = tokens.counts
    windows = np.where(counts > 0, np.maximum(counts - ngram + 1, 1), 0)
    bounds = np.concatenate([np.zeros(1, np.int64), np.cumsum(windows)])
    words = np.concatenate([tokens.words, np.zeros(ngram - 1, U32)])
    size = len(tokens.words)
    hashes = words[:size].astype(U64)
    for place in range(1, ngram):
        hashes *= MIX
        hashes += words[place : size + place]
    short = np.flatnonzero((counts > 0) & (counts < ngram))
    for text in short.tolist():
        start, end = tokens.bounds[text : text + 2]
        value = U64(0)
        with np.errstate(over="ignore"):
            for word in words[start:end]:
                value = value * MIX + U64(word)
        hashes[start] = value
    if (windows < counts).any():
        keep = np.ones(size, bool)
        for place in range(1, ngram):
            ends = tokens.bounds[1:][counts > place] - place
            keep[ends] = False
        hashes = hashes[keep]
    hashes ^= hashes >> U64(32)
    hashes *= MIX
    return hashes, bounds


@cache
def permutations(num_perm: int, seed: int) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    """Multipliers and addends as datasketch 2 draws them (`MinHash._init_permutations`)."""
    drawn = twister(seed)
    multipliers = np.array([drawn.getrandbits(32) for _ in range(num_perm)], U32)
    addends = np.array([drawn.getrandbits(32) for _ in range(num_perm)], U32)
    return multipliers << U32(1) | U32(1), addends


def twister(seed: int) -> Random:
    """Return the Mersenne Twister as `numpy.random.RandomState(seed)` starts it (Matsumoto, Nishimura 1998).

    numpy's takes 10 ms to import, as long as comparing 500 pairs.
    """
    if not 0 <= seed < 1 << 32:
        raise ConfigError(
            f"seed = {seed}: datasketch takes 0 to {(1 << 32) - 1}. Use one of these."
        )
    state = [seed]
    for place in range(1, STATE):
        state.append(1812433253 * (state[-1] ^ state[-1] >> 30) + place & 0xFFFFFFFF)
    generator = Random()  # noqa: S311 - the same numbers each time are what is wanted
    generator.setstate((3, (*state, STATE), None))
    return generator


def premix(hashes: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """Return MurmurHash3's 32-bit finaliser of each value."""
    mixed = hashes ^ (hashes >> U32(16))
    mixed *= U32(0x85EBCA6B)
    mixed ^= mixed >> U32(13)
    mixed *= U32(0xC2B2AE35)
    mixed ^= mixed >> U32(16)
    return mixed


def rows_of(
    hashes: NDArray[np.uint64],
    bounds: Ints,
    *,
    num_perm: int = 128,
    seed: int = 1,
    first: int | None = None,
) -> NDArray[np.uint32]:
    """Signature rows of the shingles between `bounds`; `first` computes that many columns only."""
    columns = num_perm if first is None else first
    rows = np.full((columns, len(bounds) - 1), EMPTY, U32)
    filled = np.flatnonzero(np.diff(bounds))
    if not len(filled):
        return rows.T.copy()
    starts, mixed = bounds[:-1][filled], premix((hashes >> U64(32)).astype(U32))
    permuted = np.empty_like(mixed)
    whole = len(filled) == rows.shape[1]
    multipliers, addends = permutations(num_perm, seed)
    for column in range(columns):
        np.multiply(mixed, multipliers[column], out=permuted)
        np.add(permuted, addends[column], out=permuted)
        if whole:
            np.minimum.reduceat(permuted, starts, out=rows[column])
        else:
            rows[column, filled] = np.minimum.reduceat(permuted, starts)
    return np.ascontiguousarray(rows.T)


def shingled(texts: Iterable[str], ngram: int) -> Iterator[tuple[NDArray[np.uint64], Ints]]:
    """Yield hashes and bounds of the shingles of a stream of texts, a batch at a time."""
    if ngram < 1:
        raise ConfigError(
            f"ngram = {ngram}: a shingle has at least one word. Use 1 or more; 5 is usual."
        )
    for batch in batches(texts):
        yield shingle(tokenise(batch), ngram)


def signatures(
    texts: Sequence[str], *, num_perm: int = 128, ngram: int = 5, seed: int = 1
) -> NDArray[np.uint32]:
    """Return the MinHash signature of each text: (texts, num_perm) uint32.

    Rows equal `datasketch.MinHash(num_perm, seed=seed, scheme="affine32")` fed with the values of
    `shingle_hashes` (Broder 1997).

    >>> rows = signatures(["Shares fell 4% on Tuesday.", "shares fell 4 % on Tuesday"])
    >>> rows.shape, bool((rows[0] == rows[1]).all())
    ((2, 128), True)
    """
    if num_perm < 1:
        raise ConfigError(
            f"num_perm = {num_perm}: a signature has at least one value. 128 is usual."
        )
    parts = [rows_of(*part, num_perm=num_perm, seed=seed) for part in shingled(texts, ngram)]
    return np.concatenate([np.empty((0, num_perm), U32), *parts])


def shingle_hashes(texts: Sequence[str], *, ngram: int = 5) -> list[NDArray[np.uint32]]:
    """Return the 32-bit hashes of each text's shingles, in order: what `signatures` permutes."""
    found: list[NDArray[np.uint32]] = []
    for hashes, bounds in shingled(texts, ngram):
        found += np.split((hashes >> U64(32)).astype(U32), bounds[1:-1])
    return found


def to_lean(row: NDArray[np.uint32], *, seed: int = 1) -> Any:
    """Return a row as a `datasketch.LeanMinHash`, ready for `MinHashLSH` and its storages."""
    from datasketch import LeanMinHash

    return LeanMinHash(seed=seed, hashvalues=row, scheme=SCHEME)


def from_lean(lean: Any) -> NDArray[np.uint32]:
    """Return the row of a datasketch sketch; raise ConfigError for one of another scheme."""
    if lean.scheme != SCHEME:
        raise ConfigError(
            f"this sketch has datasketch's scheme {lean.scheme!r}, signatures here are {SCHEME!r}. "
            f"Compute it again with scheme={SCHEME!r}."
        )
    return np.asarray(lean.hashvalues, U32)
