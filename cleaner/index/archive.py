"""All documents of an index, read back to be compared in batch mode."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

from cleaner.dedup.characters import U8, U32
from cleaner.dedup.corpus import Corpus
from cleaner.dedup.evidence import Evidence, StoredText
from cleaner.dedup.keys import chosen
from cleaner.dedup.sketches import unpack
from cleaner.dedup.tokens import Tokens
from cleaner.index.documents import Documents, Row


@dataclass(frozen=True, slots=True)
class Archive:
    """Documents of an index in the order of their ids, as `dedup.corpus.Held` asks for, without texts.

    `lengths`: of the texts. `words`: those of each different text; `which`: for each document, the place of
    its text in these.
    """

    names: Sequence[str]
    dates: Sequence[str]
    texts: Sequence[Hashable]
    lengths: Sequence[int]
    which: Sequence[int]
    words: Corpus

    @classmethod
    def of(cls, documents: Documents) -> Self:
        """Read all documents."""
        rows: list[Row] = []
        places: dict[Hashable, int] = {}
        which: list[int] = []
        marked: list[bool] = []
        words, flags, sizes = [np.empty(0, U32)], [np.empty(0, U8)], [np.zeros(1, np.int64)]
        for some, packed, bounds in documents.every():
            fresh = []
            for at, row in enumerate(some):
                place = places.setdefault(row.text, len(places))
                if place == len(marked):
                    marked.append(row.marked)
                    fresh.append(at)
                which.append(place)
            rows += some
            new = chosen(unpack(packed, bounds), np.array(fresh, np.int64))
            words.append(new.words)
            flags.append(new.flags)
            sizes.append(new.counts)
        bounds = np.concatenate(sizes).cumsum()
        return cls(
            [row.id for row in rows],
            [row.date for row in rows],
            [row.text for row in rows],
            [row.length for row in rows],
            which,
            Corpus(
                Tokens(np.concatenate(words), np.concatenate(flags), bounds),
                np.array(marked, bool),
            ),
        )

    def length(self, place: int) -> int:
        """See `Held.length`."""
        return self.lengths[place]

    def corpus(self, _: Sequence[int]) -> Corpus:
        """Return the words of each different text: those of the documents it stands in first."""
        return self.words

    def evidence(self, a: int, b: int) -> Evidence:
        """See `Held.evidence`."""
        tokens, which, names = self.words.tokens, self.which, self.names
        one, other = (StoredText(names[place], tokens, which[place]) for place in (a, b))
        return Evidence(one, other, self.dates[a], self.dates[b])
