"""What a page says about its story: title, date, author, language, address.

In order of trust: schema.org JSON-LD, OpenGraph and other <meta>, microdata, what is shown on the page.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from cleaner.extraction.blocks import Page
from cleaner.extraction.dates import iso_date
from cleaner.extraction.titles import (
    Site,
    choose_title,
    host,
    shown_name,
    shown_titles,
    spaced,
    unescaped,
)

if TYPE_CHECKING:
    from lxml.html import HtmlElement

MAX_JSON = 2_000_000  # characters of one JSON-LD script
MAX_NODES = 5_000
ARTICLE_TYPE = re.compile(
    r"(?:Article|BlogPosting|Report|Story|Review|LiveBlog|SocialMediaPosting)\b"
)
TITLES = (
    "og:title", "twitter:title", "dc.title", "dcterms.title", "parsely-title", "sailthru.title",
    "headline", "title",
)  # fmt: skip
DATES = (
    "article:published_time", "og:article:published_time", "datepublished", "og:published_time",
    "parsely-pub-date", "sailthru.date", "date", "pubdate", "publishdate", "publish-date",
    "publish_date", "publication_date",
    "article.published", "dc.date.issued", "dcterms.issued", "dc.date", "dcterms.date", "dcterms.created",
    "dc.date.created", "article_date_original", "cxenseparse:recs:publishtime", "originalpublicationdate",
    "displaydate", "datecreated", "rnews:datepublished", "bt:pubdate", "published", "created",
    "og:pubdate", "article:created", "timestamp",
)  # fmt: skip
AUTHORS = (
    "author",
    "article:author",
    "parsely-author",
    "sailthru.author",
    "dc.creator",
    "byl",
    "twitter:creator",
)
DESCRIPTIONS = ("og:description", "description", "twitter:description")
LANGUAGES = ("content-language", "og:locale", "language", "dc.language", "inlanguage")
LANGUAGE_TAG = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8}){0,2}\Z")
LINES, BEFORE = 6, 2  # lines after and before the title where a date may stand
LINE = 120  # characters of such a block
DATE_IN_PATH = re.compile(r"/((?:19|20)\d\d)[/-](\d\d?|[a-z]{3,9})[/-](\d\d?)(?:/|-|_|\b)")


@dataclass(frozen=True)
class Metadata:
    """What is known about a page; empty where it doesn't say."""

    title: str = ""
    date: str = ""
    author: str = ""
    lang: str = ""
    url: str = ""
    site_name: str = ""
    description: str = ""
    body: str = ""  # articleBody of the JSON-LD, as it stands there
    titles: tuple[str, ...] = field(default=())  # all forms in which the page gives its title


def read_metadata(tree: HtmlElement, url: str = "") -> Metadata:
    """Read what a parsed page says about its story."""
    metas = meta_values(tree)
    article = main_article(tree)
    address = address_of(tree, metas, url)
    document_title = spaced(tree.findtext(".//title") or "")
    site_name = metas.get("og:site_name") or name_of(article.get("publisher")) or shown_name(tree)
    stated = [
        text_of(article.get("headline")),
        unescaped(first(metas, TITLES[:1])),
        unescaped(first(metas, TITLES[1:])),
        document_title,
    ]
    title, shown = choose_title(
        shown_titles(tree, document_title),
        stated,
        Site(site_name, host(address), urlsplit_path(address)),
    )
    lang = language(tree, metas, article)
    return Metadata(
        title=title,
        date=published(tree, metas, article, url, lang),
        author=name_of(article.get("author")) or not_a_link(first(metas, AUTHORS)),
        lang=lang,
        url=address,
        site_name=site_name,
        description=first(metas, DESCRIPTIONS) or text_of(article.get("description")),
        body=body_of(article),
        titles=tuple(dict.fromkeys(filter(None, [*stated[:2], shown, *stated[2:]]))),
    )


def meta_values(tree: HtmlElement) -> dict[str, str]:
    """Return the first value of each <meta>, by lower-case name."""
    values: dict[str, str] = {}
    for meta in tree.iter("meta"):
        name = (
            meta.get("property")
            or meta.get("name")
            or meta.get("itemprop")
            or meta.get("http-equiv")
        )
        content = spaced(meta.get("content") or "")
        if name and content:
            values.setdefault(name.strip().lower(), content)
    return values


def main_article(tree: HtmlElement) -> Mapping[str, Any]:
    """Return the schema.org article of the page: the one with a body, else the first; {} without one."""
    articles = [
        node
        for script in tree.iter("script")
        if is_json_ld(script)
        for node in articles_in(script.text or "")
    ]
    return next(
        (node for node in articles if node.get("articleBody")), articles[0] if articles else {}
    )


def is_json_ld(script: HtmlElement) -> bool:
    """Whether a script holds JSON-LD."""
    return "ld+json" in (script.get("type") or "").lower()


