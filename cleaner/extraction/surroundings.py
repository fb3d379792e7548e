"""What stands around each block: its boxes, the blocks of its kind, its neighbours."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from cleaner.extraction.blocks import Block, Page

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

FAR = 60  # blocks beyond which distance says no more
PROSE = 300  # characters from which a box can be a story of its own
PARAGRAPH = 40  # characters of prose that count towards the core of the page
OFFSETS = (-2, -1, 1, 2)
SPANS = (3, 8)


def around(page: Page, chars: Floats, link_chars: Floats) -> dict[str, NDArray[Any]]:
    """Return what is known of the boxes around each block, and of the blocks of its kind.

    The two amounts are characters of each block: all, in links.
    """
    import numpy as np

    boxes, blocks = page.boxes, page.blocks
    where = np.array([block.box for block in blocks])
    parents = np.array([box.parent if box.parent >= 0 else n for n, box in enumerate(boxes)])
    depths = np.array([box.depth for box in boxes])
    amounts = np.array([chars, link_chars, np.ones(len(blocks))])

    direct = np.array([np.bincount(where, amount, len(boxes)) for amount in amounts])
    running = np.concatenate([np.zeros((3, 1)), np.cumsum(direct, axis=1)], axis=1)
    totals = running[:, [box.end for box in boxes]] - running[:, :-1]  # boxes in it come after it

    core, meets = meeting_depths(page, direct[0] - 3 * direct[1], parents)
    numbers: dict[tuple[object, ...], int] = {}
    kind = np.array([numbers.setdefault(kind_of(page, block), len(numbers)) for block in blocks])
    of_kind = np.array([np.bincount(kind, amount)[kind] for amount in amounts])
    nth = np.array(ordinals(page, totals[0]))
    is_h1 = np.array([boxes[block.box].tag == "h1" for block in blocks])
    near = parents[where]
    outer = parents[near]
    near_chars, outer_chars = np.maximum(totals[0, near], 1), np.maximum(totals[0, outer], 1)
    return {
        "box_chars": totals[0, near] / chars.sum(),
        "box_links": totals[1, near] / near_chars,
        "box_blocks": np.log1p(totals[2, near]),
        "outer_chars": totals[0, outer] / chars.sum(),
        "outer_links": totals[1, outer] / outer_chars,
        "core_meet": meets[where] - depths[core],
        "core_down": depths[where] - meets[where],
        "kind_count": np.log1p(of_kind[2]),
        "kind_chars": np.log1p(of_kind[0] / of_kind[2]),
        "kind_links": of_kind[1] / of_kind[0],
        "from_h1": since(is_h1),
        "nth": nth[near],
        "box_nth": nth[where],
        "h1s": np.cumsum(is_h1),
        "articles": np.cumsum(first_of_article(page)),
    }


def meeting_depths(
    page: Page, prose: Floats, parents: NDArray[np.intp]
) -> tuple[int, NDArray[Any]]:
    """Return the core of the page, and for each box the depth of the innermost box it shares with it.

    The core is the box whose children hold the most prose, as readability finds it: prose counts for the
    box around it, and half for the next.
    """
    import numpy as np

    prose = np.where(prose > PARAGRAPH, prose, 0.0)
    scores = np.bincount(parents, prose, len(parents))
    scores += np.bincount(parents[parents], prose / 2, len(parents))
    core = number = int(scores.argmax())
    on_path = set()
    while number >= 0:
        on_path.add(number)
        number = page.boxes[number].parent
    meets: list[int] = []
    for number, box in enumerate(page.boxes):
        above = meets[box.parent] if box.parent >= 0 else 0
        meets.append(box.depth if number in on_path else above)
    return core, np.array(meets)


def kind_of(page: Page, block: Block) -> tuple[object, ...]:
    """Return what blocks of one kind share: tags and names of their box and the one around."""
    box = page.boxes[block.box]
    outer = page.boxes[box.parent] if box.parent >= 0 else box
    return box.tag, box.words, outer.tag, outer.words


def since(marks: NDArray[np.bool_]) -> Floats:
    """Return how many blocks ago the last mark was, at most 60.

    >>> import numpy as np
    >>> since(np.array([False, True, False, False])).tolist()
    [60, 0, 1, 2]
    """
    import numpy as np

    numbers = np.arange(len(marks))
    last = np.maximum.accumulate(np.where(marks, numbers, -FAR))
    return np.minimum(numbers - last, FAR)


def first_of_article(page: Page) -> list[bool]:
    """Say of each block whether it is the first that stands directly in some <article>."""
    seen: set[int] = set()
    marks = []
    for block in page.blocks:
        box = page.boxes[block.box]
        number = block.box if box.tag == "article" else box.parent
        new = number >= 0 and number not in seen and page.boxes[number].tag == "article"
        marks.append(new)
        if new:
            seen.add(number)
    return marks


def ordinals(page: Page, chars: Floats) -> list[int]:
    """Say of each box how many like it came before it: the largest number on its path, of boxes with prose.

    A second story appended to the first stands in the second box of its kind.
    """
    counts: dict[tuple[object, ...], int] = {}
    found: list[int] = []
    for box, size in zip(page.boxes, chars.tolist(), strict=True):
        above = found[box.parent] if box.parent >= 0 else 0
        if size < PROSE:
            found.append(above)
            continue
        key = (box.parent, box.tag, box.words)
        found.append(max(above, counts.get(key, 0)))
        counts[key] = counts.get(key, 0) + 1
    return found


def neighbours(columns: dict[str, NDArray[Any]], names: Iterable[str]) -> dict[str, NDArray[Any]]:
    """Return what the neighbours are like: each of the next two, and means over 3 and 8 to either side."""
    import numpy as np

    pad = max(SPANS)
    found = {}
    for name in names:
        column = columns[name]
        count = len(column)
        padded = np.zeros(count + 2 * pad)
        padded[pad : pad + count] = column
        sums = np.concatenate([[0.0], np.cumsum(padded)])
        for offset in OFFSETS:
            found[f"{name}{offset:+d}"] = padded[pad + offset : pad + offset + count]
        for span in SPANS:
            before = sums[pad : pad + count] - sums[pad - span : pad - span + count]
            after = sums[pad + 1 + span : pad + 1 + span + count] - sums[pad + 1 : pad + 1 + count]
            found |= {f"{name}~{span}<": before / span, f"{name}~{span}>": after / span}
    return found
