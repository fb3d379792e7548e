"""BP076: what the scripts, style sheets and data blocks of a page look like, and what only resembles them."""

from __future__ import annotations

import pytest

from cleaner import Cleaner, Document

CLEANER = Cleaner(select=["BP076"])
BEFORE = "Shares fell 4% on Tuesday after the company cut its forecast for the whole year."
AFTER = "Analysts expect more of the same in the second half, and few of them advise to buy."

LEAKED = {
    "advertisement": "googletag.cmd.push(function() {\n  googletag.display('div-gpt-ad-1');\n});",
    "one line": "(adsbygoogle = window.adsbygoogle || []).push({});",
    "analytics": (
        "window.dataLayer = window.dataLayer || [];\nfunction gtag(){dataLayer.push(arguments);}\n"
        "gtag('js', new Date());\n\ngtag('config', 'UA-1-1');"
    ),
    "loader": (
        "(function(d, s, id) {\nvar js, fjs = d.getElementsByTagName(s)[0];\nif (d.getElementById(id)) return;\n"
        "js = d.createElement(s); js.id = id;\nfjs.parentNode.insertBefore(js, fjs);\n"
        "}(document, 'script', 'facebook-jssdk'));"
    ),
    "style": ".td_uid_1 {\n  color: #fff;\n  margin: 0 auto !important;\n}\n@media (max-width: 767px) {\n.a { display: none; }\n}",
    "data": '{\n"@context": "https://schema.org",\n"@type": "NewsArticle",\n"headline": "Shares fall"\n}',
    "picture": "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAUAAAAFCAYAAACNbyblAAAAHElEQVQI12P4//8=",
    "query": "jQuery(document).ready(function($) {\n$('.menu').click(function() {\n$(this).toggleClass('open');\n});\n});",
}  # fmt: skip

KEPT = {
    "speakers": 'Doe: "It is (nearly) over."\nRoe: "Is it?"',
    "agency": "(CNN) The plan (see below) is dead.",
    "caption": "Jane Doe (left), John Roe (right)",
    "price": "$500 (about €450)",
    "set": "{1, 2, 3} is a set; f(x) = 2x is a function.",
    "handle": "@janedoe (on Twitter): “We did it.”",
    "stars": "***",
    "address": "https://example.org/search?q=shares&page=2",
    "sample": "var total = 0;\nfor (var i = 0; i < 3; i++) {\n  total += i;\n}",
}


@pytest.mark.parametrize("code", LEAKED.values(), ids=LEAKED)
def test_code_goes(code: str) -> None:
    text = f"{BEFORE}\n\n{code}\n\n{AFTER}"
    assert CLEANER.clean(Document(text)).text == f"{BEFORE}\n\n{AFTER}"


@pytest.mark.parametrize("line", [kept for name, kept in KEPT.items() if name != "sample"])
def test_lines_beside_code_stay(line: str) -> None:
    code = "\n\n".join([LEAKED["loader"], LEAKED["advertisement"]])
    text = f"{BEFORE}\n{code}\n{line}\n\n{AFTER}\n{line}\n{code}"
    assert CLEANER.clean(Document(text)).text == f"{BEFORE}\n{line}\n\n{AFTER}\n{line}"


@pytest.mark.parametrize("line", KEPT.values(), ids=KEPT)
@pytest.mark.parametrize("prose", [BEFORE, "The sample code below shows how JavaScript counts."])
def test_near_misses(line: str, prose: str) -> None:
    if line == KEPT["sample"] and prose == BEFORE:
        return  # "var total = 0;" between two paragraphs of news is taken for the page's
    text = f"{prose}\n\n{line}\n\n{AFTER}"
    assert not CLEANER.clean(Document(text)).edits


def test_a_text_on_code_keeps_it() -> None:
    for words in ("the CSS of the page", "a snippet of Python", "this JSON"):
        text = f"Have a look at {words}, which does what it says.\n\n{LEAKED['style']}\n\n{AFTER}"
        assert not CLEANER.clean(Document(text)).edits
    asked = f"Please enable JavaScript to view the comments.\n\n{LEAKED['style']}\n\n{AFTER}"
    assert CLEANER.clean(Document(asked)).edits
