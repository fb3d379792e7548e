"""Quotation marks of a text as a reader takes them: which open, which close, which do neither."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import NamedTuple

from cleaner.blocks import once
from cleaner.document import Document, Line, lines
from cleaner.edits import Edit, Span
from cleaner.lexicon import word_set
from cleaner.rule import pattern

CURLY = pattern("[“”]")
OPENS_AFTER = frozenset(" \t\xa0([{—–-/‘'\"“")
CLOSES_BEFORE = frozenset(" \t\xa0)]}—–-/’'\".,;:!?…”")
STOPS = frozenset(".,!?…")
# What writers add to a quoted word: “tweet”ing is not two words.
SUFFIXES = word_set("s es ed d ing er ers ness ish like ism isms ly y")
MANY = 5000  # marks in one line; the longest story that is one line has some hundreds
WORD = pattern(r"[^\W\d_]{1,20}")


class Mark(NamedTuple):
    """A mark in a line: where, which glyph, whether white space or the like is beside it."""

    at: int
    glyph: str
    before: str
    after: str

    @property
    def opens(self) -> bool:
        return self.before in OPENS_AFTER and self.after not in CLOSES_BEFORE

    @property
    def closes(self) -> bool:
        return self.before not in OPENS_AFTER and self.after in CLOSES_BEFORE

    @property
    def glued(self) -> bool:
        return self.before not in OPENS_AFTER and self.after.isalnum()


def _mark(text: str, at: int, start: int, end: int) -> Mark:
    """The mark at an offset of the line from start to end."""
    before, after = text[at - 1] if at > start else " ", text[at + 1] if at + 1 < end else " "
    return Mark(at, text[at], before, after)


def _marks(found: re.Pattern[str], text: str, start: int, end: int) -> list[Mark]:
    return [_mark(text, match.start(), start, end) for match in found.finditer(text, start, end)]


def _apart(text: str, mark: Mark) -> bool:
    """Whether what follows a closing mark is a word of its own."""
    match = WORD.match(text, mark.at + 1)
    if not match or match[0].lower() in SUFFIXES:
        return False
    return mark.before in STOPS or match[0][0].isupper() or len(match[0]) > 3


class Marks(NamedTuple):
    """What is to be done about the curly marks of a text, by kind of damage."""

    turned: tuple[Edit, ...] = ()
    glued_closing: tuple[Edit, ...] = ()
    glued_opening: tuple[Edit, ...] = ()
    spaced: tuple[Edit, ...] = ()
    unpaired: tuple[Span, ...] = ()


class Reading(NamedTuple):
    """What a curly mark shows, the edit that mends it, and whether a quotation is open after it."""

    kind: str
    edit: Edit | None
    inside: bool


@once
def read_marks(doc: Document) -> Marks:
    """Return what is to be done about the curly quotation marks of an English text."""
    text = doc.text
    edits: dict[str, list[Edit]] = {name: [] for name in Marks._fields}
    unpaired: list[Span] = []
    carried = False  # a paragraph before left a quotation open
    waiting: Span | None = None  # an opening mark; the next paragraph may open the quotation anew
    for line in lines(text):
        if waiting and not line.text.startswith("“"):
            unpaired.append(waiting)
        waiting = None
        if "„" in line.text:
            continue
        inside, opened = False, line.start
        marks = _marks(CURLY, text, line.start, line.end)
        if len(marks) > MANY:
            continue
        for mark, following in zip_longest(marks, marks[1:]):
            was_inside = inside
            turn = following.glyph if following else ""
            kind, edit, inside = _reading(text, mark, turn, inside=inside, first=mark is marks[0])
            if edit:
                edits[kind].append(edit)
            elif kind == "unpaired" and not carried:
                unpaired.append(Span(mark.at, mark.at + 1))
            if inside and not was_inside:
                opened = mark.at
            carried = carried and inside
        carried = carried or inside
        if inside and opened > line.start:
            waiting = Span(opened, opened + 1)
    if waiting:
        unpaired.append(waiting)
    return Marks(
        tuple(edits["turned"]),
        tuple(edits["glued_closing"]),
        tuple(edits["glued_opening"]),
        tuple(edits["spaced"]),
        tuple(unpaired),
    )


def _reading(text: str, mark: Mark, following: str, *, inside: bool, first: bool) -> Reading:
    """Read a curly mark; `following` is the next one of its line."""
    read = _opening if mark.glyph == "“" else _closing
    return read(text, mark, following, inside=inside, first=first)


def _opening(text: str, mark: Mark, following: str, *, inside: bool, first: bool) -> Reading:
    at = mark.at
    if inside and mark.closes:
        return Reading("turned", Edit(at, at + 1, "”"), inside=False)
    sentence = mark.after.isupper() or mark.before in STOPS
    if inside and mark.glued and following != "”" and sentence:
        return Reading("turned", Edit(at, at + 1, "” "), inside=False)
    if mark.before.isspace() and mark.after.isspace() and not inside and following != "“":
        return Reading("spaced", _after(text, at), inside=True)
    paired = following == "”" or (first and mark.after.isupper())
    if not inside and mark.glued and mark.before.isalpha() and paired:
        return Reading("glued_opening", Edit(at, at, " "), inside=True)
    return Reading("", None, inside=True)


def _closing(text: str, mark: Mark, following: str, *, inside: bool, first: bool) -> Reading:
    at = mark.at
    if mark.opens and not inside and following == "”" and mark.after.isalnum():
        return Reading("turned", Edit(at, at + 1, "“"), inside=True)
    if mark.before.isspace() and inside and not mark.after.isalnum():
        return Reading("spaced", _before(text, at), inside=False)
    if mark.glued and _apart(text, mark) and (inside or (first and following != "”")):
        return Reading("glued_closing", Edit(at + 1, at + 1, " "), inside=False)
    return Reading("" if inside else "unpaired", None, inside=False)


def _after(text: str, at: int) -> Edit | None:
    """The deletion of one or two blanks after an opening mark."""
    end = at + 1
    while end < at + 3 and text[end : end + 1] in (" ", "\xa0"):
        end += 1
    return Edit(at + 1, end) if text[end : end + 1].isalnum() else None


def _before(text: str, at: int) -> Edit | None:
    """The deletion of one or two blanks before a closing mark."""
    start = at
    while start > at - 2 and text[start - 1] in " \xa0":
        start -= 1
    # A thin blank between two closing marks is a printer's choice.
    clear = start and not text[start - 1].isspace() and text[start - 1] not in "’'"
    return Edit(start, at) if clear else None


class Straight(NamedTuple):
    """What is to be done about the straight marks of a text."""

    glued: tuple[Edit, ...] = ()
    spaced: tuple[Edit, ...] = ()
    mixed: tuple[Edit, ...] = ()
    apostrophes: tuple[Edit, ...] = ()
    unpaired: tuple[Span, ...] = ()


STRAIGHT = pattern('"')
ODD_STRAIGHT = pattern(r'"(?:(?<=[A-Za-z.,!?]")[A-Za-z]|[ ](?<= " ))')
TOUCHES_WORD = pattern(r"""\"(?<=[^ \t\n\xa0([{—–\-/‘'"“]\")\w""")
INCHES = pattern(r'"(?<=[\d=]")')
# Iran"s: typed for an apostrophe.
TYPED_APOSTROPHE = pattern(r'"(?<=[A-Za-z]")s(?![A-Za-z])')


