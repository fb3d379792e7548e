"""A page as blocks: the runs of text that a browser sets apart, and the boxes they stand in.

A block is what stands between two block-level boundaries; inline tags end no block, so no word is glued
or split at a link. Boxes are the block-level elements around it, with the words of their class names.
"""

# ruff: noqa: SIM905 - a list of names reads better as one string

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cleaner.extraction.clutter import is_clutter
from cleaner.extraction.names import naming_words

if TYPE_CHECKING:
    from lxml.etree import _Element

SKIPPED = frozenset(
    "script style noscript template svg math iframe object embed audio video canvas select option textarea"
    " input img picture source map area head title meta link base param track progress meter datalist"
    " frameset noframes".split()
)
STRUCK = frozenset({"del", "s", "strike"})  # "<del>forty</del> fifty" says fifty
LONGEST_STRUCK = 200  # characters
PRICE = re.compile("[$€£¥₹]")
BLOCK = frozenset(
    "address article aside blockquote body button caption center dd details dialog dir div dl dt fieldset"
    " figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup html label legend li main menu nav ol p"
    " pre q-a search section summary table tbody td tfoot th thead tr ul".split()
)
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
BOLD = frozenset({"b", "strong"})
CELLS = frozenset({"td", "th"})
SPLITTING = (*BLOCK, "hr")
MAX_COLUMNS, MAX_BREAKS = 4, 3  # columns of a page, and line breaks in a cell of data in such a row
CLUTTER = object()
BREAK = "\0"  # a line break among pieces of text; no parsed page has the character
MAX_INLINE = 24  # words of inline elements per block

