"""Sentences and lines of the news that begin as what sites print does, and are the story's: one a line."""

from __future__ import annotations

import pytest
from corpora import ROOT

import cleaner

FIRST = "The council voted on Monday to keep the market hall open until the end of next year, officials said."
LAST = (
    "Traders had feared that they would have to move out before the busy weeks and lose customers."
)
SENTENCES = (ROOT / "fixtures/near-misses.txt").read_text(encoding="utf-8").splitlines()


PAGES = [
    "{first}\n{it}\n{last}",
    "{first}\n{last}\n{it}",
    "{it}\n{first}\n{last}",
    "{first} {last} {it}",
]


@pytest.mark.parametrize("sentence", SENTENCES)
def test_it_stays_wherever_it_stands(sentence: str) -> None:
    for page in PAGES:
        text = page.format(first=FIRST, last=LAST, it=sentence)
        assert cleaner.clean(text) == text
