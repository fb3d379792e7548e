"""The phrase tables, and how a line is compared with them."""

from __future__ import annotations

import pytest
from corpora import sections, site_lines

from cleaner import clean
from cleaner.phrases import (
    FILES,
    KINDS,
    Phrase,
    ascii_index,
    first_word,
    index,
    label,
    table,
    word_set,
    words,
)

LANGUAGES = word_set("en es fr de pt it nl pl ru uk tr ar fa hi id vi zh ja ko")


@pytest.mark.parametrize(
    "kind", ["comments", "sharing", "subscribe", "related", "advertising", "legal"]
)
def test_languages(kind: str) -> None:
    assert not LANGUAGES - set(table(kind))


def test_comment_forms_in_fifty_languages() -> None:
    assert len(table("comments")) >= 50


@pytest.mark.parametrize("kind", KINDS)
def test_entries_are_usable(kind: str) -> None:
    """Every phrase is found as a label again, of some kind; "*" stands at an end, not inside."""
    for language, entries in table(kind).items():
        for entry in entries:
            assert "*" not in entry.lstrip("!?* ").rstrip("* "), (language, entry)
            plain = entry.lstrip("!?").replace("*", "Example")
            assert label(plain) is not None, (language, entry)


def test_single_words_are_weak_unless_marked() -> None:
    for key, phrase in index().phrases.items():
        if " " not in key and phrase.strong:
            assert any(
                f"!{key}" in {e.casefold() for e in entries}
                or any(e.startswith("!") and words(e) == [key] for e in entries)
                for kind in KINDS
                for entries in table(kind).values()
            ), key


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("20.1k SHARES Facebook Twitter", "sharing"),
        ("Like this: Like Loading... Related", "sharing"),
        (
            "Deine E-Mail-Adresse wird nicht veröffentlicht. Erforderliche Felder sind mit * markiert",
            "comments",
        ),
        ("コメントを残す", "comments"),
        ("Реклама", "advertising"),
        ("اقرأ أيضاً:", "related"),
        ("यह भी पढ़ें:", "related"),
        ("Tất cả các quyền được bảo lưu", "legal"),
        ("Continue reading →", "related"),
        ("残り326文字（全文:552文字）", "subscribe"),
        ("Contenuto riservato agli abbonati di “Esempio”", "subscribe"),
        ("Подписывайтесь на Пример: Новости | Дзен | VK", "sharing"),
        ("Síguenos en Google News", "sharing"),
        ("Email ThisBlogThis!Share to XShare to FacebookShare to Pinterest", "sharing"),
        ("责任编辑：张三", "navigation"),
        ("Mohlo by vás zajímat", "related"),
    ],
)
def test_labels(line: str, kind: str) -> None:
    found = label(line)
    assert found is not None
    assert found == Phrase(kind, strong=True)


@pytest.mark.parametrize(
    "line",
    [
        "Share prices fell",
        "Comment is free",
        "Related companies profit",
        "More on the bank's loans to its own directors",
        "Advertisement spending fell",
        "Follow the money",
        "Search for survivors",
    ],
)
def test_no_labels(line: str) -> None:
    found = label(line)
    assert found is None or not found.strong


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("“Source:http://a", "source"),
        ("Don’t miss", "don't"),
        ("…", ""),
        ("関連記事", "*"),
        ("3 thoughts", "#"),
    ],
)
def test_first_word(text: str, word: str) -> None:
    assert first_word(text) == word


def test_the_index_is_made_from_the_tables(*, update: bool) -> None:
    from corpora import ROOT

    from cleaner.phrases.build import build, written

    built = build()
    for name, wide in zip(FILES, (False, True), strict=True):
        made = ROOT / "cleaner" / "phrases" / name
        text = written(built, wide=wide)
        if update:
            made.write_text(text, encoding="utf-8")
        assert made.read_text(encoding="utf-8") == text, "run pytest --update"
    assert index() == built


def test_half_of_the_index_is_enough_for_ascii() -> None:
    whole, half = index(), ascii_index()
    for mine, theirs in zip(half, whole, strict=True):
        assert set(mine) == {key for key in theirs if key.isascii()}
    assert all(half.phrases[key] == whole.phrases[key] for key in half.phrases)
    assert all(half.longest[key] == whole.longest[key] for key in half.longest)


@pytest.mark.parametrize(
    ("story", "lines"), [pytest.param(*rest, id=name) for name, *rest in site_lines()]
)
def test_what_sites_print_below_a_story_goes(story: list[str], lines: list[str]) -> None:
    text = "\n\n".join(story)
    assert clean(text) == text
    assert [line for line in lines if clean(f"{text}\n\n{line}").rstrip() != text] == []


@pytest.mark.parametrize(("language", "lines"), sections("head_lines.txt"))
def test_what_sites_print_above_a_story_goes(language: str, lines: list[str]) -> None:
    story = next("\n".join(story) for name, story, _ in site_lines() if name == language)
    assert [line for line in lines if clean(f"{line}\n{story}").rstrip() != story] == []


@pytest.mark.parametrize(
    "line",
    [
        "Hot topics",
        "Most watched",
        "List of demands",
        "Now read the letter again, she said.",
        "Milestone alert: the bridge over the pass is a hundred years old.",
        "Originally published as a serial, the novel about the pass sold well.",
        "We want to hear from you, the mayor told them on Monday evening.",
        "Stay on top of the latest storm, and the pass will forgive you, guides say.",
        "Über dieses Thema berichtete zuerst eine Zeitung aus Luzern.",
        "Eingestellt von der Gemeinde wurde auch der Postbus.",
        "Saber más de lo que pasó en el puerto fue difícil, dijo el alcalde.",
        "À voir aussi, la chapelle du col et son vieux moulin.",
        "Lire aussi la lettre des habitants, dit-il, est utile.",
        "The court ruled that the firm is responsible for the content of external sites.",
        "Readers can now choose the paper as a preferred source on Google.",
        "Les habitants peuvent voter sur un seul appareil à la fois.",
        "Privacy settings",
        "Create an account",
    ],
)
def test_a_sentence_or_a_heading_that_looks_like_it_stays(line: str) -> None:
    (story,) = (story for name, story, _ in site_lines() if name == "en")
    assert line in clean(f"{story[0]}\n\n{line}\n\n{story[1]}")
    if line.endswith("."):
        assert line in clean(f"{story[0]}\n\n{story[1]}\n\n{line}")
