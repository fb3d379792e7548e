"""Cleaned documents against an index of earlier ones: whose copy each is, and the ND rules' findings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from cleaner.document import Document
from cleaner.edits import Span
from cleaner.engine import Diagnostic, Duplicate, Result
from cleaner.rule import Rule

if TYPE_CHECKING:
    from cleaner.dedup import Duplicates, Pair
    from cleaner.dedup.corpus import Held
    from cleaner.index import Index

UNRELATED = ("series",)  # the same template with other facts: nobody's copy


def look_up(result: Result, index: Index, rules: Sequence[Rule]) -> Result:
    """Return a result with what the index knows of its text."""
    document = result.document.replace(text=result.text)
    pairs = index.query(document)
    return with_pairs(result, pairs, duplicate_of(document.id, pairs), rules)


def with_pairs(
    result: Result, pairs: Sequence[Pair], duplicate: Duplicate | None, rules: Sequence[Rule]
) -> Result:
    """Return a result with its duplicate, and what the ND rules say of its pairs."""
    document = result.document
    found = [
        Diagnostic(
            rule.code, rule.name, 0, len(document.text), None, False, span.note or rule.summary
        )
        for rule in rules
        if rule.scope == "corpus"
        for span in rule.find(document, pairs)
        if isinstance(span, Span)
    ]
    diagnostics = sorted([*result.diagnostics, *found], key=lambda d: (d.start, d.end, d.code))
    return Result(document, result.text, result.edits, diagnostics, duplicate)


def other_of(pair: Pair, own: str) -> str:
    """Return the id of a pair's other document."""
    return pair.b if pair.a == own else pair.a


def duplicate_of(own: str, pairs: Iterable[Pair]) -> Duplicate | None:
    """Return whose copy a document is: of its pairs the most similar, then the smallest id."""
    candidates = [pair for pair in pairs if pair.kind not in UNRELATED]
    if not candidates:
        return None
    best = min(candidates, key=lambda pair: (-pair.similarity, other_of(pair, own)))
    other = other_of(best, own)
    return Duplicate(other, str(best.kind), best.similarity, other)


def duplicates_of(found: Duplicates, held: Held) -> dict[str, Duplicate]:
    """Return, by id, whose copy each of the compared documents is; those that are nobody's are not in it.

    A member of a cluster is a copy of its representative. Other relations point from the younger document
    to the older, or without dates from the shorter to the longer; a merged story points to its parts.
    """
    places = {name: place for place, name in enumerate(held.names)}
    best: dict[str, tuple[tuple[bool, float, str], Duplicate]] = {}
    for pair in found.pairs:
        if pair.kind in UNRELATED:
            continue
        for own, other in ((pair.a, pair.b), (pair.b, pair.a)):
            cluster = found.clusters.get(own, own)
            if own == cluster and not _derived(held, places[own], places[other], str(pair.kind)):
                continue
            rank = (other != cluster, -pair.similarity, other)
            if own not in best or rank < best[own][0]:
                best[own] = (
                    rank,
                    Duplicate(other, str(pair.kind), round(pair.similarity, 4), cluster),
                )
    return {own: duplicate for own, (_, duplicate) in best.items()}


def _derived(held: Held, own: int, other: int, kind: str) -> bool:
    """Whether the first of two related documents is the one made from the other."""
    (length, date, name), (others, before, its) = (
        (held.length(place), held.dates[place], held.names[place]) for place in (own, other)
    )
    if kind == "merged":
        return (length, name) > (others, its)
    if date and before and date != before and kind != "excerpt":
        return date > before
    return (-length, name) > (-others, its)


def compared(batch: Sequence[Result], index: Index, rules: Sequence[Rule]) -> Iterator[Result]:
    """Add a batch to an index, and yield its results with what came before each of them."""
    documents = [result.document.replace(text=result.text) for result in batch]
    for result, pairs in zip(batch, pairs_before(documents, index), strict=True):
        yield with_pairs(result, pairs, duplicate_of(result.document.id, pairs), rules)


def pairs_before(
    documents: Sequence[Document], index: Index, known: Mapping[str, int] | None = None
) -> Iterator[list[Pair]]:
    """Add documents to an index, and yield for each its pairs with what came before it.

    `known` says where documents of this run stand, these and others: those that stand later have not been
    seen yet, even where an earlier run that was killed has added them.
    """
    index.add(documents)
    place = known or {document.id: number for number, document in enumerate(documents)}
    for document, pairs in zip(documents, index.query_many(documents), strict=True):
        own = place[document.id]
        yield [pair for pair in pairs if place.get(other_of(pair, document.id), -1) < own]


def numbered(documents: Iterable[Document]) -> Iterator[Document]:
    """Yield documents with an id each: where it has none, its place."""
    for number, document in enumerate(documents, 1):
        yield document if document.id else document.replace(id=f"#{number}")
