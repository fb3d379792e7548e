"""A page as blocks: the runs of text that a browser sets apart, and the boxes they stand in.

A block is what stands between two block-level boundaries; inline tags end no block, so no word is glued
or split at a link. Boxes are the block-level elements around it, with the words of their class names.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from cleaner.extraction.clutter import is_clutter

if TYPE_CHECKING:
    from lxml.etree import _Element

SKIPPED = frozenset(
    "script style noscript template svg math iframe object embed audio video canvas select option textarea"
    " input img picture source map area head title meta link base param track progress meter datalist"
    " frameset noframes".split()
)
BLOCK = frozenset(
    "address article aside blockquote body button caption center dd details dialog dir div dl dt fieldset"
    " figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup html label legend li main menu nav ol p"
    " pre q-a search section summary table tbody td tfoot th thead tr ul".split()
)
RULE = frozenset({"hr"})
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
BOLD = frozenset({"b", "strong"})

# Kinds of box a block can stand in, one bit each; a box inherits the bits of the boxes around it.
FLAGS = (
    "article main aside nav footer header form figure figcaption list table quote button hidden section heading"
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
NAMING = frozenset(
    "class id role itemprop itemtype aria-label data-testid data-component data-module data-type data-name"
    " data-qa data-role data-block data-ga-module".split()
)
NO_DISPLAY = re.compile(r"display\s{0,3}:\s{0,3}none")
WORD = re.compile(r"[A-Z]?[a-z]{2,20}|[A-Z]{3,20}")


@dataclass(slots=True)
class Box:
    """A block-level element: where it stands, what it is and what its author called it."""

    parent: int  # index of the box around it, -1 for the outermost
    depth: int
    tag: str
    bits: int  # FLAGS, its own and inherited
    words: tuple[str, ...]  # of its class, id, role ...


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

    page = Page()
    boxes, blocks = page.boxes, page.blocks
    pieces: list[str] = []
    links: list[int] = []  # indices into pieces where links begin and end, in turns
    bolds: list[int] = []
    inline: list[str] = []
    box, breaks, cells, item = -1, 0, False, False
    in_link = in_bold = 0

    def flush() -> None:
        nonlocal item
        text = joined(pieces)
        if text:
            if in_link:
                links.append(len(pieces))
            if in_bold:
                bolds.append(len(pieces))
            blocks.append(
                Block(
                    box,
                    text,
                    covered(pieces, links),
                    (len(links) + 1) // 2,
                    covered(pieces, bolds),
                    tuple(inline),
                    item,
                )
            )
            item = False
        pieces.clear()
        links.clear()
        bolds.clear()
        inline.clear()
        if in_link:
            links.append(0)
        if in_bold:
            bolds.append(0)

    walker = iterwalk(root, events=("start", "end"))
    for event, element in walker:
        tag = element.tag
        if event == "start":
            if tag in SKIPPED or not isinstance(tag, str):
                walker.skip_subtree()
                continue
            if tag in BLOCK:
                if (tag == "td" or tag == "th") and cells:
                    if pieces:
                        pieces.append(" | ")
                else:
                    flush()
                if tag == "tr":
                    cells = is_row(element)
                item = item or tag == "li"
                new = new_box(element, tag, box, boxes)
                boxes.append(new)
                box = len(boxes) - 1
                if is_clutter(element, tag, new.words):
                    page.clutter.append(element)
                    walker.skip_subtree()
                    continue
                breaks = 0
            elif tag == "br":
                pieces.append("\n")
                breaks += 1
            elif tag in RULE:
                flush()
            else:
                if tag == "a":
                    if not in_link:
                        links.append(len(pieces))
                    in_link += 1
                elif tag in BOLD:
                    if not in_bold:
                        bolds.append(len(pieces))
                    in_bold += 1
                if len(inline) < 24:
                    inline.extend(naming_words(element.items()))
            if element.text:
                pieces.append(element.text)
                if breaks and not element.text.isspace():
                    breaks = 0
            continue
        if tag in SKIPPED or not isinstance(tag, str):
            pass
        elif tag in BLOCK:
            if not ((tag == "td" or tag == "th") and cells):
                flush()
            if tag == "tr":
                cells = False
            elif tag == "li":
                item = False
            box = boxes[box].parent
        elif tag == "a":
            in_link -= 1
            if not in_link:
                links.append(len(pieces))
        elif tag in BOLD:
            in_bold -= 1
            if not in_bold:
                bolds.append(len(pieces))
        tail = element.tail
        if tail:
            if breaks and not tail.isspace():
                if breaks > 1:
                    flush()
                breaks = 0
            pieces.append(tail)
    flush()
    return page


def joined(pieces: list[str]) -> str:
    """Join pieces of text as a browser would: white space collapses, `<br>` is a line break."""
    lines = []
    part: list[str] = []
    for piece in pieces:
        if piece == "\n":
            lines.append(part)
            part = []
        else:
            part.append(piece)
    if not lines:
        return " ".join("".join(part).split())
    lines.append(part)
    texts = (" ".join("".join(line).split()) for line in lines)
    return "\n".join(text for text in texts if text)


def covered(pieces: list[str], turns: list[int]) -> int:
    """Count the characters of the pieces between turns (begin, end, begin, end ...)."""
    return sum(
        len(piece.strip())
        for start, end in zip(turns[::2], turns[1::2], strict=False)
        for piece in pieces[start:end]
    )


def is_row(row: _Element) -> bool:
    """Whether a table row holds short cells, rather than laying out parts of the page."""
    return len(row) > 1 and not any(inner.tag in BLOCK for cell in row for inner in cell)


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


def naming_words(attributes: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """Return the words that an element's attributes name it with."""
    values = [value for name, value in attributes if name in NAMING]
    return split_name(" ".join(values)[:300]) if values else ()


@lru_cache(maxsize=4096)
def split_name(name: str) -> tuple[str, ...]:
    """Split class names into words.

    >>> split_name("article-body relatedPosts c-2")
    ('article', 'body', 'related', 'posts')
    """
    return tuple(dict.fromkeys(word.lower() for word in WORD.findall(name)))
