"""What is known of each block, as numbers: one column per name, one value per block.

Nothing here reads words of the text, so it holds for any language and script: lengths, links, punctuation,
tags and boxes, where the block stands, its neighbours, what trafilatura thinks of it. The only words are
class names, for the role they name and each with a weight learned over many sites.
"""

# ruff: noqa: SIM905 - a list of names reads better as one string

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from cleaner.extraction.blocks import BIT, FLAGS, Block, Page
from cleaner.extraction.evidence import HEAD, membership, solid_texts
from cleaner.extraction.roles import roles
from cleaner.extraction.surroundings import around, neighbours, since
from cleaner.phrases import label

if TYPE_CHECKING:
    from numpy.typing import NDArray

Columns = dict[str, "NDArray[Any]"]

UNSPACED = (
    "\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\uac00-\ud7af"
)
WIDE = re.compile(f"[{UNSPACED}]")
WIDE_WORTH = 2.0  # a letter of Chinese or Japanese says as much as two or three of English
STOP = re.compile(r"[.!?…।॥۔؟።។။։](?=[\s\"'”’»)\]]|\Z)|[。！？]")
COMMA = re.compile("[,;،、，]")
DIGIT = re.compile(r"\d")
DATED = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)|(?<!\d)\d\d?[:.h]\s?\d\d(?!\d)")
BRIEF = 120  # characters that a line with nothing but author and date has at most
CLOSERS = "\"'”’»)] \n"
STOPS = frozenset(".!?…।॥۔؟።។။։。！？:")
TAGS = "p div li h1 h2 h3 h4 td tr blockquote section article figcaption dd body pre button".split()
OWN = (
    "chars words stops ends_stop commas digits dated link_share links bold_share item lines".split()
)
WINDOWED = ("chars", "link_share", "ends_stop", "w_own", "w_low", "label")
LABEL = 60  # characters that a label has at most
NAMED = "own parent grand low high sum".split()


def features(
    page: Page,
    weights: Mapping[str, float],
    *,
    titles: Iterable[str] = (),
    body: str = "",
    summary: str = "",
) -> Columns:
    """Return what is known of the blocks of a page that has some.

    `weights` has log-odds for words of class names, `body` the page's articleBody, `summary` its
    description.
    """
    import numpy as np

    solids = solid_texts(page)
    columns = own(page.blocks, solids)
    chars = columns["chars"]
    link_chars = chars * columns["link_share"]
    in_title, title_in = against_titles(solids, titles)
    running, total = np.cumsum(chars), chars.sum()
    columns |= {
        "index": np.arange(len(solids)) / len(solids),
        "before": (running - chars) / total,
        "after": (total - running) / total,
        "repeat": repeats(solids),
        "in_title": in_title,
        "title_in": title_in,
        "in_summary": against_summary(solids, summary),
        "in_body": membership(solids, body)[0],
        "page_links": np.full(len(solids), link_chars.sum() / total),
    }
    columns |= named(page, weights)
    columns |= roles(page)
    columns |= kinds_of_box(page)
    columns |= labels(page.blocks)
    columns |= around(page, chars, link_chars)
    columns["size"] = chars
    columns["chars"] = np.log1p(chars)
    return columns | neighbours(columns, WINDOWED)


def own(blocks: Sequence[Block], solids: Sequence[str]) -> Columns:
    """Return what can be counted in each block alone."""
    import numpy as np

    rows = [own_numbers(block, solid) for block, solid in zip(blocks, solids, strict=True)]
    return dict(zip(OWN, np.array(rows, np.float64).T, strict=True))


def own_numbers(block: Block, solid: str) -> tuple[float, ...]:
    """Return the numbers of OWN for a block."""
    text = block.text
    plain = text.isascii()
    wide = 0 if plain else len(WIDE.findall(text))
    words = text.count(" ") + 1 + wide / WIDE_WORTH
    return (
        len(solid) + wide * (WIDE_WORTH - 1),
        words,
        len(STOP.findall(text)),
        text.rstrip(CLOSERS)[-1:] in STOPS,
        text.count(",") + text.count(";") if plain else len(COMMA.findall(text)),
        len(DIGIT.findall(text)) / len(solid),
        len(text) <= BRIEF and DATED.search(text) is not None,
        min(1.0, block.link_chars / len(text)),
        block.links,
        min(1.0, block.bold_chars / len(text)),
        block.item,
        text.count("\n"),
    )


