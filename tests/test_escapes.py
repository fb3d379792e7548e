"""CH011 to CH013: escapes of JSON, SQL and programs, and what only looks like one."""

from __future__ import annotations

import pytest

from cleaner import Cleaner, Document

CLEANER = Cleaner(select=["CH011", "CH012", "CH013"])

REPAIRED = {
    "units": (r"The bank\u2019s chief said \u201cno\u201d.", "The bank’s chief said “no”."),
    "pair of surrogates": (r"It\u2019s \ud83d\ude00 here.", "It’s 😀 here."),
    "bytes": (r"The caf\xc3\xa9\xe2\x80\x99s owner", "The café’s owner"),
    "latin-1": (r"The caf\xe9 and the ma\xefs", "The café and the maïs"),
    "no-break space": (r"In\xa0the\xa0end", "In the end"),
    "escaped twice": (r"The bank\\u2019s chief", "The bank’s chief"),
    "quotes": (r"He said \"no\", didn\'t he?", "He said \"no\", didn't he?"),
    "curly": (r"“It is over,\” he said.", "“It is over,” he said."),
    "slashes": (r"See https:\/\/example.org\/a\/b for more.", "See https://example.org/a/b for more."),
    "paragraphs": (r"It rained.\r\n\r\nThen it stopped.\nAll left.\n", "It rained.\n\nThen it stopped.\nAll left.\n"),
    "headings": (r"It rained.\n\nWhat next\nNobody knows.", "It rained.\n\nWhat next\nNobody knows."),
    "apostrophes": ("The bank''s chief didn''t say.", "The bank's chief didn't say."),
    "question marks": ("We?re sure the bank?s chief didn?t say it?s over.", "We’re sure the bank’s chief didn’t say it’s over."),
}  # fmt: skip

KEPT = [
    r"The file is in C:\new\notes, or in \\server\share\u2019.",
    r"“\u00e9” is an e with an accent.",
    r"Write \n for a new line and \t for a tab.",
    r"In TeX, \noindent and \nu are commands.",
    r"¯\_(ツ)_/¯ and (\/)",
    r"\ud83d is half a pair, \x00\x01 are controls.",
    "He called it ''the end'' and left; the ship is 60'' long.",
    "Is it? Sure. https://example.org/bank?s=1&t=2 and search?t=all",
    "Why?that is, in fact, the question? so he said.",
]


@pytest.mark.parametrize(("text", "expected"), REPAIRED.values(), ids=REPAIRED)
def test_repairs(text: str, expected: str) -> None:
    result = CLEANER.clean(Document(text, lang="en"))
    assert result.text == expected
    assert result.undo() == text


@pytest.mark.parametrize("text", KEPT)
def test_near_misses(text: str) -> None:
    assert not CLEANER.clean(Document(text, lang="en")).edits
