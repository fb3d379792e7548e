"""The story of a parsed page: its blocks, trafilatura's opinion of them, and the model that decides."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cleaner.extraction.blocks import Page, read_blocks
from cleaner.extraction.fallback import rescue
from cleaner.extraction.features import features
from cleaner.extraction.metadata import Metadata
from cleaner.extraction.model import load
from cleaner.extraction.text import render
from cleaner.extraction.tree import count

if TYPE_CHECKING:
    import numpy as np
    from lxml.etree import _Element
    from lxml.html import HtmlElement
    from numpy.typing import NDArray

MAX_BLOCKS = 20_000  # a page with more is a list
MAX_TRAFILATURA = 20_000  # elements; some of its steps look at all of a box for each element in it
UNREAD = ("script", "style", "svg", "template", "iframe", "noscript")


def read_story(tree: HtmlElement, known: Metadata) -> tuple[str, str]:
    """Return the text of a page's story and where it comes from; trafilatura consumes the tree."""
    page = read_blocks(tree)
    if not page.blocks or len(page.blocks) > MAX_BLOCKS:
        return "", "blocks"
    probabilities = score(page, known, opinion(tree, page.clutter))
    chosen = render(page.blocks[row] for row in (probabilities > load().threshold).nonzero()[0])
    return rescue(page, known.body, chosen)


def score(page: Page, known: Metadata, evidence: str) -> NDArray[np.float64]:
    """Return for each block the probability that it belongs to the story."""
    model = load()
    rows = features(
        page, model.words, titles=known.titles, body=known.body, summary=known.description, evidence=evidence
    )
    return model.trees.probabilities(rows)


def opinion(tree: HtmlElement, clutter: list[_Element]) -> str:
    """Return what trafilatura takes for the story: rough, but with years of rules in it."""
    from lxml.etree import strip_elements
    from trafilatura import bare_extraction

    for element in clutter:
        element.drop_tree()
    strip_elements(tree, *UNREAD, with_tail=False)
    if count(tree) > MAX_TRAFILATURA:
        return ""
    try:
        found = bare_extraction(tree, fast=True, include_comments=False)
    except Exception:  # noqa: BLE001 - whatever it trips over, the blocks are there without it
        return ""
    return (getattr(found, "text", None) or "") if found else ""
