"""Lines as rules for boilerplate see them: what is prose, where head and tail are, how a line is cut.

The web puts its own lines before the first paragraph, after the last one, and between paragraphs on
lines of their own. In a flattened document, one long line, the first and the last sentences stand in
for lines.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from cleaner.document import Document, Line, sentences
from cleaner.edits import Edit
from cleaner.phrases import ENOUGH, LONGEST_LINE, Phrase, is_network, label

LONGEST_TITLE = 130  # characters; a first line up to this long may be a title with a full stop
PROSE_BYTES = 70  # in UTF-8: about twelve words of Latin script, twenty-five Chinese characters
EDGE = 500  # characters at either end of a flattened line that are looked at sentence by sentence
LONGEST_BUTTONS = 6  # lines at the top among which a single button is recognised
LONGEST_HEAD = 12  # lines before the first paragraph; more of them are a list, not a head
STOP = re.compile(r"[.!?…。！？।؟።۔]['\"”’»›)\]」』）]{0,3}(?:\[\d+\])?$")

Test = Callable[[str], object]


def is_titled(text: str) -> bool:
    """Whether most longer words begin with a capital, as in a headline set in title case.

    >>> is_titled("Bank Cuts Forecast as Rates Rise Again"), is_titled("The Bank of England cut its rates")
    (True, False)
    """
    longer = [word for word in text.split() if word[0].isalpha() and len(word) > 3]
    return len(longer) >= 4 and sum(word[0].isupper() for word in longer) >= 0.7 * len(longer)


class Frame(NamedTuple):
    """Which lines stand before the first paragraph, below it, and after the last one, by index.

    `deck` is what stands between a first paragraph that sums the story up and the second one.
    """

    head: range
    deck: range
    tail: range


def is_prose(text: str) -> bool:
    """Whether a line reads like a paragraph: long enough, and it ends with a full stop or the like.

    >>> is_prose("Shares fell 4% on Tuesday after the company cut its forecast for the whole year.")
    True
    >>> is_prose("Putin triggered fear of “refugees”")
    False
    """
    return (
        len(text.encode("utf-8", "surrogatepass")) >= PROSE_BYTES
        and STOP.search(text, len(text) - 8) is not None
    )


@lru_cache(maxsize=4)
def frame(doc: Document) -> Frame:
    """Return where the head and the tail of a document lie."""
    lines = doc.lines
    first = _next_prose(lines, 0)
    if first is None:
        return Frame(range(min(len(lines), LONGEST_HEAD)), range(0), range(len(lines)))
    second = _next_prose(lines, first + 1)
    if first == 0 and second and second > 1 and len(lines[0].text) < LONGEST_TITLE and is_titled(lines[0].text):
        first, second = second, _next_prose(lines, second + 1)
    last = next(i for i in range(len(lines) - 1, -1, -1) if is_prose(lines[i].text))
    head = range(min(first, LONGEST_HEAD))
    deck = range(first + 1, second) if second and first < 4 and second - first <= LONGEST_BUTTONS else range(0)
    return Frame(head, deck, range(last + 1, len(lines)))


def _next_prose(lines: Sequence[Line], start: int) -> int | None:
    return next((i for i in range(start, len(lines)) if is_prose(lines[i].text)), None)


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
    found = [
        Line(start + s.start, start + s.end, s.text) for s in sentences(doc.text[start : line.end])
    ]
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


@lru_cache(maxsize=4)
def labelled(doc: Document) -> Mapping[str, Sequence[int]]:
    """Return the lines that are certainly labels, by kind.

    A strong one is; a weak one is beside a strong one, whose kind it takes, in a block of three, as a
    button before the first paragraph, or as the last line.
    """
    found = labels(doc)
    marked = [i for i, phrase in enumerate(found) if phrase]
    certain: dict[str, list[int]] = {}
    for first, last in runs(marked):
        block = [phrase for phrase in found[first : last + 1] if phrase]
        kind = next((phrase.kind for phrase in block if phrase.strong), "")
        for i, phrase in enumerate(block, first):
            kind = phrase.kind if phrase.strong else kind
            if kind or len(block) >= ENOUGH or _at_edge(doc, i, phrase):
                certain.setdefault(kind or phrase.kind, []).append(i)
    return certain


def _at_edge(doc: Document, i: int, phrase: Phrase) -> bool:
    """Whether a weak label stands where only a page puts it."""
    head, _, tail = frame(doc)
    if i == len(doc.lines) - 1 and i in tail and i > 0:
        return phrase.kind != "player"
    is_button = phrase.kind in ("sharing", "subscribe", "navigation") and not is_network(doc.lines[i].text)
    return is_button and i in head and i < LONGEST_BUTTONS and len(head) < len(doc.lines)


def cut_labelled(doc: Document, *kinds: str) -> Iterator[Edit]:
    """Yield the deletion of the lines that are labels of these kinds, and of such sentences at the edges."""
    certain = labelled(doc)
    if any(kind in certain for kind in kinds):
        yield from cut(doc, (i for kind in kinds for i in certain.get(kind, ())))
    yield from cut_edges(doc, lambda text: (p := label(text)) and p.strong and p.kind in kinds)


def cut_units(doc: Document, test: Test) -> Iterator[Edit]:
    """Yield the deletion of the lines that pass a test, and of the sentences at the edges that do."""
    yield from cut_where(doc, test)
    yield from cut_edges(doc, test)
