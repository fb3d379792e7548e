"""Quotation marks of a text as a reader takes them: which open, which close, which do neither."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from cleaner.document import lines
from cleaner.edits import Edit, Span
from cleaner.rule import pattern

CURLY = pattern("[“”]")
OPENS_AFTER = frozenset(" \t\xa0([{—–-/‘'\"“")
CLOSES_BEFORE = frozenset(" \t\xa0)]}—–-/’'\".,;:!?…”")
STOPS = frozenset(".,!?…")
# What writers add to a quoted word: “tweet”ing is not two words.
SUFFIXES = frozenset("s es ed d ing er ers ness ish like ism isms ly y".split())
WORD = pattern(r"[^\W\d_]{1,20}")


class Marks(NamedTuple):
    """What is to be done about the curly marks of a text, by kind of damage."""

    turned: tuple[Edit, ...]
    glued_closing: tuple[Edit, ...]
    glued_opening: tuple[Edit, ...]
    spaced: tuple[Edit, ...]
    unpaired: tuple[Span, ...]


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


@lru_cache(maxsize=4)
def read_marks(text: str) -> Marks:
    """Return what is to be done about the curly quotation marks of an English text."""
    found: dict[str, list[Edit]] = {name: [] for name in Marks._fields[:-1]}
    unpaired: list[Span] = []
    open_before = False  # a quotation that goes on in the next paragraph opens there anew
    waiting: Span | None = None
    for line in lines(text):
        if waiting and not line.text.startswith("“"):
            unpaired.append(waiting)
        waiting = None
        if "“" not in line.text and "”" not in line.text:
            continue
        marks = list(_marks(text, line.start, line.end))
        if "„" in line.text:
            continue
        inside = False
        opened = -1
        for number, mark in enumerate(marks):
            following = marks[number + 1].glyph if number + 1 < len(marks) else ""
            kind, edit, inside_now = _reading(
                text, mark, inside, open_before, following, first=number == 0
            )
            if edit:
                found[kind].append(edit)
            elif kind == "unpaired":
                unpaired.append(Span(mark.at, mark.at + 1))
            if inside_now and not inside:
                opened = mark.at
            inside = inside_now
            if not inside:
                open_before = False
        open_before = open_before or inside
        if inside and opened > line.start:
            waiting = Span(opened, opened + 1)
    if waiting:
        unpaired.append(waiting)
    return Marks(*(tuple(found[name]) for name in Marks._fields[:-1]), tuple(unpaired))


def _marks(text: str, start: int, end: int) -> Iterator[Mark]:
    return (_mark(text, match.start(), start, end) for match in CURLY.finditer(text, start, end))


def _mark(text: str, at: int, start: int, end: int) -> Mark:
    """The mark at an offset of the line from start to end."""
    before, after = text[at - 1] if at > start else " ", text[at + 1] if at + 1 < end else " "
    return Mark(at, text[at], before, after)


def _reading(
    text: str, mark: Mark, inside: bool, open_before: bool, following: str, *, first: bool
) -> tuple[str, Edit | None, bool]:
    """What kind of damage a mark shows, the edit that mends it, and whether a quotation is open after it."""
    at, spaced = mark.at, mark.before.isspace() and mark.after.isspace()
    if mark.glyph == "“":
        if inside and mark.closes:
            return "turned", Edit(at, at + 1, "”"), False
        if inside and mark.glued and following != "”":
            return "turned", Edit(at, at + 1, "” "), False
        if spaced and not inside and following != "“":
            return "spaced", _after(text, at), True
        if (
            not inside
            and mark.glued
            and mark.before.isalpha()
            and (following == "”" or mark.after.isupper())
        ):
            return "glued_opening", Edit(at, at, " "), True
        return "", None, True
    if mark.opens and not inside and following == "”" and mark.after.isalnum():
        return "turned", Edit(at, at + 1, "“"), True
    if mark.before.isspace() and inside and not mark.after.isalnum():
        return "spaced", _before(text, at), False
    if mark.glued and _apart(text, mark):
        if inside or (first and following != "”"):
            return "glued_closing", Edit(at + 1, at + 1, " "), False
        return "unpaired", None, False
    return ("" if inside or open_before else "unpaired"), None, False


def _apart(text: str, mark: Mark) -> bool:
    """Whether what follows a closing mark is a word of its own."""
    match = WORD.match(text, mark.at + 1)
    if not match or match[0].lower() in SUFFIXES:
        return False
    return mark.before in STOPS or match[0][0].isupper() or len(match[0]) > 3


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
    return (
        Edit(start, at)
        if start and not text[start - 1].isspace() and text[start - 1] not in "’'"
        else None
    )


class Straight(NamedTuple):
    """What is to be done about the straight marks of a text."""

    glued: tuple[Edit, ...]
    mixed: tuple[Edit, ...]
    apostrophes: tuple[Edit, ...]
    unpaired: tuple[Span, ...]


NO_STRAIGHT = Straight((), (), (), ())
STRAIGHT = pattern('"')
GLUED_STRAIGHT = pattern(r'"(?<=[A-Za-z.,!?]")[A-Za-z]')
# Iran"s: typed for an apostrophe.
TYPED_APOSTROPHE = pattern(r'"(?<=[A-Za-z]")s(?![A-Za-z])')
INCHES = pattern(r'\d"|="')


@lru_cache(maxsize=4)
def read_straight(text: str) -> Straight:
    """Return what is to be done about the straight quotation marks of an English text."""
    curly = "”" in text
    odd = any(line.count('"') % 2 for line in text.split("\n"))
    if not (odd or curly or GLUED_STRAIGHT.search(text)):
        return NO_STRAIGHT
    glued: list[Edit] = []
    mixed: list[Edit] = []
    unpaired: list[Span] = []
    apostrophes: list[Edit] = []
    typed = {match.start() for match in TYPED_APOSTROPHE.finditer(text)}
    carried = False  # a paragraph before left a quotation open
    waiting: Span | None = None
    for line in lines(text):
        if waiting and not line.text.startswith(('"', "“")):
            unpaired.append(waiting)
        waiting = None
        if '"' not in line.text:
            carried = carried and "”" not in line.text
            continue
        if INCHES.search(line.text):
            continue
        places = [match.start() for match in STRAIGHT.finditer(text, line.start, line.end)]
        if typed and not typed.isdisjoint(places):
            inner = [at for at in places if at in typed]
            if (len(places) - len(inner)) % 2:
                continue
            apostrophes += (Edit(at, at + 1, "'") for at in inner)
            places = [at for at in places if at not in typed]
        marks = [_mark(text, at, line.start, line.end) for at in places]
        if not marks:
            continue
        if "“" in line.text or "”" in line.text:
            mixed += _mixed(text, line.start, line.end, marks, curly=curly)
            continue
        base = int(marks[0].closes)
        agree = True
        for number, mark in enumerate(marks):
            opening = (number + base) % 2 == 0
            if (opening and mark.closes) or (not opening and mark.opens):
                agree = False
                break
            if mark.glued and number + 1 < len(marks):
                after = marks[number + 1]
                if (opening and after.opens) or (not opening and after.closes):
                    agree = False
                    break
            if mark.glued and opening and mark.before.isalnum():
                glued.append(Edit(mark.at, mark.at, " "))
            elif mark.glued and opening and mark.before in ".!?,":
                glued.append(Edit(mark.at, mark.at, " "))
            elif mark.glued and not opening and _apart(text, mark):
                glued.append(Edit(mark.at + 1, mark.at + 1, " "))
        if agree and (len(marks) + base) % 2:
            last = marks[-1]
            if last.at > line.start and last.opens:
                waiting = Span(last.at, last.at + 1)
                carried = True
            elif last.at == line.start:
                carried = True
        if base and len(marks) == 1 and not carried:
            unpaired.append(Span(marks[0].at, marks[0].at + 1))
        if base:
            carried = False
    if waiting:
        unpaired.append(waiting)
    return Straight(tuple(glued), tuple(mixed), tuple(apostrophes), tuple(unpaired))


def _mixed(text: str, start: int, end: int, straight: list[Mark], *, curly: bool) -> Iterator[Edit]:
    """Closing marks of another kind than the opening one before them."""
    inside = ""
    for mark in sorted([*straight, *_marks(text, start, end)]):
        if mark.glyph == '"' and inside == "“" and mark.closes and curly and len(straight) == 1:
            yield Edit(mark.at, mark.at + 1, "”")
            inside = ""
        elif mark.glyph == "”" and inside == '"' and not mark.opens:
            yield Edit(mark.at, mark.at + 1, '"')
            inside = ""
        elif mark.glyph == '"':
            inside = "" if inside else '"' if mark.opens else ""
        else:
            inside = "“" if mark.glyph == "“" else ""
