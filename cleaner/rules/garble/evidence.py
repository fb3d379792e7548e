"""What a document shows about itself, once per text: words, lines, habits of its extractor."""

from __future__ import annotations

import re
from collections.abc import Set as AbstractSet

LAST_WORD = re.compile(r"[\w’'-]+$")
LONG_WORD = re.compile(r"[^\W\d_]{4,}")


def line_at(text: str, offset: int) -> str:
    """Return the line an offset lies in."""
    end = text.find("\n", offset)
    return text[text.rfind("\n", 0, offset) + 1 : end if end >= 0 else len(text)]


def chunk_around(text: str, offset: int) -> str:
    """Return what stands around an offset up to the nearest white space, at most 80 characters each way."""
    left = text[max(0, offset - 80) : offset].split()
    right = text[offset : offset + 80].split(None, 1)
    before = left[-1] if left and not text[offset - 1].isspace() else ""
    return before + (right[0] if right and not text[offset].isspace() else "")


NUMBERS = re.compile(r"\S*\d\S*")


def tabular(line: str) -> bool:
    """Whether a line looks like the row of a table: columns of blanks, or mostly numbers."""
    words = line.split()
    return "   " in line.strip() or len(NUMBERS.findall(line[:400])) * 5 > len(words[:80]) * 2 > 4


def titled(line: str) -> bool:
    """Whether nearly all longer words of a line begin with a capital, as in a headline."""
    words = LONG_WORD.findall(line[:400])
    return sum(word[0].islower() for word in words) * 5 <= len(words)


def word_before(text: str, offset: int) -> str:
    """Return the word that ends at an offset, or an empty string."""
    match = LAST_WORD.search(text[max(0, offset - 40) : offset])
    return match[0] if match else ""


def seen_without_stop(text: str, stop: int, abbreviated: AbstractSet[str]) -> bool:
    """Whether the word before a stop also stands elsewhere with none: so it isn't an abbreviation."""
    word = word_before(text, stop)
    if len(word) < 3 or word.lower() in abbreviated:
        return False
    return any(text.find(f" {word}{after}") >= 0 for after in (" ", ",", "’", "'", "\n"))
