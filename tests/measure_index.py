"""Measure an index: cost of adding and asking, size, and how far its verdicts are those of batch mode.

    python tests/measure_index.py FOLDER 200000

FOLDER holds reposts.jsonl.zst. So many documents are simulated from it as measure_dedup_scaling.py does, and
added; some are asked about, one by one and together, in CPU time. Then the labelled documents themselves
are compared both ways.
"""

from __future__ import annotations

import json
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from measure_dedup_scaling import real_words, simulate

from cleaner.dedup import deduplicate
from cleaner.document import Document
from cleaner.index import Index

ASKED = 1000


def microseconds(action: Callable[[], object], documents: int) -> float:
    """CPU time of an action for each document, the best of two runs."""
    best = []
    for _ in range(2):
        started = time.process_time()
        action()
        best.append((time.process_time() - started) / documents * 1e6)
    return min(best)


def added(folder: Path, path: Path, count: int) -> dict[str, float]:
    """Cost of adding documents to a new file, and its bytes, for each."""
    documents = simulate(real_words(folder), count)
    started = time.process_time()
    with Index.open(path) as index:
        index.add(documents)
    cost = (time.process_time() - started) / count * 1e6
    return {"add": cost, "bytes": path.stat().st_size / count}


def asked(folder: Path, path: Path, count: int) -> dict[str, float]:
    """Cost of asking a file about documents that `added` has put there, and about others."""
    words = real_words(folder)
    some = random.Random(1).sample(simulate(words, count), ASKED)
    strangers = simulate(words, ASKED, seed=2)
    with Index.open(path) as index:
        index.query(some[0])
        started = time.process_time()
        for document in some:
            index.query(document)
        first = (time.process_time() - started) / ASKED * 1e6
        return {
            "query, the first thousand": first,  # read from the file, then all postings kept
            "query, one by one": microseconds(lambda: list(map(index.query, some)), ASKED),
            "query, together": microseconds(lambda: list(index.query_many(some)), ASKED),
            "query, a stranger": microseconds(lambda: list(map(index.query, strangers)), ASKED),
            "query, strangers together": microseconds(
                lambda: list(index.query_many(strangers)), ASKED
            ),
        }


def agreement(folder: Path, path: Path) -> dict[str, str]:
    """How many verdicts of batch mode the index gives too, by kind, when asked about each document."""
    import zstandard

    with (folder / "reposts.jsonl.zst").open("rb") as stream:
        lines = zstandard.ZstdDecompressor().stream_reader(stream).read().splitlines()
    known = {record["id"]: record for record in map(json.loads, lines)}
    documents = [Document(record["text"], id=name) for name, record in known.items()]
    pairs = deduplicate(documents).pairs
    batch = {(pair.a, pair.b): pair.kind for pair in pairs}
    with Index.open(path) as index:
        index.add(documents)
        every = [(pair.a, pair.b, pair.kind, pair.similarity) for pair in index.duplicates().pairs]
        some = random.Random(1).sample(documents, ASKED)
        cost = microseconds(lambda: list(map(index.query, some)), ASKED)
        found = {
            (pair.a, pair.b): pair.kind for pairs in index.query_many(documents) for pair in pairs
        }
    total = Counter(batch.values())
    same = Counter(kind for pair, kind in batch.items() if found.get(pair) == kind)
    rows = {kind.value: f"{same[kind]} of {number}" for kind, number in sorted(total.items())}
    equal = every == [(pair.a, pair.b, pair.kind, pair.similarity) for pair in pairs]
    more = {
        "all compared: the same": "yes" if equal else "no",
        "only in the index": str(len(found.keys() - batch.keys())),
        "query, one by one": f"{cost:.0f} us",
    }
    return rows | more


def main() -> None:
    folder, count = Path(sys.argv[1]), int(sys.argv[2])
    with tempfile.TemporaryDirectory() as work:
        for part in (
            added,
            asked,
        ):  # in a process of its own, as a new one asks what an earlier one added
            with ProcessPoolExecutor(1, get_context("spawn")) as another:
                figures = another.submit(part, folder, Path(work, "cost.sqlite"), count).result()
            for name, value in figures.items():
                sys.stdout.write(f"{name:28}{value:10,.0f}\n")
        for name, said in agreement(folder, Path(work, "same.sqlite")).items():
            sys.stdout.write(f"{name:28}{said:>16}\n")


if __name__ == "__main__":
    main()
