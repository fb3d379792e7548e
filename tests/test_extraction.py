"""Pages in, stories out: golden pages, boundaries, metadata, and pages that have no story."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cleaner
from cleaner.extraction.blocks import read_blocks
from cleaner.extraction.dates import iso_date
from cleaner.extraction.metadata import read_metadata
from cleaner.extraction.names import split_name
from cleaner.extraction.titles import Site, choose_title, without_site
from cleaner.extraction.tree import parse

PAGES = Path(__file__).parents[1] / "fixtures" / "pages"
MARKUP = (
    "<p> </p> <div> </div> <a> </a> <table> <tr> <td> </table> <li> <ul> </ul> <br> <b> <article> <h1> <body>"
    " </body> </html> <script> <!-- --> <![CDATA[ &# &amp;lt; \x00 \ud800 <form> <frameset> <svg> <p"
)
URL = "https://www.northern-ledger.example/story"


def page(body: str, head: str = "") -> str:
    return f"<html lang='en'><head>{head}</head><body>{body}</body></html>"


def article(inner: str) -> str:
    """A story around the piece that a test is about."""
    return page(
        f"""<header><a href="/">Home</a> <a href="/news">News</a></header><main><article><h1>Harbour strike</h1>
        <p>Dock workers voted on Tuesday to stay out for a second week, after talks ended without agreement.</p>
        {inner}
        <p>A further meeting has been called for Thursday, and the mediator is expected to publish a proposal.</p>
        <p>Eleven ships were waiting in the roads on Monday night, the harbour master said, three with fruit.</p>
        </article></main><footer><a href="/privacy">Privacy</a></footer>"""
    )


@pytest.mark.parametrize("path", sorted(PAGES.glob("*.html")), ids=lambda path: path.stem)
def test_golden_page(path: Path, update: bool) -> None:  # noqa: FBT001 - a fixture
    document = cleaner.extract(path.read_bytes(), url=f"https://example.com/{path.stem}")
    found = "".join(
        f"{name}: {value}\n"
        for name, value in (
            ("title", document.title),
            ("date", document.date),
            ("lang", document.lang),
            *sorted(document.meta.items()),
        )
        if value
    )
    found += f"\n{document.text}\n"
    golden = path.with_suffix(".txt")
    if update:
        golden.write_text(found, encoding="utf-8")
    assert found == golden.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>The <a href='/x'>port</a>'s crane</p>", ["The port's crane"]),
        ("<p>un<b>believ</b>able</p>", ["unbelievable"]),
        ("<p>one<span> two</span>\n<i>three</i></p>", ["one two three"]),
        ("<p>one<br>two</p>", ["one\ntwo"]),
        ("one<br><br>two<br>\n<br>three", ["one", "two", "three"]),
        ("<div>before<p>inside</p>after</div>", ["before", "inside", "after"]),
        ("<div>a<div>b</div></div>", ["a", "b"]),
        ("<p>a<script>var x = '<p>no</p>';</script>b</p>", ["ab"]),
        ("<ul><li>one<li>two</ul>", ["one", "two"]),
        ("<table><tr><td>a</td><td>b</td></tr></table>", ["a | b"]),
        ("<table><tr><td><p>a</p><p>b</p></td><td>c</td></tr></table>", ["a", "b", "c"]),
        # a cell with line breaks lays out a column of the page; one or two are in a cell of data
        (
            "<table><tr><td>a<br>b<br>c<br>d<br>e</td><td>f</td></tr></table>",
            ["a\nb\nc\nd\ne", "f"],
        ),
        ("<table><tr><td>a<br>b</td><td>c</td></tr></table>", ["a\nb | c"]),
        ("<table><tr><td><font><p>a</p></font></td><td>b</td></tr></table>", ["a", "b"]),
        # a site's own elements are blocks where they stand alone, and words where text is beside them
        ("<x-par>One.</x-par><x-par>Two.</x-par>", ["One.", "Two."]),
        ("<p>The <x-term>lock</x-term> is old.</p>", ["The lock is old."]),
        ("<p><x-term>Locks</x-term>, old ones, leak.</p>", ["Locks, old ones, leak."]),
        (
            "<span style='display:block'>One.</span><span style='display: block'>Two.</span>",
            ["One.", "Two."],
        ),
        ("<span style='display:inline-block'>One</span><span> two.</span>", ["One two."]),
        (
            "<p>in 2019<sup><a href='#n3'>3</a></sup> and 1999<sup>[<a href='#n4'>4</a>]</sup>.</p>",
            ["in 2019 and 1999."],
        ),
        (
            "<p>10<sup>6</sup> of 5 m<sup>2</sup>, the 1<sup>st</sup>, CO<sub>2</sub></p>",
            ["10⁶ of 5 m², the 1st, CO2"],
        ),
        ("<p>Was <s>$679</s> now $579</p>", ["Was $679 now $579"]),
        (
            "<p>It cost <s>40 <p>Fifty, then.</p><p>Sixty.</p>",
            ["It cost", "Fifty, then.", "Sixty."],
        ),
        (
            "<p>It cost <del>forty</del> <ins>fifty</ins> million<s>s</s>.</p>",
            ["It cost fifty million."],
        ),
        ("<p>a&nbsp;b&#8203;c</p>", ["a b\u200bc"]),
        ("<h2>Head</h2>text", ["Head", "text"]),
    ],
)
def test_blocks_keep_boundaries(html: str, text: list[str]) -> None:
    assert [block.text for block in read_blocks(parse(page(html))).blocks] == text


def test_link_and_bold_are_counted() -> None:
    blocks = read_blocks(
        parse(page("<p>See <a href='/'>this <b>page</b></a> now</p><p>plain</p>"))
    ).blocks
    assert [(block.links, block.link_chars, block.bold_chars) for block in blocks] == [
        (1, 8, 4),
        (0, 0, 0),
    ]


def test_link_around_blocks() -> None:
    blocks = read_blocks(parse(page("<a href='/'><p>one</p><p>two</p></a><p>three</p>"))).blocks
    assert [block.link_chars for block in blocks] == [3, 3, 0]


@pytest.mark.parametrize(
    ("inner", "kept"),
    [
        (
            "<h2>What the two sides want</h2><p>The union wants the plan withdrawn before any talks.</p>",
            "What the two sides want",
        ),
        (
            "<blockquote><p>We have moved twice already. It is their turn.</p></blockquote>",
            "We have moved twice",
        ),
        (
            "<ul><li>night work paid at the present rate;</li><li>no double shifts in winter.</li></ul>",
            "- no double shifts",
        ),
    ],
)
def test_parts_of_the_story_stay(inner: str, kept: str) -> None:
    assert kept in cleaner.extract(article(inner)).text


@pytest.mark.parametrize(
    ("inner", "gone"),
    [
        (
            "<div id='disqus_thread'><p>My uncle worked there for thirty years, shame on the board.</p></div>",
            "uncle",
        ),
        (
            "<div class='comment-respond'><p>Your email address will not be published at all.</p></div>",
            "email",
        ),
        (
            "<div class='social-share'><a href='#'>Share this on every network there is</a></div>",
            "network",
        ),
        (
            "<div id='onetrust-banner-sdk'><p>We and our partners store information on your device.</p></div>",
            "partners",
        ),
        ("<script>const kinjaData = 'The ships were waiting in the roads.';</script>", "kinja"),
        (
            "<div class='newsletter-signup'><p>Sign up for our morning briefing, sent every day.</p></div>",
            "briefing",
        ),
    ],
)
def test_clutter_goes(inner: str, gone: str) -> None:
    document = cleaner.extract(article(inner))
    assert gone not in document.text
    assert "Eleven ships" in document.text


@pytest.mark.parametrize(
    ("inner", "gone"),
    [
        ("<h3>Related stories</h3>", "Related"),
        ("<p><a href='/x'>How the port was built, in ten pictures</a></p>", "ten pictures"),
        ("<h4>What comes next</h4>", "What comes next"),
        ("<p>Подписаться</p>", "Подписаться"),
    ],
)
def test_no_story_ends_with_it(inner: str, gone: str) -> None:
    html = article("").replace("</article>", inner + "</article>")
    assert gone not in cleaner.extract(html).text


def test_names_in_other_languages_are_read_in_english() -> None:
    assert split_name("kommentare-liste Yorumlar") == ("comments", "liste")


def test_a_story_told_twice_is_told_once() -> None:
    paragraph = (
        "<p>The union wants the plan withdrawn before it comes to the table for any more talks.</p>"
    )
    text = cleaner.extract(
        article(f"<div class='mobile'>{paragraph}</div><div>{paragraph}</div>")
    ).text
    assert text.count("plan withdrawn") == 1


@pytest.mark.parametrize(
    ("html", "reason"),
    [
        ("", "empty"),
        ("   \n", "empty"),
        (b"", "empty"),
        ("no markup at all", "no HTML"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "no text"),
        (b"%PDF-1.4 \xe2\xe3", "no text"),
        ("<html><body></body></html>", "no text"),
        ("<", "no HTML"),
        ("<!-->", "no"),
    ],
)
def test_no_story_has_a_reason(html: str | bytes, reason: str) -> None:
    document = cleaner.extract(html, url=URL)
    assert document.text == ""
    assert document.url == URL
    assert document.meta["reason"].startswith(reason)


@pytest.mark.parametrize(
    ("html", "texts"),
    [
        (
            "<title>T</title><main><h1>A</h1><p>One.</main><footer>Two</footer>",
            ["A", "One.", "Two"],
        ),
        ("<title>T</title><header>One</header>two<div>Three</div>", ["One", "two", "Three"]),
        ("<head><title>T</title><meta name=a></head><article>One</article>", ["One"]),
        ("<title>T</title><meta name=a><article>One", ["One"]),
    ],
)
def test_tags_that_html_lets_leave_out(html: str, texts: list[str]) -> None:
    tree = parse(f"<!DOCTYPE html><html>{html}")
    assert [block.text for block in read_blocks(tree).blocks] == texts
    assert read_metadata(tree).title == "T"


def test_fallback_is_named() -> None:
    document = cleaner.extract((PAGES / "script-page.html").read_bytes())
    assert document.meta["extraction"] == "json-ld"
    assert document.text.startswith("The last keeper")
    assert "<p>" not in document.text


def test_metadata() -> None:
    document = cleaner.extract((PAGES / "harbour-strike.html").read_bytes())
    assert document.title == "Harbour strike enters second week as talks stall"
    assert (document.date, document.lang) == ("2023-11-14", "en-GB")
    assert document.url == "https://www.northern-ledger.example/2023/11/14/harbour-strike"
    assert document.site == "northern-ledger.example"
    assert document.meta["author"] == "Maren Oduya"
    assert document.meta["site_name"] == "The Northern Ledger"


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2023-12-23T05:39:00+01:00", "2023-12-23"),
        ("20231223", "2023-12-23"),
        ("2023/1/5", "2023-01-05"),
        ("Sat, 23 Dec 2023 05:39:00 GMT", "2023-12-23"),
        ("December 23rd, 2023", "2023-12-23"),
        ("23. März 2023", "2023-03-23"),
        ("le 5 juin 2022", "2022-06-05"),
        ("12 de julio de 2021", "2021-07-12"),
        ("23.12.2023", "2023-12-23"),
        ("12/23/2023", "2023-12-23"),
        ("1703309940", "2023-12-23"),
        ("1703309940000", "2023-12-23"),
        ("2023年5月18日", "2023-05-18"),
        ("2023-13-45", ""),
        ("yesterday", ""),
        ("", ""),
        ("99999999999999", ""),
    ],
)
def test_dates(text: str, day: str) -> None:
    assert iso_date(text) == day


@pytest.mark.parametrize(
    ("text", "lang", "day"),
    [
        ("03/09/2023", "en-US", "2023-03-09"),
        ("03/09/2023", "en-GB", "2023-09-03"),
        ("03.09.2023", "en-US", "2023-09-03"),
        ("2024년 4월 6일", "ko", "2024-04-06"),
        ("5 серпня 2023, 10:15", "uk", "2023-08-05"),
        ("السبت 20 يناير 2024", "ar", "2024-01-20"),
        ("10 Nisan 2024", "tr", "2024-04-10"),
        ("ngày 8 tháng 11 năm 2023", "vi", "2023-11-08"),
        ("02 मार्च 2024", "hi", "2024-03-02"),
    ],
)
def test_dates_of_other_countries(text: str, lang: str, day: str) -> None:
    assert iso_date(text, lang) == day


@pytest.mark.parametrize(
    ("before", "after", "day"),
    [
        ("", "<p>Updated: 3 May 2023</p>", "2023-05-03"),
        ("<div>May 3, 2023</div>", "", "2023-05-03"),
        ("<div>May 3, 2023</div>", "<div>4 May 2023, 10:15</div>", "2023-05-04"),
        ("<div>May 3, 2023</div><div>News</div><div>Harbour</div>", "", ""),
    ],
)
def test_date_beside_the_title(before: str, after: str, day: str) -> None:
    head = "<title>Harbour strike enters second week</title>"
    body = f"{before}<h1>Harbour strike enters second week</h1>{after}<p>Dock workers voted.</p>"
    assert cleaner.extract(page(body, head)).date == day


@pytest.mark.parametrize(
    ("title", "others", "site", "without"),
    [
        ("Shares fall | The Post", ["Shares fall"], Site("", ""), "Shares fall"),
        ("The Post - Shares fall", ["Other"], Site("The Post", ""), "Shares fall"),
        ("Shares fall - The Post", ["Other"], Site("", "thepost.example"), "Shares fall"),
        ("Rovers 2 - 1 Town", ["Other"], Site("The Post", "thepost.example"), "Rovers 2 - 1 Town"),
        ("港の朝市、再開へ｜みさき新報", [], Site("みさき新報", ""), "港の朝市、再開へ"),
        ("Shares fall | Local News", [], Site("", "", "/local-news/shares-fall"), "Shares fall"),
        (
            "Shares fall | Gains lost",
            [],
            Site("", "", "/news/shares-fall"),
            "Shares fall | Gains lost",
        ),
    ],
)
def test_titles_lose_the_site(title: str, others: list[str], site: Site, without: str) -> None:
    assert without_site(title, others, site) == without


@pytest.mark.parametrize(
    ("body", "title"),
    [
        ("<font size=5><b>Lock saved from the wreckers</b></font>", "Lock saved from the wreckers"),
        ("<h2>Lock saved from the wreckers</h2>", "Lock saved from the wreckers"),
        ("<p>The Post</p>", "The Post: Lock saved from the wreckers"),
        ("<h1><a href='/'>The Post</a></h1>", "Lock saved from the wreckers"),
        (
            "<h1><a href='https://post.example/index.html'>The Post</a></h1>",
            "Lock saved from the wreckers",
        ),
        ("<h1><a href='/lock'>The Post</a></h1>", "The Post"),
        ("<h1><a href=''>Lock saved</a></h1>", "Lock saved"),
    ],
)
def test_titles_of_older_pages(body: str, title: str) -> None:
    head = "<title>The Post: Lock saved from the wreckers</title>"
    assert read_metadata(parse(page(body, head))).title == title


@pytest.mark.parametrize(
    ("shown", "stated", "title"),
    [
        (
            ["Shares fall sharply on Tuesday"],
            ["Why shares fell on Tuesday", "Shares fall sharply | The Post"],
            "Shares fall sharply on Tuesday",
        ),
        (["Subscribe now"], ["Shares fall sharply"], "Shares fall sharply"),
        (
            ["The Post", "Day one"],
            ["Shares fall sharply", "The Post: Shares fall sharply"],
            "Shares fall sharply",
        ),
        (["Opinion Shares fall sharply"], ["Shares fall sharply"], "Shares fall sharply"),
        (
            ["The Post of the Harbour", "Shares fall sharply"],
            ["Shares fall sharply", "", "", "Shares fall sharply - The Post of the Harbour"],
            "Shares fall sharply",
        ),
        (
            ["Cranes"],
            [
                "Shares of all firms that make cranes fall sharply",
                "",
                "",
                "Shares of all firms that make cranes fall sharply",
            ],
            "Shares of all firms that make cranes fall sharply",
        ),
        (
            [],
            [
                "Shares fall sharply on Tuesday after all three banks of the country cut their outlooks (again",
                "Shares fall sharply on Tuesday after all three banks of the country cut their outlooks (again)",
            ],
            "Shares fall sharply on Tuesday after all three banks of the country cut their outlooks (again)",
        ),
        ([], ["", "Shares fall sharply"], "Shares fall sharply"),
        (["Shares fall sharply"], [], "Shares fall sharply"),
        ([], [], ""),
    ],
)
def test_the_shown_title_comes_first(shown: list[str], stated: list[str], title: str) -> None:
    assert choose_title(shown, stated, Site("", ""))[0] == title


@pytest.mark.parametrize(
    "script",
    ["{", "[[[[", "{}", "null", '{"@type": 3}', '{"@type":"NewsArticle","headline":["a"],"author":[[{}]]}',
     '{"@type":"NewsArticle","datePublished":5,"author":"http://x"}', "[" * 5000],
)  # fmt: skip
def test_broken_json_ld(script: str) -> None:
    html = page("<p>x</p>", f"<script type='application/ld+json'>{script}</script>")
    read_metadata(parse(html), URL)


@settings(max_examples=60)
@given(st.text(max_size=300))
def test_any_text(text: str) -> None:
    cleaner.extract(text)
    cleaner.extract(page(text))


@settings(max_examples=60)
@given(st.binary(max_size=300))
def test_any_bytes(data: bytes) -> None:
    cleaner.extract(data)
    cleaner.extract(b"<html><p>" + data)


@settings(max_examples=60)
@given(
    st.lists(
        st.sampled_from(
            [
                *MARKUP.split(" "),
                "Shares fell four per cent on Tuesday. ",
            ]
        ),
        max_size=60,
    )
)
def test_any_markup(pieces: list[str]) -> None:
    document = cleaner.extract("".join(pieces))
    assert "\x00" not in document.text


def test_import_is_light() -> None:
    code = "import sys, cleaner.extraction; print({'numpy', 'lxml', 'trafilatura', 'bs4'} & set(sys.modules))"
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert result.stdout.strip() == "set()"
