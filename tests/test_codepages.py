"""CH014: texts of one byte a letter that were read as Latin-1 or Windows-1252."""

from __future__ import annotations

import pytest
from test_mojibake import SENTENCES, SITE_LINES

from cleaner import Cleaner, Document
from cleaner.codepages import code_page

CLEANER = Cleaner()
WRITTEN = [
    *((language, encoding) for language in ("ru",) for encoding in ("cp1251", "koi8_r", "iso8859_5")),
    ("uk", "cp1251"),
    ("bg", "cp1251"),
    ("el", "cp1253"),
    ("he", "cp1255"),
    ("ar", "cp1256"),
]  # fmt: skip


def read_as(text: str, written: str, read: str) -> str:
    """Read bytes as browsers do: those without a character become controls."""
    return "".join(
        bytes([byte]).decode(read, "ignore") or chr(byte) for byte in text.encode(written)
    )


@pytest.mark.parametrize("read", ["latin-1", "cp1252"])
@pytest.mark.parametrize(("language", "written"), WRITTEN)
def test_every_code_page_comes_back(language: str, written: str, read: str) -> None:
    sound = f"{SENTENCES[language]} – Example News\n\n{SENTENCES[language]}"
    sound = sound.encode(written, "ignore").decode(written)
    result = CLEANER.clean(Document(read_as(sound, written, read)))
    assert result.text == sound
    assert result.undo() == read_as(sound, written, read)


@pytest.mark.parametrize("language", SENTENCES)
def test_sound_text_stays(language: str) -> None:
    for text in (f"{SENTENCES[language]} " * 4, (f"{SENTENCES[language]} " * 4).upper()):
        assert not code_page(text)


def test_a_few_words_are_no_text() -> None:
    story = "Shares fell 4% on Tuesday after the company cut its forecast for the whole year. " * 2
    assert not code_page(f"{story}{read_as(SENTENCES['ru'], 'cp1251', 'latin-1')}")
    assert not code_page(SITE_LINES.read_text("utf-8"))
    assert not code_page("ÀÉÎÕÜ ÀÈÌÒÙ ÄËÏÖÜ ÂÊÎÔÛ ÃÑÕÅÆ ÇØÐÞß " * 4)
