"""Pages of which a tool has cut the tags and kept every line: how much of a page goes, and what of the story.

The floors are those reached on every eighth development page. Text is no place to find a story in a page: give
the page. But many a corpus has been scraped this way, and its pages are gone.

    CLEANER_BENCH_DATA=... python -m pytest -s tests/test_dumps.py
"""

from __future__ import annotations

import re
import sys
from collections import Counter

import pytest
from bs4 import BeautifulSoup
from corpora import read_jsonl_zst

import cleaner

pytestmark = pytest.mark.benchmark

BLOCKS = re.findall(
    r"\w+",
    """
    address article aside blockquote br button dd div dl dt fieldset figcaption figure footer form
    h1 h2 h3 h4 h5 h6 header hr label li main nav ol p pre section table td th tr ul
    """,
)
UNSEEN = ["script", "style", "noscript", "template", "head", "select", "svg"]
PRECISION, RECALL = 0.715, 0.996  # of words; before cleaning .656 and .998
LINES = 1e-3  # of the lines that gold texts have, too, taken for a menu


def without_tags(html: str) -> str:
    """Return all text of a page, each block on its line."""
    soup = BeautifulSoup(html, "lxml")
    for tag in soup(UNSEEN):
        tag.decompose()
    for tag in soup.find_all(BLOCKS):
        tag.insert_before("\n")
        tag.insert_after("\n")
    lines = (" ".join(line.split()) for line in soup.get_text().split("\n"))
    return "\n".join(filter(None, lines))


def words(text: str) -> Counter[str]:
    return Counter(re.findall(r"\w+", text.lower()))


def test_menus_go_and_the_story_stays() -> None:
    right: Counter[str] = Counter()
    taken, known = 0, 0
    for page in list(read_jsonl_zst("html.jsonl.zst"))[::8]:
        gold, text = words(page["gold_text"]), without_tags(page["html"])
        for name, some in (("raw", text), ("cleaned", cleaner.clean(text))):
            found = words(some)
            right[name] += (found & gold).total()
            right[f"{name} all"] += found.total()
        right["gold"] += gold.total()
        lines = {line.strip() for line in page["gold_text"].split("\n") if len(line) > 40}
        known += len(lines)
        menus = [text[d.start : d.end] for d in cleaner.check(text, select=["BP077"]) if d.applied]
        taken += sum(line.strip() in lines for menu in menus for line in menu.split("\n"))
    for name in ("raw", "cleaned"):
        precision, recall = right[name] / right[f"{name} all"], right[name] / right["gold"]
        sys.stdout.write(f"{name:8} precision {precision:.3f} recall {recall:.4f}\n")
    assert precision >= PRECISION
    assert recall >= RECALL
    assert taken <= LINES * known
