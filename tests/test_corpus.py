"""A whole corpus: formats, worker processes, resuming, duplicates, undoing."""

from __future__ import annotations

import gzip
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import zstandard

from cleaner.corpus import cut
from cleaner.formats import open_bytes, replacing
from cleaner.formats.storage import remove_parts

STORY = "The bank of the north said on Monday that it would cut its rates in the spring of the year"


def records(count: int, *, dirty: bool = True) -> list[dict]:
    tails = ["", "\n\nLeave a Reply", "\n\nShare this:\nTwitter\nFacebook", " &amp; more"]
    return [
        {
            "id": n,
            "text": f"{STORY}, by {n} points.{tails[n % 4] if dirty else ''}",
            "n": n / 7,
            "s": None,
            "e": "",
        }
        for n in range(count)
    ]


def write_jsonl(path: str, rows: list[dict]) -> None:
    Path(path).write_text("".join(json.dumps(row) + "\n" for row in rows))


def read_jsonl(path: str) -> list[dict]:
    return [json.loads(line) for line in Path(path).read_text().splitlines()]


def test_worker_processes_give_what_one_process_gives(cli) -> None:
    write_jsonl("a.jsonl", records(300))
    alone = cli("clean", "a.jsonl", "-o", "alone.jsonl", "--edits", "alone.edits")
    assert alone.exit_code == 0, alone.output
    two = cli("clean", "a.jsonl", "-o", "two.jsonl", "-j", "2", "--edits", "two.edits")
    assert two.exit_code == 0, two.output
    assert Path("alone.jsonl").read_bytes() == Path("two.jsonl").read_bytes()
    assert Path("alone.edits").read_bytes() == Path("two.edits").read_bytes()
    assert "225 changed" in two.stderr
    assert not Path(".two.jsonl.cleaner").exists()


HOSTILE = '''
import os, signal, time
from cleaner.rule import rule

@rule("XX009", fix="none", needles=["hostile"])
def hostile(doc):
    """A document that takes its process down."""
    if "segfault" in doc.text:
        os.kill(os.getpid(), signal.SIGSEGV)
    if "hang" in doc.text:
        time.sleep(1000)
    if "memory" in doc.text:
        bytearray(8 << 30)
    return ()
'''


def test_a_crash_a_hang_and_a_memory_hog_cost_only_themselves(cli) -> None:
    rows = records(200, dirty=False)
    for number, what in ((20, "segfault"), (90, "hang"), (150, "memory")):
        rows[number]["text"] = f"hostile {what} {STORY}"
    write_jsonl("a.jsonl", rows)
    Path("hostile.py").write_text(HOSTILE)
    start = time.monotonic()
    options = ["--rules", "hostile.py", "-j", "2", "--timeout", "1", "--rejects", "r.jsonl"]
    done = cli("clean", "a.jsonl", "-o", "o.jsonl", *options)
    assert done.exit_code == 0, done.output
    assert time.monotonic() - start < 60
    assert [row["id"] for row in read_jsonl("o.jsonl")] == [
        n for n in range(200) if n not in (20, 90, 150)
    ]
    assert [(r["id"], r["reason"]) for r in read_jsonl("r.jsonl")] == [
        ("20", "its process died (SIGSEGV)"),
        ("90", "took longer than 1 s"),
        ("150", "needs more than 4 GB of memory"),
    ]


SMALL = """
import cleaner.corpus.cut as cut
cut.SHARD_DOCUMENTS, cut.BATCH_LINES = 50, 4096
if __name__ == "__main__":
    from cleaner.cli import main
    main()
"""


