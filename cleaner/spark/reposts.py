"""Near duplicates in a DataFrame: the stages of `cleaner.deduplicate`, each a pass that is written down.

Texts are read once; then only their words as hashes travel. Every comparison and verdict is the same numpy
function as on one machine, given the pairs of one batch.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from cleaner.config import Config
from cleaner.dedup.copies import COLUMNS, MANY, ROWS
from cleaner.dedup.kinds import DEFAULT, WHOLE, Kind, Thresholds
from cleaner.dedup.votes import ENOUGH, SMOOTH
from cleaner.errors import ConfigError
from cleaner.spark import pairs, texts, votes
from cleaner.spark.components import FEW, components
from cleaner.spark.frames import keep
from cleaner.spark.marks import marks_of, members, trusted_date

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

# One run shortens hashes by the bits of a token's place in its corpus, and samples what is left. So does
# this, to decide alike; beyond so many tokens (half a million stories) short hashes would collide.
SHORTENED = 1 << 28
EXACT, REPOST = Kind.EXACT.value, Kind.REPOST.value
NO_COPY = (Kind.SERIES.value,)


def dedup(
    df: DataFrame,
    *,
    work: str = "",
    drop: bool = False,
    thresholds: Thresholds = DEFAULT,
    few: int = FEW,
    **options: Any,
) -> DataFrame:
    """Return a DataFrame with the column `duplicate`: of, kind, similarity, cluster; null for no copy.

    It says what `cleaner clean --dedup` says of the same documents, and `drop` leaves out what that leaves
    out. `work` is a folder that all workers reach; what is written there is
    needed until the result is written, and removed by you. Without it the folder of
    `spark.checkpoint.dir` is taken. The frame is read twice: write it down first where that is costly.
    Options are the names of columns. Raise ConfigError when two documents have one id.
    """
    config = Config(**options)
    for key in (config.id_key, config.text_key):
        if key not in df.columns:
            raise ConfigError(f"no column {key!r}; the frame has: {', '.join(df.columns)}")
    folder = folder_of(df, work)
    marks = marks_in(plain_of(df, config), folder, thresholds=thresholds, few=few)
    return with_marks(df, marks, config.id_key, drop=drop)


def plain_of(df: DataFrame, config: Config) -> DataFrame:
    """What is compared: id, text and date; those that are missing are empty."""
    from pyspark.sql import functions as F  # noqa: N812

    dated = F.col(config.date_key).cast("string") if config.date_key in df.columns else F.lit("")
    return df.select(
        F.coalesce(F.col(config.id_key).cast("string"), F.lit("")).alias("id"),
        F.col(config.text_key).alias("text"),
        F.coalesce(dated, F.lit("")).alias("date"),
    )


def marks_in(
    plain: DataFrame,
    folder: str,
    *,
    thresholds: Thresholds = DEFAULT,
    few: int = FEW,
    unique: bool = False,
) -> DataFrame:
    """Return (own, duplicate) for the documents (id, text, date) that are a copy.

    `unique` says that all ids are known to differ; else ConfigError is raised where two are the same.
    """
    folder = f"{folder}/cleaner-{uuid4().hex}"
    with settings(plain):
        read = keep(plain.mapInArrow(texts.read_texts, texts.READ), folder, "read")
        if not unique:
            refuse_twins(read)
        known = numbered(read, folder)
        found, held = related(known, folder, thresholds, few)
        heads = heads_of(known, held, found, folder, thresholds, few)
        documents = keep(members(read, known, heads), folder, "members")
        return keep(marks_of(documents, known, found), folder, "marks")


def with_marks(df: DataFrame, marks: DataFrame, id_key: str, *, drop: bool) -> DataFrame:
    """Join marks to their documents; `drop` leaves those whose cluster has another representative."""
    from pyspark.sql import functions as F  # noqa: N812

    own = F.coalesce(df[id_key].cast("string"), F.lit(""))
    marked = df.join(marks, own == marks["own"], "left")
    if drop:
        marked = marked.where(F.col("own").isNull() | (F.col("duplicate.cluster") == F.col("own")))
    return marked.drop("own")


def folder_of(df: DataFrame, work: str) -> str:
    """Where frames are kept: a folder that was named, or that of Spark's checkpoints."""
    folder = work or df.sparkSession.conf.get("spark.checkpoint.dir", "")
    if not folder:
        raise ConfigError(
            "dedup keeps what it has in a folder that all workers reach: give work='…' or set "
            "spark.checkpoint.dir"
        )
    return str(Path(folder).resolve()) if "://" not in folder else folder.rstrip("/")


