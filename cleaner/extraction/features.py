"""What is known of each block, as numbers: one row per block, one column per name in NAMES.

Nothing here reads words of the text, so it holds for any language and script: lengths, links, punctuation,
tags and boxes, where the block stands, its neighbours, what trafilatura thinks of it. The only words are
class names, each with a weight learned over many sites.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from cleaner.extraction.blocks import BIT, FLAGS, Block, Page

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float32]

UNSPACED = (
    "\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\uac00-\ud7af"
)
WIDE = re.compile(f"[{UNSPACED}]")
STOP = re.compile(r"[.!?…।۔؟。！？](?=[\s\"'”’»)\]]|\Z)|[。！？]")
COMMA = re.compile("[,;،、，]")
DIGIT = re.compile(r"\d")
UPPER = re.compile(r"\b[A-ZÀ-ÞА-ЯΑ-Ω]")
CLOSERS = "\"'”’»)] \n"
STOPS = frozenset(".!?…।۔؟。！？:")
TAGS = "p div li h1 h2 h3 h4 td tr blockquote section article figcaption dd body pre button span".split()
TAG_NUMBER = {tag: number for number, tag in enumerate(TAGS)}
WIDE_WORTH = 2.0  # a letter of Chinese or Japanese says as much as two or three of English

OWN = (
    "chars words stops ends_stop commas digits upper link_share links bold_share item linked_only lines"
).split()
PLACES = (
    "index depth before after repeat in_title title_in in_body in_summary traf traf_line".split()
)
WEIGHTS = "own parent grand low high sum inline".split()
BOXED = (
    "box_chars box_links box_blocks box_traf around_chars around_links around_traf"
    " core_meet core_down core_in kind_count kind_chars kind_links kind_traf from_h1 from_traf"
    " nth box_nth h1s articles traf_before traf_after"
).split()
PAGE = "page_links page_traf".split()
WINDOWED = ("chars", "link_share", "traf", "ends_stop", "own", "low")
OFFSETS = (-2, -1, 1, 2)
SPANS = (3, 8)
NAMES = (
    *OWN,
    *PLACES,
    *(f"w_{name}" for name in WEIGHTS),
    *FLAGS,
    *(f"tag_{tag}" for tag in TAGS),
    *BOXED,
    *PAGE,
    *(f"{name}{offset:+d}" for name in WINDOWED for offset in OFFSETS),
    *(f"{name}~{span}{side}" for name in WINDOWED for span in SPANS for side in "<>"),
    "tag_same-1",
    "tag_same+1",
)
COLUMN = {name: number for number, name in enumerate(NAMES)}


def features(
    page: Page,
    weights: Mapping[str, float],
    *,
    titles: Iterable[str] = (),
    body: str = "",
    summary: str = "",
    evidence: str = "",
) -> Array:
    """Return the (blocks, NAMES) matrix of a page.

    `weights` has log-odds for words of class names, `body` the page's articleBody, `summary` its
    description, `evidence` what trafilatura took for the story.
    """
    import numpy as np

    blocks, boxes = page.blocks, page.boxes
    count = len(blocks)
    values = np.zeros((count, len(NAMES)), np.float32)
    if not count:
        return values
    solids = ["".join(block.text.split()) for block in blocks]
    own = [own_numbers(block, solid) for block, solid in zip(blocks, solids, strict=True)]
    values[:, : len(OWN)] = own
    chars = values[:, 0].astype(np.float64)
    link_chars = chars * values[:, COLUMN["link_share"]]

    traf, traf_line = membership(solids, evidence)
    in_body, _ = membership(solids, body)
    put = lambda name, column: values.__setitem__((slice(None), COLUMN[name]), column)  # noqa: E731
    put("index", np.arange(count) / count)
    put("depth", [boxes[block.box].depth for block in blocks])
    running = np.cumsum(chars)
    total = float(running[-1]) or 1.0
    put("before", (running - chars) / total)
    put("after", (total - running) / total)
    put("repeat", repeats(solids))
    in_title, title_in = against_titles(solids, titles)
    put("in_title", in_title)
    put("title_in", title_in)
    put("in_body", in_body)
    put("in_summary", against_summary(solids, summary))
    put("traf", traf)
    put("traf_line", traf_line)

    put_weights(values, page, weights)
    bits = np.array([boxes[block.box].bits for block in blocks])
    for name in FLAGS:
        put(name, (bits & BIT[name]) > 0)
    tag_numbers = [TAG_NUMBER.get(boxes[block.box].tag, len(TAGS)) for block in blocks]
    for row, number in enumerate(tag_numbers):
        if number < len(TAGS):
            values[row, COLUMN["tag_p"] + number] = 1
    put_boxes(values, page, chars, link_chars, traf)

    put("page_links", link_chars.sum() / total)
    put("page_traf", (chars * traf).sum() / total)

    values[:, COLUMN["chars"]] = np.log1p(chars)
    put_windows(values, chars)
    tags = np.array(tag_numbers)
    values[1:, COLUMN["tag_same-1"]] = tags[1:] == tags[:-1]
    values[:-1, COLUMN["tag_same+1"]] = tags[1:] == tags[:-1]
    return values


def own_numbers(block: Block, solid: str) -> tuple[float, ...]:
    """Return the numbers of OWN."""
    text = block.text
    size = len(solid)
    wide = 0 if text.isascii() else len(WIDE.findall(text))
    words = text.count(" ") + 1 + wide / WIDE_WORTH
    stripped = text.rstrip(CLOSERS)
    link_share = min(1.0, block.link_chars / len(text))
    return (
        size + wide * (WIDE_WORTH - 1),
        words,
        len(STOP.findall(text)),
        float(stripped[-1:] in STOPS),
        len(COMMA.findall(text)),
        len(DIGIT.findall(text)) / size,
        len(UPPER.findall(text)) / words,
        link_share,
        block.links,
        min(1.0, block.bold_chars / len(text)),
        float(block.item),
        float(link_share > 0.9),
        text.count("\n"),
    )


def membership(solids: list[str], evidence: str) -> tuple[list[float], list[float]]:
    """Say of each block whether its text is in `evidence`: 1, .5 for its beginning or end only, 0.

    The second list is 1 where the block is a whole line of it. White space is not compared.
    """
    if not evidence:
        return [0.0] * len(solids), [0.0] * len(solids)
    lines = {"".join(line.split()).strip("-|") for line in evidence.split("\n")}
    whole = "".join(evidence.split())
    shares, exact = [], []
    for solid in solids:
        line = solid in lines
        exact.append(float(line))
        if line:
            shares.append(1.0)
        elif len(solid) < 24:
            shares.append(0.5 if len(solid) > 9 and solid in whole else 0.0)
        else:
            head, tail = solid[:40] in whole, solid[-40:] in whole
            shares.append((head + tail) / 2)
    return shares, exact


def repeats(solids: list[str]) -> list[float]:
    """Say of each block whether its text stood on the page before."""
    seen: set[str] = set()
    return [float(solid in seen or seen.add(solid) is not None) for solid in solids]  # type: ignore[func-returns-value]


def against_titles(solids: list[str], titles: Iterable[str]) -> tuple[list[float], list[float]]:
    """Say of each block whether it is in a title of the page, and whether a title is in it."""
    known = ["".join(title.lower().split()) for title in titles]
    longest = max(map(len, known), default=0)
    inside, around = [], []
    for solid in solids:
        if len(solid) > 2 * longest + 40:
            inside.append(0.0)
            around.append(0.0)
            continue
        low = solid.lower()
        inside.append(max((len(low) / len(title) for title in known if low in title), default=0.0))
        around.append(max((len(title) / len(low) for title in known if title in low), default=0.0))
    return inside, around


def against_summary(solids: list[str], summary: str) -> list[float]:
    """Say of each block which share of the page's description begins like it, or the other way round."""
    solid_summary = "".join(summary.split())
    start = solid_summary[:40]
    if len(start) < 20:
        return [0.0] * len(solids)
    return [
        0.0 if not solid.startswith(start) else min(1.0, len(solid_summary) / len(solid))
        for solid in solids
    ]


