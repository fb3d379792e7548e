"""Record batches in, record batches out; and the libraries that hand them over."""

from __future__ import annotations

import pytest

from cleaner import Cleaner, ConfigError, Document, learn_sites

pa = pytest.importorskip("pyarrow", reason="Arrow batches need pyarrow")

from cleaner import arrow  # noqa: E402

STORY = (
    "The bank of the north said on Monday that it would cut its rates in the spring of the year."
)
TEXTS = [f"{STORY}\n\nLeave a Reply", None, f"{STORY} &amp; more", ""]


def batch(kind: object = None) -> object:
    return pa.record_batch(
        {
            "id": pa.array([1, 2, 3, 4]),
            "body": pa.array(TEXTS, kind or pa.string()),
            "score": pa.array([0.5, None, 1.5, 2.5]),
        }
    )


@pytest.mark.parametrize("kind", [pa.string(), pa.large_string(), pa.string_view()], ids=str)
def test_a_batch_is_its_rows(kind: object) -> None:
    before = batch(kind)
    after = arrow.clean_batch(before, text_key="body")
    tool = Cleaner()
    expected = [None if t is None else tool.clean(Document(t)).text for t in TEXTS]
    assert after.column("body").to_pylist() == expected
    assert after.schema.equals(arrow.schema(before.schema))
    for name in ("id", "score"):
        assert after.column(name).equals(before.column(name))


def test_findings_are_a_column() -> None:
    after = arrow.clean_batch(batch(), text_key="body", findings=True)
    assert after.schema.equals(arrow.schema(batch().schema, findings=True))
    first, null, *_ = after.column("cleaner").to_pylist()
    assert null is None
    assert [found["code"] for found in first if found["applied"]] == ["BP010"]
    assert TEXTS[0][first[-1]["start"] : first[-1]["end"]].strip() == "Leave a Reply"


def test_tables_and_empty_batches() -> None:
    table = pa.Table.from_batches([batch()])
    assert arrow.clean_batch(table, text_key="body").column("body")[0].as_py() == STORY
    empty = batch().slice(0, 0)
    assert arrow.clean_batch(empty, text_key="body").num_rows == 0


def test_wrong_columns_are_named() -> None:
    with pytest.raises(
        ConfigError, match="no column 'text'; give text_key, one of: id, body, score"
    ):
        arrow.clean_batch(batch())
    with pytest.raises(ConfigError, match="holds double, not strings"):
        arrow.clean_batch(batch(), text_key="score")
    with pytest.raises(ConfigError, match="no rule has the code"):
        arrow.clean_batch(batch(), text_key="body", select=["XX"])


def test_pandas_and_polars_and_duckdb() -> None:
    import cleaner

    pandas = pytest.importorskip("pandas", reason="pandas is not installed")
    frame = pandas.DataFrame({"text": [TEXTS[0], STORY]})
    assert frame["text"].map(cleaner.clean).tolist() == [STORY, STORY]


def test_site_profiles_and_wrong_options() -> None:
    extra = "Our readers' choice of the week"
    stories = [
        Document(f"{STORY[:-1]}, number {n}.\n\n{extra}", site="a.example") for n in range(30)
    ]
    sites = learn_sites(stories)
    rows = pa.record_batch({"text": [d.text for d in stories], "site": ["a.example"] * 30})
    for _ in range(2):
        cleaned = arrow.clean_batch(rows, sites=sites).column("text").to_pylist()
        assert cleaned == [Cleaner(sites=sites).clean(d).text for d in stories]
        assert not any(extra in text for text in cleaned)
    with pytest.raises(ConfigError, match="did you mean 'unsafe'"):
        arrow.clean_batch(rows, unsave=True)
