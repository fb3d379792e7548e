"""Find the documents of an index that texts are related to: the comparison and thresholds of batch mode."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from cleaner.dedup.characters import U8, U16, Ints
from cleaner.dedup.compare import Comparison, compare, marks
from cleaner.dedup.duplicates import everything, same
from cleaner.dedup.kinds import KINDS, UNRELATED, WHOLE, Kind, Thresholds, judge, merged, share
from cleaner.dedup.minhash import shingle
from cleaner.dedup.postings import FULL, NGRAM, SCARCE, SHARED, Rarity
from cleaner.dedup.sketches import Sketches, unpack
from cleaner.dedup.tokens import Tokens, distinct, ranges
from cleaner.index.counters import Counters
from cleaner.index.postings import Postings, keys_of, rows_in, sampled

SMALL, LEAST = 200, 3  # with more rare shingles than SMALL a look takes LEAST votes, else two
LOOK = 32  # documents compared with one text at most, those with most shared shingles
VIRAL = 32  # postings looked up to find a copy of a text that has many
APART = (UNRELATED, KINDS.index(Kind.SERIES))
COPIES = tuple(KINDS.index(kind) for kind in (Kind.EXACT, Kind.REPOST))


@dataclass(frozen=True, slots=True)
class Document:
    """What is stored of a document."""

    id: str
    date: str
    marked: bool
    words: NDArray[np.uint16]


@dataclass(frozen=True, slots=True)
class Relation:
    """A document of the index and how a text is related to it."""

    other: Document
    kind: Kind
    similarity: float


@dataclass(slots=True)
class Texts:
    """Texts that are compared: those asked about, then documents of the index by number."""

    asked: Sketches
    numbers: dict[int, int]
    documents: list[Document]

    def tokens(self) -> Tokens:
        words = [document.words for document in self.documents]
        bounds = np.concatenate(
            [self.asked.tokens.bounds, self.asked.tokens.bounds[-1] + np.cumsum([*map(len, words)])]
        )
        return unpack(np.concatenate([self.asked.packed, *words]), bounds.astype(np.int64))

    def marked(self) -> NDArray[np.bool_]:
        return np.append(self.asked.marked, [document.marked for document in self.documents])


@dataclass(frozen=True, slots=True)
class Search:
    """Look-ups in one index file."""

    database: sqlite3.Connection
    counters: Counters
    postings: Postings
    thresholds: Thresholds

    def related(self, asked: Sketches, own: Ints) -> list[list[Relation]]:
        """Return for each text what it is related to; `own`: its number in the index, or 0."""
        result: list[list[Relation]] = [[] for _ in range(len(asked))]
        texts = Texts(asked, {}, [])
        pairs = self._with(texts, *self.near(asked, own))
        if not len(pairs):
            return result
        tokens, found, code = self._judged(texts, pairs)
        if not len(found):
            return result
        hosts = partly_covered(tokens, found, code, len(asked))
        if len(hosts):  # what is merged shows in what else its partners are related to
            known = [texts.documents[place - len(asked)] for place in hosts.tolist()]
            numbers = {place: n for n, place in texts.numbers.items()}
            bounds = np.cumsum([0, *(len(document.words) for document in known)])
            packed = np.concatenate([document.words for document in known])
            marked = np.array([document.marked for document in known])
            again = Sketches.stored(packed, bounds, marked)
            near = self.near(again, np.array([numbers[place] for place in hosts.tolist()]))
            further = self._with(texts, hosts[near[0]], near[1])
            if len(further):
                tokens, more, _ = self._judged(texts, further)
                found = joined(found, more)
                code = self._code(texts, tokens, self._rarity(tokens), found)
        low, high = np.minimum(found.a, found.b), np.maximum(found.a, found.b)
        own_rows = low < len(asked)
        for text in distinct(low[own_rows & (code != UNRELATED)]).tolist():
            mine = own_rows & (low == text)
            others = np.setdiff1d(self._places(texts, own[text]), [text])
            rows = np.flatnonzero(
                mine
                | (
                    ~own_rows
                    & ~np.isin(low, others)
                    & ~np.isin(high, others)
                    & (np.isin(low, high[mine]) | np.isin(high, high[mine]))
                )
            )
            some = chosen(found, rows)
            kinds = merged(some, tokens, code[rows])
            similar = share(some.covered_a, tokens.counts[some.a])
            for row in np.flatnonzero(mine[rows] & (kinds != UNRELATED)).tolist():
                other = texts.documents[max(int(some.a[row]), int(some.b[row])) - len(asked)]
                kind, similarity = KINDS[int(kinds[row])], round(float(similar[row]), 4)
                result[text].append(Relation(other, kind, similarity))
        return result

    def _places(self, texts: Texts, number: int) -> Ints:
        """Return where a document of the index stands among the texts, if it does."""
        return np.array([texts.numbers[number]] if number in texts.numbers else [], np.int64)

    def is_copy(self, one: Sketches) -> bool:
        """Whether a text is a near-verbatim copy of a document that is indexed."""
        keys = keys_of(one.hashes[sampled(one.hashes)][:VIRAL])
        keys = np.append(keys, keys_of(one.digests))
        weights = np.append(np.ones(len(keys) - 1, np.int64), len(keys))
        least = np.array([max(2, len(keys) // 4)])
        _, numbers = self._votes(np.zeros(len(keys), np.int64), keys, weights, least)
        texts = Texts(one, {}, [])
        pairs = self._with(texts, np.zeros(len(numbers[:1]), np.int64), numbers[:1])
        if not len(pairs):
            return False
        tokens = texts.tokens()
        rarity = everything(tokens)
        found = compare(tokens, rarity, pairs[:, 0], pairs[:, 1])
        return bool(np.isin(self._code(texts, tokens, rarity, found), COPIES).any())

    def near(self, some: Sketches, own: Ints) -> tuple[Ints, Ints]:
        """Return (text, number) for documents that share enough rare shingles, or all words."""
        counts, owners = self.counters.counts.get(some.hashes), some.owners
        rare = counts <= self.counters.rare
        present = np.flatnonzero(rare & (counts > (own > 0)[owners]) & sampled(some.hashes))
        keys = np.concatenate([keys_of(some.hashes[present]), keys_of(some.digests)])
        texts = np.concatenate([owners[present], np.arange(len(some))])
        weights = np.where(counts[present] <= FULL, 2, 1)
        weights = np.concatenate([weights, np.where(some.tokens.counts > 0, LEAST, 0)])
        passed = np.flatnonzero(self.counters.noted(keys))
        total = np.bincount(owners, rare, len(some))
        least = np.where(total > SMALL, LEAST, 2)
        # A text whose keys can't reach that many votes needs no look
        hope = np.bincount(texts[passed], weights[passed], len(some))
        passed = passed[(hope >= least)[texts[passed]]]
        text, number = self._votes(texts[passed], keys[passed], weights[passed], least)
        others = number != own[text]
        return text[others], number[others]

    def _votes(
        self, texts: Ints, keys: NDArray[np.uint32], weights: Ints, least: Ints
    ) -> tuple[Ints, Ints]:
        """Return (text, number) of the holders of a text's keys with the most votes, in that order."""
        if not len(keys):
            return np.empty(0, np.int64), np.empty(0, np.int64)
        order = np.argsort(keys, kind="stable")
        ordered = keys[order]
        fresh = marks(ordered)
        different, which = ordered[fresh], np.empty(len(keys), np.int64)
        which[order] = np.cumsum(fresh) - 1
        place, numbers = self.postings.look_up(different)
        order = np.argsort(place, kind="stable")
        counts = np.bincount(place, minlength=len(different))
        starts = np.cumsum(counts) - counts
        times = counts[which]
        met = numbers[order][ranges(starts[which], times)]
        pairs = np.repeat(texts, times) << 32 | met
        order = np.argsort(pairs, kind="stable")
        pairs, weights = pairs[order], np.repeat(weights, times)[order]
        opens = np.flatnonzero(marks(pairs))
        pairs, votes = pairs[opens], np.add.reduceat(weights, opens) if len(opens) else opens
        won = votes >= least[pairs >> 32]
        pairs, votes = pairs[won], votes[won]
        order = np.lexsort((pairs, -votes, pairs >> 32))
        text = pairs[order] >> 32
        rank = np.arange(len(text)) - np.searchsorted(text, text)
        return text[rank < LOOK], (pairs[order] & 0xFFFFFFFF)[rank < LOOK]

    def _with(self, texts: Texts, place: Ints, numbers: Ints) -> Ints:
        """Load documents; return the pairs of places in `texts`, without documents that were removed."""
        missing = [n for n in distinct(numbers).tolist() if n not in texts.numbers]
        select = "SELECT n, id, date, marked, words FROM document WHERE n IN (?)"
        rows = {row[0]: row for row in rows_in(self.database, select, missing)} if missing else {}
        for n, name, date, marked, words in rows.values():
            texts.numbers[n] = len(texts.asked) + len(texts.documents)
            texts.documents.append(Document(name, date, bool(marked), np.frombuffer(words, U16)))
        pairs = [
            (one, texts.numbers[n])
            for one, n in zip(place.tolist(), numbers.tolist(), strict=True)
            if n in texts.numbers
        ]
        return np.array(pairs, np.int64).reshape(-1, 2)

    def _judged(self, texts: Texts, pairs: Ints) -> tuple[Tokens, Comparison, Ints]:
        tokens = texts.tokens()
        rarity = self._rarity(tokens)
        found = compare(tokens, rarity, pairs[:, 0], pairs[:, 1], least=self.thresholds.least)
        return tokens, found, self._code(texts, tokens, rarity, found)

    def _code(self, texts: Texts, tokens: Tokens, rarity: Rarity, found: Comparison) -> Ints:
        if not len(found):
            return np.empty(0, np.int64)
        equal = same(tokens, found.a, found.b)
        limits = self.thresholds
        return judge(found, tokens, rarity, marked=texts.marked(), equal=equal, limits=limits).code

    def _rarity(self, tokens: Tokens) -> Rarity:
        """Say of each shingle whether it is rare in the index."""
        noted = np.full(len(tokens.words), SHARED, U8)
        hashes, bounds = shingle(tokens, NGRAM)
        rare = self.counters.counts.get(hashes) <= self.counters.rare
        counts = np.diff(bounds)
        places = ranges(tokens.bounds[:-1], counts)
        noted[places[rare]] |= U8(SCARCE)
        per = np.bincount(np.repeat(np.arange(len(tokens)), counts), rare, len(tokens))
        return Rarity(noted, per.astype(np.int64))


def partly_covered(tokens: Tokens, found: Comparison, code: Ints, first: int) -> Ints:
    """Return texts from `first` on of which a related text is a part: perhaps they hold another one too."""
    other = np.maximum(found.a, found.b)
    longer = other == found.b
    span = np.where(longer, found.to_b - found.from_b, found.to_a - found.from_a)
    part = (span < WHOLE * tokens.counts[other]) & ~np.isin(code, APART) & (other >= first)
    hosts: Ints = distinct(other[part])
    return hosts


def chosen(found: Comparison, rows: Ints) -> Comparison:
    """Return some compared pairs."""
    return Comparison(*(getattr(found, field.name)[rows] for field in fields(Comparison)))


def joined(one: Comparison, other: Comparison) -> Comparison:
    """Return the pairs of both."""
    return Comparison(
        *(
            np.concatenate([getattr(one, field.name), getattr(other, field.name)])
            for field in fields(Comparison)
        )
    )