def articles_in(source: str) -> Iterator[Mapping[str, Any]]:
    """Yield the articles of a JSON-LD script, in order; nothing when it can't be read."""
    if len(source) > MAX_JSON or not ARTICLE_TYPE.search(source):
        return
    with suppress(ValueError, RecursionError):
        nodes = [
            json.loads(
                source.strip().removeprefix("<!--").removesuffix("-->").rstrip(";\n "), strict=False
            )
        ]
        for _ in range(MAX_NODES):
            if not nodes:
                return
            node = nodes.pop(0)
            if isinstance(node, list):
                nodes[:0] = node
            elif isinstance(node, dict):
                if ARTICLE_TYPE.search(str(node.get("@type"))[:200]):
                    yield node
                nodes.extend(
                    node[key] for key in ("@graph", "mainEntity", "mainEntityOfPage") if key in node
                )


def body_of(article: Mapping[str, Any]) -> str:
    """Return the articleBody with its line breaks."""
    body = article.get("articleBody")
    return body.strip() if isinstance(body, str) else ""


def published(
    tree: HtmlElement, metas: Mapping[str, str], article: Mapping[str, Any], url: str, lang: str
) -> str:
    """Return the day of publication as ISO 8601, or an empty string."""
    candidates = [
        text_of(article.get("datePublished")),
        *(metas.get(name, "") for name in DATES),
        *shown_dates(tree),
    ]
    path = DATE_IN_PATH.search(urlsplit_path(url))
    if path:
        year, month, day = path.groups()
        candidates.append(f"{year}-{month}-{day}" if month.isdigit() else f"{day} {month} {year}")
    candidates.append(text_of(article.get("dateCreated")) or text_of(article.get("dateModified")))
    return next(filter(None, (iso_date(candidate, lang) for candidate in candidates)), "")


def shown_dates(tree: HtmlElement) -> Iterator[str]:
    """Yield dates from microdata and <time>, the likeliest first."""
    for element in tree.iterfind(".//*[@itemprop='datePublished']"):
        yield (
            element.get("datetime") or element.get("content") or spaced("".join(element.itertext()))
        )
    times = list(tree.iter("time"))[:40]
    for time in [t for t in times if t.get("pubdate") is not None] + times:
        yield time.get("datetime") or spaced("".join(time.itertext()))


def shown_date(page: Page, known: Metadata) -> str:
    """Return the day in one of the short lines after the title on the page, or just before it.

    Empty where there is none. Of several places where the title stands, the last is the story's.
    """
    titles = {title.lower() for title in (known.title, *known.titles)}
    lines = [line for block in page.blocks for line in block.text.split("\n")]
    rows = [n for n, line in enumerate(lines) if line.lower() in titles]
    after = (lines[row + 1 : row + 1 + LINES] for row in reversed(rows))
    before = (lines[max(0, row - BEFORE) : row] for row in reversed(rows))
    near = (line for some in (*after, *before) for line in some)
    days = (iso_date(text, known.lang) for text in near if len(text) <= LINE)
    return next(filter(None, days), "")


def language(tree: HtmlElement, metas: Mapping[str, str], article: Mapping[str, Any]) -> str:
    """Return the page's language as a BCP 47 tag."""
    root = tree if tree.tag == "html" else tree.find(".//html")
    stated = [
        (root.get("lang") or root.get("xml:lang") or "") if root is not None else "",
        text_of(article.get("inLanguage")),
        *(metas.get(name, "") for name in LANGUAGES),
    ]
    return next(
        (tag.strip().replace("_", "-") for tag in stated if LANGUAGE_TAG.match(tag.strip())), ""
    )


def address_of(tree: HtmlElement, metas: Mapping[str, str], url: str) -> str:
    """Return the address of the page: the one it was fetched from, else the one it gives itself."""
    if url:
        return url
    canonical = next(
        (link.get("href") or "" for link in tree.iter("link") if link.get("rel") == "canonical"), ""
    )
    base = next((element.get("href") or "" for element in tree.iter("base")), "")
    for candidate in (canonical, metas.get("og:url", "")):
        with suppress(ValueError):
            absolute: str = urljoin(base, candidate.strip())
            if urlsplit(absolute).scheme in ("http", "https") and urlsplit(absolute).hostname:
                return absolute
    return ""


def urlsplit_path(url: str) -> str:
    """Return the path of an address, or an empty string."""
    with suppress(ValueError):
        return urlsplit(url).path
    return ""


def first(metas: Mapping[str, str], names: tuple[str, ...]) -> str:
    """Return the value of the first name that has one."""
    return next((metas[name] for name in names if name in metas), "")


def not_a_link(author: str) -> str:
    """Return an author unless it is the address of a profile."""
    return "" if author.startswith(("http:", "https:", "@", "/")) else author


def name_of(value: Any) -> str:
    """Return the name of a person or publisher, or of several, from the forms JSON-LD allows."""
    if isinstance(value, list):
        return ", ".join(dict.fromkeys(filter(None, map(name_of, value[:20]))))
    if isinstance(value, dict):
        return name_of(value.get("name"))
    return not_a_link(text_of(value))


def text_of(value: Any) -> str:
    """Return a JSON-LD value as text: itself, the first of a list, an empty string for anything else."""
    if isinstance(value, list) and value:
        value = value[0]
    return spaced(unescaped(value)) if isinstance(value, str) else ""
