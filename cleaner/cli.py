"""The command line: options in, one library call, text and an exit code out."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from cleaner import __version__
from cleaner.console import (
    Complaints,
    Tally,
    counted,
    formatter,
    print_lines,
    progress,
    styled,
    summarise,
)
from cleaner.errors import CleanerError

if TYPE_CHECKING:
    from cleaner.config import Config
    from cleaner.corpus import Options as RunOptions
    from cleaner.rule import Rule

FORMATS = ("full", "concise", "json", "github", "sarif")
COULD_NOT_RUN = 2


class CouldNotRun(click.ClickException):
    """Ends the command with a line on standard error."""

    exit_code = COULD_NOT_RUN


class Commands(click.Group):
    """The commands; what the package calls an error becomes one line and exit code 2."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except CleanerError as error:
            _fail(str(error))
        except BrokenPipeError:
            raise  # click ends quietly when the reader has gone
        except OSError as error:
            raise CouldNotRun(f"{error.filename or 'standard output'}: {error.strerror}") from error
        except KeyboardInterrupt:
            click.echo("Interrupted; nothing is half-written.", err=True)
            sys.exit(130)


def _fail(message: str) -> NoReturn:
    raise CouldNotRun(message)


def _options(*names: str) -> Callable[[Any], Any]:
    """Add shared options by name, in the order given."""

    def decorate(command: Any) -> Any:
        for name in reversed(names):
            command = SHARED[name](command)
        return command

    return decorate


SHARED: dict[str, Callable[[Any], Any]] = {
    "select": click.option(
        "--select", metavar="CODES", help="Codes or prefixes to enable, comma-separated."
    ),
    "ignore": click.option("--ignore", metavar="CODES", help="Codes or prefixes to disable."),
    "unsafe": click.option(
        "--unsafe/--safe", default=None, help="Also apply fixes that may touch the author's words."
    ),
    "preview": click.option(
        "--preview/--no-preview", default=None, help="Also run rules that are not stable yet."
    ),
    "keep": click.option(
        "--keep",
        multiple=True,
        metavar="REGEX",
        help="No rule touches what this matches. May be repeated.",
    ),
    "rules": click.option(
        "--rules",
        multiple=True,
        metavar="FILE",
        help="A Python file with rules of your own. May be repeated.",
    ),
    "exclude": click.option(
        "--exclude", multiple=True, metavar="GLOB", help="Skip matching files. May be repeated."
    ),
    "config": click.option(
        "--config", "config_file", metavar="FILE", help="Read settings from FILE."
    ),
    "isolated": click.option("--isolated", is_flag=True, help="Read no settings file."),
    **{
        f"{name}_key": click.option(
            f"--{name}-key",
            metavar="KEY",
            help=f"Field of a JSON record that holds its {what}.  [default: {name}]",
        )
        for name, what in {
            "text": "text",
            "id": "identifier",
            "url": "address",
            "title": "title",
            "lang": "language",
            "date": "date",
            "site": "site",
        }.items()
    },
}
CHOICE = ("select", "ignore", "unsafe", "preview", "keep", "rules")
FIELDS = ("text_key", "id_key", "url_key", "title_key", "lang_key", "date_key", "site_key")
SETTINGS = ("exclude", "config", "isolated")


def _config(options: dict[str, Any]) -> Config:
    """The settings file with the given options on top."""
    from cleaner.config import Config, find_file, read_file

    given = {name: value for name, value in options.items() if value not in (None, ())}
    named, isolated = given.pop("config_file", None), given.pop("isolated", False)
    file = Path(named) if named else None if isolated else find_file(Path.cwd())
    table = read_file(file) if file else {}
    return Config(**{**table, **given})


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="cleaner")
def main() -> None:
    """Clean scraped news text and find near-duplicate reposts."""


@main.command()
@click.argument("paths", nargs=-1, metavar="[PATHS]...")
@_options(*CHOICE)
@click.option("--fix", is_flag=True, help="Write safe fixes back to the files.")
@click.option("--diff", is_flag=True, help="Print what --fix would change, and change nothing.")
@click.option(
    "--output-format",
    type=click.Choice(FORMATS),
    default="full",
    show_default=True,
    help="How findings are printed.",
)
@click.option("--statistics", is_flag=True, help="Print a count per rule instead of each finding.")
@click.option("--exit-zero", is_flag=True, help="Exit 0 even when something is found.")
@click.option("--duplicates", is_flag=True, help="Also report copies among the files themselves.")
@click.option("--index", metavar="FILE", help="Also report copies of the documents in this index.")
@_options(*FIELDS, *SETTINGS)
def check(
    paths: tuple[str, ...],
    *,
    fix: bool,
    diff: bool,
    output_format: str,
    statistics: bool,
    exit_zero: bool,
    duplicates: bool,
    index: str | None,
    **options: Any,
) -> None:
    """Report boilerplate and garbled sentences in files.

    PATHS are files and folders of .txt, .html and .jsonl, also .gz and .zst; - is standard input; without
    any, the current folder is searched. Exit code 0: nothing found, or all of it fixed. 1: something is
    left. 2: could not run, or something could not be read.
    """
    if fix and diff:
        _fail("--fix writes and --diff only shows; give one of them")
    if fix and "-" in paths:
        _fail("standard input can't be fixed in place; use: cleaner clean - -o -")
    from cleaner.files import check_files

    items = check_files(
        paths or (".",), config=_config(options), fix=fix, index=index or "", duplicates=duplicates
    )
    tally = Tally()
    checked = tally.watch(items)
    if diff:
        from cleaner.files import diff as diff_of

        print_lines(line.removesuffix("\n") for item in checked for line in diff_of(item))
    elif statistics:
        from cleaner.report.text import statistics as table

        for _ in checked:
            pass
        print_lines(table(tally.by_rule, styled))
    elif output_format == "sarif":
        from cleaner.report.machine import as_sarif

        print_lines([as_sarif(checked, __version__)])
    else:
        show = formatter(output_format)
        print_lines(line for item in checked for line in show(item))
    tally.summarise(fix=fix)
    if tally.failed:
        sys.exit(COULD_NOT_RUN)
    sys.exit(int(tally.left > 0 and not exit_zero))