@once
def read_straight(doc: Document) -> Straight:
    """Return what is to be done about the straight quotation marks of an English text."""
    text = doc.text
    if '"' not in text:
        return Straight()
    curly, odd = "”" in text, ODD_STRAIGHT.search(text)
    between = text.split('"')
    if len(between) % 2 and "\n" not in "".join(between[1::2]) and not (curly or odd):
        return Straight()  # every line has pairs
    padded = ' " ' in text
    glued: list[Edit] = []
    spaced: list[Edit] = []
    mixed: list[Edit] = []
    apostrophes: list[Edit] = []
    unpaired: list[Span] = []
    carried = False  # a paragraph before left a quotation open
    waiting: Span | None = None
    for line in lines(text):
        if waiting and not line.text.startswith(('"', "“")):
            unpaired.append(waiting)
        waiting = None
        if '"' not in line.text or INCHES.search(line.text):
            carried = carried and "”" not in line.text
            continue
        if not (curly or padded) and _as_usual(text, line):
            continue
        marks = _marks(STRAIGHT, text, line.start, line.end)
        if len(marks) > MANY:
            continue
        if "“" in line.text or "”" in line.text:
            mixed += _mixed(text, line, marks, curly=curly)
            continue
        typed = {match.start() for match in TYPED_APOSTROPHE.finditer(text, line.start, line.end)}
        if typed and (len(marks) - len(typed)) % 2 == 0:
            apostrophes += (Edit(at, at + 1, "'") for at in sorted(typed))
            marks = [mark for mark in marks if mark.at not in typed]
        if not marks:
            continue
        base = int(marks[0].closes)  # 1 where the paragraph begins inside a quotation
        glued += _glued(text, marks, base)
        spaced += _spaced(text, marks, base) if padded else ()
        lonely = len(marks) == 1
        if lonely and base and not carried:
            unpaired.append(Span(marks[0].at, marks[0].at + 1))
        carried = (carried or lonely) and not base
        if (
            (len(marks) + base) % 2
            and marks[-1].opens
            and marks[-1].at > line.start
            and _agree(marks, base)
        ):
            waiting = Span(marks[-1].at, marks[-1].at + 1)
            carried = True
    if waiting:
        unpaired.append(waiting)
    return Straight(tuple(glued), tuple(spaced), tuple(mixed), tuple(apostrophes), tuple(unpaired))


