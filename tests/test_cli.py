"""The command line as a person meets it: output, errors, exit codes."""

from __future__ import annotations

import gzip
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from cleaner import Cleaner, Document

STORY = "Shares of the bank fell 4% on Tuesday after it cut its outlook for the year.\n"
DIRTY = f"{STORY}\nSource link\n"


def test_check_shows_place_excerpt_and_what_to_do(cli) -> None:
    Path("a.txt").write_text(DIRTY)
    done = cli("check")
    assert done.exit_code == 1
    assert done.stdout == (
        'BP001 [*] A "Source link" credit left by a repost plugin\n'
        "   --> a.txt:3:1\n"
        "    |\n"
        "  3 | Source link\n"
        "    | ^^^^^^^^^^^ remove\n"
        "\n"
    )
    assert done.stderr == "Found 1 problem in 1 of 1 document.\n[*] 1 fixable with --fix.\n"


def test_nothing_found(cli) -> None:
    Path("a.txt").write_text(STORY)
    done = cli("check", "a.txt")
    assert (done.exit_code, done.stdout, done.stderr) == (0, "", "All clean: 1 document.\n")


def test_no_colour_without_a_terminal_and_wide_characters_line_up(cli) -> None:
    Path("a.txt").write_text("価格は「上昇」した。 &amp; それから\n")
    out = cli("check", "a.txt", "--ignore", "DQ").stdout
    assert "\x1b" not in out
    line, carets = out.splitlines()[3:5]
    assert line == "  1 | 価格は「上昇」した。 &amp; それから"
    assert carets.index("^") == len("  1 | ") + 2 * len("価格は「上昇」した。") + len(" &")


@pytest.mark.skipif(shutil.which("patch") is None, reason="needs the patch command")
def test_fix_and_diff_agree_to_the_byte(cli) -> None:
    Path("a.txt").write_bytes(DIRTY.encode())
    Path("b.txt").write_bytes(DIRTY.replace("\n", "\r\n").encode())
    Path("c.txt").write_bytes(DIRTY.removesuffix("\n").encode())
    record = {"id": 1, "text": DIRTY, "n": 1.50}
    Path("d.jsonl").write_text(
        f'{{"id": 0,  "text": "{STORY.strip()}"}}\n\n{json.dumps(record)}\n{{"no": 1}}\n'
    )
    done = cli("check", "--diff")
    assert done.exit_code == 2  # a record without text can't be checked
    before = {path: path.read_bytes() for path in Path().iterdir()}
    Path("patch").write_bytes(done.stdout_bytes)
    fixed = cli("check", "--fix", "a.txt", "b.txt", "c.txt", "d.jsonl")
    assert fixed.exit_code == 2
    after = {path: path.read_bytes() for path in before}
    assert after != before
    for path, data in before.items():
        path.write_bytes(data)
    subprocess.run(["patch", "-p0", "--binary", "-i", "patch"], check=True, capture_output=True)
    assert {path: path.read_bytes() for path in before} == after
    lines = after[Path("d.jsonl")].decode().split("\n")
    assert lines[0] == f'{{"id": 0,  "text": "{STORY.strip()}"}}'
    assert lines[2] == json.dumps({**record, "text": STORY})
    assert lines[3] == '{"no": 1}'


def test_fix_twice_is_fix_once(cli) -> None:
    Path("a.txt").write_text(DIRTY)
    assert cli("check", "--fix").exit_code == 0
    assert Path("a.txt").read_text() == STORY
    done = cli("check", "--fix")
    assert (done.exit_code, done.stderr) == (0, "All clean: 1 document.\n")


def test_fix_keeps_the_permissions_and_follows_a_link(cli) -> None:
    Path("a.txt").write_text(DIRTY)
    Path("a.txt").chmod(0o640)
    Path("link.txt").symlink_to("a.txt")
    assert cli("check", "--fix", "link.txt").exit_code == 0
    assert Path("link.txt").is_symlink()
    assert Path("a.txt").read_text() == STORY
    assert Path("a.txt").stat().st_mode & 0o777 == 0o640


