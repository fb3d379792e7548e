"""Words of an index: stored by number, and read again as they were."""

from __future__ import annotations

import random
import sqlite3
from itertools import pairwise

import numpy as np
import pytest
from test_dedup import story

from cleaner.dedup.sketches import pack
from cleaner.dedup.tokens import tokenise
from cleaner.document import Document
from cleaner.index import Index, vocabulary
from cleaner.index.vocabulary import Vocabulary, pressed, unpressed


@pytest.fixture
def database():
    made = sqlite3.connect(":memory:")
    made.execute("CREATE TABLE vocabulary (first INTEGER PRIMARY KEY, words BLOB NOT NULL)")
    yield made
    made.close()


def texts(seed, count=30):
    """Packed words of some texts, empty ones among them."""
    rng = random.Random(seed)
    some = [
        " ".join(f"{rng.choice('aA1')}{rng.randrange(900)}" for _ in range(rng.randrange(80)))
        for _ in range(count)
    ]
    tokens = tokenise(["", *some, "", "One"])
    return pack(tokens), tokens.bounds


def stored(words, packed, bounds):
    return list(words.store(packed, bounds))


@pytest.mark.parametrize(
    ("common", "most"), [(100, 500), (100, 1 << 20), (500, 501), (0xC000, 1 << 20)]
)
def test_texts_are_read_as_they_were_stored(database, monkeypatch, common, most):
    monkeypatch.setattr(vocabulary, "COMMON", common)
    monkeypatch.setattr(vocabulary, "MOST", most)
    monkeypatch.setattr(vocabulary, "SMALLEST", 4)
    words, kept = Vocabulary(database), []
    for seed in range(8):
        packed, bounds = texts(seed)
        kept += zip(
            stored(words, packed, bounds), map(list, np.split(packed, bounds[1:-1])), strict=True
        )
        words.flush()
    different = {word for _, text in kept for word in text}
    assert words.used == min(len(different) + 1, most)
    other = Vocabulary(database)
    other.refresh()
    for some in (kept, kept[::-1], kept[3:4], []):
        for reader in (words, other):
            packed, bounds = reader.read([text for text, _ in some])
            read = [packed[start:end].tolist() for start, end in pairwise(bounds.tolist())]
            assert read == [text for _, text in some]
    assert other.used == words.used


def test_what_two_processes_add_has_different_numbers(database):
    one, other = Vocabulary(database), Vocabulary(database)
    kept = []
    for turn in range(6):
        words = (one, other)[turn % 2]
        words.refresh()
        kept.append((texts(turn), stored(words, *texts(turn))))
        words.flush()
    for words in (one, other):
        words.refresh()
        for (packed, bounds), some in kept:
            read = words.read(some)
            assert read[0].tolist() == packed.tolist()
            assert read[1].tolist() == bounds.tolist()


def test_what_was_taken_back_is_forgotten(database):
    words = Vocabulary(database)
    stored(words, *texts(1))
    words.flush()
    known = words.used
    database.commit()
    stored(words, *texts(2))
    words.flush()
    database.rollback()
    words.forget()
    words.refresh()
    assert words.used == known
    packed, bounds = texts(3)
    assert words.read(stored(words, packed, bounds))[0].tolist() == packed.tolist()


def test_packed_words_take_five_bytes():
    words = np.array([0, 1, (1 << 34) - 1, 1 << 33], np.uint64)
    assert len(pressed(words)) == 20
    assert unpressed(pressed(words)).tolist() == words.tolist()


def test_a_document_takes_two_bytes_a_word(tmp_path):
    with Index.open(tmp_path / "news.sqlite") as index:
        index.add(Document(story(number), id=str(number)) for number in range(50))
        rows = index.database.execute("SELECT words, more FROM document").fetchall()
    sizes = tokenise([story(number) for number in range(50)]).counts
    assert [len(words) for words, _ in rows] == (2 * sizes).tolist()
    assert not any(more for _, more in rows)
