"""The story of a parsed page: its blocks, and the models that decide."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import accumulate
from typing import TYPE_CHECKING

from cleaner.extraction.blocks import HEADINGS, Block, Page
from cleaner.extraction.evidence import opinion, taken
from cleaner.extraction.fallback import rescue
from cleaner.extraction.features import LABEL, STOP, features
from cleaner.extraction.metadata import Metadata
from cleaner.extraction.model import load, probabilities
from cleaner.extraction.text import render
from cleaner.numpy_start import load_numpy
from cleaner.phrases import label

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
OPENING = 3  # blocks of a story among which its title may stand again
SURE_LINK = 0.8  # probability that a block must have that is a link
MOST = 0.75  # share of its text that the box of a story holds
FIRST = 0.3  # share of the text in articles that the first must have, or all are one story
BUTTON = 25  # characters that the text of a button has less of
LINE, BAR = 160, 3  # characters of a line at most, links of a bar at least
ALL_LINK = 0.9  # share of characters in links that makes a block a link
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
    return chosen if linked < LINKED * sizes[chosen].sum() else []


def trimmed(rows: list[int], page: Page, titles: Iterable[str]) -> list[int]:
    """Leave out what no story begins or ends with: its title, links, labels; at the end, headings.

    The title counts as repeated only among the first few blocks.
    """
    known = {solid(title) for title in titles}
    rows = [
        row
        for place, row in enumerate(within(of_first_article(rows, page), page))
        if place >= OPENING or solid(page.blocks[row].text) not in known
    ]
    start, end = 0, len(rows)
    while start < end and (
        is_label(page.blocks[rows[start]]) or is_button(page.blocks[rows[start]])
    ):
        start += 1
    while start < end and (
        is_label(page.blocks[rows[end - 1]])
        or is_heading(page, page.blocks[rows[end - 1]])
        or is_follow_line(page, rows[end - 1])
    ):
        end -= 1
    return rows[start:end]


def of_first_article(rows: list[int], page: Page) -> list[int]:
    """Leave out the stories that were appended to the first in an <article> of their own.

    The first must hold a good part of what stands in articles, or they are parts of one story.
    """
    articles = outermost_articles(page)
    owners = [articles[page.blocks[row].box] for row in rows]
    sizes: dict[int, int] = {}
    for row, owner in zip(rows, owners, strict=True):
        if owner >= 0:
            sizes[owner] = sizes.get(owner, 0) + len(page.blocks[row].text)
    first = min(sizes, default=-1)
    if len(sizes) < 2 or sizes[first] < FIRST * sum(sizes.values()):
        return rows
    return [row for row, owner in zip(rows, owners, strict=True) if owner in (-1, first)]


def within(rows: list[int], page: Page) -> list[int]:
    """Leave out what stands below the box of the story, behind a link or a label that closes it."""
    if not rows:
        return rows
    blocks, box = page.blocks, story_box(rows, page)
    last = max(row for row in rows if box <= blocks[row].box < page.boxes[box].end)
    behind = range(last + 1, rows[-1] + 1)
    end = next((row for row in behind if is_divider(blocks[row])), rows[-1] + 1)
    return [row for row in rows if row < end]


def story_box(rows: list[int], page: Page) -> int:
    """Return the number of the innermost box that holds most of the blocks' text."""
    sizes = [0] * len(page.boxes)
    for row in rows:
        sizes[page.blocks[row].box] += len(page.blocks[row].text)
    running = [0, *accumulate(sizes)]
    return max(
        number
        for number, box in enumerate(page.boxes)
        if running[box.end] - running[number] >= MOST * running[-1]
    )


def is_divider(block: Block) -> bool:
    """Whether a block is a link or a certain label, behind which something else begins."""
    found = label(block.text) if len(block.text) <= LABEL else None
    return is_link(block) or (found is not None and found.strong)


def outermost_articles(page: Page) -> list[int]:
    """Return for each box the number of the outermost <article> around it, or -1."""
    found: list[int] = []
    for number, box in enumerate(page.boxes):
        above = found[box.parent] if box.parent >= 0 else -1
        found.append(above if above >= 0 or box.tag != "article" else number)
    return found


def solid(text: str) -> str:
    """Return a text in lower case without white space."""
    return "".join(text.lower().split())


def is_label(block: Block) -> bool:
    """Whether a block is a link, or a label that sites put around stories."""
    return is_link(block) or (len(block.text) <= LABEL and label(block.text) is not None)


def is_link(block: Block) -> bool:
    """Whether a block is nothing but a link, or several."""
    return block.link_chars >= ALL_LINK * len(block.text)


def is_follow_line(page: Page, row: int) -> bool:
    """Whether a block is a short line with a link, right behind a bar of links: both lead to networks."""
    block = page.blocks[row]
    if not block.links or len(block.text) > LINE or not row:
        return False
    bar = page.blocks[row - 1]
    return bar.links >= BAR and is_link(bar)


def is_button(block: Block) -> bool:
    """Whether a block is a word or two in a list, as the buttons of a share bar are."""
    return block.item and len(block.text) < BUTTON and not STOP.search(block.text)


def is_heading(page: Page, block: Block) -> bool:
    """Whether a block is a heading."""
    return page.boxes[block.box].tag in HEADINGS
