"""Which blocks are taken once they have probabilities, and what a box's name says of them."""

from __future__ import annotations

import numpy as np
import pytest
from lxml.html import document_fromstring

from cleaner.extraction.blocks import Page, read_blocks
from cleaner.extraction.roles import FARTHEST, roles
from cleaner.extraction.story import HIGHEST, expected, select
from cleaner.extraction.trimming import is_link, trimmed

STORY = "<p>Dock workers voted on Tuesday to stay out for a second week, after talks ended.</p>"
BAR = "<div><a href='/f'>Facebook</a> <a href='/v'>Viber</a> <a href='/t'>Telegram</a></div>"
FOLLOW = "<p>All the news first on <a href='/t'>our channel</a>, every day.</p>"


def read(body: str) -> Page:
    return read_blocks(document_fromstring(f"<html><body>{body}</body></html>"))


def kept(body: str) -> str:
    """What is left of a page of which every block was taken, but links and labels."""
    page = read(body)
    rows = [row for row, block in enumerate(page.blocks) if block.link_chars < len(block.text) / 2]
    return "\n".join(page.blocks[row].text for row in trimmed(rows, page, ()))


@pytest.mark.parametrize(
    ("below", "stays"),
    [
        ("<div><p>Read also</p></div><div><p>News by mail, every morning.</p></div>", False),
        ("<div><a href='/1'>Ferry delayed</a></div><div><p>News by mail.</p></div>", False),
        ("<div><p>News by mail is what the union sends its members.</p></div>", True),
    ],
)
def test_below_the_box_of_the_story(below: str, *, stays: bool) -> None:
    text = kept(f"<div class='a1'>{STORY * 4}</div>{below}")
    assert text.count("Dock workers") == 4
    assert ("News by mail" in text) == stays


def test_a_label_within_the_story_ends_nothing() -> None:
    assert kept(f"<div>{STORY}<p>Read also</p>{STORY * 2}</div>").count("Dock workers") == 3


@pytest.mark.parametrize(
    ("end", "stays"), [(BAR + FOLLOW, False), (FOLLOW, True), (BAR + FOLLOW + STORY, True)]
)
def test_a_line_behind_a_bar_of_links(end: str, *, stays: bool) -> None:
    assert ("our channel" in kept(f"<div>{STORY * 3}{end}</div>")) == stays


LOCK = "<h4>The lock</h4>"


@pytest.mark.parametrize(
    ("inner", "stays"),
    [
        (STORY * 2 + LOCK + STORY, True),
        (STORY * 2 + LOCK + LOCK.replace("h4", "h5") + STORY, True),
        (LOCK + STORY * 3, False),  # what stands above the first paragraph may be the site's
        (STORY * 3 + LOCK, False),
        (STORY * 2 + LOCK + "<p>Cheap flights</p>" + STORY, False),
        (STORY * 2 + "<h4><a href='/1'>The lock</a></h4>" + STORY, False),
        (STORY * 2 + "<h4>Related articles</h4>" + STORY, False),
    ],
)
def test_a_heading_belongs_to_what_follows_it(inner: str, *, stays: bool) -> None:
    page = read(inner)
    for doubt, likely in ((0.4, True), (0.1, False)):
        scores = np.array(
            [0.99 if "Dock workers" in block.text else doubt for block in page.blocks]
        )
        kept = {page.blocks[row].text for row in select(scores, page)}
        assert ("The lock" in kept) == (stays and likely)
        assert "Related articles" not in kept


SIDE = "<p><a href='/1'>Ice jam closes bridge</a><br>Deputies turned back forty cars.</p>"
LETTERS = "<p>Letters to the editor are welcome if they are short.</p>"


@pytest.mark.parametrize(
    ("body", "title", "stays"),
    [
        (f"<table><tr><td>{STORY * 4}</td><td>{LETTERS}{SIDE}</td></tr></table>", "", False),
        (f"<table><tr><td>{SIDE}{LETTERS}</td><td>{STORY * 4}</td></tr></table>", "", False),
        # where the page has its title in the column of a short story
        (
            f"<table><tr><td>{LETTERS * 2}</td><td><h3>Lock</h3>{STORY * 2}</td></tr></table>",
            "Lock",
            False,
        ),
        (
            f"<table><tr><td>{LETTERS * 2}</td><td><h3>Lock</h3>{STORY * 2}</td></tr></table>",
            "",
            True,
        ),
        # a story in several rows, and one in two columns
        (f"<table><tr><td>{LETTERS}</td></tr><tr><td>{STORY * 4}</td></tr></table>", "", True),
        (f"<table><tr><td>{STORY * 2}{LETTERS}</td><td>{STORY * 2}</td></tr></table>", "", True),
        (f"{STORY * 6}<table><tr><td>{LETTERS}</td><td>{STORY * 2}</td></tr></table>", "", True),
    ],
)
def test_beside_the_column_of_the_story(body: str, title: str, *, stays: bool) -> None:
    page = read(body)
    text = "\n".join(
        page.blocks[row].text for row in trimmed(list(range(len(page.blocks))), page, [title])
    )
    assert ("Letters to the editor" in text) == stays
    assert text.count("Dock workers") == body.count("Dock workers")


def test_a_bar_of_links_has_marks_between_them() -> None:
    bar = "<p>« <a href='/1'>A winter of fog</a> | <a href='/'>Main</a> | <a href='/2'>Buoys</a> »</p>"
    story = "<p>The <a href='/1'>port</a>, the <a href='/2'>union</a> and the <a href='/3'>mayor</a> met.</p>"
    assert [is_link(block) for block in read(bar + story).blocks] == [True, False]


def test_a_long_story_takes_only_what_is_sure() -> None:
    thresholds = [expected(np.full(n, 0.9), np.full(n, 100.0))[1] for n in (5, 100, 500, 50_000)]
    assert thresholds == sorted(set(thresholds))
    assert thresholds[0] < 0.65
    assert thresholds[-1] == HIGHEST


def test_the_same_doubt_in_a_short_and_a_long_story() -> None:
    for count, taken in ((5, 6), (400, 400)):
        page = read(STORY * (count + 1))
        assert len(select(np.array([*[0.99] * count, 0.7]), page)) == taken


def test_roles_reach_down() -> None:
    page = read(
        "<div class='comments-body'><div><p>Shame.</p></div></div><p>Dock <b class='date'>4 May</b></p>"
    )
    found = roles(page)
    assert found["role_comments"].tolist() == [2, FARTHEST]
    assert found["role_body"].tolist() == [2, FARTHEST]
    assert found["role_date"].tolist() == [FARTHEST, -1]