@pytest.mark.usefixtures("cli")
def test_a_killed_run_goes_on_and_ends_with_the_same_bytes() -> None:
    write_jsonl("a.jsonl", records(600))
    Path("small.py").write_text(SMALL)
    command = [sys.executable, "small.py", "clean", "a.jsonl", "-j", "1", "-o"]

    def run(name: str, kill_at: float | None = None) -> str:
        process = subprocess.Popen(
            [*command, name, "--edits", f"{name}.edits"],
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        if kill_at is None:
            return process.communicate()[1]
        state = Path(f".{name}.cleaner", "manifest.jsonl")
        while process.poll() is None:
            if state.exists() and state.read_text().count("\n") > kill_at:
                os.killpg(process.pid, signal.SIGKILL)
                break
            time.sleep(0.002)
        process.communicate()
        return ""

    run("ref.jsonl.zst")
    chance = random.Random(3)
    resumed = 0
    for _ in range(2):
        run("o.jsonl.zst", kill_at=chance.randint(1, 9))
        Path(".o.jsonl.zst.1.part").touch()  # killed while it wrote the output itself
        resumed += "Going on after" in run("o.jsonl.zst")
        assert Path("o.jsonl.zst").read_bytes() == Path("ref.jsonl.zst").read_bytes()
        assert Path("o.jsonl.zst.edits").read_bytes() == Path("ref.jsonl.zst.edits").read_bytes()
        assert not Path(".o.jsonl.zst.cleaner").exists()
        assert not [*Path().glob(".*.part")]
        Path("o.jsonl.zst").unlink()
    assert resumed


@pytest.mark.parametrize("given", ["", "part-00001.jsonl"], ids=["folder", "file"])
def test_what_a_killed_writer_leaves_is_removed(given: str, tmp_path: Path) -> None:
    with replacing(tmp_path / "part-00001.jsonl") as stream:
        stream.write(b"{}")
        (left,) = tmp_path.iterdir()
    left.touch()
    (tmp_path / ".notes.part").touch()  # not ours
    (tmp_path / "part-00001.jsonl.2.part").touch()
    remove_parts(str(tmp_path / given))
    names = [".notes.part", "part-00001.jsonl", "part-00001.jsonl.2.part"]
    assert sorted(path.name for path in tmp_path.iterdir()) == names


def test_another_configuration_or_input_is_noticed(cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cut, "SHARD_DOCUMENTS", 50)
    write_jsonl("a.jsonl", records(200))

    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("cleaner.corpus.run.join", interrupt)
        assert cli("clean", "a.jsonl", "-o", "o.jsonl").exit_code == 130
    assert Path(".o.jsonl.cleaner/manifest.jsonl").exists()
    shutil.copytree(".o.jsonl.cleaner", "kept")
    same = cli("clean", "a.jsonl", "-o", "o.jsonl")
    assert "Going on after 200 documents" in same.stderr
    shutil.copytree("kept", ".o.jsonl.cleaner")
    other = cli("clean", "a.jsonl", "-o", "o.jsonl", "--ignore", "CH")
    assert "not of the same configuration: starting over" in other.stderr
    shutil.copytree("kept", ".o.jsonl.cleaner")
    with Path("a.jsonl").open("a") as stream:
        stream.write("\n")
    changed = cli("clean", "a.jsonl", "-o", "o.jsonl")
    assert "not of the same input: starting over" in changed.stderr
    assert len(read_jsonl("o.jsonl")) == 200


@pytest.mark.usefixtures("cli")
def test_a_torn_manifest_is_read_up_to_the_tear() -> None:
    from cleaner.corpus.state import State

    State(Path("state"), {"a": "1"}).finish({"shard": 0})
    with Path("state/manifest.jsonl").open("ab") as stream:
        stream.write(b'{"shard": 1')
    again = State(Path("state"), {"a": "1"})
    assert again.resumed == [{"shard": 0}]
    again.finish({"shard": 1})
    assert State(Path("state"), {"a": "1"}).resumed == [{"shard": 0}, {"shard": 1}]


def test_an_input_that_changes_while_it_is_read(cli, monkeypatch: pytest.MonkeyPatch) -> None:
    write_jsonl("a.jsonl", records(50))
    from cleaner.corpus.run import Run

    whole = Run._count

    def touch(self: Run, batch: object) -> None:
        with Path("a.jsonl").open("a") as stream:
            stream.write("\n")
        whole(self, batch)

    monkeypatch.setattr(Run, "_count", touch)
    done = cli("clean", "a.jsonl", "-o", "o.jsonl")
    assert done.exit_code == 2
    assert "a.jsonl changed while being read; nothing was written" in done.stderr
    assert not Path("o.jsonl").exists()


def test_round_trip_through_every_table(cli) -> None:
    pytest.importorskip("pyarrow", reason="Parquet needs pyarrow")
    Path("cleaner.toml").write_text('ignore = ["CH", "BP", "GS", "DQ"]\n')
    rows = [
        {
            "id": "007",
            "text": 'He said "no",\nthen left.',
            "a": None,
            "b": "",
            "c": " x ",
            "d": "1.0",
        },
        {"id": "8", "text": "Second\ttext, with a tab", "a": "ä", "b": "", "c": "", "d": None},
    ]
    write_jsonl("a.jsonl", rows)
    for source, target in (
        ("a.jsonl", "b.parquet"),
        ("b.parquet", "c.csv"),
        ("c.csv", "d.tsv.gz"),
        ("d.tsv.gz", "e.csv.zst"),
        ("e.csv.zst", "f.jsonl"),
    ):
        done = cli("clean", source, "-o", target)
        assert done.exit_code == 0, done.output
    assert read_jsonl("f.jsonl") == rows


def test_parquet_keeps_its_types(cli) -> None:
    arrow = pytest.importorskip("pyarrow", reason="Parquet needs pyarrow")
    from datetime import UTC, datetime
    from decimal import Decimal

    import pyarrow.parquet as parquet

    table = arrow.table(
        {
            "id": arrow.array([1, 2], arrow.int32()),
            "text": [f"{STORY}.\n\nLeave a Reply", f"{STORY}."],
            "when": arrow.array(
                [datetime(2026, 1, 2, tzinfo=UTC), None], arrow.timestamp("us", "UTC")
            ),
            "price": arrow.array([Decimal("1.50"), None], arrow.decimal128(8, 2)),
            "raw": arrow.array([b"\xff", None], arrow.binary()),
            "tags": [["a"], []],
        }
    )
    parquet.write_table(table, "a.parquet")
    done = cli("clean", "a.parquet", "-o", "b.parquet")
    assert done.exit_code == 0, done.output
    cleaned = parquet.read_table("b.parquet")
    assert cleaned.schema.equals(table.schema)
    assert cleaned.column("text").to_pylist() == [f"{STORY}."] * 2
    assert cleaned.drop(["text"]).equals(table.drop(["text"]))


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.csv", "id,text\n1,a,b\n", "a.csv:1: 3 columns where the header has 2"),
        ("a.csv", "id,id\n1,a\n", "two columns have the same name"),
        ("a.csv", 'id,text\n1,"a\n', "not CSV at line"),
        ("a.csv", "id,body\n1,a\n", "no field 'text' (see --text-key); fields: id, body"),
        ("a.parquet", "PAR1 nothing", "not Parquet, or damaged"),
        ("a.warc", "nothing", "WARC"),
    ],
)
def test_broken_tables_and_archives(cli, name: str, content: str, message: str) -> None:
    for needed in ("pyarrow", "fastwarc"):
        pytest.importorskip(needed, reason=f"{needed} is not installed")
    Path(name).write_text(content)
    done = cli("clean", name, "-o", "out.jsonl")
    assert message in done.stderr, done.output
    assert "Traceback" not in done.output


