"""What the documents of an index are to each other, without their texts: batch mode on all of them."""

from __future__ import annotations

import sys
from pathlib import Path

from cleaner.corpus.encode import json_bytes
from cleaner.corpus.reposts import only_named, write_lines, write_pairs
from cleaner.corpus.summary import Summary
from cleaner.corpus.targets import STDOUT, output_kind, refuse_overlap
from cleaner.errors import ConfigError, ReadError
from cleaner.formats.sources import Source


def judge_index(
    path: str, output: str, *, kept: str = "earliest", drop: bool = False, pairs: str = ""
) -> Summary:
    """Write one record for each document of an index: its id, its date, and whose copy it is.

    The records are in the order of their ids. `kept`: which document of a cluster the others are copies of.
    `drop`: only the records of documents that are kept. `pairs`: a file for the evidence. Raise ConfigError
    for an output that can't hold lines or is the index itself, ReadError where there is no index.
    """
    if output_kind(output) != "jsonl":
        raise ConfigError(
            f"{output}: what an index knows is written as lines. Give a .jsonl file or -"
        )
    refuse_overlap([path], [Source(path, "index", path)], output, [pairs] if pairs else [])
    if not Path(path).exists():
        raise ReadError(f"{path}: no such index; `cleaner dedup INPUT --index FILE` makes one")
    from cleaner.dedup import ComparedDocuments
    from cleaner.index import Index
    from cleaner.seen import duplicates_of

    with Index.open(path) as index:
        archive = index.archive()
    found = ComparedDocuments.of_held(archive).duplicates(keep=kept)
    copies = {name: mark._asdict() for name, mark in duplicates_of(found, archive).items()}
    dropped = set(found.dropped) if drop else set[str]()
    records = (
        json_bytes({"id": name, "date": date, "duplicate": copies.get(name)})
        for name, date in zip(archive.names, archive.dates, strict=True)
        if name not in dropped
    )
    if output == STDOUT:
        sys.stdout.buffer.writelines(records)
    else:
        write_lines(output, records)
    if pairs:
        write_pairs(pairs, found.pairs)
    summary = Summary(documents=len(archive.names), dropped=len(dropped))
    summary.count_copies(
        (mark["kind"], only_named(name), only_named(mark["of"])) for name, mark in copies.items()
    )
    return summary
