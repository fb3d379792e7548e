"""How a long run gets on, and what it did, on standard error."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from cleaner.console import complain, counted
from cleaner.errors import CleanerError

if TYPE_CHECKING:
    from cleaner.corpus import Summary

SITES = 5  # with the most edits, that a summary names
IDS = 60  # characters of an id that a summary shows
SLOW = 0.1  # seconds from which on a document is named
SILENCE = 30.0  # seconds between lines of progress where nobody watches


class Complaints:
    """The first complaints of a long run, and how many more there were."""

    MOST = 20

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, item: Any) -> None:
        self.count += not isinstance(item, CleanerError)
        if isinstance(item, CleanerError) or self.count <= self.MOST:
            complain(item)

    def close(self) -> None:
        """Say how many complaints were not shown."""
        if self.count > self.MOST:
            more = self.count - self.MOST
            click.echo(
                f"… and {more:,} more like these; --rejects FILE keeps all rejected ones.", err=True
            )


class Pace:
    """How a run gets on, in words."""

    def __init__(self, now: float) -> None:
        self.begun = self.shown = now
        self.first: tuple[float, float] | None = None  # when the share of the input was first known

    def see(self, share: float | None, now: float) -> None:
        """Note how far the run is at a time in seconds; it begins with a part done where it goes on."""
        if self.first is None and share is not None:
            self.first = now, share

    def words(self, summary: Summary, share: float | None, now: float) -> str:
        """Return what is done at a time in seconds, and how long the rest will take."""
        self.shown = now
        self.see(share, now)
        seconds = max(now - self.begun, 1e-6)
        words = (
            f"{summary.documents:,} documents, {summary.changed:,} changed, "
            f"{summary.rejects:,} rejected, {summary.documents / seconds:,.0f} documents/s, "
            f"{summary.characters / 1e6 / seconds:.1f} M characters/s"
        )
        if share is None or self.first is None:
            return words
        since, known = now - self.first[0], share - self.first[1]
        if known <= 0 or since < SETTLED:
            return words
        return f"{words}, {100 * share:.0f} %, {_span((1 - share) * since / known)} left"


SETTLED = 2.0  # seconds before the time left is worth saying


def _span(seconds: float) -> str:
    """A length of time as people say it: "40 s", "12 min", "3 h 5 min"."""
    if seconds < 100:
        return f"{seconds:.0f} s"
    hours, minutes = divmod(round(seconds / 60), 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min"


@contextmanager
def progress() -> Iterator[Callable[[Summary, float | None], None] | None]:
    """A line that counts on a terminal, a line every half minute elsewhere once a run takes that long."""
    from time import monotonic

    pace = Pace(monotonic())
    if not sys.stderr.isatty():

        def tell(summary: Summary, share: float | None) -> None:
            pace.see(share, monotonic())
            if monotonic() - pace.shown >= SILENCE:
                click.echo(pace.words(summary, share, monotonic()), err=True)

        yield tell
        return
    from rich.console import Console

    with Console(stderr=True).status("Cleaning…") as status:

        def show(summary: Summary, share: float | None) -> None:
            pace.see(share, monotonic())
            if monotonic() - pace.shown >= 0.1:
                status.update(pace.words(summary, share, monotonic()))

        yield show


def summarise(summary: Summary, output: str, seconds: float) -> None:
    """Say on standard error what a run over a corpus did."""
    from cleaner.report.text import statistics

    rate = summary.characters / 1e6 / max(seconds, 1e-6)
    click.echo(
        f"{counted(summary.documents, 'document')} to {_named(output)}: "
        f"{summary.changed:,} changed, {summary.empty:,} empty, {summary.rejects:,} rejected, "
        f"{_share(summary.removed, summary.characters)} of the text removed; "
        f"{seconds:.1f} s, {rate:.1f} M characters/s.",
        err=True,
    )
    summarise_copies(summary)
    counts = Counter({(code, "*"): count for code, count in summary.applied.most_common(10)})
    for line in statistics(counts, lambda text, **_: str(text)):
        click.echo(f"  {line}", err=True)
    summarise_flags(summary)
    if len(summary.sites) > 1:
        click.echo(f"Edits by site: {_most(summary.sites)}.", err=True)
    if summary.documents > 1:
        _name("Most changed", ((_share(share, 1), id_) for share, id_ in summary.most_changed))
        slow = (named for named in summary.slowest if named[0] >= SLOW)
        _name("Slowest", ((f"{seconds:.1f} s", id_) for seconds, id_ in slow))


def summarise_flags(summary: Summary) -> None:
    """Say how often each rule on quality pointed at a document, or at a part of one."""
    from cleaner.rules import BY_CODE

    flags = Counter(
        {
            f"{code} {BY_CODE[code].name}": count
            for code, count in summary.flagged.items()
            if code.startswith("DQ") and code in BY_CODE
        }
    )
    if flags:
        click.echo(f"Flagged: {_most(flags)}. `cleaner check --select DQ` says which.", err=True)


def summarise_index(summary: Summary, output: str, seconds: float) -> None:
    """Say on standard error what the documents of an index are to each other."""
    written = f"{counted(summary.documents, 'indexed document')} to {_named(output)}"
    click.echo(f"{written}; {seconds:.1f} s.", err=True)
    summarise_copies(summary)


def summarise_copies(summary: Summary) -> None:
    """Say how many duplicates there are, of which kinds, and from which sites to which they went."""
    if summary.duplicates:
        kinds = ", ".join(f"{count:,} {kind}" for kind, count in sorted(summary.duplicates.items()))
        click.echo(f"Duplicates: {kinds}; {summary.dropped:,} dropped.", err=True)
    if summary.flows:
        click.echo(f"From site to site: {_most(summary.flows)}.", err=True)


def _named(output: str) -> str:
    return "standard output" if output == "-" else output


def _most(counts: Counter[str]) -> str:
    """The names counted most, those of equal counts in order, and how many others there are."""
    from cleaner.formats.sources import printable

    ranked = sorted(counts.items(), key=lambda named: (-named[1], named[0]))
    listed = ", ".join(f"{printable(name)} {count:,}" for name, count in ranked[:SITES])
    return listed + (f", and {len(ranked) - SITES:,} more" if len(ranked) > SITES else "")


def _name(what: str, documents: Iterable[tuple[str, str]]) -> None:
    from cleaner.formats.sources import printable

    named = [f"{printable(id_)[:IDS]} ({amount})" for amount, id_ in documents]
    if named:
        click.echo(f"{what}: {', '.join(named)}.", err=True)


def _share(part: float, whole: float) -> str:
    return f"{100 * part / whole:.1f} %" if whole else "0 %"
