"""Floors for garbled sentences: what is repaired and flagged, and what edited news must not suffer.

`judged_edits.tsv` holds every edit that the GS rules make on the corpus of edited news, read and judged. A
changed rule shows only what is new: `test_edited_news` prints those edits for somebody to read.
"""

from __future__ import annotations

import csv
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from corpora import DATA, read_jsonl_zst

from cleaner import Cleaner, Document

pytestmark = pytest.mark.benchmark

SAFE, UNSAFE = Cleaner(select=["GS"]), Cleaner(select=["GS"], unsafe=True)
ALL_SAFE, ALL_UNSAFE = Cleaner(), Cleaner(unsafe=True)
WRONG_PER_MILLION = {"default": 2, "unsafe": 10}
FLAGS_PER_MILLION = 150
FLOORS = {"certain": 0.92, "probable": 0.70, "flagged": 0.80}


def squeeze(text: str) -> str:
    return " ".join(text.split())


@pytest.fixture(scope="module")
def passages() -> list[dict[str, Any]]:
    with Path(DATA, "garbled.jsonl").open(encoding="utf-8") as stream:
        return [json.loads(line) for line in stream]


def document(record: dict[str, Any]) -> Document:
    return Document(record["text"], id=record["id"], lang=record.get("lang") or "en")


@pytest.mark.parametrize(("repair", "cleaner"), [("certain", ALL_SAFE), ("probable", ALL_UNSAFE)])
def test_repairs(passages: list[dict[str, Any]], repair: str, cleaner: Cleaner) -> None:
    chosen = [p for p in passages if p["label"] == "garbled" and p["repair_class"] == repair]
    exact = sum(squeeze(cleaner.clean(document(p)).text) == squeeze(p["ideal"]) for p in chosen)
    assert exact / len(chosen) >= FLOORS[repair]


@pytest.mark.parametrize("cleaner", [ALL_SAFE, ALL_UNSAFE], ids=["safe", "unsafe"])
def test_look_alikes_stay(passages: list[dict[str, Any]], cleaner: Cleaner) -> None:
    for passage in passages:
        if passage["label"] == "ok":
            assert squeeze(cleaner.clean(document(passage)).text) == squeeze(passage["text"])


def test_flags(passages: list[dict[str, Any]]) -> None:
    chosen = [p for p in passages if p["label"] == "garbled" and p["repair_class"] == "flag"]
    found = 0
    for passage in chosen:
        start, end = passage["span"] or (0, len(passage["text"]))
        diagnostics = ALL_SAFE.clean(document(passage)).diagnostics
        found += any(
            d.start <= end and start <= d.end and not d.code.startswith("DQ") for d in diagnostics
        )
    assert found / len(chosen) >= FLOORS["flagged"]


@pytest.fixture(scope="module")
def judged() -> dict[tuple[str, str, int, str], str]:
    """The verdicts, by mode, document, offset and new text."""
    with Path(__file__).with_name("judged_edits.tsv").open(encoding="utf-8") as stream:
        rows = csv.DictReader(
            (line for line in stream if line[0] != "#"), delimiter="\t", quoting=3
        )
        return {
            (row["mode"], row["id"], int(row["start"]), json.loads(row["new"])): row["verdict"]
            for row in rows
        }


def test_edited_news(judged: dict[tuple[str, str, int, str], str]) -> None:
    wrong: Counter[str] = Counter()
    unjudged = []
    words = flags = 0
    for record in read_jsonl_zst("clean.jsonl.zst"):
        doc = Document(record["text"], id=record["id"], lang=record["lang"])
        words += len(doc.text.split())
        safe = SAFE.clean(doc)
        pointed = [d for d in safe.diagnostics if not d.applied]
        flags += len(pointed)
        unsafe = UNSAFE.clean(doc) if pointed else safe
        new = [edit for edit in unsafe.edits if edit not in safe.edits]
        for mode, edits in (("default", safe.edits), ("unsafe", new)):
            for edit in edits:
                verdict = judged.get((mode, doc.id, edit.start, edit.new))
                if verdict is None:
                    around = doc.text[max(0, edit.start - 30) : edit.end + 30]
                    unjudged.append((mode, doc.id, edit.start, edit.new, around))
                wrong[mode] += verdict == "wrong"
    assert not unjudged, "read these, and enter them in judged_edits.tsv"
    million = words / 1e6
    assert wrong["default"] <= WRONG_PER_MILLION["default"] * million
    assert wrong.total() <= WRONG_PER_MILLION["unsafe"] * million
    assert flags <= FLAGS_PER_MILLION * million