def labels(blocks: Sequence[Block]) -> Columns:
    """Return which blocks are labels that sites put around stories, in any language, and how far they are."""
    import numpy as np

    found = [label(block.text) if len(block.text) <= LABEL else None for block in blocks]
    strength = np.array([1.0 + phrase.strong if phrase else 0.0 for phrase in found])
    kinds = np.array([phrase.kind if phrase and phrase.strong else "" for phrase in found])
    return {
        "label": strength,
        "from_related": since(kinds == "related"),
        "from_comments": since(kinds == "comments"),
        "from_label": since(strength > 1),
    }


def repeats(solids: Iterable[str]) -> NDArray[Any]:
    """Say of each block whether its text stood on the page before."""
    import numpy as np

    seen: set[str] = set()
    marks = []
    for solid in solids:
        marks.append(solid in seen)
        seen.add(solid)
    return np.array(marks, np.float64)


def against_titles(
    solids: Sequence[str], titles: Iterable[str]
) -> tuple[NDArray[Any], NDArray[Any]]:
    """Say of each block which share of a title of the page it is, and which share of it a title is."""
    import numpy as np

    known = ["".join(title.lower().split()) for title in titles]
    longest = max(map(len, known), default=0)
    inside, outside = np.zeros(len(solids)), np.zeros(len(solids))
    for row, solid in enumerate(solids):
        if len(solid) <= 2 * longest + HEAD:
            low = solid.lower()
            inside[row] = max((len(low) / len(title) for title in known if low in title), default=0)
            outside[row] = max(
                (len(title) / len(low) for title in known if title in low), default=0
            )
    return inside, outside


def against_summary(solids: Sequence[str], summary: str) -> NDArray[Any]:
    """Say of each block that begins like the page's description which share of it that is."""
    import numpy as np

    whole = "".join(summary.split())
    start = whole[:HEAD]
    if len(start) < HEAD / 2:
        return np.zeros(len(solids))
    return np.array(
        [min(1, len(whole) / len(solid)) if solid.startswith(start) else 0.0 for solid in solids]
    )


def named(page: Page, weights: Mapping[str, float]) -> Columns:
    """Return what the class names say: own box, the two around it, lowest, highest and sum of the path."""
    import numpy as np

    known: dict[tuple[str, ...], float] = {}
    rows: list[tuple[float, ...]] = []
    for box in page.boxes:
        weight = known.get(box.words)
        if weight is None:
            weight = known[box.words] = strongest(box.words, weights)
        parent, grand, _, low, high, total = rows[box.parent] if box.parent >= 0 else (0.0,) * 6
        rows.append((weight, parent, grand, min(weight, low), max(weight, high), weight + total))
    of_blocks = np.array(rows)[[block.box for block in page.blocks]].T
    columns = {f"w_{name}": column for name, column in zip(NAMED, of_blocks, strict=True)}
    inline = [strongest(block.words, weights) if block.words else 0.0 for block in page.blocks]
    return columns | {"w_inline": np.array(inline)}


def strongest(words: Iterable[str], weights: Mapping[str, float]) -> float:
    """Add the highest and the lowest weight of some words."""
    known = [weights[word] for word in words if word in weights]
    return max(0.0, *known) + min(0.0, *known) if known else 0.0


def kinds_of_box(page: Page) -> Columns:
    """Return which tags a block stands in: its own, and whether an article, a form ... is around it."""
    import numpy as np

    boxes = [page.boxes[block.box] for block in page.blocks]
    bits = np.array([box.bits for box in boxes])
    tags = np.array([box.tag for box in boxes])
    columns = {"depth": np.array([box.depth for box in boxes])}
    columns |= {name: (bits & BIT[name]) > 0 for name in FLAGS}
    columns |= {f"tag_{tag}": tags == tag for tag in TAGS}
    same = np.concatenate([[False], tags[1:] == tags[:-1], [False]])
    return columns | {"tag_same-1": same[:-1], "tag_same+1": same[1:]}
