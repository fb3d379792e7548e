"""A whole corpus on Spark: what `cleaner clean --engine spark` does."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from cleaner.config import Config
from cleaner.corpus.run import sources_of
from cleaner.corpus.summary import Summary
from cleaner.errors import ConfigError
from cleaner.formats import Reject, Source, is_remote, replacing
from cleaner.formats.storage import remove_parts
from cleaner.spark.cleaning import learn_sites, settled
from cleaner.spark.frames import keep, session
from cleaner.spark.records import (
    CLEANED,
    COUNTS,
    CUT,
    FIELDS,
    Job,
    clean_records,
    cut_files,
    sum_copies,
    sum_counts,
    write_part,
)
from cleaner.spark.reposts import marks_in, plain_of, with_marks
from cleaner.workers import SECONDS

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession


READERS = 4096  # tasks that cut files


def run(
    inputs: Sequence[str],
    output: str,
    *,
    master: str,
    config: Config | None = None,
    work: str = "",
    learn: bool = False,
    reposts: bool = False,
    drop: bool = False,
    rejects: str = "",
    timeout: float = SECONDS,
    settings: Mapping[str, Any] | None = None,
    spark: SparkSession | None = None,
    complain: Callable[[Any], None] = lambda _: None,
) -> Summary:
    """Clean every document of the inputs into a folder of parts, on the cluster `master` names.

    Inputs are all that `cleaner clean` reads, but for standard input; all workers must reach them, and
    `output` and `work` (by default beside the output). The output is a folder of parts: of JSONL for a
    name that ends in .jsonl, .jsonl.gz or .jsonl.zst, whose lines one after the other are what
    `cleaner clean` writes; else Parquet with the columns id, url, title, lang, date, site and text.
    `learn` learns sites first, `reposts` marks reposts in `duplicate`, `drop` leaves them out. `rejects`
    names a file for what could not be used, that which took longer than `timeout` seconds too. `settings`
    are Spark's. Raise ConfigError where there is something at the output.
    """
    config = config or Config()
    sources, unreadable = sources_of(inputs, config, complain)
    if any(source.path == "-" for source in sources):
        raise ConfigError("standard input can't be read by many workers; give files")
    if not is_remote(output) and Path(output).exists():
        raise ConfigError(f"{output}: is there already; Spark writes a new folder")
    output = absolute(output)
    folder = f"{absolute(work) if work else output + '.work'}/run-{uuid4().hex}"
    spark = spark or session(master, settings)
    profiles = settled({"sites": config.sites}).get("sites") if config.sites else None
    pieces = cut(spark, sources)
    if learn:
        reading = Job(config=config, only_read=True, seconds=timeout)
        read = cleaned(pieces, reading).where("reject is null")
        profiles = learn_sites(placed(read), order="place")
    job = Job(config=config, sites=profiles, seconds=timeout)
    rows = keep(cleaned(pieces, job), folder, "cleaned")
    summary, nameless, refused = summed(rows)
    summary.unreadable += unreadable
    report(refused, complain, rejects)
    good = rows.where("reject is null")
    if nameless:
        good = named(good, sources[0].name)
    if reposts:
        good = unique(good)
        marks = marks_in(plain_of(good, Config(id_key="key")), folder, unique=True)
        count_copies(marks, good, summary, drop=drop)
        good = with_marks(good, marks, "key", drop=drop)
    write(good.orderBy("source", "number"), output)
    if not is_remote(folder):
        forget(folder)
    return summary


def absolute(path: str) -> str:
    """Return a path as any worker can open it."""
    return path.rstrip("/") if is_remote(path) else str(Path(path).resolve())


def forget(folder: str) -> None:
    """Remove what was kept; the folder around it too when nothing else is in it."""
    import shutil

    shutil.rmtree(folder, ignore_errors=True)
    parent = Path(folder).parent
    if parent.name.endswith(".work") and not any(parent.iterdir()):
        parent.rmdir()


def cut(spark: SparkSession, sources: Sequence[Source]) -> DataFrame:
    """Cut all sources into raw records, spread over the workers.

    A file is read by one worker, for most kinds can't be split; what costs, parsing and cleaning, is spread
    over up to `spark.sql.shuffle.partitions` tasks, fewer where there is little: Spark sees the sizes then.
    """
    import pyarrow as pa

    columns = {
        "source": pa.array(range(len(sources)), pa.int64()),
        "path": [s.path if is_remote(s.path) else absolute(s.path) for s in sources],
        "kind": [source.kind for source in sources],
        "name": [source.name for source in sources],
    }
    files = spark.createDataFrame(pa.table(columns))
    pieces = files.repartition(min(len(sources), READERS), "source").mapInArrow(cut_files, CUT)
    return pieces.repartition("source", "number")


def cleaned(pieces: DataFrame, job: Job) -> DataFrame:
    """Parse and clean raw records."""
    return pieces.mapInArrow(partial(clean_records, job=job), CLEANED)


def placed(read: DataFrame) -> DataFrame:
    """Rows with their place in the inputs, to be read in that order."""
    from pyspark.sql import functions as F  # noqa: N812

    return read.withColumn("place", F.struct("source", "number"))


def named(rows: DataFrame, first: str) -> DataFrame:
    """Rows with an id each: where a record has none, the first input's name and the record's place.

    That is its place among the rows that were not rejected, as in the output of one machine. Places are
    counted for each input: that sorts the numbers of its records.
    """
    import pyarrow as pa
    from pyspark.sql import Window
    from pyspark.sql import functions as F  # noqa: N812

    own = Window.partitionBy("source").orderBy("number")
    places = rows.select("source", "number", F.row_number().over(own).alias("place"))
    counts = {row["source"]: row["count"] for row in rows.groupBy("source").count().collect()}
    before, total = {}, 0
    for source in sorted(counts):
        before[source] = total
        total += counts[source]
    table = pa.table({"source": list(before), "before": list(before.values())})
    offsets = rows.sparkSession.createDataFrame(table, "source long, before long")
    placed_ = places.join(offsets, "source").select(
        "source", "number", (F.col("place") + F.col("before")).alias("place")
    )
    name = F.concat(F.lit(f"{first}:"), F.col("place").cast("string"))
    joined = rows.join(placed_, ["source", "number"])
    return joined.withColumn("id", F.coalesce("id", name)).drop("place")


def unique(rows: DataFrame) -> DataFrame:
    """Rows with a key each: the id, and "#2" and so on where several have one."""
    from pyspark.sql import Window
    from pyspark.sql import functions as F  # noqa: N812

    again = F.row_number().over(Window.partitionBy("id").orderBy("source", "number"))
    key = F.when(again > 1, F.concat("id", F.lit("#"), again.cast("string"))).otherwise(F.col("id"))
    return rows.withColumn("key", key)


def summed(rows: DataFrame) -> tuple[Summary, bool, list[Reject]]:
    """One pass over all rows: counts, whether an id is missing, and what could not be used, in order."""
    total, nameless, refused = Summary(), False, []
    counted = rows.select("source", "number", "id", "reject", "summary")
    for row in counted.mapInArrow(sum_counts, COUNTS).collect():
        if row["reject"] is not None:
            refused.append((row["source"], row["number"], row["reject"]))
            continue
        total.merge(Summary.from_dict(json.loads(row["summary"])))
        nameless |= row["nameless"]
    return total, nameless, [Reject(**json.loads(said)) for *_, said in sorted(refused)]


def report(refused: Sequence[Reject], complain: Callable[[Any], None], rejects: str) -> None:
    """Say what could not be used, and write it to the file of rejects."""
    for item in refused:
        complain(item)
    if rejects:
        with replacing(rejects) as stream:
            for item in refused:
                stream.write((json.dumps(item._asdict(), ensure_ascii=False) + "\n").encode())


def count_copies(marks: DataFrame, rows: DataFrame, summary: Summary, *, drop: bool) -> None:
    """Count the documents that are a copy, by kind and by site, and those that are left out for it."""
    from pyspark.sql import functions as F  # noqa: N812

    left_out = (F.col("duplicate.cluster") != F.col("own")) & F.lit(drop)
    copies = marks.select("own", "duplicate.of", "duplicate.kind", left_out.alias("dropped"))
    for side in ("own", "of"):
        copies = copies.join(
            rows.selectExpr(f"key AS {side}", f"url AS url_{side}", f"site AS site_{side}"), side
        )
    copies = copies.select("kind", "dropped", "url_own", "site_own", "url_of", "site_of")
    for row in copies.mapInArrow(sum_copies, "summary string").collect():
        summary.merge(Summary.from_dict(json.loads(row["summary"])))


def write(rows: DataFrame, output: str) -> None:
    """Write sorted rows, as lines of JSON or as Parquet, in parts whose names are in order."""
    from pyspark.sql import functions as F  # noqa: N812

    duplicate = ["duplicate"] if "duplicate" in rows.columns else []
    suffix = next((s for s in (".jsonl", ".jsonl.gz", ".jsonl.zst") if output.endswith(s)), "")
    if not suffix:
        rows.select(*FIELDS, *duplicate).write.parquet(output)
        return
    if not is_remote(output):
        Path(output).mkdir(parents=True)
    said = F.to_json("duplicate") if duplicate else F.lit(None).cast("string")
    lines = rows.select("line", said.alias("duplicate"))
    work = partial(write_part, folder=output, suffix=suffix, marked=bool(duplicate))
    lines.mapInArrow(work, "lines long").collect()
    if not is_remote(output):
        remove_parts(output)  # of workers that were lost
