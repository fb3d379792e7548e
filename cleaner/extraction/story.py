"""The story of a parsed page: its blocks, trafilatura's opinion of them, and the model that decides."""

# ruff: noqa: SIM905 - a list of names reads better as one string

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
LEANING = 0.55  # .5 is best for F1; more is more precise
LOWEST = 0.2  # probability that a block must have on any page
LINKED = 0.7  # share of characters in links from which a text is a list of links, not a story
# What trafilatura would take out itself, step by step and from several copies of the tree.
UNREAD = tuple(
    "script style svg template iframe noscript nav aside footer menu audio video canvas object embed"
    " head".split()
)


def read_story(tree: HtmlElement, known: Metadata) -> tuple[str, str]:
    """Return the text of a page's story and where it comes from, or why it is empty.

    The tree is used up.
    """
    page = read_blocks(tree)
    if not page.blocks:
        return rescue(page, known.body, "")
    if len(page.blocks) > MAX_BLOCKS:
        return "", f"too large: {len(page.blocks):,} blocks of text, the limit is {MAX_BLOCKS:,}"
    probabilities = score(page, known, opinion(tree, page.clutter))
    chosen = render(page.blocks[row] for row in select(probabilities, page))
    return rescue(page, known.body, chosen)


def score(page: Page, known: Metadata, evidence: str) -> NDArray[np.float64]:
    """Return for each block the probability that it belongs to the story."""
    model = load()
    columns = features(
        page,
        model.words,
        titles=known.titles,
        body=known.body,
        summary=known.description,
        evidence=evidence,
    )
    return model.trees.probabilities(columns)


def select(probabilities: NDArray[np.float64], page: Page) -> list[int]:
    """Return the numbers of the blocks that are taken.

    The threshold that gives the best F1 is half of that F1 (Lipton, Elkan and Naryanaswamy, 2014), so it
    is lower on a page where nothing is certain. Here it leans a little to precision.
    """
    import numpy as np

    sizes = np.array([len(block.text) for block in page.blocks], np.float64)
    order = np.argsort(-probabilities, kind="stable")
    wanted = sizes * probabilities
    best = (2 * np.cumsum(wanted[order]) / (np.cumsum(sizes[order]) + wanted.sum())).max()
    chosen: list[int] = np.flatnonzero(probabilities > max(LOWEST, LEANING * best)).tolist()
    linked = sum(page.blocks[row].link_chars for row in chosen)
    return chosen if linked < LINKED * sizes[chosen].sum() else []


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
        found = bare_extraction(tree, fast=True, favor_recall=True, include_comments=False)
    except Exception:  # noqa: BLE001 - whatever it trips over, the blocks are there without it
        return ""
    return (getattr(found, "text", None) or "") if found else ""
