"""Tokens, shingles and signatures, against datasketch."""

from __future__ import annotations

import re

import numpy as np
import pytest
from datasketch import LeanMinHash, MinHash, MinHashLSH
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaner.dedup import from_lean, shingle_hashes, signatures, to_lean
from cleaner.dedup.tokens import NAME, NUMBER, spans, tokenise, tokenise_all
from cleaner.errors import ConfigError

EDGE_CASES = [
    "",
    " ",
    "Yes",
    "ONE two",
    "Zürich\u00a0café — “naïve”",
    "東京で国際会議",
    "nul\x00inside",
    "a" * 5000,
    "\ud800 lone",
    "x" * 3 + " " + "y z " * 400,
]


def peer(hashes, num_perm, seed):
    row = MinHash(num_perm, seed=seed, scheme="affine32", hashfunc=int)
    row.update_batch(hashes.tolist())
    return row.hashvalues


@pytest.mark.parametrize("ngram", [1, 3, 5])
@pytest.mark.parametrize(("num_perm", "seed"), [(128, 1), (16, 7), (400, 0xFFFFFFFF)])
def test_rows_equal_datasketch(ngram, num_perm, seed):
    rows = signatures(EDGE_CASES, num_perm=num_perm, ngram=ngram, seed=seed)
    assert rows.shape == (len(EDGE_CASES), num_perm)
    assert rows.dtype == np.uint32
    for row, hashes in zip(rows, shingle_hashes(EDGE_CASES, ngram=ngram), strict=True):
        assert np.array_equal(row, peer(hashes, num_perm, seed))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(max_size=80), max_size=6))
def test_a_batch_gives_what_single_texts_give(texts):
    together = signatures(texts, num_perm=8)
    assert together.shape == (len(texts), 8)
    for row, text in zip(together, texts, strict=True):
        assert np.array_equal(row, signatures([text], num_perm=8)[0])
    words = [word for text in texts for word in tokenise([text]).words.tolist()]
    assert tokenise_all(texts).words.tolist() == words


@given(st.text(max_size=100))
def test_spans_point_at_the_tokens(text):
    tokens, places = tokenise([text]), spans(text)
    assert len(tokens.words) == len(places.start) == len(places.end)
    assert (places.start < places.end).all()
    assert places.end.max(initial=0) <= len(text)


@given(st.text(alphabet=st.characters(codec="ascii", categories=["L", "N", "Zs"]), max_size=100))
def test_tokens_of_plain_text_are_its_words(text):
    places = spans(text)
    found = [
        text[start:end]
        for start, end in zip(places.start.tolist(), places.end.tolist(), strict=True)
    ]
    assert found == re.findall(r"[^\W_]+", text)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Café Straße", "CAFÉ STRAßE"),
        ("naïve", "nai\u0308ve"),
        ("co\u00adoperate", "cooperate"),
        ("it’s “so”", 'it\'s "so"'),
        ("1,064,000 and 3.65", "1,064,000, and 3.65."),
        ("Москва", "МОСКВА"),
    ],
)
def test_words_are_the_same(one, other):
    assert tokenise([one]).words.tolist() == tokenise([other]).words.tolist()


@pytest.mark.parametrize(
    ("one", "other"),
    [("3.65", "365"), ("abcdefgh", "abcdefgi"), ("abcd", "abcde"), ("東京都", "東京市")],
)
def test_words_differ(one, other):
    assert tokenise([one]).words[0] != tokenise([other]).words[0]


def test_flags():
    assert tokenise(["In 1987 the Élysée said 4%"]).flags.tolist() == [
        NAME,
        NUMBER,
        0,
        NAME,
        0,
        NUMBER,
    ]


def test_an_unspaced_script_gives_a_token_per_character():
    assert tokenise(["東京で会議 in Tokyo"]).counts.tolist() == [7]


def test_rows_work_in_datasketch():
    texts = [
        "the quick brown fox jumps over the lazy dog and runs away",
        "an entirely different sentence about trains in winter weather",
    ]
    rows = signatures(texts)
    index = MinHashLSH(threshold=0.5, num_perm=128)
    for number, row in enumerate(rows):
        index.insert(number, to_lean(row))
    assert index.query(to_lean(signatures([texts[0] + "!"])[0])) == [0]
    assert np.array_equal(from_lean(to_lean(rows[0])), rows[0])


def test_another_scheme_is_refused():
    with pytest.raises(ConfigError, match="has datasketch's scheme 'legacy'"):
        from_lean(LeanMinHash(seed=1, hashvalues=[1, 2], scheme="legacy"))


@pytest.mark.parametrize("options", [{"num_perm": 0}, {"ngram": 0}, {"seed": -1}])
def test_senseless_parameters_are_refused(options):
    with pytest.raises(ConfigError, match=r"= (0|-1)"):
        signatures(["text"], **options)


def test_estimates_are_unbiased():
    rng = np.random.default_rng(3)
    words = [f"w{number}" for number in range(4000)]
    errors = []
    for _ in range(150):
        base = rng.choice(words, 300)
        cut = int(rng.integers(0, 300))
        other = np.concatenate([base[:cut], rng.choice(words, 300 - cut)])
        a, b = (
            {tuple(text[i : i + 5]) for i in range(296)} for text in (base.tolist(), other.tolist())
        )
        one, two = signatures([" ".join(base), " ".join(other)])
        errors.append((one == two).mean() - len(a & b) / len(a | b))
    assert abs(np.mean(errors)) < 0.01
    assert np.std(errors) < 0.05
