"""Findings that somebody has looked at and accepted: by a comment in the file, or in a baseline.

Accepted text is neither reported nor fixed. This is for checking files where they are; `cleaner clean`
knows per-file-ignores and ignore-key, which hold for whole documents.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from cleaner.engine import Diagnostic, Result
from cleaner.errors import ConfigError, ReadError
from cleaner.formats import PACKED, Record, Source, open_bytes
from cleaner.rule import pattern

if TYPE_CHECKING:
    from cleaner.baseline import Baseline
    from cleaner.config import Config
    from cleaner.document import Document
    from cleaner.pipeline import Cleaner

HTML_COMMENT = r"<!--[ \t]*cleaner:[ \t]*ignore(-file)?\b[ \t:]*([^<>\n]{0,500}?)[ \t]*-->"
COMMENT = pattern(HTML_COMMENT)
WITH_BLANKS = pattern(rf"\s{{0,200}}{HTML_COMMENT}[ \t]*")  # no rule takes the lines apart, either
SIGN = "cleaner:"
TRIES = 3


class Comment(NamedTuple):
    """A comment: the codes it names, and where its line, or the line that it stands above, is."""

    codes: tuple[str, ...]
    start: int
    end: int
    whole: bool  # for the whole document


def comments_of(record: Record) -> list[Comment]:
    """Return the comments of a Markdown file or a page. In a page each stands for all of it.

    Raise ReadError where the page can't be read again.
    """
    source = record.source
    if source.kind == "html":
        with open_bytes(source.path) as stream:
            page = stream.read().decode("utf-8", "replace")
        return [found._replace(whole=True) for found in _comments(page)]
    return list(_comments(record.document.text)) if _is_markdown(source) else []


def _is_markdown(source: Source) -> bool:
    path = source.path.lower()
    for suffix in PACKED:
        path = path.removesuffix(suffix)
    return path.endswith(".md")


def _comments(text: str) -> Iterator[Comment]:
    if SIGN not in text:
        return
    for found in COMMENT.finditer(text):
        codes = tuple(found[2].replace(",", " ").split())
        start = text.rfind("\n", 0, found.start()) + 1
        end = _line_end(text, found.end())
        if not (
            text[start : found.start()] + text[found.end() : end]
        ).strip():  # alone: the next line
            below = end + len(text[end:]) - len(text[end:].lstrip())
            end = _line_end(text, below)
        yield Comment(codes, start, end, bool(found[1]))


def _line_end(text: str, position: int) -> int:
    end = text.find("\n", position)
    return end if end >= 0 else len(text)


def without_wrong(
    comments: Iterable[Comment], record: Record, cleaner: Cleaner
) -> Iterator[Comment | ReadError]:
    """Yield comments; an error in place of each that names no rule, or one that doesn't exist."""
    for comment in comments:
        try:
            if not comment.codes:
                raise ConfigError("it names no rule")  # noqa: TRY301 - said like an unknown one
            cleaner.refuse_unknown(comment.codes)
            yield comment
        except ConfigError as error:
            yield ReadError(f"{record.where}: a comment says `cleaner: ignore`, but {error}")


def ignored_in(record: Record, config: Config, comments: Iterable[Comment]) -> tuple[str, ...]:
    """Return the codes to leave out for a whole document. Raise ConfigError where its field holds none."""
    said = (code for comment in comments if comment.whole for code in comment.codes)
    return *config.ignored_in(record.source.path, record.source.name, record.fields), *said


def names(code: str, found: Diagnostic) -> bool:
    """Whether a code, prefix or name is that of a finding's rule."""
    return found.code.startswith(code) or found.name == code


def clean_accepted(
    record: Record, cleaner: Cleaner, comments: Sequence[Comment], baseline: Baseline | None
) -> Result:
    """Clean a document, without the findings that are accepted.

    What is left is exactly what would be found otherwise, less what is accepted; a fix that can't be made
    beside accepted text is not `applied`. Raise ConfigError where the record ignores what doesn't exist.
    """
    document = record.document
    ignore = ignored_in(record, cleaner.config, comments)
    lines = [comment for comment in comments if not comment.whole]
    keep = [WITH_BLANKS] if comments and record.source.kind != "html" else []
    first = cleaner.clean(document, ignore=ignore, keep=keep)
    accepted: list[Diagnostic] = []
    left: list[Diagnostic] = []
    for found in first.diagnostics:
        known = _on_a_line(found, document, lines) or (
            baseline is not None and baseline.hides(record, found)
        )
        (accepted if known else left).append(found)
    if not accepted:
        return first
    if not any(found.applied for found in accepted):
        return Result(document, first.text, first.edits, left)
    again = _around(accepted, left, document, cleaner, ignore=ignore, keep=keep)
    done = set(again.diagnostics)
    left = [found if found in done else found._replace(applied=False) for found in left]
    return Result(document, again.text, again.edits, left)


def _on_a_line(found: Diagnostic, document: Document, lines: Iterable[Comment]) -> bool:
    """Whether a finding stands on a line that a comment names it for; one about the document doesn't."""
    if found.new is None and (found.start, found.end) == (0, len(document.text)):
        return False
    from cleaner.report.place import spot

    start, end = spot(document.text, found.start, found.end)
    return any(
        start <= comment.end
        and end >= comment.start
        and any(names(code, found) for code in comment.codes)
        for comment in lines
    )


def _around(
    accepted: Iterable[Diagnostic],
    left: Iterable[Diagnostic],
    document: Document,
    cleaner: Cleaner,
    *,
    ignore: Sequence[str],
    keep: Sequence[re.Pattern[str]],
) -> Result:
    """Clean a document around accepted text. No edit is made that was not found without it."""
    wanted = {found for found in left if found.applied}
    kept = [*keep, *(_literal(document.text, found) for found in accepted if found.applied)]
    for _ in range(TRIES):
        result = cleaner.clean(document, ignore=ignore, keep=kept)
        done = [found for found in result.diagnostics if found.applied]
        strange = [found for found in done if found not in wanted]
        if not strange:
            return result
        kept += [_literal(document.text, found) for found in strange]
    return Result(document, document.text, [], [])


def _literal(text: str, found: Diagnostic) -> re.Pattern[str]:
    """A pattern for what was found, with as much around it as no other place of the text has."""
    more = 1
    while True:
        piece = text[max(0, found.start - more) : found.end + more]
        if more > len(text) or text.find(piece) == text.rfind(piece):
            return re.compile(re.escape(piece))
        more *= 2
