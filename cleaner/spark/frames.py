"""A session, and frames that are written to a folder and read again."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from cleaner.errors import ConfigError

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

# Batches of pages are large: a few hundred, not Spark's ten thousand, go to a Python worker at once.
SETTINGS = {
    "spark.sql.execution.arrow.maxRecordsPerBatch": "512",
    "spark.sql.session.timeZone": "UTC",
    "spark.ui.showConsoleProgress": "false",
}


LOCAL = re.compile(r"\Alocal\[(?P<cores>[*\d]+)\]\Z")


def session(master: str, config: Mapping[str, Any] | None = None) -> SparkSession:
    """Return a session: of a cluster (`spark://…`, `yarn`, `local[4]`), or over Spark Connect (`sc://…`).

    A task is tried four times on `local[4]` too, as on a cluster: what kills a process is found by that.
    """
    try:
        from pyspark.sql import SparkSession
    except ImportError:
        raise ConfigError(
            "Spark is not installed: pip install 'news-text-cleaner[spark]'; it needs Java 17 or later"
        ) from None

    builder = SparkSession.builder.appName("cleaner")
    if master.startswith("sc://"):
        builder = builder.remote(master)
    else:
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
        builder = builder.master(LOCAL.sub(r"local[\g<cores>,4]", master))
    for name, value in {**SETTINGS, **(config or {})}.items():
        builder = builder.config(name, str(value))
    return builder.getOrCreate()


def keep(df: DataFrame, folder: str, name: str, *by: str) -> DataFrame:
    """Write a frame to a folder of the cluster's storage and return what was written.

    That is a reliable checkpoint which works over Spark Connect, is computed once, and outlives any
    worker: what follows reads files, not the memory of executors. `by` names columns for folders.
    """
    path = f"{folder.rstrip('/')}/{name}"
    df.write.mode("overwrite").partitionBy(*by).parquet(path)
    return df.sparkSession.read.schema(df.schema).parquet(path)
