"""Words of many texts as numbers: one pass from characters to word hashes.

A word is a run of letters and digits, compared without case and accents; a number keeps its inner
stops and commas. Scripts without spaces (Chinese, Japanese, Thai …) give one token per character,
which hashes that character and up to three after it, so that shingles of tokens are shingles of
characters. Offsets are code points of the text as given.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cleaner.dedup.characters import (
    DIGIT,
    LETTER,
    NAME,
    NOTHING,
    NUMBER,
    PAD,
    POINT,
    SOLO,
    U8,
    U16,
    U32,
    U64,
    Ints,
    fold_narrow,
    narrow,
    narrow_flags,
    tables,
    wide,
)

# fmt: off
__all__ = [
    "MIX", "NAME", "NUMBER", "U8", "U16", "U32", "U64", "Gatherer", "Ints", "Spans", "Tokens",
    "batches", "distinct", "ranges", "spans", "tokenise", "tokenise_all",
]
# fmt: on

CHARACTERS = 1 << 18  # per batch: the arrays of one batch stay in a core's second-level cache
COPIED = 1 << 19  # characters of which each is read eight times; of one long text that is too much
LARGE = (1 << 25) - (1 << 13)  # bytes, just below 32 MB
RUN = 4  # characters of a token in a script without spaces
MIX = U64(0x9E3779B97F4A7C15)  # 2**64 / golden ratio (Knuth, TAOCP 3, 6.4)
HIGH = U32(0x85EBCA6B)  # sets the upper bytes of characters apart from the lower ones
ONE, TURN, HALF = U64(1), U64(29), U64(32)
FIRST, LOWEST, HIGHEST = (  # byte; bits of all bytes
    U64(0xFF),
    U64(0x0101010101010101),
    U64(0x8080808080808080),
)
MASKS = np.array([(1 << 8 * size) - 1 for size in range(PAD + 1)], U64)


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens of n texts, one text after the other.

    `words`: uint32 hash of each token. `flags`: uint8, NUMBER and NAME. `bounds`: n + 1 positions;
    text i has the tokens bounds[i]:bounds[i + 1].
    """

    words: NDArray[np.uint32]
    flags: NDArray[np.uint8]
    bounds: Ints

    def __len__(self) -> int:
        return len(self.bounds) - 1

    @property
    def counts(self) -> Ints:
        """How many tokens each text has."""
        return self.bounds[1:] - self.bounds[:-1]


@dataclass(frozen=True, slots=True)
class Spans:
    """Where the tokens of one text stand: code point offsets, `start` inclusive, `end` exclusive."""

    start: Ints
    end: Ints


@cache
def keep_pages() -> None:
    """Make the C library keep the memory of freed arrays instead of returning it after each batch.

    glibc takes the largest block freed so far, up to 32 MB, for what to keep. Without this, a third of
    the time goes into getting the same pages again.
    """
    np.empty(LARGE, U8)


def batches(texts: Iterable[str], size: int = CHARACTERS) -> Iterator[list[str]]:
    """Cut a stream of texts into lists of about `size` characters; a longer text stands alone."""
    keep_pages()
    batch: list[str] = []
    filled = 0
    for text in texts:
        if batch and filled + len(text) > size:
            yield batch
            batch, filled = [], 0
        batch.append(text)
        filled += len(text) + 1
    if batch:
        yield batch


def tokenise(texts: Sequence[str]) -> Tokens:
    """Return the tokens of a batch of texts.

    >>> tokens = tokenise(["Café crème", "CAFE CREME, 12.5 %", ""])
    >>> tokens.counts.tolist(), tokens.flags.tolist()
    ([2, 3, 0], [2, 0, 2, 2, 1])
    >>> tokens.words[:2].tolist() == tokens.words[2:4].tolist()
    True
    """
    ends = np.fromiter(map(len, texts), np.int64, len(texts))
    ends += 1
    ends = ends.cumsum()
    raw, outside = narrow(texts)
    if not len(outside):
        return tokenise_narrow(raw, ends)
    others = distinct(np.searchsorted(ends, outside, "right")).tolist()
    if len(others) == len(texts):
        return tokenise_wide(texts, ends)
    blank = bytearray(raw)
    for place in others:
        blank[ends[place] - len(texts[place]) - 1 : ends[place]] = bytes(len(texts[place]) + 1)
    chosen = [texts[place] for place in others]
    sizes = np.fromiter(map(len, chosen), np.int64, len(chosen))
    rest = tokenise_wide(chosen, np.cumsum(sizes + 1))
    return inserted(tokenise_narrow(bytes(blank), ends), rest, others)


