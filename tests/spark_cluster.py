"""For measuring Spark: a small standalone cluster that can be killed in parts, and sessions on engines."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
PORT = 17077
MASTERS = {
    "local": "local[2]",
    "standalone": f"spark://127.0.0.1:{PORT}",
    "connect": "local[2] (Connect)",
}
QUIET = {
    "spark.ui.enabled": "false",
    "spark.log.level": "OFF",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.sql.shuffle.partitions": "4",
    "spark.executor.memory": "1g",
    "spark.driver.memory": "1g",
}


class Cluster:
    """A standalone master and workers with one core each, on this machine."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.master = self._start("master.Master", "--port", str(PORT))
        self.workers: list[subprocess.Popen[bytes]] = []  # the oldest first

    def add_worker(self) -> None:
        one = self._start("worker.Worker", "-c", "1", "-m", "1500m", f"spark://127.0.0.1:{PORT}")
        self.workers.append(one)

    def kill_worker(self) -> None:
        """Kill the oldest worker."""
        stop(self.workers.pop(0))

    def _start(self, name: str, *arguments: str) -> subprocess.Popen[bytes]:
        import pyspark

        run = Path(pyspark.__file__).parent / "bin" / "spark-class"
        own = {"PYTHONPATH": str(ROOT), "SPARK_WORKER_DIR": str(self.folder / "workers")}
        where = ["--host", "127.0.0.1", "--webui-port", "0"]
        with (self.folder / "cluster.log").open("ab") as log:
            return subprocess.Popen(
                [str(run), f"org.apache.spark.deploy.{name}", *where, *arguments],
                env={**os.environ, **own},
                stdout=log,
                stderr=log,
                start_new_session=True,
            )


@contextmanager
def cluster(workers: int, folder: Path) -> Iterator[Cluster]:
    """A cluster, until the block ends."""
    made = Cluster(folder)
    try:
        time.sleep(5)
        for _ in range(workers):
            made.add_worker()
        yield made
    finally:
        for process in (made.master, *made.workers):
            stop(process)


def stop(process: subprocess.Popen[bytes]) -> None:
    """Kill a worker, its executors and their Python workers: nothing of it can answer any more."""
    for pid in [*descendants(process.pid), process.pid]:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    process.wait()


def descendants(pid: int) -> list[int]:
    found = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True, check=False)
    children = [int(line) for line in found.stdout.split()]
    return [*(d for child in children for d in descendants(child)), *children]


def spark_on(engine: str, **more: str) -> Any:
    """A session on one of MASTERS."""
    os.environ["PYTHONPATH"] = str(ROOT)
    settings = {**QUIET, "spark.executorEnv.PYTHONPATH": str(ROOT), **more}
    if engine != "connect":
        from cleaner.spark.frames import session

        return session(MASTERS[engine], settings)
    from pyspark.sql import SparkSession

    os.environ["PYSPARK_PYTHON"] = sys.executable
    builder = SparkSession.builder.remote("local[2]")
    for key, value in settings.items():
        builder = builder.config(key, value)
    return builder.getOrCreate()


def processor_seconds(name: str = "") -> float:
    """CPU time of this process and all below it, the dead ones too; or of those with this name."""
    ticks = 0
    for pid in [os.getpid(), *descendants(os.getpid())]:
        with suppress(FileNotFoundError):
            said = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
            own, _, numbers = said.partition("(")[2].rpartition(")")
            if name in own:
                ticks += sum(map(int, numbers.split()[11:15]))
    return ticks / os.sysconf("SC_CLK_TCK")
