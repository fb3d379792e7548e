"""The index itself: add, query and remove documents.

For each document it keeps the hashes of its words (not the text), and of its three-word shingles one in
SAMPLE, more of a short text; how common each shingle is stands in a table of counters. `duplicates` compares
all documents by all their words, as `deduplicate` does, and says the same. A query finds by the sample what
to compare, with the same thresholds, and says the same but for pairs close to one: a counter is often one
or two too high, and of a pair that shares few shingles too few may be in the sample.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice, pairwise, tee
from operator import attrgetter
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from cleaner.dedup.characters import U64, Ints
from cleaner.dedup.duplicates import ComparedDocuments
from cleaner.dedup.evidence import Evidence, StoredText
from cleaner.dedup.kinds import DEFAULT, Thresholds
from cleaner.dedup.pairs import Duplicates, Pair
from cleaner.dedup.sketches import Sketches, read, unpack
from cleaner.dedup.standing import refuse_keep
from cleaner.dedup.tokens import batches, tokenise
from cleaner.dedup.votes import RARE
from cleaner.document import Document
from cleaner.errors import ConfigError
from cleaner.index import file
from cleaner.index.archive import Archive
from cleaner.index.asked import documents_of
from cleaner.index.circle import Relation
from cleaner.index.counters import Counters
from cleaner.index.documents import Documents
from cleaner.index.postings import Postings, keys_of, sample_of
from cleaner.index.search import Search
from cleaner.index.statements import snapshot
from cleaner.index.vocabulary import Vocabulary

BATCH = 20_000  # documents per transaction: a crash loses at most these
CROWDED, MOSTLY = 10, 0.6  # shingles in so many documents, and most of a text: perhaps a viral copy
SEEN = 16  # bits of a shingle by which those of one batch are counted
COUNTED = 8  # of those counted at a time: with CROWDED, fewer copies than make a shingle common


class Index:
    """An index file, open. Use `Index.open`, as a context manager.

    One process writes at a time; others read meanwhile and see whole batches.
    """

    def __init__(self, database: sqlite3.Connection, path: Path, thresholds: Thresholds) -> None:
        self.path = path
        self.database = database
        self.counters = Counters(database)
        self.postings = Postings(database)
        self.vocabulary = Vocabulary(database)
        self.documents = Documents(database, self.vocabulary)
        self.search = Search(self.documents, self.counters, self.postings, thresholds)
        self.seen = -1

    @classmethod
    def open(cls, path: str | Path, *, thresholds: Thresholds = DEFAULT) -> Self:
        """Open an index, creating it when there is no file.

        Raise IndexMismatch for an index with other parameters or of another version, ReadError for a
        file that is no index or is damaged.
        """
        path = Path(path)
        with file.opening(path):
            database, empty = file.connect(path)
            index = cls(database, path, thresholds)
            if empty:
                with index._writing():
                    if not file.tables(database):
                        file.create(database)
                        index.counters.create()
                        index.counters.flush()
            index._refresh()
        return index

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        self.database.close()

    def __len__(self) -> int:
        """How many documents are in it."""
        return len(self.documents)

    def __contains__(self, name: str) -> bool:
        return name in self.documents

    @contextmanager
    def _writing(self) -> Iterator[None]:
        self.database.execute("BEGIN IMMEDIATE")
        self.postings.writing = True
        try:
            yield
        except BaseException:
            self.database.execute("ROLLBACK")
            self.seen = self.counters.version = self.postings.merges = -1
            self.vocabulary.forget()
            raise
        finally:
            self.postings.writing = False
        self.database.execute("COMMIT")

    def _refresh(self) -> None:
        """Read what another process has changed."""
        (seen,) = self.database.execute("PRAGMA data_version").fetchone()
        if seen == self.seen:
            return
        self.counters.refresh()
        self.postings.refresh()
        self.vocabulary.refresh()
        self.seen = seen

    def add(self, documents: Iterable[Document]) -> int:
        """Add documents, in one transaction per batch; return how many.

        A document whose id is there already takes the place of the earlier one. Raise ConfigError when
        one id comes twice in a batch.
        """
        stream, added = iter(documents), 0
        while batch := list(islice(stream, BATCH)):
            names = [document.id for document in batch]
            if len(set(names)) < len(names):
                twice = next(name for place, name in enumerate(names) if name in names[:place])
                raise ConfigError(
                    f"two documents have the id {twice!r}. Give every document its own id, "
                    "for example its URL or its line number."
                )
            with file.opening(self.path), self._writing():
                self._refresh()
                self._remove(names)
                done = 0
                for some in read([document.text for document in batch]):
                    self._insert(batch[done : done + len(some)], some)
                    done += len(some)
                self.vocabulary.flush()
                self.counters.flush()
            added += len(batch)
        return added

    def _insert(self, documents: Sequence[Document], some: Sketches) -> None:
        run = self.database.execute
        (last,) = run("SELECT value FROM meta WHERE key = 'last'").fetchone()
        numbers = np.arange(int(last) + 1, int(last) + 1 + len(some))
        run("UPDATE meta SET value = ? WHERE key = 'last'", (str(numbers[-1]),))
        self.counters.grow(len(some.hashes), self.documents.counted())
        counted = ~self._crowded(some)
        self._count(some, counted)
        self.documents.insert(numbers, documents, some, counted)
        self._post(some, numbers, counted)
        suspects = np.flatnonzero(~counted)
        for first in range(0, len(suspects), COUNTED):
            self._post_new(some, numbers, counted, suspects[first : first + COUNTED])
        self.documents.count(numbers[suspects[counted[suspects]]].tolist())

    def _crowded(self, some: Sketches) -> NDArray[np.bool_]:
        """Return which texts are mostly shingles that many have, by some of them: perhaps viral copies."""
        looked = sample_of(some.hashes, some.bounds)
        owners, hashes = some.owners[looked], some.hashes[looked]
        slots = (hashes >> U64(64 - SEEN)).view(np.int64)  # their times in this batch, or more
        times = np.bincount(slots, minlength=1 << SEEN).take(slots)
        crowd = self.counters.counts.get(hashes) + times >= CROWDED
        looks = np.maximum(np.bincount(owners, minlength=len(some)), 1)
        found: NDArray[np.bool_] = np.bincount(owners, crowd, len(some)) >= MOSTLY * looks
        return found

    def _count(self, some: Sketches, wanted: NDArray[np.bool_]) -> None:
        """Count the shingles of the wanted texts."""
        sizes = np.where(wanted, some.bounds[1:] - some.bounds[:-1], 0)
        self.counters.add(some.hashes[wanted[some.owners]], np.append(0, sizes.cumsum()))

    def _post(self, some: Sketches, numbers: Ints, wanted: NDArray[np.bool_]) -> None:
        """Add postings of the wanted texts; a shingle that is common already will not be rare again."""
        chosen, owners = np.flatnonzero(sample_of(some.hashes, some.bounds)), some.owners
        chosen = chosen[wanted[owners[chosen]]]
        hashes = some.hashes[chosen]
        rare = self.counters.counts.get(hashes) <= RARE
        keys = np.concatenate([keys_of(hashes[rare]), keys_of(some.digests[wanted])])
        holders = [numbers[owners[chosen[rare]]], numbers[wanted]]
        self.postings.add(keys, np.concatenate(holders))

    def _post_new(
        self, some: Sketches, numbers: Ints, counted: NDArray[np.bool_], few: Ints
    ) -> None:
        """Count those of a few texts that are no near-verbatim copies of indexed ones.

        Copies aren't counted, or the shingles of a text copied often would no longer be rare.
        """
        counted[few] = [not self.search.is_copy(some, text) for text in few.tolist()]
        wanted = np.zeros(len(some), bool)
        wanted[few] = counted[few]
        self._count(some, wanted)
        self._post(some, numbers, wanted)

    def query(self, document: Document) -> list[Pair]:
        """Return the indexed documents that are related to this one, by id; itself left out.

        The pair's ids are in order; the evidence shows offsets in this document, and places counted in
        words for the other, whose text the index doesn't have.
        """
        return self._query([document])[0]

    def query_many(self, documents: Iterable[Document]) -> Iterator[list[Pair]]:
        """Yield what `query` returns for each document, at a third of its cost."""
        stream, ahead = tee(documents)
        for texts in batches(document.text for document in ahead):
            yield from self._query(list(islice(stream, len(texts))))

    def _query(self, some: Sequence[Document]) -> list[list[Pair]]:
        """Ask about documents whose texts fit into one batch."""
        with file.opening(self.path), snapshot(self.database):
            self._refresh()
            names = [document.id for document in some]
            known = self.documents.numbers(names)
            tokens = tokenise([document.text for document in some])
            found = self.search.related(documents_of(tokens, names, known))
            return [
                sorted((pair(document, one) for one in relations), key=attrgetter("a", "b"))
                for document, relations in zip(some, found, strict=True)
            ]

    def duplicates(self, *, keep: str = "earliest") -> Duplicates:
        """Return what `deduplicate` gives for all indexed documents: the same pairs, clusters and reasons.

        `query` looks a document up, by a sample; this compares every document with every other, by all of
        their words, and takes the time and memory of batch mode, but for reading texts. Evidence counts words
        and shows none, as the index has no texts.
        """
        refuse_keep(keep)
        thresholds = self.search.thresholds
        compared = ComparedDocuments.of_held(self.archive(), least=thresholds.least)
        return compared.duplicates(thresholds=thresholds, keep=keep)

    def archive(self) -> Archive:
        """Read all documents, for `ComparedDocuments.of_held`, which can try several thresholds."""
        with file.opening(self.path), snapshot(self.database):
            self._refresh()
            return Archive.of(self.documents)

    def remove(self, ids: Iterable[str]) -> int:
        """Remove documents by id, in one transaction; return how many were there."""
        with file.opening(self.path), self._writing():
            self._refresh()
            removed = self._remove(list(ids))
            self.counters.flush()
        return removed

    def _remove(self, names: list[str]) -> int:
        deleted, packed, bounds = self.documents.delete(names)
        some = Sketches.stored(packed, bounds)
        for start, end in pairwise(some.bounds.tolist()):
            self.counters.remove(some.hashes[start:end])
        return deleted


def pair(document: Document, relation: Relation) -> Pair:
    """Return a document and a related one as a pair, ids in order."""
    other, kind, similarity = relation.other, relation.kind, relation.similarity
    first = document.id < other.id
    dates = (document.date, other.date) if first else (other.date, document.date)
    stored = StoredText(other.id, unpack(other.words, np.array([0, len(other.words)])), 0)
    a, b = (document.text, stored) if first else (stored, document.text)
    names = (document.id, other.id) if first else (other.id, document.id)
    return Pair(*names, kind, similarity, Evidence(a, b, *dates))