def inserted(most: Tokens, rest: Tokens, places: Sequence[int]) -> Tokens:
    """Return the tokens of `most` with those of `rest` for the texts at `places`, empty in `most`."""
    counts = most.counts
    counts[places] = rest.counts
    cuts, ends = [0, *most.bounds[places].tolist()], rest.bounds.tolist()

    def joined(ours: NDArray[Any], theirs: NDArray[Any]) -> NDArray[Any]:
        pieces = []
        for (start, stop), (begin, end) in zip(pairwise(cuts), pairwise(ends), strict=True):
            pieces += [ours[start:stop], theirs[begin:end]]
        return np.concatenate([*pieces, ours[cuts[-1] :]])

    bounds = np.concatenate([np.zeros(1, np.int64), np.cumsum(counts)])
    return Tokens(joined(most.words, rest.words), joined(most.flags, rest.flags), bounds)


def tokenise_narrow(raw: bytes, ends: Ints) -> Tokens:
    """Return the tokens of texts in Latin-1 that end before `ends`."""
    folded, word = fold_narrow(raw)
    opens = word.copy()
    np.greater(word[1:], word[:-1], out=opens[1:])
    start = opens.nonzero()[0]
    flags = np.frombuffer(
        np.frombuffer(raw, U8).take(start).tobytes().translate(narrow_flags()), U8
    )
    bounds = np.zeros(len(ends) + 1, np.int64)
    bounds[1:] = start.searchsorted(ends)
    return Tokens(hash_narrow(folded, start), flags, bounds)


def tokenise_wide(texts: Sequence[str], ends: Ints) -> Tokens:
    """Return the tokens of any texts that end before `ends`."""
    codes = wide(texts)
    folded, start, end, origin = find(codes)
    at = start if origin is None else origin[start]
    first = codes.take(at)
    _, kinds, capital = tables()
    flags = (kinds.take(first) == DIGIT) * U8(NUMBER)
    flags |= capital.take(first) * U8(NAME)
    bounds = np.zeros(len(texts) + 1, np.int64)
    bounds[1:] = np.searchsorted(at, ends)
    words = hash_words(folded.astype(U8), start, end - start)
    folded >>= U16(8)
    if folded.any():
        words ^= hash_words(folded.astype(U8), start, end - start) * HIGH
    return Tokens(words, flags, bounds)


def find(codes: NDArray[np.uint16]) -> tuple[NDArray[np.uint16], Ints, Ints, Ints | None]:
    """Return folded characters, where tokens start and end in them, and their offsets in `codes`.

    The offsets are None when each character stands where it stood.
    """
    fold, kinds, _ = tables()
    kind, folded, origin = kinds.take(codes), fold.take(codes), None
    if (kind == NOTHING).any():
        origin = np.flatnonzero(kind != NOTHING)
        kind, folded = kind[origin], np.concatenate([folded[origin], np.zeros(PAD, U16)])
    digit = kind == DIGIT
    word = digit | (kind == LETTER)
    word[1:-1] |= (kind[1:-1] == POINT) & digit[:-2] & digit[2:]
    edges = np.flatnonzero(word[1:] != word[:-1]) + 1
    if len(word) and word[0]:
        edges = np.concatenate([[0], edges])
    start, end = edges[0::2], edges[1::2]
    solo = np.flatnonzero(kind == SOLO)
    if len(solo):
        start, end = with_solo(start, end, solo)
    return folded, start, end, origin


def with_solo(start: Ints, end: Ints, solo: Ints) -> tuple[Ints, Ints]:
    """Add the tokens of scripts without spaces: RUN characters from each, within one run."""
    last = np.flatnonzero(np.diff(solo, append=-2) != 1)
    stop = solo[last[np.searchsorted(last, np.arange(len(solo)))]] + 1
    starts = np.concatenate([start, solo])
    order = np.argsort(starts, kind="stable")
    return starts[order], np.concatenate([end, np.minimum(solo + RUN, stop)])[order]


def distinct(values: NDArray[Any]) -> NDArray[Any]:
    """Return the different values, sorted: `np.unique` at a fifth of its fixed cost."""
    ordered = np.sort(values)
    fresh = np.ones(len(ordered), bool)
    np.not_equal(ordered[1:], ordered[:-1], out=fresh[1:])
    return ordered.compress(fresh)


def ranges(starts: Ints, counts: Ints) -> Ints:
    """Return the integers starts[i] … starts[i] + counts[i] - 1, for all i in a row."""
    places = np.repeat(starts - np.cumsum(counts) + counts, counts)
    places += np.arange(len(places))
    return places


