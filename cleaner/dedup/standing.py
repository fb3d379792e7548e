"""Which of some documents represents the others."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from cleaner.dedup.clusters import Rank
from cleaner.errors import ConfigError

DATE = re.compile(r"(?:19|20)\d\d-\d\d(?:-\d\d)?")  # what counts as a trusted date

# Which document represents a cluster, and what decides that, in order.
KEPT = {
    "earliest": ("earliest date", "longest text"),
    "longest": ("longest text", "earliest date"),
}


def refuse_keep(keep: str) -> None:
    """Raise ConfigError for what can't say which document represents a cluster."""
    if keep not in KEPT:
        raise ConfigError(f"keep is {' or '.join(map(repr, KEPT))}, not {keep!r}")


class Standing:
    """Which of some documents represents the others. Raise ConfigError for an unknown `keep`.

    `length`: returns the number of characters of a document's text.
    """

    def __init__(
        self,
        length: Callable[[int], int],
        names: Sequence[str],
        dates: Sequence[str],
        keep: str,
    ) -> None:
        refuse_keep(keep)
        self.keep = keep
        known = {date: trusted(date) for date in set(dates)}  # many documents of one day
        self.dates = [known[date] for date in dates]
        self.length = length
        self.names = names

    def rank(self, place: int, dated: int | None = None) -> Rank:
        """Return what a document is ranked by, with the date of an equal one where that is earlier."""
        date = self.dates[place if dated is None else dated]
        length, name = -self.length(place), self.names[place]
        return (date, length, name) if self.keep == "earliest" else (length, date, name)


def trusted(date: str) -> str:
    """Return a date that orders documents, later than all others for one that says nothing.

    >>> trusted("2021-08-24"), trusted("yesterday")
    ('2021-08-24', '9999')
    """
    return date if date and DATE.match(date) else "9999"
