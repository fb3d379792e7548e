"""The documents of a corpus as they are compared: their words, and what else is known of them."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Protocol, Self

import numpy as np
from numpy.typing import NDArray

from cleaner.dedup.evidence import Evidence
from cleaner.dedup.tokens import Tokens, ranges, tokenise, tokenise_all
from cleaner.document import Document

MARKS = ("update", "updated", "corrected", "correction", "recasts", "refile")
HEADLINE = 30  # words: where a wire service says that a story is a new version
HEADS = 1 << 12  # texts looked at together: for all of a large corpus it would be 500 bytes each


@dataclass(frozen=True, slots=True)
class Corpus:
    """Different texts of a corpus, read once: their tokens, and which call themselves an update."""

    tokens: Tokens
    marked: NDArray[np.bool_]

    @classmethod
    def of(cls, texts: Sequence[str]) -> Self:
        tokens = tokenise_all(texts)
        return cls(tokens, updates(tokens))


@cache
def mark_words() -> tuple[np.uint32, ...]:
    """Return the tokens of MARKS."""
    return tuple(tokenise([" ".join(MARKS)]).words)


def updates(tokens: Tokens) -> NDArray[np.bool_]:
    """Return which texts call themselves a new version in their first words."""
    marked = np.zeros(len(tokens), bool)
    for first in range(0, len(tokens), HEADS):
        bounds = tokens.bounds[first : first + HEADS + 1]
        at = ranges(bounds[:-1], np.minimum(bounds[1:] - bounds[:-1], HEADLINE))
        words = tokens.words.take(at)
        said = np.zeros(len(at), bool)
        for word in mark_words():
            said |= words == word
        marked[first + bounds.searchsorted(at.compress(said), "right") - 1] = True
    return marked


class Held(Protocol):
    """Documents in the order of their ids, known by their texts or by what an index keeps of them."""

    @property
    def names(self) -> Sequence[str]:
        """The id of each."""
        ...

    @property
    def dates(self) -> Sequence[str]:
        """The date of each."""
        ...

    @property
    def texts(self) -> Sequence[Hashable]:
        """Something for each that is equal for those with one text."""
        ...

    def length(self, place: int) -> int:
        """Return the number of characters of a text, without blanks at its ends."""
        ...

    def corpus(self, places: Sequence[int]) -> Corpus:
        """Return the words of some documents."""
        ...

    def evidence(self, a: int, b: int) -> Evidence:
        """Return what two documents share."""
        ...


@dataclass(frozen=True, slots=True)
class HeldTexts:
    """Documents whose texts are at hand."""

    names: Sequence[str]
    dates: Sequence[str]
    texts: Sequence[str]

    @classmethod
    def of(cls, documents: Sequence[Document]) -> Self:
        """Hold documents, given in the order of their ids or, to be looked up only, in any order."""
        return cls(
            [document.id for document in documents],
            [document.date for document in documents],
            [document.text for document in documents],
        )

    def length(self, place: int) -> int:
        return len(self.texts[place].strip())

    def corpus(self, places: Sequence[int]) -> Corpus:
        return Corpus.of([self.texts[place] for place in places])

    def evidence(self, a: int, b: int) -> Evidence:
        return Evidence(self.texts[a], self.texts[b], self.dates[a], self.dates[b])


def different(held: Held) -> tuple[list[int], dict[int, list[int]]]:
    """Return where each text stands first, and by that place where all of several equal ones stand."""
    first: dict[Hashable, int] = {}
    twins: dict[int, list[int]] = {}
    for place, text in enumerate(held.texts):
        known = first.setdefault(text, place)
        if known != place:
            twins.setdefault(known, [known]).append(place)
    filled = {place: group for place, group in twins.items() if held.length(place)}
    return list(first.values()), filled
