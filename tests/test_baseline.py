"""Accepted findings: a baseline, comments in Markdown and pages, a field of a record."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from cleaner.config import Config
from cleaner.files import check_files

STORY = "Shares of the bank fell 4% on Tuesday after it cut its outlook for the year, it said.\n"
DIRTY = f"{STORY}\nSource link\n"
GLUED = "The bank of the north cut its rates in May , it said, and raised them in the spring.\n"
STRIKE = (
    "Nurses in the harbour town of Lindesholm began a three-day strike on Thursday over night shifts. "
    "The hospital, which has 240 beds, moved patients to two clinics inland and cancelled surgery.\n"
)
OLD = ("--baseline", "old.json")


def test_old_findings_are_hidden_and_new_ones_are_not(cli) -> None:
    Path("a.txt").write_text(DIRTY)
    Path("b.jsonl").write_text(json.dumps({"id": "x", "text": DIRTY}) + "\n")
    done = cli("check", *OLD, "--update-baseline")
    assert (done.exit_code, done.stdout) == (0, "")
    assert done.stderr == "old.json holds 2 findings in 2 files: 2 new, 0 gone.\n"
    done = cli("check", *OLD)
    assert (done.exit_code, done.stdout) == (0, "")
    assert done.stderr == "All clean: 2 documents.\n2 old findings are hidden by old.json.\n"
    Path("c.txt").write_text(DIRTY)
    done = cli("check", *OLD, "--output-format", "concise")
    assert done.exit_code == 1
    assert done.stdout.startswith("c.txt:3:1: BP001")
    assert done.stdout.count("\n") == 1


def test_the_file_is_sorted_and_its_diff_shows_what_changed(cli) -> None:
    for name in "ba":
        Path(f"{name}.txt").write_text(DIRTY)
    cli("check", *OLD, "--update-baseline")
    before = Path("old.json").read_text().splitlines()
    assert [json.loads(line.rstrip(","))["path"] for line in before[1:-1]] == ["a.txt", "b.txt"]
    assert json.loads(before[1].rstrip(","))["text"] == "Source link"
    Path("c.txt").write_text(DIRTY)
    cli("check", *OLD, "--update-baseline")
    after = Path("old.json").read_text().splitlines()
    assert len(after) == len(before) + 1
    assert len(set(after) - set(before)) == 2  # the new line, and the comma of the one before it
    cli("check", *OLD, "--update-baseline")
    assert Path("old.json").read_text().splitlines() == after


def test_lines_and_records_may_move_and_files_be_checked_from_elsewhere(
    cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("sub").mkdir()
    Path("sub/a.txt").write_text(GLUED)
    dirty, clean = (json.dumps({"id": name, "text": name + GLUED}) for name in ("x", "y"))
    Path("sub/b.jsonl").write_text(f"{dirty}\n")
    cli("check", *OLD, "--update-baseline")
    Path("sub/a.txt").write_text(f"{STORY}\n{STORY.replace('bank', 'mill')}\n{GLUED}")
    Path("sub/b.jsonl").write_text(f"{clean}\n{dirty}\n")
    monkeypatch.chdir("sub")
    done = cli("check", "a.txt", "b.jsonl", "--baseline", "../old.json", "--output-format", "json")
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(item["path"], item["line"]) for item in found] == [("b.jsonl", 2)], done.stderr
    assert "stale" not in done.stderr


def test_a_finding_is_hidden_as_often_as_it_is_known(cli) -> None:
    line = json.dumps({"text": DIRTY}) + "\n"
    Path("a.jsonl").write_text(line * 2)
    cli("check", *OLD, "--update-baseline")
    assert '"count": 2' in Path("old.json").read_text()
    Path("a.jsonl").write_text(line * 3)
    done = cli("check", *OLD)
    assert done.stdout.count("BP001") == 1
    Path("a.jsonl").write_text(line)
    done = cli("check", *OLD)
    assert done.exit_code == 0
    assert "1 entry of old.json is stale" in done.stderr


def test_stale_entries_are_named_and_dropped_only_where_something_was_looked_for(cli) -> None:
    Path("a.txt").write_text(DIRTY)
    Path("b.txt").write_text(DIRTY)
    cli("check", *OLD, "--update-baseline")
    Path("a.txt").write_text(STORY)
    assert "stale" not in cli("check", "b.txt", *OLD).stderr
    assert "stale" not in cli("check", *OLD, "--select", "GS").stderr
    done = cli("check", *OLD)
    assert "  a.txt: BP001 Source link\n" in done.stderr
    assert done.exit_code == 0
    cli("check", *OLD, "--update-baseline", "--select", "GS")
    assert Path("old.json").read_text().count("BP001") == 2
    Path("b.txt").unlink()
    done = cli("check", "a.txt", *OLD, "--update-baseline")
    assert done.stderr == "old.json holds 0 findings in 0 files: 0 new, 2 gone.\n"


def test_what_is_accepted_is_not_fixed_either(cli) -> None:
    Path("a.txt").write_text(f"{GLUED}\n{STORY}\nSource link\n")
    cli("check", *OLD, "--select", "BP", "--update-baseline")
    assert cli("check", *OLD, "--diff").stdout.count("Source link\n") <= 1
    done = cli("check", *OLD, "--fix")
    assert done.exit_code == 0
    assert Path("a.txt").read_text() == f"{GLUED.replace(' ,', ',')}\n{STORY}\nSource link\n"
    done = cli("check", *OLD)
    assert (done.exit_code, done.stdout) == (0, "")
    assert cli("check", "--baseline", "", "--fix").exit_code == 0
    assert Path("a.txt").read_text().endswith(STORY)


@pytest.mark.parametrize(
    "text",
    [
        "The mill shut in May , it said, and the other mill of the town was shut in May , it was said later.\n",
        f"{STORY}\nShare this:\n\nFacebook\n\nTwitter\n\nSource link\n\nLeave a Reply\n",
        "The caf&eacute; won&#8217;t reopen, its owner said on Monday , in the morning &amp; at noon .\n",
    ],
)
def test_any_part_can_be_accepted_and_the_rest_is_what_was_found(cli, text: str) -> None:
    """Each finding alone, accepted: the report is the full one without it, a fix leaves its text alone."""
    Path("a.txt").write_text(text)
    cli("check", *OLD, "--update-baseline")
    entries = json.loads(Path("old.json").read_text())["findings"]

    def found() -> list[tuple[str, int, int, str]]:
        lines = cli("check", *OLD, "--output-format", "json").stdout.splitlines()
        return [(f["code"], f["start"], f["end"], f["old"]) for f in map(json.loads, lines)]

    assert found() == []
    Path("old.json").write_text('{"baseline": 1, "findings": []}')
    everything = found()
    assert len(everything) >= len(entries) > 0
    for entry in entries:
        Path("old.json").write_text(json.dumps({"baseline": 1, "findings": [entry]}))
        left = found()
        gone = [one for one in everything if one not in left]
        assert set(left) <= set(everything)
        assert {code for code, *_ in gone} == {entry["code"]}
        done = cli("check", *OLD, "--fix")
        fixed = Path("a.txt").read_text()
        assert all(old.strip() in fixed for *_, old in gone), done.stderr
        Path("a.txt").write_text(text)


def test_a_copy_can_be_accepted(cli) -> None:
    Path("a.txt").write_text(STRIKE)
    Path("b.txt").write_text(STRIKE.replace("cancelled", "cancelled all"))
    both = ("check", "--duplicates", *OLD)
    cli(*both, "--update-baseline")
    assert "ND001" in Path("old.json").read_text()
    assert cli(*both).exit_code == 0
    assert "stale" not in cli("check", *OLD).stderr  # copies weren't looked for
    Path("b.txt").write_text(STORY)
    assert "ND001" in cli(*both).stderr
    Path("b.txt").write_text(STRIKE)
    Path("cleaner.toml").write_text('per-file-ignores = { "b.txt" = ["ND"] }\n')
    assert cli("check", "--duplicates").exit_code == 0


def test_wrong_baselines_are_named(cli) -> None:
    Path("a.txt").write_text(STORY)
    done = cli("check", "--baseline", "no.json")
    assert done.exit_code == 2
    assert "no.json: no such baseline; `cleaner check --baseline no.json --upd" in done.stderr
    wrong = (
        "{",
        "[]",
        "{}",
        '{"baseline": 1, "findings": [{"path": "a"}]}',
        '{"baseline": 1, "findings": 3}',
    )
    for text in wrong:
        Path("old.json").write_text(text)
        done = cli("check", *OLD)
        assert done.exit_code == 2
        assert done.stderr.startswith("Error: old.json is not a baseline ("), text
        assert done.stderr.count("\n") == 1
    Path("old.json").write_text('{"baseline": 7, "findings": []}')
    assert "of version 7" in cli("check", *OLD).stderr
    assert "goes with --baseline" in cli("check", "--update-baseline").stderr
    assert "run --fix first" in cli("check", *OLD, "--update-baseline", "--fix").stderr


def test_the_settings_name_a_baseline_beside_them(cli, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("cleaner.toml").write_text('baseline = "old.json"\n')
    Path("sub").mkdir()
    Path("sub/a.txt").write_text(DIRTY)
    assert cli("check", "--update-baseline").exit_code == 0
    monkeypatch.chdir("sub")
    assert cli("check").exit_code == 0
    assert cli("check", "--isolated").exit_code == 1


def test_comments_in_markdown(cli) -> None:
    note = "<!-- cleaner: ignore BP001 -->"
    same_line, above = f"{STORY}\nSource link {note}\n", f"{STORY}\n{note}\n\nSource link\n"
    other = f"{STORY}\n<!-- cleaner: ignore BP010 -->\n\nSource link\n"
    whole = f"<!-- cleaner: ignore-file BP, DQ -->\n\n{DIRTY}"
    for text in (same_line, above, whole):
        Path("a.md").write_text(text)
        done = cli("check", "--fix")
        assert (done.exit_code, Path("a.md").read_text()) == (0, text)
    Path("a.md").write_text(other)
    assert cli("check", "--fix").exit_code == 0
    assert Path("a.md").read_text().endswith(f"{STORY}\n<!-- cleaner: ignore BP010 -->\n")
    Path("a.md").write_text(f"<!-- cleaner: ignore GS -->\n{GLUED}\n{GLUED}")
    assert cli("check", "--output-format", "concise", "--select", "GS").stdout.startswith("a.md:4:")
    Path("a.md").unlink()
    Path("a.txt").write_text(above)  # text for analysis: a comment is something to clean
    assert cli("check").exit_code == 1


def test_comments_in_pages_and_wrong_ones(cli) -> None:
    body = "".join(f"<p>{STORY.strip()[:-1]} , number {n}.</p>" for n in range(9))
    page = f"<html><article><h1>Rates</h1>{body}</article></html>"
    Path("a.html").write_text(page)
    assert cli("check", "--select", "GS").exit_code == 1
    Path("a.html").write_text(page.replace("<h1>", "<!-- cleaner: ignore GS --><h1>"))
    assert cli("check", "--select", "GS").exit_code == 0
    Path("a.html").unlink()
    Path("a.md").write_text(f"{STORY}\n<!-- cleaner: ignore BP9000 -->\n<!-- cleaner: ignore -->\n")
    done = cli("check")
    assert done.exit_code == 2
    assert "a.md: a comment says `cleaner: ignore`, but no rule has the code" in done.stderr
    assert "but it names no rule" in done.stderr


def test_a_field_of_a_record_says_what_to_leave(cli) -> None:
    rows = [{"text": DIRTY, "ok": codes} for codes in (["BP001"], "BP, GS", None, ["BP9000"], 3)]
    lines = [json.dumps(row) for row in rows]
    Path("a.jsonl").write_text("\n".join(lines) + "\n")
    done = cli("check", "--ignore-key", "ok", "--output-format", "concise")
    assert done.exit_code == 2
    assert [line.partition(",")[0] for line in done.stdout.splitlines()] == ["a.jsonl:3"]
    assert "Rejected: a.jsonl:4: no rule has the code, prefix or name 'BP9000'" in done.stderr
    assert "Rejected: a.jsonl:5: ok is a list of strings, not 3" in done.stderr
    done = cli("clean", "a.jsonl", "-o", "out.jsonl", "--ignore-key", "ok")
    assert done.exit_code == 0
    written = [json.loads(line)["text"] for line in Path("out.jsonl").read_text().splitlines()]
    assert written == [DIRTY, DIRTY, STORY]


def test_a_clean_check_reads_no_baseline_module(tmp_path: Path) -> None:
    import sys

    (tmp_path / "a.txt").write_text(STORY)
    code = "import sys, cleaner.cli\ntry: cleaner.cli.main(['check'])\nexcept SystemExit: print('cleaner.baseline' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert done.stdout == "False\n"


def test_hidden_findings_cost_no_document(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(DIRTY)
    config = Config()
    assert [
        len(item.result.diagnostics) for item in check_files([str(tmp_path)], config=config)
    ] == [1]  # type: ignore[union-attr]
