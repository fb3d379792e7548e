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
SCARCE, SHARED, OFTEN = 4, 8, 16  # marks of a shingle, in bits that the flags of a token leave free
FLAG, MARK = 2, 3  # bits of flags, and of marks above them; then come those of its part
FLAGS, ALL = U8((1 << FLAG) - 1), U8((1 << FLAG + MARK) - 1)
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
    tokens: Tokens,
    bits: int,
    space: NDArray[np.uint64],
    of: tuple[int, int, NDArray[np.uint8]] | None = None,
) -> NDArray[np.uint64]:
    """Return the corpus's postings, sorted: the hash above, the token's place in `bits`.

    `of`: one part only, of so many, by the marks that `divide` has made. The keys stand in `space` where
    it is large enough.
    """
    if of is None or of[1] == 1:
        return all_keys(tokens, bits, space)
    part, parts, marks = of
    start, mask = U8(part << FLAG + MARK | SCARCE), U8(parts - 1 << FLAG + MARK | SCARCE)
    keys, top = space, last_key(bits)
    few = brief_keys(tokens, bits)[1] if not part else keys[:0]
    filled = len(few)
    keys[:filled] = few
    for first, last in windows(tokens):
        words = tokens.words[tokens.bounds[first] : tokens.bounds[last]]
        place = np.flatnonzero(marks[tokens.bounds[first] : tokens.bounds[last]] & mask == start)
        hashes = words.take(place).astype(U64)
        for ahead in range(1, NGRAM):
            hashes *= MIX
            hashes += words.take(place + ahead)
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


def divide(tokens: Tokens, marks: NDArray[np.uint8], parts: int) -> None:
    """Write above the marks to which of so many parts the shingle of each token belongs.

    The lowest bits of its words say so; `parts` is a power of two. `marks`: all SCARCE; where no shingle
    starts they no longer are.
    """
    for first, last in windows(tokens):
        start, end = tokens.bounds[first], tokens.bounds[last]
        lowest = tokens.words[start:end].astype(U8)
        which = lowest.copy()
        for back in range(1, NGRAM):
            which[:-back] ^= lowest[back:]
        which &= U8(parts - 1)
        which <<= U8(FLAG + MARK)
        marks[start:end] |= which
    for back in range(1, NGRAM):
        marks[last_tokens(tokens, back)] &= ~U8(SCARCE)


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
    short, few = brief_keys(tokens, bits)
    keys[short] = few
    sort(keys, top)
    return keys[: len(keys) - len(ends) + len(short)]


def brief(tokens: Tokens) -> Ints:
    """Return the texts with fewer than NGRAM tokens."""
    return np.flatnonzero((tokens.counts > 0) & (tokens.counts < NGRAM))


def brief_keys(tokens: Tokens, bits: int) -> tuple[Ints, NDArray[np.uint64]]:
    """Return the postings of brief texts: one shingle each, of the first part."""
    short = brief(tokens)
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
