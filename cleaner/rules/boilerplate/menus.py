"""Menus, and what of a page is around them, in texts whose tags were cut; paths above a story."""

from __future__ import annotations

from collections.abc import Iterable

from cleaner.blocks import FEWEST_LINKS, LONGEST_LINK, cut, frame
from cleaner.document import Document
from cleaner.edits import Edit
from cleaner.rule import pattern, rule


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


HOME = (
    r"(?:home(?:\ ?page)?|start(?:seite)?|inicio|portada|início|página\ inicial|accueil|strona\ główna|główna"
    r"|главная|головна|ana\ ?sayfa|hem|hjem|forside|etusivu|domov|úvod|kezdőlap|acasă|αρχική|beranda"
    r"|trang\ chủ|首页|首頁|ホーム|トップ|홈|الرئيسية)"
)
PART = r"[^>»›/|\n]"
MARK = r"(?:\s*[>»›]\s*|\s[/|]\s)"
TRAIL = pattern(
    rf"""{HOME}(?:{MARK}{PART}{{2,40}}){{0,4}}{MARK}{PART}{{2,140}}
    |(?-i:[A-Z])[^>»›\n]{{2,24}}\s[>»›]\s(?-i:[A-Z])[^>»›\n]{{2,24}}\s[>»›]\s[^>»›\n]{{2,140}}""",
    "ix",
)
LONGEST_TRAIL = 240
SIDES = pattern(r"\b(?:away|guests?)\b|\d", "i")  # "Home / Away", as tables of results have it
ODDS = pattern("[/|]")


@rule("BP078", fix="safe", starts=["=head"])
def breadcrumbs(doc: Document) -> Iterable[Edit]:
    """The path from the front page to the story, above it.

    "Home > News > Business" says where on the site the reader is. A line above the first paragraph goes
    that begins with the front page, in any of twenty languages, or has three parts with arrows between them.

    ```diff
    - Home > News > Business
      Bank cuts forecast
      Shares fell 4% on Tuesday after the company cut its forecast for the whole year.
    ```

    ```diff
      Home / Away / Draw
      The bookmakers believe in the visitors, who have not won in this town since the war.
    ```
    """
    lines = doc.lines
    return cut(
        doc,
        [
            i
            for i in frame(doc).head
            if len(lines[i].text) < LONGEST_TRAIL
            and TRAIL.fullmatch(lines[i].text)
            and not (SIDES.search(lines[i].text) and ODDS.search(lines[i].text))
        ],
    )
