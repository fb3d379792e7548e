"""The index on disk: what batch mode finds, day by day; crashes, readers, foreign files."""

from __future__ import annotations

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from dataclasses import fields
from itertools import combinations, pairwise
from pathlib import Path

import numpy as np
import pytest
from test_dedup import stories, story

from cleaner.dedup import Thresholds, deduplicate
from cleaner.dedup.characters import U8, U32
from cleaner.dedup.compare import Comparison, compare
from cleaner.dedup.kinds import Kind, judge, judge_one
from cleaner.dedup.postings import SCARCE, SHARED, Rarity
from cleaner.dedup.sketches import ALGORITHM, pack, unpack
from cleaner.dedup.tokens import Tokens, tokenise
from cleaner.document import Document
from cleaner.errors import ConfigError, IndexMismatch, ReadError
from cleaner.index import Index
from cleaner.index.asked import hashes_of
from cleaner.index.counts import FULL, Counts
from cleaner.index.couple import Text, promising, row, rows_of
from cleaner.index.postings import POSTED, SAMPLE, limit, limits, sampled

ROOT = Path(__file__).parent.parent


def kinds(pairs):
    return {(pair.a, pair.b): pair.kind.value for pair in pairs}


def everything(index, documents):
    return {
        key: kind for document in documents for key, kind in kinds(index.query(document)).items()
    }


@pytest.fixture
def path(tmp_path):
    return tmp_path / "news.sqlite"


def test_finds_what_batch_mode_finds(path):
    documents = stories()
    with Index.open(path) as index:
        assert index.add(documents) == len(documents) == len(index)
        assert everything(index, documents) == kinds(deduplicate(documents).pairs)


def verdict(found):
    """All that `deduplicate` says, but for evidence."""
    pairs = [(pair.a, pair.b, pair.kind, pair.similarity) for pair in found.pairs]
    return pairs, found.clusters, found.kept, found.dropped, found.reasons


@pytest.mark.parametrize("keep", ["earliest", "longest"])
@pytest.mark.parametrize("seed", range(4))
def test_all_documents_have_the_verdict_of_batch_mode(path, monkeypatch, seed, keep):
    rng = random.Random(seed)
    monkeypatch.setattr("cleaner.index.documents.ROWS", rng.choice([1, 7, 512]))
    text = story(1)
    documents = [
        *(document.replace(date=rng.choice(["", "2026-01-02"])) for document in stories()),
        *(Document(f"{text} {story(100 + copy, 12)}", id=f"copy{copy:03}") for copy in range(60)),
        *(Document(text, id=f"same{copy:02}") for copy in range(15)),
        *(Document(text.upper() + "\n" * copy, id=f"loud{copy}") for copy in range(3)),
        *(Document("  " * copy, id=f"blank{copy}") for copy in range(2)),
        Document("", id="blank2"),
        Document("", id="blank3"),
        Document("新潟県で大雨が降り、道路が閉鎖された。", id="ja"),
        Document("新潟県で大雨が降り、道路が閉鎖された。", id="\U0001f300"),
    ]
    rng.shuffle(documents)
    with Index.open(path) as index:
        for start in range(0, len(documents), 40):
            index.add(documents[start : start + 40])
        assert verdict(index.duplicates(keep=keep)) == verdict(deduplicate(documents, keep=keep))
        index.remove([document.id for document in documents[::3]])
        rest = [document for place, document in enumerate(documents) if place % 3]
        rest[0] = rest[0].replace(text=rest[1].text)
        index.add(rest[:1])
    limits = Thresholds(certain=0.8, likely=0.7, possible=0.5)
    with Index.open(path, thresholds=limits) as index:
        assert verdict(index.duplicates(keep=keep)) == verdict(
            deduplicate(rest, keep=keep, thresholds=limits)
        )


