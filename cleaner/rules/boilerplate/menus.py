"""Menus, and what of a page is around them, in texts whose tags were cut."""

from __future__ import annotations

from collections.abc import Iterable

from cleaner.blocks import FEWEST_LINKS, LONGEST_LINK, cut, frame
from cleaner.document import Document
from cleaner.edits import Edit
from cleaner.rule import rule


def has_short_rows(doc: Document) -> bool:
    """Whether a text has as many short lines in a row as a menu."""
    row = 0
    for line in doc.lines:
        row = row + 1 if len(line.text) <= LONGEST_LINK else 0
        if row == FEWEST_LINKS:
            return True
    return False


@rule("BP077", fix="safe", when=has_short_rows)
def menu(doc: Document) -> Iterable[Edit]:
    """A menu, and what else of a page is above it or below it.

    A tool that only cuts tags keeps every link of a page's menus on its line. Eight short lines at least,
    and among them five different names of sections or of a site's own pages, close to each other, are a
    menu from the first of these to the last. Numbers, sentences and longer headlines are in none. A list
    of the writer's has no "Privacy policy" in it. What stands above the last menu before the story goes
    with it, and what stands below the first one after it.

    ```diff
    - Home
    - News
    - Sports
    - High School Sports
    - Obituaries
    - Contests
    - E-Edition
    - Subscribe
    - Contact Us
      Bank cuts forecast
      Shares fell 4% on Tuesday after the company cut its forecast for the whole year.
    ```

    ```diff
      Asked what the next government should look after first, voters named these, in this order:
      Economy
      Health
      Education
      Crime
      Environment
      Taxes
      Energy
      Climate
    ```
    """
    if not frame(doc).tail.start:
        return []  # all of it may be a list
    from cleaner.menus import page_lines  # only where there may be any

    return cut(doc, page_lines(doc))
