"""The same stages on Spark DataFrames: same texts, ids, kinds and clusters as on one machine."""

from __future__ import annotations

import json
import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from test_spark_corpus import (
    dev_reposts,
    digest_of,
    frame,
    marked_on_one_machine,
    marks_of_one_machine,
    on_one_machine,
    page_of,
    reposts,
    session,
    stories,
)

from cleaner import Cleaner, ConfigError, Document, extract, learn_sites
from cleaner.arrow import clean_batch
from cleaner.config import Config

pytestmark = pytest.mark.filterwarnings("ignore")
STORY = (
    "The bank of the north said on Monday that it would cut its rates in the spring of the year."
)
TEXTS = [f"{STORY}\n\nLeave a Reply", None, f"{STORY} &amp; more", "", "Café won&#8217;t reopen ."]


@pytest.fixture(scope="session")
def spark(tmp_path_factory: pytest.TempPathFactory):
    yield from session(tmp_path_factory.mktemp("spark"))


def test_a_frame_is_its_rows(spark) -> None:
    import pyarrow as pa

    from cleaner.spark import clean

    rows = [(number, text, number / 2) for number, text in enumerate(TEXTS)]
    df = frame(spark, rows, "id body score").repartition(2)
    found = clean(df, text_key="body", findings=True).toArrow().sort_by("id")
    tool = Cleaner()
    expected = [None if t is None else tool.clean(Document(t)).text for t in TEXTS]
    assert found.column("body").to_pylist() == expected
    assert found.column("score").to_pylist() == [row[2] for row in rows]
    batch = pa.record_batch({"id": pa.array(range(len(TEXTS))), "body": pa.array(TEXTS)})
    alone = clean_batch(batch, text_key="body", findings=True)
    assert found.column("cleaner").to_pylist() == alone.column("cleaner").to_pylist()


def test_pages_become_stories(spark) -> None:
    from cleaner.spark import clean

    page = page_of(stories(1)[0].text)
    df = frame(spark, [(1, page), (2, ""), (3, None)], "id page")
    found = clean(df, html_key="page").toArrow().sort_by("id")
    assert found.column("page").to_pylist() == [page, "", None]
    rows = found.to_pylist()
    alone = Cleaner().clean(extract(page))
    assert [row["text"] for row in rows] == [alone.text, None, None]
    assert alone.text
    assert rows[0]["title"] == "Rates"
    without = clean(df, html_key="page", drop_html=True)
    assert without.columns == [name for name in found.column_names if name != "page"]
    same = clean(df.withColumnRenamed("page", "text"), html_key="text", drop_html=True)
    assert same.columns == ["id", "text", *found.column_names[3:]]


def test_wrong_options_are_refused_before_anything_runs(spark) -> None:
    from cleaner.spark import clean

    df = frame(spark, [(1, "a")], "id body")
    with pytest.raises(ConfigError, match="no column 'text'; give text_key, one of: id, body"):
        clean(df)
    with pytest.raises(ConfigError, match="no option 'slect'"):
        clean(df, text_key="body", slect=["BP"])
    with pytest.raises(ConfigError, match="no rule has the code"):
        clean(df, text_key="body", select=["XX"])


def test_sites_are_learned_alike_and_used(spark) -> None:
    from cleaner.spark import clean
    from cleaner.spark import learn_sites as learn_on_spark

    documents = [
        document.replace(
            url=f"https://www.site{number % 3}.org/{number}",
            text=f"{document.text}\n\nThe Site{number % 3} Desk, all rights reserved",
        )
        for number, document in enumerate(stories(48))
    ]
    rows = [(d.id, d.text, d.url) for d in documents]
    df = frame(spark, rows, "id text url").repartition(2)
    found = learn_on_spark(df)
    assert found == learn_sites(sorted(documents, key=lambda document: document.id))
    assert found
    tool = Cleaner(sites=found)
    expected = {d.id: tool.clean(d).text for d in documents}
    cleaned = clean(df, sites=found).toArrow().to_pylist()
    assert {row["id"]: row["text"] for row in cleaned} == expected