def test_evidence_of_two_indexed_documents_counts_words(path):
    documents = stories()
    with Index.open(path) as index:
        assert index.duplicates().pairs == ()
        index.add(documents)
        pairs = {(pair.a, pair.b): pair.evidence for pair in index.duplicates().pairs}
        with pytest.raises(ConfigError, match="keep is 'earliest' or 'longest', not 'best'"):
            index.duplicates(keep="best")
    for pair in deduplicate(documents).pairs:
        ours, theirs = pairs[pair.a, pair.b], pair.evidence
        assert ours.coverage_a == theirs.coverage_a
        assert ours.coverage_b == theirs.coverage_b
        assert len(ours.numbers_shared) == len(theirs.numbers_shared)
        assert len(ours.names_contradicted) == len(theirs.names_contradicted)
        assert [passage.text for passage in ours.passages] == ["…"] * len(theirs.passages)
        for mine, other in zip(ours.passages, theirs.passages, strict=True):
            words = tokenise([other.text]).counts.tolist()
            assert [mine.end_a - mine.start_a] == [mine.end_b - mine.start_b] == words
        assert json.dumps(ours.to_dict())


def test_day_by_day(path):
    documents = stories()
    for document in documents:
        with Index.open(path) as index:
            index.add([document])
    with Index.open(path) as index:
        assert everything(index, documents) == kinds(deduplicate(documents).pairs)


def test_a_new_document_against_earlier_ones(path):
    documents = stories()
    with Index.open(path) as index:
        index.add(documents[1:])
        pairs = index.query(documents[0])
        assert kinds(pairs) == {
            key: kind for key, kind in kinds(deduplicate(documents).pairs).items() if "ferry" in key
        }
        (update,) = (pair for pair in pairs if pair.b == "ferry-update")
        assert update.evidence.coverage_a > 0.9
        assert update.evidence.passages[0].text.startswith("Ferry service")
        assert update.evidence.numbers_shared == ("1,400", "260", "1958", "2012")
        assert json.dumps(update.evidence.to_dict())


def test_remove(path):
    documents = stories()
    with Index.open(path) as index:
        index.add(documents)
        assert index.remove(["ferry-repost", "never added"]) == 1
        assert "ferry-repost" not in index
        assert "ferry" in index
        rest = [document for document in documents if document.id != "ferry-repost"]
        assert everything(index, rest) == kinds(deduplicate(rest).pairs)
        before = int(index.counters.counts.cells.sum())
        index.remove([document.id for document in rest])
        assert len(index) == 0
        assert index.counters.counts.cells.sum() < before / 100


def test_a_document_added_again_takes_the_place_of_the_earlier_one(path):
    one, other = story(1), story(2)
    with Index.open(path) as index:
        index.add([Document(one, id="a"), Document(other, id="b")])
        index.add([Document(other, id="a")])
        assert len(index) == 2
        assert kinds(index.query(Document(other, id="c"))) == {
            ("a", "c"): "exact",
            ("b", "c"): "exact",
        }


@pytest.mark.parametrize("batch", [10, 150])
def test_a_text_copied_often_stays_findable(path, batch):
    text = story(1)
    documents = [
        Document(f"{text} {story(100 + copy, 12)}", id=f"copy{copy:03}") for copy in range(150)
    ]
    with Index.open(path) as index:
        for start in range(0, 150, batch):
            index.add(documents[start : start + batch])
        assert {pair.kind for pair in index.query(Document(text, id="new"))} == {"repost"}


@pytest.mark.parametrize("row", [4, 1 << 14])
def test_fresh_postings_are_merged(path, monkeypatch, row):
    monkeypatch.setattr("cleaner.index.postings.FRESH", 100)
    monkeypatch.setattr("cleaner.index.rows.ROW", row)

    def total(index, table):
        return index.database.execute(f"SELECT count(*) FROM {table}").fetchone()[0]

    with Index.open(path) as index, Index.open(path) as reader:
        for number in range(20):
            index.add([Document(story(number), id=str(number))])
            assert kinds(reader.query(Document(story(number), id="x"))) == {
                (str(number), "x"): "exact"
            }
        assert total(index, "posting") > 100
        for number in range(20):
            assert kinds(index.query(Document(story(number), id="x"))) == {
                (str(number), "x"): "exact"
            }
        index.remove(str(number) for number in range(20))
        assert total(index, "removed") == 20
        for number in range(10):
            assert index.query(Document(story(number), id="x")) == []
            index.add([Document(story(50 + number), id=f"new{number}")])
        assert total(index, "removed") == 0
        assert total(index, "posting") < 500


def test_the_table_of_counters_grows(path, monkeypatch):
    monkeypatch.setattr("cleaner.index.counts.SMALLEST", 1024)
    documents = [Document(story(number), id=str(number)) for number in range(60)]
    with Index.open(path) as index:
        index.add(documents)
        assert len(index.counters.counts.cells) > 2048
    with Index.open(path) as index:
        assert kinds(index.query(Document(story(7), id="x"))) == {("7", "x"): "exact"}


