"""The stages of one machine on Spark DataFrames, for corpora that one machine can't hold.

Only the DataFrame API is used, so it works over Spark Connect too. Workers need this package installed.
"""

from __future__ import annotations

from cleaner.spark.cleaning import clean, learn_sites
from cleaner.spark.reposts import dedup
from cleaner.spark.runs import run

__all__ = ["clean", "dedup", "learn_sites", "run"]
