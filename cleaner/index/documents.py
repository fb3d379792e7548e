"""The documents of an index file: their words, dates, and what is known of them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from cleaner.dedup.characters import Ints
from cleaner.dedup.sketches import Sketches
from cleaner.document import Document
from cleaner.index.asked import Known
from cleaner.index.statements import rows_in
from cleaner.index.vocabulary import Vocabulary

ROWS = 512  # read at a time


@dataclass(frozen=True, slots=True)
class Row:
    """What is stored of a document beside its words.

    `length`: of its text, without blanks at the ends. `text`: equal for documents with the same text only.
    """

    id: str
    date: str
    marked: bool
    length: int
    text: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Documents:
    """The table of documents, and the vocabulary in which their words are stored."""

    database: sqlite3.Connection
    vocabulary: Vocabulary

    def __len__(self) -> int:
        return int(self.database.execute("SELECT count(*) FROM document").fetchone()[0])

    def __contains__(self, name: str) -> bool:
        select = "SELECT 1 FROM document WHERE id = ?"
        return bool(self.database.execute(select, (name,)).fetchone())

    def numbers(self, names: Sequence[str]) -> dict[str, int]:
        """Return the numbers of those documents that are stored."""
        if len(names) == 1:
            select = "SELECT id, n FROM document WHERE id = ?"
            return dict(self.database.execute(select, names))
        return dict(rows_in(self.database, "SELECT id, n FROM document WHERE id IN (?)", names))

    def insert(
        self,
        numbers: Ints,
        documents: Sequence[Document],
        some: Sketches,
        counted: NDArray[np.bool_],
    ) -> None:
        """Store documents; `some`: their texts as they were read, `counted`: whose shingles are."""
        texts = self.vocabulary.store(some.packed, some.tokens.bounds)
        columns = (numbers.tolist(), documents, counted.tolist(), some.marked.tolist(), texts)
        self.database.executemany(
            "INSERT INTO document VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                (n, one.id, one.date or "", new, mark, *said_of(one.text), words, more)
                for n, one, new, mark, (words, more) in zip(*columns, strict=True)
            ),
        )

    def count(self, numbers: Iterable[int]) -> None:
        """Note that the shingles of some documents have been counted after all."""
        update = "UPDATE document SET counted = 1 WHERE n = ?"
        self.database.executemany(update, [(n,) for n in numbers])

    def delete(self, names: Sequence[str]) -> tuple[int, NDArray[np.uint64], Ints]:
        """Delete documents; return how many there were, and the words of those that were counted."""
        select = "SELECT n, counted, words, more FROM document WHERE id IN (?)"
        rows = {row[0]: row for row in rows_in(self.database, select, names)}
        numbers = [(n,) for n in rows]
        self.database.executemany("DELETE FROM document WHERE n = ?", numbers)
        self.database.executemany("INSERT INTO removed VALUES (?)", numbers)
        texts = [(words, more) for _, counted, words, more in rows.values() if counted]
        return len(rows), *self.vocabulary.read(texts)

    def load(self, shelf: dict[int, Known], numbers: Iterable[int]) -> None:
        """Put documents on a shelf, by number; those that were removed are not found."""
        missing = sorted({*numbers} - shelf.keys())
        select = "SELECT n, id, date, marked, words, more FROM document WHERE n IN (?)"
        rows = list(rows_in(self.database, select, missing))
        packed, bounds = self.vocabulary.read([row[4:] for row in rows])
        for (n, name, date, marked, *_), (start, end) in zip(
            rows, pairwise(bounds.tolist()), strict=True
        ):
            shelf[n] = Known(packed[start:end], bool(marked), n, name, date)

    def counted(self) -> Iterator[tuple[NDArray[np.uint64], Ints]]:
        """Yield the words of the counted documents, some at a time."""
        rows = self.database.execute("SELECT words, more FROM document WHERE counted")
        while some := rows.fetchmany(ROWS):
            yield self.vocabulary.read(some)

    def every(self) -> Iterator[tuple[list[Row], NDArray[np.uint64], Ints]]:
        """Yield all documents in the order of their ids, some at a time, and their words."""
        rows = self.database.execute(
            "SELECT id, date, marked, length, checksum, words, more FROM document ORDER BY id"
        )
        while some := rows.fetchmany(ROWS):
            texts = [(words, more) for *_, words, more in some]
            known = [
                Row(name, date, bool(marked), length, (length, checksum, hash(text)))
                for (name, date, marked, length, checksum, *_), text in zip(
                    some, texts, strict=True
                )
            ]
            yield known, *self.vocabulary.read(texts)


def said_of(text: str) -> tuple[int, int]:
    """Return the length of a text without blanks at its ends, and a checksum.

    With both, texts can be told apart that have the same words.
    """
    return len(text.strip()), crc32(text.encode("utf-8", "surrogatepass"))