def test_warc(cli) -> None:
    pytest.importorskip("fastwarc", reason="WARC needs fastwarc")
    body = "".join(f"<p>{STORY}, and {n} more.</p>" for n in range(8))
    page = f"<html><head><title>Bank</title></head><body><article><h1>Bank</h1>{body}</article></body></html>"

    def record(url: str, status: str, kind: str, content: str) -> bytes:
        http = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\n\r\n{content}".encode()
        head = (
            f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {url}\r\nWARC-Date: 2026-01-01T00:00:00Z\r\n"
            f"WARC-Record-ID: <urn:uuid:1>\r\nContent-Type: application/http; msgtype=response\r\n"
            f"Content-Length: {len(http)}\r\n\r\n"
        )
        return head.encode() + http + b"\r\n\r\n"

    Path("a.warc").write_bytes(
        record("https://example.org/a", "200 OK", "text/html", page)
        + record("https://example.org/b", "404 Not Found", "text/html", page)
        + record("https://example.org/c", "200 OK", "image/png", "x")
        + record("https://example.org/d", "200 OK", "text/html", "<html><body></body></html>")
    )
    done = cli("clean", "a.warc", "-o", "o.jsonl")
    assert done.exit_code == 0, done.output
    (row,) = read_jsonl("o.jsonl")
    assert (row["id"], row["url"]) == ("https://example.org/a", "https://example.org/a")
    assert STORY in row["text"]
    assert "1 rejected" in done.stderr


