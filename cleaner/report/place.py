"""Where a finding stands, and how its surroundings look in a terminal."""

from __future__ import annotations

from typing import NamedTuple
from unicodedata import category, combining, east_asian_width

BEFORE, AFTER = 44, 36  # columns of text shown around a finding


class Place(NamedTuple):
    """Row and column (both from 1, columns in characters) of a span, and the line that holds its start."""

    row: int
    column: int
    end_row: int
    end_column: int
    line: str


def spot(text: str, start: int, end: int) -> tuple[int, int]:
    """Return a span without the white space at its ends, where anything else is in it.

    A removed block takes the line breaks before it along; a reader looks for its first word.
    """
    inside = text[start:end]
    if not inside.strip():
        return start, end
    return start + len(inside) - len(inside.lstrip()), end - len(inside) + len(inside.rstrip())


def place(text: str, start: int, end: int) -> Place:
    """Return where characters start to end of a text stand."""
    begin = text.rfind("\n", 0, start) + 1
    close = text.find("\n", start)
    row = text.count("\n", 0, start) + 1
    inside = text.count("\n", start, end)
    last = text.rfind("\n", 0, end) + 1
    line = text[begin : close if close >= 0 else len(text)].rstrip("\r")
    return Place(row, start - begin + 1, row + inside, end - last + 1, line)


def excerpt(text: str, start: int, end: int) -> tuple[str, str]:
    """Return one line of text around a span, and the carets that go below it.

    The caret line is as wide as a terminal shows the text: wide characters count two columns,
    combining ones none. What can't be seen is shown as a picture or its code point.
    """
    where = place(text, start, end)
    left = where.column - 1
    right = min(len(where.line), left + (end - start))
    lead = where.line[max(0, left - BEFORE) : left]
    if left > BEFORE:
        lead = f"…{lead[1:]}"
    marked = where.line[left:right]
    tail = where.line[right : right + AFTER]
    if len(marked) > BEFORE + AFTER:
        marked, tail = f"{marked[: BEFORE + AFTER - 1]}…", ""
    elif right + AFTER < len(where.line):
        tail = f"{tail[:-1]}…"
    lead, marked, tail = map(visible, (lead, marked, tail))
    return lead + marked + tail, " " * width(lead) + "^" * max(1, width(marked))


def visible(text: str) -> str:
    """Return a text with white space as blanks and unseen characters as their code points."""
    return "".join(map(_visible, text))


def _visible(character: str) -> str:
    if character.isprintable():
        return character
    if character in "\t\u00a0\u202f\u2009":
        return " "
    if character < " ":
        return chr(0x2400 + ord(character))
    return f"<{ord(character):04X}>" if category(character) != "Zs" else " "


def width(text: str) -> int:
    """Return how many columns a terminal gives a text."""
    if text.isascii():
        return len(text)
    return sum(
        0 if combining(character) else 2 if east_asian_width(character) in "WF" else 1
        for character in text
    )
