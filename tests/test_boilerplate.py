"""Whole pages of boilerplate, texts that must survive, flattened documents, hostile input."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from cleaner import Cleaner, Document
from cleaner.rules.boilerplate import MODULES
from cleaner.rules.boilerplate.sources import attribution

FIXTURES = Path(__file__).parent.parent / "fixtures"
PAGES = sorted((FIXTURES / "comments").glob("*.page.txt"))
KEPT = sorted((FIXTURES / "kept").glob("*.txt"))
BOILERPLATE = Cleaner(select=["BP"])
FIRST = "The bank said on Tuesday that it would cut its forecast for the whole year."
LAST = "Analysts at two houses expect more of the same in the second half of the year."


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name[:2])
def test_page_of_a_theme_leaves_the_story(path: Path) -> None:
    """Share bar, related stories, thread, form, widgets and footer go, in twelve languages."""
    document = Document(read(path), lang=path.name[:2])
    result = BOILERPLATE.clean(document)
    assert result.text == read(path.with_name(path.name.replace(".page", ".story")))
    assert result.undo() == document.text
    assert not BOILERPLATE.clean(document.replace(text=result.text)).changed


def test_ten_languages_at_least() -> None:
    assert len(PAGES) >= 10


@pytest.mark.parametrize("path", KEPT, ids=lambda path: path.stem)
def test_text_that_must_survive(path: Path) -> None:
    assert BOILERPLATE.clean(Document(read(path), lang="en")).text == read(path)


@pytest.mark.parametrize(
    "residue",
    [
        "The Example Press contributed to this report.",
        "(Reporting by Jane Doe; Editing by John Roe)",
        "Read the full story here.",
        "© 2019 Example Inc. All Rights Reserved.",
        "CLICK HERE TO GET THE EXAMPLE NEWS APP",
        "Source link Leave a Reply",
        "Please share this story on Facebook!",
        "The post Bank Cuts Forecast appeared first on Example News.",
        "Leia mais notícias sobre a região.",
        "#Markets #Banks",
    ],
)
def test_flattened_tail(residue: str) -> None:
    """Without line breaks, the last sentences stand in for lines."""
    assert BOILERPLATE.clean(f"{FIRST} {LAST} {residue}").text == f"{FIRST} {LAST}"


def test_flattened_head() -> None:
    head = "Editor's Note: Sign up for Example's Asia newsletter, which explores what you need to know. "
    text = " ".join([FIRST, LAST] * 5)
    assert BOILERPLATE.clean(head + text).text == text


def test_fused_label_inside() -> None:
    text = f"{FIRST} Related articleBank opens an office in Lisbon {LAST}"
    assert BOILERPLATE.clean(text).text == f"{FIRST} Bank opens an office in Lisbon {LAST}"


def test_categories_can_be_kept() -> None:
    """Credits, contributors, bios and sources have codes of their own."""
    lines = {
        "BP050": "Photo by Jane Doe/Getty Images",
        "BP053": "The Example Press contributed to this report.",
        "BP054": "Jane Doe is a reporter for Example News.",
        "BP057": "Source: Example News",
    }
    for code, line in lines.items():
        text = f"{FIRST}\n{LAST}\n{line}"
        assert BOILERPLATE.clean(text).text == f"{FIRST}\n{LAST}", code
        assert Cleaner(select=["BP"], ignore=[code]).clean(text).text == text


LABELS = """
Les også|Læs også|Läs även|LÄS MER|Lue myös|Loe ka|Čtěte také|Přečtěte si také|Prečítajte si aj|Citește și
Διαβάστε επίσης|ΔΙΑΒΑΣΤΕ ΑΚΟΜΗ|Вижте още|Pročitajte još|Прочитајте још|Preberite še|Lasi arī
Skaitykite taip pat|Olvassa el|Llegiu també|Irakurri ere|קראו גם|مزید پڑھیں|یہ بھی پڑھیں|আরও পড়ুন|इसे भी पढ़ें
और पढ़ें|மேலும் படிக்க|อ่านเพิ่มเติม|Читать также|Читати також|関連ニュース|あわせて読みたい|相关报道|相關新聞|함께 보기
+ LEIA TAMBÉM|► Read more|»  Related
""".strip()


@pytest.mark.parametrize("label", LABELS.replace("\n", "|").split("|"))
def test_labels_that_lead_away(label: str) -> None:
    link = f"{label}: Bank 2020"
    assert BOILERPLATE.clean(f"{FIRST}\n\n{link}\n\n{LAST}").text == f"{FIRST}\n\n{LAST}"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Source: https://example.org/a", {"url": "https://example.org/a"}),
        ("(Source: Example News)", {"name": "Example News"}),
        ("H/T: Example News", {"name": "Example News"}),
        ("Fonte: Example", {"name": "Example"}),
        ("Shares fell 4% on Tuesday.", None),
    ],
)
def test_attribution(line: str, expected: dict[str, str] | None) -> None:
    assert attribution(line) == expected


def test_modules_hold_the_family() -> None:
    assert all(module.__doc__ for module in MODULES)


HOSTILE = {
    "blanks": " " * 30_000 + "source link",
    "line breaks": "a" + "\n" * 30_000 + "source link x",
    "labels": "Facebook Twitter\n" * 1_500,
    "weak labels": "Comment\nThe end\n" * 1_500,
    "bios": f"{FIRST}\n" + "Jane Doe is a reporter for Example News.\n" * 500,
    "bylines": "By Jane Doe\n" * 2_500,
    "slashes": ("a b c d e f/" * 10 + "\n") * 250,
    "capitals": "CLICK HERE TO GET THE " + "NEWS " * 6_000,
    "hashtags": "end. " + "#tag " * 6_000,
    "consent": ("By entering clicking you by entering agree " * 10 + "\n") * 70,
    "letters": (
        "For more, get get to your newsletter receive have want sign up subscribe newsletter " * 4
        + "\n"
    )
    * 90,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_linear_time(name: str) -> None:
    """Eight times the input takes less than sixteen times the time (of a run long enough to measure)."""
    text = HOSTILE[name]
    begin = time.process_time()
    BOILERPLATE.clean(text)
    once = time.process_time() - begin
    begin = time.process_time()
    BOILERPLATE.clean(text * 4)
    assert time.process_time() - begin < 8 * max(once, 0.02)
