"""Measure Spark: one digest on every engine, a killed worker, the overhead, two workers against one.

python tests/measure_spark.py digest [DOCUMENTS | FILE…]  library, command, Arrow, local, standalone, Connect
python tests/measure_spark.py kill [DOCUMENTS [STAGE…]]   kill -9 one of two workers in one stage after the other
python tests/measure_spark.py scale [PAGES | FILE…]       one worker and two, on HTML
python tests/measure_spark.py overhead [DOCUMENTS]        a whole run against `cleaner clean --dedup`

A FILE is JSONL, or packed as .zst: records with `text` or `html`, or lines with `doc`.
"""

# ruff: noqa: E402, T201 - run as a script, for what it prints

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parent.parent)]

from spark_cluster import MASTERS, ROOT, Cluster, cluster, processor_seconds, spark_on
from test_spark_corpus import digest_of, marked_on_one_machine, page_of, reposts, stories

from cleaner import Document, extract
from cleaner.pipeline import Cleaner

KEYS = ("id", "text", "url", "title", "lang", "date", "site")
PAGES = "pages"  # a folder, and so the beginning of the id of a page
FILES = 16


def rows_of(file: str) -> Iterator[dict[str, Any]]:
    """The records of a corpus of JSONL; lines that name their `doc` are put together again."""
    with Path(file).open("rb") as raw:
        stream: Any = raw
        if file.endswith(".zst"):
            import zstandard

            stream = zstandard.ZstdDecompressor(max_window_size=1 << 27).stream_reader(raw)
        rows = map(json.loads, io.TextIOWrapper(stream, encoding="utf-8"))
        for name, group in groupby(rows, key=lambda row: row.get("doc") if "line" in row else None):
            if name is None:
                yield from group
            else:
                yield {"id": name, "text": "\n".join(row["text"] for row in group)}


def corpora(files: Iterable[str]) -> tuple[list[Document], list[Document]]:
    """Documents and pages of several files; an id that was there before gets the name of its file."""
    documents: dict[str, Document] = {}
    pages = []
    for file in files:
        for row in rows_of(file):
            if "html" in row:
                pages.append(Document(row["html"], id=f"{PAGES}/{len(pages):05}.html"))
                continue
            known = {key: row.get(key) or "" for key in KEYS}
            if known["id"] in documents:
                known["id"] = f"{Path(file).name.partition('.')[0]}/{known['id']}"
            if known["id"] in documents:
                sys.exit(f"{file}: two records have the id {known['id']}")
            documents[known["id"]] = Document(**known)
    return list(documents.values()), pages


