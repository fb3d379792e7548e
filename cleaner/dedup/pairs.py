"""The result types: a pair with its evidence, and everything `deduplicate` found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from cleaner.dedup.evidence import PUT, Evidence
from cleaner.dedup.kinds import Kind


@dataclass(frozen=True, slots=True, init=False)
class Pair:
    """Two related documents, by id, a < b.

    `similarity` is the share of the shorter text's words that stand in passages both have (0 … 1).
    """

    a: str
    b: str
    kind: Kind
    similarity: float
    evidence: Evidence

    def __init__(self, a: str, b: str, kind: Kind, similarity: float, evidence: Evidence) -> None:
        PUT(self, "a", a)
        PUT(self, "b", b)
        PUT(self, "kind", kind)
        PUT(self, "similarity", similarity)
        PUT(self, "evidence", evidence)

    def __repr__(self) -> str:
        return f"Pair({self.a!r}, {self.b!r}, {self.kind.value}, {self.similarity:.2f})"


@dataclass(frozen=True, slots=True)
class Duplicates:
    """Pairs, and clusters of copies.

    `clusters`: id of every document -> id of its representative, itself when it has none. `kept`: ids
    of the representatives; `dropped`: all others, in the order of their ids. `reasons`: why each
    representative of two or more documents is the one: its date, its length, its id, or that no other
    member is a copy of all.
    """

    pairs: tuple[Pair, ...]
    clusters: Mapping[str, str]
    kept: tuple[str, ...]
    dropped: tuple[str, ...]
    reasons: Mapping[str, str] = field(default_factory=dict)