@pytest.mark.benchmark
@pytest.mark.parametrize("name", ["made", "dev"])
def test_reposts_are_those_of_one_machine(spark, tmp_path: Path, name: str) -> None:
    from cleaner.spark import dedup

    documents = reposts(300, seed=3) if name == "made" else dev_reposts()
    rows = [(d.id, d.text, d.date) for d in documents]
    df = frame(spark, rows, "id text date")
    found = dedup(df.repartition(3), work=str(tmp_path)).toArrow().to_pylist()
    assert digest_of(found) == digest_of(marked_on_one_machine(documents))


def test_the_snippet_of_the_readme_marks_what_one_machine_marks(spark, tmp_path: Path) -> None:
    import pyarrow.parquet as pq

    text = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")
    code = text.partition("```py\n")[2].partition("```")[0]
    assert "dedup" in code
    rows = [(d.id, page_of(d.text), d.date) for d in reposts(10)]
    frame(spark, rows, "id html date").repartition(2).write.parquet(f"{tmp_path}/pages")
    names: dict[str, Any] = {}
    exec(code.replace("/data", str(tmp_path)), names)
    pages = [extract(page).replace(id=name, date=date) for name, page, date in rows]
    documents = [page.replace(text=Cleaner().clean(page).text) for page in pages]
    expected = marked_on_one_machine(documents)
    (folder,) = (tmp_path / "work").glob("cleaner-*/marks")
    marks = {row["own"]: row["duplicate"] for row in pq.read_table(folder).to_pylist()}
    found = [{**row, "duplicate": marks.pop(row["id"], None)} for row in expected]
    assert not marks
    assert digest_of(found) == digest_of(expected)
    kept = names["kept"].select("id", "text", "duplicate").toArrow().to_pylist()
    assert digest_of([{**row, "text": row["text"] or ""} for row in kept]) == digest_of(
        [row for row in expected if (row["duplicate"] or {}).get("cluster", row["id"]) == row["id"]]
    )
    assert len(kept) < len(rows) - 50


DESK = "The {} Desk, all rights of the readers reserved"