def test_unsafe_fixes_are_offered_not_made(cli) -> None:
    Path("a.txt").write_text(
        "They include Ai Ahmad Massoud (Ahmad Massoud) and Amrullah Saleh of the north.\n"
    )
    done = cli("check", "--ignore", "DQ")
    assert "GS040 [?]" in done.stdout
    assert "[?] 1 more with --fix --unsafe." in done.stderr
    assert cli("check", "--fix", "--ignore", "DQ").exit_code == 1
    assert "(Ahmad Massoud)" in Path("a.txt").read_text()
    assert cli("check", "--fix", "--unsafe", "--ignore", "DQ").exit_code == 0
    assert "(Ahmad Massoud)" not in Path("a.txt").read_text()


def test_formats_of_findings(cli) -> None:
    Path("a,b.txt").write_text(DIRTY)
    Path("c.jsonl").write_text(json.dumps({"id": "x", "text": DIRTY}) + "\n")
    (concise, record) = cli("check", "--output-format", "concise").stdout.splitlines()
    assert concise == 'a,b.txt:3:1: BP001 [*] A "Source link" credit left by a repost plugin'
    assert record.startswith("c.jsonl:1 (id x), text 3:1: BP001")

    found = [
        json.loads(line) for line in cli("check", "--output-format", "json").stdout.splitlines()
    ]
    assert [(f["path"], f["line"], f["id"], f["row"]) for f in found] == [
        ("a,b.txt", None, "a,b.txt", 3),
        ("c.jsonl", 1, "x", 3),
    ]
    for f in found:
        assert DIRTY[f["start"] : f["end"]] == f["old"]

    github = cli("check", "--output-format", "github").stdout.splitlines()[0]
    assert github.startswith(
        "::error title=cleaner (BP001),file=a%2Cb.txt,line=3,endLine=3,col=1,endColumn=12::BP001"
    )

    log = json.loads(cli("check", "--output-format", "sarif").stdout)
    run = log["runs"][0]
    assert log["version"] == "2.1.0"
    assert [r["ruleId"] for r in run["results"]] == ["BP001", "BP001"]
    assert run["tool"]["driver"]["rules"][0]["id"] == "BP001"
    region = run["results"][0]["locations"][0]["physicalLocation"]["region"]
    assert region == {"startLine": 3, "startColumn": 1, "endLine": 3, "endColumn": 12}


def test_statistics_and_exit_zero(cli) -> None:
    Path("a.txt").write_text(DIRTY)
    done = cli("check", "--statistics", "--exit-zero")
    assert done.exit_code == 0
    assert done.stdout.startswith("1  BP001  [*]  source-link: ")


def test_clean_a_folder_mirrors_it(cli) -> None:
    Path("in/sub").mkdir(parents=True)
    Path("in/a.txt").write_text(DIRTY)
    with gzip.open("in/sub/b.txt.gz", "wt") as stream:
        stream.write(DIRTY)
    Path("in/c.jsonl").write_text(json.dumps({"id": 1, "text": DIRTY, "extra": [1]}) + "\n")
    Path("in/p.html").write_text(page(STORY))
    done = cli("clean", "in", "-o", "out")
    assert done.exit_code == 0, done.stderr
    assert Path("out/a.txt").read_text() == STORY
    assert gzip.decompress(Path("out/sub/b.txt.gz").read_bytes()).decode() == STORY
    assert json.loads(Path("out/c.jsonl").read_text()) == {"id": 1, "text": STORY, "extra": [1]}
    assert STORY.strip() in Path("out/p.txt").read_text()
    assert "4 documents to out: " in done.stderr
    assert Path("in/a.txt").read_text() == DIRTY


def page(story: str) -> str:
    body = "".join(f"<p>{story * 3}</p>" for _ in range(4))
    return f"<html><head><title>Bank</title></head><body><article><h1>Bank</h1>{body}</article></body></html>"


