"""Floors under the quality of boilerplate removal, on labelled and on edited text.

CLEANER_BENCH_DATA names a folder with lines.jsonl, scraped.jsonl.zst and clean.jsonl.zst. Lowering a
floor needs a reason in the commit.
"""

from __future__ import annotations

import io
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cleaner import Cleaner, Document, learn_sites

DATA = os.environ.get("CLEANER_BENCH_DATA", "")
pytestmark = [
    pytest.mark.benchmark,
    pytest.mark.skipif(
        not DATA, reason="CLEANER_BENCH_DATA, the folder of labelled data, is not set"
    ),
]
FIELDS = ("url", "title", "lang", "date", "site")


def records(name: str) -> Iterator[dict[str, Any]]:
    path = Path(DATA) / name
    if path.suffix == ".zst":
        import zstandard

        with path.open("rb") as file:
            stream = zstandard.ZstdDecompressor().stream_reader(file)
            yield from map(json.loads, io.TextIOWrapper(stream, encoding="utf-8"))
        return
    with path.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def document(record: dict[str, Any], **changes: str) -> Document:
    known = {name: record[name] for name in FIELDS if isinstance(record.get(name), str)}
    return Document(**{"text": record.get("text") or "", **known, **changes})


def score(cleaner: Cleaner, known: dict[str, dict[str, Any]]) -> tuple[float, float, int]:
    """Precision and recall of removed lines, and how many lines of the story went."""
    documents: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for record in records("lines.jsonl"):
        documents.setdefault((record["doc"], record["stratum"]), []).append(record)
    right = wrong = wanted = 0
    for (name, _), lines in documents.items():
        lines.sort(key=lambda record: record["line"])
        source = known.get(name, {"lang": lines[0]["lang"]})
        result = cleaner.clean(document(source, text="\n".join(line["text"] for line in lines)))
        kept = [False] * (len(result.document.text) + 1)
        position = 0
        for edit in result.edits:
            kept[position : edit.start] = [True] * (edit.start - position)
            position = edit.end
        kept[position:] = [True] * (len(kept) - position)
        start = 0
        for line in lines:
            end = start + len(line["text"])
            gone = sum(kept[start:end]) <= 0.1 * (end - start)
            right += gone and line["label"] == "boilerplate"
            wrong += gone and line["label"] == "keep"
            wanted += line["label"] == "boilerplate"
            start = end + 1
    return right / (right + wrong), right / wanted, wrong


def test_labelled_lines() -> None:
    precision, recall, wrong = score(Cleaner(select=["BP"]), {})
    assert precision >= 0.99
    assert recall >= 0.96
    assert wrong == 0


def test_labelled_lines_with_sites() -> None:
    known = {record["id"]: record for record in records("scraped.jsonl.zst")}
    cleaner = Cleaner(select=["BP"], sites=learn_sites(map(document, known.values())))
    precision, recall, wrong = score(cleaner, known)
    assert precision >= 0.99
    assert recall >= 0.97
    assert wrong <= 1


def test_edited_news_is_left_alone() -> None:
    cleaner = Cleaner(select=["BP"])
    words = removed = 0
    for record in records("clean.jsonl.zst"):
        result = cleaner.clean(document(record))
        words += len(record["text"].split())
        gone = [len(record["text"][e.start : e.end].split()) for e in result.edits]
        removed += len(gone)
        assert max(gone, default=0) <= 25, record["id"]
    assert removed <= 2e-6 * words
