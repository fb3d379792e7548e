"""The story of a parsed page: its blocks, and the models that decide."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cleaner.extraction.blocks import Page
from cleaner.extraction.evidence import opinion, taken
from cleaner.extraction.fallback import rescue
from cleaner.extraction.features import features
from cleaner.extraction.metadata import Metadata
from cleaner.extraction.model import load, probabilities
from cleaner.extraction.text import render
from cleaner.extraction.trimming import is_link, trimmed, with_headings
from cleaner.numpy_start import load_numpy

if TYPE_CHECKING:
    import numpy as np
    from lxml.html import HtmlElement
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

MAX_BLOCKS = 20_000  # a page with more is a list
LEANING = 0.65  # .5 is best for F1; more is more precise
LOWEST = 0.2  # probability that a block must have on any page
LONG = 5_200  # characters of a story whose blocks need a probability of .5; more in longer ones
HIGHEST = 0.95  # probability that is enough in any story
LINKED = 0.7  # share of characters in links from which a text is a list of links, not a story
LIKELY = 0.4  # share of the threshold that a heading must have which a story may have lost
SURE_LINK = 0.8  # probability that a block must have that is a link
SURE = 0.95  # F1 that the first model must expect, or trafilatura is asked too
HELPED = 0.65  # weight of the second model then


def read_story(tree: HtmlElement, page: Page, known: Metadata) -> tuple[str, str]:
    """Return the text of a page's story and where it comes from, or why it is empty.

    The tree is used up.
    """
    if not page.blocks:
        return rescue(page, known.body, "")
    if len(page.blocks) > MAX_BLOCKS:
        return "", f"too large: {len(page.blocks):,} blocks of text, the limit is {MAX_BLOCKS:,}"
    rows = trimmed(select(score(tree, page, known), page), page, known.titles)
    return rescue(page, known.body, render(page.blocks[row] for row in rows))


def score(tree: HtmlElement, page: Page, known: Metadata) -> Floats:
    """Return for each block the probability that it belongs to the story.

    The first model knows the page alone. Where it is unsure, the second has trafilatura's opinion as well.
    """
    load_numpy()
    model = load()
    columns = features(
        page,
        model.words,
        titles=known.titles,
        body=known.body,
        summary=known.description,
    )
    alone = model.first.odds(columns)
    first = probabilities(alone)
    if expected(first, columns["size"])[0] > SURE:
        return first
    columns |= taken(page, opinion(tree, page.clutter), columns["size"])
    return both(alone, model.second.odds(columns))


def both(alone: Floats, helped: Floats) -> Floats:
    """Return the probabilities that the log-odds of the two models give together."""
    return probabilities((1 - HELPED) * alone + HELPED * helped)


def expected(scores: Floats, sizes: Floats) -> tuple[float, float]:
    """Return the best F1 to expect of a page, and the threshold that gives it, which is half of it.

    Lipton, Elkan and Naryanaswamy, 2014. The threshold is lower on a page where nothing is certain, and
    higher in a long story, where a block that is left out is a small loss and one too many adds as many
    words as anywhere.
    """
    import numpy as np

    order = np.argsort(-scores, kind="stable")
    wanted = sizes * scores
    curve = 2 * np.cumsum(wanted[order]) / (np.cumsum(sizes[order]) + wanted.sum())
    best, length = float(curve.max()), float(wanted.sum())
    return best, max(LOWEST, LEANING * best, min(HIGHEST, length / (length + LONG)))


def select(scores: Floats, page: Page) -> list[int]:
    """Return the numbers of the blocks that are taken."""
    import numpy as np

    sizes = np.array([len(block.text) for block in page.blocks], np.float64)
    threshold = expected(scores, sizes)[1]
    links = np.array([is_link(block) for block in page.blocks])
    chosen: list[int] = np.flatnonzero(scores > np.where(links, SURE_LINK, threshold)).tolist()
    linked = sum(page.blocks[row].link_chars for row in chosen)
    if linked >= LINKED * sizes[chosen].sum():
        return []
    return with_headings(chosen, (scores > LIKELY * threshold).tolist(), page)
