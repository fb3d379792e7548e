"""Connected components of edges in a DataFrame, by alternating large and small stars.

Kiveris and others, "Connected components in MapReduce and beyond", 2014. A star is a node with its
neighbours; each round ties them to the smallest of them, until every component is one star.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cleaner.dedup.copies import roots
from cleaner.errors import CleanerError
from cleaner.spark.frames import keep

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql import DataFrame, SparkSession

FEW = 1 << 21  # edges that one process joins faster than a cluster starts a round: 32 MB
ROUNDS = 64  # a path of a billion nodes takes about thirty


def components(edges: DataFrame, folder: str, *, few: int = FEW) -> DataFrame:
    """Return (number, root) for every node of the edges (a, b): root is the smallest of its component."""
    some = edges.limit(few + 1).toArrow()
    if some.num_rows <= few:
        return joined(some, edges.sparkSession)
    return stars(edges, folder)


def joined(table: pa.Table, spark: SparkSession) -> DataFrame:
    """Components of edges (a, b) that fit in one process."""
    import pyarrow as pa

    a, b = (table.column(name).to_numpy() for name in ("a", "b"))
    nodes, where = np.unique(np.concatenate([a, b]), return_inverse=True)
    root = nodes[roots(len(nodes), where[: len(a)], where[len(a) :])]
    found = pa.table([pa.array(nodes, pa.int64()), pa.array(root, pa.int64())], ["number", "root"])
    return spark.createDataFrame(found, "number long, root long")


def stars(edges: DataFrame, folder: str) -> DataFrame:
    """Components by stars. Each round is written, so that a lost worker costs a part of one round."""
    from pyspark.sql import functions as F  # noqa: N812

    small, large = F.least("a", "b"), F.greatest("a", "b")
    current = keep(edges.select(small.alias("a"), large.alias("b")).distinct(), folder, "stars-0")
    seen = None
    for number in range(1, ROUNDS):
        current = keep(small_star(large_star(current)), folder, f"stars-{number}")
        print_ = current.agg(F.count("*"), F.expr("bit_xor(xxhash64(a, b))")).first()
        if print_ == seen:
            break
        seen = print_
    leaves = current.select(F.col("b").alias("number"), F.col("a").alias("root"))
    centres = current.select(F.col("a").alias("number"), F.col("a").alias("root"))
    found = leaves.union(centres).distinct()
    one = found.withColumnRenamed("number", "a")
    other = found.select(F.col("number").alias("b"), F.col("root").alias("of"))
    torn = edges.join(one, "a").join(other, "b").where(F.col("root") != F.col("of"))
    if found.count() != found.select("number").distinct().count() or not torn.isEmpty():
        raise CleanerError(
            f"the components in {folder} don't hold together. This is a fault of cleaner: please report it."
        )
    return found


def large_star(edges: DataFrame) -> DataFrame:
    """Tie all larger neighbours of each node to the smallest one. Edges are a < b, in and out."""
    from pyspark.sql import functions as F  # noqa: N812

    both = edges.union(edges.select(F.col("b"), F.col("a"))).toDF("node", "near")
    least = both.groupBy("node").agg(F.min("near").alias("least"))
    tied = both.where(F.col("near") > F.col("node")).join(least, "node")
    root = F.least("node", "least")
    return tied.select(root.alias("a"), F.col("near").alias("b")).distinct()


def small_star(edges: DataFrame) -> DataFrame:
    """Tie each node and its smaller neighbours to the smallest of them."""
    from pyspark.sql import functions as F  # noqa: N812

    least = edges.groupBy("b").agg(F.min("a").alias("least"))
    tied = edges.join(least, "b").where(F.col("a") != F.col("least"))
    others = tied.select(F.col("least").alias("a"), F.col("a").alias("b"))
    return others.union(least.select(F.col("least").alias("a"), "b")).distinct()
