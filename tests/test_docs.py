"""README and the book of rules are true: generated parts are up to date, snippets run."""

from __future__ import annotations

import re
import shlex
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from corpora import ROOT

from cleaner.cli import main
from cleaner.report.rules import as_markdown_table, book
from cleaner.rules import BUILT_IN

README = ROOT / "README.md"
BOOK = ROOT / "cleaner" / "rules" / "README.md"


def generated() -> dict[str, str]:
    """What stands between `<!-- begin NAME -->` and `<!-- end NAME -->` in the README."""
    return {"rules": "\n".join(as_markdown_table(BUILT_IN))}


def test_the_book_of_rules_is_up_to_date(*, update: bool) -> None:
    text = "\n".join(book(BUILT_IN))
    if update:
        BOOK.write_text(text, encoding="utf-8")
    assert BOOK.read_text(encoding="utf-8") == text, "run pytest --update"


@pytest.mark.parametrize("name", generated())
def test_generated_parts_of_the_readme_are_up_to_date(name: str, *, update: bool) -> None:
    part = f"<!-- begin {name} -->\n{generated()[name]}\n<!-- end {name} -->"
    found = re.compile(f"<!-- begin {name} -->.*?<!-- end {name} -->", re.DOTALL)
    text = README.read_text(encoding="utf-8")
    assert found.search(text)
    if update:
        README.write_text(found.sub(lambda _: part, text), encoding="utf-8")
    assert part in README.read_text(encoding="utf-8"), "run pytest --update"


def blocks(language: str) -> list[str]:
    text = README.read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # what libraries say of themselves
@pytest.mark.parametrize("code", blocks("python"))
def test_python_snippets_run(code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each block runs on its own, in a folder with the seeds; `>>>` blocks print what they show."""
    import doctest

    monkeypatch.chdir(tmp_path)
    (tmp_path / "seeds").symlink_to(ROOT / "seeds")
    for module in re.findall(r"^import (\w+)", code, re.MULTILINE):
        pytest.importorskip(module, reason=f"{module} is not installed")
    if ">>>" not in code:
        exec(compile(code, "README.md", "exec"), {"__name__": "readme"})
        if "import ray" in code:
            sys.modules["ray"].shutdown()
        return
    test = doctest.DocTestParser().get_doctest(code, {}, "README.md", "README.md", 0)
    report: list[str] = []
    doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(test, out=report.append)
    assert not report, "".join(report)


def commands() -> list[tuple[str, str]]:
    """`$ cleaner …` lines of console blocks, each with what is shown below it."""
    found = []
    for block in blocks("console"):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, shown = part.partition("\n")
            if command.startswith("cleaner ") and "|" not in command:
                found.append((command, shown))
    return found


@pytest.mark.parametrize(("command", "shown"), commands())
def test_console_snippets_print_what_they_show(
    command: str, shown: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Output is compared line by line; a line of `…` stands for any number of lines."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "seeds").symlink_to(ROOT / "seeds")
    output = CliRunner().invoke(main, shlex.split(command)[1:], catch_exceptions=False).output
    wanted = ".*".join(re.escape(part) for part in re.split(r"^…\n", shown, flags=re.MULTILINE))
    wanted = re.sub(r"\\?[\d.]+\\? s, \\?[\d.]+\\? M", r"[\\d.]+ s, [\\d.]+ M", wanted)
    assert re.fullmatch(wanted, output, re.DOTALL), output


KEYS = ("text", "id", "url", "title", "lang", "date", "site")


def test_every_option_in_help_is_in_the_readme_or_says_enough() -> None:
    """`--help` of each command works and every option has a sentence."""
    for name, command in main.commands.items():
        help_text = CliRunner().invoke(main, [name, "--help"]).output
        assert help_text.startswith("Usage: ")
        for parameter in command.params:
            if parameter.param_type_name == "option":
                assert parameter.help, f"{name} {parameter.opts}"
                assert parameter.help.rstrip("]").endswith(
                    (".", "core", "10", "local", "local[*", *KEYS)
                )
