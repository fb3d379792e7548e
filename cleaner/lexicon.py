"""English words, to tell one word from two that lost the blank between them.

The list beside this file holds common words, and of the rarer ones those that look like two common
words ("forecast", "asleep"). It is read when a text first has a word that could be two.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import filterfalse
from pathlib import Path
from typing import NamedTuple


def word_set(words: str) -> frozenset[str]:
    """Return the words of a string as a set."""
    return frozenset(words.split())


# Words that a link's edge is glued to: what stands before a link, and what stands behind it.
BEFORE = word_set(
    "a an the to in on at by of for from with and or but as is was were are be been has have had that this "
    "these those which who whom whose where when while before since until against onto about between during "
    "than its their his her our my your not no he we she they it would could should will can may might also "
    "only more most other another each all both among across toward towards within without because if how "
    "what why there then so such via per following including called said told"
)
BEHIND = word_set(
    "the to in on at by of for from with and or but as is was were are be been has have had that this which "
    "who whose where when while after before since until against over under into onto about between during "
    "than would could should will can may might also only among across toward towards within without "
    "because if its their his her our he she they said it"
)
# Prefixes that dictionaries list as words: "multimedia" is one word.
PREFIXES = word_set(
    "multi inter counter super anti semi mini micro macro mega ultra cross over under pre post non sub tele "
    "trans auto bio eco electro hyper photo proto pseudo quasi radio self video cyber nano"
)
SHORTEST = 4  # letters of a content word; shorter ones are in too many others
STRONG = 4  # letters of a function word that is rarely the beginning or end of another word
CONTENT = 5  # letters of each of two content words


class Pieces(NamedTuple):
    """The words that one word may be, and whether that is likely even in a text without other damage."""

    words: tuple[str, ...]
    strong: bool


@lru_cache(maxsize=1)
def _common() -> frozenset[bytes]:
    """Common words."""
    return frozenset(_blocks()[0].split())


@lru_cache(maxsize=1)
def _known() -> frozenset[bytes]:
    """Common words and those that only look like two: what most texts are done with."""
    return frozenset(b" ".join(_blocks()).split())


@lru_cache(maxsize=1)
def _blocks() -> tuple[bytes, bytes]:
    file = Path(__file__).with_name("lexicon.txt").read_bytes()
    common, _, whole = file.partition(b"# common\n")[2].partition(b"# whole\n")
    return common, whole


def is_common(word: str) -> bool:
    """Whether a word in lower case is common.

    >>> is_common("minister"), is_common("ministeragainst")
    (True, False)
    """
    return word.encode("ascii", "replace") in _common()


def is_word(word: str) -> bool:
    """Whether a word is common or known not to be two.

    >>> is_word("forecast"), is_word("thedeadliest")
    (True, False)
    """
    return word.encode("ascii", "replace") in _known()


LETTERS = bytes(c if chr(c).isalpha() and c < 128 else 32 for c in range(256))


@lru_cache(maxsize=4)
def bare_words(text: str) -> list[bytes]:
    """Return the runs of ASCII letters of a text, in order: words without what is around them, in C."""
    return text.encode("ascii", "replace").translate(LETTERS).split()


def strange_words(text: str) -> set[str]:
    """Return the words of a text, made of ASCII letters, that the list doesn't know.

    One pass in C over the whole text: looking up every word in Python would cost ten times as much.
    """
    unknown = set(filterfalse(_known().__contains__, bare_words(text)))
    return {
        word.decode()
        for word in unknown
        if len(word) > 3 and not (word.istitle() or word.isupper())
    }


@lru_cache(maxsize=20_000)
def pieces(word: str) -> Pieces | None:
    """Return the two or three words that an unknown word in lower case is made of, or None.

    >>> pieces("ministeragainst")
    Pieces(words=('minister', 'against'), strong=True)
    >>> pieces("awave")
    Pieces(words=('a', 'wave'), strong=False)
    >>> pieces("toimplementthe").words
    ('to', 'implement', 'the')
    >>> pieces("forecast")
    """
    if not 4 <= len(word) <= 40 or is_word(word):
        return None
    return _two(word) or _three(word) or _content(word)


def _two(word: str) -> Pieces | None:
    best: Pieces | None = None
    for cut in range(1, len(word)):
        left, right = word[:cut], word[cut:]
        function, content = (
            (left, right)
            if left in BEFORE and is_common(right)
            else (right, left)
            if right in BEHIND and is_common(left)
            else ("", "")
        )
        if not function:
            continue
        if content in BEFORE or content in BEHIND:
            if len(word) < 5:
                continue
            found = Pieces((left, right), len(word) > 6)
        elif len(content) < SHORTEST:
            continue
        else:
            found = Pieces(
                (left, right), len(function) >= STRONG or (len(function) == 3 and len(content) > 5)
            )
        if best is None or (found.strong and not best.strong):
            best = found
    return best


def _three(word: str) -> Pieces | None:
    for cut in range(1, min(9, len(word) - SHORTEST)):
        left = word[:cut]
        if left not in BEFORE:
            continue
        for end in range(len(word) - 2, cut + SHORTEST - 1, -1):
            middle, right = word[cut:end], word[end:]
            if right in BEHIND and is_common(middle) and len(left) + len(right) > 3:
                likely = len(middle) > 4 and len(left) + len(right) > 4
                return Pieces((left, middle, right), strong=likely)
    return None


def _content(word: str) -> Pieces | None:
    cuts = [
        cut
        for cut in range(CONTENT, len(word) - CONTENT + 1)
        if is_common(word[:cut]) and is_common(word[cut:])
    ]
    return Pieces((word[: cuts[0]], word[cuts[0] :]), strong=False) if len(cuts) == 1 else None
