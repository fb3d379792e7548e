"""Read documents from files, folders, archives and streams, and write what becomes of them.

txt, html, jsonl, csv, tsv, parquet and WARC; text formats also as .gz and .zst. A bad record never stops
a stream: it comes out as a Reject with its place and the reason. What can't be read at all raises ReadError.
"""

from cleaner.formats.reading import Raw, Record, Reject, parse, raws, read
from cleaner.formats.sources import (
    KINDS,
    PACKED,
    READABLE,
    STDIN,
    Source,
    find_sources,
    kind_of,
    printable,
)
from cleaner.formats.storage import is_remote, open_bytes, replacing, to_bytes

__all__ = [
    "KINDS",
    "PACKED",
    "READABLE",
    "STDIN",
    "Raw",
    "Record",
    "Reject",
    "Source",
    "find_sources",
    "is_remote",
    "kind_of",
    "open_bytes",
    "parse",
    "printable",
    "raws",
    "read",
    "replacing",
    "to_bytes",
]
