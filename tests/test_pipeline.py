"""The library's verbs."""

from __future__ import annotations

import pickle
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import cleaner
from cleaner import Cleaner, ConfigError
from cleaner.pipeline import host_of

DIRTY = "Shares of the bank fell 4% on Tuesday after it cut its outlook.\n\nLeave a Reply"
CLEAN = "Shares of the bank fell 4% on Tuesday after it cut its outlook."


def test_clean_and_check_are_one() -> None:
    assert cleaner.clean(DIRTY) == CLEAN
    result = Cleaner().clean(DIRTY)
    assert cleaner.check(DIRTY) == result.diagnostics == Cleaner().check(DIRTY)
    assert (result.text, result.undo(), result.changed) == (CLEAN, DIRTY, True)


def test_options_and_fields() -> None:
    assert cleaner.clean(DIRTY, ignore=["BP"]) == DIRTY
    assert cleaner.clean(DIRTY, select=("CH",)) == DIRTY
    french = "Le coût\u00a0: 10 euros"
    assert cleaner.clean(french, lang="fr") == french
    assert "\u00a0" not in cleaner.clean(french, lang="en")
    with pytest.raises(TypeError, match="langg"):
        cleaner.clean(DIRTY, langg="fr")
    with pytest.raises(ConfigError):
        cleaner.clean(DIRTY, select=["XX"])


def test_a_cleaner_travels(tmp_path: Path) -> None:
    rules = tmp_path / "ours.py"
    rules.write_text(
        "from cleaner.rule import delete, pattern, rule\n"
        "@rule('XX001', fix='safe')\n"
        "def junk(doc):\n"
        "    '''Junk.'''\n"
        "    return delete(pattern('junk'), doc.text)\n"
    )
    original = Cleaner(rules=[str(rules)], unsafe=True, ignore=["DQ"])
    copy = pickle.loads(pickle.dumps(original))
    assert copy.clean("a junk b").text == original.clean("a junk b").text == "a  b"
    assert copy.config == original.config


def test_one_cleaner_in_eight_threads() -> None:
    tool = Cleaner()
    texts = [f"{DIRTY} {n}" if n % 2 else DIRTY for n in range(400)]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda t: tool.clean(t).text, texts)) == [
            tool.clean(t).text for t in texts
        ]


def test_user_rules_of_one_cleaner_stay_there(tmp_path: Path) -> None:
    rules = tmp_path / "ours.py"
    rules.write_text(
        "from cleaner.rule import delete, pattern, rule\n"
        "@rule('XX002', fix='safe')\n"
        "def more_junk(doc):\n"
        "    '''Junk.'''\n"
        "    return delete(pattern('junk'), doc.text)\n"
    )
    Cleaner(rules=[str(rules)])
    assert cleaner.clean("a junk b") == "a junk b"


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://www.example.org/a?b", "example.org"),
        ("http://user@Example.org:8080", "example.org"),
        ("example.org/a", ""),
        ("", ""),
    ],
)
def test_host_of(url: str, host: str) -> None:
    assert host_of(url) == host


STORY = "Shares of the bank fell 4% on Tuesday after it cut its outlook for the year."


@pytest.mark.parametrize(
    ("tail", "said"),
    [
        ("\n\nSource: Example News", {"name": "Example News"}),
        ("\n\nSource: https://example.org/a", {"url": "https://example.org/a"}),
        (
            "\n\nhttps://example.org/bank-cuts-outlook-for-the-year/",
            {"url": "https://example.org/bank-cuts-outlook-for-the-year/"},
        ),
        ("\n\nLeave a Reply", None),
        ("", None),
    ],
)
def test_a_removed_source_stays_available(tail: str, said: dict[str, str] | None) -> None:
    result = Cleaner().clean(STORY + tail)
    assert result.text == STORY
    assert result.attribution == said


def test_pipe_keeps_order_with_processes() -> None:
    texts = [f"{STORY} {n}{TAIL if n % 3 else ''}" for n in range(150)]
    tool = Cleaner()
    expected = [tool.clean(text).text for text in texts]
    assert [result.text for result in tool.pipe(texts)] == expected
    assert [result.text for result in tool.pipe(texts, jobs=2)] == expected


TAIL = "\n\nLeave a Reply"
