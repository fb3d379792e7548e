"""Measure Spark: one digest on every engine, a killed worker, the overhead, two workers against one.

python tests/measure_spark.py digest [DOCUMENTS]      library, command, Arrow, local, standalone, Connect
python tests/measure_spark.py kill [DOCUMENTS [STAGE…]]  kill -9 one of two workers in each stage
python tests/measure_spark.py scale [PAGES]           one worker and two, on HTML
python tests/measure_spark.py overhead [DOCUMENTS]    a whole run against `cleaner clean --dedup`
"""

# ruff: noqa: E402, T201 - run as a script, for what it prints

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parent.parent)]

from test_spark_corpus import ROOT, digest_of, marked_on_one_machine, reposts, stories

from cleaner import Document
from cleaner.pipeline import Cleaner

PORT = 17077
SCHEMA = "id string, text string, date string"
QUIET = {
    "spark.ui.enabled": "false",
    "spark.log.level": "OFF",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.sql.shuffle.partitions": "4",
    "spark.executor.memory": "1g",
    "spark.driver.memory": "1g",
}


@contextmanager
def cluster(workers: int, folder: Path) -> Iterator[list[subprocess.Popen[bytes]]]:
    """A standalone master and workers with one core each, on this machine."""
    import pyspark

    run = Path(pyspark.__file__).parent / "bin" / "spark-class"
    env = {**os.environ, "PYTHONPATH": str(ROOT), "SPARK_WORKER_DIR": str(folder / "workers")}
    deploy, started = "org.apache.spark.deploy", []

    def start(*arguments: str) -> None:
        with (folder / "cluster.log").open("ab") as log:
            started.append(
                subprocess.Popen(
                    [str(run), *arguments],
                    env=env,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                )
            )

    host = ["--host", "127.0.0.1"]
    start(f"{deploy}.master.Master", *host, "--port", str(PORT), "--webui-port", "0")
    time.sleep(5)
    for _ in range(workers):
        one = ["-c", "1", "-m", "1500m", "--webui-port", "0"]
        start(f"{deploy}.worker.Worker", *host, *one, f"spark://127.0.0.1:{PORT}")
    try:
        yield started[1:]
    finally:
        for process in started:
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


def spark_on(master: str, **more: str) -> Any:
    from cleaner.spark.frames import session

    os.environ["PYTHONPATH"] = str(ROOT)
    settings = {**QUIET, "spark.executorEnv.PYTHONPATH": str(ROOT), **more}
    return session(master, settings)


def marked(spark: Any, documents: list[Document], folder: Path) -> str:
    """Clean and compare on Spark; the digest."""
    from cleaner.spark import clean, dedup
    from cleaner.spark.frames import keep

    rows = [(d.id, d.text, d.date) for d in documents]
    df = spark.createDataFrame(rows, SCHEMA).repartition(8)
    texts = keep(clean(df), str(folder), "cleaned")
    few = {"few": 0} if os.environ.get("STARS") else {}
    return digest_of(dedup(texts, work=str(folder), **few).toArrow().to_pylist())


