"""Words glued together at the edges of links, and the evidence that they were two."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from cleaner.blocks import once
from cleaner.document import Document
from cleaner.edits import Edit
from cleaner.lexicon import (
    BEFORE,
    BEHIND,
    CONTENT,
    is_common,
    is_word,
    pieces,
    strange_words,
    word_set,
)
from cleaner.rule import pattern, rule
from cleaner.rules.garble.evidence import odd_possessive, word_before
from cleaner.rules.garble.marks import read_straight
from cleaner.rules.garble.spacing import after_comma, after_stop

# Brands that begin like a glued "the", and code that begins like a glued "to" or "is".
BRANDS = word_set(
    "theSkimm theGrio theScore theStreet theMaven theTradeDesk theDesk theHub theBoard theCHIVE "
    "theCUBE inBody inReach inDrive inDesign inStyle onStar onClick onLoad toString isEmpty isNull forEach "
    "asList byId orElse atHome beIN beIn"
)
BEFORE_NAMES = BEFORE | BEHIND | word_set("after over under into through any some says")
HABIT = 3  # pieces of other damage after which a text is taken to be glued throughout
# Names end in these too: Robertson is not "Roberts on".
NAME_ENDINGS = word_set("on in is as or an at it he")
# New words are made with these: a leaderboard, refundability, to be onboarded. Only behind a word that
# none begins with are they apart: "theboard".
ENDINGS = word_set(
    "ability board boards boarded boarding mark marks stream streams streaming line lines time times "
    "work works book books land room side man men woman women maker makers making holder holders ship "
    "hood house houses light lights free proof wide wise like load loads page pages point points "
    "power screen screens set sets share space spaces stack style table tables tag tags test tests "
    "type types wall walls ware watch word words yard card cards cast casts base bases code codes "
    "down up out off over back head heads hand hands goer goers"
)
OPENERS = word_set(
    "the a an of to and for with from at is was that this these its his her their our as or"
)
# Part of an address, a handle, a hashtag or code: not prose.
NOT_PROSE = frozenset("./@#_\\=&%:")
CAMEL = pattern(r"(?P<first>[a-z]+)(?P<rest>[A-Z]{2,}[a-z]{0,2}|(?:[A-Z][a-z]+){1,3})")
CAPITALS = pattern(r"(?P<name>[A-Z]{2,6})(?P<word>[a-z]{2,})")
LOWER_OR_CAMEL = pattern(r"[A-Za-z]{4,40}")
POSSESSIVES = tuple(
    pattern(rf"{mark}s(?<=[A-Za-z]{mark}s)(?:(?P<word>[a-z]{{3,20}})|[A-Z][a-z]{{2}})")
    for mark in "'’"
)


class Glue(NamedTuple):
    """Blanks that are missing inside words, by the evidence for each."""

    capital: tuple[Edit, ...]
    function: tuple[Edit, ...]
    habit: tuple[Edit, ...]


NONE = Glue((), (), ())


class Token(NamedTuple):
    """A glued word in the text: where it begins, and the lengths after which blanks are missing."""

    start: int
    cuts: tuple[int, ...]

    def edits(self) -> Iterator[Edit]:
        return (Edit(self.start + cut, self.start + cut, " ") for cut in self.cuts)


@once
def read_glue(doc: Document) -> Glue:
    """Return the blanks missing inside the words of an English text.

    Glue that is sure alone ("theGaza", "continentsince") is evidence for the rest: the more of it,
    the weaker a reading may be ("awave" is a typing error in a clean text).
    """
    text = doc.text
    strange = strange_words(text)
    lower = {word: found for word in strange if word.islower() and (found := pieces(word))}
    camel = (word for word in strange if not (word.islower() or word in BRANDS))
    capital = {
        word: cut
        for word in camel
        if (cut := _capital_cut(word)) and not _is_brand(word, cut, text)
    }
    strong = {word: _cuts(found.words) for word, found in lower.items() if found.strong}
    owned = possessives(doc)
    faint = sum(not found.strong and _has_function_word(found.words) for found in lower.values())
    seams = _seams(doc)
    if not (capital or strong or owned or seams or faint >= HABIT):
        return NONE
    tokens = [
        (m[0], m.start())
        for m in LOWER_OR_CAMEL.finditer(text)
        if m[0] in strange and _prose(text, *m.span())
    ]
    sure = [Token(at, (capital[word],)) for word, at in tokens if word in capital]
    likely = [Token(at, strong[word]) for word, at in tokens if word in strong]
    evidence = len({text[t.start : t.start + 12] for t in (*sure, *likely)})
    evidence += len(owned) + seams + (faint >= HABIT)
    weak = [
        Token(at, _cuts(found.words))
        for word, at in tokens
        if (found := lower.get(word)) and not found.strong and _enough(found.words, evidence)
    ]
    if evidence >= HABIT:
        weak += _names(text, evidence)
    return Glue(
        *(
            tuple(edit for token in found for edit in token.edits())
            for found in (sure, likely, weak)
        )
    )


def has_glue(doc: Document) -> bool:
    """Whether a text has any glued word."""
    return read_glue(doc) is not NONE


def _capital_cut(word: str) -> int:
    """After how many letters of "theGaza" the blank is missing; 0 where nothing is glued."""
    match = CAMEL.fullmatch(word)
    return match.end("first") if match and match["first"] in BEFORE_NAMES else 0


def _is_brand(word: str, cut: int, text: str) -> bool:
    """Whether "theCUBE" comes again and again, and "CUBE" never stands alone; or it begins with "my"."""
    if word.startswith("my"):
        return True
    return text.count(word) > 1 and text.count(word[cut:]) == text.count(word)


def _cuts(words: tuple[str, ...]) -> tuple[int, ...]:
    return tuple(sum(map(len, words[: number + 1])) for number in range(len(words) - 1))


def _enough(words: tuple[str, ...], evidence: int) -> bool:
    if words[-1] in ENDINGS and words[-2] not in OPENERS:
        return False
    if _has_function_word(words):
        return evidence > 0
    return evidence >= HABIT or (evidence > 0 and min(map(len, words)) > CONTENT)


def _has_function_word(words: tuple[str, ...]) -> bool:
    return words[0] in BEFORE or words[-1] in BEHIND


def _seams(doc: Document) -> int:
    """How many other blanks are missing at the edges of links."""
    return len(after_stop(doc)) + len(after_comma(doc)) + len(read_straight(doc).glued)


def _prose(text: str, start: int, end: int) -> bool:
    """Whether a word stands in running text, not inside an address, a handle or code."""
    before, after = text[max(0, start - 1) : start], text[end : end + 2]
    if before and (before in NOT_PROSE or before.isalnum()):
        return (
            before == "." and text[start - 2 : start - 1].isalpha() and not _host(text, start, end)
        )
    return not (
        after
        and (after[0] in "@_=/(" or after[0].isalnum() or (after[0] == "." and after[1:].isalnum()))
    )


def _host(text: str, start: int, end: int) -> bool:
    left = text[max(0, start - 80) : start].rsplit(maxsplit=1)[-1]
    return (
        "/" in left
        or "@" in left
        or left.count(".") > 1
        or text[end : end + 1] in (".", "/")
        or text[start].islower()
    )


def _names(text: str, evidence: int) -> Iterator[Token]:
    """Glue at a capital that is no evidence by itself: "mandateIsrael", "NATOmembers", "Israelfor"."""
    words = Counter(LOWER_OR_CAMEL.findall(text))
    for match in LOWER_OR_CAMEL.finditer(text):
        word = match[0]
        if word.islower() or word.isupper() or (word.istitle() and words[word] > 1):
            continue
        if (cut := _name_cut(word, words, evidence)) and _prose(text, *match.span()):
            yield Token(match.start(), (cut,))


def _name_cut(word: str, words: Counter[str], evidence: int) -> int:
    """After how many letters of a word with capitals a blank is missing; 0 where none is."""
    if camel := CAMEL.fullmatch(word):
        first = camel["first"]
        ordinary = len(first) > 3 and first not in BEFORE_NAMES and is_common(first)
        return len(first) if ordinary else 0
    if caps := CAPITALS.fullmatch(word):
        known = len(caps["word"]) > 2 and is_common(caps["word"]) and words[caps["name"]]
        return len(caps["name"]) if known else 0
    if not word.istitle() or is_word(word.lower()):
        return 0
    # Robertson is not "Roberts on": endings of names need a text that is full of glue.
    endings = BEHIND if evidence > 2 * HABIT else BEHIND - NAME_ENDINGS
    cuts = (cut for cut in range(4, len(word) - 1) if word[cut:] in endings)
    return next((cut for cut in cuts if words[word[:cut]] > (word[cut:] in NAME_ENDINGS)), 0)


@once
def possessives(doc: Document) -> tuple[Edit, ...]:
    """Return the blanks missing after a possessive."""
    text = doc.text
    if not odd_possessive(doc):
        return ()
    return tuple(
        Edit(match.start() + 2, match.start() + 2, " ")
        for possessive in POSSESSIVES
        for match in possessive.finditer(text)
        if not match["word"] or (is_common(match["word"]) and not is_word(f"s{match['word']}"))
    )


@rule("GS020", fix="safe", when=has_glue, languages=["en"])
def capital_glued_to_function_word(doc: Document) -> Iterable[Edit]:
    """A name glued to the "the", "of" or "with" before it.

    Some extractors drop the white space at a link's left edge. Only a function word in lower case
    counts, with a capitalised word behind it; brands, handles and code are left alone.

    ```diff
    - Talks on theGaza Strip began afterIsrael withdrew.
    + Talks on the Gaza Strip began after Israel withdrew.
    ```

    ```diff
      Users of eBay, iPhone, PayPal, theSkimm and MacBook agree; so does @theGazaDesk.
    ```
    """
    return read_glue(doc).capital


@rule("GS021", fix="safe", when=possessives, languages=["en"])
def word_glued_to_possessive(doc: Document) -> Iterable[Edit]:
    """A word glued to the possessive before it.

    The blank was lost where a link began or ended at the possessive. The rest must be an English
    word, and not one that begins with "s" itself.

    ```diff
    - The IDF called for a reassessment of Israel'sstrategy and Russia’snaval plans.
    + The IDF called for a reassessment of Israel's strategy and Russia’s naval plans.
    ```

    ```diff
      The O'Sullivan brothers knew the ABC'stalk shows; N'sync had 'some'.
    ```
    """
    return possessives(doc)


@rule("GS022", fix="safe", when=has_glue, languages=["en"])
def word_glued_to_function_word(doc: Document) -> Iterable[Edit]:
    """A word glued to a longer function word, like "against" or "since".

    Both halves must be English words, the whole must be none, and the function word one that no
    other word ends in.

    ```diff
    - The largest war on the continentsince 1945 wasultimately avoided.
    + The largest war on the continent since 1945 was ultimately avoided.
    ```

    ```diff
      The forecast for the westward heathlands was somethin else; see thedeadline.example.com.
    ```
    """
    return read_glue(doc).function


@rule("GS023", fix="safe", when=has_glue, languages=["en"])
def glued_words_in_glued_text(doc: Document) -> Iterable[Edit]:
    """Two words without a blank, where other blanks are missing too.

    "awave" may be a typing error; next to "theGaza" or "said,the", or to two more of its kind, it is
    glue. Two longer words need three such neighbours; a name must stand elsewhere in the text.

    ```diff
    - He faced awave of mockery, officialsin Washington said, with no planto answer.
    + He faced a wave of mockery, officials in Washington said, with no plan to answer.
    ```

    ```diff
      The adress in the informations was wrong, and the stockmarkets fell by the seaside.
    ```
    """
    return read_glue(doc).habit


ODD_YEARS = tuple(pattern(rf"{century}\d\d(?:[a-z]|(?<=[a-z]....))") for century in (19, 20))


def has_odd_year(doc: Document) -> bool:
    """Whether any year has a letter beside it."""
    text = doc.text
    return any(odd.search(text) for odd in ODD_YEARS)


GLUED_YEARS = tuple(
    pattern(
        rf"{century}\d\d(?:(?<![\w.,/#@$€£-]\d{{4}})(?P<after>[a-z]{{3,20}})|(?<=[a-z]\d{{4}})(?![\w./-]))(?![\w@])"
    )
    for century in (19, 20)
)


@rule("GS024", fix="safe", when=has_odd_year, languages=["en"])
def word_glued_to_year(doc: Document) -> Iterator[Edit]:
    """A year with a word glued to it.

    The blank at a link's edge was lost beside a number. Only years, and only words that are common;
    before a year only words like "the" and "since".

    ```diff
    - The election of the2024 season follows a report released in 2021detailed by the bank.
    + The election of the 2024 season follows a report released in 2021 detailed by the bank.
    ```

    ```diff
      Follow #trump2016 and @the2024, read index2384 and meet at 1900gmt.
    ```
    """
    text = doc.text
    for match in (match for year in GLUED_YEARS for match in year.finditer(text)):
        start = match.start()
        if match["after"]:
            if is_common(match["after"]):
                yield Edit(start + 4, start + 4, " ")
        elif (word := word_before(text, start + 4)[:-4]) in BEFORE_NAMES:
            before = text[start - len(word) - 1 : start - len(word)]
            if not before or before.isspace():
                yield Edit(start, start, " ")