def corpus(what: list[str]) -> tuple[list[Document], list[Document]]:
    """What was asked for: files, or a number of made reposts (with CLEANER_BENCH_DATA, of real ones)."""
    if what and not what[0].isdecimal():
        return corpora(what)
    size = int(what[0]) if what else 2000
    if os.environ.get("CLEANER_BENCH_DATA"):
        from test_spark_corpus import dev_reposts

        return dev_reposts()[:size], []
    return reposts(max(size // 4, 1))[:size], []


def lay_out(documents: list[Document], pages: list[Document], folder: Path) -> None:
    """Write a corpus as the engines read it: JSONL and pages for the command, Parquet for frames."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    with (folder / "in.jsonl").open("w", encoding="utf-8") as stream:
        for d in documents:
            stream.write(json.dumps({key: getattr(d, key) for key in KEYS}) + "\n")
    (folder / PAGES).mkdir()
    for page in pages:
        (folder / PAGES / Path(page.id).name).write_bytes(page.text.encode())
    columns = {
        "documents": {key: [getattr(d, key) for d in documents] for key in KEYS},
        "html": {"id": [page.id for page in pages], "html": [p.text.encode() for p in pages]},
    }
    kinds = {"html": pa.binary()}
    for name, values in columns.items():
        (folder / name).mkdir()
        table = pa.table(values, pa.schema([(key, kinds.get(key, pa.string())) for key in values]))
        step = -(-table.num_rows // FILES) or 1
        for start in range(0, max(table.num_rows, 1), step):
            pq.write_table(table.slice(start, step), folder / name / f"{start:06}.parquet")


def marked(spark: Any, folder: Path, work: Path) -> str:
    """Clean and compare on Spark what was laid out; the digest."""
    from cleaner.spark import clean, dedup
    from cleaner.spark.frames import keep

    read = spark.read.parquet(f"{folder}/documents").repartition(8)
    texts = clean(read).select("id", "text", "date")
    pages = spark.read.parquet(f"{folder}/html")
    found = clean(pages, html_key="html").where("text is not null").select("id", "text", "date")
    both = keep(texts.union(found), str(work), "cleaned")
    few = {"few": 0} if os.environ.get("STARS") else {}
    return digest_of(dedup(both, work=str(work), **few).toArrow().to_pylist())


def stories_of(pages: list[Document]) -> list[Document]:
    """The stories of pages, as documents."""
    found = [extract(page.text.encode()).replace(id=page.id) for page in pages]
    return [story for story in found if story.text]


def alone(documents: list[Document]) -> list[Document]:
    tool = Cleaner()
    return [d.replace(text=tool.clean(d).text) for d in documents]


def by_arrow(documents: list[Document]) -> list[Document]:
    import pyarrow as pa

    from cleaner.arrow import clean_batch

    columns = {name: [getattr(d, name) for d in documents] for name in KEYS}
    return [Document(**row) for row in clean_batch(pa.table(columns)).to_pylist()]


def by_command(folder: Path, *more: str) -> list[dict[str, Any]]:
    """What `cleaner clean --dedup` writes."""
    output = folder / f"out{len(more)}.jsonl"
    pages = [str(folder / PAGES)] if any((folder / PAGES).iterdir()) else []
    inputs = [str(folder / "in.jsonl"), *pages]
    command = [sys.executable, "-m", "cleaner", "clean", *inputs, "-o", str(output), "--dedup"]
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    subprocess.run([*command, *more], check=True, stderr=subprocess.DEVNULL, env=env)
    return lines_of(output)


def lines_of(output: Path) -> list[dict[str, Any]]:
    """The records of a file of JSONL, or of a folder of parts."""
    parts = sorted(output.glob("part-*")) if output.is_dir() else [output]
    return [json.loads(line) for part in parts for line in part.open(encoding="utf-8")]


def report(name: str, began: float, digest: str) -> None:
    print(f"{name:28} {time.perf_counter() - began:7.1f} s  {digest[:16]}", flush=True)


def measure_digest(what: list[str]) -> None:
    documents, pages = corpus(what)
    print(f"{len(documents)} documents, {len(pages)} pages", flush=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        lay_out(documents, pages, folder)
        read = [*documents, *stories_of(pages)]
        for engine, work in (("library", alone), ("Arrow", by_arrow)):
            began = time.perf_counter()
            report(engine, began, digest_of(marked_on_one_machine(work(read))))
        for engine, more in (("command", []), ("command on Spark", ["--engine", "spark"])):
            began = time.perf_counter()
            report(engine, began, digest_of(by_command(folder, *more)))
        in_processes("local", folder)
        with cluster(2, folder):
            in_processes("standalone", folder)
        in_processes("connect", folder)


def in_processes(engine: str, folder: Path) -> None:
    """Run one engine in a process of its own: a process has one Spark."""
    subprocess.run([sys.executable, __file__, f"on-{engine}", str(folder)], check=False)


def measure_on(engine: str, folder: Path) -> None:
    spark = spark_on(engine)
    began = time.perf_counter()
    report(f"Spark {MASTERS[engine]}", began, marked(spark, folder, folder / engine))
    spark.stop()


STAGES = (
    *("cleaned", "read", "numbers", "texts", "copies", "leaders/stars-1", "counted", "rare"),
    *("judged", "pairs", "clusters/stars-1", "heads", "members", "marks"),
)
RUN_STAGES = ("profiles", "cleaned", "written")


def measure_kill(what: list[str]) -> None:
    """Kill the oldest of two workers when a stage has been begun, and start another: so in every stage.

    Components are made by stars, as large ones are. The second run is that of `cleaner clean --engine
    spark`, with the stages: site profiles, pages cut and cleaned, the output.
    """
    documents, pages = corpus(what[:1])
    expected = digest_of(marked_on_one_machine(alone(documents)))
    print(f"{'expected':28} {'':9}  {expected[:16]}", flush=True)
    for engine, stages in (("standalone", what[1:] or STAGES), ("run", RUN_STAGES)):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            lay_out(documents, pages, folder)
            with cluster(2, folder) as made:
                command = [sys.executable, __file__, f"on-{engine}", str(folder)]
                env = {**os.environ, "STARS": "1"}
                child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=env)
                for stage in stages:
                    kill_in(stage, made, child, folder / engine)
                said = child.communicate()[0].strip() or f"exit {child.returncode}"
                print(said, flush=True)


def kill_in(stage: str, made: Cluster, child: subprocess.Popen[str], work: Path) -> None:
    """Wait until a stage has been begun, kill a worker and start another one."""
    names = {"profiles": ["begun"], "written": ["out.jsonl/.part*", "out.jsonl/part*"]}
    places = names.get(stage, [stage, f"cleaner-*/{stage}", f"run-*/{stage}"])
    while child.poll() is None and not any(list(work.glob(place)) for place in places):
        time.sleep(0.02)
    time.sleep(2 if stage == "profiles" else 0)  # until its tasks are under way
    done = any(list(work.glob(f"{place}/_SUCCESS")) for place in places)
    late = ", which was over" if done or child.poll() is not None else ""
    made.kill_worker()
    made.add_worker()
    print(f"killed in {stage}{late}", flush=True)


def measure_run(folder: Path) -> None:
    """A whole run with two workers, which learns sites: the digest of what it writes."""
    from cleaner.spark import run

    work = folder / "run"
    work.mkdir()
    spark = spark_on("standalone")
    began = time.perf_counter()
    (work / "begun").touch()
    output = work / "out.jsonl"
    more = {"work": str(work), "learn": True, "reposts": True}
    run([str(folder / "in.jsonl")], str(output), master="", spark=spark, **more)
    report("Spark run", began, digest_of(lines_of(output)))
    spark.stop()


# Spark packs small files into as many partitions as there are cores: then the slower half decides.
EVEN = {"spark.sql.files.openCostInBytes": "0", "spark.sql.files.minPartitionNum": "16"}


def measure_scale(what: list[str]) -> None:
    """Pages to texts with one worker and with two, and whose CPU seconds that took."""
    from cleaner.spark import clean

    if what and not what[0].isdecimal():
        pages = corpora(what)[1]
    else:
        menu = f"<nav>{'<a href=x>Menu</a>' * 40}</nav>"
        made = stories(int(what[0]) if what else 2000)
        pages = [d.replace(text=page_of(d.text).replace("<body>", f"<body>{menu}")) for d in made]
    taken = {}
    with tempfile.TemporaryDirectory() as name, cluster(2, Path(name)):
        lay_out([], pages, Path(name))
        for cores in (1, 2):
            spark = spark_on("standalone", **EVEN, **{"spark.cores.max": str(cores)})
            df = spark.read.parquet(f"{name}/html")
            stories_ = clean(df, html_key="html", drop_html=True)
            stories_.write.parquet(f"{name}/warm-{cores}")  # so that every worker has begun
            began, used = time.perf_counter(), [processor_seconds(x) for x in ("java", "python")]
            stories_.write.parquet(f"{name}/texts-{cores}")
            taken[cores] = time.perf_counter() - began
            java, python = (
                processor_seconds(x) - before
                for x, before in zip(("java", "python"), used, strict=True)
            )
            print(
                f"{cores} worker(s): {len(pages)} pages in {taken[cores]:.1f} s; "
                f"CPU: Python {python:.1f} s, JVM {java:.1f} s",
                flush=True,
            )
            spark.stop()
    print(f"1 -> 2 workers: {taken[1] / taken[2]:.2f}x; load {os.getloadavg()[0]:.1f}")


def measure_overhead(what: list[str]) -> None:
    """A run over a file of JSONL with its reposts, by one machine's engine and by Spark."""
    from cleaner.config import Config
    from cleaner.corpus import Options, clean_corpus
    from cleaner.spark import run

    size = int(what[0]) if what else 2000
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
        spark = spark_on("local")
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
    command, rest = sys.argv[1], sys.argv[2:]
    if command == "on-run":
        measure_run(Path(rest[0]))
    elif command.startswith("on-"):
        measure_on(command.removeprefix("on-"), Path(rest[0]))
    else:
        {
            "digest": measure_digest,
            "kill": measure_kill,
            "scale": measure_scale,
            "overhead": measure_overhead,
        }[command](rest)
