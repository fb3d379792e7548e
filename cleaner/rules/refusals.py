"""DQ008: pages that say why there is no story. refusals.txt has what they say."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from cleaner.document import Document
from cleaner.edits import Span
from cleaner.rule import pattern, rule
from cleaner.rules.quality import count_words

LONGEST, FEW = 1500, 30  # characters such a page has at most; words, where only a heading says it
FIRST = 3  # lines among which that heading stands
SHOWN = 80  # characters of what is cited
REVIEWED = " needs to review the security of your connection"  # behind the name of the site
SENTENCE = pattern(r"[^\n.!?…。]+(?:[.!?…。](?!\s|\Z)[^\n.!?…。]*)*")
REGRETS = pattern(
    r"(?:we(?:'re| are) )?(?:very )?sorry[,!.]? (?:but )?|oops[,!.]? |unfortunately,? |leider "
    r"|(?:es )?tut uns leid[,!.]? |désolée?s?,? |lo sentimos[,!.]? (?:pero )?|desculpe[,!.]? (?:mas )?"
)


@rule("DQ008", fix="none", scope="result")
def page_without_story(before: Document, _: Document) -> Iterator[Span]:
    """A page that says why it has no story: not found, refused, no robots.

    Servers send such a page in place of the story, firewalls ask for proof that a reader is human, and
    papers turn away visitors from another continent. They are short, and copies of one another.

    ```diff
    ! Page not found
    ! Sorry, the page you are looking for does not exist. It may have been moved or deleted.
    ```

    ```diff
    ! Checking your browser before accessing the site. Please enable JavaScript and cookies to continue.
    ```

    ```diff
      The archivist told the court on Monday that the page he was looking for does not exist.
    ```
    """
    text = before.text
    if not text or len(text) > LONGEST:
        return
    headings, beginnings = table()
    plain = text.lower().replace("’", "'")
    found = next((m for m in SENTENCE.finditer(plain) if _says(m.group(), beginnings)), None)
    said = text[found.start() : found.end()] if found and len(plain) == len(text) else ""
    if found is None and count_words(text) <= FEW:
        title = before.title
        heads = (title, *re.split(r" [|–—-] ", title), *text.split("\n", FIRST)[:FIRST])
        said = next((head for head in heads if _bare(head) in headings), "")
    if found or said:
        yield Span(0, len(text), f"The page says: {said.strip()[:SHOWN]}".rstrip(": "))


def _bare(line: str) -> str:
    """Return a line as the table has it."""
    return line.lower().replace("’", "'").strip(" .…!?#¡¿。！？")


def _says(sentence: str, beginnings: tuple[str, ...]) -> bool:
    """Whether a sentence in lower case begins as one of the table, perhaps after a word of regret."""
    bare = sentence.strip()
    regret = REGRETS.match(bare)
    return bare[regret.end() if regret else 0 :].startswith(beginnings) or REVIEWED in bare


@cache
def table() -> tuple[frozenset[str], tuple[str, ...]]:
    """Return the headings of such pages, and what their sentences begin with."""
    sections: dict[str, list[str]] = {}
    for line in Path(__file__).with_suffix(".txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            lines = sections.setdefault(line[1 : line.index("]")], [])
        elif line and not line.startswith("#"):
            lines.append(line)
    return frozenset(sections["headings"]), tuple(sections["sentences"])
