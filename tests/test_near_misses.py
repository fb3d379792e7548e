"""Sentences and lines of the news that begin as what sites print does, and are the story's, in fourteen languages; titles; last lines."""

from __future__ import annotations

import pytest
from corpora import ROOT, site_lines

import cleaner

PARAGRAPHS = {language: story for language, story, _ in site_lines()}  # of each language, two
PAGES = [
    "{first}\n{it}\n{last}",
    "{first}\n{last}\n{it}",
    "{it}\n{first}\n{last}",
    "{first} {last} {it}",
]
TITLES = (ROOT / "fixtures/titles.txt").read_text(encoding="utf-8").splitlines()
LAST_LINES = (ROOT / "fixtures/last-lines.txt").read_text(encoding="utf-8").splitlines()
TAKEN = 7  # titles that nothing tells from what a site prints
TABLE = (ROOT / "fixtures/near-misses.tsv").read_text(encoding="utf-8").splitlines()[1:]


@pytest.mark.parametrize("row", TABLE)
def test_it_stays_wherever_it_stands(row: str) -> None:
    language, sentence = row.split("\t")
    first, last = PARAGRAPHS[language]
    for page in PAGES:
        text = page.format(first=first, last=last, it=sentence)
        assert cleaner.clean(text) == text


@pytest.mark.parametrize("byline", ["", "By Jane Doe\n"])
def test_a_known_title_stays(byline: str) -> None:
    for title in TITLES:
        text = "\n".join([title, *byline.splitlines(), *PARAGRAPHS["en"]])
        assert cleaner.clean(text, title=title) == "\n".join([title, *PARAGRAPHS["en"]])


def test_nearly_all_titles_stay_that_begin_as_what_sites_print() -> None:
    texts = ("\n".join([title, *PARAGRAPHS["en"]]) for title in TITLES)
    assert sum(cleaner.clean(text) != text for text in texts) <= TAKEN


@pytest.mark.parametrize("line", LAST_LINES)
def test_a_last_line_stays(line: str) -> None:
    text = "\n".join([*PARAGRAPHS["en"], line])
    assert cleaner.clean(text) == text