def test_counts_are_seldom_too_high_and_never_too_low():
    rng = np.random.default_rng(1)
    hashes = rng.integers(0, 1 << 64, 3000, np.uint64)
    times = rng.integers(1, 30, 3000)
    counts = Counts.empty(1 << 12)
    for round_ in range(30):
        counts.add(hashes[times > round_])
    found = counts.get(hashes).astype(int)
    assert (found >= times).all()
    assert (found == times).mean() > 0.7
    assert (found > 2 * times).mean() < 0.15


def test_texts_counted_together_count_as_one_by_one():
    hashes = np.random.default_rng(1).integers(0, 1 << 64, 500, np.uint64)
    together, apart = Counts.empty(1 << 18), Counts.empty(1 << 18)
    together.add(np.concatenate([hashes, hashes[:100], hashes]))
    for some in (hashes, hashes[:100], hashes):
        apart.add(some)
    assert together.get(hashes).tolist() == apart.get(hashes).tolist() == [3] * 100 + [2] * 400


def test_texts_that_replace_others_again_and_again_leave_counts_of_rare_shingles_rare():
    rng = np.random.default_rng(1)
    counts, often = Counts.empty(1 << 14), rng.integers(0, 1 << 64, 50, np.uint64)
    texts = [np.append(rng.integers(0, 1 << 64, 300, np.uint64), often) for _ in range(60)]
    for text in texts:
        counts.add(text)
    for place in [*range(60)] * 3:
        counts.remove(texts[place])
        texts[place] = np.append(rng.integers(0, 1 << 64, 300, np.uint64), often)
        counts.add(texts[place])
    assert counts.get(often).min() >= 55
    found = counts.get(np.concatenate([text[:300] for text in texts]))
    assert (found > 0).mean() > 0.85
    assert (found > 4).mean() < 0.05


def test_a_short_text_has_more_of_its_shingles_in_the_sample():
    sizes = np.array([0, 1, POSTED, POSTED + 1, 200, SAMPLE * POSTED, 10**6])
    below = limits(sizes)
    assert below.tolist() == [int(limit(size)) for size in sizes.tolist()]
    hashes = np.random.default_rng(1).integers(0, 1 << 64, 100_000, dtype=np.uint64)
    chosen = [sampled(hashes, most) for most in below]
    shares = [float(some.mean()) for some in chosen]
    assert shares == pytest.approx(
        [1, 1, 1, POSTED / (POSTED + 1), POSTED / 200, 0.2, 0.2], abs=0.01
    )
    for more, less in pairwise(chosen):
        assert not (less & ~more).any()


def test_what_is_full_stays_so():
    counts, one = Counts.empty(1 << 10), np.array([5], np.uint64)
    for _ in range(FULL + 10):
        counts.add(one)
    counts.remove(one)
    assert counts.get(one).tolist() == [FULL]


def test_readers_see_whole_batches_while_another_process_writes(path):
    with Index.open(path) as writer, Index.open(path) as reader:
        assert reader.query(Document(story(3), id="x")) == []
        writer.add([Document(story(3), id="a")])
        assert kinds(reader.query(Document(story(3), id="x"))) == {("a", "x"): "exact"}
        writer.database.execute("BEGIN IMMEDIATE")
        writer.database.execute("DELETE FROM document")
        assert kinds(reader.query(Document(story(3), id="x"))) == {("a", "x"): "exact"}
        writer.database.execute("ROLLBACK")


def test_killed_in_the_middle_of_an_add(path):
    code = (
        "import sys; sys.path.insert(0, 'tests'); from test_dedup import story; from cleaner.index import Index;"
        "from cleaner.document import Document; import cleaner.index.index; cleaner.index.index.BATCH = 20;"
        f"index = Index.open({str(path)!r});"
        "index.add(Document(story(n), id=str(n)) for n in range(100000))"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code], cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}
    )
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        if path.exists():
            try:
                with Index.open(path) as index:
                    if len(index) >= 40:
                        break
            except (ReadError, sqlite3.OperationalError):
                pass
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.wait()
    with Index.open(path) as index:
        assert index.database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert len(index) >= 40
        assert len(index) % 20 == 0
        assert kinds(index.query(Document(story(7), id="x"))) == {("7", "x"): "exact"}
        index.add([Document("And on it goes.", id="more")])


