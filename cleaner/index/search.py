"""Find the documents of an index that texts are related to: the comparison and thresholds of batch mode."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain, pairwise

import numpy as np
from numpy.typing import NDArray

from cleaner.dedup.characters import U32, U64, Ints
from cleaner.dedup.compare import marks
from cleaner.dedup.kinds import Kind, Thresholds
from cleaner.dedup.postings import NGRAM
from cleaner.dedup.sketches import Sketches
from cleaner.dedup.votes import FULL, RARE
from cleaner.index.asked import Asked, Known, hashes_of
from cleaner.index.circle import Circle, Compared, Relation
from cleaner.index.counters import Counters
from cleaner.index.couple import Text
from cleaner.index.documents import Documents
from cleaner.index.postings import Postings, limit, sample_of, sampled

SHORT, LEAST = 120, 3  # a look takes LEAST votes, of a text with no more than SHORT shingles two
LOOK = 32  # documents compared with one text at most, those with most shared shingles
VIRAL = 32  # postings looked up to find a copy of a text that has many
WEIGHT, OWNER = U64(6), U64(38)  # where in a vote the key and the text begin, above what it says
HEAVIEST, KEY = U64((1 << 6) - 1), U64(0xFFFFFFFF << 6)
EVERY = limit(1 << 32)  # of a text of any length
COPIES = (Kind.EXACT, Kind.REPOST)


@dataclass(frozen=True, slots=True)
class Search:
    """Look-ups in one index file."""

    documents: Documents
    counters: Counters
    postings: Postings
    thresholds: Thresholds

    def related(self, some: Sequence[Known]) -> list[list[Relation]]:
        """Return for each text what it is related to."""
        shelf: dict[int, Known] = {}
        compared = Compared(self._stored, self.thresholds)
        circles = [
            Circle(compared, text, read(), others) if others else None
            for text, read, others in self._found(some, shelf)
        ]
        if not any(circles):
            return [[] for _ in some]
        compared.settle()
        hosts = {host.number: host for circle in circles if circle for host in circle.hosts()}
        if hosts:  # what is merged shows in what else its partners are related to
            found = {host.number: near for host, _, near in self._found([*hosts.values()], shelf)}
            for circle in filter(None, circles):
                for host in circle.hosts():
                    circle.compare(host, found.get(host.number, ()))
            compared.settle()
        return [circle.relations() if circle else [] for circle in circles]

    def _found(
        self, some: Sequence[Known], shelf: dict[int, Known]
    ) -> Iterator[tuple[Known, Callable[[], Text], list[Known]]]:
        """Yield each text, what it is compared by, and the documents near it; `shelf`: those read before.

        Yield nothing when there is none near any.
        """
        asked = Asked.of(some)
        near = [
            [number for number in numbers if number != one.number]
            for one, numbers in zip(some, self._near(asked), strict=True)
        ]
        if not any(near):
            return
        self.documents.load(shelf, chain.from_iterable(near))
        edges = pairwise(asked.bounds.tolist())
        for one, numbers, (start, end) in zip(some, near, edges, strict=True):
            read = partial(self._text, one, asked.hashes[start:end])
            yield one, read, [shelf[number] for number in numbers if number in shelf]

    def _text(self, document: Known, hashes: NDArray[np.uint64]) -> Text:
        return Text(document.words, hashes, self.counters.counts.get(hashes) <= RARE)

    def _stored(self, document: Known) -> Text:
        return self._text(document, hashes_of(document.words))

    def _near(self, some: Asked) -> list[list[int]]:
        """Return for each text the numbers of documents that share enough rare shingles, or all words."""
        chosen = sample_of(some.hashes, some.bounds)
        hashes = some.hashes.compress(chosen)
        times = self.counters.counts.get(hashes)
        rare = times <= RARE
        if len(some) == 1:
            return [self._near_one(some, hashes.compress(rare), times.compress(rare))]
        owners = some.owners(chosen.nonzero()[0].compress(rare))
        hashes, times = hashes.compress(rare), times.compress(rare)
        votes = ballot(owners, hashes, weights_of(hashes, times))
        votes = votes.compress(times > some.known.take(owners))
        sizes = some.bounds[1:] - some.bounds[:-1]
        words = (sizes > 0) * U64(LEAST)
        votes = np.concatenate([votes, ballot(np.arange(len(some)), some.digests, words)])
        votes.sort()
        votes = votes.compress(marks(votes))
        # A text whose keys can't reach that many votes needs no look
        owners = (votes >> OWNER).view(np.int64)
        least = LEAST - (sizes <= SHORT)
        enough = np.bincount(owners, votes & HEAVIEST, len(some)) >= least
        return self._elected(votes.compress(enough.take(owners)), least)

    def _near_one(
        self, one: Asked, hashes: NDArray[np.uint64], times: NDArray[np.uint8]
    ) -> list[int]:
        """Do what `_near` does for one text, at less of a fixed cost.

        `hashes`: of the shingles that vote. `times`: how often each has been counted.
        """
        votes = hashes >> U64(32) << WEIGHT
        votes |= weights_of(hashes, times)
        votes = votes.compress(times > one.known[0])
        if len(one.hashes):
            votes = np.append(votes, one.digests >> U64(32) << WEIGHT | U64(LEAST))
        votes.sort()
        votes = votes.compress(marks(votes))
        weights = votes & HEAVIEST
        more = LEAST - 1 - (len(one.hashes) <= SHORT)
        if weights.sum() <= more:
            return []
        which, numbers = self.postings.holders((votes >> WEIGHT).astype(U32))
        cast = numbers.repeat(weights.take(which).view(np.int64))
        cast.sort()
        won = Counter(cast[more:].compress(cast[more:] == cast[:-more]).tolist())
        best = sorted((-times, number) for number, times in won.items())  # votes above `more`
        return [number for _, number in best[:LOOK]]

    def _elected(self, votes: NDArray[np.uint64], least: Ints) -> list[list[int]]:
        """Return for each text the holders of its keys with the most votes."""
        which, numbers = self.postings.holders((votes >> WEIGHT).astype(U32))
        cast = (votes & ~KEY).take(which)
        cast |= numbers.astype(U64) << WEIGHT
        cast.sort()
        opens = marks(cast >> WEIGHT).nonzero()[0]
        found: list[list[tuple[int, int]]] = [[] for _ in range(len(least))]
        if len(opens):
            won = np.add.reduceat(cast & HEAVIEST, opens).view(np.int64)
            best = cast.take(opens)
            enough = (won >= least.take((best >> OWNER).view(np.int64))).nonzero()[0]
            for vote, total in zip(
                best.take(enough).tolist(), won.take(enough).tolist(), strict=True
            ):
                found[vote >> int(OWNER)].append((-total, vote >> int(WEIGHT) & 0xFFFFFFFF))
        return [[number for _, number in sorted(one)[:LOOK]] for one in found]

    def is_copy(self, some: Sketches, text: int) -> bool:
        """Whether one of some texts is a near-verbatim copy of a document that is indexed."""
        hashes = some.hashes[some.bounds[text] : some.bounds[text + 1]]
        hashes = hashes[sampled(hashes, limit(len(hashes)))][:VIRAL]
        weights = np.append(np.ones(len(hashes), U64), U64(len(hashes) + 1))
        keys = np.append(hashes, some.digests[text])
        votes = ballot(np.zeros(len(weights), np.int64), keys, weights)
        (numbers,) = self._elected(votes, np.array([max(2, len(weights) // 4)]))
        compared, shelf = Compared(everything, self.thresholds), dict[int, Known]()
        self.documents.load(shelf, numbers[:1])
        if not shelf:
            return False
        words = some.packed[some.tokens.bounds[text] : some.tokens.bounds[text + 1]]
        document = Known(words, bool(some.marked[text]))
        circle = Circle(compared, document, everything(document), list(shelf.values()))
        compared.settle()
        return any(relation.kind in COPIES for relation in circle.relations())


def weights_of(hashes: NDArray[np.uint64], times: NDArray[np.uint8]) -> NDArray[np.uint64]:
    """Return what votes of shingles weigh.

    One that only short texts have in their sample says less: of what two of these share, it has more.
    """
    weights: NDArray[np.uint64] = (sampled(hashes, EVERY) & (times <= FULL)) + U64(1)
    return weights


def ballot(
    owners: Ints, hashes: NDArray[np.uint64], weights: NDArray[np.uint64]
) -> NDArray[np.uint64]:
    """Return votes of keys: whose they are, the key, what it says of a document that has it."""
    return owners.view(U64) << OWNER | hashes >> U64(32) << WEIGHT | weights


def everything(document: Known) -> Text:
    """Take all shingles for rare, as when two texts are all there is."""
    size = max(len(document.words) - NGRAM + 1, 0)
    return Text(document.words, hashes_of(document.words), np.ones(size, bool))
