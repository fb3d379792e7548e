"""From documents to pairs and clusters: the whole of near-duplicate detection."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import combinations, pairwise, product
from operator import attrgetter
from typing import Self

import numpy as np
from numpy.typing import NDArray

from cleaner.dedup.characters import U8, Ints
from cleaner.dedup.clusters import Edges, Verify, clusters, connected, neighbours, reasons
from cleaner.dedup.compare import Comparison, compare
from cleaner.dedup.copies import roots, signed, sketched, stars
from cleaner.dedup.corpus import Corpus, Held, HeldTexts, different
from cleaner.dedup.kinds import (
    DEFAULT,
    KINDS,
    UNRELATED,
    Kind,
    Thresholds,
    copies,
    judge,
    merged,
    told,
)
from cleaner.dedup.pairs import Duplicates, Pair
from cleaner.dedup.postings import SCARCE, SHARED, Owners, Rarity, rare_shingles
from cleaner.dedup.standing import KEPT, Standing, refuse_keep
from cleaner.dedup.tokens import Tokens, distinct
from cleaner.document import Document
from cleaner.errors import ConfigError

LISTED = 12  # identical texts of which all pairs are listed; of more, the pairs with the first one


def same(tokens: Tokens, a: Ints, b: Ints) -> NDArray[np.bool_]:
    """Return which pairs have the same tokens."""
    equal: NDArray[np.bool_] = tokens.counts[a] == tokens.counts[b]
    equal &= tokens.counts[a] > 0
    first = tokens.bounds[a[equal]], tokens.bounds[b[equal]]
    equal[equal] = tokens.words[first[0]] == tokens.words[first[1]]
    for row in np.flatnonzero(equal).tolist():
        one, other = (slice(*tokens.bounds[text[row] : text[row] + 2]) for text in (a, b))
        equal[row] = bool((tokens.words[one] == tokens.words[other]).all())
    return equal


def copies_of(corpus: Corpus, owners: Owners) -> tuple[Ints, Ints]:
    """Return verified (leader, copy) pairs of texts with many copies, and of all equal texts."""
    tokens = corpus.tokens
    digests, suspects = sketched(tokens, owners)
    order = np.lexsort((tokens.counts, digests))
    one, other = order[:-1], order[1:]
    equal = same(tokens, one, other)
    root = roots(len(order), one[equal], other[equal])
    twin = np.flatnonzero(root != np.arange(len(root)))
    a, b = stars(signed(tokens, suspects))
    a, b = suspects[a], suspects[b]
    pairs = distinct(np.concatenate([a << 32 | b, root[twin] << 32 | twin]))
    a, b = pairs >> 32, pairs & 0xFFFFFFFF
    if not len(a):
        return a, b
    rarity = everything(tokens)
    found = compare(tokens, rarity, a, b)
    code = verdict(corpus, rarity, found, DEFAULT)
    good = np.isin(code, [KINDS.index(Kind.EXACT), KINDS.index(Kind.REPOST)])
    a, b = np.minimum(found.a, found.b)[good], np.maximum(found.a, found.b)[good]
    return a, b


def keys_of(found: Comparison) -> list[int]:
    """Return a number for each compared pair, whichever text comes first."""
    keys: list[int] = (np.minimum(found.a, found.b) << 32 | np.maximum(found.a, found.b)).tolist()
    return keys


def everything(tokens: Tokens) -> Rarity:
    """Take all shingles for rare: what two texts alone can say about each other."""
    return Rarity(np.full(len(tokens.words), SCARCE | SHARED, U8), np.maximum(tokens.counts - 2, 0))


def verdict(corpus: Corpus, rarity: Rarity, found: Comparison, limits: Thresholds) -> Ints:
    """Return the codes of compared pairs, by what the pairs alone show."""
    equal = same(corpus.tokens, found.a, found.b)
    return judge(
        found, corpus.tokens, rarity, marked=corpus.marked, equal=equal, limits=limits
    ).code


def verifier(
    corpus: Corpus, rarity: Rarity, limits: Thresholds, found: Comparison, good: NDArray[np.bool_]
) -> Verify:
    """Return a function that says which pairs are copies: `good` of those compared, or by comparing them."""
    known = dict(zip(keys_of(found), good.tolist(), strict=True))

    def verify(asked: list[tuple[int, int]]) -> list[bool]:
        new = [(a, b) for a, b in asked if a << 32 | b not in known]
        if new:
            a, b = np.array(new, np.int64).T
            again = compare(corpus.tokens, rarity, a, b)
            answers = copies(again, verdict(corpus, rarity, again, limits))
            known.update(zip(keys_of(again), answers.tolist(), strict=True))
        return [known[a << 32 | b] for a, b in asked]

    return verify


@contextmanager
def unswept() -> Iterator[None]:
    """Don't look for garbage meanwhile: many objects are made, and none of them in a circle."""
    swept = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if swept:
            gc.enable()