def test_an_error_leaves_the_index_as_it_was(path, monkeypatch):
    with Index.open(path) as index:
        index.add([Document(story(1), id="a")])
        monkeypatch.setattr("cleaner.index.counters.Counters.flush", lambda _: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            index.add([Document(story(2), id="b")])
        monkeypatch.undo()
        assert len(index) == 1
        assert index.query(Document(story(2), id="x")) == []


def test_one_id_twice_is_refused(path):
    with (
        Index.open(path) as index,
        pytest.raises(ConfigError, match="two documents have the id 'a'"),
    ):
        index.add([Document("One.", id="a"), Document("Two.", id="a")])


def test_empty_texts(path):
    with Index.open(path) as index:
        index.add([Document("", id="a"), Document(" ", id="b"), Document("Yes", id="c")])
        assert index.query(Document("", id="x")) == []
        assert kinds(index.query(Document("yes", id="x"))) == {("c", "x"): "exact"}


def test_other_parameters_are_refused(path):
    Index.open(path).close()
    with sqlite3.connect(path) as database:
        database.execute("UPDATE meta SET value = '0' WHERE key = 'algorithm'")
    database.close()
    with pytest.raises(
        IndexMismatch,
        match=rf"was built with algorithm = 0, this version uses {ALGORITHM}\. Delete the file",
    ):
        Index.open(path)


def test_a_foreign_database_is_refused(path):
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE bookmarks (url TEXT)")
    database.close()
    with pytest.raises(ReadError, match="no index of cleaner"):
        Index.open(path)


def test_another_file_is_refused(path):
    path.write_text("Shares fell 4% on Tuesday.\n" * 100)
    with pytest.raises(ReadError, match="can't be used as an index"):
        Index.open(path)


def test_a_damaged_file_is_refused(path):
    with Index.open(path) as index:
        index.add([Document(story(number), id=str(number)) for number in range(50)])
    content = bytearray(path.read_bytes())
    content[4096:] = b"\x07" * (len(content) - 4096)
    path.write_bytes(content)
    with pytest.raises(ReadError, match="damaged"):
        Index.open(path)


@pytest.mark.parametrize("part", ["cut off", "overwritten"])
def test_damage_that_shows_later_is_one_sentence(path, part):
    with Index.open(path) as index:
        index.add([Document(story(number), id=str(number)) for number in range(200)])
    content = path.read_bytes()
    third = len(content) // 3
    if part == "cut off":
        path.write_bytes(content[:third])
    else:
        path.write_bytes(content[:third] + b"\x07" * (len(content) - third))
    with pytest.raises(ReadError, match="damaged, delete it and add the documents again"):
        used(path)


def used(path):
    with Index.open(path) as index:
        for number in range(200):
            index.query(Document(story(number), id="x"))
        index.add([Document("One more.", id="more")])


def test_an_index_of_an_older_version_is_refused(path):
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL)")
        rows = {"format": "cleaner index", "algorithm": "1", "scheme": "affine32"}
        database.executemany("INSERT INTO meta VALUES (?, ?)", rows.items())
    database.close()
    with pytest.raises(
        IndexMismatch, match=f"built with algorithm = 1, this version uses {ALGORITHM}"
    ):
        Index.open(path)


def changed(rng, words):
    """A text with some words replaced, dropped, doubled, and a passage moved."""
    made = []
    for word in words:
        kind = rng.random()
        new = ["7", "Word", "word"][rng.randrange(3)] if kind < 0.04 else word
        made += [] if kind > 0.98 else [new, new] if kind > 0.96 else [new]
    start = rng.randrange(len(made))
    return made[start:] + made[: rng.randrange(start + 1)]


def pairs_of(one, other):
    return [(one, other), (other, one)]