@main.command()
@click.argument("inputs", nargs=-1, required=True, metavar="INPUT...")
@click.option(
    "-o",
    "--output",
    required=True,
    metavar="OUTPUT",
    help="A folder, a .jsonl, .csv, .tsv or .parquet file, or - for standard output.",
)
@click.option(
    "-j",
    "--jobs",
    type=click.IntRange(min=1),
    help="Worker processes.  [default: one for each core]",
)
@click.option(
    "--timeout",
    type=float,
    metavar="SECONDS",
    help="Reject a document that takes longer.  [default: 10]",
)
@click.option("--rejects", metavar="FILE", help="Write what could not be read, and why, as JSONL.")
@click.option(
    "--edits", metavar="FILE", help="Write every edit, so that the run can be undone, as JSONL."
)
@click.option(
    "--undo",
    is_flag=True,
    help="INPUT is the output of a run: write what --edits FILE says it was.",
)
@click.option("--report", metavar="FILE", help="Write a report to look at, as one HTML file.")
@click.option(
    "--learn-sites",
    is_flag=True,
    help="Read the input twice: learn first what recurs on each site.",
)
@click.option("--sites", metavar="FILE", help="Use what was learned of sites before.")
@click.option("--dedup", is_flag=True, help="Find reposts among the documents and mark them.")
@click.option(
    "--drop", is_flag=True, help="With --dedup: leave out all but one document of each cluster."
)
@click.option(
    "--index",
    metavar="FILE",
    help="Compare with the documents in this index too, and add these to it.",
)
@click.option(
    "--pairs", metavar="FILE", help="With --dedup: write the pairs with their evidence, as JSONL."
)
@click.option(
    "--engine",
    type=click.Choice(["local", "spark"]),
    default="local",
    show_default=True,
    help="Where the work is done; Spark writes a folder of parts.",
)
@click.option(
    "--master", metavar="URL", help="With --engine spark: the cluster.  [default: local[*]]"
)
@_options(*CHOICE, *FIELDS, *SETTINGS)
def clean(
    inputs: tuple[str, ...],
    *,
    output: str,
    undo: bool,
    engine: str,
    master: str | None,
    **options: Any,
) -> None:
    """Clean a corpus and write it elsewhere.

    INPUT is any number of files, folders and globs of .txt, .html, .jsonl, .csv, .tsv and .warc, also .gz
    and .zst, and .parquet; - is standard input. A folder as OUTPUT mirrors the inputs; a file or - gets one
    record for each document. The same command goes on with a run that was interrupted.

    Exit code 0: the output is written; records that could not be read are reported (see --rejects). 2: could
    not run, or an input could not be read.
    """
    from dataclasses import fields, replace

    from cleaner.corpus import Options

    own = {field.name for field in fields(Options)}
    wanted = {name: options.pop(name) for name in own & set(options)}
    begun = Options(**{name: value for name, value in wanted.items() if value not in (None, False)})
    if begun.index:
        begun = replace(begun, dedup=True)
    if (begun.drop or begun.pairs) and not begun.dedup:
        _fail("--drop and --pairs go with --dedup or --index")
    if undo:
        _undo(inputs, begun.edits, output, _config(options))
    if engine == "spark":
        _run_on_spark(inputs, output, begun, master or "local[*]", _config(options))
    if master:
        _fail("--master goes with --engine spark")
    _run(inputs, output, begun, options)


def _run(
    inputs: tuple[str, ...], output: str, wanted: RunOptions, options: dict[str, Any]
) -> NoReturn:
    """One run over a corpus, with progress and a summary."""
    from time import perf_counter

    from cleaner.corpus import clean_corpus

    start = perf_counter()
    complaints = Complaints()
    with progress() as shown:
        summary = clean_corpus(
            inputs,
            output,
            config=_config(options),
            complain=complaints,
            options=wanted,
            progress=shown,
            say=lambda text: click.echo(text, err=True),
        )
    complaints.close()
    summarise(summary, output, perf_counter() - start)
    sys.exit(COULD_NOT_RUN if summary.unreadable else 0)


