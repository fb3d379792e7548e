"""Records on a worker: cut from files, parsed and cleaned, counted, and written in parts."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from cleaner.config import Config
from cleaner.corpus.encode import to_line
from cleaner.corpus.run import rejected
from cleaner.corpus.summary import Summary
from cleaner.corpus.work import cleaned_record
from cleaner.document import Document
from cleaner.errors import ReadError
from cleaner.formats import Raw, Reject, Source, parse, replacing
from cleaner.formats.jsonline import with_field
from cleaner.formats.reading import raws
from cleaner.pipeline import Cleaner
from cleaner.spark.isolation import Isolated
from cleaner.workers import SECONDS

if TYPE_CHECKING:
    import pyarrow as pa

CUT = (
    "source long, number long, path string, kind string, name string, data binary, "
    "fields string, reason string"
)
CLEANED = (
    "source long, number long, id string, url string, title string, lang string, date string, "
    "site string, text string, line string, reject string, summary string"
)
COUNTS = "source long, number long, reject string, nameless boolean, summary string"
FIELDS = ("id", "url", "title", "lang", "date", "site", "text")
ROWS = 256  # records in a batch


@dataclass(frozen=True, kw_only=True)
class Job:
    """What a worker needs to know."""

    config: Config
    sites: Any = None
    only_read: bool = False
    seconds: float = SECONDS  # that one document may take


def cut_files(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Turn files into raw records."""
    for batch in batches:
        for file in batch.to_pylist():
            source = Source(file["path"], file["kind"], file["name"])
            yield from rows_of(records(file["source"], source), CUT)


def records(number: int, source: Source) -> Iterator[tuple[Any, ...]]:
    """The raw records of a file as rows of CUT; an unreadable rest is one with a reason."""
    last = 0
    try:
        for raw in raws(source):
            last = raw.number
            if not raw.blank:
                fields = None if raw.fields is None else json.dumps(raw.fields, default=str)
                yield number, last, *source, raw.data, fields, raw.reason
    except ReadError as error:
        yield number, last + 1, *source, None, None, f"unreadable: {error}"


def rows_of(rows: Iterator[tuple[Any, ...]], schema: str) -> Iterator[pa.RecordBatch]:
    """Batches of rows."""
    import pyarrow as pa

    from cleaner.workers import batched

    kinds = {
        "long": pa.int64(),
        "string": pa.string(),
        "binary": pa.binary(),
        "boolean": pa.bool_(),
    }
    shape = pa.schema([(n, kinds[k]) for n, k in (c.split() for c in schema.split(","))])
    for some in batched(rows, ROWS):
        columns = [pa.array(c, f.type) for c, f in zip(zip(*some, strict=True), shape, strict=True)]
        yield pa.RecordBatch.from_arrays(columns, schema=shape)


def clean_records(batches: Iterator[pa.RecordBatch], *, job: Job) -> Iterator[pa.RecordBatch]:
    """Turn raw records into rows of CLEANED."""
    tool = Cleaner.from_config(job.config, sites=job.sites)
    with closing(Isolated(partial(_made, tool, job), job.seconds)) as work:
        for batch in batches:
            rows = [clean_record(row, work, job.config) for row in batch.to_pylist()]
            work.rest()
            yield from rows_of(iter(rows), CLEANED)


def clean_record(
    row: Mapping[str, Any], work: Isolated[tuple[Any, ...] | Reject], config: Config
) -> tuple[Any, ...]:
    """Do what a worker of one machine does with a record; the id is None where it has none.

    What fails, takes too long or kills its process is rejected as there, and costs no other record.
    """
    source = Source(row["path"], row["kind"], row["name"])
    fields = None if row["fields"] is None else json.loads(row["fields"])
    raw = Raw(source, row["number"], row["data"], fields, row["reason"] or "")
    place = row["source"], row["number"]
    made, reason = work(raw)
    if made is None:
        made = rejected(raw, reason, config)
    if not isinstance(made, Reject):
        return *place, *made
    unreadable = made.reason.startswith("unreadable: ")
    summary = Summary(unreadable=1) if unreadable else Summary(rejects=1)
    said = json.dumps(made._asdict(), ensure_ascii=False)
    return *place, *[None] * 8, said, json.dumps(summary.to_dict())


def _made(tool: Cleaner, job: Job, raw: Raw) -> tuple[Any, ...] | Reject:
    """What follows the place in a row of CLEANED."""
    try:
        item = parse(raw, job.config)
    except ReadError as error:
        return Reject(raw.where, "", f"unreadable: {error}")
    if isinstance(item, Reject):
        return item
    document = item.document
    known: list[str | None] = [getattr(document, name) for name in FIELDS[:-1]]
    if raw.number and document.id == raw.where:
        known[0] = None
    if job.only_read:
        return *known, document.text, None, None, None
    cleaned = cleaned_record(item, tool)
    if isinstance(cleaned, Reject):
        return cleaned
    _, result = cleaned
    summary = Summary()
    summary.add(result)
    line = to_line(item, result).decode("utf-8")
    text = result.text.encode("utf-8", "replace").decode("utf-8")
    counts = {k: v for k, v in summary.to_dict().items() if v}
    return *known, text, line, None, json.dumps(counts)


def sum_counts(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Turn rows (source, number, id, reject, summary) into COUNTS: a row for each reject, and one sum."""
    total, nameless = Summary(), False
    for batch in batches:
        refused = []
        for source, number, name, reject, said in zip(
            *(column.to_pylist() for column in batch.columns), strict=True
        ):
            total.merge(Summary.from_dict(json.loads(said)))
            if reject is not None:
                refused.append((source, number, reject, False, None))
            else:
                nameless |= name is None
        yield from rows_of(iter(refused), COUNTS)
    yield from rows_of(iter([(None, None, None, nameless, json.dumps(total.to_dict()))]), COUNTS)


def sum_copies(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Turn rows (kind, dropped, url and site of a copy, url and site of whose it is) into one summary."""
    total = Summary()
    for batch in batches:
        columns = (column.to_pylist() for column in batch.columns)
        for kind, dropped, url, site, of_url, of_site in zip(*columns, strict=True):
            copy, source = (
                Document("", url=address or "", site=name or "")
                for address, name in ((url, site), (of_url, of_site))
            )
            total.count_copies([(kind, copy, source)])
            total.dropped += dropped
    yield from rows_of(iter([(json.dumps(total.to_dict()),)]), "summary string")


def write_part(
    batches: Iterator[pa.RecordBatch], *, folder: str, suffix: str, marked: bool
) -> Iterator[pa.RecordBatch]:
    """Write one partition to a file of its own, whole or not at all; done again it is the same file."""
    import pyarrow as pa
    from pyspark import TaskContext

    context = TaskContext.get()
    number = context.partitionId() if context else 0
    count = 0
    with replacing(f"{folder}/part-{number:05d}{suffix}") as stream:
        for batch in batches:
            for line, said in zip(*(column.to_pylist() for column in batch.columns), strict=True):
                mark = None if said is None else json.loads(said)
                out = with_field(line, "duplicate", mark) if marked else line
                stream.write(out.encode("utf-8"))
                count += 1
    yield pa.RecordBatch.from_arrays([pa.array([count])], ["lines"])