def test_file_names_that_are_no_text(cli) -> None:
    names = [b"a\nb.txt", b"caf\xe9.txt", "ü.txt".encode()]
    Path("in").mkdir()
    for name in names:
        Path(os.fsdecode(b"in/" + name)).write_text(f"{STORY}.\n\nLeave a Reply\n")
    done = cli("clean", "in", "-o", "out")
    assert done.exit_code == 0, done.output
    assert sorted(os.fsencode(p.name) for p in Path("out").iterdir()) == sorted(names)
    done = cli("check", "in", "--output-format", "concise")
    assert done.exit_code == 1
    assert len(done.stdout.splitlines()) == 3


@pytest.mark.parametrize("output", ["out", "out.jsonl", "out.jsonl.gz"])
def test_undo_gives_the_input_back_to_the_byte(cli, output: str) -> None:
    Path("in").mkdir()
    Path("in/a.txt").write_bytes(f"{STORY}.\r\n\r\nLeave a Reply\r\n".encode())
    Path("in/b.txt").write_bytes(b"caf\xe9, not UTF-8")
    Path("in/c.txt").write_text(STORY)
    lines = [json.dumps(row) for row in records(8)]
    lines[2] = '{"text": "The caf\\u00e9 \\/ bar of the town.\\n\\nLeave a Reply", "id" : 2}'
    lines[3:3] = ["", "{broken", "  "]
    data = "\n".join(lines).encode()  # no line break at the end
    Path("in/d.jsonl").write_bytes(data)
    Path("in/e.jsonl.zst").write_bytes(zstandard.compress(data))
    Path("in/f.txt.gz").write_bytes(gzip.compress(f"{STORY}.\n\nLeave a Reply\n".encode()))
    done = cli("clean", "in", "-o", output, "--edits", "edits.jsonl.zst")
    assert done.exit_code == 0, done.output
    done = cli("clean", output, "--undo", "--edits", "edits.jsonl.zst", "-o", "back")
    assert done.exit_code == 0, done.output
    assert contents("back") == contents("in")


def contents(folder: str) -> dict[str, bytes]:
    """What the files of a folder hold, unpacked."""
    found = {}
    for path in Path(folder).iterdir():
        with open_bytes(str(path)) as stream:
            found[path.name] = stream.read()
    return found


def test_side_files_are_packed_by_their_names(cli) -> None:
    write_jsonl("a.jsonl", [*records(4), *({**row, "id": f"{row['id']}b"} for row in records(4))])
    with Path("a.jsonl").open("a") as stream:
        stream.write("{broken\n")
    names = {"--pairs": "p.jsonl.zst", "--rejects": "r.jsonl.gz", "--edits": "e.jsonl.zst"}
    given = [part for pair in names.items() for part in pair]
    done = cli("clean", "a.jsonl", "-o", "o.jsonl.zst", "--dedup", *given)
    assert done.exit_code == 0, done.output
    for name in names.values():
        with open_bytes(name) as stream:
            assert all(map(json.loads, stream)), name


def test_undo_of_another_output_is_refused(cli) -> None:
    write_jsonl("a.jsonl", records(8))
    cli("clean", "a.jsonl", "-o", "o.jsonl", "--edits", "edits.jsonl")
    lines = Path("o.jsonl").read_text().splitlines(keepends=True)
    Path("o.jsonl").write_text("".join(lines[:3]))
    done = cli("clean", "o.jsonl", "--undo", "--edits", "edits.jsonl", "-o", "b.jsonl")
    assert done.exit_code == 2
    assert "fewer records" in done.stderr
    assert not Path("b.jsonl").exists()
    assert cli("clean", "o.jsonl", "--undo", "-o", "b.jsonl").exit_code == 2


