"""Where things are: this project, and the corpora for benchmarks, a folder named by CLEANER_BENCH_DATA."""

from __future__ import annotations

import io
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
DATA = os.environ.get("CLEANER_BENCH_DATA", "")


def read_jsonl_zst(name: str) -> Iterator[dict[str, Any]]:
    """Yield the records of a corpus."""
    import zstandard

    with Path(DATA, name).open("rb") as raw:
        reader = zstandard.ZstdDecompressor().stream_reader(raw)
        for line in io.TextIOWrapper(reader, encoding="utf-8"):
            yield json.loads(line)


def site_lines() -> list[tuple[str, list[str], list[str]]]:
    """The sections of site_lines.txt: a language, a story, and what sites print below one."""
    found = []
    for name, lines in sections("site_lines.txt"):
        story = [line[2:] for line in lines if line.startswith("> ")]
        found.append((name, story, lines[len(story) :]))
    return found


def sections(name: str) -> list[tuple[str, list[str]]]:
    """The sections of a file in this folder: a language in brackets, and its lines."""
    parts = (ROOT / "tests" / name).read_text(encoding="utf-8").split("\n\n")[1:]
    found = [part.strip("\n").split("\n") for part in parts]
    return [(head.strip("[]"), lines) for head, *lines in found]
