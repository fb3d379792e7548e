"""The hooks, run by pre-commit in a scratch data repository; and what they have in common with the command."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from corpora import ROOT

STORY = (
    "The bank of the north said on Monday that it would cut its rates in the spring of the year.\n"
)
DIRTY = f"{STORY}\nLeave a Reply\n"
STRIKE = (
    "Nurses in the harbour town of Lindesholm began a three-day strike on Thursday over night shifts. "
    "The hospital, which has 240 beds, moved patients to two clinics inland and cancelled surgery.\n"
)


def hooks() -> list[dict[str, str]]:
    """The manifest, read without a YAML parser: one level of `key: value`."""
    found: list[dict[str, str]] = []
    for line in (ROOT / ".pre-commit-hooks.yaml").read_text().splitlines():
        if line.startswith("- "):
            found.append({})
        key, colon, value = line.removeprefix("- ").strip().partition(": ")
        if colon and not key.startswith("#"):
            found[-1][key] = value
    return found


def git(*args: str) -> str:
    return subprocess.run(["git", *args], check=True, capture_output=True, text=True).stdout


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    if shutil.which("git") is None:
        pytest.skip("git is not installed")
    pytest.importorskip("pre_commit", reason="pre-commit is not installed")
    monkeypatch.chdir(tmp_path)
    for name in (
        "GIT_AUTHOR_NAME",
        "GIT_COMMITTER_NAME",
        "GIT_AUTHOR_EMAIL",
        "GIT_COMMITTER_EMAIL",
    ):
        monkeypatch.setenv(name, "a@example.org")
    monkeypatch.setenv("PRE_COMMIT_HOME", str(tmp_path.parent / "pre-commit"))
    git("init", "-q")
    lines = ["repos:", "- repo: local", "  hooks:"]
    for hook in hooks():
        command = hook["entry"].replace("cleaner", f"{sys.executable} -m cleaner", 1)
        lines += [
            f"  - id: {hook['id']}",
            f"    name: {hook['name']}",
            f"    entry: {command}",
            "    language: system",
        ]
        lines += [f"    {key}: {hook[key]}" for key in ("files", "pass_filenames") if key in hook]
    Path(".pre-commit-config.yaml").write_text("\n".join(lines) + "\n")
    return tmp_path


def run(hook: str) -> tuple[int, str]:
    git("add", "-A")
    command = [sys.executable, "-m", "pre_commit", "run", hook, "--all-files"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


@pytest.mark.usefixtures("repository")
def test_check_fix_and_clean_again() -> None:
    Path("a.txt").write_text(DIRTY)
    Path("b.jsonl").write_text(
        '{"id": 1,  "text": "The caf\\u00e9 &amp; bar of the town was shut on Monday and on Tuesday."}\n'
    )
    Path("c.py").write_text("# Leave a Reply\n")
    code, output = run("cleaner-check")
    assert code == 1
    assert "BP010" in output
    assert "CH002" in output
    code, output = run("cleaner-fix")
    assert code == 1  # a hook that changes files fails, so that a person looks
    assert "files were modified by this hook" in output
    assert Path("a.txt").read_text() == STORY
    assert git("diff", "--stat").count("|") == 2
    assert '{"id": 1,  "text": "The caf\\u00e9 & bar' in Path("b.jsonl").read_text()
    assert run("cleaner-fix")[0] == 0
    assert run("cleaner-check")[0] == 0


@pytest.mark.usefixtures("repository")
def test_duplicates_across_files_and_many_files() -> None:
    for number in range(300):
        Path(f"{number:03d}.txt").write_text(
            f"{STORY.strip()[:-1]}, by {number} points, it said.\n"
        )
    assert run("cleaner-check")[0] == 0
    Path("x.txt").write_text(STRIKE)
    Path("y.txt").write_text(STRIKE.replace("cancelled", "cancelled all"))
    code, output = run("cleaner-duplicates")
    assert code == 1
    assert "ND001 A copy of" in output
    assert "x.txt" in output
    assert "000.txt" not in output


def places(output: str) -> set[str]:
    """Where findings stand, in the output for people."""
    return {line.split("--> ")[1] for line in output.splitlines() if "--> " in line}


@pytest.mark.benchmark
@pytest.mark.usefixtures("repository")
def test_six_thousand_files(cli_of: Callable[..., str]) -> None:
    """The list of files is longer than a command may be: pre-commit starts several, and nothing is missed."""
    for folder in range(12):
        Path(f"{folder:02d}").mkdir()
    for number in range(6000):
        dirty = "\nLeave a Reply\n" if number % 100 == 7 else ""
        Path(
            f"{number // 500:02d}", f"a-story-with-a-name-that-is-rather-long-{number:05d}.txt"
        ).write_text(f"{STORY.strip()[:-1]}, by {number} points, it said.\n{dirty}")
    Path("00/x.txt").write_text(STRIKE)
    Path("11/y.txt").write_text(STRIKE)
    for hook, arguments in (
        ("cleaner-check", ()),
        ("cleaner-duplicates", ("--duplicates", "--select", "ND")),
    ):
        code, output = run(hook)
        assert code == 1
        assert places(output) == places(cli_of("check", *arguments))
        assert len(places(output)) == {"cleaner-check": 60, "cleaner-duplicates": 1}[hook]
    assert run("cleaner-check")[1].count("Found") > 1  # so the list was split
    assert run("cleaner-fix")[0] == 1
    assert git("diff", "--stat").splitlines()[-1].strip() == "60 files changed, 120 deletions(-)"
    assert run("cleaner-fix")[0] == run("cleaner-check")[0] == 0
    cli_of("check", "--duplicates", "--baseline", "old.json", "--update-baseline")
    with Path("cleaner.toml").open("w") as stream:
        stream.write('baseline = "old.json"\n')
    assert run("cleaner-duplicates")[0] == run("cleaner-check")[0] == 0


@pytest.fixture
def cli_of() -> Callable[..., str]:
    """The command, run in the folder that is current; gives its output."""

    def call(*arguments: str) -> str:
        command = [sys.executable, "-m", "cleaner", *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=False).stdout

    return call


def test_hooks_name_what_the_command_reads() -> None:
    import re

    from cleaner.formats import KINDS

    for hook in hooks():
        assert hook["entry"].startswith("cleaner check")
        if "files" in hook:
            assert re.search(hook["files"], "a.txt")
            assert re.search(hook["files"], "a.jsonl.zst")
            assert not re.search(hook["files"], "a.py")
    check = hooks()[0]["files"]
    assert all(
        re.search(check, f"a{suffix}") for suffix in KINDS if suffix not in (".xhtml", ".warc")
    )
