"""The command line: options in, one library call, text and an exit code out."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from cleaner import __version__
from cleaner.console import (
    COULD_NOT_RUN,
    CouldNotRun,
    Tally,
    fail,
    formatted,
    print_lines,
    say_hidden,
    say_saved,
    styled,
)
from cleaner.errors import CleanerError
from cleaner.options import CHECK, config_of, options

if TYPE_CHECKING:
    from cleaner.baseline import Baseline

OTHERS = ("clean", "dedup", "extract", "rule")  # commands that `check` needn't wait for


class Commands(click.Group):
    """The commands; what the package calls an error becomes one line and exit code 2."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*super().list_commands(ctx), *OTHERS})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in OTHERS:
            return super().get_command(ctx, cmd_name)
        from cleaner import commands

        found: click.Command = getattr(commands, cmd_name)
        return found

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except CleanerError as error:
            fail(str(error))
        except BrokenPipeError:
            raise  # click ends quietly when the reader has gone
        except OSError as error:
            raise CouldNotRun(f"{error.filename or 'standard output'}: {error.strerror}") from error
        except KeyboardInterrupt:
            click.echo("Interrupted; nothing is half-written.", err=True)
            sys.exit(130)


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
        fail("--fix writes and --diff only shows; give one of them")
    if fix and "-" in paths:
        fail("standard input can't be fixed in place; use: cleaner clean - -o -")
    if update_baseline and (fix or diff):
        fail("--update-baseline keeps what is found; run --fix first, then this")
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
            fail("--update-baseline goes with --baseline FILE, or with `baseline` in the settings")
        return None
    from cleaner.baseline import Baseline

    return Baseline.to_update(path) if update else Baseline.load(path)