@contextmanager
def settings(df: DataFrame) -> Iterator[None]:
    """Give Python workers batches that fit in their memory, and the caller's setting back."""
    name = "spark.sql.execution.arrow.maxRecordsPerBatch"
    conf = df.sparkSession.conf
    before = conf.get(name)
    conf.set(name, "2048")
    try:
        yield
    finally:
        conf.set(name, before or "10000")


def refuse_twins(read: DataFrame) -> None:
    """Raise ConfigError where two documents have one id."""
    from pyspark.sql import functions as F  # noqa: N812

    counted = read.groupBy("id").agg(F.count("*").alias("documents"))
    twice = counted.where("documents > 1").agg(F.min("id").alias("id")).collect()[0].id
    if twice is not None:
        raise ConfigError(
            f"two documents have the id {twice!r}. Give every document its own id, "
            "for example its URL or its line number."
        )


def numbered(read: DataFrame, folder: str) -> DataFrame:
    """The different texts with words, each under the smallest id of its documents and a number in that order.

    Numbers are given once and written: they don't change when a worker is lost later.
    """
    from pyspark.sql import functions as F  # noqa: N812

    trusted = trusted_date()
    firsts = (
        read.where("tokens > 0")
        .groupBy("digest")
        .agg(
            F.min("id").alias("id"),
            F.min(trusted).alias("first_date"),
            F.min(F.struct(trusted.alias("date"), "id"))["id"].alias("earliest"),
        )
        .orderBy("id")
        .withColumn("number", F.monotonically_increasing_id())
    )
    firsts = keep(firsts, folder, "numbers")
    whole = read.select("id", "size", "tokens", "words", "flags", "signature", "marked")
    joined = firsts.join(whole, "id").withColumnRenamed("first_date", "date")
    return keep(joined, folder, "texts")


def twins_of(known: DataFrame) -> DataFrame:
    """Pairs (a, b) of texts with the same words, the first of a run and each other one.

    Runs are found where one machine finds them: in order of signature, length and number.
    """
    from pyspark.sql import Window
    from pyspark.sql import functions as F  # noqa: N812

    columns = (F.substring("signature", 1, 16).alias("key"), F.sha2("words", 256).alias("words"))
    ordered = Window.partitionBy("key", "tokens").orderBy("number")
    opens = F.lag("words").over(ordered).eqNullSafe(F.col("words"))
    marked = known.select("number", "tokens", *columns).withColumn("opens", (~opens).cast("long"))
    runs = marked.withColumn("run", F.sum("opens").over(ordered))
    first = F.min("number").over(Window.partitionBy("key", "tokens", "run"))
    return runs.select(first.alias("a"), F.col("number").alias("b")).where("a < b")


