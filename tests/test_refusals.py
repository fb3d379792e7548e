"""DQ008: pages that say why they have no story, and stories that speak of such pages."""

from __future__ import annotations

import pytest

import cleaner

SAYING = [
    "Sorry, the page you are looking for does not exist. It may have been moved or deleted.",
    "404 Not Found\nnginx/1.18.0",
    'Access Denied\nYou don\'t have permission to access "http://www.example.org/" on this server.',
    "Please enable JS and disable any ad blocker",
    "We recognize you are attempting to access this website from a country belonging to the EEA.",
    "Oops! That page can’t be found.\nIt looks like nothing was found at this location. Maybe try a search?",
    "Pardon Our Interruption...\nAs you were browsing something about your browser made us think you were a bot.",
    "www.example.org needs to review the security of your connection before proceeding.",
    "Unfortunately, our website is currently unavailable in most European countries.",
    "Seite nicht gefunden\nLeider existiert sie nicht mehr.",
    "Désolé, la page que vous cherchez n'existe plus.",
    "Lo sentimos, pero la página que buscas no existe.",
    "ページが見つかりません。",
    "Страница не найдена\nВернуться на главную",
]
SPEAKING_OF_IT = [
    "The page you are looking at was printed in 1604, the curator said.",
    "Access denied: the court threw out the reporters' suit on Monday.",
    "Police found 404 bottles in the cellar.",
    "He asked for the page you requested, the clerk said.",
    "Not found\nThe search for the missing walker was called off on Monday.",
    "“This page does not exist,” the clerk said, and closed the book.",
    "Page not found\n"
    + "The museum shows what the web has lost, from guest books to whole towns. " * 5,
]


def said(text: str, title: str = "") -> list[str]:
    """What the rule says of a document."""
    result = cleaner.Cleaner().clean(cleaner.Document(text, title=title))
    assert result.text.strip()
    return [found.message for found in result.diagnostics if found.code == "DQ008"]


@pytest.mark.parametrize("text", SAYING)
def test_pages_without_a_story(text: str) -> None:
    (message,) = said(text)
    assert message.startswith("The page says: ")
    assert message.removeprefix("The page says: ")[:40] in text


@pytest.mark.parametrize("text", SPEAKING_OF_IT)
def test_stories_that_speak_of_such_pages(text: str) -> None:
    assert said(text) == []


@pytest.mark.parametrize(
    "title", ["Just a moment...", "Page not found - The Post", "The Post | 404 error"]
)
def test_the_title_says_it(title: str) -> None:
    assert said("Ray ID: 7d8f", title)
    assert (
        said(
            "The bank cut its outlook for the year on Tuesday, after two bad quarters. " * 4, title
        )
        == []
    )


def test_a_page_of_another_continent() -> None:
    page = f"<html><head><title>451</title></head><body><h1>Unavailable</h1><p>{SAYING[4]}</p></body></html>"
    result = cleaner.Cleaner().clean(cleaner.extract(page))
    assert [found.code for found in result.diagnostics if found.code == "DQ008"]
