"""Words of many texts as numbers: one vectorised pass from characters to word hashes.

A word is a run of letters and digits, compared without case and accents; a number keeps its inner
stops and commas. Scripts without spaces (Chinese, Japanese, Thai …) give one token per character,
which hashes that character and up to three after it, so that shingles of tokens are shingles of
characters. Offsets are code points of the text as given.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

U8, U16, U32, U64 = np.uint8, np.uint16, np.uint32, np.uint64
Ints = NDArray[np.int64]

SPACE, LETTER, DIGIT, SOLO, POINT, NOTHING = range(6)  # what a character is to a tokeniser
NUMBER, NAME = 1, 2  # flags of a token: starts with a digit; starts with a capital

CHARACTERS = 1 << 18  # per batch: the arrays of one batch stay in a core's second-level cache
WIDTH = 4  # characters hashed at a time: four 16-bit units fill a 64-bit word
MIX = U64(0x9E3779B97F4A7C15)  # 2**64 / golden ratio (Knuth, TAOCP 3, 6.4)
MASKS = np.array([0, 0xFFFF, 0xFFFF_FFFF, 0xFFFF_FFFF_FFFF, 0xFFFF_FFFF_FFFF_FFFF], U64)

# Written without spaces between words: Thai and Lao, Tibetan, Burmese, Khmer, kana, Han and its
# compatibility forms, Yi. Korean has spaces.
UNSPACED = (
    (0x0E00, 0x0EFF),
    (0x0F00, 0x0FFF),
    (0x1000, 0x109F),
    (0x1780, 0x17FF),
    (0x3040, 0x30FF),
    (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF),
    (0xA000, 0xA4CF),
    (0xF900, 0xFAFF),
)


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
        return np.diff(self.bounds)


@dataclass(frozen=True, slots=True)
class Spans:
    """Where the tokens of one text stand: code point offsets, `start` inclusive, `end` exclusive."""

    start: Ints
    end: Ints


@cache
def tables() -> tuple[NDArray[np.uint16], NDArray[np.uint8], NDArray[np.bool_]]:
    """For each 16-bit code point: its folded form, what it is to a tokeniser, is it a capital."""
    fold, kind, capital = (
        np.arange(1 << 16).astype(U16),
        np.zeros(1 << 16, U8),
        np.zeros(1 << 16, bool),
    )
    for code in range(0xFFFF):
        character = chr(code)
        category = unicodedata.category(character)
        if category[0] == "L":
            kind[code] = LETTER
            if code < 0x3000 or code > 0xD7FF:
                base = unicodedata.normalize("NFKD", character)[0].lower()[0]
                # A Latin-1 letter stays in Latin-1 (the micro sign does not become Greek mu)
                fold[code] = ord(base) if ord(base) <= (0xFF if code <= 0xFF else 0xFFFF) else code
                capital[code] = category in ("Lu", "Lt")
        elif category[0] == "N":
            kind[code] = DIGIT if category == "Nd" else LETTER
            if category == "Nd":
                fold[code] = ord("0") + unicodedata.digit(character)
        elif category in ("Mn", "Me", "Cf"):
            kind[code] = (
                NOTHING  # accents set apart, soft hyphens, joiners: no part of a word's identity
            )
        elif category == "Mc" or character == "_":
            kind[code] = LETTER
    for first, last in UNSPACED:
        block = kind[first : last + 1]
        block[block == LETTER] = SOLO
    kind[[ord("."), ord(",")]] = POINT
    return fold, kind, capital


def batches(texts: Iterable[str], size: int = CHARACTERS) -> Iterator[list[str]]:
    """Cut a stream of texts into lists of about `size` characters; a longer text stands alone."""
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


def code_points(texts: Sequence[str]) -> NDArray[np.uint8] | NDArray[np.uint16]:
    """All characters of the texts, each text closed by NULs; those beyond 16 bits become separators."""
    joined = "\0".join(texts) + "\0" * WIDTH
    try:
        return np.frombuffer(joined.encode("latin-1"), U8)
    except UnicodeEncodeError:
        wide = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), U32)
        return np.minimum(wide, 0xFFFF).astype(U16)


def look_up(table: NDArray[Any], codes: NDArray[np.uint8] | NDArray[np.uint16]) -> NDArray[Any]:
    """Return table[codes]; for 8-bit codes by `bytes.translate`, which takes two thirds of the time."""
    if codes.dtype == U8:
        return np.frombuffer(codes.tobytes().translate(table[:256].astype(U8).tobytes()), U8)
    return table.take(codes)


def find(
    codes: NDArray[np.uint8] | NDArray[np.uint16],
) -> tuple[NDArray[np.uint16], Ints, Ints, Ints | None]:
    """Return folded characters, where tokens start and end in them, and their offsets in `codes`.

    The offsets are None when each character stands where it stood.
    """
    fold, kinds, _ = tables()
    kind, folded, origin = look_up(kinds, codes), look_up(fold, codes).astype(U16), None
    if (kind == NOTHING).any():
        origin = np.flatnonzero(kind != NOTHING)
        kind, folded = kind[origin], np.concatenate([folded[origin], np.zeros(WIDTH, U16)])
    digit = kind == DIGIT
    inner = np.flatnonzero(kind == POINT)
    inner = inner[(inner > 0) & (inner < len(kind) - 1)]
    word = digit | (kind == LETTER)
    word[inner[digit[inner - 1] & digit[inner + 1]]] = True
    edges = np.flatnonzero(word[1:] != word[:-1]) + 1
    if len(word) and word[0]:
        edges = np.concatenate([[0], edges])
    start, end = edges[0::2], edges[1::2]
    solo = np.flatnonzero(kind == SOLO)
    if len(solo):
        start, end = with_solo(start, end, solo)
    return folded, start, end, origin


def with_solo(start: Ints, end: Ints, solo: Ints) -> tuple[Ints, Ints]:
    """Add the tokens of scripts without spaces: WIDTH characters from each, within one run."""
    last = np.flatnonzero(np.diff(solo, append=-2) != 1)
    stop = solo[last[np.searchsorted(last, np.arange(len(solo)))]] + 1
    starts = np.concatenate([start, solo])
    order = np.argsort(starts, kind="stable")
    return starts[order], np.concatenate([end, np.minimum(solo + WIDTH, stop)])[order]


def hash_words(folded: NDArray[np.uint16], start: Ints, end: Ints) -> NDArray[np.uint32]:
    """32-bit hash of each token, four characters at a time."""
    window = np.ndarray((max(len(folded) - WIDTH + 1, 0),), U64, folded.data, strides=(2,))
    left = end - start
    hashes = window[start]
    hashes &= MASKS.take(left, mode="clip")
    hashes *= MIX
    hashes ^= hashes >> U64(29)
    active, offset = np.flatnonzero(left > WIDTH), WIDTH
    while len(active):
        rest = left.take(active) - offset
        chunk = window[start.take(active) + offset]
        chunk &= MASKS.take(rest, mode="clip")
        chunk ^= hashes.take(active)
        chunk += U64(offset)
        chunk *= MIX
        chunk ^= chunk >> U64(29)
        hashes[active] = chunk
        active, offset = active[rest > WIDTH], offset + WIDTH
    hashes *= MIX
    hashes >>= U64(32)
    return hashes.astype(U32)


def tokenise(texts: Sequence[str]) -> Tokens:
    """Return the tokens of a batch of texts.

    >>> tokens = tokenise(["Café crème", "CAFE CREME, 12.5 %", ""])
    >>> tokens.counts.tolist(), tokens.flags.tolist()
    ([2, 3, 0], [2, 0, 2, 2, 1])
    >>> tokens.words[:2].tolist() == tokens.words[2:4].tolist()
    True
    """
    codes = code_points(texts)
    folded, start, end, origin = find(codes)
    at = start if origin is None else origin[start]
    first = codes.take(at)
    _, kinds, capital = tables()
    flags = (kinds.take(first) == DIGIT) * U8(NUMBER)
    flags |= capital.take(first) * U8(NAME)
    lengths = np.fromiter(map(len, texts), np.int64, len(texts))
    bounds = np.zeros(len(texts) + 1, np.int64)
    bounds[1:] = np.searchsorted(at, np.cumsum(lengths + 1))
    return Tokens(hash_words(folded, start, end), flags, bounds)


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
    _, start, end, origin = find(code_points([text]))
    if origin is None:
        return Spans(start, end)
    return Spans(origin[start], origin[end - 1] + 1)
