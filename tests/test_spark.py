"""The same stages on Spark DataFrames: same texts, ids, kinds and clusters as on one machine."""

from __future__ import annotations

from pathlib import Path

import pytest
from test_spark_corpus import marks_of_one_machine, reposts, session, stories

from cleaner import Cleaner, ConfigError, Document, deduplicate, extract, learn_sites
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


def test_reposts_are_those_of_one_machine(spark, tmp_path: Path) -> None:
    from cleaner.spark import dedup

    documents = reposts()
    df = spark.createDataFrame(
        [(d.id, d.text, d.date) for d in documents], "id string, text string, date string"
    )
    found = dedup(df.repartition(3), work=str(tmp_path)).toArrow().to_pylist()
    assert len(found) == len(documents)
    expected = marks_of_one_machine(documents)
    assert {row["id"]: row["duplicate"] for row in found} == expected
    assert len({mark["kind"] for mark in expected.values() if mark}) > 4
    alone = deduplicate(documents)
    clusters = {row["id"]: (row["duplicate"] or {"cluster": row["id"]})["cluster"] for row in found}
    assert clusters == dict(alone.clusters)
