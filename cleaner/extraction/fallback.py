"""Where the blocks give next to nothing: the story from JSON-LD, from <article>, or from the densest box.

Each asks for real prose, because a page without a story must stay empty.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import unescape
from typing import TYPE_CHECKING

from cleaner.extraction.blocks import BIT, Block, Page, read_blocks
from cleaner.extraction.features import STOP, WIDE, WIDE_WORTH
from cleaner.extraction.text import render

if TYPE_CHECKING:
    from lxml.html import HtmlElement

SHORT = 250  # characters under which a story is implausible and something else is tried
ENOUGH = 300  # characters a fallback must have ...
SENTENCES = 3  # ... and sentences
LINKED = 0.3  # share of characters in links that prose may have
NOT_PROSE = BIT["nav"] | BIT["footer"] | BIT["aside"] | BIT["form"] | BIT["button"] | BIT["hidden"]
MAX_BODY = 500_000  # characters of an articleBody


def rescue(page: Page, body: str, found: str) -> tuple[str, str]:
    """Return a text and its origin: the first fallback that has a story, else what was found.

    Without any, the text is empty and the reason stands in the place of the origin.
    """
    if size(found) >= SHORT:
        return found, "blocks"
    for origin, text in (
        ("json-ld", from_json(body)),
        ("article", from_article(page)),
        ("densest", densest(page)),
    ):
        if size(text) >= max(ENOUGH, 2 * size(found)) and len(STOP.findall(text)) >= SENTENCES:
            return text, origin
    return (found, "blocks") if found else ("", "no text: no part of the page reads like a story")


def from_json(body: str) -> str:
    """Return the text of an articleBody, which may hold markup."""
    body = body[:MAX_BODY]
    if "&lt;" in body:
        body = unescape(body)
    if "</" not in body and "<br" not in body and "<p" not in body:
        return body
    return "\n".join(block.text for block in read_blocks(soup(body)).blocks)


def soup(fragment: str) -> HtmlElement:
    """Parse a fragment of HTML, however broken, through BeautifulSoup."""
    from bs4 import BeautifulSoup
    from lxml.html import HTMLParser, document_fromstring

    markup = str(BeautifulSoup(fragment, "lxml")).encode("utf-8", "replace")
    return document_fromstring(b"<div>" + markup + b"</div>", parser=HTMLParser(encoding="utf-8"))


def from_article(page: Page) -> str:
    """Return the prose of the <article> with the most of it."""
    articles = (number for number, box in enumerate(page.boxes) if box.tag == "article")
    return best(page, dict.fromkeys(articles))


def densest(page: Page) -> str:
    """Return the prose of the box that directly holds the most of it."""
    holders = (page.boxes[block.box].parent for block in page.blocks if is_prose(page, block))
    return best(page, dict.fromkeys(holders))


def best(page: Page, candidates: dict[int, None]) -> str:
    """Return the prose in the candidate box with the most of it; a block counts for the innermost one."""
    found: dict[int, list[Block]] = {}
    for block in page.blocks:
        if is_prose(page, block):
            holder = next((number for number in path(page, block.box) if number in candidates), -1)
            found.setdefault(holder, []).append(block)
    found.pop(-1, None)
    return max(map(render, found.values()), key=size, default="")


def path(page: Page, number: int) -> Iterator[int]:
    """Yield a box and the boxes around it."""
    while number >= 0:
        yield number
        number = page.boxes[number].parent


def is_prose(page: Page, block: Block) -> bool:
    """Whether a block reads like a sentence of a story."""
    linked = block.link_chars > LINKED * len(block.text)
    return (
        not linked and not page.boxes[block.box].bits & NOT_PROSE and bool(STOP.search(block.text))
    )


def size(text: str) -> float:
    """Return the length of a text in characters; one without spaces counts for more."""
    return len(text) if text.isascii() else len(text) + (WIDE_WORTH - 1) * len(WIDE.findall(text))
