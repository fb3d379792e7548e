"""From pairs and clusters of texts to what is said of each document: whose copy it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cleaner.dedup.duplicates import LISTED
from cleaner.dedup.kinds import Kind
from cleaner.dedup.standing import DATE

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame


def marks_of(documents: DataFrame, known: DataFrame, found: DataFrame) -> DataFrame:
    """Return (own, duplicate) for documents that are a copy, as `cleaner.seen.duplicates_of` chooses it."""
    from pyspark.sql import functions as F  # noqa: N812

    near = found.where(F.col("kind") != Kind.SERIES.value)
    digests = known.select("number", "digest")
    for side in ("a", "b"):
        near = near.join(digests.toDF(side, f"digest_{side}"), side)
    listed = documents.where(F.col("place") <= LISTED)
    pairs = near.select("digest_a", "digest_b", "kind", "similarity")
    for side in ("a", "b"):
        pairs = pairs.join(sided(listed, side), f"digest_{side}")
    first = (F.col("copies_a") > 1) & ((F.col("copies_a") <= LISTED) | (F.col("place_a") == 1))
    twins = sided(documents, "a").where(first)
    others = sided(documents, "b")
    twins = (
        twins.join(others, F.col("digest_a") == F.col("digest_b"))
        .where("place_a < place_b")
        .withColumns({"kind": F.lit(Kind.EXACT.value), "similarity": F.lit(1.0)})
    )
    both = pairs.unionByName(twins)
    return best(both_ways(both))


def both_ways(pairs: DataFrame) -> DataFrame:
    """Each pair, and the same with its sides swapped: by rows, for a union would compute the pairs twice."""
    from pyspark.sql import functions as F  # noqa: N812

    other = {"_a": "_b", "_b": "_a"}
    swapped = [
        f"{name[:-2]}{other[name[-2:]]}" if name[-2:] in other else name for name in pairs.columns
    ]
    turns = [
        F.struct(*(F.col(name).alias(own) for name, own in zip(names, pairs.columns, strict=True)))
        for names in (pairs.columns, swapped)
    ]
    return pairs.select(F.inline(F.array(*turns)))


def members(read: DataFrame, known: DataFrame, heads: DataFrame) -> DataFrame:
    """All documents that aren't blank: place among those with the same text, and id of the representative."""
    from pyspark.sql import Window
    from pyspark.sql import functions as F  # noqa: N812

    same = Window.partitionBy("digest")
    earliest = F.struct(trusted_date().alias("date"), "id")
    documents = read.where("not blank").select(
        "id",
        "date",
        "size",
        "digest",
        F.row_number().over(same.orderBy("id")).alias("place"),
        F.count("*").over(same).alias("copies"),
        F.min("id").over(same).alias("first"),
        F.min(earliest).over(same)["id"].alias("earliest"),
    )
    named = (
        heads.join(known.select("number", F.col("id").alias("first")), "number")
        .join(
            known.select(F.col("number").alias("head"), F.col("earliest").alias("cluster")), "head"
        )
        .select("first", "cluster")
    )
    joined = documents.join(named, "first", "left")
    named_all = joined.withColumn("cluster", F.coalesce("cluster", "earliest"))
    return named_all.drop("first", "earliest")


def trusted_date() -> Column:
    """The date of a document as `cleaner.dedup.standing.trusted` reads it."""
    from pyspark.sql import functions as F  # noqa: N812

    date = F.when(F.col("date").rlike(f"^(?:{DATE.pattern})"), F.col("date"))
    return F.coalesce(date, F.lit("9999"))


def sided(documents: DataFrame, side: str) -> DataFrame:
    """Documents as one side of pairs."""
    return documents.withColumnsRenamed({name: f"{name}_{side}" for name in documents.columns})


def best(pairs: DataFrame) -> DataFrame:
    """Choose for each document a the pair that says most: with its representative, then the most alike."""
    from pyspark.sql import functions as F  # noqa: N812

    def long(*, first: int) -> Column:
        """Whether a is the longer (first = 1) or the shorter of the two, or has the larger id."""
        one, other = (
            F.struct(first * F.col(f"size_{side}"), F.col(f"id_{side}")) for side in ("a", "b")
        )
        return one > other

    dated = (F.col("date_a") != "") & (F.col("date_b") != "") & (F.col("date_a") != F.col("date_b"))
    derived = (
        F.when(F.col("kind") == Kind.MERGED.value, long(first=1))
        .when(dated & (F.col("kind") != Kind.EXCERPT.value), F.col("date_a") > F.col("date_b"))
        .otherwise(long(first=-1))
    )
    asked = pairs.where((F.col("id_a") != F.col("cluster_a")) | derived)
    order = F.struct(
        (F.col("id_b") != F.col("cluster_a")).alias("stranger"),
        (-F.col("similarity")).alias("unlike"),
        F.col("id_b").alias("of"),
        F.col("kind").alias("kind"),
        F.col("similarity").alias("similarity"),
        F.col("cluster_a").alias("cluster"),
    )
    chosen = asked.groupBy(F.col("id_a").alias("own")).agg(F.min(order).alias("best"))
    names = ("of", "kind", "similarity", "cluster")
    return chosen.select(
        "own", F.struct(*(F.col(f"best.{name}") for name in names)).alias("duplicate")
    )