def put_weights(values: Array, page: Page, weights: Mapping[str, float]) -> None:
    """Fill in what the class names say: own box, the two around it, lowest, highest and sum of the path."""
    rows: list[tuple[float, float, float, float, float, float]] = []
    for box in page.boxes:
        own = strongest(box.words, weights)
        if box.parent < 0:
            rows.append((own, 0.0, 0.0, min(own, 0.0), max(own, 0.0), own))
            continue
        around = rows[box.parent]
        rows.append(
            (own, around[0], around[1], min(own, around[3]), max(own, around[4]), own + around[5])
        )
    start = COLUMN["w_own"]
    for row, block in enumerate(page.blocks):
        values[row, start : start + 6] = rows[block.box]
        values[row, start + 6] = strongest(block.words, weights)


def strongest(words: Iterable[str], weights: Mapping[str, float]) -> float:
    """Add the highest and the lowest weight of some words."""
    known = [weights[word] for word in words if word in weights]
    return max(0.0, *known) + min(0.0, *known) if known else 0.0


def put_boxes(
    values: Array, page: Page, chars: Array, link_chars: Array, traf: list[float]
) -> None:
    """Fill in what is known of the boxes around each block, and of the blocks of its kind."""
    import numpy as np

    boxes, blocks = page.boxes, page.blocks
    sums = np.zeros((len(boxes), 4))
    where = np.array([block.box for block in blocks])
    traf_chars = chars * np.array(traf)
    for column, amount in enumerate((chars, link_chars, traf_chars, np.ones(len(blocks)))):
        sums[:, column] = np.bincount(where, weights=amount, minlength=len(boxes))
    direct = sums.tolist()
    totals = [row[:] for row in direct]
    core_score = [0.0] * len(boxes)
    for number in range(len(boxes) - 1, 0, -1):
        parent = boxes[number].parent
        if parent < 0:
            continue
        row, above = totals[number], totals[parent]
        for column in range(4):
            above[column] += row[column]
        prose = direct[number][0] - 3 * direct[number][1]
        if prose > 40:
            core_score[parent] += prose
            grand = boxes[parent].parent
            if grand >= 0:
                core_score[grand] += prose / 2
    core = max(range(len(boxes)), key=core_score.__getitem__)
    on_path, number = set(), core
    while number >= 0:
        on_path.add(number)
        number = boxes[number].parent
    meets = [0] * len(boxes)  # depth of the innermost box shared with the core
    for number, box in enumerate(boxes):
        meets[number] = (
            box.depth if number in on_path else (meets[box.parent] if box.parent >= 0 else 0)
        )
    core_depth = boxes[core].depth

    kinds: dict[tuple[object, ...], list[float]] = {}
    block_kinds = []
    for row, block in enumerate(blocks):
        box = boxes[block.box]
        outer = boxes[box.parent] if box.parent >= 0 else box
        kind = kinds.setdefault((box.tag, box.words, outer.tag, outer.words), [0.0, 0.0, 0.0, 0.0])
        kind[0] += 1
        kind[1] += chars[row]
        kind[2] += link_chars[row]
        kind[3] += traf_chars[row]
        block_kinds.append(kind)

    nth = ordinals(page, totals)
    all_traf = float(traf_chars.sum()) or 1.0
    passed_traf = (np.cumsum(traf_chars) / all_traf).tolist()
    h1s, seen_articles = 0, set()
    page_chars = totals[0][0] or 1.0
    start = COLUMN["box_chars"]
    from_h1 = from_traf = 60.0
    log = np.log1p
    rows = []
    for row, block in enumerate(blocks):
        box = boxes[block.box]
        parent = box.parent if box.parent >= 0 else block.box
        grand = boxes[parent].parent if boxes[parent].parent >= 0 else parent
        p, g, kind = totals[parent], totals[grand], block_kinds[row]
        h1s += box.tag == "h1"
        if box.tag == "article" or boxes[parent].tag == "article":
            seen_articles.add(block.box if box.tag == "article" else parent)
        from_h1 = 0.0 if box.tag == "h1" else min(60.0, from_h1 + 1)
        from_traf = 0.0 if traf[row] else min(60.0, from_traf + 1)
        rows.append(
            (
                p[0] / page_chars,
                p[1] / (p[0] or 1.0),
                p[3],
                p[2] / (p[0] or 1.0),
                g[0] / page_chars,
                g[1] / (g[0] or 1.0),
                g[2] / (g[0] or 1.0),
                meets[block.box] - core_depth,
                box.depth - meets[block.box],
                float(meets[block.box] == core_depth),
                kind[0],
                kind[1] / kind[0],
                kind[2] / (kind[1] or 1.0),
                kind[3] / (kind[1] or 1.0),
                from_h1,
                from_traf,
                nth[parent],
                nth[block.box],
                h1s,
                len(seen_articles),
                passed_traf[row],
                1.0 - passed_traf[row],
            )
        )
    values[:, start : start + len(BOXED)] = rows
    for name in ("box_blocks", "kind_count", "kind_chars"):
        values[:, COLUMN[name]] = log(values[:, COLUMN[name]])