@pytest.mark.parametrize("rare", [0.0, 0.3, 1.0])
def test_two_texts_are_compared_as_thousands_are(rare):
    rng = random.Random(1)
    texts = [" ".join(changed(rng, story(number % 6).split())) for number in range(40)]
    texts += ["", "One", "One two", "One two three", "One two three", texts[0], story(1) * 3]
    read = tokenise(texts)
    packed, bounds = pack(read), read.bounds.tolist()
    tokens = unpack(packed, read.bounds)
    parts = [packed[start:end] for start, end in pairwise(bounds)]
    marks, known = np.full(len(packed), SHARED, np.uint8), []
    for words, start in zip(parts, bounds, strict=False):
        hashes = hashes_of(words)
        known.append(Text(words, hashes, hashes % np.uint64(1000) < rare * 1000))
        marks[start : start + len(hashes)] |= known[-1].rare * np.uint8(SCARCE)
    rarity = Rarity(marks, np.array([text.scarce for text in known]))
    a, b = np.array([*combinations(range(len(texts)), 2)]).T
    found, dismissed = compare(tokens, rarity, a, b), 0
    for one, other, expected in zip(found.a, found.b, rows_of(found), strict=True):
        assert row(known[one], known[other]) == expected
        for least in (0.05, 0.2, 0.5):
            hopeful = [promising(known[x], known[y], least) for x, y in pairs_of(one, other)]
            assert all(hopeful) or row(known[one], known[other], least=least) is None
            dismissed += hopeful.count(False)
    assert dismissed > 0.8 * 6 * len(found)
    texts = known[-1], Text(known[-1].packed, known[-1].hashes, known[-1].rare)
    assert all(promising(*texts, least) for least in (0.5, 1.0))


def test_one_pair_is_judged_as_thousands_are():
    rng = np.random.default_rng(1)
    size, names = 20_000, [field.name for field in fields(Comparison)]
    numbers = {name: rng.integers(0, rng.choice([3, 12, 60, 400], size)) for name in names}
    found = Comparison(**(numbers | {"a": np.arange(size), "b": np.arange(size) + size}))
    lengths = rng.integers(20, 500, 2 * size)
    tokens = Tokens(np.empty(0, U32), np.empty(0, U8), np.append(0, lengths.cumsum()))
    scarce = rng.integers(0, 300, 2 * size)
    marked, equal = rng.random(2 * size) < 0.1, rng.random(size) < 0.05
    code = judge(found, tokens, Rarity(np.empty(0, U8), scarce), marked=marked, equal=equal).code
    assert len(set(code.tolist())) == len(Kind)  # UNRELATED, and all but `merged`
    columns = [
        *lengths.reshape(2, -1),
        scarce.reshape(2, -1).min(axis=0),
        marked[:size] ^ marked[size:],
        equal,
    ]
    for one, (shorter, longer, least, mark, same), expected in zip(
        rows_of(found),
        zip(*(column.tolist() for column in columns), strict=True),
        code.tolist(),
        strict=True,
    ):
        assert judge_one(one, shorter, longer, least, marked=mark, equal=same) == expected


def renamed(documents):
    return [document.replace(id=f"new {document.id}") for document in documents]


@pytest.fixture(scope="module")
def answered(tmp_path_factory):
    """What an index says of its own texts under other names, and when every second one was removed."""
    documents = stories()
    with Index.open(tmp_path_factory.mktemp("index") / "news.sqlite") as index:
        index.add(documents)
        expected = [kinds(index.query(document)) for document in renamed(documents)]
        index.remove([document.id for document in documents[::2]])
        return expected, [kinds(index.query(document)) for document in renamed(documents)]


@pytest.mark.parametrize("few", [0, 10**6])
@pytest.mark.parametrize("held", [0, 10, 1 << 26])
def test_each_way_to_look_gives_the_same(path, monkeypatch, answered, few, held):
    documents, (expected, rest) = stories(), answered
    new = renamed(documents)
    monkeypatch.setattr("cleaner.index.circle.FEW", few)
    monkeypatch.setattr("cleaner.index.rows.HELD", held)
    monkeypatch.setattr("cleaner.index.postings.FRESH", 100)
    with Index.open(path) as index:
        for first in (0, len(documents) // 2):
            index.query(documents[0])
            index.add(documents[first : first + len(documents) // 2 + 1])
        assert [kinds(pairs) for pairs in index.query_many(new)] == expected
        assert index.postings.rows.layout.sizes.sum() > 100
        index.remove([document.id for document in documents[::2]])
        assert [kinds(index.query(document)) for document in new] == rest


def test_many_queries_give_what_single_ones_give(path):
    documents = stories()
    new = renamed(documents)
    with Index.open(path) as index:
        index.add(documents)
        for asked in (documents, new):
            together = [kinds(pairs) for pairs in index.query_many(asked)]
            assert together == [kinds(index.query(document)) for document in asked]
