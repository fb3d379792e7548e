"""English words, to tell one word from two that lost the blank between them.

The list beside this file holds common words, and of the rarer ones those that look like two common
words ("forecast", "asleep"). It is read when a text first has a word that could be two.
"""

from __future__ import annotations

import os
from functools import lru_cache
from itertools import chain, compress, cycle, filterfalse
from string import ascii_lowercase
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


class Codes(dict[str, int]):
    """A byte for each word: above LONGEST for frequent ones, and the length of any other."""

    __missing__ = len  # in C, so that a pass over a text has no Python call for each word


LONGEST = 40  # letters of a word that may be two


@lru_cache(maxsize=1)
def _blocks() -> dict[str, str]:
    """The words of the list: what news uses most, other common words, and words that look like two."""
    with open(os.path.join(os.path.dirname(__file__), "lexicon.txt"), encoding="ascii") as stream:
        file = stream.read()
    blocks = (block.partition("\n") for block in file.split("\n# list ")[1:])
    return {name: words for name, _, words in blocks}


@lru_cache(maxsize=1)
def _frequent() -> Codes:
    """Frequent words: few enough to stay in the processor's cache. Their codes tell neighbours apart."""
    words = _blocks()["frequent"].split()
    return Codes(zip(words, cycle(range(LONGEST + 1, 256)), strict=False))


@lru_cache(maxsize=1)
def _rarer() -> dict[str, bool]:
    """All other words, and whether they are common."""
    blocks = _blocks()
    return dict.fromkeys(blocks["whole"].split(), False) | dict.fromkeys(
        blocks["common"].split(), True
    )


def is_common(word: str) -> bool:
    """Whether a word in lower case is common.

    >>> is_common("minister"), is_common("ministeragainst")
    (True, False)
    """
    return word in _frequent() or _rarer().get(word, False)


def is_word(word: str) -> bool:
    """Whether a word is common or known not to be two.

    >>> is_word("forecast"), is_word("thedeadliest")
    (True, False)
    """
    return word in _frequent() or word in _rarer()


LETTERS = bytes(c if chr(c).isalpha() and c < 128 else 32 for c in range(256))
STRANGE = bytes(3 < code <= LONGEST for code in range(256))


class Words(NamedTuple):
    """The runs of ASCII letters of a text, in order, and their codes (see `Codes`)."""

    words: list[str]
    codes: bytes


@lru_cache(maxsize=4)
def read_words(text: str) -> Words:
    """Return the words of a text and what the list knows of them.

    One pass in C over the whole text: looking up every word in Python would cost ten times as much.
    """
    words = text.encode("ascii", "replace").translate(LETTERS).decode("ascii").split()
    code = _frequent().__getitem__
    try:
        return Words(words, bytes(map(code, words)))
    except ValueError:  # a word of more than 255 letters
        return Words(words, bytes(min(code(word), 255) for word in words))


def strange_words(text: str) -> set[str]:
    """Return the words of a text, made of four to forty ASCII letters, that the list doesn't know.

    Names and initials aren't among them.
    """
    words, codes = read_words(text)
    rare = filterfalse(str.istitle, compress(words, codes.translate(STRANGE)))
    unknown = [*filterfalse(str.isupper, rare)]
    return set(filterfalse(_rarer().__contains__, unknown)) if unknown else set()


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
    if not 4 <= len(word) <= LONGEST or is_word(word):
        return None
    found = _two(word) or _three(word) or _content(word)
    return None if found and found.strong and _is_misspelt(word) else found


def _is_misspelt(word: str) -> bool:
    """Whether a letter more, one of two equal ones less, or two that change places, make a common word.

    So does "areporter" without its first letter, which can be "a reporter" as well; "arecalling" can't.

    >>> _is_misspelt("formating"), _is_misspelt("withdrawl"), _is_misspelt("regimeand")
    (True, True, False)
    >>> _is_misspelt("areporter"), _is_misspelt("arecalling")
    (True, False)
    """
    if word.startswith("are") and not word.endswith(("ing", "ed")) and is_common(word[1:]):
        return True
    halves = [(word[:cut], word[cut:]) for cut in range(len(word) + 1)]
    more = (a + letter + b for a, b in halves for letter in ascii_lowercase)
    less = (a + b[1:] for a, b in halves if b[:1] == b[1:2])
    turned = (a + b[1] + b[0] + b[2:] for a, b in halves if len(b) > 1)
    return any(map(is_common, chain(more, less, turned)))


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