def test_clean_to_one_stream_and_from_stdin(cli) -> None:
    Path("a.txt").write_text(DIRTY)
    for output in ("out.jsonl", "out.jsonl.gz", "out.jsonl.zst"):
        assert cli("clean", "a.txt", "-o", output).exit_code == 0
        again = cli("clean", output, "-o", "-")
        assert json.loads(again.stdout) == {"id": "a.txt", "text": STORY}
    assert cli("clean", "-", "-o", "-", stdin=DIRTY).stdout == STORY
    record = json.dumps({"text": DIRTY})
    assert json.loads(cli("clean", "-", "-o", "-", stdin=record).stdout) == {"text": STORY}


def test_the_command_is_the_library(cli) -> None:
    texts = [DIRTY, "a &amp; b", "one .two", "“No choice“It will fail, he said to them.", ""]
    Path("a.jsonl").write_text(
        "".join(json.dumps({"id": i, "text": t}) + "\n" for i, t in enumerate(texts))
    )
    lines = cli("clean", "a.jsonl", "-o", "-").stdout.splitlines()
    assert [json.loads(line)["text"] for line in lines] == [
        Cleaner().clean(Document(t)).text for t in texts
    ]


def test_broken_records_are_rejected_one_by_one(cli) -> None:
    good = json.dumps({"id": 1, "text": STORY})
    deep = '{"text": ' + "[" * 100_000
    lines = [
        good,
        "{bad",
        "[1]",
        '{"id": 2}',
        '{"id": 3, "text": null}',
        '{"text": ["a"]}',
        deep,
        good,
    ]
    data = "\n".join(lines).encode() + b"\n\xff\xfe{}\n"
    Path("a.jsonl").write_bytes(data)
    done = cli("clean", "a.jsonl", "-o", "out.jsonl", "--rejects", "rejects.jsonl")
    assert done.exit_code == 0
    assert Path("out.jsonl").read_text() == f"{good}\n{good}\n"
    rejects = [json.loads(line) for line in Path("rejects.jsonl").read_text().splitlines()]
    assert [r["where"] for r in rejects] == [f"a.jsonl:{n}" for n in (2, 3, 4, 5, 6, 7, 9)]
    assert rejects[2]["reason"] == "no field 'text' (see --text-key); fields: id"
    assert rejects[3] == {
        "where": "a.jsonl:5",
        "id": "3",
        "reason": "field 'text' is null, not a string",
    }
    assert done.stderr.count("Rejected: ") == 7
    assert cli("check", "a.jsonl").exit_code == 2


