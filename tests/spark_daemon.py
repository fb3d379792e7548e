"""What Spark starts in the tests to fork its Python workers: it loads once what each would load again."""

import pandas as pd
import pyarrow as pa
from pyspark import daemon, worker

import cleaner
from cleaner import spark

LOADED = (pd, pa, worker, spark)
cleaner.extract("<html><title>T</title><article><p>" + "The bank cut its rates on Monday. " * 20)
cleaner.clean("Shares fell .\n\nLeave a Reply")

if __name__ == "__main__":
    daemon.manager()
