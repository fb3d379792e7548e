"""What one worker process does to a batch of raw records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from time import perf_counter
from typing import Any, NamedTuple

from cleaner.config import Config
from cleaner.corpus.encode import edit_line, row_of, to_line
from cleaner.corpus.summary import Summary
from cleaner.corpus.targets import form_of
from cleaner.engine import Result
from cleaner.errors import ConfigError, ReadError
from cleaner.formats import Raw, Record, Reject, Source, parse, to_bytes
from cleaner.pipeline import Cleaner


class Job(NamedTuple):
    """What is wanted of each document. Sent once to each process."""

    config: Config
    output: str  # kind of the output: "jsonl", "csv", "tsv", "parquet" or "folder"
    edits: bool = False
    gather: bool = False
    untouched: bool = False  # documents are written as they were
    plain: bool = False  # a text from standard input goes to standard output as a text
    sites: Any = None


class Done(NamedTuple):
    """What became of one raw record that more is to be done about than to write its line or row.

    `text` is the content of its own file, `edits` what undoing needs.
    """

    raw: Raw
    text: bytes | None = None
    edits: bytes = b""
    reject: Reject | None = None
    unreadable: str = ""
    empty: bool = False


@dataclass
class Batch:
    """What became of `size` raw records: their lines or rows, and all that is to be said of some.

    Lines are joined here, because each object that goes to another process costs it a microsecond.
    """

    size: int
    source: Source
    lines: bytes = b""
    rows: list[Mapping[str, Any]] = field(default_factory=list)
    done: list[Done] = field(default_factory=list)
    summary: Summary = field(default_factory=Summary)
    gathered: Any = None


class Worker:
    """A Cleaner and what is wanted of it."""

    def __init__(self, job: Job) -> None:
        self.job = job
        config = replace(job.config, select=(), sites="") if job.untouched else job.config
        self.cleaner = Cleaner.from_config(config, sites=job.sites)

    def do(self, raws: Sequence[Raw]) -> Batch:
        """Clean a batch, which is not empty."""
        batch = Batch(len(raws), raws[0].source)
        lines: list[bytes] = []
        if self.job.gather:
            from cleaner.report.gather import Gathered

            batch.gathered = Gathered()
        for raw in raws:
            if done := self._one(raw, batch, lines):
                batch.done.append(done)
        batch.lines = b"".join(lines)
        return batch

    def _one(self, raw: Raw, batch: Batch, lines: list[bytes]) -> Done | None:
        start = perf_counter()
        try:
            if raw.blank:
                return Done(bare(raw), edits=self._side(raw, None))
            item = parse(raw, self.job.config)
        except ReadError as error:
            batch.summary.unreadable += 1
            return Done(bare(raw), unreadable=str(error))
        cleaned = item if isinstance(item, Reject) else cleaned_record(item, self.cleaner)
        if isinstance(cleaned, Reject):
            batch.summary.rejects += 1
            if batch.gathered is not None:
                batch.gathered.reject(*cleaned)
            return Done(bare(raw), edits=self._side(raw, None), reject=cleaned)
        item, result = cleaned
        seconds = perf_counter() - start
        batch.summary.add(result, seconds)
        if batch.gathered is not None:
            batch.gathered.add(result, seconds)
        form = form_of(self.job.output, item.source.kind)
        text = to_bytes(result.text) if form == "text" else None
        if form == "rows":
            batch.rows.append(row_of(item, result))
        elif form == "jsonl":
            lines.append(self._line(raw, item, result))
        empty = not item.document.text or item.document.text.isspace()
        if empty or text is not None or self.job.edits:
            return Done(bare(raw), text, self._side(raw, (item, result)), empty=empty)
        return None

    def _side(self, raw: Raw, cleaned: tuple[Record, Result] | None) -> bytes:
        return edit_line(raw, cleaned, self.job.config) if self.job.edits else b""

    def _line(self, raw: Raw, record: Record, result: Result) -> bytes:
        if record.line and raw.data and raw.data.endswith(b"\n") and not result.changed:
            return raw.data
        if self.job.plain and not record.line:
            return to_bytes(result.text)
        return to_line(record, result)


def cleaned_record(record: Record, cleaner: Cleaner) -> tuple[Record, Result] | Reject:
    """A record with its result; a reject where its `ignore-key` names what doesn't exist."""
    source = record.source
    try:
        ignore = cleaner.config.ignored_in(source.path, source.name, record.fields)
        return record, cleaner.clean(record.document, ignore=ignore)
    except ConfigError as error:
        return Reject(record.where, record.document.id, str(error))


def bare(raw: Raw) -> Raw:
    """The record without its content: all that goes back to the parent."""
    return Raw(raw.source, raw.number, reason=raw.reason)


_worker: Worker | None = None


def start(job: Job) -> None:
    """Prepare this process."""
    global _worker  # noqa: PLW0603 - one worker for each process, made by its initializer
    _worker = Worker(job)


def work(raws: Sequence[Raw]) -> Batch:
    """Clean a batch in a process that was prepared."""
    assert _worker is not None
    return _worker.do(raws)