def test_a_flood_of_rejects_is_cut_short(cli) -> None:
    Path("a.jsonl").write_text("{bad\n" * 50)
    done = cli("clean", "a.jsonl", "-o", "out.jsonl")
    assert done.stderr.count("Rejected: ") == 20
    assert "… and 30 more like these" in done.stderr


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["check", "missing.txt"], "missing.txt: no such file or folder"),
        (["check", "empty"], "empty: nothing readable in this folder"),
        (["check", "image.png"], "image.png: can't tell what it holds"),
        (["check", "latin.txt"], "latin.txt: not UTF-8: byte 0xe9 at offset 3"),
        (["check", "torn.txt.gz"], "torn.txt.gz: ends in the middle of its gzip data"),
        (["check", "bad.jsonl.gz"], "bad.jsonl.gz: Not a gzipped file"),
        (["check", "bad.jsonl.zst"], "bad.jsonl.zst: damaged zstd data"),
        (["check", "--select", "XX"], "no rule has the code, prefix or name 'XX'"),
        (["check", "--ignore", "source-links"], "did you mean 'source-link'?"),
        (["check", "--keep", "("], "keep: '(' is no regular expression"),
        (["check", "--rules", "none.py"], "none.py: no such file of rules"),
        (["check", "--config", "none.toml"], "none.toml: No such file or directory"),
        (["check", "--fix", "--diff"], "give one of them"),
        (["check", "--fix", "-"], "can't be fixed in place"),
        (["clean", "a.txt", "-o", "a.jsonl", "missing"], "missing: no such file or folder"),
        (["clean", "b.jsonl", "-o", "b.jsonl"], "b.jsonl is also an input"),
        (["clean", "folder", "-o", "folder"], "lies in the input"),
        (["clean", "folder", "-o", "folder/out"], "lies in the input"),
        (["clean", "folder/c.txt", "-o", "folder"], "folder/c.txt is also an input"),
        (["clean", "a.txt", "-o", "b.txt"], "can't write this kind of file"),
        (["clean", "a.txt", "-o", "out.json"], "can't write this kind of file"),
        (["clean", "a.txt", "-o", "a.txt/out.jsonl"], "Not a directory"),
        (["clean", "folder/c.txt", "other/c.txt", "-o", "out"], "would both become out/c.txt"),
        (["clean", "missing", "-o", "out"], "nothing to clean: no input could be read"),
        (
            ["clean", "b.jsonl", "-o", "out", "--rejects", "b.jsonl"],
            "b.jsonl is also an input",
        ),
    ],
)
def test_errors_are_one_clear_line_and_exit_code_2(cli, args: list[str], message: str) -> None:
    Path("empty").mkdir()
    Path("folder").mkdir()
    Path("a.txt").write_text(STORY)
    Path("folder/c.txt").write_text(STORY)
    Path("other").mkdir()
    Path("other/c.txt").write_text(STORY)
    Path("b.jsonl").write_text(json.dumps({"text": STORY}) + "\n")
    Path("latin.txt").write_bytes(b"caf\xe9")
    Path("image.png").write_bytes(b"\x89PNG")
    Path("bad.jsonl.gz").write_bytes(b"not gzip")
    Path("bad.jsonl.zst").write_bytes(b"not zstd")
    Path("torn.txt.gz").write_bytes(gzip.compress(STORY.encode() * 100)[:-12])
    done = cli(*args)
    assert done.exit_code == 2
    (line,) = [line for line in done.stderr.splitlines() if message in line]
    assert line.startswith(("Error: ", "Rejected: "))
    assert "Traceback" not in done.output
    assert Path("b.jsonl").read_text() == json.dumps({"text": STORY}) + "\n"
    assert not list(Path().rglob("*.part"))


def test_the_other_files_are_checked_when_one_is_missing(cli) -> None:
    Path("a.txt").write_text(DIRTY)
    done = cli("check", "missing.txt", "a.txt")
    assert done.exit_code == 2
    assert "BP001" in done.stdout