OTHER = (
    "Nurses in the harbour town of Lindesholm began a three-day strike on Thursday over night shifts. "
    "The hospital, which has 240 beds, moved patients to two clinics inland and cancelled planned surgery. "
    "A spokeswoman for the union, Ingrid Falk, said that talks with the council had failed twice since May."
)


def test_dedup_marks_and_drops(cli) -> None:
    rows = records(4, dirty=False)
    rows += [
        {"id": "x", "text": OTHER, "date": "2026-01-01"},
        {"id": "y", "text": OTHER + "\n\nLeave a Reply"},
    ]
    write_jsonl("a.jsonl", rows)
    done = cli("clean", "a.jsonl", "-o", "o.jsonl", "--dedup", "--pairs", "pairs.jsonl")
    assert done.exit_code == 0, done.output
    marks = {row["id"]: row["duplicate"] for row in read_jsonl("o.jsonl")}
    assert marks["x"] is None
    assert marks["y"]["of"] == marks["y"]["cluster"] == "x"
    assert marks["y"]["kind"] == "exact"
    assert ("x", "y") in [(pair["a"], pair["b"]) for pair in read_jsonl("pairs.jsonl")]
    done = cli("clean", "a.jsonl", "-o", "d.jsonl", "--dedup", "--drop")
    kept = [row["id"] for row in read_jsonl("d.jsonl")]
    assert "x" in kept
    assert "y" not in kept
    assert cli("clean", "a.jsonl", "-o", "d.jsonl", "--drop").exit_code == 2


def test_dedup_keeps_the_earliest_or_the_longest(cli) -> None:
    rows = [
        {"id": "x", "text": OTHER, "date": "2026-01-01"},
        {"id": "y", "text": f"{OTHER} Nobody was hurt.", "date": "2026-01-02"},
    ]
    write_jsonl("a.jsonl", rows)
    for options, kept in (((), "x"), (("--keep", "longest"), "y")):
        done = cli("dedup", "a.jsonl", "-o", "d.jsonl", "--drop", *options)
        assert done.exit_code == 0, done.output
        assert [row["id"] for row in read_jsonl("d.jsonl")] == [kept]
    done = cli("dedup", "a.jsonl", "-o", "d.jsonl", "--keep", "longest", "--index", "i.sqlite")
    assert done.exit_code == 2
    assert "--keep goes without --index" in done.stderr


def test_an_index_alone_is_judged_as_batch_mode_does(cli) -> None:
    rows = [
        {"id": "https://a.example/1", "text": f"{OTHER} Nobody was hurt.", "date": "2026-01-02"},
        {"id": "https://b.example/1", "text": OTHER, "date": "2026-01-01"},
        *records(3, dirty=False),
    ]
    for row in rows:  # one by one, so that what is found is not what a run was told
        write_jsonl("a.jsonl", [row])
        assert cli("dedup", "a.jsonl", "-o", "o.jsonl", "--index", "i.sqlite").exit_code == 0
    write_jsonl("all.jsonl", rows)
    for given in ((), ("--keep", "longest"), ("--drop",)):
        done = cli("dedup", "--index", "i.sqlite", "-o", "i.jsonl", "--pairs", "p.jsonl", *given)
        assert done.exit_code == 0, done.output
        assert (
            cli("dedup", "all.jsonl", "-o", "o.jsonl", "--pairs", "q.jsonl", *given).exit_code == 0
        )
        ours, theirs = (
            {str(row["id"]): row["duplicate"] for row in read_jsonl(name)}
            for name in ("i.jsonl", "o.jsonl")
        )
        assert ours == theirs
        pairs = [
            [
                (pair["a"], pair["b"], pair["kind"], pair["evidence"]["coverage"])
                for pair in read_jsonl(name)
            ]
            for name in ("p.jsonl", "q.jsonl")
        ]
        assert pairs[0] == pairs[1] != []
    assert "5 indexed documents to i.jsonl" in done.stderr
    assert "Duplicates: 3 repost; 3 dropped." in done.stderr
    assert "From site to site: b.example → a.example 1." in done.stderr
    done = cli("dedup", "--index", "i.sqlite", "-o", "-")
    assert len(done.stdout.splitlines()) == 5


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (("-o", "o.jsonl"), "Give INPUT to compare, or --index FILE to compare what it holds."),
        (
            ("-o", "o.jsonl", "--index", "none.sqlite"),
            "none.sqlite: no such index; `cleaner dedup INPUT --index FILE` makes one",
        ),
        (("-o", "o.csv", "--index", "i.sqlite"), "Give a .jsonl file or -"),
        (("-o", "o.jsonl", "--index", "i.sqlite", "--raw"), "--raw goes with INPUT"),
        (("-o", "i.sqlite", "--index", "i.sqlite"), "Give a .jsonl file or -"),
        (("-o", "i.jsonl", "--index", "i.jsonl"), "i.jsonl is also an input"),
        (
            ("-o", "o.jsonl", "--index", "i.sqlite", "--pairs", "i.sqlite"),
            "i.sqlite is also an input",
        ),
        (("-o", "o.jsonl", "--index", "i.sqlite", "--pairs", "o.jsonl"), "is to be written twice"),
        (("a.jsonl", "-o", "i.jsonl", "--index", "i.jsonl"), "is to be written twice"),
        (("a.jsonl", "-o", "o.jsonl", "--index", "a.jsonl"), "a.jsonl is also an input"),
    ],
)
def test_what_an_index_can_not_be_asked(cli, given, said) -> None:
    write_jsonl("a.jsonl", [{"id": "a", "text": OTHER}])
    done = cli("dedup", *given)
    assert done.exit_code == 2
    assert said in done.stderr
    assert not Path("none.sqlite").exists()


