"""Texts that hundreds of sites copy, and boilerplate that thousands of texts share."""

from __future__ import annotations

import random
from collections import Counter

import pytest
from test_dedup import BOILERPLATE, story

from cleaner.dedup import deduplicate
from cleaner.document import Document

TAILS = [
    "Source link",
    "Subscribe to our newsletter and never miss a story.",
    "This article was first published by the agency. All rights reserved.",
    "Read more: the ten most popular stories of the week. Follow us on social media.",
    BOILERPLATE,
]
HEADS = [
    "",
    "Breaking:",
    "Just in.",
    "By our own correspondent.",
    "Latest news of today, hour by hour.",
]


def copied(text: str, rng: random.Random) -> str:
    """The text as another site has it: its own headline, its own tail, a few characters changed."""
    headline = story(rng.randrange(1 << 30), rng.randrange(6, 12)).rstrip(".")
    words = text.split()
    for _ in range(rng.randrange(4)):
        place = rng.choice([at for at, word in enumerate(words) if word.isalpha()])
        words[place] = rng.choice(
            [
                words[place].upper(),
                f"“{words[place]}”",
                words[place] + "\u00a0",
                words[place][:-1] + "x",
            ]
        )
    dash = rng.choice([" ", "  ", "\n", " — "])
    body = " ".join(words)
    middle = rng.randrange(len(body))
    at = body.find(" ", middle)
    body = body if at < 0 else body[:at] + dash + body[at + 1 :]
    return "\n".join([headline, rng.choice(HEADS), body, rng.choice(TAILS)])


@pytest.mark.parametrize(
    ("stories", "times"),
    [(6, 100), pytest.param(40, 500, marks=pytest.mark.benchmark)],
)
def test_viral_texts_are_found_whole(stories, times):
    rng = random.Random(stories)
    texts = [story(7000 + number, 260) for number in range(stories)]
    documents = [
        Document(copied(text, rng), id=f"{number}/{copy:03}")
        for number, text in enumerate(texts)
        for copy in range(times)
    ]
    documents += [
        Document(copied(story(90000 + number, 260), rng), id=f"other{number}")
        for number in range(100)
    ]
    rng.shuffle(documents)
    clusters = deduplicate(documents).clusters
    roots = Counter((name.split("/")[0], root) for name, root in clusters.items() if "/" in name)
    assert set(roots.values()) == {times}
    assert all(root == name for name, root in clusters.items() if name.startswith("other"))


@pytest.mark.parametrize("number", [300, pytest.param(2000, marks=pytest.mark.benchmark)])
def test_one_tail_is_no_cluster(number):
    documents = [
        Document(f"{story(place, 90)}\n{BOILERPLATE}", id=f"{place:04}") for place in range(number)
    ]
    found = deduplicate(documents)
    assert not found.pairs
    assert len(found.kept) == number


@pytest.mark.parametrize(("times", "found"), [(15, True), (60, False)])
def test_excerpts_of_what_many_quote_amid_their_own_text_are_a_template(times, found):
    quoted = story(50, 150)
    documents = [
        Document(f"{quoted}\n{story(60 + place, 130)}", id=f"{place:02}") for place in range(times)
    ]
    assert (len(deduplicate(documents).pairs) == times * (times - 1) // 2) == found
    assert bool(deduplicate(documents).pairs) == found