def test_an_unreadable_file(cli, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("a.txt").write_text(DIRTY)
    Path("b.txt").write_text(DIRTY)
    whole = open

    def refuse(path, *args, **kwargs):
        if path == "a.txt":
            raise PermissionError(13, "Permission denied", path)
        return whole(path, *args, **kwargs)

    monkeypatch.setattr("builtins.open", refuse)
    done = cli("check")
    assert done.exit_code == 2
    assert "Error: a.txt: Permission denied\n" in done.stderr
    assert "b.txt:3:1" in done.stdout


def test_a_full_disk_leaves_nothing_half_written(cli, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("a.txt").write_text(DIRTY)
    Path("out.jsonl").write_text("old\n")

    def full(_number: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    done = cli("clean", "a.txt", "-o", "out.jsonl")
    assert done.exit_code == 2
    assert done.stderr.endswith("No space left on device\n")
    assert Path("out.jsonl").read_text() == "old\n"
    done = cli("check", "--fix", "a.txt")
    assert done.exit_code == 2
    assert "No space left on device" in done.stderr
    assert Path("a.txt").read_text() == DIRTY
    assert sorted(path.name for path in Path().iterdir()) == ["a.txt", "out.jsonl"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_standard_output_that_is_full(tmp_path: Path) -> None:
    story = tmp_path / "a.txt"
    story.write_text(DIRTY)
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "cleaner", "clean", str(story), "-o", "-"],
            stdout=full,
            check=False,
            stderr=subprocess.PIPE,
        )
    assert done.returncode == 2
    assert b"Error: standard output: No space left on device" in done.stderr
    assert b"Traceback" not in done.stderr


def test_empty_and_nul_files(cli) -> None:
    Path("empty.txt").write_text("")
    Path("nul.txt").write_bytes(b"\0" + STORY.encode())
    done = cli("check", "empty.txt", "nul.txt")
    assert done.exit_code == 1
    assert "Empty: empty.txt: there is no text in it" in done.stderr
    assert "CH006" in done.stdout
    done = cli("clean", "empty.txt", "nul.txt", "-o", "out")
    assert done.exit_code == 0
    assert Path("out/empty.txt").read_bytes() == b""
    assert Path("out/nul.txt").read_text() == STORY


def test_half_a_surrogate_pair_does_not_stop_the_output(cli) -> None:
    Path("a.jsonl").write_text('{"text": "\\ud83d ' + STORY.strip() + '"}\n')
    done = cli("clean", "a.jsonl", "-o", "-", "--ignore", "CH")
    assert done.exit_code == 0
    assert STORY.strip() in json.loads(done.stdout)["text"]


def test_config_file_options_and_per_file_ignores(cli) -> None:
    Path("a.txt").write_text(DIRTY)
    Path("sub").mkdir()
    Path("sub/b.txt").write_text(DIRTY)
    Path("cleaner.toml").write_text('per-file-ignores = { "sub/*" = ["BP"] }\n')
    assert cli("check", "--output-format", "concise").stdout.count("BP001") == 1
    assert cli("check", "--isolated", "--output-format", "concise").stdout.count("BP001") == 2
    Path("cleaner.toml").write_text('ignroe = ["BP"]\n')
    done = cli("check")
    assert done.exit_code == 2
    assert "unknown key 'ignroe', did you mean 'ignore'?" in done.stderr


def test_rule_pages(cli) -> None:
    page_of = cli("rule", "BP001")
    assert page_of.exit_code == 0
    assert "BP001 source-link" in page_of.stdout
    assert "- Source link" in page_of.stdout
    assert cli("rule", "source-link").stdout == page_of.stdout
    listing = cli("rule").stdout.splitlines()
    assert any(line.startswith("BP001  safe") for line in listing)
    assert json.loads(cli("rule", "BP001", "--format", "json").stdout)["code"] == "BP001"
    assert cli("rule", "--format", "markdown").stdout.startswith("| code | name |")
    assert cli("rule", "BP999").exit_code == 2


USER_RULE = '''
from cleaner.rule import delete, pattern, rule

BOX = pattern(r"\\s*^Get our morning mail.*$", "im")


@rule("XX001", fix="safe", needles=["get our morning mail"])
def morning_mail_box(doc):
    """A box that asks readers to take the morning mail.

    The site prints it inside every story.

    ```diff
      The bank cut its outlook.
    - Get our morning mail, free
      Analysts were not surprised.
    ```

    ```diff
      He said: "Get our morning mail, they told me."
    ```
    """
    return delete(BOX, doc.text)
'''


def test_rules_of_the_user(cli) -> None:
    Path("ours.py").write_text(USER_RULE)
    done = cli("rule", "--test", "ours.py")
    assert (done.exit_code, done.stderr) == (0, "1 rules, 2 examples, 0 failed.\n")
    Path("a.txt").write_text(f"{STORY}Get our morning mail today\n")
    Path("cleaner.toml").write_text('rules = ["ours.py"]\n')
    assert "XX001 [*] A box that asks" in cli("check", "a.txt").stdout
    assert cli("check", "--fix", "--select", "XX", "a.txt").exit_code == 0
    assert Path("a.txt").read_text() == STORY


def test_a_user_rule_that_breaks_its_promises(cli) -> None:
    Path("ours.py").write_text(USER_RULE.replace("^Get", "Get").replace("free", "a"))
    done = cli("rule", "--test", "ours.py")
    assert done.exit_code == 1
    assert "example 2: the near miss is found" in done.stdout
    Path("broken.py").write_text("1/0\n")
    assert "ZeroDivisionError" in cli("rule", "--test", "broken.py").stderr


def test_version_and_module() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "cleaner", "--version"], capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith("cleaner, version ")


def test_a_closed_pipe_is_quiet(tmp_path: Path) -> None:
    story = tmp_path / "a.txt"
    story.write_text(DIRTY * 600)
    command = f"{sys.executable} -m cleaner check {story} --select CH,BP,GS --output-format json | head -1"
    done = subprocess.run(command, shell=True, capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr
