"""Lines as rules for boilerplate see them: what is prose, where head and tail are, how a line is cut.

The web puts its own lines before the first paragraph, after the last one, and between paragraphs on
lines of their own. In a flattened document, one long line, the first and the last sentences stand in
for lines.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from cleaner.document import Document, Line, sentences
from cleaner.edits import Edit
from cleaner.phrases import LONGEST_LINE, Phrase, label

PROSE_BYTES = 70  # in UTF-8: about twelve words of Latin script, twenty-five Chinese characters
EDGE = 500  # characters at either end of a flattened line that are looked at sentence by sentence
LONGEST_HEAD = 12  # lines before the first paragraph; more of them are a list, not a head
STOP = re.compile(r"[.!?…。！？।؟።۔]['\"”’»›)\]」』）]{0,3}(?:\[\d+\])?$")

Test = Callable[[str], object]


class Frame(NamedTuple):
    """Which lines stand before the first paragraph and after the last one, by index: two ranges."""

    head: range
    tail: range


def is_prose(text: str) -> bool:
    """Whether a line reads like a paragraph: long enough, and it ends with a full stop or the like.

    >>> is_prose("Shares fell 4% on Tuesday after the company cut its forecast for the whole year.")
    True
    >>> is_prose("Putin triggered fear of “refugees”")
    False
    """
    return len(text.encode("utf-8", "surrogatepass")) >= PROSE_BYTES and STOP.search(text, len(text) - 8) is not None


@lru_cache(maxsize=4)
def frame(doc: Document) -> Frame:
    """Return where the head and the tail of a document lie."""
    lines = doc.lines
    first = next((i for i, line in enumerate(lines) if is_prose(line.text)), None)
    if first is None:
        return Frame(range(min(len(lines), LONGEST_HEAD)), range(len(lines)))
    last = next(i for i in range(len(lines) - 1, -1, -1) if is_prose(lines[i].text))
    return Frame(range(min(first, LONGEST_HEAD)), range(last + 1, len(lines)))


def cut(doc: Document, indices: Iterable[int]) -> Iterator[Edit]:
    """Yield the deletion of whole lines, each with the line break before it; neighbours go together.

    >>> [edit[:2] for edit in cut(Document("One.\\n\\nTwo.\\nThree."), [1])]
    [(4, 10)]
    """
    lines = doc.lines
    for first, last in runs(sorted(set(indices))):
        if first:
            yield Edit(lines[first - 1].end, lines[last].end)
        else:
            yield Edit(0, lines[last + 1].start if last + 1 < len(lines) else len(doc.text))


def runs(numbers: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield the first and last of every run of consecutive numbers.

    >>> list(runs([1, 2, 3, 7]))
    [(1, 3), (7, 7)]
    """
    start = 0
    for i in range(1, len(numbers) + 1):
        if i == len(numbers) or numbers[i] != numbers[i - 1] + 1:
            yield numbers[start], numbers[i - 1]
            start = i


def cut_where(doc: Document, test: Test, where: Iterable[int] | None = None) -> Iterator[Edit]:
    """Yield the deletion of the lines that pass a test, of all or of those `where` points at."""
    lines = doc.lines
    chosen = range(len(lines)) if where is None else where
    return cut(doc, (i for i in chosen if test(lines[i].text)))


def cut_edges(doc: Document, test: Test) -> Iterator[Edit]:
    """Yield the deletion of the sentences that pass a test at the end and beginning of long lines there."""
    last, first = closing(doc), opening(doc)
    end = len(last)
    while end and test(last[end - 1].text):
        end -= 1
    if end < len(last):
        yield Edit(last[end - 1].end if end else last[0].start, last[-1].end)
    begin = 0
    while begin < len(first) and test(first[begin].text):
        begin += 1
    if 0 < begin < len(first):
        yield Edit(first[0].start, first[begin].start)


@lru_cache(maxsize=4)
def closing(doc: Document) -> tuple[Line, ...]:
    """Return the last sentences of the last line, without the first of those looked at."""
    if not doc.lines:
        return ()
    line = doc.lines[-1]
    start = max(line.start, line.end - EDGE)
    found = [Line(start + s.start, start + s.end, s.text) for s in sentences(doc.text[start : line.end])]
    return tuple(found[1:])


@lru_cache(maxsize=4)
def opening(doc: Document) -> tuple[Line, ...]:
    """Return the first sentences of the first line, without the last of those looked at."""
    if not doc.lines:
        return ()
    line = doc.lines[0]
    found = [
        Line(line.start + s.start, line.start + s.end, s.text)
        for s in sentences(doc.text[line.start : min(line.end, line.start + EDGE)])
    ]
    return tuple(found[:-1])


@lru_cache(maxsize=4)
def labels(doc: Document) -> tuple[Phrase | None, ...]:
    """Return what each line of a document is by the phrase tables."""
    return tuple(label(line.text) if len(line.text) <= LONGEST_LINE else None for line in doc.lines)


def labelled(doc: Document, *kinds: str) -> Iterator[int]:
    """Yield the lines that are labels of these kinds: strong ones, and weak ones beside another label."""
    found = labels(doc)
    for first, last in runs([i for i, phrase in enumerate(found) if phrase]):
        block = [phrase for phrase in found[first : last + 1] if phrase]
        certain = any(phrase.strong for phrase in block) or len(block) > 2
        yield from (i for i in range(first, last + 1) if certain and _of(found[i], kinds))


def _of(phrase: Phrase | None, kinds: Sequence[str]) -> bool:
    return phrase is not None and phrase.kind in kinds
