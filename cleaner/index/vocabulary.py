"""The words of an index: each different one has a number, so that texts are stored small and without loss.

A text is stored as the numbers of its words in two bytes each; those that came after the first COMMON take a
third byte, and when numbers have run out, a word is written out in eight bytes more.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from cleaner.dedup.characters import U8, U16, U32, U64, Ints
from cleaner.dedup.tokens import MIX, distinct

COMMON = 0xC000  # numbers of two bytes; what is above begins one of three
PART = 8  # bits in the third byte
MOST = COMMON + ((0x10000 - COMMON) << PART) - 1  # different words; this number says: written out
SMALLEST = 1 << 12  # different words there is room for at first
FULL = 2  # slots for a word at least, or most searches would take several steps
BYTES = 5  # of a packed word: 32 bits of hash, 2 of flags
NOTHING = U64(0xFFFFFFFFFFFFFFFF)  # no packed word; stands at number 0

Stored = tuple[bytes, bytes]  # two bytes of each word; third bytes, then words written out


@dataclass(slots=True)
class Vocabulary:
    """Packed words by number, from 1 on, as of the last change this process has seen.

    `used`: the next number; `written`: the next one in the file. `slots`: a hash table of numbers, 0 where
    it is empty (open addressing: Knuth, TAOCP 3, 6.4); made when a text is to be stored.
    """

    database: sqlite3.Connection
    words: NDArray[np.uint64] = field(default_factory=lambda: np.full(SMALLEST, NOTHING))
    used: int = 1
    written: int = 1
    slots: NDArray[np.uint32] = field(default_factory=lambda: np.empty(0, U32))

    def refresh(self) -> None:
        """Read the words that another process has added."""
        select = "SELECT words FROM vocabulary WHERE first >= ? ORDER BY first"
        rows = self.database.execute(select, (self.written,)).fetchall()
        if rows:
            self._append(unpressed(b"".join(words for (words,) in rows)))
            self.written, self.slots = self.used, np.empty(0, U32)

    def forget(self) -> None:
        """Know nothing, until `refresh`: what was written has been taken back."""
        self.used = self.written = 1
        self.slots = np.empty(0, U32)

    def flush(self) -> None:
        """Write the words that are new."""
        if self.written < self.used:
            new = pressed(self.words[self.written : self.used])
            self.database.execute("INSERT INTO vocabulary VALUES (?, ?)", (self.written, new))
            self.written = self.used

    def store(self, packed: NDArray[np.uint64], bounds: Ints) -> Iterator[Stored]:
        """Yield texts as they are stored; text i has the words packed[bounds[i]:bounds[i + 1]]."""
        numbers = self._numbers(packed)
        long = (numbers >= COMMON).nonzero()[0]
        above = numbers.take(long) - U32(COMMON)
        numbers[long] = (above >> U32(PART)) + U32(COMMON)
        upper, lower = numbers.astype(U16), above.astype(U8)
        full = long.compress(above == MOST - COMMON)
        whole = packed.take(full)
        columns = (
            pairwise(edges.tolist())
            for edges in (bounds, long.searchsorted(bounds), full.searchsorted(bounds))
        )
        for words, parts, out in zip(*columns, strict=True):
            more = lower[slice(*parts)].tobytes() + whole[slice(*out)].tobytes()
            yield upper[slice(*words)].tobytes(), more

    def read(self, texts: Sequence[Stored]) -> tuple[NDArray[np.uint64], Ints]:
        """Return the packed words of stored texts, and their bounds."""
        upper = np.frombuffer(b"".join([words for words, _ in texts]), U16)
        bounds = np.array([0, *(len(words) // 2 for words, _ in texts)]).cumsum()
        long = (upper >= COMMON).nonzero()[0]
        if not len(long):
            return self.words.take(upper), bounds
        edges = long.searchsorted(bounds)
        sizes = (edges[1:] - edges[:-1]).tolist()
        lower = b"".join(more[:size] for (_, more), size in zip(texts, sizes, strict=True))
        numbers = upper.astype(U32)
        above = numbers.take(long) - U32(COMMON) << U32(PART) | np.frombuffer(lower, U8)
        numbers[long] = above + U32(COMMON)
        full = long.compress(above == MOST - COMMON)
        numbers[full] = 0
        packed = self.words.take(numbers)
        if len(full):
            whole = b"".join(more[size:] for (_, more), size in zip(texts, sizes, strict=True))
            packed[full] = np.frombuffer(whole, U64)
        return packed, bounds

    def _numbers(self, packed: NDArray[np.uint64]) -> NDArray[np.uint32]:
        """Return the number of each word, MOST where there is none, and give new ones to new words."""
        if not len(self.slots):
            self._rebuild()
        numbers, missing = self._found(packed)
        room = MOST - self.used
        if len(missing) and room:
            wanted = packed.take(missing)
            first = self.used
            self._append(distinct(wanted)[:room])
            if FULL * self.used > len(self.slots):
                self._rebuild()
            else:
                self._enter(first)
            numbers[missing] = self._found(wanted)[0]
        return numbers

    def _append(self, new: NDArray[np.uint64]) -> None:
        """Give the next numbers to some words."""
        end = self.used + len(new)
        if end > len(self.words):
            larger = np.full(max(end, 2 * len(self.words)), NOTHING)
            larger[: self.used] = self.words[: self.used]
            self.words = larger
        self.words[self.used : end] = new
        self.used = end

    def _rebuild(self) -> None:
        """Make a table in which a quarter of the slots is in use at most."""
        self.slots = np.zeros(1 << (2 * max(self.used, SMALLEST)).bit_length() + 1, U32)
        self._enter(1)

    def _slots_of(self, words: NDArray[np.uint64]) -> Ints:
        """Return where the search for each word begins."""
        return (words * MIX >> U64(65 - len(self.slots).bit_length())).view(np.int64)

    def _enter(self, first: int) -> None:
        """Put the numbers from `first` on into the table."""
        number = np.arange(first, self.used, dtype=U32)
        slot = self._slots_of(self.words[first : self.used])
        while len(number):
            free = self.slots.take(slot) == 0
            self.slots[slot.compress(free)] = number.compress(free)  # of several the last one stays
            on = self.slots.take(slot) != number
            number, slot = number.compress(on), self._next(slot.compress(on))

    def _found(self, packed: NDArray[np.uint64]) -> tuple[NDArray[np.uint32], Ints]:
        """Return the number of each word, MOST where there is none, and which words have none."""
        slot = self._slots_of(packed)
        numbers = self.slots.take(slot)  # most of them are right
        left = (self.words.take(numbers) != packed).nonzero()[0]
        missing, found = [left[:0]], numbers.take(left)
        while len(left):
            missing.append(left.compress(found == 0))
            on = found > 0
            left = left.compress(on)
            slot[left] = self._next(slot.take(left))
            found = self.slots.take(slot.take(left))
            numbers[left] = found
            wrong = self.words.take(found) != packed.take(left)
            left, found = left.compress(wrong), found.compress(wrong)
        absent = np.concatenate(missing)
        numbers[absent] = MOST
        return numbers, absent

    def _next(self, slots: Ints) -> Ints:
        return slots + 1 & len(self.slots) - 1


def pressed(words: NDArray[np.uint64]) -> bytes:
    """Return packed words in BYTES each."""
    return words.astype("<u8").view(U8).reshape(-1, 8)[:, :BYTES].tobytes()


def unpressed(data: bytes) -> NDArray[np.uint64]:
    """Return what `pressed` was given."""
    wide = np.zeros((len(data) // BYTES, 8), U8)
    wide[:, :BYTES] = np.frombuffer(data, U8).reshape(-1, BYTES)
    return wide.view("<u8").ravel().astype(U64)
