"""One parse of a page, and the limits that keep it bounded.

Nothing can stop libxml2 or trafilatura half-way from inside a thread, so the limits are on what goes in:
characters before the parse, elements after it. All work behind them is linear in these.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.html import HtmlElement

MAX_CHARACTERS = 12_000_000  # the largest news pages have 4 million
MAX_ELEMENTS = 100_000
LEGIBLE = 250  # characters from which what was read of a page that is cut off counts
MAX_ATTRIBUTES = 1_000  # of one tag; libxml2 compares each with all before it

METADATA = frozenset({"title", "meta", "link", "script", "style", "base", "noscript", "template"})
TAG = re.compile(r"<[a-zA-Z!/?]")
# A script, a style, a comment, or a tag to its end, quoted values included. Every repeat is possessive and
# none can fail but at the last quote of the page, so nothing is read twice.
WHOLE_TAG = re.compile(
    r"""<script\b(?:[^<]++|<(?!/script))*+ | <style\b(?:[^<]++|<(?!/style))*+ | <!--(?:[^-]++|-(?!->))*+
    | (?P<tag><[a-z](?:[^>=]++|=\s*+(?:"[^"]*+"|'[^']*+')?+)*+)""",
    re.VERBOSE | re.IGNORECASE,
)
VALUE = re.compile(r"""=\s*+(?:"[^"]*+"|'[^']*+')""")
ATTRIBUTE = re.compile(r"[\s/][^\s>/=]")


class Refused(Exception):  # noqa: N818 - never leaves the package; its message becomes a reason
    """A page that isn't read, and why."""


def parse(html: str) -> HtmlElement:
    """Parse a page into the tree that all later steps share; raise Refused when it is none or too large."""
    from lxml.etree import LxmlError

    if len(html) > MAX_CHARACTERS:
        raise Refused(f"too large: {len(html):,} characters, the limit is {MAX_CHARACTERS:,}")
    if not TAG.search(html):
        raise Refused("no HTML" if html.strip() else "empty")
    if (
        len(html) > 3 * MAX_ATTRIBUTES
        and max(map(attributes, WHOLE_TAG.finditer(html)), default=0) > MAX_ATTRIBUTES
    ):
        raise Refused(f"too large: a tag with more than {MAX_ATTRIBUTES:,} attributes")
    data = html.replace("\0", "").encode("utf-8", "replace")  # half of a surrogate pair becomes "?"
    try:
        tree, cut = read(data)
        if cut:
            tree, cut = read(data, huge_tree=True)
    except (LxmlError, ValueError, AssertionError) as error:
        raise Refused(f"no HTML: {error}") from error
    if cut and len(str(tree.xpath("normalize-space()"))) < LEGIBLE:
        raise Refused("nested too deep: more than 2,000 elements within each other")
    elements = count(tree)
    if elements > MAX_ELEMENTS:
        raise Refused(f"too large: {elements:,} elements, the limit is {MAX_ELEMENTS:,}")
    empty_head(tree)
    return tree


def read(data: bytes, *, huge_tree: bool = False) -> tuple[HtmlElement, bool]:
    """Return the tree of a page and whether it is cut off at the depth to which libxml2 reads.

    That is 256, which tags that are never closed reach on real pages; 2,048 in huge trees.
    """
    from lxml.html import HTMLParser, document_fromstring

    parser = HTMLParser(
        encoding="utf-8",
        collect_ids=False,
        remove_comments=True,
        remove_pis=True,
        huge_tree=huge_tree,
    )
    tree = document_fromstring(data, parser=parser)
    return tree, any(error.type_name == "ERR_RESOURCE_LIMIT" for error in parser.error_log)


def empty_head(tree: HtmlElement) -> None:
    """Move what is no metadata from the head into the body.

    HTML lets a page leave out <body>, and libxml2, which knows no HTML 5, then takes <article>, <main> and
    the like for a part of the head.
    """
    from lxml.html import HtmlElement

    head = tree.find("head")
    if head is None:
        return
    first = next((n for n, element in enumerate(head) if element.tag not in METADATA), None)
    if first is None:
        return
    strays = head[first:]
    body = tree.find("body")
    if body is None:
        body = HtmlElement()
        body.tag = "body"
        tree.append(body)
    strays[-1].tail = (strays[-1].tail or "") + (body.text or "") or None
    body.text = None
    body[:0] = strays


def attributes(match: re.Match[str]) -> int:
    """Count the attributes of a tag; short tags don't have many."""
    if match["tag"] is None or match.end() - match.start() < 2 * MAX_ATTRIBUTES:
        return 0
    return len(ATTRIBUTE.findall(VALUE.sub("=", match["tag"])))


def count(tree: HtmlElement) -> int:
    """Count the elements of a tree."""
    return int(tree.xpath("count(descendant-or-self::*)"))
