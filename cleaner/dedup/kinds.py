"""What a compared pair is: not related, or one of the kinds, by thresholds with names and reasons.

Counts come from `compare`; everything here can be decided anew without touching a text.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cleaner.dedup.characters import Ints
from cleaner.dedup.compare import Comparison
from cleaner.dedup.postings import Rarity
from cleaner.dedup.tokens import Tokens, distinct
from cleaner.dedup.votes import SMOOTH


class Kind(StrEnum):
    """How two texts are related; all but `series` are duplicates."""

    EXACT = "exact"  # the same words in the same order
    REPOST = "repost"  # near-verbatim: other boilerplate, headline, order, some sentences dropped
    EXCERPT = "excerpt"  # the shorter is a part of the longer
    MERGED = "merged"  # the longer holds the shorter and another story
    REWRITTEN = "rewritten"  # the same sentences in other words: spun, or translated there and back
    UPDATE = "update"  # a later version: the same sentences with other numbers, or marked so
    SERIES = "series"  # the same template, other facts: no duplicate


KINDS = tuple(Kind)
UNRELATED = -1
CLUSTERED = (Kind.EXACT, Kind.REPOST, Kind.REWRITTEN)


@dataclass(frozen=True, slots=True)
class Thresholds:
    """When a pair counts as related, and as which kind. Shares are 0 … 1."""

    # Rare shingles of the smaller text that the other has. Above `certain`, only a series is no
    # duplicate; two reports of one event share less.
    certain: float = 0.3
    # Between, numbers must agree: the event is the same, the text need not be.
    likely: float = 0.2
    # Below, what is shared must also stand in the order of the source (`in_order` of it), in at least
    # `places` separate passages over half of the text. A reworded copy leaves traces all along; two
    # reports of one event share a quotation or a paragraph of background.
    possible: float = 0.085
    in_order: float = 0.88
    places: int = 4
    stretch: float = 0.4
    # Passages of a text reworded beyond `likely` are short; longer ones are quotations or a template.
    brief: float = 9.0
    # Spinning and translating keep numbers, or lose one where nothing else contradicts: when nearly
    # everything shared is in order, in many places.
    numbers: float = 0.7
    straight: float = 0.95
    many: int = 9
    # Words replaced per 100 shared ones. Retyping and house style change one or two, a spinner
    # that takes every tenth word six.
    reworded: float = 0.03
    # The part of the longer text in which the shorter one stands: below, the shorter is an excerpt.
    # Dropping every second sentence still leaves some from beginning to end.
    part: float = 0.55
    # A template's own words between two facts are few, a story's sentences are whole.
    template: float = 9.0
    # Numbers of an update that agree; below, and in short passages, the template is all they share.
    series: float = 0.25
    # Texts of so few words are all template: one fact that differs makes them a series.
    note: int = 90

    @property
    def least(self) -> float:
        """The share of rare shingles below which no pair is related."""
        return min(self.certain, self.likely, self.possible)


DEFAULT = Thresholds()


@dataclass(frozen=True, slots=True)
class Verdicts:
    """One code per compared pair (an index into KINDS, or UNRELATED) and its similarity.

    Similarity is the share of the shorter text's words that stand in shared passages.
    """

    code: Ints
    similarity: NDArray[np.float64]


DIGITS = 1e4  # a similarity is told to four of them


def told(similarity: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return similarities as they are told, rounded."""
    return np.rint(similarity * DIGITS) / DIGITS


def share(part: Ints, whole: Ints) -> NDArray[np.float64]:
    """Return part / whole, 0 where the whole is 0."""
    return np.divide(part, whole, out=np.zeros(len(part)), where=whole > 0)


