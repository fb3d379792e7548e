"""Chosen blocks to text: one block a line, list items marked, nothing twice."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from cleaner.extraction.blocks import Block

REPEATED = 40  # characters from which a block that stood there before is a copy, not a coincidence
UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")


def render(blocks: Iterable[Block]) -> str:
    """Write blocks as text."""
    lines = (f"- {block.text}" if block.item else block.text for block in without_copies(blocks))
    return UNPRINTABLE.sub("", "\n".join(lines))


def without_copies(blocks: Iterable[Block]) -> Iterator[Block]:
    """Leave out blocks that repeat an earlier one.

    Pages hold a story twice, for phones and for desktops, and quote their own sentences in large type.
    """
    seen: set[str] = set()
    for block in blocks:
        solid = "".join(block.text.split())
        if len(solid) >= REPEATED:
            if solid in seen:
                continue
            seen.add(solid)
        yield block
