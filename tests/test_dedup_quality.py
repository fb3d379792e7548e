"""Floors for near-duplicate detection on labelled reposts; needs the folder CLEANER_BENCH_DATA names."""

from __future__ import annotations

import csv
import io
import json
import os
import re
from collections import Counter
from pathlib import Path

import pytest

from cleaner.dedup import deduplicate
from cleaner.document import Document
from cleaner.index import Index

FOLDER = os.environ.get("CLEANER_BENCH_DATA", "")
pytestmark = [
    pytest.mark.benchmark,
    pytest.mark.skipif(
        not FOLDER, reason="CLEANER_BENCH_DATA doesn't name a folder with reposts.jsonl.zst"
    ),
]

FLOORS = {"bt_cat": 0.985, "bt_excerpt": 0.985}
KINDS = {
    "excerpt": {"excerpt"},
    "merge2": {"merged"},
    "update": {"update"},
    "bt_cat": {"rewritten"},
    "bt_spa": {"rewritten"},
    "bt_spin": {"rewritten"},
    "spin20": {"rewritten"},
    "spin45": {"rewritten"},
    "bt_excerpt": {"rewritten", "excerpt"},
}
VERBATIM = {"repost", "exact"}

# A wire's brief on a company's earnings or dividend, of up to so many words
BRIEF = re.compile(
    r"\b(?:shr|net|qtly|div|dividend|payout|record|avg shrs|revs)\b.*\b(?:vs|cts|pay)\b",
    re.IGNORECASE | re.DOTALL,
)
WORDS = 90


def rows(name):
    with (Path(FOLDER) / name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE))


def records(name):
    zstandard = pytest.importorskip("zstandard")
    with (Path(FOLDER) / name).open("rb") as stream:
        yield from map(
            json.loads,
            io.TextIOWrapper(zstandard.ZstdDecompressor().stream_reader(stream), encoding="utf-8"),
        )


@pytest.fixture(scope="module")
def documents():
    fields = ("id", "text", "title", "date")
    return [
        Document(**{key: record[key] or "" for key in fields})
        for record in records("reposts.jsonl.zst")
    ]


@pytest.fixture(scope="module")
def found(documents):
    return {(pair.a, pair.b): pair.kind.value for pair in deduplicate(documents).pairs}


@pytest.fixture(scope="module")
def gold():
    return {tuple(sorted((row["a"], row["b"]))): row["type"] for row in rows("reposts_pairs.tsv")}


def test_recall_of_each_type(found, gold):
    total, hit = (
        Counter(gold.values()),
        Counter(gold[pair] for pair in gold if found.get(pair, "series") != "series"),
    )
    low = {
        kind: hit[kind] / number
        for kind, number in total.items()
        if hit[kind] / number < FLOORS.get(kind, 0.99)
    }
    assert not low
    assert hit.total() / total.total() >= 0.995


def test_precision(found, gold):
    sources: dict[str, set[str]] = {}
    for row in rows("reposts_pairs.tsv"):
        sources.setdefault(row["b"], {row["b"]}).add(row["a"])
    ignored = {tuple(sorted((row["a"], row["b"]))) for row in rows("reposts_ignore.tsv")}
    wrong = 0
    for (a, b), kind in found.items():
        ours, theirs = sources.get(a, {a}), sources.get(b, {b})
        unclear = any(tuple(sorted((x, y))) in ignored for x in ours for y in theirs)
        wrong += kind != "series" and not ours & theirs and not unclear
    right = sum(found.get(pair, "series") != "series" for pair in gold)
    assert right / (right + wrong) >= 0.993


def test_kinds_are_named_rightly(found, gold):
    named = [
        found[pair] in KINDS.get(kind, VERBATIM)
        for pair, kind in gold.items()
        if found.get(pair, "series") != "series"
    ]
    assert sum(named) / len(named) >= 0.98


def test_an_index_gives_the_same_verdicts(found, documents, tmp_path):
    with Index.open(tmp_path / "seen.sqlite") as index:
        index.add(documents)
        answers = index.query_many(documents)
        kinds = {(pair.a, pair.b): pair.kind.value for pairs in answers for pair in pairs}
        assert {(pair.a, pair.b): pair.kind.value for pair in index.duplicates().pairs} == found
    assert sum(kinds.get(pair) == kind for pair, kind in found.items()) >= 0.998 * len(found)
    assert len(kinds.keys() & found.keys()) >= 0.991 * len(kinds.keys() | found.keys())


def test_templates_are_no_duplicates(found):
    templates = {
        record["id"] for record in records("reposts.jsonl.zst") if record["type"] == "template"
    }
    assert templates
    assert not [
        pair for pair, kind in found.items() if kind != "series" and templates.issuperset(pair)
    ]


def test_briefs_on_different_companies_are_no_duplicates():
    wire = [record for record in records("clean.jsonl.zst") if record["site"] == "reuters"]
    briefs = {
        record["id"]
        for record in wire
        if BRIEF.search(record["text"]) and len(record["text"].split()) <= WORDS
    }
    assert len(briefs) > 600
    documents = [Document(record["text"], id=record["id"]) for record in wire]
    found = [pair for pair in deduplicate(documents).pairs if briefs.issuperset((pair.a, pair.b))]
    # These thirteen were read: each is one company's report, sent twice
    assert len([pair for pair in found if pair.kind != "series"]) <= 13
