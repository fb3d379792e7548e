"""Other thresholds without reading or comparing the texts again."""

from __future__ import annotations

import pytest
from test_dedup import stories, story

from cleaner.dedup import ComparedDocuments, Thresholds, deduplicate, duplicates
from cleaner.dedup import corpus as corpora
from cleaner.document import Document
from cleaner.errors import ConfigError

LIMITS = [
    Thresholds(),
    Thresholds(certain=0.8, likely=0.7, possible=0.5),
    Thresholds(likely=0.29, possible=0.29),
    Thresholds(numbers=1.0, part=0.9, reworded=0.5),
    Thresholds(note=0, template=0.0, series=0.0),
]


def corpus() -> list[Document]:
    """Stories with reposts of all kinds, and one that lost more and more of its words."""
    words = story(5, words=300).split()
    some = [
        " ".join(word for place, word in enumerate(words) if place % n) for n in (3, 5, 9, 15, 40)
    ]
    return [*stories(), *(Document(text, id=f"thinned-{n}") for n, text in enumerate(some))]


def test_thresholds_change_without_another_look_at_the_texts(monkeypatch):
    wanted = [
        deduplicate(corpus(), thresholds=limits, keep=keep)
        for limits in LIMITS
        for keep in ("earliest", "longest")
    ]
    compared = ComparedDocuments.of(corpus())

    def refuse(*_: object) -> None:
        raise AssertionError("a text was read again")

    monkeypatch.setattr(corpora, "tokenise_all", refuse)
    for name in ("sketched", "signed", "rare_shingles"):
        monkeypatch.setattr(duplicates, name, refuse)
    found = [
        compared.duplicates(thresholds=limits, keep=keep)
        for limits in LIMITS
        for keep in ("earliest", "longest")
    ]
    assert found == wanted
    assert len({one.pairs for one in found}) == len(LIMITS)  # each of them matters


def test_thresholds_below_what_was_compared_are_refused():
    compared = ComparedDocuments.of(corpus(), least=0.3)
    low = Thresholds(possible=0.05)
    with pytest.raises(ConfigError, match=r"less than 0\.3 .* Compare with least=0\.05"):
        compared.duplicates(thresholds=low)
    again = ComparedDocuments.of(corpus(), least=low.least)
    assert again.duplicates(thresholds=low) == deduplicate(corpus(), thresholds=low)
