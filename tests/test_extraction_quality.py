"""Extraction over the development pages: no exception, no word glued or split, flat memory.

The pages trained the block model, so F1 is measured by train_blocks.py with hosts held out, not here.
"""

from __future__ import annotations

import random
import re
import resource
from itertools import pairwise

import pytest
from corpora import read_jsonl_zst

import cleaner

pytestmark = pytest.mark.benchmark

WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*+")
SEED = 20_260_101
MUTATED = 10_000
SIZE = 30_000  # characters of a page that are mutated; whole pages would take hours
FLAT = 60  # megabytes that a process may grow by after its first 500 pages


@pytest.fixture(scope="module")
def pages() -> list[dict[str, str]]:
    return list(read_jsonl_zst("html.jsonl.zst"))


def damage(gold: str, text: str) -> list[str]:
    """Gold words that the text has glued to their neighbour or split in two."""
    expected, found = WORD.findall(gold), WORD.findall(text)
    wanted, given = set(expected), set(found)
    pairs = {a + b for a, b in pairwise(expected)}
    glued = [word for word in given - wanted if word in pairs]
    split = [a + b for a, b in pairwise(found) if a + b in wanted - given]
    return glued + split


def test_no_word_is_glued_or_split(pages: list[dict[str, str]]) -> None:
    found: list[str] = []
    words = 0
    for page in pages:
        found += damage(page["gold_text"], cleaner.extract(page["html"]).text)
        words += len(WORD.findall(page["gold_text"]))
    assert len(found) <= words / 10_000, found


def test_mutated_pages(pages: list[dict[str, str]]) -> None:
    chance = random.Random(SEED)
    for _ in range(MUTATED):
        data = bytearray(chance.choice(pages)["html"].encode("utf-8", "replace"))
        start = chance.randrange(max(1, len(data) - SIZE))
        del data[start + SIZE :], data[:start]
        for _ in range(chance.randrange(1, 60)):
            at = chance.randrange(len(data))
            kind = chance.randrange(4)
            if kind == 0:
                data[at] = chance.randrange(256)
            elif kind == 1:
                del data[at : at + chance.randrange(1, 200)]
            elif kind == 2:
                data[at:at] = chance.choice(
                    [b"<", b">", b'"', b"</div>", b"<table>", b"<!--", b"\0", b"&#x0;"]
                )
            else:
                data[at:at] = data[at : at + chance.randrange(1, 500)]
            if not data:
                break
        cleaner.extract(bytes(data))


def test_memory_is_flat(pages: list[dict[str, str]]) -> None:
    peaks = []
    for number in range(5_000):
        cleaner.extract(pages[number % len(pages)]["html"][:200_000])
        if number % 500 == 499:
            peaks.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
    assert peaks[-1] - peaks[2] < FLAT, peaks
