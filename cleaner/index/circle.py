"""Documents of an index compared with texts, and what the pairs are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain

import numpy as np

from cleaner.dedup.characters import U8, U32
from cleaner.dedup.compare import compare
from cleaner.dedup.kinds import (
    DIGITS,
    KINDS,
    UNRELATED,
    WHOLE,
    Kind,
    Thresholds,
    judge,
    judge_one,
    merged,
)
from cleaner.dedup.postings import SCARCE, SHARED, Rarity
from cleaner.dedup.sketches import unpack
from cleaner.dedup.tokens import Tokens
from cleaner.index.asked import Known
from cleaner.index.couple import Row, Text, promising, row, rows_of, same, table

APART = (UNRELATED, KINDS.index(Kind.SERIES))
FEW = 8  # pairs compared one by one: of more, whole arrays of them are quicker


@dataclass(frozen=True, slots=True)
class Relation:
    """A document of the index and how a text is related to it."""

    other: Known
    kind: Kind
    similarity: float


@dataclass(slots=True)
class Compared:
    """Documents, each at its place, and the pairs that were compared; none that can't be related."""

    read: Callable[[Known], Text]
    limits: Thresholds
    documents: list[Known] = field(default_factory=list)
    texts: list[Text] = field(default_factory=list)
    places: dict[int, int] = field(default_factory=dict)
    waiting: dict[tuple[int, int], int] = field(default_factory=dict)  # and which text asks
    rows: dict[tuple[int, int], Row] = field(default_factory=dict)
    codes: dict[tuple[int, int], int] = field(default_factory=dict)

    def put(self, document: Known, text: Text) -> int:
        """Give a text a place."""
        self.documents.append(document)
        self.texts.append(text)
        return len(self.documents) - 1

    def place(self, stored: Known) -> int:
        """Return where a document of the index stands."""
        if stored.number not in self.places:
            self.places[stored.number] = self.put(stored, self.read(stored))
        return self.places[stored.number]

    def pair(self, one: int, other: int) -> tuple[int, int]:
        """Let two texts be compared; return both, the shorter first, and of equal ones the smaller id."""
        ranks = [(len(self.texts[at].packed), self.documents[at].id, at) for at in (one, other)]
        pair = (one, other) if ranks[0] < ranks[1] else (other, one)
        if pair not in self.rows:
            self.waiting[pair] = one
        return pair

    def wholes(self, pair: tuple[int, int]) -> Iterator[int]:
        """Yield those of two texts that the other one is a part of."""
        found = self.rows[pair]
        spans = found.to_a - found.from_a, found.to_b - found.from_b
        for place, span in zip(pair, spans, strict=True):
            if span < WHOLE * len(self.texts[place].packed):
                yield place

    def similarity(self, pair: tuple[int, int]) -> float:
        """Return the share of the shorter text's words that stand in shared passages."""
        similar = self.rows[pair].covered_a / max(len(self.texts[pair[0]].packed), 1)
        return round(similar * DIGITS) / DIGITS  # see `told`, for arrays

    def settle(self) -> None:
        """Compare the pairs that wait, and say what each is by itself: an index into KINDS, or UNRELATED."""
        texts, least = self.texts, self.limits.least
        pairs = [
            pair
            for pair, hub in self.waiting.items()
            if promising(texts[hub], texts[sum(pair) - hub], least)
        ]
        self.waiting.clear()
        if len(pairs) <= FEW:
            self._few(pairs)
        else:
            self._many(pairs)

    def _few(self, pairs: Sequence[tuple[int, int]]) -> None:
        for pair in pairs:
            a, b = (self.texts[place] for place in pair)
            found = row(a, b, least=self.limits.least)
            if found:
                self.rows[pair] = found
                self.codes[pair] = judge_one(
                    found,
                    len(a.packed),
                    len(b.packed),
                    min(a.scarce, b.scarce),
                    marked=self.documents[pair[0]].marked != self.documents[pair[1]].marked,
                    equal=same(a, b),
                    limits=self.limits,
                )

    def _many(self, pairs: Sequence[tuple[int, int]]) -> None:
        some = sorted({*chain(*pairs)}, key=lambda place: (self.documents[place].id, place))
        at = {place: number for number, place in enumerate(some)}
        a, b = np.array([(at[one], at[other]) for one, other in pairs]).T
        texts = [self.texts[place] for place in some]
        bounds = np.cumsum([0, *(len(text.packed) for text in texts)])
        tokens = unpack(np.concatenate([text.packed for text in texts]), bounds)
        marks = np.full(len(tokens.words), SHARED, U8)
        for text, start in zip(texts, bounds.tolist(), strict=False):
            marks[start : start + len(text.rare)] |= text.rare * U8(SCARCE)
        rarity = Rarity(marks, np.array([text.scarce for text in texts]))
        found = compare(tokens, rarity, a, b, least=self.limits.least)
        compared = [*zip(found.a.tolist(), found.b.tolist(), strict=True)]
        equal = [same(texts[one], texts[other]) for one, other in compared]
        verdicts = judge(
            found,
            tokens,
            rarity,
            marked=np.array([self.documents[place].marked for place in some]),
            equal=np.array(equal, bool),
            limits=self.limits,
        )
        names = [(some[one], some[other]) for one, other in compared]
        self.rows |= zip(names, rows_of(found), strict=True)
        self.codes |= zip(names, verdicts.code.tolist(), strict=True)

    def sizes(self, places: Iterable[int]) -> Tokens:
        """Return some texts as tokens of which only the number is known."""
        bounds = np.cumsum([0, *(len(self.texts[place].packed) for place in places)])
        return Tokens(np.empty(0, U32), np.empty(0, U8), bounds)


class Circle:
    """A text asked about and the documents near it: the pairs that say what it is related to."""

    def __init__(
        self, compared: Compared, first: Known, text: Text, others: Sequence[Known]
    ) -> None:
        self.compared = compared
        self.first = first
        self.place = compared.put(first, text)
        self.pairs = {compared.pair(self.place, compared.place(other)): None for other in others}

    def compare(self, host: Known, others: Iterable[Known]) -> None:
        """Let a document be compared with others, but for what the index has of the first text."""
        place = self.compared.place(host)
        for other in others:
            if other.number != self.first.number:
                self.pairs[self.compared.pair(place, self.compared.place(other))] = None

    def hosts(self) -> list[Known]:
        """Return documents of which the first is a part: they may hold another one too."""
        return [
            self.compared.documents[place]
            for pair in self._related()
            for place in self.compared.wholes(pair)
            if place != self.place
        ]

    def relations(self) -> list[Relation]:
        """Return what the first document is related to."""
        rows, codes, documents = self.compared.rows, self.compared.codes, self.compared.documents
        kept = {pair: rows[pair] for pair in self.pairs if pair in rows}
        code = [codes[pair] for pair in kept]
        wholes = [place for pair in self._related() for place in self.compared.wholes(pair)]
        if len(set(wholes)) < len(wholes):  # a text with two parts
            places = sorted({*chain(*kept)})
            at = {place: number for number, place in enumerate(places)}
            found = table({(at[a], at[b]): one for (a, b), one in kept.items()})
            code = merged(found, self.compared.sizes(places), np.array(code)).tolist()
        return [
            Relation(documents[sum(pair) - self.place], KINDS[one], self.compared.similarity(pair))
            for pair, one in zip(kept, code, strict=True)
            if self.place in pair and one != UNRELATED
        ]

    def _related(self) -> list[tuple[int, int]]:
        """Return the pairs that are duplicates."""
        codes = self.compared.codes
        return [pair for pair in self.pairs if codes.get(pair, UNRELATED) not in APART]
