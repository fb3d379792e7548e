"""What trafilatura takes for the story, as evidence: rough, but with years of rules in it.

A list among blocks that it took is the story's; the same list below them all isn't.
"""

# ruff: noqa: SIM905 - a list of names reads better as one string

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from cleaner.extraction.blocks import Page
from cleaner.extraction.surroundings import kind_of, neighbours, since
from cleaner.extraction.tree import count

if TYPE_CHECKING:
    import numpy as np
    from lxml.etree import _Element
    from lxml.html import HtmlElement
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

MAX_TRAFILATURA = 20_000  # elements; some of its steps look at all of a box for each element in it
HEAD = 40  # characters by which a text is recognised
# What trafilatura would take out itself, step by step and from several copies of the tree.
UNREAD = tuple(
    "script style svg template iframe noscript nav aside footer menu audio video canvas object embed"
    " head".split()
)


def opinion(tree: HtmlElement, clutter: list[_Element]) -> str:
    """Return what trafilatura takes for the story. The tree is used up."""
    from lxml.etree import strip_elements

    try:
        for element in clutter:
            element.drop_tree()
        strip_elements(tree, *UNREAD, with_tail=False)
        if count(tree) > MAX_TRAFILATURA:
            return ""
        found = trafilatura()(tree, fast=True, favor_recall=True, include_comments=False)
    except Exception:  # noqa: BLE001 - whatever it trips over, the blocks are there without it
        return ""
    return (getattr(found, "text", None) or "") if found else ""


@cache
def trafilatura() -> Callable[..., Any]:
    """Return trafilatura's extraction; what it logs of single pages goes where logging is set up to."""
    import logging

    from trafilatura import bare_extraction

    logging.getLogger("trafilatura").addHandler(logging.NullHandler())
    return bare_extraction


def taken(page: Page, text: str, sizes: Floats) -> dict[str, NDArray[Any]]:
    """Return which blocks of a page are in a text, and their means over neighbours, boxes and kinds.

    Means are weighted with the sizes of the blocks.
    """
    import numpy as np

    values, lines = membership(solid_texts(page), text)
    boxes, blocks = page.boxes, page.blocks
    where = np.array([block.box for block in blocks])
    parents = np.array([box.parent if box.parent >= 0 else n for n, box in enumerate(boxes)])
    amounts = np.array([values * sizes, sizes])
    direct = np.array([np.bincount(where, amount, len(boxes)) for amount in amounts])
    running = np.concatenate([np.zeros((2, 1)), np.cumsum(direct, axis=1)], axis=1)
    totals = running[:, [box.end for box in boxes]] - running[:, :-1]  # boxes in it come after it
    near = parents[where]
    outer = parents[near]
    numbers: dict[tuple[object, ...], int] = {}
    kind = np.array([numbers.setdefault(kind_of(page, block), len(numbers)) for block in blocks])
    of_kind = np.array([np.bincount(kind, amount)[kind] for amount in amounts])
    total = amounts[0].sum()
    columns = {
        "traf": values,
        "traf_line": lines,
        "traf_box": totals[0, near] / np.maximum(totals[1, near], 1),
        "traf_outer": totals[0, outer] / np.maximum(totals[1, outer], 1),
        "traf_kind": of_kind[0] / of_kind[1],
        "traf_before": np.cumsum(amounts[0]) / max(total, 1.0),
        "traf_page": np.full(len(blocks), total / sizes.sum()),
        "traf_since": since(values > 0.5),
        "traf_until": since(values[::-1] > 0.5)[::-1],
    }
    return columns | neighbours(columns, ["traf"])


def solid_texts(page: Page) -> list[str]:
    """Return the texts of the blocks without white space, which is not compared."""
    return ["".join(block.text.split()) for block in page.blocks]


def membership(solids: Sequence[str], evidence: str) -> tuple[NDArray[Any], NDArray[Any]]:
    """Say of each block whether its text is in `evidence`: 1, .5 for its beginning or end only, 0.

    The second column is 1 where the block is a whole line of it. White space is not compared.
    """
    import numpy as np

    if not evidence:
        return np.zeros(len(solids)), np.zeros(len(solids))
    known = {"".join(line.split()).strip("-|") for line in evidence.split("\n")}
    whole = "".join(evidence.split())
    lines = [solid in known for solid in solids]
    shares = [
        1.0 if line else share_in(solid, whole) for solid, line in zip(solids, lines, strict=True)
    ]
    return np.array(shares), np.array(lines, np.float64)


def share_in(solid: str, whole: str) -> float:
    """Return 1 for a text that begins and ends in another, .5 for one that does either.

    A short one may be there by chance.
    """
    if len(solid) < HEAD * 0.6:
        return 0.5 if len(solid) > HEAD / 4 and solid in whole else 0.0
    return ((solid[:HEAD] in whole) + (solid[-HEAD:] in whole)) / 2
