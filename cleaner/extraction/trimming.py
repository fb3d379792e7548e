"""What the shape of a page says of the blocks that the models chose: which belong with them, which don't."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate

from cleaner.extraction.blocks import CELLS, HEADINGS, Block, Page
from cleaner.extraction.features import LABEL, STOP
from cleaner.phrases import label

RANKS = 2  # headings above a block that may have been left out
OPENING = 3  # blocks of a story among which its title may stand again
MOST = 0.75  # share of its text that the box of a story holds
FIRST = 0.3  # share of the text in articles that the first must have, or all are one story
COLUMN = 0.4  # share of the prose that the column of a story must have
DOUBT = 3  # characters of a block that one in a link makes doubtful
BUTTON = 25  # characters that the text of a button has less of
LINE, BAR = 160, 3  # characters of a line at most, links of a bar at least
BETWEEN = re.compile(r"\s*[|·•«»‹›/]+\s*")
ALL_LINK = 0.9  # share of characters in links that makes a block a link


def with_headings(rows: list[int], likely: Sequence[bool], page: Page) -> list[int]:
    """Add the headings within the story that were left out: a heading belongs to what follows it.

    `likely` says of each block whether it may be the story's at all. What stands above the first block may
    head it for the site, and a label heads what isn't the story's.
    """
    chosen = set(rows)
    for row in rows[1:]:
        for above in range(row - 1, max(row - 1 - RANKS, rows[0]), -1):
            block = page.blocks[above]
            if above in chosen or not likely[above]:
                break
            if not is_heading(page, block) or is_label(block):
                break
            chosen.add(above)
    return sorted(chosen)


def trimmed(rows: list[int], page: Page, titles: Iterable[str]) -> list[int]:
    """Leave out what no story begins or ends with: its title, links, labels; at the end, headings.

    The title counts as repeated only among the first few blocks.
    """
    known = {solid(title) for title in titles}
    rows = within(in_column(of_first_article(rows, page), page, known), page)
    rows = [
        row
        for place, row in enumerate(rows)
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


def in_column(rows: list[int], page: Page, known: set[str]) -> list[int]:
    """Leave out what stands beside the story, in another column of a table that lays out the page.

    The column of the story has the title, or most of the prose.
    """
    amounts: Counter[int] = Counter()  # of prose, by cell
    for row in rows:
        for cell in cells(page, page.blocks[row].box):
            amounts[cell] += prose(page.blocks[row])
    beside: Counter[int] = Counter()  # by row of a table
    for cell, amount in amounts.items():
        beside[page.boxes[cell].parent] += amount
    least = COLUMN * sum(prose(page.blocks[row]) for row in rows)
    titled = next((cells(page, block.box) for block in page.blocks if is_title(block, known)), [])
    columns = {
        page.boxes[cell].parent: cell
        for cell, amount in amounts.items()
        if amount >= least and (cell in titled or amount >= MOST * beside[page.boxes[cell].parent])
    }
    return [row for row in rows if stands_in(columns, page, page.blocks[row])] if columns else rows


def prose(block: Block) -> int:
    """Return the characters of a block, less those that its links make doubtful."""
    return max(0, len(block.text) - DOUBT * block.link_chars)


def is_title(block: Block, known: set[str]) -> bool:
    """Whether the first line of a block is a title of the page, or its beginning, and no link to it."""
    line = solid(block.text.partition("\n")[0])
    return not block.links and (
        line in known or (len(line) > BUTTON and any(title.startswith(line) for title in known))
    )


def stands_in(columns: Mapping[int, int], page: Page, block: Block) -> bool:
    """Whether a block stands in none but some columns, which are given by their rows."""
    places = ((page.boxes[cell].parent, cell) for cell in cells(page, block.box))
    return all(columns.get(row, cell) == cell for row, cell in places)


def cells(page: Page, box: int) -> list[int]:
    """Return the cells of tables that a box is or stands in."""
    found = []
    while box >= 0:
        if page.boxes[box].tag in CELLS:
            found.append(box)
        box = page.boxes[box].parent
    return found


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
    """Whether a block is nothing but a link, or several with marks between them."""
    beside = len(block.text) - block.link_chars
    if block.links > 1 and beside:
        beside -= sum(map(len, BETWEEN.findall(block.text)))
    return beside <= (1 - ALL_LINK) * len(block.text)


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
