"""Which of a page's titles is its headline, without the name of the site.

The one that readers see comes first, where another title of the page bears it out: the others are often
written for search engines and networks. An <h1> alone may be the site's name or a slogan.
"""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from cleaner.extraction.features import UNSPACED

if TYPE_CHECKING:
    from lxml.html import HtmlElement

MAX_HEADINGS = 20
MARKS = "|｜\N{MIDDLE DOT}\N{BULLET}\N{EM DASH}\N{EN DASH}\\-»:_"
SUFFIX = re.compile(rf"\s+[{MARKS}]+\s+|\s*[|｜_]\s*")
BETWEEN = re.compile(rf"{SUFFIX.pattern}|:\s+")
HOME = re.compile(r"(?=.)(?:https?://[^/?#]+)?/?(?:(?:index|default)\.\w+)?", re.IGNORECASE)
LARGE = ("b", "div", "font", "h2", "h3", "p", "span", "strong", "td")  # tags that show a headline
WORD = re.compile(rf"[{UNSPACED}]|[^\W_{UNSPACED}]+")
ALIKE = 0.5  # share of a heading's words that the stated titles must have, and more
BRIEF, COVERED = (
    3,
    0.25,
)  # words of a heading so short that it must have this share of the stated title's
SHORTEST = 10  # characters that a part of a title has more of to be a headline
FULL = 80  # characters from which a stated headline may have been cut to a limit


class Site(NamedTuple):
    """What a page calls its site, and where it stands."""

    name: str
    host: str
    path: str = ""


def shown_titles(tree: HtmlElement, title: str) -> list[str]:
    """Return the texts of the first headings of the highest rank; `title` is the document's.

    One that links to the front page is the site's name. Older pages have none, and show their headline in
    large or bold type.
    """
    headings = (shown_text(h1) for h1 in tree.iter("h1") if not leads_home(h1))
    found = dict.fromkeys(text for _, text in zip(range(MAX_HEADINGS), headings) if text)  # noqa: B905
    return list(found) or shown_again(tree, title)


def shown_name(tree: HtmlElement) -> str:
    """Return the text of a heading that links to the front page."""
    return next((shown_text(h1) for h1 in tree.iter("h1") if leads_home(h1)), "")


def leads_home(heading: HtmlElement) -> bool:
    """Whether a heading is a link to the front page and nothing else."""
    links = [link for link in heading.iter("a") if HOME.fullmatch(link.get("href") or "")]
    return len(links) == 1 and shown_text(links[0]) == shown_text(heading)


def shown_again(tree: HtmlElement, title: str) -> list[str]:
    """Return the part of a document's title, before or behind a mark, that an element has alone."""
    parts = {
        part
        for mark in BETWEEN.finditer(title)
        for part in (title[: mark.start()], title[mark.end() :])
        if len(part) > max(SHORTEST, len(title) / 2)  # or it is the site's name, or a section
    }
    texts = {spaced(element.text or "") for element in tree.iter(*LARGE)} if parts else set()
    return sorted(parts & texts, key=len)[-1:]


def shown_text(element: HtmlElement) -> str:
    """Return the text of an element as it is read."""
    return spaced(unescaped("".join(element.itertext())))


def choose_title(shown: list[str], stated: list[str], site: Site) -> tuple[str, str]:
    """Return the title of a page, and the heading that shows it, if one does.

    >>> choose_title(["The Post", "Shares fall"], ["", "Markets slide as shares fall"], Site("", ""))
    ('Shares fall', 'Shares fall')
    >>> choose_title(["The Post"], ["", "Shares fall", "", "Shares fall - The Post"], Site("", ""))
    ('Shares fall', '')
    """
    titles = [title for title in stated if title]
    names = {name.lower() for name in (*site, *site_names([*titles, *shown])) if name}
    names -= {title.lower() for title in stated[:2]} - {site.name.lower()}
    candidates = [heading for heading in shown if heading.lower() not in names]
    cut = [without_site(title, titles + shown, site) for title in titles]
    agreed = next((title for title in cut if cut.count(title) > 1), "")
    known = {word for title in cut for word in words(title)}
    heading = max(candidates, key=lambda text: likeness(text, known), default="")
    if heading and (likeness(heading, known)[0] > ALIKE or (len(candidates) == 1 and not titles)):
        if is_title(heading, agreed):
            kicked = (title for title in cut if len(title) > 10 and heading.endswith(title))
            return without_site(next(kicked, heading), titles, site), heading
        return agreed, heading
    return next((whole(title, cut) for title in cut if title.lower() not in names), ""), ""


