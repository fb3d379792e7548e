"""Lines as rules for boilerplate see them: what is prose, where head and tail are, how a line is cut.

The web puts its own lines before the first paragraph, after the last one, and between paragraphs on
lines of their own. In a flattened document, one long line, the first and the last sentences stand in
for lines. What is computed here is computed once for all rules that look at a document.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import partial, wraps
from itertools import islice
from typing import Any, NamedTuple, TypeVar

from cleaner.document import ABBREVIATION, Document, Line
from cleaner.edits import Edit
from cleaner.patterns import pattern
from cleaner.phrases import (
    ENOUGH,
    LONGEST_LINE,
    SHORT,
    Phrase,
    ascii_index,
    first_word,
    index,
    is_network,
    label,
)
from cleaner.spoken import is_spoken

PROSE_BYTES = 70  # in UTF-8: about twelve words of Latin script, twenty-five Chinese characters
EDGE = 400  # characters at either end of a long line that are looked at sentence by sentence
FLAT = 600  # characters; a first line as long as this has lost its line breaks
LAST_SENTENCES = 3  # of the last line that are looked at; more go in the next pass
LONGEST_TITLE = 130  # characters; a first line up to this long may be a title with a full stop
LONGEST_HEAD = 12  # lines before the first paragraph; more of them are a list, not a head
LONGEST_BUTTONS = 6  # lines at the top among which a single button is recognised
LONGEST_LINK, FEWEST_LINKS = 40, 8  # characters of a menu's lines; so many of them in a row
STOP = pattern(r"[.!?…。！？।؟۔]['\"”’»›)\]」』）]{0,3}(?:\[\d+\])?$")

BOUNDARY = pattern(
    r"(?P<stop>[.!?…。！？][\"'”’»)\]」』）]{0,3})(?:[ \t\u00a0]{1,4}|(?<=[。！？」』）]))"
)

SPARE = 6  # characters that blanks may make a title longer by
SUM = pattern(r"[Tt]otal: [\d.,]+")  # below a table
BLANKS = frozenset(" \t\u00a0")  # may stand behind a line

Test = Callable[[str], object]
T = TypeVar("T")
Sentence = tuple[Line, str]  # with its first word


def once(find: Callable[[Document], T]) -> Callable[[Document], T]:
    """Make a function of a document keep its answer with the document: rules ask again and again."""
    name = f"{find.__module__}.{find.__qualname__}"

    @wraps(find)
    def ask(doc: Document) -> T:
        kept: dict[str, Any] = doc.__dict__
        try:
            answer: T = kept[name]
        except KeyError:
            answer = kept[name] = find(doc)
        return answer

    return ask


def is_prose(text: str) -> bool:
    """Whether a line reads like a paragraph: long enough, and it ends with a full stop or the like.

    >>> is_prose("Shares fell 4% on Tuesday after the company cut its forecast for the whole year.")
    True
    >>> is_prose("Putin triggered fear of “refugees”")
    False
    """
    if len(text) < PROSE_BYTES and len(text.encode("utf-8", "surrogatepass")) < PROSE_BYTES:
        return False
    return text[-1] == "." or STOP.search(text, len(text) - 8) is not None


def is_titled(text: str) -> bool:
    """Whether most longer words begin with a capital, as in a headline set in title case.

    >>> is_titled("Bank Cuts Forecast as Rates Rise Again"), is_titled("The Bank of England cut rates")
    (True, False)
    """
    longer = [word for word in text.split() if word[0].isalpha() and len(word) > 3]
    return len(longer) >= 4 and sum(word[0].isupper() for word in longer) >= 0.7 * len(longer)


class Frame(NamedTuple):
    """Which lines stand before the first paragraph, below it, and after the last one, by index.

    `deck` is what stands between a first paragraph that sums the story up and the second one. Without
    any paragraph there is no head.
    """

    head: range
    deck: range
    tail: range


@once
def frame(doc: Document) -> Frame:
    """Return where the head and the tail of a document lie."""
    lines = doc.lines
    first = _next_prose(doc, 0)
    if first is None:
        return Frame(range(0), range(0), range(len(lines)))
    second = _next_prose(doc, first + 1)
    if first == 0 and second and second > 1 and _is_title(lines[0].text):
        first, second = second, _next_prose(doc, second + 1)
    last = next(i for i in range(len(lines) - 1, -1, -1) if is_paragraph(doc, i))
    head = range(min(first, LONGEST_HEAD))
    has_deck = second and first < 4 and second - first <= LONGEST_BUTTONS
    return Frame(
        head, range(first + 1, second or 0) if has_deck else range(0), range(last + 1, len(lines))
    )


def is_paragraph(doc: Document, i: int) -> bool:
    """Whether a line is prose and no label: some labels are whole sentences."""
    return is_prose(doc.lines[i].text) and i not in labels(doc)


def _next_prose(doc: Document, start: int) -> int | None:
    lines, known = doc.lines, labels(doc)
    for i in range(start, len(lines)):
        if is_prose(lines[i].text) and i not in known:
            return i
    return None


def _is_title(text: str) -> bool:
    return len(text) < LONGEST_TITLE and is_titled(text)


def cut(doc: Document, indices: Iterable[int]) -> list[Edit]:
    r"""Return the deletion of whole lines, each with the line break before it; neighbours go together.

    A title that is known stays where it stands first.

    >>> [edit[:2] for edit in cut(Document("One.\n\nTwo.\nThree."), [1])]
    [(4, 10)]
    """
    if not indices:
        return []
    lines = doc.lines
    chosen = sorted(set(indices) - _title(doc))
    return [
        Edit(lines[first - 1].end, _past_blanks(doc.text, lines[last].end))
        if first
        else Edit(0, lines[last + 1].start if last + 1 < len(lines) else len(doc.text))
        for first, last in runs(chosen)
    ]


@once
def _title(doc: Document) -> frozenset[int]:
    """Return the line that is the known title of a document, where it stands first."""
    if not doc.title:
        return frozenset()
    title, size = doc.title.casefold().split(), len(doc.title) + SPARE
    same = (
        i
        for i, line in enumerate(doc.lines)
        if len(line.text) < size and line.text.casefold().split() == title
    )
    return frozenset(islice(same, 1))


def _past_blanks(text: str, end: int) -> int:
    while text[end : end + 1] in BLANKS:
        end += 1
    return end


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


@once
def first_words(doc: Document) -> tuple[str, ...]:
    """Return the first word of every line, as `phrases.first_word` gives it."""
    return tuple([first_word(line.text) for line in doc.lines])


def lines_starting(doc: Document, words: Collection[str]) -> list[int]:
    """Return the lines that begin with one of these words."""
    if starts(doc).isdisjoint(words):
        return []
    return [i for i, word in enumerate(first_words(doc)) if word in words]


def unspoken(test: Test) -> Test:
    """Return a test that lines pass only if nobody is said to say them."""
    return lambda text: test(text) and not is_spoken(text)


def cut_where(doc: Document, test: Test) -> list[Edit]:
    """Return the deletion of the lines that pass a test, but for those somebody is said to say."""
    test = unspoken(test)
    return cut(doc, [i for i, line in enumerate(doc.lines) if test(line.text)])


def cut_units(doc: Document, words: frozenset[str], test: Test) -> list[Edit]:
    """Return the deletion of lines, and sentences at the edges, that begin with a word and pass a test."""
    if words.isdisjoint(starts(doc)):
        return []
    lines, passes = doc.lines, unspoken(test)
    found = cut(doc, [i for i in lines_starting(doc, words) if passes(lines[i].text)])
    return [*found, *cut_edges(doc, words, test)]


def cut_edges(doc: Document, words: Collection[str] | None, test: Test) -> list[Edit]:
    """Return the deletion of such sentences at the end of the last line and the head of a long first one."""
    opening, closing = edges(doc)
    test = unspoken(test)
    found = []
    end = len(closing)
    while (
        end and (words is None or closing[end - 1][1] in words) and test(closing[end - 1][0].text)
    ):
        end -= 1
    if end < len(closing):
        before = closing[end - 1][0].end if end else _end_before(doc.text, closing[0][0].start)
        found.append(Edit(before, closing[-1][0].end))
    begin = 0
    while (
        begin < len(opening)
        and (words is None or opening[begin][1] in words)
        and test(opening[begin][0].text)
    ):
        begin += 1
    if 0 < begin < len(opening):
        found.append(Edit(opening[0][0].start, opening[begin][0].start))
    return found


def _end_before(text: str, start: int) -> int:
    while start and text[start - 1].isspace():
        start -= 1
    return start


@once
def edges(doc: Document) -> tuple[tuple[Sentence, ...], tuple[Sentence, ...]]:
    """Return the first sentences of a long first line, and the last ones of the last line.

    The outermost of those looked at, which may be cut off, is left out, so a line never goes as a whole.
    """
    if not doc.lines:
        return (), ()
    first, last = doc.lines[0], doc.lines[-1]
    opening: list[Sentence] = []
    if len(first.text) >= FLAT:
        end = first.start + EDGE
        stops = [m for m in BOUNDARY.finditer(doc.text, first.start, end) if _ends(doc.text, m)]
        bounds = [first.start, *(m.end() for m in stops)]
        opening = [
            _sentence(doc.text, start, m.end("stop"))
            for start, m in zip(bounds, stops, strict=False)
        ]
    closing: list[Sentence] = []
    end = last.end
    for match in reversed(list(BOUNDARY.finditer(doc.text, max(last.start, end - EDGE), end))):
        if len(closing) == LAST_SENTENCES:
            break
        if match.end() < end and _ends(doc.text, match):
            closing.append(_sentence(doc.text, match.end(), end))
            end = match.end("stop")
    return tuple(opening), tuple(reversed(closing))


def _ends(text: str, stop: re.Match[str]) -> bool:
    """Whether a sentence ends here: no abbreviation, and what follows can begin one."""
    if text[stop.end() : stop.end() + 1].islower():
        return False
    return not ABBREVIATION.search(text[max(0, stop.end("stop") - 12) : stop.end("stop")])


def _sentence(text: str, start: int, end: int) -> Sentence:
    words = text[start:end]
    return Line(start, end, words), first_word(words)


@once
def starts(doc: Document) -> frozenset[str]:
    """Return the first words of all lines, and of the sentences at the edges."""
    return frozenset(first_words(doc)).union(word for side in edges(doc) for _, word in side)


@once
def labels(doc: Document) -> Mapping[int, Phrase]:
    """Return what lines of a document are by the phrase tables, by index."""
    lines, known = doc.lines, ascii_index() if doc.text.isascii() else index()
    firsts, long_firsts, last_letters = known.firsts, known.long_firsts, known.last_letters
    found = {}
    for i, word in enumerate(first_words(doc)):
        text = lines[i].text
        # What `label` would ask first, asked here: a call for each line of each document costs too much.
        if len(text) > SHORT:
            if word not in long_firsts or len(text) > LONGEST_LINE:
                continue
        elif word not in firsts and text[-2:] not in last_letters:
            continue
        if (phrase := label(text, word)) and not is_spoken(text):
            found[i] = phrase
    return found


@once
def labelled(doc: Document) -> Mapping[str, Sequence[int]]:
    """Return the lines that are certainly labels, by kind.

    A strong one is; a weak one is beside a strong one, whose kind it takes, in a block of three, as a
    button before the first paragraph, or as the last line.
    """
    found = labels(doc)
    certain: dict[str, list[int]] = {}
    for first, last in runs(list(found)):
        block = [found[i] for i in range(first, last + 1)]
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
        last = doc.lines[i].text
        is_sentence = last[-1] == "." and last.count(" ") < 2 and not last.endswith("...")
        return phrase.kind != "player" and not is_sentence and not SUM.fullmatch(last)
    if i == 0 and len(head) == 1 and " " in doc.lines[0].text:
        return False  # of several words, and alone above the first paragraph: it may be the title
    is_button = phrase.kind in ("sharing", "subscribe", "navigation") and not is_network(
        doc.lines[i].text
    )
    return is_button and i in head and i < LONGEST_BUTTONS


@once
def _label_edits(doc: Document) -> Mapping[str, Sequence[Edit]]:
    """The deletions of the lines that are labels, and of strong ones among the sentences at the edges."""
    found: dict[str, list[Edit]] = {kind: cut(doc, where) for kind, where in labelled(doc).items()}
    kinds = {
        p.kind for side in edges(doc) for s, word in side if (p := label(s.text, word)) and p.strong
    }
    for kind in kinds:
        found.setdefault(kind, []).extend(cut_edges(doc, None, partial(_is_label, kind)))
    return found


def _is_label(kind: str, text: str) -> bool:
    found = label(text)
    return found is not None and found.strong and found.kind == kind


def cut_labelled(doc: Document, kind: str) -> Sequence[Edit]:
    """Return the deletion of the lines that are labels of a kind, and of such sentences at the edges."""
    return _label_edits(doc).get(kind, ())


LONGEST_SLASHED, SHORTEST_CAPITALS, FLAT_END = 130, 30, 400
ODD_STARTS = frozenset("<–—-[{.%w0123456789")
ODD_WORDS = frozenset({"null", "undefined", "NaN"})


def _is_marks(text: str) -> bool:
    return not text[0].isalnum() and len(text) < 60 and not any(map(str.isalnum, text))


@once
def signals(doc: Document) -> frozenset[str]:
    """Return what rules may look for in a document: first words, and signs of shape that begin with "=".

    "=comments" and so on: a label of that kind, "=label" one of any kind; "=head", "=deck", "=tail":
    lines there; "=colon", "=digit": a line that ends so; "=slash", "=capitals", "=word", "=odd": a
    short line with a slash, in capitals, without a blank, or that looks unlike prose; "=marks": a first
    or last line without letters; "=flat": a long last line. Asked once for each document, so that a rule
    whose lines can't be there is not called.
    """
    found = {f"={kind}" for kind in _label_edits(doc)}
    if labels(doc):
        found.add("=label")
    frames = frame(doc)
    found.update(
        name for name, where in zip(("=head", "=deck", "=tail"), frames, strict=True) if where
    )
    lines = doc.lines
    slashed = "/" in doc.text or "|" in doc.text
    for line in lines:
        text = line.text
        size, last = len(text), text[-1]
        if last == ":":
            found.add("=colon")
        elif last.isdigit():
            found.add("=digit")
        if size >= 260:
            continue
        if text[0] in ODD_STARTS or "." in text[-6:-3] or "_" in text or text in ODD_WORDS:
            found.add("=odd")
        if size <= LONGEST_SLASHED:
            if slashed and ("/" in text or "|" in text):
                found.add("=slash")
            if size >= SHORTEST_CAPITALS and text.isupper():
                found.add("=capitals")
    if any(" " not in line.text for line in lines):
        found.add("=word")
    if lines:
        if _is_marks(lines[0].text) or _is_marks(lines[-1].text):
            found.add("=marks")
        if len(lines[-1].text) > FLAT_END:
            found.add("=flat")
    return starts(doc) | found