ONE_MACHINE = ("edits", "report", "index", "pairs", "jobs", "timeout")  # what Spark runs don't have


def _run_on_spark(
    inputs: tuple[str, ...], output: str, wanted: RunOptions, master: str, config: Config
) -> NoReturn:
    """One run over a corpus on a cluster."""
    from time import perf_counter

    from cleaner.corpus import Options

    given = [name for name in ONE_MACHINE if getattr(wanted, name) != getattr(Options(), name)]
    if given:
        _fail(f"--{given[0]} is not for --engine spark")
    from cleaner.spark import run

    start = perf_counter()
    complaints = Complaints()
    summary = run(
        inputs,
        output,
        master=master,
        config=config,
        learn=wanted.learn_sites,
        reposts=wanted.dedup,
        drop=wanted.drop,
        rejects=wanted.rejects,
        complain=complaints,
    )
    complaints.close()
    summarise(summary, output, perf_counter() - start)
    sys.exit(COULD_NOT_RUN if summary.unreadable else 0)


@main.command()
@click.argument("inputs", nargs=-1, required=True, metavar="INPUT...")
@click.option(
    "-o",
    "--output",
    required=True,
    metavar="OUTPUT",
    help="A folder, a .jsonl, .csv, .tsv or .parquet file, or - for standard output.",
)
@click.option("--drop", is_flag=True, help="Leave out all but one document of each cluster.")
@click.option("--pairs", metavar="FILE", help="Write the pairs with their evidence, as JSONL.")
@click.option(
    "--index",
    metavar="FILE",
    help="Compare with the documents in this index too, and add these to it.",
)
@click.option("--raw", is_flag=True, help="Compare the texts as they are, boilerplate and all.")
@click.option("--rejects", metavar="FILE", help="Write what could not be read, and why, as JSONL.")
@click.option(
    "-j",
    "--jobs",
    type=click.IntRange(min=1),
    help="Worker processes.  [default: one for each core]",
)
@_options(*FIELDS, *SETTINGS)
def dedup(inputs: tuple[str, ...], *, output: str, **options: Any) -> None:
    """Find reposts, and mark or drop them; the texts stay as they are.

    Every record gets a field `duplicate`: of whom it is a copy, of which kind (exact, repost, rewritten,
    excerpt, merged, update), how similar, and its cluster; or null. Texts are compared without their
    boilerplate. Exit codes are those of clean.
    """
    from cleaner.corpus import Options

    names = ("drop", "pairs", "index", "raw", "rejects", "jobs")
    wanted = {name: value for name in names if (value := options.pop(name))}
    _run(inputs, output, Options(dedup=True, untouched=True, **wanted), options)


def _undo(inputs: tuple[str, ...], edits: str, output: str, config: Config) -> NoReturn:
    from cleaner.corpus.undo import undo

    if not edits or len(inputs) != 1:
        _fail("--undo takes one INPUT, what a run wrote, and its --edits FILE")
    count = undo(inputs[0], edits, output, config=config)
    click.echo(f"Restored {counted(count, 'file')} to {output}.", err=True)
    sys.exit(0)


@main.command()
@click.argument("codes", nargs=-1, metavar="[CODE]...")
@click.option("--all", "everything", is_flag=True, help="Explain every rule.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "markdown"]),
    default="text",
    show_default=True,
    help="How rules are printed.",
)
@click.option("--test", metavar="FILE", help="Run the examples of the rules in a Python file.")
def rule(codes: tuple[str, ...], *, everything: bool, form: str, test: str | None) -> None:
    """Explain a rule, or list them all.

    CODE is a rule's code, a prefix of codes, or a name.
    """
    from cleaner.report.rules import as_json, as_markdown, as_markdown_table, as_table, as_text
    from cleaner.rule import load_rules, select
    from cleaner.rules import BUILT_IN

    if test:
        _test_rules(load_rules(test), test)
    chosen = select(BUILT_IN, select=codes or None, preview=True)
    if form == "json":
        print_lines(map(as_json, chosen))
    elif not codes and not everything:
        print_lines(as_markdown_table(chosen) if form == "markdown" else as_table(chosen, styled))
    else:
        pages = (as_markdown(r) if form == "markdown" else as_text(r, styled) for r in chosen)
        print_lines(line for page in pages for line in page)


def _test_rules(rules: tuple[Rule, ...], path: str) -> NoReturn:
    """Run rules' examples, print what fails, and exit."""
    from cleaner.examples import failures

    failed = [(found, text) for found in rules for text in failures(found, path)]
    for found, text in failed:
        click.echo(f"{styled(found.code, fg='red', bold=True)} {text}\n")
    examples = sum(len(found.examples) for found in rules)
    click.echo(f"{len(rules)} rules, {examples} examples, {len(failed)} failed.", err=True)
    sys.exit(1 if failed else 0)