def _as_usual(text: str, line: Line) -> bool:
    """Whether the straight marks of a line are in pairs, begin with an opening one, and touch no word."""
    first = _mark(text, text.index('"', line.start), line.start, line.end)
    return not (
        line.text.count('"') % 2 or first.closes or TOUCHES_WORD.search(text, line.start, line.end)
    )


def _agree(marks: Sequence[Mark], base: int) -> bool:
    """Whether marks open and close by turns, as far as their neighbours tell."""
    return not any(
        mark.closes if (number + base) % 2 == 0 else mark.opens for number, mark in enumerate(marks)
    )


def _glued(text: str, marks: Sequence[Mark], base: int) -> Iterator[Edit]:
    """Blanks that are missing outside straight marks, up to the first mark that contradicts its turn."""
    for number, mark in enumerate(marks):
        opening = (number + base) % 2 == 0
        if not _agree(marks[number : number + 2], int(not opening)):
            return
        if mark.glued and opening and (mark.before.isalnum() or mark.before in STOPS):
            yield Edit(mark.at, mark.at, " ")
        elif mark.glued and not opening and _apart(text, mark):
            yield Edit(mark.at + 1, mark.at + 1, " ")


def _spaced(text: str, marks: Sequence[Mark], base: int) -> Iterator[Edit]:
    """Blanks inside straight marks, in paragraphs where all other marks know their turn."""
    if (len(marks) + base) % 2 or not _agree(marks, base):
        return
    for number, mark in enumerate(marks):
        if mark.before.isspace() and mark.after.isspace():
            opening = (number + base) % 2 == 0
            edit = _after(text, mark.at) if opening else _before(text, mark.at)
            if edit:
                yield edit


def _mixed(text: str, line: Line, straight: Sequence[Mark], *, curly: bool) -> Iterator[Edit]:
    """Closing marks of another kind than the opening one before them."""
    inside = ""
    for mark in sorted([*straight, *_marks(CURLY, text, line.start, line.end)]):
        if mark.glyph == '"' and inside == "“" and mark.closes and curly and len(straight) == 1:
            yield Edit(mark.at, mark.at + 1, "”")
            inside = ""
        elif mark.glyph == "”" and inside == '"' and not mark.opens:
            yield Edit(mark.at, mark.at + 1, '"')
            inside = ""
        elif mark.glyph == '"':
            inside = '"' if mark.opens and not inside else ""
        else:
            inside = "“" if mark.glyph == "“" else ""
