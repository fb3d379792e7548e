"""The command line: options in, one library call, text and an exit code out."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, NoReturn

import click

from cleaner import __version__
from cleaner.console import (
    Complaints,
    Tally,
    complain,
    counted,
    formatted,
    print_lines,
    progress,
    say_hidden,
    say_saved,
    styled,
    summarise,
)
from cleaner.errors import CleanerError
from cleaner.options import CHECK, CLEAN, DEDUP, config_of, options

if TYPE_CHECKING:
    from cleaner.baseline import Baseline
    from cleaner.config import Config
    from cleaner.corpus import Options as RunOptions
    from cleaner.rule import Rule

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


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="cleaner")
def main() -> None:
    """Clean scraped news text and find near-duplicate reposts."""


@main.command()
@options(CHECK)
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
    update_baseline: bool,
    **settings: Any,
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
    if update_baseline and (fix or diff):
        _fail("--update-baseline keeps what is found; run --fix first, then this")
    from cleaner.files import check_files

    config = config_of(settings)
    baseline = _baseline(config.baseline, update=update_baseline)
    items = check_files(
        paths or (".",),
        config=config,
        fix=fix,
        index=index or "",
        duplicates=duplicates,
        baseline=baseline,
    )
    tally = Tally()
    checked = tally.watch(items)
    if baseline is not None and update_baseline:
        for item in checked:
            baseline.add(item)
    elif diff:
        from cleaner.files import diff as diff_of

        print_lines(line.removesuffix("\n") for item in checked for line in diff_of(item))
    elif statistics:
        from cleaner.report.text import statistics as table

        for _ in checked:
            pass
        print_lines(table(tally.by_rule, styled))
    else:
        print_lines(formatted(checked, output_format))
    if baseline is not None:
        from cleaner.files import codes_of

        codes = codes_of(config, copies=bool(duplicates or index))
        if update_baseline:
            say_saved(baseline, baseline.save(codes))
            sys.exit(COULD_NOT_RUN if tally.failed else 0)
        tally.summarise(fix=fix)
        say_hidden(baseline, baseline.stale(codes))
    else:
        tally.summarise(fix=fix)
    if tally.failed:
        sys.exit(COULD_NOT_RUN)
    sys.exit(int(tally.left > 0 and not exit_zero))


def _baseline(path: str, *, update: bool) -> Baseline | None:
    """The baseline that is wanted; to be written anew it may be missing, and hides nothing."""
    if not path:
        if update:
            _fail("--update-baseline goes with --baseline FILE, or with `baseline` in the settings")
        return None
    from cleaner.baseline import Baseline

    return Baseline.to_update(path) if update else Baseline.load(path)


@main.command()
@options(CLEAN)
def clean(
    inputs: tuple[str, ...],
    *,
    output: str,
    undo: bool,
    engine: str,
    master: str | None,
    **settings: Any,
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
    wanted = {name: settings.pop(name) for name in own & set(settings)}
    begun = Options(**{name: value for name, value in wanted.items() if value not in (None, False)})
    if begun.index:
        begun = replace(begun, dedup=True)
    if (begun.drop or begun.pairs) and not begun.dedup:
        _fail("--drop and --pairs go with --dedup or --index")
    if undo:
        _undo(inputs, begun.edits, output, config_of(settings))
    if engine == "spark":
        _run_on_spark(inputs, output, begun, master or "local[*]", config_of(settings))
    if master:
        _fail("--master goes with --engine spark")
    _run(inputs, output, begun, settings)


def _run(
    inputs: tuple[str, ...], output: str, wanted: RunOptions, settings: dict[str, Any]
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
            config=config_of(settings),
            complain=complaints,
            options=wanted,
            progress=shown,
            say=lambda text: click.echo(text, err=True),
        )
    complaints.close()
    summarise(summary, output, perf_counter() - start)
    sys.exit(COULD_NOT_RUN if summary.unreadable else 0)


ONE_MACHINE = ("edits", "report", "index", "pairs", "jobs")  # what Spark runs don't have


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
        timeout=wanted.timeout,
        complain=complaints,
    )
    complaints.close()
    summarise(summary, output, perf_counter() - start)
    sys.exit(COULD_NOT_RUN if summary.unreadable else 0)


@main.command()
@click.argument("pages", nargs=-1, required=True, metavar="PAGE...")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="Text below what is known of it, or a document a line.",
)
def extract(pages: tuple[str, ...], form: str) -> None:
    """Print the stories of pages as they were extracted; no rule is run.

    PAGE is any number of files, folders and globs of .html and .warc, also .gz and .zst; - is a page on
    standard input. Exit code 0: all have a story. 1: some have none; why is said. 2: something could not
    be read.
    """
    from cleaner.document import Document
    from cleaner.pages import as_json, as_text, extract_pages

    code = 0
    for item in extract_pages(pages):
        if isinstance(item, Document):
            print_lines(as_text(item) if form == "text" else [as_json(item)])
            continue
        complain(item)
        code = max(code, COULD_NOT_RUN if isinstance(item, CleanerError) else 1)
    sys.exit(code)


@main.command()
@options(DEDUP)
def dedup(inputs: tuple[str, ...], *, output: str, **settings: Any) -> None:
    """Find reposts, and mark or drop them; the texts stay as they are.

    Every record gets a field `duplicate`: of whom it is a copy, of which kind (exact, repost, rewritten,
    excerpt, merged, update), how similar, and its cluster; or null. Texts are compared without their
    boilerplate. Exit codes are those of clean.
    """
    from cleaner.corpus import Options

    if settings["index"] and settings["kept"] != "earliest":
        _fail("--keep goes without --index: what the index holds is kept")
    names = ("drop", "kept", "pairs", "index", "raw", "rejects", "jobs")
    wanted = {name: value for name in names if (value := settings.pop(name))}
    _run(inputs, output, Options(dedup=True, untouched=True, **wanted), settings)


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