def deduplicate(
    documents: Iterable[Document],
    *,
    clean: Callable[[str], str] | None = None,
    thresholds: Thresholds = DEFAULT,
    keep: str = "earliest",
) -> Duplicates:
    """Find the pairs and clusters of near-duplicates among documents with different ids.

    `clean` is applied to each text first, so that boilerplate doesn't make strangers look alike. Of a
    cluster the "earliest" or the "longest" document represents the others: `keep` says which. The order of
    the documents changes nothing. Raise ConfigError when two documents have one id. To try several
    thresholds, use `ComparedDocuments`.

    >>> story = "Heavy rain closed the pass above Luzern on Monday, and buses carried tourists down."
    >>> found = deduplicate([Document(story, id="a"), Document(story + " ", id="b")])
    >>> found.pairs, found.dropped
    ((Pair('a', 'b', exact, 1.00),), ('b',))
    """
    refuse_keep(keep)
    compared = ComparedDocuments.of(documents, clean=clean, least=thresholds.least)
    return compared.duplicates(thresholds=thresholds, keep=keep)


@dataclass(frozen=True, slots=True)
class ComparedDocuments:
    """Documents that were read and compared once, and can be judged by other thresholds without that.

    Holds the documents, in the order of their ids, and five bytes for each of their words. `firsts`: where
    each different text stands first; `corpus`, `rarity`: those, read. `twins`: by its first place, where all
    of several equal texts stand. `found`: the pairs of different texts that share at least `least` of their
    rare shingles; `equal`: those with the same words.

    >>> text = "Heavy rain closed the pass above Luzern on Monday, and buses carried tourists down."
    >>> compared = ComparedDocuments.of(Document(text[:end], id=f"{end}") for end in (60, 90))
    >>> strict = Thresholds(certain=0.9, likely=0.9, possible=0.9)
    >>> [len(compared.duplicates(thresholds=limits).pairs) for limits in (Thresholds(), strict)]
    [1, 0]
    """

    held: Held
    firsts: Sequence[int]
    twins: Mapping[int, Sequence[int]]
    corpus: Corpus
    rarity: Rarity
    found: Comparison
    equal: NDArray[np.bool_]
    least: float

    @classmethod
    def of(
        cls,
        documents: Iterable[Document],
        *,
        clean: Callable[[str], str] | None = None,
        least: float = DEFAULT.least,
    ) -> Self:
        """Compare documents with different ids; `clean` is applied to each text first."""
        ordered = sorted(documents, key=attrgetter("id"))
        names = [document.id for document in ordered]
        refuse_twice(names)
        texts = [document.text if clean is None else clean(document.text) for document in ordered]
        return cls.of_held(HeldTexts(names, [one.date for one in ordered], texts), least=least)

    @classmethod
    @unswept()
    def of_held(cls, held: Held, *, least: float = DEFAULT.least) -> Self:
        """Compare documents that are known in one way or another."""
        firsts, twins = different(held)
        corpus = held.corpus(firsts)
        tokens, owners = corpus.tokens, Owners.of(corpus.tokens)

        leader, copy = copies_of(corpus, owners)
        rarity, candidates = rare_shingles(tokens, roots(len(tokens), leader, copy), owners)
        voted = candidates.a << 32 | candidates.b
        both = distinct(np.concatenate([voted, leader << 32 | copy]))
        votes = np.full(len(both), np.iinfo(np.int64).max)  # of copies: enough
        votes[np.searchsorted(both, voted)] = candidates.votes
        found = compare(tokens, rarity, both >> 32, both & 0xFFFFFFFF, least=least, votes=votes)
        equal = same(tokens, found.a, found.b)
        return cls(held, firsts, twins, corpus, rarity, found, equal, least)

    @unswept()
    def duplicates(self, *, thresholds: Thresholds = DEFAULT, keep: str = "earliest") -> Duplicates:
        """Say what the pairs are, as `deduplicate` does, and cluster them.

        Raise ConfigError for thresholds that may relate pairs which share too little to have been kept.
        """
        if thresholds.least < self.least:
            raise ConfigError(
                f"pairs that share less than {self.least} of their rare shingles were left out, but "
                f"these thresholds go down to {thresholds.least}. Compare with least={thresholds.least}."
            )
        standing = Standing(self.held.length, self.held.names, self.held.dates, keep)
        tokens, found = self.corpus.tokens, self.found
        judged = judge(
            found,
            tokens,
            self.rarity,
            marked=self.corpus.marked,
            equal=self.equal,
            limits=thresholds,
        )
        code = merged(found, tokens, judged.code)
        pairs = self._pairs(code, judged.similarity)

        joined = copies(found, code)
        edges = neighbours(zip(found.a[joined].tolist(), found.b[joined].tolist(), strict=True))
        verify = verifier(self.corpus, self.rarity, thresholds, found, copies(found, judged.code))
        heads = self._heads(edges, standing, verify)
        names = self.held.names
        named = dict(zip(names, names, strict=True))
        named |= {names[place]: names[root] for place, root in heads.items()}
        why = reasons(heads, standing.rank, KEPT[standing.keep])
        return Duplicates(
            pairs,
            named,
            tuple(name for name, root in named.items() if name == root),
            tuple(name for name, root in named.items() if name != root),
            {names[root]: said for root, said in why.items()},
        )

    def _pairs(self, code: Ints, similarity: NDArray[np.float64]) -> tuple[Pair, ...]:
        """Return the related pairs of documents, those of equal texts among them."""
        held, names, twins = self.held, self.held.names, self.twins
        rows = np.flatnonzero(code != UNRELATED)
        places = np.array(self.firsts, np.int64)
        one, other = places[self.found.a[rows]], places[self.found.b[rows]]
        columns = (
            np.minimum(one, other),
            np.maximum(one, other),
            code[rows],
            told(similarity[rows]),
        )
        listed = list(zip(*(part.tolist() for part in columns), strict=True))
        if twins:
            of_twins = [pair for pair in listed if pair[0] in twins or pair[1] in twins]
            listed = [pair for pair in listed if pair[0] not in twins and pair[1] not in twins]
            listed += [
                (min(one, other), max(one, other), kind, alike)
                for a, b, kind, alike in of_twins
                for one, other in product(twins.get(a, (a,))[:LISTED], twins.get(b, (b,))[:LISTED])
            ]
        for group in twins.values():
            listed += [(a, b, KINDS.index(Kind.EXACT), 1.0) for a, b in all_or_star(group)]
        listed.sort()
        return tuple(
            Pair(names[a], names[b], KINDS[kind], alike, held.evidence(a, b))
            for a, b, kind, alike in listed
        )

    def _heads(self, edges: Edges, standing: Standing, verify: Verify) -> dict[int, int]:
        """Return which document represents each that is in a cluster."""
        firsts, twins = self.firsts, self.twins
        earliest = {
            place: min(group, key=standing.dates.__getitem__) for place, group in twins.items()
        }
        ranks = {
            text: standing.rank(place, dated=earliest.get(place, place))
            for text in edges
            for place in [firsts[text]]
        }
        components = connected(sorted(edges), edges)
        head = clusters(components, edges, ranks, verify)
        groups = {firsts[text]: firsts[root] for text, root in head.items()}
        heads: dict[int, int] = {}
        for place in groups.keys() | twins.keys():
            root = groups.get(place, place)
            root = earliest.get(root, root)
            for member in twins.get(place, (place,)):
                heads[member] = root
        return heads


def refuse_twice(names: Sequence[str]) -> None:
    """Raise ConfigError when one id comes twice in a sorted list."""
    if len(set(names)) < len(names):
        twice = next(one for one, other in pairwise(names) if one == other)
        raise ConfigError(
            f"two documents have the id {twice!r}. Give every document its own id, "
            "for example its URL or its line number."
        )


def all_or_star(group: Sequence[int]) -> Iterable[tuple[int, int]]:
    """Return the pairs of identical texts to list."""
    if len(group) <= LISTED:
        return combinations(group, 2)
    return ((group[0], other) for other in group[1:])