def ordinals(page: Page, totals: list[list[float]]) -> list[int]:
    """Say of each box how many like it came before it: the largest number on its path, of boxes with prose.

    A second story appended to the first stands in the second box of its kind.
    """
    counts: dict[tuple[object, ...], int] = {}
    found: list[int] = []
    for number, box in enumerate(page.boxes):
        key = (box.parent, box.tag, box.words)
        above = found[box.parent] if box.parent >= 0 else 0
        if totals[number][0] < 300:
            found.append(above)
            continue
        found.append(max(above, counts.get(key, 0)))
        counts[key] = counts.get(key, 0) + 1
    return found


def put_windows(values: Array, chars: Array) -> None:
    """Fill in what the neighbours are like: each of the next two, and means of 3 and 8 to either side."""
    import numpy as np

    count = len(values)
    sources = [COLUMN["w_" + name] if name in WEIGHTS else COLUMN[name] for name in WINDOWED]
    padded = np.zeros((count + 2 * max(SPANS), len(sources)), np.float64)
    pad = max(SPANS)
    padded[pad : pad + count] = values[:, sources]
    first = COLUMN[f"{WINDOWED[0]}{OFFSETS[0]:+d}"]
    for number, offset in enumerate(OFFSETS):
        values[:, first + number : first + len(WINDOWED) * len(OFFSETS) : len(OFFSETS)] = padded[
            pad + offset : pad + offset + count
        ]
    sums = np.vstack([np.zeros((1, len(sources))), np.cumsum(padded, axis=0)])
    first = COLUMN[f"{WINDOWED[0]}~{SPANS[0]}<"]
    step = 2 * len(SPANS)
    for number, span in enumerate(SPANS):
        before = (sums[pad : pad + count] - sums[pad - span : pad - span + count]) / span
        after = (
            sums[pad + 1 + span : pad + 1 + span + count] - sums[pad + 1 : pad + 1 + count]
        ) / span
        stop = first + len(WINDOWED) * step
        values[:, first + 2 * number : stop : step] = before
        values[:, first + 2 * number + 1 : stop : step] = after