def corpus(size: int) -> list[Document]:
    """Made reposts, or with CLEANER_BENCH_DATA those of the development corpus."""
    if os.environ.get("CLEANER_BENCH_DATA"):
        from test_spark_corpus import dev_reposts

        return dev_reposts()[:size]
    return reposts(max(size // 4, 1))[:size]


def alone(documents: list[Document]) -> list[Document]:
    tool = Cleaner()
    return [d.replace(text=tool.clean(d).text) for d in documents]


def by_arrow(documents: list[Document]) -> list[Document]:
    import pyarrow as pa

    from cleaner.arrow import clean_batch

    columns = {name: [getattr(d, name) for d in documents] for name in ("id", "text", "date")}
    rows = clean_batch(pa.table(columns)).to_pylist()
    return [Document(**row) for row in rows]


def by_command(documents: list[Document], folder: Path, *more: str) -> list[dict[str, Any]]:
    """What `cleaner clean --dedup` writes."""
    source, output = folder / "in.jsonl", folder / f"out{len(more)}.jsonl"
    rows = [{name: getattr(d, name) for name in ("id", "text", "date")} for d in documents]
    source.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    command = [sys.executable, "-m", "cleaner", "clean", str(source), "-o", str(output), "--dedup"]
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    subprocess.run([*command, *more], check=True, stderr=subprocess.DEVNULL, env=env)
    parts = sorted(output.iterdir()) if output.is_dir() else [output]
    return [json.loads(line) for part in parts for line in part.read_text("utf-8").splitlines()]


def report(name: str, began: float, digest: str) -> None:
    print(f"{name:28} {time.perf_counter() - began:7.1f} s  {digest[:16]}", flush=True)


def measure_digest(size: int) -> None:
    documents = corpus(size)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for engine, work in (("library", alone), ("Arrow", by_arrow)):
            began = time.perf_counter()
            report(engine, began, digest_of(marked_on_one_machine(work(documents))))
        for engine, more in (("command", []), ("command on Spark", ["--engine", "spark"])):
            began = time.perf_counter()
            report(engine, began, digest_of(by_command(documents, folder, *more)))
        in_processes("local", size, folder)
        with cluster(2, folder):
            in_processes("standalone", size, folder)
        in_processes("connect", size, folder)


MASTERS = {
    "local": "local[2]",
    "standalone": f"spark://127.0.0.1:{PORT}",
    "connect": "local[2] (Connect)",
}


def in_processes(engine: str, size: int, folder: Path) -> None:
    """Run one engine in a process of its own: a process has one Spark."""
    subprocess.run([sys.executable, __file__, f"on-{engine}", str(size), str(folder)], check=False)


def measure_on(engine: str, size: int, folder: Path) -> None:
    documents = corpus(size)
    if engine == "connect":
        from pyspark.sql import SparkSession

        os.environ["PYTHONPATH"] = str(ROOT)
        os.environ["PYSPARK_PYTHON"] = sys.executable
        builder = SparkSession.builder.remote("local[2]")
        for key, value in QUIET.items():
            builder = builder.config(key, value)
        spark = builder.getOrCreate()
    else:
        spark = spark_on(MASTERS[engine])
    began = time.perf_counter()
    report(f"Spark {MASTERS[engine]}", began, marked(spark, documents, folder / engine))
    spark.stop()


STAGES = (
    *(
        "cleaned",
        "read",
        "numbers",
        "texts",
        "looking-alike",
        "copies",
        "leaders/stars-1",
        "counted",
    ),
    *("rare", "candidates", "judged", "pairs", "clusters/stars-1", "heads", "marks"),
)
RUN_STAGES = ("profiles", "cleaned", "written")


def measure_kill(size: int) -> None:
    """Kill one of two workers when a stage has been begun, in a run for each of some stages.

    Components are made by stars, as large ones are. `run-profiles`, `run-cleaned` and `run-written` are
    stages of `cleaner clean --engine spark`: site profiles, pages cut and cleaned, the output.
    """
    documents = corpus(size)
    print(f"{'expected':28} {'':9}  {digest_of(marked_on_one_machine(alone(documents)))[:16]}")
    for stage in sys.argv[3:] or [*STAGES, *(f"run-{stage}" for stage in RUN_STAGES)]:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            own = stage.removeprefix("run-")
            engine = "standalone" if own == stage else "run"
            with cluster(2, folder) as workers:
                command = [sys.executable, __file__, f"on-{engine}", str(size), str(folder)]
                child = subprocess.Popen(
                    command, stdout=subprocess.PIPE, text=True, env={**os.environ, "STARS": "1"}
                )
                begun = {
                    "profiles": ("run/begun",),
                    "written": ("run/out.jsonl/.part*", "run/out.jsonl/part*"),
                }.get(
                    own, (f"{engine}/{own}", f"{engine}/cleaner-*/{own}", f"{engine}/run-*/{own}")
                )
                while child.poll() is None and not any(list(folder.glob(x)) for x in begun):
                    time.sleep(0.02)
                time.sleep(2 if own == "profiles" else 0)  # until its tasks are under way
                done = child.poll() is not None
                stop(workers[0])
                said = child.communicate()[0].strip() or f"exit {child.returncode}"
                late = "  (the run was over before)" if done else ""
                print(f"killed in {stage:18} {said}{late}", flush=True)


def measure_run(size: int, folder: Path) -> None:
    """A whole run with two workers, which learns sites: the digest of what it writes."""
    from cleaner.spark import run

    documents = corpus(size)
    folder.mkdir(exist_ok=True)
    source = folder / "in.jsonl"
    rows = [{name: getattr(d, name) for name in ("id", "text", "date")} for d in documents]
    source.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    spark = spark_on(MASTERS["standalone"])
    began = time.perf_counter()
    (folder / "begun").touch()
    output = folder / "out.jsonl"
    run(
        [str(source)],
        str(output),
        master="",
        spark=spark,
        work=str(folder),
        learn=True,
        reposts=True,
    )
    lines = [line for part in sorted(output.glob("part*")) for line in part.open(encoding="utf-8")]
    report("Spark run", began, digest_of(list(map(json.loads, lines))))
    spark.stop()


# Spark packs small files into as many partitions as there are cores: then the slower half decides.
EVEN = {"spark.sql.files.openCostInBytes": "0", "spark.sql.files.minPartitionNum": "16"}


def measure_scale(pages: int) -> None:
    """Pages to texts with one worker and with two."""
    from cleaner.spark import clean

    made = [
        (d.id, f"<html><title>T</title><body><nav>{'<a href=x>Menu</a>' * 40}</nav><article>{body}")
        for d in stories(pages)
        for body in ["".join(f"<p>{line}</p>" for line in d.text.split("\n\n"))]
    ]
    taken = {}
    with tempfile.TemporaryDirectory() as name, cluster(2, Path(name)):
        for cores in (1, 2):
            spark = spark_on(MASTERS["standalone"], **EVEN, **{"spark.cores.max": str(cores)})
            df = spark.createDataFrame(made, "id string, html string").repartition(16)
            df.write.parquet(f"{name}/pages-{cores}")
            df = spark.read.parquet(f"{name}/pages-{cores}")
            warm = clean(df, html_key="html")
            warm.write.parquet(f"{name}/warm-{cores}")  # so that every worker has begun
            began = time.perf_counter()
            clean(df, html_key="html").write.parquet(f"{name}/texts-{cores}")
            taken[cores] = time.perf_counter() - began
            print(f"{cores} worker(s): {pages} pages in {taken[cores]:.1f} s", flush=True)
            spark.stop()
    print(f"1 -> 2 workers: {taken[1] / taken[2]:.2f}x; load {os.getloadavg()[0]:.1f}")


def processor_seconds() -> float:
    """CPU time of this process and all below it, the dead ones too."""
    ticks = 0
    for pid in [os.getpid(), *descendants(os.getpid())]:
        with suppress(FileNotFoundError):
            said = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
            ticks += sum(map(int, said[11:15]))
    return ticks / os.sysconf("SC_CLK_TCK")


def measure_overhead(size: int) -> None:
    """A run over a file of JSONL with its reposts, by one machine's engine and by Spark."""
    from cleaner.config import Config
    from cleaner.corpus import Options, clean_corpus
    from cleaner.spark import run

    with tempfile.TemporaryDirectory() as name:
        source = Path(name, "in.jsonl")
        with source.open("w", encoding="utf-8") as stream:
            for d in stories(size):
                stream.write(json.dumps({"id": d.id, "text": d.text, "date": d.date}) + "\n")
        began, used = time.perf_counter(), processor_seconds()
        clean_corpus(
            [str(source)],
            f"{name}/alone.jsonl",
            config=Config(),
            complain=print,
            options=Options(dedup=True),
        )
        one, one_used = time.perf_counter() - began, processor_seconds() - used
        print(f"one machine: {size} documents in {one:.1f} s, {one_used:.1f} CPU s", flush=True)
        used = processor_seconds()
        spark = spark_on("local[2]")
        started = processor_seconds() - used
        began = time.perf_counter()
        run([str(source)], f"{name}/out.jsonl", master="", spark=spark, reposts=True)
        took, all_used = time.perf_counter() - began, processor_seconds() - used
        parts = sorted(Path(name, "out.jsonl").iterdir())
        same = b"".join(p.read_bytes() for p in parts) == Path(name, "alone.jsonl").read_bytes()
        print(f"Spark local[2]: {took:.1f} s, {all_used:.1f} CPU s, {started:.1f} of them to start")
        print(f"{took / one:.2f}x wall, {all_used / one_used:.2f}x CPU; the same bytes: {same}")
        spark.stop()


if __name__ == "__main__":
    what, size = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 2000
    if what == "on-run":
        measure_run(size, Path(sys.argv[3]) / "run")
    elif what.startswith("on-"):
        measure_on(what.removeprefix("on-"), size, Path(sys.argv[3]))
    else:
        {
            "digest": measure_digest,
            "kill": measure_kill,
            "scale": measure_scale,
            "overhead": measure_overhead,
        }[what](size)
