"""All kinds of news text in three kinds of page: the story comes out whole, and alone.

The texts are those of fixtures/kept, of which each kind once lost a line to some rule: lists, letters, tables,
poems, interviews. They are short, as much news is, and the page around them says more than they do.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from html import escape
from pathlib import Path

import pytest

import cleaner

KEPT = Path(__file__).parents[1] / "fixtures" / "kept"
TITLE = "Notes from the harbour town this week"
OTHERS = [
    (
        "Council to vote on bridge toll",
        "The council meets to decide whether lorries will pay to cross the new bridge.",
    ),
    (
        "Storm warning for the coast",
        "Forecasters expect gusts of ninety kilometres an hour at the lighthouse.",
    ),
    (
        "Old mill to become a library",
        "A donor has given two million to turn the flour mill into reading rooms.",
    ),
    (
        "Goalkeeper signs for another year",
        "Ottilie Grange, who let in nine goals all season, will stay until spring.",
    ),
]
COMMENTS = [
    "My uncle worked there and never saw the like of it, shame on the board.",
    "Great read, thanks for posting!",
]
MENU = "".join(
    f"<li><a href='/{name}'>{name}</a></li>"
    for name in ("Politics", "Business", "Sport", "Culture")
)
HEAD = f"<title>{TITLE} | The Northern Ledger</title><meta property='og:title' content='{TITLE}'>"


def theme(story: list[str]) -> str:
    """A page of a blog's theme, whose class names say what is what."""
    cards = "".join(
        f"<div class='card'><h3><a href='/t'>{a}</a></h3><p>{b}</p></div>" for a, b in OTHERS
    )
    comments = "".join(f"<li class='comment'><p>{text}</p></li>" for text in COMMENTS)
    return f"""<html><head>{HEAD}</head><body><nav><ul>{MENU}</ul></nav><main><article class='post'>
        <h1 class='entry-title'>{TITLE}</h1><div class='byline'>By <a href='/s'>Maren Oduya</a></div>
        <div class='entry-content'>{paragraphs(story)}<div class='related-posts'><h3>Related</h3>{cards}</div></div>
        </article><section id='comments'><h2>2 comments</h2><ol class='comment-list'>{comments}</ol></section></main>
        <footer><p>© 2023 The Northern Ledger. All rights reserved.</p></footer></body></html>"""


def tables(story: list[str]) -> str:
    """A page laid out with a table, as in 2003: menu, story and other stories are its columns."""
    others = "<br><br>".join(f"<b><a href='/t'>{a}</a></b><br>{b}" for a, b in OTHERS)
    text = "<br><br>".join(map(escape, story))
    return f"""<html><head><title>{TITLE} - Northern Ledger</title></head><body><table>
        <tr><td colspan=3><a href='/'>Home</a> | <a href='/s'>Sport</a> | <a href='/a'>Archive</a></td></tr>
        <tr><td><font size=1><a href='/1'>World</a><br><a href='/2'>Local</a><br><a href='/3'>Weather</a></font></td>
        <td><font size=5><b>{TITLE}</b></font><br><font size=1>By Maren Oduya<br>May 4, 2003</font><br><br>
        <font size=2>{text}</font><br><br><a href='/p'>Print this</a> | <a href='/m'>Mail it</a></td>
        <td><font size=1>{others}</font></td></tr></table><hr>Copyright 2003 Northern Ledger</body></html>"""


def nameless(story: list[str]) -> str:
    """A page of nothing but boxes, as programs write it."""
    others = "".join(f"<div><div><a href='/t'>{a}</a></div><div>{b}</div></div>" for a, b in OTHERS)
    text = "".join(f"<div>{escape(line)}</div>" for line in story)
    return f"""<html><head>{HEAD}</head><body><div><div><a href='/'>Home</a><a href='/s'>Sport</a></div></div>
        <div><div><h1>{TITLE}</h1><div>Maren Oduya</div><div>4 May 2023, 6:30</div></div><div>{text}</div>
        <div><div>More stories</div>{others}</div></div><div><a href='/p'>Privacy</a></div></body></html>"""


def paragraphs(story: list[str]) -> str:
    return "".join(f"<p>{escape(line)}</p>" for line in story)


def words(text: str) -> Counter[str]:
    return Counter(re.findall(r"\w+", text))


@pytest.mark.parametrize(
    ("page", "kept", "alone"),
    [(theme, 0.999, 0.97), (tables, 0.985, 0.99), (nameless, 0.999, 0.89)],
)
def test_the_story_comes_out_whole_and_alone(
    page: Callable[[list[str]], str], kept: float, alone: float
) -> None:
    total = found = 0
    spoilt = []
    files = sorted(KEPT.glob("*.txt"))
    for path in files:
        story = path.read_text(encoding="utf-8").split("\n")
        text = cleaner.extract(page(story)).text
        wanted = words("\n".join(story))
        total += wanted.total()
        found += (wanted & words(text)).total()
        if any(part in text for other in (*OTHERS, COMMENTS) for part in other):
            spoilt.append(path.stem)
    assert found / total >= kept
    assert 1 - len(spoilt) / len(files) >= alone, spoilt