def copies_of(known: DataFrame, folder: str) -> DataFrame:
    """Verified pairs (a, b) of near-verbatim copies, as `cleaner.dedup.duplicates.copies_of` finds them.

    A bucket of any size is compared with its first text only.
    """
    from pyspark.sql import functions as F  # noqa: N812

    width = ROWS * 4  # bytes of a band
    bands = F.array(
        *(
            F.concat(F.lit(bytearray([band])), F.substring("signature", 1 + band * width, width))
            for band in range(COLUMNS // ROWS)
        )
    )
    banded = known.select("number", F.explode(bands).alias("band"))
    full = banded.groupBy("band").agg(F.min("number").alias("a"), F.count("*").alias("size"))
    full = full.where(F.col("size") > MANY).select("band", "a")
    stars = banded.join(full, "band").where("a < number")
    stars = stars.select("a", F.col("number").alias("b")).distinct()
    near = with_sides(stars, known.select("number", F.col("signature").alias("of")))
    near = near.mapInArrow(pairs.alike, "a long, b long")
    whole = known.select("number", "words", "flags", "marked")
    compared = compare(near, whole, DEFAULT, least=0)
    verified = compared.where(F.col("kind").isin(EXACT, REPOST)).select("a", "b")
    return keep(twins_of(known).union(verified).distinct(), folder, "copies")


def with_sides(pairs_: DataFrame, known: DataFrame) -> DataFrame:
    """Join what is known of both texts to pairs (a, b): columns with _a and _b."""
    for side in ("a", "b"):
        columns = {name: f"{name}_{side}" for name in known.columns if name != "number"}
        pairs_ = pairs_.join(known.withColumnsRenamed({**columns, "number": side}), side)
    return pairs_


def compare(pairs_: DataFrame, known: DataFrame, limits: Thresholds, *, least: float) -> DataFrame:
    """Compare and judge pairs; unrelated ones are left out."""
    work = partial(pairs.judged, limits=limits, least=least)
    return with_sides(pairs_, known).mapInArrow(work, pairs.JUDGED)


def related(
    known: DataFrame, folder: str, limits: Thresholds, few: int
) -> tuple[DataFrame, DataFrame]:
    """All related pairs, and the texts with their rare shingles."""
    from pyspark.sql import functions as F  # noqa: N812

    tokens = known.agg(F.sum("tokens")).first()
    size = int(tokens[0] or 0) if tokens else 0
    bits = max(size.bit_length(), 1) if size < SHORTENED else 0
    copied = copies_of(known, folder)
    leaders = components(copied, f"{folder}/leaders", few=few)
    led = known.select("number", "words").join(leaders, "number", "left")
    led = led.select("number", F.coalesce("root", "number").alias("leader"), "words")
    posted = led.mapInArrow(
        partial(texts.postings, bits=bits), "hash long, number long, leader long"
    )
    ordered = posted.repartition("hash").sortWithinPartitions("hash", "number")
    counted = keep(ordered.mapInArrow(votes.count, votes.COUNTED), folder, "counted", "common")
    held = keep(with_rarity(known, counted, bits), folder, "rare")
    elected = counted.where("not common").groupBy("a", "b").agg(F.sum("weight").alias("won"))
    elected = with_sides(elected.where("won > 1"), held.select("number", "rare"))
    enough = ENOUGH * (F.least("rare_a", "rare_b") + SMOOTH)
    candidates = elected.where(F.col("won") >= enough).select("a", "b")
    candidates = candidates.union(copied).distinct()
    found = keep(compare(candidates, held, limits, least=limits.least), folder, "judged")
    return with_merged(found, folder), held


def with_rarity(known: DataFrame, counted: DataFrame, bits: int) -> DataFrame:
    """The texts, each of their words marked where a rare shingle starts."""
    from pyspark.sql import functions as F  # noqa: N812

    shingles = counted.where("common").groupBy(F.col("a").alias("number"))
    common = shingles.agg(F.collect_list("b").alias("common"))
    whole = known.select("number", "words", "flags", "marked").join(common, "number", "left")
    none = F.array().cast("array<bigint>")
    filled = whole.withColumn("common", F.coalesce("common", none))
    return filled.mapInArrow(partial(texts.with_rarity, bits=bits), texts.TEXT)


def with_merged(found: DataFrame, folder: str) -> DataFrame:
    """Call pairs `merged` where one text is made of several that are strangers to each other."""
    from pyspark.sql import functions as F  # noqa: N812

    duplicates = found.where(~F.col("kind").isin(*NO_COPY))
    sides = [("a", "b"), ("b", "a")]
    guests = [
        duplicates.select(
            F.col(host).alias("host"),
            F.col(guest).alias("guest"),
            *(F.col(f"{name}_{host}").alias(name) for name in ("from", "to", "tokens")),
        )
        for host, guest in sides
    ]
    parts = guests[0].union(guests[1]).where(F.col("to") - F.col("from") < WHOLE * F.col("tokens"))
    several = parts.repartition("host").sortWithinPartitions("host", "guest")
    apart = several.mapInArrow(pairs.hosts, pairs.HOSTED)
    met = duplicates.select(F.col("a").alias("one"), F.col("b").alias("other"))
    strangers = apart.join(met, ["one", "other"], "left_anti")
    rows = [
        strangers.select(F.least("host", name).alias("a"), F.greatest("host", name).alias("b"))
        for name in ("one", "other")
    ]
    made = rows[0].union(rows[1]).distinct().withColumn("made", F.lit(True))
    kind: Column = F.when(
        F.col("made") & (F.col("kind") != Kind.UPDATE.value), Kind.MERGED.value
    ).otherwise(F.col("kind"))
    joined = found.join(made, ["a", "b"], "left").withColumn("kind", kind)
    alike = F.col("alike") & (F.col("kind") != Kind.MERGED.value)
    columns = ("a", "b", "kind", "similarity")
    return keep(joined.select(*columns, alike.alias("alike")), folder, "pairs")


def heads_of(
    known: DataFrame,
    held: DataFrame,
    found: DataFrame,
    folder: str,
    limits: Thresholds,
    few: int,
) -> DataFrame:
    """The representative of each text's cluster: (number, head), for texts that have copies."""
    from pyspark.sql import functions as F  # noqa: N812

    edges = found.where("alike").select("a", "b")
    roots = components(edges, f"{folder}/clusters", few=few)
    both = edges.union(edges.select("b", "a")).toDF("number", "near")
    near = both.groupBy("number").agg(F.collect_list("near").alias("copies"))
    members = (
        roots.join(near, "number")
        .join(held, "number")
        .join(known.select("number", "date", "size"), "number")
    )
    ordered = members.repartition("root").sortWithinPartitions("root", "number")
    return keep(
        ordered.mapInArrow(partial(pairs.headed, limits=limits), pairs.HEADED), folder, "heads"
    )
