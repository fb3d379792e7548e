"""Postings of a corpus, and which pairs their votes leave to be compared."""

from __future__ import annotations

import random
from itertools import chain, pairwise

import numpy as np
import pytest

from cleaner.dedup import postings
from cleaner.dedup.compare import compare
from cleaner.dedup.keys import SPARE, divide, last_key, posting_keys, sort, space_for
from cleaner.dedup.minhash import shingle
from cleaner.dedup.postings import (
    FLAGS,
    NGRAM,
    OFTEN,
    SCARCE,
    SHARED,
    Owners,
    rare_shingles,
)
from cleaner.dedup.tokens import NAME, NUMBER, tokenise_all
from cleaner.dedup.votes import GROUP, Urn, Votes


def texts(count: int, seed: int = 3) -> list[str]:
    """Texts of a small vocabulary, some empty or short, some partly copied, some that repeat themselves."""
    chance = random.Random(seed)
    made = ["", "one", "one two", "one two three", "go on and go on and go on"]
    for _ in range(count):
        words = [f"w{int(chance.paretovariate(0.6)) % 400}" for _ in range(chance.randrange(80))]
        source = chance.choice(made).split()
        cut = chance.randrange(len(source) + 1)
        made.append(" ".join(words + source[cut:] * chance.choice([0, 1, 1, 2])))
    return made


@pytest.mark.parametrize("parts", [1, 2, 4, 8])
def test_each_shingle_is_in_one_part(parts):
    tokens, bits = tokenise_all(texts(150)), 20
    space = space_for(tokens, parts)
    marks = np.full(len(tokens.words), SCARCE | NAME, np.uint8)
    divide(tokens, marks, parts)
    keys = [posting_keys(tokens, bits, space, (part, parts, marks)).copy() for part in range(parts)]
    found = np.concatenate(keys)
    hashes, bounds = shingle(tokens, NGRAM)
    sizes = np.diff(bounds)
    place = np.arange(len(hashes)) + np.repeat(tokens.bounds[:-1] - bounds[:-1], sizes)
    upper = np.uint64(-1 << bits & last_key(bits))
    expected = hashes & upper | place.astype(np.uint64)
    assert np.sort(found).tolist() == np.sort(expected).tolist()


@pytest.mark.parametrize("bits", [1, 20, 54, 62, 63, 64])
def test_numbers_of_any_size_are_sorted(bits):
    most = (1 << bits) - 1
    numbers = np.random.default_rng(bits).integers(0, most, 3000, np.uint64, endpoint=True)
    numbers[:2] = most, 0
    expected = sorted(numbers.tolist())
    sort(numbers, most)
    assert numbers.tolist() == expected


@pytest.mark.parametrize("bits", [SPARE, SPARE + 1])
def test_postings_are_sorted_with_and_without_a_spare_bit(bits):
    tokens = tokenise_all(texts(50))
    keys = posting_keys(tokens, bits, space_for(tokens, 1))
    assert keys.tolist() == sorted(keys.tolist())
    assert (keys < last_key(bits)).all()


def test_marks_say_how_many_texts_have_a_shingle():
    tokens = tokenise_all(["a b c d", "x a b c", *(f"b c d {n}" for n in range(30)), "p q r p q r"])
    rarity, _ = rare_shingles(tokens, np.arange(len(tokens)), Owners.of(tokens))
    rare = SCARCE | SHARED
    assert rarity.marks[:8].tolist() == [rare, SHARED | OFTEN, 0, 0, SCARCE, rare, 0, 0]
    assert rarity.marks[-6:].tolist() == [rare | OFTEN, SCARCE, SCARCE, rare | OFTEN, 0, 0]


def test_a_corpus_in_parts_gives_the_same(monkeypatch):
    tokens = tokenise_all([text.replace("w1", "1").replace("w2", "W2") for text in texts(300)])
    leader, flags = np.arange(len(tokens)), tokens.flags.copy()
    leader[40:80] = 40
    found = rare_shingles(tokens, leader, Owners.of(tokens))
    monkeypatch.setattr(postings, "WHOLE", 1)
    again = rare_shingles(tokens, leader, Owners.of(tokens))
    assert (again[0].marks & FLAGS).tolist() == flags.tolist()
    assert {*flags.tolist()} == {0, NUMBER, NAME}
    assert found[0].marks.tolist() == (again[0].marks & ~FLAGS).tolist()
    for column in ("a", "b", "votes"):
        assert getattr(found[1], column).tolist() == getattr(again[1], column).tolist()


@pytest.mark.parametrize("seed", range(6))
def test_votes_leave_out_only_what_a_comparison_would(seed):
    tokens = tokenise_all(texts(200, seed))
    rarity, candidates = rare_shingles(tokens, np.arange(len(tokens)), Owners.of(tokens))
    a, b = candidates.a, candidates.b
    everything = compare(tokens, rarity, a, b)
    enough = everything.rare >= 0.3 * (
        np.minimum(rarity.counts[everything.a], rarity.counts[everything.b]) + 20
    )
    some = compare(tokens, rarity, a, b, least=0.3, votes=candidates.votes)
    assert 0 < enough.sum() < len(everything)
    held = set(zip(some.a.tolist(), some.b.tolist(), strict=True))
    assert held >= set(
        zip(everything.a[enough].tolist(), everything.b[enough].tolist(), strict=True)
    )
    assert len(some) < len(everything) / 2


def test_votes_never_overwrite_postings_that_are_still_to_be_read():
    keys = np.arange(10, dtype=np.uint64)
    votes = Votes(keys, room=4)
    votes.add(np.array([7, 5, 6], np.uint64))
    assert keys.tolist() == [7, 5, 6, 3, 4, 5, 6, 7, 8, 9]
    votes.add(np.array([9, 8], np.uint64))
    assert keys.tolist() == [7, 5, 6, 3, 4, 5, 6, 7, 8, 9]
    assert votes.sorted().tolist() == [5, 6, 7, 8, 9]


@pytest.mark.parametrize("text", [4, 20])
@pytest.mark.parametrize("group", [1, 50, GROUP])
def test_votes_of_several_parts_come_back_in_order_and_pairs_stay_whole(monkeypatch, text, group):
    monkeypatch.setattr("cleaner.dedup.votes.GROUP", group)
    rng = np.random.default_rng(1)
    size = 1 << text
    parts = [
        (rng.integers(size, size=(300, 2)) << np.array([text + 2, 2])).sum(axis=1) | 1
        for _ in range(3)
    ]
    parts = [np.sort(np.concatenate([part, parts[0][:50]])).astype(np.uint64) for part in parts]
    urn = Urn(text)
    for part in parts:
        urn.put(part)
    given = [some.tolist() for some in urn.sorted()]
    assert [*chain(*given)] == sorted(np.concatenate(parts).tolist())
    ends = [{some[0] >> 2, some[-1] >> 2} for some in given if some]
    assert all(not one & other for one, other in pairwise(ends))
