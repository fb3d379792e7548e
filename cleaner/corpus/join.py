"""From finished shards to the output: join them, and mark or drop duplicates on the way."""

from __future__ import annotations

import pickle
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from shutil import copyfileobj
from typing import IO, TYPE_CHECKING, Any

from cleaner.corpus.encode import json_bytes
from cleaner.corpus.state import State
from cleaner.corpus.targets import STDOUT, TABLES, Target, target_path
from cleaner.errors import WriteError
from cleaner.formats import kind_of, open_bytes, replacing
from cleaner.formats.jsonline import with_field
from cleaner.formats.storage import is_remote

if TYPE_CHECKING:
    from cleaner.corpus.run import Run

Entries = Sequence[Mapping[str, Any]]


def join(run: Run, state: State, entries: Entries, *, streaming: bool) -> None:
    """Write every target and side file from the shards."""
    marks: Marks | None = None
    if run.options.dedup:
        from cleaner.corpus.reposts import find_reposts

        marks = find_reposts(run, state, entries)
    for index, target in enumerate(run.targets):
        numbers = [entry["shard"] for entry in entries if entry["target"] == index]
        if target.kind == "files":
            for path in marks.dropped_files(run.output, target) if marks else ():
                path.unlink(missing_ok=True)
        elif not streaming:
            _write_target(
                target, [part_path(state, number, target) for number in numbers], marks, state
            )
    for name, wanted in (("edits", run.options.edits), ("rejects", run.options.rejects)):
        if wanted:
            with replacing(wanted) as stream:
                for entry in entries:
                    with state.path(f"{name}-{entry['shard']:06d}.jsonl").open("rb") as part:
                        copyfileobj(part, stream)
    if run.options.report:
        from cleaner.corpus.reposts import write_report

        write_report(run, marks)


class Marks:
    """What is said of each document, in order: whose copy it is, or nothing; and which are left out."""

    def __init__(
        self, said: Mapping[int, Mapping[str, Any]], dropped: Iterable[int], duplicates: Any
    ) -> None:
        self.said = said
        self.dropped = frozenset(dropped)
        self.duplicates = duplicates
        self.position = -1  # of the document that was last asked for

    def next(self) -> tuple[bool, Mapping[str, Any] | None]:
        """Whether the next document is left out, and what is said of it."""
        self.position += 1
        return self.position in self.dropped, self.said.get(self.position)

    def dropped_files(self, folder: str, target: Target) -> Iterator[Path]:
        """The files of documents that are left out."""
        for source in target.sources:
            path = Path(target_path(folder, source))
            if path.exists() and self.next()[0]:
                yield path


def part_path(state: State, number: int, target: Target) -> str:
    """Return where a shard's output is."""
    suffix = next((s for s in (".gz", ".zst") if target.path.endswith(s)), "")
    return str(state.path(f"part-{number:06d}{suffix if target.form == 'jsonl' else ''}"))


def _write_target(target: Target, parts: Sequence[str], marks: Marks | None, state: State) -> None:
    if target.path != STDOUT and not is_remote(target.path):
        folder = Path(target.path).parent
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise WriteError(f"{folder}: can't make this folder: {error.strerror}") from error
    if target.kind == "parquet":
        _write_parquet(target, parts, marks)
    elif target.kind in TABLES:
        _write_csv(target, parts, marks)
    elif marks is None:
        with replacing(target.path, pack=False) as stream:
            for part in parts:
                with Path(part).open("rb") as source:
                    copyfileobj(source, stream, 1 << 20)
    else:
        with ExitStack() as stack:
            stream = _opened(stack, target.path)
            for line in marked_lines(parts, marks):
                stream.write(line)
    _ = state


def _opened(stack: ExitStack, path: str) -> IO[bytes]:
    return sys.stdout.buffer if path == STDOUT else stack.enter_context(replacing(path))


def lines_of(parts: Iterable[str]) -> Iterator[bytes]:
    """Yield the lines of shards of JSONL."""
    for part in parts:
        with open_bytes(part) as stream:
            yield from stream


def marked_lines(parts: Iterable[str], marks: Marks) -> Iterator[bytes]:
    """Yield the lines that stay, each with its `duplicate`."""
    for line in lines_of(parts):
        drop, said = marks.next()
        if not drop:
            yield with_field(line.decode("utf-8"), "duplicate", said).encode("utf-8")


def rows_of(parts: Iterable[str]) -> Iterator[list[Mapping[str, Any]]]:
    """Yield the rows of shards of a table, a batch at a time; only this run wrote these files."""
    for part in parts:
        with Path(part).open("rb") as stream:
            while True:
                try:
                    yield pickle.load(stream)  # noqa: S301
                except EOFError:
                    break


def _marked_rows(parts: Iterable[str], marks: Marks | None) -> Iterator[list[Mapping[str, Any]]]:
    for batch in rows_of(parts):
        if marks is None:
            yield batch
            continue
        kept = ((row, marks.next()) for row in batch)
        yield [{**row, "duplicate": said} for row, (drop, said) in kept if not drop]


def columns_of(parts: Iterable[str]) -> list[str]:
    """Return the names of all columns, in order of their first appearance."""
    return list(dict.fromkeys(name for batch in rows_of(parts) for row in batch for name in row))


def _write_csv(target: Target, parts: Sequence[str], marks: Marks | None) -> None:
    from cleaner.formats.tables import csv_line

    columns = columns_of(parts) or _columns(target)
    columns += ["duplicate"] * (marks is not None)
    with replacing(target.path) as stream:
        if columns:
            stream.write(csv_line(columns, target.kind))
        for batch in _marked_rows(parts, marks):
            for row in batch:
                stream.write(csv_line([row.get(name) for name in columns], target.kind))


def _columns(target: Target) -> list[str]:
    """The header of the first source, for a table none of whose rows could be used."""
    import csv
    import io

    from cleaner.formats.tables import delimiter

    source = target.sources[0]
    if source.kind not in ("csv", "tsv"):
        return []
    with open_bytes(source.path) as stream:
        first = io.TextIOWrapper(stream, encoding="utf-8-sig", errors="replace", newline="")
        return next(csv.reader(first, delimiter=delimiter(source.kind)), [])


def _write_parquet(target: Target, parts: Sequence[str], marks: Marks | None) -> None:
    from cleaner.formats.tables import parquet_schema, unified_schema, write_parquet

    kinds = {source.kind for source in target.sources}
    schemas = [parquet_schema(s.path) for s in target.sources] if kinds == {"parquet"} else []
    schema = unified_schema(
        target.path, schemas or None, rows_of(parts), duplicate=marks is not None
    )
    write_parquet(target.path, _marked_rows(parts, marks), schema)


__all__ = ["Marks", "join", "json_bytes", "kind_of", "lines_of", "part_path", "rows_of"]
