"""What one worker process does to a batch of raw records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from time import perf_counter
from typing import Any, NamedTuple

from cleaner.config import Config
from cleaner.corpus.encode import edit_line, row_of, to_line
from cleaner.corpus.summary import Summary
from cleaner.corpus.targets import form_of
from cleaner.engine import Result
from cleaner.errors import ConfigError, ReadError
from cleaner.formats import Raw, Record, Reject, parse, to_bytes
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
    """What became of one raw record: its output, or why there is none."""

    raw: Raw
    output: bytes | Mapping[str, Any] | None
    edits: bytes = b""
    reject: Reject | None = None
    unreadable: str = ""
    empty: bool = False


@dataclass
class Batch:
    """What became of a batch."""

    done: list[Done] = field(default_factory=list)
    summary: Summary = field(default_factory=Summary)
    gathered: Any = None


class Worker:
    """A Cleaner and what is wanted of it."""

    def __init__(self, job: Job) -> None:
        self.job = job
        config = replace(job.config, select=(), sites="") if job.untouched else job.config
        self.cleaner = Cleaner.from_config(config, sites=job.sites)

    def do(self, raws: list[Raw]) -> Batch:
        """Clean a batch."""
        batch = Batch()
        if self.job.gather:
            from cleaner.report.gather import Gathered

            batch.gathered = Gathered()
        for raw in raws:
            batch.done.append(self._one(raw, batch))
        return batch

    def _one(self, raw: Raw, batch: Batch) -> Done:
        start = perf_counter()
        try:
            if raw.blank:
                return Done(bare(raw), None, self._side(raw, None))
            item = parse(raw, self.job.config)
        except ReadError as error:
            batch.summary.unreadable += 1
            return Done(bare(raw), None, unreadable=str(error))
        cleaned = item if isinstance(item, Reject) else cleaned_record(item, self.cleaner)
        if isinstance(cleaned, Reject):
            batch.summary.rejects += 1
            if batch.gathered is not None:
                batch.gathered.reject(*cleaned)
            return Done(bare(raw), None, self._side(raw, None), reject=cleaned)
        item, result = cleaned
        seconds = perf_counter() - start
        batch.summary.add(result, seconds)
        if batch.gathered is not None:
            batch.gathered.add(result, seconds)
        empty = not item.document.text.strip()
        output = self._encoded(item, result)
        return Done(bare(raw), output, self._side(raw, (item, result)), empty=empty)

    def _side(self, raw: Raw, cleaned: tuple[Record, Result] | None) -> bytes:
        return edit_line(raw, cleaned, self.job.config) if self.job.edits else b""

    def _encoded(self, record: Record, result: Result) -> bytes | Mapping[str, Any]:
        form = form_of(self.job.output, record.source.kind)
        if form == "text":
            return to_bytes(result.text)
        if form == "jsonl" and self.job.plain and not record.line:
            return to_bytes(result.text)
        return row_of(record, result) if form == "rows" else to_line(record, result)


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


def work(raws: list[Raw]) -> Batch:
    """Clean a batch in a process that was prepared."""
    assert _worker is not None
    return _worker.do(raws)
