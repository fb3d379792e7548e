"""Cyrillic, Greek and other texts of one byte a letter that were read as Latin-1: "Ìèíèñòð" for "Министр".

No language writes words of accented letters only, so a text of such words is one of these. Which one, its
letters say: in the right code page the most frequent ones of a language make up half of them, and words have
a capital at their beginning or none.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from itertools import pairwise

from cleaner.mojibake import UPPER as UPPER_BYTES
from cleaner.mojibake import Reading

WORD = re.compile(r"[A-Za-z\u00aa-\u024f]{3,}")
# What the upper half of Latin-1 and of Windows-1252 has; runs of it are read again
UPPER = re.compile(
    "[\u0080-\u00ff\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u2122]+"
)
ACCENTED = re.compile("[\u00a1-\u00ff\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192]{3,}")
FEWEST = 12  # words
MOSTLY = 0.5  # of all words are such; the others are names and addresses
FREQUENT = {  # the letters that make up two thirds of a language's, of each code page
    "cp1251": "оеаинтсрвлі",
    "koi8_r": "оеаинтсрвлі",
    "iso8859_5": "оеаинтсрвлі",
    "cp1253": "αοιετσνηυρκόά",
    "cp1255": "יוהלארתבמשנ",
    "cp1256": "اليمونرتبة",
}
LEAST = 0.5  # of the letters are frequent ones


@cache
def latin() -> dict[int, int]:
    """Return the byte of each code point as Windows-1252 has it, or Latin-1, to translate by."""
    return {byte: byte for byte in UPPER_BYTES} | Reading("cp1252").bytes


def read_again(run: str, encoding: str) -> str:
    """Return some characters as they are in another code page; those it doesn't have become U+FFFD."""
    return run.translate(latin()).encode("latin-1", "replace").decode(encoding, "replace")


def code_page(text: str) -> str:
    """Return the code page that a text was written in, if it was read as Latin-1; else nothing.

    >>> code_page("Ìèíèñòð ñîîáùèë æóðíàëèñòàì, ÷òî íîâûé çàêîí âñòóïèò â ñèëó â ïîíåäåëüíèê. " * 2)
    'cp1251'
    >>> code_page("À l’été, les élèves étaient très gênés par l’âpreté de la forêt brûlée. " * 3)
    ''
    """
    words = [word for word in WORD.findall(text) if ACCENTED.fullmatch(word)]
    if len(words) < FEWEST or len(words) < MOSTLY * len(WORD.findall(text)):
        return ""
    ranked = sorted((_likely(words, encoding), encoding) for encoding in FREQUENT)
    likely, encoding = ranked[-1]
    return encoding if likely >= LEAST else ""


def _likely(words: list[str], encoding: str) -> float:
    """Return the share of a language's frequent letters, in words that are written as words are."""
    read = [read_again(word, encoding) for word in words]
    sound = [word for word in read if word.isalpha() and not _swapped(word)]
    letters = Counter("".join(sound).lower())
    frequent = sum(letters[letter] for letter in FREQUENT[encoding])
    return frequent / max(sum(map(len, read)), 1)


def _swapped(word: str) -> bool:
    """Whether a word has a capital behind a small letter: the halves of KOI8 are the other way round."""
    return any(before.islower() and after.isupper() for before, after in pairwise(word))


def repairs(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield what to put in place of what, in a text that was written in another code page."""
    encoding = code_page(text)
    if encoding:
        for match in UPPER.finditer(text):
            read = read_again(match[0], encoding)
            if "\ufffd" not in read:
                yield *match.span(), read