def windows_of(folded: NDArray[np.uint8]) -> NDArray[np.uint64]:
    """Return the eight bytes from each place on, overlapping in memory."""
    size = max(len(folded) - PAD + 1, 0)
    return np.ndarray((size,), U64, folded.data, strides=(1,))


def hash_words(folded: NDArray[np.uint8], start: Ints, left: Ints) -> NDArray[np.uint32]:
    """32-bit hash of the `left` bytes from each start, eight at a time; that of zeros is zero."""
    window = windows_of(folded)
    hashes = window[start]
    hashes &= MASKS.take(left, mode="clip")
    mix(hashes)
    active, offset = (left > PAD).nonzero()[0], PAD
    while len(active):
        rest = left.take(active) - offset
        chunk = window[start.take(active) + offset]
        chunk &= MASKS.take(rest, mode="clip")
        go_on(hashes, active, chunk)
        active, offset = active.compress(rest > PAD), offset + PAD
    return closed(hashes)


def hash_narrow(folded: NDArray[np.uint8], start: Ints) -> NDArray[np.uint32]:
    """Do what `hash_words` does for words with a zero behind each, without looking for all of these."""
    window = windows_of(folded)
    if len(window) <= COPIED:  # three times as fast as reading what isn't aligned
        window = window.copy()
    hashes = window[start]
    active, offset = (cut(hashes) == 0).nonzero()[0], PAD
    mix(hashes)
    while len(active):
        chunk = window[start.take(active) + offset]
        longer = (chunk & FIRST) != 0
        active, chunk = active.compress(longer), chunk.compress(longer)
        full = cut(chunk) == 0
        go_on(hashes, active, chunk)
        active, offset = active.compress(full), offset + PAD
    return closed(hashes)


def mix(hashes: NDArray[np.uint64]) -> None:
    """Make each bit depend on the lower ones, in place, and some lower ones on the upper ones."""
    hashes *= MIX
    hashes ^= hashes >> TURN


def go_on(hashes: NDArray[np.uint64], active: Ints, chunk: NDArray[np.uint64]) -> None:
    """Work the next letters of some words into their hashes."""
    chunk ^= hashes.take(active)
    mix(chunk)
    hashes[active] = chunk


def closed(hashes: NDArray[np.uint64]) -> NDArray[np.uint32]:
    """Return the best 32 bits of the hashes, which are overwritten."""
    hashes *= MIX
    hashes >>= HALF
    return hashes.astype(U32)


def cut(chunks: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Clear in each chunk what follows its first zero byte; return 0 for chunks that have none.

    A byte that is zero borrows from its highest bit (Mycroft 1987); above the first one, others may, too.
    """
    zero = chunks - LOWEST
    zero &= ~chunks
    zero &= HIGHEST
    kept = zero - ONE
    kept ^= zero  # all bits up to the lowest that is set
    chunks &= kept
    return zero


@dataclass(slots=True)
class Gatherer:
    """Tokens of many batches in one piece of memory, without a second copy at the end."""

    words: NDArray[np.uint32]
    flags: NDArray[np.uint8]
    counts: list[Ints]
    filled: int = 0

    @classmethod
    def for_texts(cls, texts: Sequence[str]) -> Gatherer:
        """Reserve a token per four characters; pages that aren't used cost nothing."""
        size = sum(map(len, texts)) // 4 + 1024
        return cls(np.empty(size, U32), np.empty(size, U8), [])

    def add(self, tokens: Tokens) -> None:
        """Append the tokens of a batch."""
        end = self.filled + len(tokens.words)
        while end > len(self.words):
            self.words = np.concatenate([self.words, np.empty_like(self.words)])
            self.flags = np.concatenate([self.flags, np.empty_like(self.flags)])
        self.words[self.filled : end] = tokens.words
        self.flags[self.filled : end] = tokens.flags
        self.counts.append(tokens.counts)
        self.filled = end

    def tokens(self) -> Tokens:
        bounds = np.concatenate([np.zeros(1, np.int64), *self.counts])
        return Tokens(self.words[: self.filled], self.flags[: self.filled], np.cumsum(bounds))


def tokenise_all(texts: Sequence[str]) -> Tokens:
    """Return the tokens of any number of texts, a batch at a time."""
    gathered = Gatherer.for_texts(texts)
    for batch in batches(texts):
        gathered.add(tokenise(batch))
    return gathered.tokens()


def spans(text: str) -> Spans:
    """Return where the tokens of `tokenise([text])` stand in the text."""
    _, start, end, origin = find(wide([text]))
    if origin is None:
        return Spans(start, end)
    return Spans(origin[start], origin[end - 1] + 1)
