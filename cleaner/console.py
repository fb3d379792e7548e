"""What commands say: findings on standard output, everything about the run on standard error."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, NoReturn

import click

from cleaner.errors import CleanerError

if TYPE_CHECKING:
    from cleaner.baseline import Baseline, Entry, Saved
    from cleaner.files import Checked

STALE = 10  # entries of a baseline that are shown
COULD_NOT_RUN = 2


class CouldNotRun(click.ClickException):
    """Ends the command with a line on standard error."""

    exit_code = COULD_NOT_RUN


def fail(message: str) -> NoReturn:
    """End the command with a message and exit code 2."""
    raise CouldNotRun(message)


class Tally:
    """Counts of what a check found, and whether anything could not be read."""

    def __init__(self) -> None:
        self.by_rule: Counter[tuple[str, str]] = Counter()
        self.documents = self.affected = self.left = self.fixed = 0
        self.failed = False

    def watch(self, items: Iterator[Any]) -> Iterator[Checked]:
        """Pass on checked documents and report the rest."""
        from cleaner.files import Checked

        for item in items:
            if not isinstance(item, Checked):
                self.failed = True
                complain(item)
                continue
            self.documents += 1
            if not item.record.document.text.strip():
                complain(item.record)
            self.affected += bool(item.result.diagnostics)
            for found in item.result.diagnostics:
                self.by_rule[found.code, found.mark] += 1
                done = found.applied and item.fixed
                self.fixed += done
                self.left += not done
            yield item

    def summarise(self, *, fix: bool) -> None:
        """Say on standard error what was found and what to do next."""
        total = sum(self.by_rule.values())
        documents = counted(self.documents, "document")
        if not total:
            click.echo(
                f"All clean: {documents}." if self.documents else "Nothing was checked.", err=True
            )
            return
        signs = Counter(sign for _, sign in self.by_rule.elements())
        if fix:
            left = f"{self.left:,} left" if self.left else "nothing left"
            click.echo(f"Fixed {counted(self.fixed, 'problem')}, {left}, in {documents}.", err=True)
            return
        found = f"Found {counted(total, 'problem')} in {self.affected:,} of {documents}."
        click.echo(found, err=True)
        hints = [f"[*] {signs['*']:,} fixable with --fix"] if signs["*"] else []
        if signs["?"]:
            hints.append(f"[?] {signs['?']:,} more with --fix --unsafe")
        if hints:
            click.echo(f"{', '.join(hints)}.", err=True)


def say_hidden(baseline: Baseline, stale: Sequence[Entry]) -> None:
    """Say on standard error how many findings a baseline hid, and which of its entries are stale."""
    if baseline.hidden:
        hidden = counted(baseline.hidden, "old finding")
        click.echo(
            f"{hidden} {'is' if baseline.hidden == 1 else 'are'} hidden by {baseline.path}.",
            err=True,
        )
    if not stale:
        return
    click.echo(
        f"{counted(len(stale), 'entry', 'entries')} of {baseline.path} "
        f"{'is' if len(stale) == 1 else 'are'} stale, since nothing like it is found any more "
        "(--update-baseline takes it out):",
        err=True,
    )
    for entry in stale[:STALE]:
        click.echo(f"  {entry.path}: {entry.code} {entry.text}".rstrip(), err=True)
    if len(stale) > STALE:
        click.echo(f"  … and {len(stale) - STALE:,} more", err=True)


def say_saved(baseline: Baseline, saved: Saved) -> None:
    """Say on standard error what a baseline holds now."""
    click.echo(
        f"{baseline.path} holds {counted(saved.findings, 'finding')} in "
        f"{counted(saved.files, 'file')}: {saved.new:,} new, {saved.gone:,} gone.",
        err=True,
    )


def formatted(items: Iterable[Checked], name: str) -> Iterator[str]:
    """Yield the lines that an output format makes of checked documents."""
    if name in ("full", "concise"):
        return _for_people(items, name)
    from cleaner.report import machine

    if name == "json":
        return (line for item in items for line in machine.as_json(item))
    return machine.as_github(items) if name == "github" else iter([machine.as_sarif(items)])


def _for_people(items: Iterable[Checked], name: str) -> Iterator[str]:
    for item in items:
        if item.result.diagnostics:
            from cleaner.report import text  # clean files need none of it

            yield from (text.full if name == "full" else text.concise)(item, styled)


def complain(item: Any) -> None:
    """One line on standard error for what could not be read or written, or is empty."""
    from cleaner.formats import Reject

    if isinstance(item, CleanerError):
        click.echo(f"Error: {item}", err=True)
    elif isinstance(item, Reject):
        click.echo(f"Rejected: {item.where}: {item.reason}", err=True)
    else:
        click.echo(f"Empty: {item.where}: there is no text in it", err=True)


def counted(number: int, noun: str, many: str = "") -> str:
    """Return a number with its noun: "1 file", "2 files"; `many` where an s won't do."""
    return f"{number:,} {noun if number == 1 else many or noun + 's'}"


def styled(text: str, **style: Any) -> str:
    """Colour on a terminal, unless NO_COLOR is set."""
    if (
        not text
        or not sys.stdout.isatty()
        or os.environ.get("NO_COLOR")
        or os.environ.get("TERM") == "dumb"
    ):
        return text
    return click.style(text, **style)


def print_lines(lines: Iterable[object]) -> None:
    """Write lines to standard output as UTF-8, whatever the locale says."""
    out = sys.stdout.buffer
    for line in lines:
        out.write(f"{line}\n".encode("utf-8", "replace"))
    out.flush()
