"""Why two texts are a pair: what they share and where, and what contradicts it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import Any

from cleaner.dedup.tokens import NAME, NUMBER, Tokens, spans, tokenise

SHORTEST = 5  # words of a passage worth showing
SHOWN = 20  # passages, the longest first; then in the order of the first text
PUT = object.__setattr__  # looked up once: pairs are made by the thousand
UNKNOWN = "…"  # stands for words of which only hashes are known
NEAR = 8  # words between two passages that still face each other


@dataclass(frozen=True, slots=True)
class Passage:
    """Words that stand in both texts, with offsets (code points, end exclusive) in each."""

    start_a: int
    end_a: int
    start_b: int
    end_b: int
    text: str


@dataclass(frozen=True, slots=True)
class StoredText:
    """What an index keeps of a document's text: its tokens, which are those of one of several texts."""

    id: str
    tokens: Tokens = field(repr=False, compare=False)
    place: int = field(repr=False, compare=False)


@dataclass(frozen=True, init=False)
class Evidence:
    """What two texts share. Computed when it is asked for; the texts are held, not copied.

    `coverage_a` is the share of a's words that stand in passages of three or more words shared with
    b. Numbers and names are as in text a; a contradiction is (what a has, what b has in its place).

    An index doesn't have the text of a document: offsets in it count words, and a word or passage that
    only it has is shown as UNKNOWN.
    """

    a: str | StoredText
    b: str | StoredText
    date_a: str = ""
    date_b: str = ""

    def __init__(
        self, a: str | StoredText, b: str | StoredText, date_a: str = "", date_b: str = ""
    ) -> None:
        PUT(self, "a", a)
        PUT(self, "b", b)
        PUT(self, "date_a", date_a)
        PUT(self, "date_b", date_b)

    @cached_property
    def _read(self) -> tuple[Side, Side]:
        return Side.of(self.a), Side.of(self.b)

    @cached_property
    def _runs(self) -> list[tuple[int, int, int]]:
        one, other = self._read
        return list(common_runs(one.words, other.words))

    @cached_property
    def passages(self) -> tuple[Passage, ...]:
        """The longest shared passages, in the order of a."""
        one, other = self._read
        long = sorted((-length, x, y) for x, y, length in self._runs if length >= SHORTEST)[:SHOWN]
        return tuple(
            Passage(
                *one.span(x, length),
                *other.span(y, length),
                (one if one.text else other).shown(x if one.text else y, length),
            )
            for x, y, length in sorted((x, y, -length) for length, x, y in long)
        )

    @cached_property
    def coverage_a(self) -> float:
        return covered(((x, length) for x, _, length in self._runs), len(self._read[0].words))

    @cached_property
    def coverage_b(self) -> float:
        back = common_runs(self._read[1].words, self._read[0].words)
        return covered(((x, length) for x, _, length in back), len(self._read[1].words))

    @cached_property
    def numbers_shared(self) -> tuple[str, ...]:
        return self._shared(NUMBER)

    @cached_property
    def names_shared(self) -> tuple[str, ...]:
        return self._shared(NAME)

    @cached_property
    def numbers_contradicted(self) -> tuple[tuple[str, str], ...]:
        return self._contradicted(NUMBER)

    @cached_property
    def names_contradicted(self) -> tuple[tuple[str, str], ...]:
        return self._contradicted(NAME)

    def _shared(self, flag: int) -> tuple[str, ...]:
        one, other = self._read
        theirs = other.flagged(flag)
        found = sorted((place, word) for word, place in one.flagged(flag).items() if word in theirs)
        if not one.text:
            return tuple(other.word(theirs[word]) for _, word in found)
        return tuple(one.word(place) for place, _ in found)

    def _contradicted(self, flag: int) -> tuple[tuple[str, str], ...]:
        one, other = self._read
        found: dict[tuple[str, str], None] = {}
        runs = sorted(self._runs)
        for (x, y, length), (next_x, next_y, _) in pairwise(runs):
            ours, theirs = range(x + length, next_x), range(y + length, next_y)
            if not 0 < len(ours) == len(theirs) <= NEAR:
                continue
            for i, j in zip(ours, theirs, strict=True):
                if one.flags[i] & other.flags[j] & flag and one.words[i] != other.words[j]:
                    found[one.word(i), other.word(j)] = None
        return tuple(found)

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain values, for JSON."""
        return {
            "coverage": [round(self.coverage_a, 4), round(self.coverage_b, 4)],
            "passages": [
                {"a": [p.start_a, p.end_a], "b": [p.start_b, p.end_b], "text": p.text}
                for p in self.passages
            ],
            "numbers": {"shared": self.numbers_shared, "contradicted": self.numbers_contradicted},
            "names": {"shared": self.names_shared, "contradicted": self.names_contradicted},
            "dates": [self.date_a, self.date_b],
        }


@dataclass(frozen=True, slots=True)
class Side:
    """One text of a pair: its words as hashes, flags and offsets."""

    text: str
    words: list[int]
    flags: list[int]
    starts: list[int]
    ends: list[int]

    @classmethod
    def of(cls, source: str | StoredText) -> Side:
        """Read a text, or what is stored of one; offsets then count words."""
        if isinstance(source, StoredText):
            start, end = source.tokens.bounds[source.place : source.place + 2].tolist()
            words, flags = (
                some[start:end].tolist() for some in (source.tokens.words, source.tokens.flags)
            )
            return cls("", words, flags, [*range(end - start)], [*range(1, end - start + 1)])
        tokens, places = tokenise([source]), spans(source)
        columns = (tokens.words, tokens.flags, places.start, places.end)
        return cls(source, *(column.tolist() for column in columns))

    def word(self, place: int) -> str:
        return self.shown(place, 1)

    def shown(self, place: int, length: int) -> str:
        return self.text[slice(*self.span(place, length))] or UNKNOWN

    def span(self, place: int, length: int) -> tuple[int, int]:
        return self.starts[place], self.ends[place + length - 1]

    def flagged(self, flag: int) -> dict[int, int]:
        """Words with a flag, and where each stands first."""
        found: dict[int, int] = {}
        for place, (word, flags) in enumerate(zip(self.words, self.flags, strict=True)):
            if flags & flag:
                found.setdefault(word, place)
        return found


def common_runs(a: list[int], b: list[int], least: int = 3) -> Iterator[tuple[int, int, int]]:
    """Yield (place in a, place in b, length) of maximal shared runs, greedily from left to right.

    Of several places in b the one that goes on longest is taken, at most TRIED of them.
    """
    places: dict[tuple[int, ...], list[int]] = {}
    for y in range(len(b) - least + 1):
        places.setdefault(tuple(b[y : y + least]), []).append(y)
    x = 0
    while x <= len(a) - least:
        starts = places.get(tuple(a[x : x + least]), ())[:TRIED]
        if not starts:
            x += 1
            continue
        length, y = max((run_length(a, b, x, y), -y) for y in starts)
        yield x, -y, length
        x += length


TRIED = 8  # places of a phrase in the other text; keeps the time linear for texts that repeat themselves


def run_length(a: list[int], b: list[int], x: int, y: int) -> int:
    """Return how many words are the same from x in a and from y in b."""
    length = 0
    while x + length < len(a) and y + length < len(b) and a[x + length] == b[y + length]:
        length += 1
    return length


def covered(runs: Iterator[tuple[int, int]], words: int) -> float:
    """Return the share of words in runs (place, length)."""
    return sum(length for _, length in runs) / words if words else 0.0