# Kinds of box a block can stand in, one bit each; a box inherits the bits of the boxes around it.
FLAGS = (
    "article main aside nav footer header form figure figcaption list table quote button hidden"
    " section heading"
).split()
BIT = {name: 1 << number for number, name in enumerate(FLAGS)}
TAG_BITS = {
    **{
        name: BIT[name]
        for name in "article main aside nav footer header form figure figcaption table button section".split()
    },
    **dict.fromkeys(("ul", "ol", "dl", "menu", "dir"), BIT["list"]),
    **dict.fromkeys(("fieldset", "label", "legend"), BIT["form"]),
    **dict.fromkeys(HEADINGS, BIT["heading"]),
    "blockquote": BIT["quote"],
    "caption": BIT["figcaption"],
}
ROLE_BITS = {
    "article": BIT["article"],
    "main": BIT["main"],
    "complementary": BIT["aside"],
    "navigation": BIT["nav"],
    "contentinfo": BIT["footer"],
    "banner": BIT["header"],
    "form": BIT["form"],
    "search": BIT["form"],
    "button": BIT["button"],
    "dialog": BIT["form"],
}
NOTE = re.compile(r"[\[(]?(?:\d{1,3}|[a-z*†‡§])[\])]?")
NUMBER = re.compile(r"[+−-]?\d{1,3}")
RAISED = str.maketrans("0123456789+-−", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻")
BLOCK_DISPLAY = re.compile(r"display\s{0,3}:\s{0,3}(?:block|flex|grid|list-item)\b")
NO_DISPLAY = re.compile(r"display\s{0,3}:\s{0,3}none")


@dataclass(slots=True)
class Box:
    """A block-level element: where it stands, what it is and what its author called it."""

    parent: int  # index of the box around it, -1 for the outermost
    depth: int
    tag: str
    bits: int  # FLAGS, its own and inherited
    words: tuple[str, ...]  # of its class, id, role ...
    end: int = 0  # index after the last box in it


@dataclass(slots=True)
class Block:
    """A run of text between two block-level boundaries; numbers are of characters."""

    box: int
    text: str
    link_chars: int
    links: int
    bold_chars: int
    words: tuple[str, ...]  # of the inline elements in it
    item: bool = False  # first block of a list item


@dataclass(slots=True)
class Page:
    """The blocks of a page in order, and the boxes they stand in; a box comes after the box around it."""

    boxes: list[Box] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    clutter: list[_Element] = field(default_factory=list)  # elements left out


def read_blocks(root: _Element) -> Page:
    """Walk a tree once and return its blocks. The tree is left as it is."""
    from lxml.etree import iterwalk

    walk = Walk()
    walker = iterwalk(root, events=("start", "end"))
    for event, element in walker:
        tag = element.tag
        if event == "end":
            walk.close(element, tag)
        elif tag in SKIPPED or not isinstance(tag, str) or walk.open(element, tag) is CLUTTER:
            walker.skip_subtree()
    walk.flush()
    return walk.page


class Walk:
    """The state of a walk over a tree: the page so far, and the run of text that is being read."""

    __slots__ = (
        "apart", "bold", "bolds", "box", "breaks", "cells", "inline", "item", "link", "links", "page",
        "pieces",
    )  # fmt: skip

    def __init__(self) -> None:
        self.page = Page()
        self.box = -1  # index of the box that is open
        self.pieces: list[str] = []  # of text
        self.inline: list[str] = []  # words that inline elements are named with
        self.link = self.bold = 0  # how many links and bold elements are open
        self.links: list[int] = []  # indices into pieces where links begin and end, in turns
        self.bolds: list[int] = []
        self.breaks = 0  # <br> since the last text
        self.apart: set[_Element] = set()  # open elements that are blocks, but not by their tags
        self.cells = False  # in a table row whose cells are read as one block
        self.item = False  # in a list item of which no block was read yet

    def open(self, element: _Element, tag: str) -> object:
        """Enter an element; return CLUTTER when nothing in it is to be read."""
        if tag in BLOCK:
            self.boundary(tag)
            box = new_box(element, tag, self.box, self.page.boxes)
            self.box = len(self.page.boxes)
            self.page.boxes.append(box)
            if is_clutter(element, tag, box.words):
                self.page.clutter.append(element)
                return CLUTTER
            if tag == "tr":
                self.cells = is_row(element)
            elif tag == "li":
                self.item = True
        elif tag == "br":
            self.pieces.append(BREAK)
            self.breaks += 1
        elif tag == "hr":
            self.flush()
        elif tag in STRUCK and is_struck(element):
            return CLUTTER
        elif tag == "sup" and (raised := superscript(element)) is not None:
            self.pieces.append(raised)
            return CLUTTER
        else:
            if is_shown_apart(element, tag):
                self.flush()
                self.apart.add(element)
            self.open_inline(element, tag)
        text = element.text
        if text and (self.pieces or not text.isspace()):
            self.read(text)
        return None

    def close(self, element: _Element, tag: str) -> None:
        """Leave an element and read what follows it."""
        if tag in BLOCK:
            if not (self.cells and tag in CELLS):
                self.flush()
            if tag == "tr":
                self.cells = False
            elif tag == "li":
                self.item = False
            box = self.page.boxes[self.box]
            box.end = len(self.page.boxes)
            self.box = box.parent
        elif element in self.apart:
            self.apart.remove(element)
            self.flush()
        elif tag == "a":
            self.link -= 1
            if not self.link:
                self.links.append(len(self.pieces))
        elif tag in BOLD:
            self.bold -= 1
            if not self.bold:
                self.bolds.append(len(self.pieces))
        tail = element.tail
        if tail and (self.pieces or not tail.isspace()):
            self.read(tail)

    def boundary(self, tag: str) -> None:
        """End the block before a block-level element; cells of a row become parts of one block."""
        if not (self.cells and tag in CELLS):
            self.flush()
        elif self.pieces:
            self.pieces.append(" | ")

    def open_inline(self, element: _Element, tag: str) -> None:
        """Enter an inline element: what it is to the text in it."""
        if tag == "a":
            if not self.link:
                self.links.append(len(self.pieces))
            self.link += 1
        elif tag in BOLD:
            if not self.bold:
                self.bolds.append(len(self.pieces))
            self.bold += 1
        if len(self.inline) < MAX_INLINE:
            self.inline.extend(naming_words(element.items()))

    def read(self, text: str) -> None:
        """Add text to the run; two line breaks before it make it a block of its own."""
        if self.breaks and not text.isspace():
            if self.breaks > 1:
                self.flush()
            self.breaks = 0
        self.pieces.append(text)

    def flush(self) -> None:
        """End the run of text; make a block of it if it isn't blank."""
        self.breaks = 0
        pieces, links, bolds = self.pieces, self.links, self.bolds
        if not (pieces or links or bolds or self.inline):
            return
        text = joined(pieces) if pieces else ""
        if text:
            inline = tuple(self.inline)
            number = (len(links) + 1) // 2
            linked, bold = covered(pieces, links), covered(pieces, bolds)
            self.page.blocks.append(Block(self.box, text, linked, number, bold, inline, self.item))
            self.item = False
        pieces.clear()
        self.inline.clear()
        links[:] = [0] if self.link else []
        bolds[:] = [0] if self.bold else []


def joined(pieces: list[str]) -> str:
    """Join pieces of text as a browser would: white space collapses, `<br>` is a line break."""
    lines = []
    part: list[str] = []
    for piece in pieces:
        if piece == BREAK:
            lines.append(part)
            part = []
        else:
            part.append(piece)
    if not lines:
        return " ".join((part[0] if len(part) == 1 else "".join(part)).split())
    lines.append(part)
    texts = (" ".join("".join(line).split()) for line in lines)
    return "\n".join(text for text in texts if text)


def covered(pieces: list[str], turns: list[int]) -> int:
    """Count the characters of the pieces between turns (begin, end, begin, end ...); the last may be open."""
    if not turns:
        return 0
    ends = turns[1::2] if len(turns) % 2 == 0 else [*turns[1::2], len(pieces)]
    spans = zip(turns[::2], ends, strict=True)
    return sum(len(piece.strip()) for start, end in spans for piece in pieces[start:end])


def is_row(row: _Element) -> bool:
    """Whether a table row holds short cells, rather than laying out parts of the page."""
    cells = [cell for cell in row if cell.tag in CELLS]
    if len(cells) < 2 or any(
        inner is not cell for cell in cells for inner in cell.iter(*SPLITTING)
    ):
        return False
    columns = len(cells) <= MAX_COLUMNS and all(cell.tag == "td" for cell in cells)
    return not columns or all(count_breaks(cell) <= MAX_BREAKS for cell in cells)


def count_breaks(cell: _Element) -> int:
    """Return how many line breaks are in a cell."""
    return sum(1 for _ in cell.iter("br"))


def is_struck(element: _Element) -> bool:
    """Whether a struck-out text no longer holds: an old price does.

    Where an end tag is missing, parsers strike out all that follows: a long text, or all of a paragraph.
    """
    text = "".join(element.itertext())
    return len(text) <= LONGEST_STRUCK and not PRICE.search(text) and not stands_apart(element)


def superscript(element: _Element) -> str | None:
    """Return what stands for a raised text: nothing for a link to a note, raised digits for a number.

    Written on the line, both would be part of the number before them: "in 2019" with note 3 is not 20193, nor
    is ten to the sixth 106. None for a text that can stand there, as in "1st".
    """
    text = "".join(element.itertext()).strip()
    if NOTE.fullmatch(text) and any("#" in (a.get("href") or "") for a in element.iter("a")):
        return ""
    return text.translate(RAISED) if NUMBER.fullmatch(text) else None


def is_shown_apart(element: _Element, tag: str) -> bool:
    """Whether readers see a block where the tag names none: by its style, or as it stands.

    Elements that a site defines itself, with a hyphen in their names, may be blocks or words.
    """
    if "-" in tag:
        return stands_apart(element)
    return tag == "span" and BLOCK_DISPLAY.search(element.get("style", "")) is not None


def stands_apart(element: _Element) -> bool:
    """Whether an element has text of its own, and none beside it."""
    before = element.getprevious()
    parent = element.getparent()
    beside = before.tail if before is not None else parent.text if parent is not None else None
    return not any(map(has_text, (beside, element.tail))) and has_text(element.text)


def has_text(text: str | None) -> bool:
    """Whether there is text, and not only white space."""
    return bool(text) and not str(text).isspace()


def new_box(element: _Element, tag: str, parent: int, boxes: list[Box]) -> Box:
    """Return the box of an element."""
    around = boxes[parent] if parent >= 0 else None
    bits = TAG_BITS.get(tag, 0) | (around.bits if around else 0)
    depth = around.depth + 1 if around else 0
    attributes = element.items()
    if not attributes:
        return Box(parent, depth, tag, bits, ())
    for name, value in attributes:
        if name == "role":
            bits |= ROLE_BITS.get(value, 0)
        elif name == "hidden" or (name == "style" and NO_DISPLAY.search(value)):
            bits |= BIT["hidden"]
        elif name == "itemprop" and value == "articleBody":
            bits |= BIT["article"]
    return Box(parent, depth, tag, bits, naming_words(attributes))