def judge(
    found: Comparison,
    tokens: Tokens,
    rarity: Rarity,
    *,
    marked: NDArray[np.bool_],
    equal: NDArray[np.bool_],
    limits: Thresholds = DEFAULT,
) -> Verdicts:
    """Say of each pair what it is; `merged` needs more than a pair and is decided later.

    `marked`: texts that call themselves an update. `equal`: pairs with the same tokens.
    """
    shorter, longer = tokens.counts[found.a], tokens.counts[found.b]
    scarce = np.minimum(rarity.counts[found.a], rarity.counts[found.b])
    related, *kinds = traits(found, shorter, longer, scarce, limits, share)
    update = (found.numbers > 0) | (marked[found.a] != marked[found.b])
    conditions = [equal, ~related, *kinds, update]
    code = np.select(conditions, CODES, KINDS.index(Kind.REPOST))
    return Verdicts(code, share(found.covered_a, shorter))


def judge_one(
    found: Any,
    shorter: int,
    longer: int,
    scarce: int,
    *,
    marked: bool,
    equal: bool,
    limits: Thresholds = DEFAULT,
) -> int:
    """Return the code that `judge` gives for one pair, from numbers instead of arrays.

    `found` has the fields of a Comparison. `scarce`: rare shingles of the text with fewer. `marked`: one
    text calls itself an update and the other does not.
    """
    if equal:
        return KINDS.index(Kind.EXACT)
    related, *kinds = traits(found, shorter, longer, scarce, limits, ratio)
    conditions = [equal, not related, *kinds, found.numbers > 0 or marked]
    chosen = (code for code, holds in zip(CODES, conditions, strict=True) if holds)
    return next(chosen, KINDS.index(Kind.REPOST))


# What `judge` looks for, in this order; what is none of it is a repost
CODES = [
    KINDS.index(Kind.EXACT),
    UNRELATED,
    *map(KINDS.index, (Kind.SERIES, Kind.EXCERPT, Kind.REWRITTEN, Kind.UPDATE)),
]


def ratio(part: int, whole: int) -> float:
    """Return part / whole, 0 where the whole is 0."""
    return part / whole if whole > 0 else 0.0


def traits(
    found: Any, shorter: Any, longer: Any, scarce: Any, limits: Thresholds, share: Any
) -> tuple[Any, Any, Any, Any]:
    """Say of compared texts whether they are related, a series, an excerpt and reworded.

    All of it are arrays, or all are numbers: only operators that both have are used. `share` divides them.
    """
    smaller = scarce + SMOOTH
    rare, in_order = share(found.rare, smaller), share(found.aligned, smaller)
    passage = share(found.covered_a, found.runs)
    agree = share(found.numbers_shared, found.numbers_least)
    straight = (found.aligned >= limits.straight * found.rare) & (found.aligned_runs >= limits.many)
    kept = (found.numbers_least == 0) | (agree >= limits.numbers) | straight
    traced = (
        (in_order >= limits.possible)
        & (found.aligned >= limits.in_order * found.rare)
        & (found.aligned_runs >= limits.places)
        & (found.aligned_a >= limits.stretch * shorter)
        & (passage <= limits.brief)
    )
    related = (rare >= limits.certain) | (kept & ((rare >= limits.likely) | traced))

    contradicted = (found.numbers > found.numbers_shared) & (found.numbers > 1)
    disagree = (found.numbers_least > 2) & (agree < limits.series)
    template = (contradicted | disagree) & (passage < limits.template)
    reworded = (found.words > limits.reworded * found.covered_a) | (passage < limits.brief)
    facts = found.numbers + found.names
    note = (shorter < limits.note) & (facts >= found.numbers_shared)
    note &= (found.numbers > 0) | ((found.names > 1) & (reworded ^ True))  # ^ for "not"
    series = template | note

    excerpt = found.to_b - found.from_b < limits.part * longer
    return related, series, excerpt, reworded


