"""What sites print around a story, by kind and language, and how a line is compared with it.

The tables are the text files beside this one, a kind each: a section for every language, phrases
separated by "|" or a line break. Case, punctuation and digits don't count. A single word counts only
beside other phrases, unless "!" stands before it; so does a longer phrase with "?" before it, because
a writer may use it as a heading. "*" at the end stands for anything that follows on the line, "*" at
the beginning for anything before.
"""

from __future__ import annotations

import os
from functools import cache
from typing import NamedTuple

KINDS = (
    "sharing",
    "comments",
    "subscribe",
    "related",
    "advertising",
    "legal",
    "navigation",
    "player",
)
LONGEST_LINE = 200  # characters; a longer line is never a label
SHORT = 80  # characters; a longer line is a label only if it begins with a long phrase
MOST_SWALLOWED = 14  # words that "*" may stand for
ENOUGH = 3  # weak phrases of one kind that make a line certain, as a row of buttons does

SEPARATORS = (
    '0123456789!"#$%&()*+,./:;<=>?@[\\]^_`{|}~–—…“”„«»‹›‘‚•·→←↓↑►▼×¡¿©®'
    "।،؛؟。、，：；！？（）「」『』【】《》〈〉～・\u00a0\u200b\u200e\u200f\ufeff"
)
DROPPED: dict[int, str] = {**dict.fromkeys(map(ord, SEPARATORS), " "), ord("’"): "'"}


class Phrase(NamedTuple):
    """What a phrase says of a line that consists of it."""

    kind: str
    strong: bool


class Index(NamedTuple):
    """The tables, arranged for looking up."""

    phrases: dict[str, Phrase]
    longest: dict[str, int]  # first word -> words of the longest phrase that begins with it
    openings: dict[str, Phrase]  # phrases before "*"
    endings: dict[str, Phrase]  # phrases after "*"
    last_words: frozenset[str]
    last_letters: frozenset[str]  # the last two letters of those
    firsts: frozenset[str]  # what `first_word` gives for lines that may be labels
    long_firsts: frozenset[str]  # the same for lines longer than SHORT


def word_set(text: str, separator: str | None = None) -> frozenset[str]:
    """Return the words of a text (or the phrases between separators) as a set."""
    return frozenset(" ".join(part.split()) for part in text.split(separator))


FILLERS = word_set("a and in k m on or the this to via with your")


def words(text: str) -> list[str]:
    """Return the words of a line in the form in which they are compared.

    >>> words("Leave a Reply to Jane: Cancel reply (3)")
    ['leave', 'a', 'reply', 'to', 'jane', 'cancel', 'reply']
    """
    plain = text.casefold().translate(DROPPED).split()
    return [word for chunk in plain if (word := chunk.strip("-'"))]


def _read(name: str) -> str:
    with open(os.path.join(os.path.dirname(__file__), name), encoding="utf-8") as stream:
        return stream.read()


@cache
def table(kind: str) -> dict[str, tuple[str, ...]]:
    """Return the phrases of a kind as they are written, by language; "all" holds names.

    >>> "teilen" in table("sharing")["de"]
    True
    """
    found: dict[str, list[str]] = {}
    section: list[str] = []
    for line in _read(f"{kind}.txt").splitlines():
        if line.startswith("["):
            section = found.setdefault(line.strip("[]"), [])
        elif not line.startswith("#"):
            section += filter(None, map(str.strip, line.split("|")))
    return {language: tuple(entries) for language, entries in found.items()}


@cache
def index() -> Index:
    """Return the index of all tables, as `phrases.build` makes it."""
    return _index(*FILES)


@cache
def ascii_index() -> Index:
    """Return what of it can match a line of ASCII: half of it, which is all that many texts need."""
    return _index(FILES[0])


FILES = "index.txt", "index_wide.txt"  # keys in ASCII; others


def _index(*names: str) -> Index:
    """Read files that `phrases.build` has made.

    Each block of a file has what it is for on its first line, and of the phrases or words below it the
    one value that they share: so they are read without a look at each.
    """
    phrases: dict[str, dict[str, Phrase]] = {"phrases": {}, "openings": {}, "endings": {}}
    longest: dict[str, int] = {}
    sets: dict[str, frozenset[str]] = {}
    for block in (block for name in names for block in _read(name).split("\n\n")[1:]):
        head, *keys = block.split("\n")
        name, _, value = head.partition(" ")
        if not value:
            sets[name] = sets.get(name, frozenset()).union(keys)
        elif name == "longest":
            longest.update(dict.fromkeys(keys, int(value)))
        else:
            phrases[name].update(dict.fromkeys(keys, CODED[int(value)]))
    sets["firsts"] |= {""}  # of lines without words
    return Index(
        *(phrases["phrases"], longest, phrases["openings"], phrases["endings"]),
        *(sets["last_words"], sets["last_letters"], sets["firsts"], sets["long_firsts"]),
    )


