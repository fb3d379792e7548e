"""Undo a run: from its output and its edits, the input as it was."""

from __future__ import annotations

import json
import sys
from base64 import b64decode
from collections.abc import Iterator, Mapping
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

from cleaner.config import Config
from cleaner.corpus.targets import STDOUT, target_path
from cleaner.edits import Edit, apply
from cleaner.errors import ConfigError, ReadError
from cleaner.formats import Source, kind_of, open_bytes, replacing, to_bytes
from cleaner.formats.jsonline import splice, value_at

Entry = Mapping[str, Any]


class Segment(NamedTuple):
    """Consecutive records of one source, and what is known of those that were changed or left out."""

    source: str
    kind: str
    first: int
    last: int
    entries: dict[int, Entry]


def undo(output: str, edits: str, restored: str, *, config: Config) -> int:
    """Write the documents as they were scraped, and return how many files were restored.

    `output` is what a run wrote (a folder, or a JSONL file), `edits` its sidecar. Text and JSONL come back to
    the byte, records that were rejected too; `restored` is a folder that gets the files under their names,
    or, where the run read a single file, a path of the same kind. Raise ReadError where output and edits
    don't belong together, ConfigError for what can't be undone.
    """
    kind = kind_of(output)
    if kind not in (None, "jsonl"):
        raise ConfigError(
            f"{output}: only folders and JSONL can be undone; a table has no other form"
        )
    single = kind_of(restored) is not None or restored == STDOUT
    rows = _rows(output) if kind == "jsonl" else None
    count = 0
    for name, group in groupby(_segments(edits), key=lambda segment: segment.source):
        own = list(group)
        if own[0].kind in ("html", "warc"):
            continue  # a page can't be made from its text
        if single and count:
            raise ConfigError(f"{restored}: the run read more than one file; give a folder")
        target = restored if single else str(Path(restored, name))
        source = Source("", own[0].kind, name)
        lines = rows if rows is not None else _rows(target_path(output, source))
        parts = _restored(own, lines, source, folder=rows is None, config=config)
        if restored == STDOUT:
            sys.stdout.buffer.writelines(parts)
        else:
            Path(target).parent.mkdir(parents=True, exist_ok=True)
            with replacing(target) as stream:
                for part in parts:  # a zstd stream has no writelines
                    stream.write(part)
        count += 1
    return count


def _segments(edits: str) -> Iterator[Segment]:
    segment: Segment | None = None
    with open_bytes(edits) as stream:
        for number, line in enumerate(stream, 1):
            try:
                entry = json.loads(line)
                if "first" in entry:
                    if segment is not None:
                        yield segment
                    segment = Segment(
                        entry["source"], entry["kind"], entry["first"], entry["last"], {}
                    )
                elif segment is not None:
                    segment.entries[entry["number"]] = entry
            except (ValueError, KeyError, TypeError) as error:
                raise ReadError(f"{edits}:{number}: not what --edits writes: {error}") from error
    if segment is not None:
        yield segment


def _rows(path: str) -> Iterator[bytes]:
    with open_bytes(path) as stream:
        yield from stream


def _restored(
    segments: list[Segment], lines: Iterator[bytes], source: Source, *, folder: bool, config: Config
) -> Iterator[bytes]:
    """The content of a source, from its lines of the output."""
    for segment in segments:
        for number in range(segment.first, segment.last + 1):
            entry = segment.entries.get(number)
            if entry is not None and "rejected" in entry:
                yield b64decode(entry["rejected"])
                continue
            data = b"".join(lines) if folder and source.kind == "txt" else next(lines, None)
            if data is None:
                raise ReadError(
                    f"{source.name}: the output has fewer records than its edits tell of"
                )
            if source.kind == "txt":
                text = data.decode("utf-8") if folder else str(json.loads(data)["text"])
                yield to_bytes(_undone(text, entry, source) if entry else text)
            else:
                yield _line(data, entry, source, config) if entry else data


def _undone(text: str, entry: Entry, source: Source) -> str:
    """The scraped text. Raise ReadError where the cleaned one isn't what the edits led to."""
    script = [Edit(start, end, new) for start, end, _, new in entry["edits"]]
    olds = [old for _, _, old, _ in entry["edits"]]
    backwards, shift = [], 0
    for edit, old in zip(script, olds, strict=True):
        start = edit.start + shift
        if text[start : start + len(edit.new)] != edit.new:
            raise ReadError(
                f"{source.name}: the text was changed after it was cleaned; it can't be undone"
            )
        backwards.append(Edit(start, start + len(edit.new), old))
        shift += len(edit.new) - len(old)
    return apply(text, backwards)


def _line(line: bytes, entry: Entry, source: Source, config: Config) -> bytes:
    text = line.decode("utf-8")
    if entry["edits"]:
        start, end = value_at(text, config.text_key)
        scraped = _undone(json.loads(text[start:end]), entry, source)
        text = (
            text[:start] + entry["written"] + text[end:]
            if "written" in entry
            else splice(text, config.text_key, scraped)
        )
    return to_bytes(text.removesuffix("\n") if entry.get("torn") else text)
