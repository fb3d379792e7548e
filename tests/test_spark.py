"""The same stages on Spark DataFrames: same texts, ids, kinds and clusters as on one machine."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from test_spark_corpus import (
    dev_reposts,
    digest_of,
    marked_on_one_machine,
    on_one_machine,
    reposts,
    session,
    stories,
)

from cleaner import Cleaner, ConfigError, Document, extract, learn_sites
from cleaner.arrow import clean_batch

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
    df = spark.createDataFrame(rows, "id long, body string, score double")
    found = clean(df, text_key="body", findings=True).orderBy("id").toArrow()
    tool = Cleaner()
    expected = [None if t is None else tool.clean(Document(t)).text for t in TEXTS]
    assert found.column("body").to_pylist() == expected
    assert found.column("score").to_pylist() == [row[2] for row in rows]
    batch = pa.record_batch({"id": pa.array(range(len(TEXTS))), "body": pa.array(TEXTS)})
    alone = clean_batch(batch, text_key="body", findings=True)
    assert found.column("cleaner").to_pylist() == alone.column("cleaner").to_pylist()


def test_pages_become_stories(spark) -> None:
    from cleaner.spark import clean

    body = "".join(f"<p>{line}</p>" for line in stories(1)[0].text.split("\n\n"))
    page = f"<html><title>Rates</title><body><article>{body}</article></body></html>"
    df = spark.createDataFrame([(1, page), (2, ""), (3, None)], "id long, page string")
    rows = clean(df, html_key="page").orderBy("id").toArrow().to_pylist()
    alone = Cleaner().clean(extract(page))
    assert [row["text"] for row in rows] == [alone.text, None, None]
    assert alone.text
    assert rows[0]["title"] == "Rates"


def test_wrong_options_are_refused_before_anything_runs(spark) -> None:
    from cleaner.spark import clean

    df = spark.createDataFrame([(1, "a")], "id long, body string")
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
    df = spark.createDataFrame(rows, "id string, text string, url string")
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
    df = spark.createDataFrame(rows, "id string, text string, date string")
    found = dedup(df.repartition(3), work=str(tmp_path)).toArrow().to_pylist()
    assert digest_of(found) == digest_of(marked_on_one_machine(documents))


def test_the_snippet_of_the_readme_runs(spark, tmp_path: Path) -> None:
    text = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")
    code = text.partition("```py\n")[2].partition("```")[0]
    assert "dedup" in code
    told = [document.text for document in stories(2)]
    bodies = ["".join(f"<p>{line}</p>" for line in one.split("\n\n")) for one in [*told, told[0]]]
    rows = [(f"{n}", f"<html><article>{body}</article></html>") for n, body in enumerate(bodies)]
    spark.createDataFrame(rows, "id string, html string").write.parquet(f"{tmp_path}/pages")
    names: dict[str, object] = {}
    exec(code.replace("/data", str(tmp_path)), names)
    kept = names["kept"]
    assert sorted(row["id"] for row in kept.collect()) == ["0", "1"]  # type: ignore[attr-defined]


def test_a_run_writes_what_one_machine_writes(spark, tmp_path: Path) -> None:
    from cleaner.spark import run

    documents = reposts()
    lines = [
        json.dumps({"id": d.id, "date": d.date, "text": f"{d.text}\n\nLeave a Reply", "n": number})
        for number, d in enumerate(documents)
    ]
    lines[3:3] = ["", "{broken", '{"id": "x", "text": null}']
    half = len(lines) // 2
    sources = [str(tmp_path / "a.jsonl"), str(tmp_path / "b.jsonl")]
    for source, some in zip(sources, (lines[:half], lines[half:]), strict=True):
        Path(source).write_text("\n".join(some) + "\n", encoding="utf-8")
    rejects, output = str(tmp_path / "rejects.jsonl"), tmp_path / "out.jsonl"
    summary = run(
        sources, str(output), master="local[2]", spark=spark, reposts=True, rejects=rejects
    )
    parts = sorted(output.iterdir())
    alone = on_one_machine(sources, str(tmp_path / "alone.jsonl"), dedup=True)
    assert b"".join(part.read_bytes() for part in parts) == alone
    assert len(summary.duplicates) >= 6
    assert (summary.documents, summary.rejects) == (len(documents), 2)
    assert summary.changed >= len(documents) - 10
    assert len(Path(rejects).read_text(encoding="utf-8").splitlines()) == 2
    assert sorted(path.name for path in tmp_path.iterdir() if "work" in path.name) == []
    with pytest.raises(ConfigError, match="is there already"):
        run(sources, str(output), master="local[2]", spark=spark)


def test_components_by_stars(spark, tmp_path: Path) -> None:
    from cleaner.spark.components import joined, stars

    path = [(number, number + 1) for number in range(5)]
    star = [(100, 100 + number) for number in range(1, 30)]
    edges = spark.createDataFrame([*path, *star, (50, 51), (51, 53), (50, 53)], "a long, b long")
    found = {tuple(row) for row in stars(edges, str(tmp_path)).collect()}
    assert found == {tuple(row) for row in joined(edges).collect()}
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