def merged(found: Comparison, tokens: Tokens, code: Ints) -> Ints:
    """Return the codes with `merged` where a text is made of several stories that are not related.

    Such a text has two partners that stand in different parts of it and are strangers to each other,
    and all its partners together cover most of it.
    """
    duplicates = (code != UNRELATED) & (code != KINDS.index(Kind.SERIES))
    rows = np.flatnonzero(duplicates)
    related = found.a[rows], found.b[rows]
    host, guest = np.concatenate(related), np.concatenate(related[::-1])
    begin = np.concatenate([found.from_a[rows], found.from_b[rows]])
    end = np.concatenate([found.to_a[rows], found.to_b[rows]])
    row = np.concatenate([rows, rows])
    partial = np.flatnonzero(end - begin < WHOLE * tokens.counts[host])
    lengths = np.bincount(host[partial], (end - begin)[partial], len(tokens))
    partial = partial[(lengths >= MOST * tokens.counts)[host[partial]]]
    partners = np.bincount(host[partial], minlength=len(tokens))
    partial = partial[partners[host[partial]] > 1]
    order = partial[np.lexsort((guest[partial], host[partial]))]
    if not len(order):
        return code
    sizes = partners[distinct(host[order])]
    rank = np.arange(len(order)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    order, sizes = order[rank < PARTNERS], np.minimum(sizes, PARTNERS)
    opens = np.cumsum(sizes) - sizes
    begin, end, guest, row = begin[order], end[order], guest[order], row[order]
    enough = covered(begin, end, sizes) >= MOST * tokens.counts[host[order[opens]]]
    i, j = pairs_within(opens[enough], sizes[enough])
    known = np.sort(np.minimum(*related) << 32 | np.maximum(*related))
    asked = guest[i] << 32 | guest[j]
    met = known[np.minimum(np.searchsorted(known, asked), len(known) - 1)] == asked
    strangers = apart(begin, end, i, j) & ~met
    stranger = row[np.concatenate([i[strangers], j[strangers]])]
    code = code.copy()
    code[stranger[code[stranger] != KINDS.index(Kind.UPDATE)]] = KINDS.index(Kind.MERGED)
    return code


def copies(found: Comparison, code: Ints) -> NDArray[np.bool_]:
    """Return which pairs may be in one cluster: one text says what the other says, with its numbers."""
    alike: NDArray[np.bool_] = np.isin(code, [KINDS.index(kind) for kind in CLUSTERED])
    alike &= found.numbers == 0
    return alike


WHOLE = 0.9  # a partner that covers more of a text is the text, not a part of it
MOST = 0.7  # of a merged text is covered by its sources; two excerpts of a long story cover less
PARTNERS = 40  # looked at per text: 780 pairs of them
OVERLAP = 0.1  # of the shorter span: passages at a seam may be in both


def covered(begin: Ints, end: Ints, sizes: Ints) -> Ints:
    """Return the length of the union of spans, of each of the runs of so many."""
    run = np.repeat(np.arange(len(sizes)), sizes)
    order = np.lexsort((begin, run))
    begin, end = begin[order], end[order]
    base = run * (int(end.max()) + 1)
    reached = np.maximum.accumulate(end + base)
    before = np.maximum(np.append(0, reached[:-1]), base) - base
    added = np.maximum(end - np.maximum(begin, before), 0)
    return np.bincount(run, added).astype(np.int64)


def pairs_within(starts: Ints, sizes: Ints) -> tuple[Ints, Ints]:
    """Return all pairs of places within runs, the smaller place first."""
    pairs = [(np.empty(0, np.int64), np.empty(0, np.int64))]
    for size in distinct(sizes).tolist():
        first, second = np.triu_indices(size, 1)
        start = starts[sizes == size][:, None]
        pairs.append(((start + first).ravel(), (start + second).ravel()))
    one, other = zip(*pairs, strict=True)
    return np.concatenate(one), np.concatenate(other)


def apart(begin: Ints, end: Ints, i: Ints, j: Ints) -> NDArray[np.bool_]:
    """Return which pairs of spans hardly overlap."""
    common = np.minimum(end[i], end[j]) - np.maximum(begin[i], begin[j])
    length = end - begin
    found: NDArray[np.bool_] = common <= OVERLAP * np.minimum(length[i], length[j])
    return found
