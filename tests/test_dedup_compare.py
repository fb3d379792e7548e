"""Comparing pairs, against a plain reading of what each figure means."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaner.dedup import hashes
from cleaner.dedup.compare import DRIFT, SLACK, compare
from cleaner.dedup.hashes import RARE, ROOM, Hashes, Part, partners, rounds
from cleaner.dedup.postings import NGRAM, SCARCE, SHARED, Rarity
from cleaner.dedup.runs import STRAY
from cleaner.dedup.tokens import tokenise_all

WORDS = ["rain", "Rome", "12", "wind", "Oslo", "7", "snow"]
TEXTS = st.lists(st.lists(st.sampled_from(WORDS), min_size=1, max_size=40), min_size=2, max_size=6)


def plain(a, b, rare):
    """What two lists of words share: places in a, and of each the first place in b."""
    starts = {}
    for y in range(len(b) - NGRAM + 1):
        starts.setdefault(tuple(b[y : y + NGRAM]), y)
    met = [
        (x, starts[key], rare[x])
        for x in range(len(a) - NGRAM + 1)
        if (key := tuple(a[x : x + NGRAM])) in starts
    ]
    scarce = [(x, y) for x, y, is_rare in met if is_rare]
    stray, found = len(scarce) // STRAY, {}
    found["covered_a"] = len({x + i for x, _, _ in met for i in range(NGRAM)})
    found["runs"] = sum(x - 1 not in {x for x, _, _ in met} for x, _, _ in met)
    found["rare"] = len(scarce)
    for side, places in (("a", [x for x, _ in scarce]), ("b", sorted(y for _, y in scarce))):
        found[f"from_{side}"] = places[stray] if places else 0
        found[f"to_{side}"] = places[-1 - stray] + NGRAM if places else 0
    shifts = sorted(y - x for x, y in scarce)
    middle = shifts[len(shifts) // 2] if shifts else 0
    near = [x for x, y in scarce if abs(y - x - middle) <= SLACK + DRIFT * len(a)]
    found["aligned"] = len(near)
    found["aligned_runs"] = sum(x - 1 not in near for x in near)
    found["aligned_a"] = near[-1] - near[0] + NGRAM if near else 0
    return found


@settings(max_examples=60, deadline=None)
@given(TEXTS, st.integers(0, 1 << 30))
def test_a_comparison_counts_what_it_says(words, seed):
    tokens = tokenise_all([" ".join(text) for text in words])
    chance = np.random.default_rng(seed)
    marks = np.where(chance.random(len(tokens.words)) < 0.6, SCARCE | SHARED, SHARED)
    rarity = Rarity(marks.astype(np.uint8), tokens.counts)
    pairs = [(i, j) for i in range(len(words)) for j in range(i)]
    found = compare(tokens, rarity, *np.array(pairs, np.int64).T)
    assert len(found) == len(pairs)
    for row, (a, b) in enumerate(zip(found.a.tolist(), found.b.tolist(), strict=True)):
        expected = plain(words[a], words[b], marks[tokens.bounds[a] :] & SCARCE)
        assert {name: int(getattr(found, name)[row]) for name in expected} == expected


def test_rounds_are_no_longer_than_pairs_can_be_numbered(monkeypatch):
    monkeypatch.setattr(hashes, "PAIRS", 5)
    sizes, first, second = np.full(40, 7), np.arange(20), np.arange(20, 40)
    found = [pairs.tolist() for pairs, _ in rounds(sizes, first, second, ROOM, 1 << 17)]
    assert [len(pairs) for pairs in found] == [5, 5, 5, 5]
    assert sorted(place for pairs in found for place in pairs) == list(range(20))


def test_shingles_that_meet_in_one_slot_are_told_apart(monkeypatch):
    monkeypatch.setattr(hashes, "FEWEST", 1)
    chance = np.random.default_rng(1)
    keys = chance.integers(0, 1 << 62, 3000).astype(np.uint64)
    asked = np.concatenate(
        [keys[::2], keys[:50], chance.integers(0, 1 << 62, 500).astype(np.uint64)]
    )
    place = {key: at for at, key in reversed(list(enumerate(keys.tolist(), 1)))}
    assert partners(keys, asked).tolist() == [place.get(key, 0) for key in asked.tolist()]


def test_a_text_longer_than_a_place_can_say_is_compared_up_to_there(monkeypatch):
    monkeypatch.setattr(hashes, "LONGEST", 63)
    tokens = tokenise_all([" ".join(f"w{n}" for n in range(size)) for size in (100, 50)])
    marks = np.full(len(tokens.words), SCARCE | SHARED, np.uint8)
    parts = Hashes.of(tokens, Rarity(marks, tokens.counts), np.array([0, 1]))
    assert isinstance(parts.shared, Part)
    assert parts.shared.count.tolist() == [61, 48]
    assert (parts.shared.values & np.uint64(RARE)).all()
