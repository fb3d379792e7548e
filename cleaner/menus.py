"""Which lines of a text are a site's menus, as a tool that only cuts tags leaves them, and what is around."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from itertools import accumulate

from cleaner.blocks import FEWEST_LINKS, LONGEST_LINK, is_prose, labels, runs
from cleaner.document import Document
from cleaner.phrases import is_network, table, words

LINKS = frozenset({"navigation", "legal", "subscribe"})  # kinds of labels that menus have, too
WORDS, UNSPACED = 4, 16  # of a link; characters without a blank
KNOWN, PAGES = 5, 2  # different names among them that menus have; of a site's own pages
SHARE = 0.15  # of the lines of a menu have such a name
APART, DENSE = 20, 5  # lines from one of these to the next at most; where a menu begins or ends
# Of the paragraphs of a text above and below a menu, where all else there is of the page around a story
ABOVE, BELOW = 0.05, 0.1
HEADING = 8  # lines of a title and what stands around it
SENTENCE = frozenset('.!?…;:,"”')


@cache
def names() -> dict[str, bool]:
    """Return the words of what menus have in any language, and whether it is a page, no section."""
    found: dict[str, bool] = {}
    for title, some in table("menus").items():
        for name in some:
            plain = " ".join(words(name))
            found[plain] = found.get(plain, False) or title.endswith("pages")
    return found


def is_link(text: str) -> bool:
    """Whether a line is as short as a link of a menu, and no sentence, number or headline.

    >>> is_link("Food & Drink"), is_link("3. Add the flour"), is_link("Bank cuts forecast as rates rise")
    (True, False, False)
    """
    if not any(map(str.isalnum, text)):
        return True
    if len(text) > LONGEST_LINK or text[0].isdigit() or text[-1] in SENTENCE:
        return False
    return len(text.split()) <= WORDS and (" " in text or len(text) <= UNSPACED or text.isascii())


def page_lines(doc: Document) -> list[int]:
    """Return the lines of menus, and what else of a page stands above a story below them, or below a story.

    That is all that stands before the end of a menu with next to no paragraph above it, and all from the
    beginning of a menu with few paragraphs below it.
    """
    menus = list(runs(menu_lines(doc)))
    if not menus:
        return []
    lines, labelled = doc.lines, labels(doc)
    sizes = (
        len(line.text) if is_prose(line.text) and i not in labelled else 0
        for i, line in enumerate(lines)
    )
    before = list(accumulate(sizes, initial=0))
    total = before[-1]
    top = max((end + 1 for _, end in menus if before[end + 1] <= ABOVE * total), default=0)
    foot = min(
        (start for start, _ in menus if start >= top and total - before[start] <= BELOW * total),
        default=len(lines),
    )
    between = (i for start, end in menus for i in range(start, end + 1))
    return sorted({*range(top), *between, *range(foot, len(lines))})


def menu_lines(doc: Document) -> list[int]:
    """Return the lines of menus: each from its first known link to the last one."""
    lines, labelled = doc.lines, labels(doc)
    found: list[int] = []
    row: list[int] = []
    for i, line in enumerate(lines):
        if i in labelled or is_link(line.text):
            row.append(i)
        else:
            found += _menus(doc, row)
            row = []
    return found + list(_menus(doc, row))


def _menus(doc: Document, row: list[int]) -> Iterator[int]:
    """Yield the lines of menus among short lines in a row."""
    if len(row) < FEWEST_LINKS:
        return
    known = {i: name for i in row if (name := _name(doc, i))}
    opens = any(is_prose(line.text) for line in doc.lines[row[-1] + 1 : row[-1] + 3])
    for some in grouped(known, APART):
        chosen = _trimmed(some)
        if opens:
            chosen = _before_title(chosen, known, row[-1])
        different = {known[i] for i in chosen}
        pages = sum(names().get(name, True) for name in different)
        if len(different) < KNOWN or pages < PAGES:
            continue
        menu = range(chosen[0], chosen[-1] + 1)
        if len(chosen) >= SHARE * len(menu):
            yield from menu


def _trimmed(known: list[int]) -> list[int]:
    """Return the known lines of a menu without single ones at its ends."""
    parts = grouped(known, DENSE)
    while parts and len(parts[0]) < 2:
        del parts[0]
    while parts and len(parts[-1]) < 2:
        del parts[-1]
    return [i for part in parts for i in part]


def _before_title(chosen: list[int], known: dict[int, str], last: int) -> list[int]:
    """Leave out what may stand below the title of a story that begins behind a row: its section, a button."""
    left = chosen
    while left and left[-1] > last - HEADING:
        *before, part = grouped(left, 1)
        if len(part) > 2 or (len(part) == 2 and any(names().get(known[i], True) for i in part)):
            break
        left = [i for some in before for i in some]
    return left


def _name(doc: Document, i: int) -> str:
    """Return the words of a line, if menus have it."""
    text, label = doc.lines[i].text, labels(doc).get(i)
    if text[0].isdigit() or is_network(text):
        return ""
    name = " ".join(words(text.replace("İ", "I")))  # lower case of it is two characters
    return name if name in names() or (label is not None and label.kind in LINKS) else ""


def grouped(numbers: Iterable[int], apart: int) -> list[list[int]]:
    """Cut ascending numbers where one is more than `apart` above the one before.

    >>> grouped([1, 2, 9], 5)
    [[1, 2], [9]]
    """
    groups: list[list[int]] = []
    for number in numbers:
        if groups and number - groups[-1][-1] <= apart:
            groups[-1].append(number)
        else:
            groups.append([number])
    return groups
