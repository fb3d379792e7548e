"""One parse of a page, and the limits that keep it bounded.

Nothing can stop libxml2 or trafilatura half-way from inside a thread, so the limits are on what goes in:
characters before the parse, elements and attributes after it. All work behind them is linear in these.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lxml.html import HtmlElement

MAX_CHARACTERS = 12_000_000  # the largest news pages are 4 MB; they parse in a tenth of a second
MAX_ELEMENTS = 150_000

INVALID = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")  # one class: linear
DECLARATION = re.compile(r"\s{0,100}<\?xml[^>]{0,500}>")
TAG = re.compile(r"<[a-zA-Z!/]")


class Refused(Exception):  # noqa: N818 - never leaves the package; its message becomes a reason
    """A page that isn't parsed, and why."""


def parse(html: str) -> HtmlElement:
    """Parse a page into the tree that all later steps share; raise Refused when it is none or too large."""
    from lxml.etree import LxmlError
    from lxml.html import document_fromstring

    if len(html) > MAX_CHARACTERS:
        raise Refused(f"too large: {len(html):,} characters, the limit is {MAX_CHARACTERS:,}")
    if not TAG.search(html):
        raise Refused("no HTML" if html.strip() else "empty")
    try:
        tree = document_fromstring(INVALID.sub("", DECLARATION.sub("", html, count=1)), parser=parser())
    except (LxmlError, ValueError, AssertionError) as error:
        raise Refused(f"can't be parsed: {error}") from error
    elements = sum(1 for _ in tree.iter())
    if elements > MAX_ELEMENTS:
        raise Refused(f"too large: {elements:,} elements, the limit is {MAX_ELEMENTS:,}")
    return tree


def parser() -> Any:
    """Return a parser as trafilatura configures it, without comments; libxml2's own limits stay on."""
    from lxml.html import HTMLParser

    return HTMLParser(
        collect_ids=False, default_doctype=False, remove_comments=True, remove_pis=True, huge_tree=False
    )