def inputs(folder: Path) -> list[str]:
    """Lines, some without an id, blank or broken; a table; pages of an archive. With reposts all over."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    documents = reposts(30)
    rows = [
        {
            **({"id": d.id} if number % 3 else {}),
            "date": d.date,
            "url": f"https://www.site{number % 3}.org/{number}",
            "text": f"{d.text}\n\n{DESK.format(number % 3)}\n\nLeave a Reply",
            "n": number,
        }
        for number, d in enumerate(documents)
    ]
    lines = list(map(json.dumps, rows[:-40]))
    lines[3:3] = ["", "{broken", '{"id": "x", "text": null}']
    lines[50:50] = ["[1]", json.dumps({"id": 0, "text": rows[5]["text"]})]
    half = len(lines) // 2
    for name, some in (("a.jsonl", lines[:half]), ("b.jsonl", lines[half:])):
        (folder / name).write_text("\n".join(some) + "\n", encoding="utf-8")
    table = [{**row, "id": row.get("id")} for row in rows[-40:]]
    pq.write_table(pa.Table.from_pylist(table), folder / "c.parquet")
    with (folder / "d.warc").open("wb") as stream:
        for number, d in enumerate(documents[:5]):
            body = "".join(f"<p>{line}</p>" for line in d.text.split("\n\n"))
            page = (
                f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html><article>{body}</article>"
            )
            head = (
                "WARC/1.1\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:0000>\r\n"
                "WARC-Date: 2024-01-01T00:00:00Z\r\nContent-Type: application/http;msgtype=response\r\n"
                f"WARC-Target-URI: https://www.site1.org/w{number}\r\n"
                f"Content-Length: {len(page.encode())}\r\n\r\n"
            )
            stream.write(f"{head}{page}\r\n\r\n".encode())
    return [str(folder / name) for name in ("a.jsonl", "b.jsonl", "c.parquet", "d.warc")]


@pytest.mark.parametrize(
    ("marks", "drop"),
    [
        ("of one machine", False),
        pytest.param("its own", False, marks=pytest.mark.benchmark),
        pytest.param("its own", True, marks=pytest.mark.benchmark),
    ],
)
def test_a_run_writes_what_one_machine_writes(
    spark, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, drop: bool, marks: str
) -> None:
    from cleaner.spark import run, runs

    if marks == "of one machine":
        monkeypatch.setattr(runs, "marks_in", marks_of_one_machine)
    sources = inputs(tmp_path)
    output, rejects = tmp_path / "out.jsonl", [str(tmp_path / f"rejects{n}.jsonl") for n in (0, 1)]
    options = {"dedup": True, "learn_sites": True, "drop": drop, "rejects": rejects[0]}
    with ThreadPoolExecutor(1) as beside:  # what Spark does, it does in other processes
        one = beside.submit(on_one_machine, sources, str(tmp_path / "alone.jsonl"), **options)
        more = {"learn": True, "reposts": True, "drop": drop, "rejects": rejects[1]}
        summary = run(sources, str(output), master="local[2]", spark=spark, **more)
    alone, counted = one.result()
    assert b"".join(part.read_bytes() for part in sorted(output.iterdir())) == alone
    expected, refused = (
        [json.loads(line)["reason"] for line in Path(name).read_text().splitlines()]
        for name in rejects
    )
    assert refused == expected
    assert len(refused) == summary.rejects >= 3
    for name in ("documents", "changed", "rejects", "unreadable", "duplicates", "flows", "dropped"):
        assert getattr(summary, name) == getattr(counted, name), name
    assert len(summary.duplicates) >= 6
    assert len(summary.flows) >= 6
    assert summary.changed >= summary.documents - 10
    assert (summary.dropped > 0) == drop
    assert b'"of": "a.jsonl:' in alone
    assert alone.count(b"Desk, all rights") < 20  # what is left of documents without a story
    assert sorted(path.name for path in tmp_path.iterdir() if "work" in path.name) == []
    with pytest.raises(ConfigError, match="is there already"):
        run(sources, str(output), master="local[2]", spark=spark)


HOSTILE = '''
import ctypes

from cleaner.rule import rule

@rule("XX001", fix="none", needles=["boom"])
def boom(doc):
    """A text that breaks a rule.

    ```diff
      A text.
    ```
    """
    if "forever" in doc.text:
        while True:
            try:
                pass
            except Exception:
                pass
    if "crash" in doc.text:
        ctypes.string_at(0)
    if "memory" in doc.text:
        bytearray(8 << 30)
    raise ValueError("boom")
'''


def test_a_document_that_fails_or_hangs_costs_only_itself(spark, tmp_path: Path) -> None:
    from cleaner.spark import clean, run

    (tmp_path / "rules.py").write_text(HOSTILE)
    ends = {
        "Boom and crash.": "its process died (SIGSEGV)",
        "Boom.": "ValueError: boom",
        "Boom forever.": "took longer than 0.5 s",
        "Boom, all memory.": "needs more than 4 GB of memory",
    }
    texts = [f"{STORY}\n\nLeave a Reply", STORY, *(f"{name} {STORY}" for name in ends)]
    rows = [{"id": f"{number}", "text": text} for number, text in enumerate(texts)]
    source, rejects = tmp_path / "a.jsonl", tmp_path / "rejects.jsonl"
    source.write_text("".join(json.dumps(row) + "\n" for row in rows))
    config = Config(rules=(str(tmp_path / "rules.py"),))
    settings = {"master": "", "spark": spark, "config": config, "rejects": str(rejects)}
    summary = run([str(source)], str(tmp_path / "out.jsonl"), timeout=0.5, **settings)
    assert (summary.documents, summary.rejects) == (2, 4)
    refused = [json.loads(line) for line in rejects.read_text().splitlines()]
    assert [item["id"] for item in refused] == ["2", "3", "4", "5"]
    assert [item["reason"] for item in refused] == list(ends.values())
    df = frame(spark, [(row["id"], row["text"]) for row in rows], "id text")
    cleaned = clean(df, rules=config.rules, timeout=0.5, findings=True).collect()
    cleaned.sort(key=lambda row: row["id"])
    assert [row["text"] for row in cleaned] == [STORY, *texts[1:]]
    said = [[(found["code"], found["message"]) for found in row["cleaner"]] for row in cleaned]
    assert [[code for code, _ in found] for found in said[:2]] == [["BP010"], []]
    assert said[2:] == [[("DQ000", f"Not cleaned: {reason}")] for reason in ends.values()]


def hostile(order: str) -> str:
    """Do what a library in C may do: never come back, and let no alarm in; or take the process down."""
    if order == "hang":
        signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGALRM])
        while True:
            pass
    if order == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    if order == "fail":
        raise ValueError(order)
    return f"{order}!"


def test_a_call_in_a_child_costs_only_itself() -> None:
    pytest.importorskip("pyspark", reason="pyspark is not installed")
    from cleaner.spark.isolation import Isolated

    with closing(Isolated(hostile, 0.1)) as call:
        call.again = True  # as in the second attempt of a task
        orders = ["a", "die", "hang", "fail", "b"]
        reasons = ["its process died (SIGKILL)", "took longer than 0.1 s", "ValueError: fail"]
        expected = [("a!", ""), *((None, reason) for reason in reasons), ("b!", "")]
        assert [call(order) for order in orders] == expected


def test_a_call_that_hangs_ends_the_first_attempt() -> None:
    pytest.importorskip("pyspark", reason="pyspark is not installed")
    from multiprocessing import get_context

    from cleaner.spark.isolation import Isolated

    context = get_context("fork")
    came_there = context.Event()

    def attempt() -> None:
        call = Isolated(hostile, 0.1)
        assert call("a") == ("a!", "")
        call.rest()
        time.sleep(0.3)  # waiting for rows is no hanging
        came_there.set()
        call("hang")

    process = context.Process(target=attempt)
    process.start()
    process.join(10)
    assert came_there.is_set()
    assert process.exitcode == 1


@pytest.mark.benchmark
def test_no_documents_have_no_reposts(spark, tmp_path: Path) -> None:
    from cleaner.spark import dedup, run

    df = spark.createDataFrame([], "id string, text string, date string")
    assert dedup(df, work=str(tmp_path)).collect() == []
    source = tmp_path / "a.jsonl"
    source.write_text("{broken\n")
    summary = run(
        [str(source)], str(tmp_path / "out.jsonl"), master="", spark=spark, reposts=True, drop=True
    )
    assert (summary.documents, summary.rejects) == (0, 1)


def test_components_by_stars(spark, tmp_path: Path) -> None:
    from cleaner.spark.components import joined, stars

    path = [(number, number + 1) for number in range(3)]
    star = [(100, 100 + number) for number in range(1, 30)]
    edges = frame(spark, [*path, *star, (50, 51), (51, 53), (50, 53)], "a b").repartition(2)
    found = {tuple(row) for row in stars(edges, str(tmp_path)).collect()}
    assert found == {tuple(row) for row in joined(edges.toArrow(), spark).collect()}
    assert {root for _, root in found} == {0, 50, 100}


def test_a_crowded_shingle_passes_in_bounded_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    import numpy as np
    import pyarrow as pa

    from cleaner.spark import votes

    monkeypatch.setattr(votes, "LONGEST", 50)
    hashes = np.repeat([4, 5, 8], [300, 3, 25])
    number = np.concatenate([np.arange(300), [1, 2, 3], np.arange(25)])
    whole = pa.RecordBatch.from_arrays(
        [pa.array(hashes), pa.array(number), pa.array(number)], ["hash", "number", "leader"]
    )
    found = []
    for size in (1000, 40, 7):
        parts = [whole.slice(start, size) for start in range(0, whole.num_rows, size)]
        rows = [row for batch in votes.count(iter(parts)) for row in batch.to_pylist()]
        found.append(sorted(tuple(row.values()) for row in rows))
    assert found[0] == found[1] == found[2]
    assert sum(common for common, *_ in found[0]) == 325
    assert [(a, b) for common, a, b, _ in found[0] if not common] == [(1, 2), (1, 3), (2, 3)]
