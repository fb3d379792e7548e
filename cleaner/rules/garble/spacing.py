"""Blanks that are missing or stray beside stops, commas, colons and possessives."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from cleaner.blocks import once
from cleaner.document import Document
from cleaner.edits import Edit
from cleaner.lexicon import is_common, pieces, word_set
from cleaner.rule import delete, pattern, rule
from cleaner.rules.garble.evidence import (
    chunk_around,
    line_at,
    odd_comma,
    odd_possessive,
    odd_stop,
    tabular,
    word_before,
)

GLUED_STOPS = (
    pattern(r"\.[A-ZÀ-Þ](?<=[a-zà-ÿ]{2}..)"),
    pattern(r"\?[A-ZÀ-Þ](?<=[a-zà-ÿ]{2}..)"),
    pattern(r"![A-ZÀ-Þ](?<=[a-zà-ÿ]{2}..)"),
)
GLUED_TO_NUMBER = pattern(r"\.[A-Z](?<=[\d%)]..)(?=[a-z])")
STARTERS = word_set(
    "the it he she they we you but and in on at for this that these those there if when while as "
    "after before with however according meanwhile many some most all one our his her their its "
    "what who how why i a an by to from so no not now then also although since because during under "
    "last"
)
# Ends of host names and files, which follow a stop with a capital in brands: Amazon.Com, report.PDF.
ENDINGS = word_set(
    "com org net edu gov io tv co uk us au ca de fr st js info biz pdf doc docx jpg png gif html "
    "php exe zip xls mp3 mp4 txt csv eu me fm app"
)
RIGHT = pattern(r"[^\W\d_][\w’'-]*")


@once
def after_stop(doc: Document) -> tuple[Edit, ...]:
    """Return the blanks missing after a stop."""
    text = doc.text
    if not (odd_stop(doc) or "?" in text or "!" in text):
        return ()
    found: list[tuple[int, bool]] = []
    for glued in GLUED_STOPS:
        for match in glued.finditer(text):
            sure = _begins_sentence(text, match.start())
            found += [] if sure is None else [(match.end() - 1, sure)]
    for match in GLUED_TO_NUMBER.finditer(text):
        at, word = match.start() + 1, RIGHT.match(text, match.start() + 1)
        starter = word and word[0].lower() in STARTERS and text[word.end() : word.end() + 1] == " "
        # "1.The", "2.In": numbers of a list's items.
        if word and starter and text[max(0, at - 6) : at - 1].strip("0123456789\n"):
            found.append((at, len(word[0]) > 1))
    habit = sum(sure for _, sure in found) > 1
    return tuple(Edit(at, at, " ") for at, sure in sorted(found) if sure or habit)


def _begins_sentence(text: str, stop: int) -> bool | None:
    """Whether a new sentence is glued to a stop: surely, perhaps (a name is before it), or not (None)."""
    left, right = word_before(text, stop), RIGHT.match(text, stop + 1)
    if not left or not right:
        return None
    before, after = (
        text[stop - len(left) - 1 : stop - len(left)],
        text[right.end() : right.end() + 2],
    )
    if (before and before in "./@<=_\\#&") or after[:1] in ("@", "/", "_", "(", "=", "\\"):
        return None
    if (after[:1] == "." and after[1:].isalnum()) or after in (":/", " ="):
        return None
    word = right[0].lower()
    starter = word in STARTERS and after[:1] in (" ", "’", "'", ",")
    if word in ENDINGS and not starter:
        return None
    if left[0].isupper() or len(left) < 3 or text[stop] == "!":
        return (
            (True if len(word) > 1 else None)
            if starter
            else None
            if len(right[0]) < 3 or text[stop] == "!" or len(left) < 4
            else False
        )
    if len(right[0]) == 1 and not starter:
        return None
    return True


@rule("GS001", fix="safe", when=after_stop)
def missing_space_after_stop(doc: Document) -> Iterable[Edit]:
    """A stop with the next sentence glued to it.

    Extractors join paragraphs and links without a blank. The word before must be in lower case and
    the one after begin like a sentence; after a name, only a word like "The" will do, unless the
    text shows the habit elsewhere. Hosts, files, handles and code keep their dots.

    ```diff
    - Prices are poised to spike.While one measure fell, another rose.
    + Prices are poised to spike. While one measure fell, another rose.
    ```

    ```diff
    - They fled to Jordan.The army followed.
    + They fled to Jordan. The army followed.
    ```

    ```diff
      Orders on Boohoo.Com doubled, the U.S.-based writer of Halo.Bungie.Org told fred.Smith@example.com.
    ```

    ```diff
      Reuters tickers such as <smbs.St> and code such as window.Location(x) keep their dots.
    ```
    """
    return after_stop(doc)


GLUED_COMMA = pattern(r",[a-z](?<=[A-Za-z]{2}..)(?=[a-z])")


@once
def after_comma(doc: Document) -> tuple[Edit, ...]:
    """Return the blanks missing after a comma between two English words."""
    text = doc.text
    if not odd_comma(doc):
        return ()
    return tuple(
        Edit(m.start() + 1, m.start() + 1, " ")
        for m in GLUED_COMMA.finditer(text)
        if _clause(text, m.start())
    )


def _clause(text: str, comma: int) -> bool:
    left, right = word_before(text, comma), RIGHT.match(text, comma + 1)
    if not right or len(left) < 2 or not _english(right[0]):
        return False
    if not (left[0].isupper() and len(left) > 2) and not _english(left):
        return False
    chunk = chunk_around(text, comma)
    return chunk.count(",") < 2 + chunk.endswith(",") and not any(
        sign in chunk for sign in "/@=<#_{&"
    )


def _english(word: str) -> bool:
    stem = word.lower().replace("’", "'").partition("'")[0]
    return is_common(stem) or pieces(stem) is not None


@rule("GS002", fix="safe", when=after_comma, languages=["en"])
def missing_space_after_comma(doc: Document) -> Iterable[Edit]:
    """A comma with the next word glued to it.

    Happens at a link's edge, like the glued stop. Both neighbours must be English words: "settlem,ent"
    is a typing error. A chain like "red,green,blue" is data.

    ```diff
    - As the war went on,viewers became frustrated.
    + As the war went on, viewers became frustrated.
    ```

    ```diff
      The settlem,ent names red,green,blue and white as its colours.
    ```
    """
    return after_comma(doc)


SPACED_STOPS = (pattern(r"\.(?<=[ \xa0]\.)"), pattern(r",(?<=[ \xa0],)"))


def has_spaced_stop(doc: Document) -> bool:
    """Whether any full stop or comma has a blank before it."""
    if not (odd_stop(doc) or odd_comma(doc)):
        return False
    text = doc.text
    return any(spaced.search(text) for spaced in SPACED_STOPS)


STOP_APART = pattern(
    r"""(?<=[A-Za-zÀ-ɏ0-9)”’"%\]])(?P<cut>[ \xa0]{1,2})
    (?!(?<=\d[ \xa0])(?:,[ \xa0]?\d{3}(?!\d)|\.[ \xa0]?\d))  # "3 , 400", "4 . 5": one number, or two
    (?:,(?P<tight>(?=[a-z]{2}))?(?=[\s”’"a-z]|\Z)|\.(?![.\w])(?![ \xa0]\.))""",
    "x",
)


@rule("GS003", fix="safe", when=has_spaced_stop)
def space_before_stop(doc: Document) -> Iterator[Edit]:
    """A blank before a full stop or a comma.

    Extractors pad links with blanks, so what follows a link is pushed away from it. Spaced ellipses
    ". . .", decimals ".5", names like ".net", numbers that were taken apart and the rows of tables are
    left alone.

    ```diff
    - The puzzles of cosmology , she said ,and meant it, outlive New Delhi .
    + The puzzles of cosmology, she said, and meant it, outlive New Delhi.
    ```

    ```diff
      The rate rose from .42 to .62 . . . and then the .net domain was sold.
      It costs 3 , 400 euros, up 2 . 3 percent.
    ```
    """
    text = doc.text
    stops = (stop.start() for spaced in SPACED_STOPS for stop in spaced.finditer(text))
    for at in stops:
        match = STOP_APART.match(text, max(0, at - 2)) or STOP_APART.match(text, at - 1)
        if not match:
            continue
        start = match.start()
        single = text[start - 2 : start - 1].isspace() and text[start - 1].isalpha()
        if not single and not tabular(line_at(text, start)):
            tight = match["tight"] is not None
            yield Edit(start, match.end(), ", ") if tight else Edit(*match.span("cut"))


SPACED_POSSESSIVE = pattern(r"(?P<cut> )['’]s(?= [a-z])(?<=[A-Za-z] ['’]s)")


@rule("GS018", fix="safe", when=odd_possessive, languages=["en"])
def space_before_possessive(doc: Document) -> Iterable[Edit]:
    """A blank before a possessive or a short "is".

    A padded link pushes the "'s" that follows it away.

    ```diff
    - CNN ’s reporter said that Israel 's plan was ready.
    + CNN’s reporter said that Israel's plan was ready.
    ```

    ```diff
      The songs of the ’90s; he said: 's all right.
    ```
    """
    return delete(SPACED_POSSESSIVE, doc.text)


SPACED_COLONS = {sign: pattern(rf"[{sign}](?<=[ \xa0].)") for sign in ":;?!"}


def has_spaced_colon(doc: Document) -> bool:
    """Whether any colon, semicolon, question or exclamation mark has a blank before it."""
    text = doc.text
    return any(sign in text and spaced.search(text) for sign, spaced in SPACED_COLONS.items())


COLON_APART = pattern(
    r"""(?<=[A-Za-zÀ-ɏ)”’"%\]])(?P<cut>[ \xa0])
    (?:;(?=\s|\Z)|:(?=[ ]["“]?[A-Za-z0-9])|[?!](?=["”’)]?(?:\s|\Z)))""",
    "x",
)


@rule(
    "GS004",
    fix="safe",
    when=has_spaced_colon,
    languages=["en", "es", "pt", "de", "it", "nl"],
)
def space_before_colon(doc: Document) -> Iterator[Edit]:
    """A blank before a colon, a semicolon, a question or an exclamation mark.

    The same padding of links. French sets a blank there, so only languages that don't are touched.

    ```diff
    - NEW DELHI : Their savings are gone; who will pay ?
    + NEW DELHI: Their savings are gone; who will pay?
    ```

    ```diff lang=fr
      Le ministre a dit à la presse : qui va payer pour les écoles et les routes du pays ?
    ```

    ```diff
      The final ended 3 : 1 and she wrote :) on the board.
    ```
    """
    text = doc.text
    for edit in delete(COLON_APART, text):
        if not tabular(line_at(text, edit.start)):
            yield edit
