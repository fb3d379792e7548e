"""Check files where they are, and with `fix` write what is fixable back to them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from cleaner.accepted import (
    Comment,
    clean_accepted,
    comments_of,
    ignored_in,
    names,
    without_wrong,
)
from cleaner.config import Config
from cleaner.document import Document
from cleaner.edits import Edit
from cleaner.engine import Diagnostic, Result
from cleaner.errors import ConfigError, ReadError, WriteError
from cleaner.formats import (
    STDIN,
    Record,
    Reject,
    Source,
    find_sources,
    open_bytes,
    read,
    replacing,
    to_bytes,
)
from cleaner.pipeline import Cleaner

if TYPE_CHECKING:
    from cleaner.baseline import Baseline
    from cleaner.index import Index


class Checked(NamedTuple):
    """A document of a file, what was found in it, and whether the file now holds the cleaned text."""

    record: Record
    result: Result
    fixed: bool = False


Item = Checked | Reject | ReadError | WriteError


def check_files(
    inputs: Sequence[str],
    *,
    config: Config,
    fix: bool = False,
    index: str = "",
    duplicates: bool = False,
    baseline: Baseline | None = None,
) -> Iterator[Item]:
    """Yield each document checked, and what could not be read or written, in order.

    With `fix`, a file is replaced, atomically, before its changed documents are yielded; lines of JSONL
    that need no change keep every byte. Pages of HTML are never rewritten. With `index`, copies of the
    documents in it are findings too; with `duplicates`, copies among the documents themselves, which are then
    all read before the first is yielded. What a `baseline` holds is neither a finding nor fixed.
    """
    cleaner = Cleaner.from_config(config)
    items = _each(inputs, cleaner, fix=fix, index=index, baseline=baseline)
    if duplicates:
        items = _among_themselves(items, cleaner)
    yield from _accepting_copies(items, cleaner, baseline) if duplicates or index else items


def codes_of(config: Config, *, copies: bool) -> frozenset[str]:
    """Return the codes of the rules that take part in a check, those about copies only with `copies`."""
    rules = Cleaner.from_config(config).rules
    return frozenset(rule.code for rule in rules if copies or rule.scope != "corpus")


def _accepting_copies(
    items: Iterable[Item], cleaner: Cleaner, baseline: Baseline | None
) -> Iterator[Item]:
    """The items without the copies that are accepted: they were found after everything else."""
    corpus = {rule.code for rule in cleaner.rules if rule.scope == "corpus"}
    for item in items:
        if not isinstance(item, Checked) or not any(
            found.code in corpus for found in item.result.diagnostics
        ):
            yield item
            continue
        record, result, _ = item
        ignored = ignored_in(record, cleaner.config, comments_of(record))
        left = [
            found
            for found in result.diagnostics
            if found.code not in corpus
            or not (
                any(names(code, found) for code in ignored)
                or (baseline is not None and baseline.hides(record, found))
            )
        ]
        kept = Result(result.document, result.text, result.edits, left, result.duplicate)
        yield item._replace(result=kept)


def _among_themselves(items: Iterable[Item], cleaner: Cleaner) -> Iterator[Item]:
    """The items, each document with what it shares with the others."""
    from cleaner.dedup import Pair, deduplicate
    from cleaner.dedup.corpus import HeldTexts
    from cleaner.seen import duplicates_of, with_pairs

    held = list(items)
    documents: dict[int, Document] = {}
    for number, item in enumerate(held):
        if isinstance(item, Checked):
            name = item.record.where if item.record.number else item.record.document.id
            documents[number] = item.result.document.replace(text=item.result.text, id=f"{name}")
    unique = {document.id: document for document in documents.values()}
    found = deduplicate(unique.values())
    copies = duplicates_of(found, HeldTexts.of(list(unique.values())))
    pairs: dict[str, list[Pair]] = {}
    for pair in found.pairs:
        for own, other in ((pair.a, pair.b), (pair.b, pair.a)):
            if own in copies and copies[own].of == other:
                pairs.setdefault(own, []).append(pair)
    for number, item in enumerate(held):
        if not isinstance(item, Checked):
            yield item
            continue
        name = documents[number].id
        renamed = with_pairs(
            Result(documents[number].replace(text=item.result.document.text), *_rest(item.result)),
            pairs.get(name, []),
            copies.get(name),
            cleaner.rules,
        )
        yield item._replace(result=renamed)


def _rest(result: Result) -> tuple[str, list[Edit], list[Diagnostic]]:
    return result.text, result.edits, result.diagnostics


def _each(
    inputs: Sequence[str], cleaner: Cleaner, *, fix: bool, index: str, baseline: Baseline | None
) -> Iterator[Item]:
    with _opened(index) as seen:
        for source in find_sources(inputs, exclude=cleaner.config.exclude):
            if isinstance(source, ReadError):
                yield source
                continue
            writes = fix and source.path != STDIN and source.kind in ("txt", "jsonl")
            for item in (_fixed if writes else _checked)(source, cleaner, baseline):
                if seen is None or not isinstance(item, Checked):
                    yield item
                    continue
                from cleaner.seen import look_up

                found = look_up(item.result, seen, cleaner.rules)
                yield item._replace(result=found)


@contextmanager
def _opened(index: str) -> Iterator[Index | None]:
    """The index to look in, if one is wanted. Raise ReadError where there is none: check makes nothing."""
    if not index:
        yield None
        return
    from pathlib import Path

    from cleaner.index import Index

    if not Path(index).is_file():
        raise ReadError(f"{index}: no such index; `cleaner dedup INPUT --index FILE` makes one")
    with Index.open(index) as opened:
        yield opened


def _checked(source: Source, cleaner: Cleaner, baseline: Baseline | None) -> Iterator[Item]:
    try:
        for item in read(source, cleaner.config):
            yield from (item,) if isinstance(item, Reject) else _one(item, cleaner, baseline)
    except ReadError as error:
        yield error
        return
    if baseline is not None:
        baseline.checks(source)


def _one(record: Record, cleaner: Cleaner, baseline: Baseline | None) -> Iterator[Item]:
    """A record checked, and what is wrong with comments in it."""
    comments: list[Comment] = []
    for found in without_wrong(comments_of(record), record, cleaner):
        if isinstance(found, ReadError):
            yield found
        else:
            comments.append(found)
    try:
        yield Checked(record, clean_accepted(record, cleaner, comments, baseline))
    except ConfigError as error:
        yield Reject(record.where, record.document.id, str(error))


def _fixed(source: Source, cleaner: Cleaner, baseline: Baseline | None) -> Iterator[Item]:
    """Check a source and replace it by what is left of it; documents without findings come first."""
    pending: list[Checked] = []
    new: dict[int, bytes] = {}  # by number of the line; a text file has one document, number 0
    for item in _checked(source, cleaner, baseline):
        if not isinstance(item, Checked) or not item.result.diagnostics:
            yield item
            if isinstance(item, ReadError):
                new.clear()
            continue
        if item.result.changed:
            new[item.record.number] = rewritten(item)
        pending.append(item)
    try:
        if new:
            with replacing(source.path) as stream, open_bytes(source.path) as old:
                lines = enumerate(old, 1) if source.kind == "jsonl" else [(0, b"")]
                for number, line in lines:
                    stream.write(new.get(number, line))
    except (ReadError, WriteError) as error:
        yield error
        new.clear()
    for item in pending:
        yield item._replace(fixed=item.record.number in new)


def rewritten(checked: Checked) -> bytes:
    """Return what a document's text file, or its line of JSONL, holds after the fix."""
    record, result, _ = checked
    return to_bytes(result.text if record.fields is None else record.with_text(result.text))


def diff(checked: Checked) -> Iterator[str]:
    """Yield the unified diff that `fix` would make to a document's file, line by line, with line ends."""
    from difflib import unified_diff

    record, result, _ = checked
    if not result.changed or record.source.kind == "html":
        return
    path = record.source.shown
    if record.fields is None:
        old, new = (_split(text) for text in (record.document.text, result.text))
        lines = unified_diff(old, new, path, path)
    else:
        hunk = f"@@ -{record.number} +{record.number} @@\n"
        pair = f"-{record.line}", f"+{record.with_text(result.text)}"
        lines = iter([f"--- {path}\n", f"+++ {path}\n", hunk, *pair])
    for line in lines:
        yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"


def _split(text: str) -> list[str]:
    """Lines with their ends; only a line feed ends one, as for every diff and patch."""
    lines = [f"{line}\n" for line in text.split("\n")]
    lines[-1] = lines[-1][:-1]
    return lines if lines[-1] else lines[:-1]