def is_title(heading: str, agreed: str) -> bool:
    """Whether a heading is a title, rather than a word or two of the one that the page states twice.

    >>> is_title("Markets", "Shares fall after the bank cuts its outlook for markets")
    False
    >>> is_title("Shares fall", "Shares fall after the bank cuts its outlook"), is_title("Markets", "")
    (True, True)
    """
    found, wanted = set(words(heading)), set(words(agreed))
    return len(found) > BRIEF or len(wanted & found) >= COVERED * len(wanted)


def whole(title: str, titles: list[str]) -> str:
    """Return a title that was cut to a limit as another one has it.

    >>> whole("a" * 90, ["b", "a" * 100])[88:]
    'aaaaaaaaaaaa'
    """
    if len(title) < FULL:
        return title
    return max((other for other in titles if other.startswith(title)), key=len, default=title)


def likeness(text: str, known: set[str]) -> tuple[float, int]:
    """Return which share of a text's words is known, and how many."""
    found = words(text)
    common = sum(word in known for word in found)
    return common / max(len(found), 1), common


def words(text: str) -> list[str]:
    """Return the words of a text in lower case; a letter is one in scripts without spaces."""
    return WORD.findall(text.lower().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'"))


def site_names(titles: list[str]) -> list[str]:
    """Return what stands before or behind another title in a title: the name of the site.

    >>> site_names(["Shares fall", "The Post: Shares fall"])
    ['The Post']
    """
    names = []
    for title in titles:
        for other in titles:
            if len(title) > len(other) > 10:
                behind = title.startswith(other)
                rest = title.removeprefix(other) if behind else title.removesuffix(other)
                name = rest.strip(f" {MARKS}")
                names += [name] if len(name) < len(other) else []
    return names


def without_site(title: str, others: list[str], site: Site) -> str:
    """Cut a site's name off a title: what another title of the page lacks, or what its address spells.

    >>> without_site("Shares fall | The Post", ["Shares fall"], Site("", ""))
    'Shares fall'
    >>> without_site("Shares fall - The Post", [], Site("", "www.thepost.example"))
    'Shares fall'
    """
    named = (
        re.match(rf"{re.escape(site.name)}\s*[{MARKS}]+\s+(?=\S)", title, re.IGNORECASE)
        if site.name
        else None
    )
    if named:
        return title[named.end() :]
    for part in SUFFIX.finditer(title):
        head, tail = title[: part.start()], title[part.end() :]
        if head in others or names_site(tail, site) or names_section(tail, site):
            return head
        if tail in others or names_site(head, site):
            return tail
    return title


def names_site(text: str, site: Site) -> bool:
    """Whether a part of a title is the name of the site, as it gives it or as its address spells it."""
    low = text.lower()
    if not low or low == site.name.lower():
        return bool(low)
    parts = re.findall(r"[a-z0-9]+", low)
    return len("".join(parts)) > 3 and (
        "".join(parts) in site.host.replace("-", "")
        or set(parts) <= set(re.split(r"\W", site.host))
    )


def names_section(text: str, site: Site) -> bool:
    """Whether a part of a title is the section of the site, as the page's address spells it.

    >>> names_section("Opinion", Site("", "", "/opinion/2024/shares-fall"))
    True
    """
    return "-".join(words(text)) in site.path.lower().split("/")


def host(url: str) -> str:
    """Return the host of an address in lower case, without "www.", or an empty string."""
    with suppress(ValueError):
        return str(urlsplit(url).hostname or "").removeprefix("www.")
    return ""


def unescaped(text: str) -> str:
    """Resolve entities that were escaped once too often."""
    from html import unescape

    return unescape(text) if "&" in text else text


def spaced(text: str) -> str:
    """Collapse white space."""
    return " ".join(text.split())
