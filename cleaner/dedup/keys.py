"""Postings of a corpus: which three-word shingle starts at which token, sorted by shingle."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from cleaner.dedup.characters import U8, U64, Ints
from cleaner.dedup.minhash import shingle
from cleaner.dedup.tokens import MIX, Tokens, ranges

NGRAM = 3  # words; two are phrases anyone writes, four don't survive a synonym in every fifth word

LAST = 0xFFFFFFFFFFFFFFFF  # sorts behind all postings
SIGNED = 1 << 63  # numbers below have the order of signed ones
SPARE = 27  # bits of a place, up to which its hash can spare a bit to be among these
CHUNK = 1 << 18  # postings worked on at a time: temporaries stay in the second-level cache


def last_key(bits: int) -> int:
    """Return what sorts behind all postings with so many bits for a place."""
    return SIGNED - 1 if bits <= SPARE else LAST


def sort(numbers: NDArray[np.uint64], most: int) -> None:
    """Sort numbers in place, none of them above `most`: as signed ones if they can be.

    AVX2 compares no others, and takes a fifth longer to do it in two steps. (As floats they would be
    sorted a little faster still, but wrong in a process where some library has turned tiny numbers to 0.)
    """
    (numbers.view(np.int64) if most < SIGNED else numbers).sort()


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


def posting_keys(
    tokens: Tokens, bits: int, part: int, parts: int, space: NDArray[np.uint64]
) -> NDArray[np.uint64]:
    """Return one part of the corpus's postings, sorted: the hash above, the token's place in `bits`.

    The lowest bits of its words say to which of `parts`, a power of two, a shingle belongs. The keys stand
    in `space` where it is large enough.
    """
    if parts == 1:
        return all_keys(tokens, bits, space)
    keys, top = space, last_key(bits)
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
        hashes &= U64(-1 << bits & top)
        place += tokens.bounds[first]
        hashes |= place.view(U64)
        while filled + len(hashes) > len(keys):
            keys = np.concatenate([keys, np.empty_like(keys)])
        keys[filled : filled + len(hashes)] = hashes
        filled += len(hashes)
    keys = keys[:filled]
    sort(keys, top)
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


def space_for(tokens: Tokens, parts: int) -> NDArray[np.uint64]:
    """Return memory for the keys of one part, which is used for one part after the other."""
    return np.empty(len(tokens.words) // parts + (CHUNK if parts > 1 else 0), U64)


def all_keys(tokens: Tokens, bits: int, keys: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Do what `posting_keys` does for one part of one, without moving a key before they are sorted."""
    top = last_key(bits)
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
        hashes &= U64(-1 << bits & top)
        hashes |= np.arange(start, end, dtype=U64)
    ends = np.concatenate([last_tokens(tokens, back) for back in range(1, NGRAM)])
    keys[ends] = top
    short, brief = brief_keys(tokens, bits)
    keys[short] = brief
    sort(keys, top)
    return keys[: len(keys) - len(ends) + len(short)]


def brief_keys(tokens: Tokens, bits: int) -> tuple[Ints, NDArray[np.uint64]]:
    """Return the postings of texts with fewer than NGRAM tokens: one shingle each, of the first part."""
    short = np.flatnonzero((tokens.counts > 0) & (tokens.counts < NGRAM))
    place = tokens.bounds[short]
    hashes = shingle(chosen(tokens, short), NGRAM)[0]
    return place, hashes & U64(-1 << bits & last_key(bits)) | place.view(U64)


def chunks(keys: NDArray[np.uint64], bits: int, size: int = CHUNK) -> Iterator[NDArray[np.uint64]]:
    """Cut sorted keys, about so many at a time, where the hash above some bits changes."""
    start = 0
    while start < len(keys):
        end = min(start + size, len(keys))
        if end < len(keys):
            boundary = (keys[end] >> U64(bits)) << U64(bits)
            lower = int(np.searchsorted(keys, boundary))
            end = lower if lower > start else int(np.searchsorted(keys, boundary + U64(1 << bits)))
        yield keys[start:end]
        start = end
