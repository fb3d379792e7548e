"""Extraction over the development pages: no exception, no hang, no word glued or split, flat memory.

The shipped weights were trained on these pages, so the floors of precision and recall here only notice when
something breaks. What counts is measured with hosts held out; it takes some ten minutes and needs catboost:

    CLEANER_BENCH_DATA=... python tests/train_blocks.py --report
"""

from __future__ import annotations

import random
import re
import resource
import time
from collections import Counter
from itertools import pairwise
from pathlib import Path
from statistics import fmean

import pytest
from corpora import DATA, read_jsonl_zst

import cleaner

pytestmark = pytest.mark.benchmark

WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*+")
SEED = 20_260_101
MUTATED = 10_000
SIZE = 30_000  # characters of a page that are mutated; whole pages would take hours
SECONDS = 5  # CPU seconds that a page may take on a slow machine
WARC_HEADER = b"WARC/1."
PRECISION, RECALL, FOREIGN = 0.945, 0.945, 0.045  # in-sample, on every fourth page
FLAT = 20  # megabytes that a process may grow by after its first 500 pages


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
        start = time.process_time()
        cleaner.extract(bytes(data))
        assert time.process_time() - start < SECONDS


@pytest.mark.parametrize("path", sorted(Path(DATA, "warc").glob("*")), ids=lambda path: path.name)
def test_archives_as_pages(path: Path) -> None:
    """Whatever stands in damaged archives is taken for a page, whole and record by record."""
    data = path.read_bytes()
    for part in (data, *(piece for piece in data.split(WARC_HEADER)[:500])):
        cleaner.extract(part)
        cleaner.extract(part.partition(b"\r\n\r\n")[2].partition(b"\r\n\r\n")[2])


def runs(text: str) -> Counter[tuple[str, ...]]:
    words = WORD.findall(text)
    return Counter(zip(*(words[start:] for start in range(4)), strict=False))


def test_floors(pages: list[dict[str, str]]) -> None:
    """4-word runs and foreign words on pages that the model knows."""
    precisions, recalls, words, foreign = [], [], 0, 0
    for page in pages[::4]:
        text = cleaner.extract(page["html"], url=page["url"] or "").text
        expected, found = runs(page["gold_text"]), runs(text)
        common = (expected & found).total()
        precisions += [common / found.total()] if found else []
        recalls += [common / expected.total()] if expected else []
        got = Counter(WORD.findall(text))
        words += got.total()
        foreign += (got - Counter(WORD.findall(page["gold_text"]))).total()
    assert fmean(precisions) >= PRECISION
    assert fmean(recalls) >= RECALL
    assert foreign / words <= FOREIGN


def test_memory_is_flat(pages: list[dict[str, str]]) -> None:
    peaks = []
    for number in range(5_000):
        cleaner.extract(pages[number % len(pages)]["html"][:200_000])
        if number % 500 == 499:
            peaks.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
    assert peaks[-1] - peaks[2] < FLAT, peaks
