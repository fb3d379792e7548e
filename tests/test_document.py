"""Documents, lines, sentences and languages."""

from __future__ import annotations

import pickle

import pytest

from cleaner import Document
from cleaner.document import lines, sentences
from cleaner.language import guess_language


def test_frozen_and_comparable() -> None:
    document = Document("Text", id="1", meta={"a": 1})
    with pytest.raises(AttributeError, match="frozen"):
        document.text = "other"
    assert document == Document("Text", id="1", meta={"a": 1})
    assert document.replace(text="New").text == "New"
    assert document.replace(text="New").id == "1"
    assert pickle.loads(pickle.dumps(document)) == document
    assert repr(Document("x" * 80, title="T")).endswith("...', title='T')")


def test_lines_are_stripped_and_have_offsets() -> None:
    text = "  One. \n\n\tTwo\r\n"
    assert [(line.text, text[line.start : line.end]) for line in lines(text)] == [
        ("One.", "One."),
        ("Two", "Two"),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("He left. She stayed.", ["He left.", "She stayed."]),
        ("The U.S. Senate met.", ["The U.S. Senate met."]),
        ("Mr. J. Smith of St. Ives left.", ["Mr. J. Smith of St. Ives left."]),
        ("“We won.” They had.", ["“We won.”", "They had."]),
        ("It rose 4.5 percent to 3. That", ["It rose 4.5 percent to 3.", "That"]),
        ("一。二！", ["一。", "二！"]),
    ],
)
def test_sentences(text: str, expected: list[str]) -> None:
    found = list(sentences(text))
    assert [sentence.text for sentence in found] == expected
    assert all(text[s.start : s.end] == s.text for s in found)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The bank said that it had been told of the plan and would look at it.", "en"),
        ("Le ministre a dit que la loi est prête et que les députés sont dans la salle.", "fr"),
        (
            "Der Minister sagte, dass das Gesetz fertig ist und von der Kammer mit Mehrheit auf den Weg kam.",
            "de",
        ),
        (
            "O ministro disse que não vai ao congresso porque os deputados não foram eleitos pelo povo.",
            "pt",
        ),
        (
            "El ministro dijo que la ley está lista y que los diputados del norte no fueron por las calles.",
            "es",
        ),
        ("Министр сказал, что он не был на встрече и не знает, как это было.", "ru"),
        ("大臣はきのう新しい法律について話した。", "ja"),
        ("部长昨天谈到了新的法律。", "zh"),
        ("وقال الوزير إن القانون جاهز", "ar"),
        ("Shr 40 cts vs 25 cts", ""),
        ("", ""),
    ],
)
def test_guess_language(text: str, language: str) -> None:
    assert guess_language(text) == language


def test_the_text_counts_more_than_what_the_page_declares() -> None:
    text = (
        "O ministro disse que não vai ao congresso porque os deputados não foram eleitos pelo povo."
    )
    assert Document(text, lang="en-US").language == "pt"
    assert Document("Curto", lang="pt-BR").language == "pt"


def test_unusual_characters() -> None:
    assert Document("plain ASCII\t\n").unusual == frozenset()
    assert Document("caf\u00e9\x00\ud800").unusual == {"\u00e9", "\x00", "\ud800"}