def test_many_small_files(cli) -> None:
    Path("in").mkdir()
    for number in range(1_000):
        Path(f"in/{number:05d}.txt").write_text(f"{STORY}, by {number}.\n\nLeave a Reply\n")
    done = cli("clean", "in", "-o", "out", "-j", "2")
    assert done.exit_code == 0, done.output
    assert len(list(Path("out").iterdir())) == 1_000
    assert Path("out/00999.txt").read_text() == f"{STORY}, by 999.\n"


def test_remote_paths(cli) -> None:
    fsspec = pytest.importorskip("fsspec", reason="remote paths need fsspec")
    memory = fsspec.filesystem("memory")
    memory.pipe(
        "/corpus/a.jsonl", json.dumps({"id": 1, "text": f"{STORY}.\n\nLeave a Reply"}).encode()
    )
    done = cli("clean", "memory://corpus", "-o", "memory://out.jsonl", "-j", "1")
    assert done.exit_code in (0, 2), done.output  # a process of its own has a memory of its own
    assert "Traceback" not in done.output
    assert (
        cli("check", "memory://corpus/a.jsonl", "--output-format", "concise").stdout.count("BP010")
        == 1
    )
    assert "no such file or folder" in cli("check", "memory://nowhere").stderr


def test_an_index_sees_earlier_runs_and_earlier_documents(cli) -> None:
    write_jsonl("a.jsonl", [{"id": "a", "text": OTHER}])
    write_jsonl(
        "b.jsonl", [{"id": "b", "text": OTHER}, {"id": "c", "text": f"{OTHER} It goes on."}]
    )
    assert cli("dedup", "a.jsonl", "-o", "a.out.jsonl", "--index", "seen.sqlite").exit_code == 0
    for _ in range(2):  # done again, as after a crash, it says the same
        done = cli("dedup", "b.jsonl", "-o", "b.out.jsonl", "--index", "seen.sqlite")
        assert done.exit_code == 0, done.output
        marks = {row["id"]: row["duplicate"] for row in read_jsonl("b.out.jsonl")}
        assert (marks["b"]["of"], marks["b"]["kind"]) == ("a", "exact")
        assert marks["c"]["of"] in ("a", "b")
    assert read_jsonl("a.out.jsonl")[0]["duplicate"] is None
    found = cli("check", "b.jsonl", "--select", "ND", "--index", "seen.sqlite")
    assert found.exit_code == 1
    assert "ND001 The same text as 'a'" in found.stdout
    missing = cli("check", "b.jsonl", "--index", "none.sqlite")
    assert missing.exit_code == 2
    assert "no such index" in missing.stderr
