"""Cleaning a DataFrame, and learning from one what recurs on each site."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import fields
from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING, Any

from cleaner.arrow import KEYS, cleaner_of, schema, with_cleaned
from cleaner.config import Config
from cleaner.document import Document
from cleaner.engine import Result
from cleaner.errors import ConfigError
from cleaner.pipeline import Cleaner, not_cleaned
from cleaner.sites import SiteProfiles, site_of
from cleaner.sites import learn_sites as learn_from
from cleaner.spark.isolation import Isolated
from cleaner.workers import SECONDS

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql import DataFrame

FOUND = ("title", "lang", "date", "site")  # what a page says of itself, beside its story


def clean(
    df: DataFrame,
    *,
    html_key: str = "",
    drop_html: bool = False,
    findings: bool = False,
    timeout: float = SECONDS,
    **options: Any,
) -> DataFrame:
    """Return a DataFrame with its text column cleaned, as `cleaner.arrow.clean_batch` does.

    Options are those of Cleaner and the names of columns (`text_key`, `id_key`, …). `html_key` names a
    column of pages, strings or bytes: then the text column is made of their stories (null where there is
    none), and `title`, `lang`, `date` and `site` are added where they aren't there. `drop_html` leaves the
    pages out of the frame: workers then needn't send them back. A text that fails, takes more than
    `timeout` seconds or kills its process stays as it was, with the finding DQ000; such a page has no
    story. A dead process fails its task; that costs one document only where Spark runs a task again, as
    a cluster does, and `local[N,F]` with F > 1.
    Raise ConfigError here and not on a worker for a wrong option or column.
    """
    import pyarrow as pa
    from pyspark.sql.pandas.types import from_arrow_type, to_arrow_schema
    from pyspark.sql.types import StructType

    options = settled(options)
    config = Cleaner.from_config(
        Config(**{name: value for name, value in options.items() if name != "sites"}),
        sites=options.get("sites"),
    ).config
    before = to_arrow_schema(df.schema)
    if html_key:
        if html_key not in df.columns:
            raise ConfigError(f"no column {html_key!r}; the frame has: {', '.join(df.columns)}")
        before = stories(empty(before), html_key, config, lambda *_: (None, "")).schema
    dropped = [html_key] if drop_html and html_key != config.text_key else []
    before = pa.schema([field for field in before if field.name not in dropped])
    if config.text_key not in before.names:
        raise ConfigError(
            f"no column {config.text_key!r}; give text_key, one of: {', '.join(before.names)}"
        )
    if before.field(config.text_key).type not in (pa.string(), pa.large_string()):
        raise ConfigError(f"column {config.text_key!r} doesn't hold strings")
    shape = StructType([field for field in df.schema.fields if field.name not in dropped])
    for field in schema(before, findings=findings):
        if field.name not in shape.names:
            shape = shape.add(field.name, from_arrow_type(field.type))
    work = partial(
        clean_batches,
        html_key=html_key,
        dropped=dropped,
        findings=findings,
        seconds=timeout,
        options=options,
    )
    return df.mapInArrow(work, shape)


def settled(options: Mapping[str, Any]) -> dict[str, Any]:
    """The options as workers can use them: site profiles loaded here, lists as tuples."""
    sites = options.get("sites")
    if isinstance(sites, str) and sites:
        sites = SiteProfiles.load(sites)
    known = {field.name for field in fields(Config)}
    for name in options:
        if name not in known:
            from cleaner.errors import nearest

            raise ConfigError(f"no option {name!r}{nearest(name, sorted(known)) or ''}")
    changed = {
        name: tuple(value) if isinstance(value, list) else value for name, value in options.items()
    }
    if sites:
        changed["sites"] = sites
    return changed


def clean_batches(
    batches: Iterator[pa.RecordBatch],
    *,
    html_key: str,
    dropped: Sequence[str],
    findings: bool,
    seconds: float,
    options: Mapping[str, Any],
) -> Iterator[pa.RecordBatch]:
    """Clean batches; what fails, takes too long or kills its process costs only itself."""
    tool = cleaner_of(options)
    with (
        closing(Isolated(partial(cleaned_by, tool), seconds)) as work,
        closing(Isolated(extracted, seconds)) as read,
    ):

        def clean(document: Document, *, ignore: Sequence[str]) -> Result:
            result, reason = work(document, ignore)
            return not_cleaned(document, reason) if result is None else result

        for batch in batches:
            pages = stories(batch, html_key, tool.config, read) if html_key else batch
            read.rest()
            pages = pages.select([name for name in pages.schema.names if name not in dropped])
            done = with_cleaned(pages, tool.config, clean, findings=findings)
            work.rest()
            yield done


def cleaned_by(tool: Cleaner, document: Document, ignore: Sequence[str]) -> Result:
    """Clean a document."""
    return tool.clean(document, ignore=ignore)


def empty(schema: pa.Schema) -> pa.RecordBatch:
    """Return a batch without rows."""
    import pyarrow as pa

    return pa.RecordBatch.from_pylist([], schema)


def extracted(page: str | bytes, url: str) -> Document:
    """The story of a page."""
    from cleaner.extraction import extract

    return extract(page, url=url)


def stories(
    batch: pa.RecordBatch,
    html_key: str,
    config: Config,
    read: Callable[[str | bytes, str], tuple[Document | None, str]],
) -> pa.RecordBatch:
    """Return a batch of pages with the columns of their stories, which `read` gives (page, url)."""
    import pyarrow as pa

    urls: list[Any] = [None] * batch.num_rows
    if config.url_key in batch.schema.names:
        urls = batch.column(config.url_key).to_pylist()
    pages = [
        None if page is None else read(page, str(url or ""))[0]
        for page, url in zip(batch.column(html_key).to_pylist(), urls, strict=True)
    ]
    names = batch.schema.names
    wanted = ["text", *(name for name in FOUND if getattr(config, f"{name}_key") not in names)]
    for name in wanted:
        key = getattr(config, f"{name}_key")
        values = [getattr(page, name) or None if page else None for page in pages]
        column = pa.array(values, pa.string())
        if key in names:
            batch = batch.set_column(names.index(key), pa.field(key, pa.string()), column)
        else:
            batch = batch.append_column(pa.field(key, pa.string()), column)
    return batch


def learn_sites(df: DataFrame, *, order: str = "", **options: Any) -> SiteProfiles:
    """Learn which lines recur on each site, as `cleaner.learn_sites` does from documents in one order.

    The order decides only which of two copies counts: `order` names a column, the id's by default. Options
    are the names of columns. Each site is read by one task as a stream, so its texts needn't fit in memory.
    """
    from pyspark.sql import functions as F  # noqa: N812 - what everybody calls it

    config = Config(**options)
    columns = {
        name: getattr(config, f"{name}_key")
        for name in ("text", *KEYS)
        if getattr(config, f"{name}_key") in df.columns
    }
    if "text" not in columns:
        raise ConfigError(f"no column {config.text_key!r}; the frame has: {', '.join(df.columns)}")
    texts = df.where(F.col(config.text_key).isNotNull()).select(
        (F.col(order) if order else F.col(columns.get("id", config.text_key))).alias("order"),
        *(F.col(key).cast("string").alias(name) for name, key in columns.items()),
    )
    shape = ", ".join([*(f"{name} string" for name in columns), "order_ string", "of string"])
    kind = dict(texts.dtypes)["order"]
    placed = texts.mapInArrow(with_site, shape.replace("order_ string", f"order_ {kind}"))
    sorted_ = placed.repartition("of").sortWithinPartitions("of", "order_")
    rows = sorted_.mapInArrow(profiles_of, "profiles string").collect()
    profiles = SiteProfiles()
    for found in sorted((json.loads(row.profiles) for row in rows), key=lambda x: min(x["sites"])):
        profiles = profiles.merge(SiteProfiles.from_dict(found))
    return profiles


def with_site(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Put the site last; documents without one teach nothing."""
    import pyarrow as pa

    for batch in batches:
        documents = documents_of(batch)
        sites = [site_of(document) for document in documents]
        order = batch.column(0)
        rest = [batch.column(i) for i in range(1, batch.num_columns)]
        names = [*batch.schema.names[1:], "order_", "of"]
        made = pa.RecordBatch.from_arrays([*rest, order, pa.array(sites, pa.string())], names)
        yield made.filter(pa.array([bool(site) for site in sites]))


def documents_of(batch: pa.RecordBatch) -> list[Document]:
    """The rows of a batch as documents."""
    names = [name for name in ("text", *KEYS) if name in batch.schema.names]
    return [
        Document(**{name: value or "" for name, value in zip(names, row, strict=True)})  # type: ignore[arg-type]
        for row in zip(*(batch.column(name).to_pylist() for name in names), strict=True)
    ]


def profiles_of(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Learn from rows in order of site, one site at a time."""
    import pyarrow as pa

    rows = (
        (site, document)
        for batch in batches
        for site, document in zip(batch.column("of").to_pylist(), documents_of(batch), strict=True)
    )
    for _, group in groupby(rows, key=lambda row: row[0]):
        learned = learn_from(document for _, document in group)
        if learned:
            found = json.dumps(learned.to_dict())
            yield pa.RecordBatch.from_arrays([pa.array([found])], ["profiles"])