CODED = tuple(Phrase(kind, strong) for kind in KINDS for strong in (False, True))


EDGES = "\"'“”„«»‹›‘’‚()[]{}<>*#-–—…·•|→←↓↑►▼.,;:!?¡¿/\\~_=+&@%、。：「」『』【】《》〈〉（）\u200b\u200e\u200f\ufeff"
UNSPACED = "*"  # stands for the first word where words aren't separated
NUMBER = "#"  # stands for a first word with a digit


AMOUNTS = "$€£%"  # no counter of a share bar has one, and no tag
DETERMINERS = frozenset({"a", "an", "the", "this"})


def first_word(text: str) -> str:
    """Return the first word of a line in lower case, without marks around it: what patterns begin with.

    Too many lines begin with "the" or "a": those take their second word along.

    >>> first_word("[Read more here]"), first_word("| UPDATED: 11:05"), first_word("20.1k SHARES")
    ('read', 'updated', '#')
    >>> first_word("The post Shares fall appeared first on")
    'the_post'
    """
    begin = text[:40].split(None, 2)
    if begin and (plain := begin[0]).isalpha() and plain.isascii():
        lower = plain.lower()
        if lower not in DETERMINERS:
            return lower
        if len(begin) == 3 and (second := begin[1]).isalpha() and second.isascii():
            return f"{lower}_{second.lower()}"
    first = ""
    for chunk in text[:60].split(None, 3)[:3]:
        word = chunk.strip(EDGES)
        for mark in ":(=":
            if mark in word:
                word = word.partition(mark)[0]
        if word:
            if "\u2e80" < word[0] < "\uac00" or "\u0e00" <= word[0] < "\u0e80":
                return UNSPACED
            word = NUMBER if word[0].isdigit() else word.casefold().replace("’", "'")
            if first or word not in DETERMINERS:
                return f"{first}_{word}" if first else word
            first = word
    return first


def label(text: str, first: str | None = None) -> Phrase | None:
    """Return what a line is when it consists of known phrases, one or several; None for any other line.

    It is strong when one of the phrases is, and its kind is that of the first strong one. `first` is
    the line's first word, where it is known already.

    >>> label("Share this: Twitter Facebook")
    Phrase(kind='sharing', strong=True)
    >>> label("Twitter")
    Phrase(kind='sharing', strong=False)
    >>> label("Share prices fell") is None, label("Facebook $0.50 – $3.00") is None
    (True, True)
    """
    known = ascii_index() if text.isascii() else index()
    if first is None:
        first = first_word(text)
    if len(text) > SHORT and first not in known.long_firsts:
        return None
    if (first not in known.firsts and text[-2:] not in known.last_letters) or len(
        text
    ) > LONGEST_LINE:
        return None
    plain = words(text)
    if not plain:
        return None
    if len(plain) <= MOST_SWALLOWED and plain[-1] in known.last_words:
        for size in range(min(len(plain) - 1, 8), 0, -1):
            if found := known.endings.get(" ".join(plain[-size:])):
                return found
    found = _covered(plain, known)
    # "Facebook 0.9 %" and "LinkedIn $2.50" are rows of a table, no counters
    return None if found and found.kind == "sharing" and any(map(text.count, AMOUNTS)) else found


def _covered(plain: list[str], known: Index) -> Phrase | None:
    """The label of words that phrases and fillers cover without a gap, the longest phrase first."""
    seen: list[Phrase] = []
    at = 0
    while at < len(plain):
        found, size = _longest_at(plain, at, known)
        if found:
            seen.append(found)
        elif plain[at] not in FILLERS:
            return None
        at += size
    if not seen:
        return None
    strong = next((phrase for phrase in seen if phrase.strong), None)
    several = len(seen) >= ENOUGH and len(set(plain)) > 1  # "Edit, edit, edit!" is advice
    return strong or Phrase(seen[0].kind, several and len(set(seen)) == 1)


def _longest_at(plain: list[str], at: int, known: Index) -> tuple[Phrase | None, int]:
    """The longest phrase that begins at a word, and how many words it takes up."""
    rest = len(plain) - at
    for size in range(min(known.longest.get(plain[at], 0), rest), 0, -1):
        key = " ".join(plain[at : at + size])
        if 0 < rest - size <= MOST_SWALLOWED and (found := known.openings.get(key)):
            return found, rest
        if found := known.phrases.get(key):
            return found, size
    return None, 1


@cache
def _networks() -> frozenset[str]:
    return frozenset(" ".join(words(name)) for name in table("sharing")["all"])


def is_network(text: str) -> bool:
    """Whether a line is the name of a network and nothing else, as "Twitter" is."""
    return " ".join(words(text)) in _networks()
