"""The commands beside `check`: over a corpus, over pages, and about rules."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, NoReturn

import click

from cleaner.console import COULD_NOT_RUN, complain, counted, fail, print_lines, styled
from cleaner.errors import CleanerError
from cleaner.options import CLEAN, DEDUP, config_of, options
from cleaner.progress import Complaints, progress, summarise, summarise_index

if TYPE_CHECKING:
    from cleaner.config import Config
    from cleaner.corpus import Options as RunOptions
    from cleaner.rule import Rule


@click.command()
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
        fail("--drop and --pairs go with --dedup or --index")
    if undo:
        _undo(inputs, begun.edits, output, config_of(settings))
    if engine == "spark":
        _run_on_spark(inputs, output, begun, master or "local[*]", config_of(settings))
    if master:
        fail("--master goes with --engine spark")
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
        fail(f"--{given[0]} is not for --engine spark")
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


@click.command()
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


@click.command()
@options(DEDUP)
def dedup(inputs: tuple[str, ...], *, output: str, **settings: Any) -> None:
    """Find reposts, and mark or drop them; the texts stay as they are.

    Every record gets a field `duplicate`: of whom it is a copy, of which kind (exact, repost, rewritten,
    excerpt, merged, update), how similar, and its cluster; or null. Texts are compared without their
    boilerplate. Exit codes are those of clean.

    Without INPUT, all documents of an index are compared with each other; OUTPUT gets a record for each, with
    its id and `duplicate`.
    """
    from cleaner.corpus import Options

    if not inputs:
        _judge_index(output, **settings)
    if settings["index"] and settings["kept"] != "earliest":
        fail("--keep goes without --index: what the index holds is kept")
    names = ("drop", "kept", "pairs", "index", "raw", "rejects", "jobs")
    wanted = {name: value for name in names if (value := settings.pop(name))}
    _run(inputs, output, Options(dedup=True, untouched=True, **wanted), settings)


def _judge_index(
    output: str, *, index: str, kept: str, drop: bool, pairs: str, **others: Any
) -> NoReturn:
    """Say what the documents of an index are to each other."""
    from time import perf_counter

    if not index:
        fail("Give INPUT to compare, or --index FILE to compare what it holds.")
    if given := [name for name in ("rejects", "jobs", "raw") if others[name]]:
        fail(f"--{given[0]} goes with INPUT")
    from cleaner.corpus.indexed import judge_index

    start = perf_counter()
    summary = judge_index(index, output, kept=kept, drop=drop, pairs=pairs or "")
    summarise_index(summary, output, perf_counter() - start)
    sys.exit(0)


def _undo(inputs: tuple[str, ...], edits: str, output: str, config: Config) -> NoReturn:
    from cleaner.corpus.undo import undo

    if not edits or len(inputs) != 1:
        fail("--undo takes one INPUT, what a run wrote, and its --edits FILE")
    count = undo(inputs[0], edits, output, config=config)
    click.echo(f"Restored {counted(count, 'file')} to {output}.", err=True)
    sys.exit(0)


@click.command()
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
    from cleaner.own_rules import load_rules
    from cleaner.report.rules import as_json, as_markdown, as_markdown_table, as_table, as_text
    from cleaner.rule import select
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
