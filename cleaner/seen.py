"""Cleaned documents against an index of earlier ones: whose copy each is, and the ND rules' findings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from cleaner.document import Document
from cleaner.edits import Span
from cleaner.engine import Diagnostic, Duplicate, Result
from cleaner.rule import Rule

if TYPE_CHECKING:
    from cleaner.dedup import Pair
    from cleaner.index import Index

UNRELATED = ("series",)  # the same template with other facts: nobody's copy


def look_up(
    result: Result, index: Index, rules: Sequence[Rule], *, later: frozenset[str]
) -> Result:
    """Return a result with what the index knows of its text, documents of `later` ids left out."""
    document = result.document.replace(text=result.text)
    pairs = [pair for pair in index.query(document) if other_of(pair, document.id) not in later]
    whole = len(result.document.text)
    found = [
        Diagnostic(rule.code, rule.name, 0, whole, None, False, span.note or rule.summary)
        for rule in rules
        if rule.scope == "corpus"
        for span in rule.find(document, pairs)
        if isinstance(span, Span)
    ]
    diagnostics = sorted([*result.diagnostics, *found], key=lambda d: (d.start, d.end, d.code))
    return Result(
        result.document, result.text, result.edits, diagnostics, duplicate_of(document.id, pairs)
    )


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


def compared(batch: Sequence[Result], index: Index, rules: Sequence[Rule]) -> Iterator[Result]:
    """Add a batch to an index, and yield its results with what came before each of them."""
    index.add(result.document.replace(text=result.text) for result in batch)
    ids = [result.document.id for result in batch]
    for number, result in enumerate(batch, 1):
        yield look_up(result, index, rules, later=frozenset(ids[number:]))


def numbered(documents: Iterable[Document]) -> Iterator[Document]:
    """Yield documents with an id each: where it has none, its place."""
    for number, document in enumerate(documents, 1):
        yield document if document.id else document.replace(id=f"#{number}")
