"""From documents to pairs and clusters: the whole of near-duplicate detection in one function."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations, pairwise, product
from typing import Self

import numpy as np
from numpy.typing import NDArray

from cleaner.dedup.characters import U8, Ints
from cleaner.dedup.clusters import clusters, connected, neighbours
from cleaner.dedup.compare import Comparison, compare
from cleaner.dedup.copies import roots, signed, sketched, stars
from cleaner.dedup.evidence import Evidence
from cleaner.dedup.kinds import DEFAULT, KINDS, UNRELATED, Kind, Thresholds, copies, judge, merged
from cleaner.dedup.pairs import Duplicates, Pair
from cleaner.dedup.postings import SCARCE, SHARED, Owners, Rarity, rare_shingles
from cleaner.dedup.tokens import Tokens, ranges, tokenise, tokenise_all
from cleaner.document import Document
from cleaner.errors import ConfigError

MARKS = ("update", "updated", "corrected", "correction", "recasts", "refile")
HEADLINE = 30  # words: where a wire service says that a story is a new version
LISTED = 12  # identical texts of which all pairs are listed; of more, the pairs with the first one
DATE = re.compile(r"(?:19|20)\d\d-\d\d(?:-\d\d)?")  # what counts as a trusted date


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
    head = np.minimum(tokens.counts, HEADLINE)
    at = ranges(tokens.bounds[:-1], head)
    words = tokens.words.take(at)
    said = np.zeros(len(at), bool)
    for word in mark_words():
        said |= words == word
    marked = np.zeros(len(tokens), bool)
    marked[np.searchsorted(tokens.bounds, at.compress(said), "right") - 1] = True
    return marked


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
    pairs = np.unique(np.concatenate([a << 32 | b, root[twin] << 32 | twin]))
    a, b = pairs >> 32, pairs & 0xFFFFFFFF
    if not len(a):
        return a, b
    rarity = everything(tokens)
    found = compare(tokens, rarity, a, b)
    code = verdict(corpus, rarity, found, DEFAULT)
    good = np.isin(code, [KINDS.index(Kind.EXACT), KINDS.index(Kind.REPOST)])
    a, b = np.minimum(found.a, found.b)[good], np.maximum(found.a, found.b)[good]
    return a, b


def everything(tokens: Tokens) -> Rarity:
    """Take all shingles for rare: what two texts alone can say about each other."""
    return Rarity(np.full(len(tokens.words), SCARCE | SHARED, U8), np.maximum(tokens.counts - 2, 0))


def verdict(corpus: Corpus, rarity: Rarity, found: Comparison, limits: Thresholds) -> Ints:
    """Return the codes of compared pairs, by what the pairs alone show."""
    equal = same(corpus.tokens, found.a, found.b)
    return judge(
        found, corpus.tokens, rarity, marked=corpus.marked, equal=equal, limits=limits
    ).code


def deduplicate(
    documents: Iterable[Document],
    *,
    clean: Callable[[str], str] | None = None,
    thresholds: Thresholds = DEFAULT,
) -> Duplicates:
    """Find the pairs and clusters of near-duplicates among documents with different ids.

    `clean` is applied to each text first, so that boilerplate doesn't make strangers look alike. The
    order of the documents changes nothing. Raise ConfigError when two documents have one id.

    >>> story = "Heavy rain closed the pass above Luzern on Monday, and buses carried tourists down."
    >>> found = deduplicate([Document(story, id="a"), Document(story + " ", id="b")])
    >>> found.pairs, found.dropped
    ((Pair('a', 'b', exact, 1.00),), ('b',))
    """
    ordered = sorted(documents, key=lambda document: document.id)
    for one, other in pairwise(ordered):
        if one.id == other.id:
            raise ConfigError(
                f"two documents have the id {one.id!r}. Give every document its own id, "
                "for example its URL or its line number."
            )
    texts = [document.text if clean is None else clean(document.text) for document in ordered]
    first: dict[str, int] = {}
    for place, text in enumerate(texts):
        first.setdefault(text, place)
    distinct = list(first.values())
    corpus = Corpus.of([texts[place] for place in distinct])
    tokens, owners = corpus.tokens, Owners.of(corpus.tokens)

    leader, copy = copies_of(corpus, owners)
    rarity, candidates = rare_shingles(tokens, roots(len(tokens), leader, copy), owners)
    both = np.unique(np.concatenate([candidates.a << 32 | candidates.b, leader << 32 | copy]))
    found = compare(tokens, rarity, both >> 32, both & 0xFFFFFFFF, least=thresholds.least)
    equal = same(corpus.tokens, found.a, found.b)
    judged = judge(found, tokens, rarity, marked=corpus.marked, equal=equal, limits=thresholds)
    code = merged(found, tokens, judged.code)

    twins: dict[int, list[int]] = {}
    for place, text in enumerate(texts):
        if text.strip():
            twins.setdefault(first[text], []).append(place)

    rows = np.flatnonzero(code != UNRELATED)
    columns = (found.a[rows], found.b[rows], code[rows], judged.similarity[rows])
    listed = [
        (min(one, other), max(one, other), kind, similarity)
        for a, b, kind, similarity in zip(*(part.tolist() for part in columns), strict=True)
        for one, other in product(twins[distinct[a]][:LISTED], twins[distinct[b]][:LISTED])
    ]
    for group in twins.values():
        if len(group) > 1:
            listed += [(a, b, KINDS.index(Kind.EXACT), 1.0) for a, b in all_or_star(group)]
    listed.sort()
    pairs = tuple(
        Pair(
            ordered[a].id,
            ordered[b].id,
            KINDS[kind],
            round(similarity, 4),
            Evidence(texts[a], texts[b], ordered[a].date, ordered[b].date),
        )
        for a, b, kind, similarity in listed
    )

    joined = copies(found, code)
    edges = neighbours(zip(found.a[joined].tolist(), found.b[joined].tolist(), strict=True))

    def rank(text: int) -> tuple[object, ...]:
        dates = (ordered[place].date or "" for place in twins[distinct[text]])
        date = min((date for date in dates if DATE.match(date)), default="9999")
        return date, -len(texts[distinct[text]]), ordered[distinct[text]].id

    def verify(asked: list[tuple[int, int]]) -> list[bool]:
        if not asked:
            return []
        a, b = np.array(asked, np.int64).T
        again = compare(tokens, rarity, a, b)
        kinds = verdict(corpus, rarity, again, thresholds)
        good = copies(again, kinds)
        yes = {
            (min(x, y), max(x, y)): bool(ok)
            for x, y, ok in zip(again.a.tolist(), again.b.tolist(), good.tolist(), strict=True)
        }
        return [yes[pair] for pair in asked]

    ranks = {text: rank(text) for text in edges}
    components = connected(sorted(edges), edges)
    head = clusters(components, edges, ranks, verify)
    groups = {distinct[text]: distinct[root] for text, root in head.items()}
    groups |= {
        copy: groups.get(group[0], group[0]) for group in twins.values() for copy in group[1:]
    }
    named = {
        document.id: ordered[groups.get(place, place)].id for place, document in enumerate(ordered)
    }
    return Duplicates(
        pairs,
        named,
        tuple(name for name, root in named.items() if name == root),
        tuple(name for name, root in named.items() if name != root),
    )


def all_or_star(group: Sequence[int]) -> Iterable[tuple[int, int]]:
    """Return the pairs of identical texts to list."""
    if len(group) <= LISTED:
        return combinations(group, 2)
    return ((group[0], other) for other in group[1:])
