"""`cleaner extract`: the stories of pages on standard output, and what has none."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

TITLE = "Harbour strike enters second week"
PARAGRAPHS = (
    "Dock workers voted on Tuesday to stay out for a second week, after talks ended without agreement.",
    "“We have moved twice already,” said the union’s secretary. “It is their turn, and they know it.”",
    "Eleven ships were waiting in the roads on Monday night, the harbour master said, three with fruit.",
    "A further meeting has been called for Thursday, and the mediator is expected to publish a proposal.",
)
PAGE = (
    f"<html lang=en><title>{TITLE}</title>"
    "<meta property='article:published_time' content='2023-05-03'>"
    f"<article><h1>{TITLE}</h1><p>{'</p><p>'.join(PARAGRAPHS)}</p></article>"
)


def test_text(cli) -> None:
    Path("a.html").write_text(PAGE)
    done = cli("extract", "a.html")
    assert done.exit_code == 0
    head, text = done.stdout.split("\n\n", 1)
    assert head.splitlines()[:4] == [
        "page: a.html",
        f"title: {TITLE}",
        "date: 2023-05-03",
        "lang: en",
    ]
    assert text == "\n".join(PARAGRAPHS) + "\n\n"


def test_json_is_what_clean_reads(cli) -> None:
    Path("pages").mkdir()
    Path("pages/a.html").write_text(PAGE)
    Path("pages/b.htm.gz").write_bytes(gzip.compress(PAGE.encode()))
    Path("pages/notes.txt").write_text("not a page")
    done = cli("extract", "pages", "--format", "json")
    assert (done.exit_code, done.stderr) == (0, "")
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert [record["id"] for record in found] == ["a.html", "b.htm.gz"]
    assert found[0]["date"] == "2023-05-03"
    assert found[0]["meta"] == {"extraction": "blocks"}
    Path("stories.jsonl").write_text(done.stdout)
    assert cli("check", "stories.jsonl").stderr.startswith("All clean: 2 documents")


def test_standard_input(cli) -> None:
    done = cli("extract", "-", stdin=PAGE.encode("utf-16"))
    assert done.stdout.startswith("page: stdin\ntitle: Harbour strike")


def test_a_page_without_a_story(cli) -> None:
    Path("a.html").write_text("<html><body><nav><a href=/>Home</a></nav></body></html>")
    done = cli("extract", "a.html")
    assert (done.exit_code, done.stdout) == (1, "")
    assert "a.html" in done.stderr
    assert "no text" in done.stderr
    assert cli("extract", "-", stdin=b"").exit_code == 1


def test_what_is_no_page(cli) -> None:
    Path("a.txt").write_text(PAGE)
    for given in ("a.txt", "gone.html", "a.dat"):
        done = cli("extract", given)
        assert done.exit_code == 2
        assert done.stderr.count("\n") == 1
